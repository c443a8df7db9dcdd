"""Measures how far apart two places of a page read: in words, with a price for sentence ends and blank lines."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from itertools import accumulate

from leakguard.detect.page import PARAGRAPH, PART_BREAK, Hit
from leakguard.model.rule import Reach

SENTENCE_WORDS = 4  # what the end of a sentence counts in a word window
PARAGRAPH_WORDS = 6  # what a blank line counts
ANOTHER_PART = 1 << 40  # more than any page has words
_ENDS = {SENTENCE_WORDS: 1, PARAGRAPH_WORDS: 2, ANOTHER_PART: 2}  # a new paragraph is no neighbouring sentence
_WORD = re.compile(rf"[^\w {PARAGRAPH}{PART_BREAK}]*(\w)[^ {PARAGRAPH}{PART_BREAK}]*")
_SENTENCE_END = re.compile(r"[.!?]+[\"')\]]*(?= |$)")
_PARAGRAPH = re.compile(PARAGRAPH)
_PART_BREAK = re.compile(PART_BREAK)


class Ruler(dict[int, int]):
    """One page, measured once: what a reader has passed at each of its places, in words."""

    __slots__ = ("_ends", "_passed", "_places")

    def __init__(self, text: str) -> None:
        super().__init__()
        prices = [(match.start(1), 1) for match in _WORD.finditer(text)]
        prices += [(match.start(), SENTENCE_WORDS) for match in _SENTENCE_END.finditer(text)]
        prices += [(match.start(), PARAGRAPH_WORDS) for match in _PARAGRAPH.finditer(text)]
        prices += [(match.start(), ANOTHER_PART) for match in _PART_BREAK.finditer(text)]
        prices.sort()
        self._ends = [place for place, price in prices for _ in range(_ENDS.get(price, 0))]
        self._places = [place for place, _ in prices]
        self._passed = [0, *accumulate(price for _, price in prices)]

    def __missing__(self, place: int) -> int:
        passed = self[place] = self._passed[bisect_left(self._places, place)]
        return passed

    def sentence(self, place: int) -> int:
        """The number of the sentence in which a place is."""
        return bisect_left(self._ends, place)

    def reach(self, hits: Iterable[Hit], reach: Reach) -> Callable[[Hit], bool]:
        """Whether a place is in a sentence of these hits, in one beside them too, or anywhere."""
        beside = {Reach.SENTENCE: 0, Reach.AROUND: 1}.get(reach)
        sentences = [(self.sentence(start), self.sentence(end - 1)) for start, end in hits]

        def within(place: Hit) -> bool:
            if beside is None:
                return True
            first, last = self.sentence(place[0]), self.sentence(place[1] - 1)
            return any(first <= there + beside and here - beside <= last for here, there in sentences)

        return within

    def distance(self, one: Hit, other: Hit) -> int | None:
        """Words that begin between two hits, with what lies between at its price; None across parts or overlapping."""
        first, second = (one, other) if one[0] <= other[0] else (other, one)
        apart = self[second[0]] - self[first[1]]
        return apart if second[0] >= first[1] and apart < ANOTHER_PART else None
