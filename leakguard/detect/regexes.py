"""Confirms regular expressions around their literals, each within its time, and all of one message within theirs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from sys import maxsize

import regex

from leakguard.detect.compile import Atom, CompiledRegex
from leakguard.detect.page import Hit, Page

REGEX_SECONDS = 0.05  # per pattern and span; a pattern that needs longer is a gap, never "no match"
_MORE_PER_MILLION = 0.5  # and for each million characters of the span
MESSAGE_SECONDS = 0.5  # for all patterns of a message together, so that many slow ones do not add up
_SECONDS_PER_MILLION = 2.0  # and for each million characters
_SHARE = 0.25  # of that, for one pattern: it can use up its own time only
_LEAST = 0.001

Clock = Callable[[], float]
Window = tuple[int, int]


def stopped() -> float:
    return 0.0


class Budget:
    """The time that all patterns of one message have left."""

    def __init__(self, clock: Clock, length: int) -> None:
        self.left = MESSAGE_SECONDS + _SECONDS_PER_MILLION * length / 1e6
        self._share = _SHARE * self.left
        self._spent: dict[regex.Pattern[str], float] = {}
        self._clock = clock

    def find(self, pattern: regex.Pattern[str], text: str, windows: list[Window]) -> list[Window]:
        """Where the pattern matches a character at least within the windows. Raises TimeoutError."""
        allowed, found = REGEX_SECONDS + _MORE_PER_MILLION * len(text) / 1e6, list[Window]()
        for start, end in windows:
            allowed = min(allowed, self.left, self._share - self._spent.get(pattern, 0))
            if allowed < _LEAST:
                raise TimeoutError
            began = self._clock()
            try:
                found += [match.span() for match in pattern.finditer(text, start, end, timeout=allowed)]
            except TimeoutError:
                self._spend(pattern, max(self._clock() - began, allowed))
                raise
            spent = self._clock() - began
            self._spend(pattern, spent)
            allowed -= spent
        return [(start, end) for start, end in found if start < end]

    def _spend(self, pattern: regex.Pattern[str], seconds: float) -> None:
        self.left -= seconds
        self._spent[pattern] = self._spent.get(pattern, 0) + seconds


def regex_hits(one: CompiledRegex, hits: Mapping[Atom, list[Hit]], page: Page, budget: Budget) -> list[Hit]:
    """Hits in the text of each span as written and in its canonical form: authors write for the one, disguise needs
    the other. A match never leaves its span. hits: those of all atoms.
    """
    found: set[Hit] = set()
    for index, literals in _stretches(one, hits, page):
        view, base = page.views[index], page.offsets[index]
        if page.readings[index] is None:
            written = page.spans[index].text
            windows = _windows(one, [view.original_span(*each) for each in literals], 0, len(written))
            found.update(page.canonical(index, *each) for each in budget.find(one.pattern, written, windows))
        windows = list(_windows_of_runs(one, literals, page.runs(index)))
        found.update((base + start, base + end) for start, end in budget.find(one.pattern, view.text, windows))
    return sorted(found)


def _windows_of_runs(one: CompiledRegex, literals: list[Hit], runs: list[Hit]) -> Iterator[Window]:
    """Runs follow one another, and so do literals: only runs with one of them are looked at, or all without any."""
    if not one.atoms or len(runs) == 1:
        yield from (window for run in runs for window in _windows(one, literals, *run))
        return
    for run, inside in groupby(literals, lambda each: runs[bisect_right(runs, (each[0], maxsize)) - 1]):
        yield from _windows(one, list(inside), *run)


def _stretches(one: CompiledRegex, hits: Mapping[Atom, list[Hit]], page: Page) -> Iterator[tuple[int, list[Hit]]]:
    """The stretches of the page where the pattern may match, with where its literals are in each."""
    if not one.atoms:
        yield from ((index, []) for index in range(len(page.spans)))
        return
    found: dict[int, list[Hit]] = {}
    for start, end in sorted({hit for atom in one.atoms & hits.keys() for hit in hits[atom]}):
        index = page.index_at(start)
        base = page.offsets[index]
        if end <= base + len(page.views[index].text):
            found.setdefault(index, []).append((start - base, end - base))
    yield from found.items()


def _windows(one: CompiledRegex, literals: list[Hit], start: int, end: int) -> list[Window]:
    """Where to look between two places: as far as a match with one of the literals in it can reach. What lies before a
    window is seen by what looks behind; what lies after it is not, so that windows reach as far as the pattern looks.
    Windows that overlap are one: a match that begins in one is found as in the whole text.
    """
    if one.longest is None:
        return [(start, end)]
    windows: list[Window] = []
    for begin, stop in literals:
        first, last = max(stop - one.longest, start), min(begin + one.longest + one.ahead, end)
        if windows and first <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(last, windows[-1][1]))
        else:
            windows.append((first, last))
    return windows
