"""Confirms regular expressions, each within its time, and all of one message within theirs."""

from __future__ import annotations

from collections.abc import Callable

import regex

from leakguard.detect.page import Hit, Page

REGEX_SECONDS = 0.05  # per pattern and span; a pattern that needs longer is a gap, never "no match"
MESSAGE_SECONDS = 0.5  # for all patterns of a message together, so that many slow ones do not add up
_SECONDS_PER_MILLION = 2.0  # and for each million characters
_LEAST = 0.001

Clock = Callable[[], float]


def stopped() -> float:
    return 0.0


class Budget:
    """The time that all patterns of one message have left."""

    def __init__(self, clock: Clock, length: int) -> None:
        self.left = MESSAGE_SECONDS + _SECONDS_PER_MILLION * length / 1e6
        self._clock = clock

    def find(self, pattern: regex.Pattern[str], text: str) -> list[tuple[int, int]]:
        """Where the pattern matches a character at least. Raises TimeoutError."""
        if self.left < _LEAST:
            raise TimeoutError
        allowed, began = min(REGEX_SECONDS, self.left), self._clock()
        try:
            found = [match.span() for match in pattern.finditer(text, timeout=allowed)]
        except TimeoutError:
            self.left -= max(self._clock() - began, allowed)
            raise
        self.left -= self._clock() - began
        return [(start, end) for start, end in found if start < end]


def regex_hits(pattern: regex.Pattern[str], literals: tuple[str, ...], page: Page, budget: Budget) -> list[Hit]:
    """Hits in the text of each span as written and in its canonical form: authors write for the one, disguise needs
    the other. A match never leaves its span. literals: folded; each match has one of them.
    """
    if literals and not any(each in page.text for each in literals):
        return []
    hits: set[Hit] = set()
    for index, span in enumerate(page.spans):
        if literals and not any(each in page.views[index].text for each in literals):
            continue
        if page.readings[index] is None:
            hits.update(page.canonical(index, start, end) for start, end in budget.find(pattern, span.text))
        base = page.offsets[index]
        hits.update((base + start, base + end) for start, end in budget.find(pattern, page.views[index].text))
    return sorted(hits)
