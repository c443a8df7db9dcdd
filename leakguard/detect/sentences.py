"""Which sentence of a page a place is in, counted so that only what reads on is next to each other.

Short lines are sentences of their own, as in a list, a signature or a greeting; a new paragraph is no neighbour.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate

from leakguard.detect.page import PARAGRAPH, PART_BREAK, Hit, Page
from leakguard.detect.ruler import SENTENCE_END

FAR = 60  # what the end of a part counts: more than any context reaches
_BREAKS = re.compile(f"[{PARAGRAPH}{PART_BREAK}]")
_SHORT_LINE = 55  # characters; prose is wrapped later
_ITEM = "-*•–>·0123456789"
_PRONOUNS = r"it|it's|its|they|they're|that|that's|this|which|both|all|these|those|he|she"
# What stands between the beginning of a sentence that goes on with another's subject and what it says of it.
_OPENING = re.compile(rf"\W*(?:\w[\w']*\W+)?(?:(?:{_PRONOUNS})\b(?:\W+\w[\w']*){{0,2}}\W*)?")
_MOST_LINES = 20_000
_MOST_SENTENCES = 50  # of one place


class Sentences:
    def __init__(self, page: Page) -> None:
        ends = [(match.start(), 1) for match in SENTENCE_END.finditer(page.text)]
        for match in _BREAKS.finditer(page.text):
            ends.append((match.start(), 2 if match.group() == PARAGRAPH else FAR))
        known = sorted(place for place, _ in ends)
        ends += [(place, 1) for place in _line_ends(page) if not _stands_near(known, place)]
        self._text = page.text
        ends.sort()
        self._ends = [place for place, _ in ends]
        self._numbers = [0, *accumulate(count for _, count in ends)]

    def number(self, place: int) -> int:
        return self._numbers[bisect_left(self._ends, place)]

    def is_opened_by(self, hit: Hit) -> bool:
        """Whether a sentence begins with it, but for a word or a pronoun: "Down", "Volumes fell", "It has fallen"."""
        index = bisect_left(self._ends, hit[0])
        start = self._ends[index - 1] if index else 0
        return _OPENING.fullmatch(self._text, start, hit[0]) is not None

    def range_of(self, hits: Sequence[Hit]) -> tuple[int, int]:
        """The first and the last sentence that hits are in."""
        return min(self.number(start) for start, _ in hits), max(self.number(end - 1) for _, end in hits)

    def numbers_of(self, places: Sequence[Hit]) -> list[int]:
        """Every sentence that some of these places is in, in order."""
        found: set[int] = set()
        for start, end in places:
            first = self.number(start)
            found.update(range(first, min(self.number(end - 1), first + _MOST_SENTENCES) + 1))
        return sorted(found)


def reaches(numbers: Sequence[int], first: int, last: int) -> bool:
    """Whether one of these sentences is among those from first to last."""
    index = bisect_left(numbers, first)
    return index < len(numbers) and numbers[index] <= last


def _stands_near(known: Sequence[int], place: int) -> bool:
    index = bisect_left(known, place - 3)
    return index < len(known) and known[index] <= place + 1


def _line_ends(page: Page) -> Iterator[int]:
    """Where short lines and items end, in the canonical text, in which a line break is a blank."""
    for span, view, base in zip(page.spans, page.views, page.offsets, strict=True):
        begin = 0
        for _ in range(_MOST_LINES):
            end = span.text.find("\n", begin)
            if end < 0:
                break
            if end - begin < _SHORT_LINE or span.text[end + 1 : end + 3].lstrip()[:1] in _ITEM:
                yield base + view.canonical(end)
            begin = end + 1
