"""Measures how far apart two places of a page read: in words, with a price for sentence ends and blank lines."""

from __future__ import annotations

import re
from bisect import bisect_left

from leakguard.detect.page import PARAGRAPH, PART_BREAK, Hit

SENTENCE_WORDS = 4  # what the end of a sentence counts in a word window
PARAGRAPH_WORDS = 6  # what a blank line counts
_WORD = re.compile(rf"(?<![^ {PARAGRAPH}{PART_BREAK}])[^\w {PARAGRAPH}{PART_BREAK}]*\w")
_SENTENCE_END = re.compile(r"[.!?]+[\"')\]]*(?= |$)")
_PARAGRAPH = re.compile(PARAGRAPH)
_PART_BREAK = re.compile(PART_BREAK)


class Ruler:
    """One page, measured once: where its words, sentence ends, blank lines and part breaks are."""

    __slots__ = ("_breaks", "_paragraphs", "_sentences", "_words")

    def __init__(self, text: str) -> None:
        self._words = [match.end() - 1 for match in _WORD.finditer(text)]
        self._sentences = [match.start() for match in _SENTENCE_END.finditer(text)]
        self._paragraphs = [match.start() for match in _PARAGRAPH.finditer(text)]
        self._breaks = [match.start() for match in _PART_BREAK.finditer(text)]

    def distance(self, one: Hit, other: Hit) -> int | None:
        """Words that begin between two hits, with what lies between at its price; None across parts or overlapping."""
        first, second = (one, other) if one[0] <= other[0] else (other, one)
        start, end = first[1], second[0]
        if end < start or _count(self._breaks, start, end):
            return None
        words = _count(self._words, start, end)
        paragraphs = _count(self._paragraphs, start, end)
        return words + PARAGRAPH_WORDS * paragraphs + SENTENCE_WORDS * _count(self._sentences, start, end)


def _count(places: list[int], start: int, end: int) -> int:
    return bisect_left(places, end) - bisect_left(places, start)
