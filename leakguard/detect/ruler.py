"""Measures how far apart two places of a page read: in words, with a price for sentence ends and blank lines."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import accumulate, pairwise

from leakguard.detect.page import PARAGRAPH, PART_BREAK, Hit

SENTENCE_WORDS = 4  # what the end of a sentence counts in a word window
PARAGRAPH_WORDS = 6  # what a blank line counts
ANOTHER_PART = 1 << 40  # more than any page has words
_BETWEEN_WORDS = f" {PARAGRAPH}{PART_BREAK}"
_WORD = re.compile(rf"(?:^|(?<=[{_BETWEEN_WORDS}]))[^\w{_BETWEEN_WORDS}]*(\w)[^{_BETWEEN_WORDS}]*")
SENTENCE_END = re.compile(r"(?<![.!?])[.!?]+[\"')\]]*(?= |$)")
_PARAGRAPH = re.compile(PARAGRAPH)
_PART_BREAK = re.compile(PART_BREAK)

_BLOCK = 512  # characters that are measured at once, up to the next blank
_ASCII = [chr(code) for code in range(128)]
_NO_WORD = "".join(each for each in _ASCII if each not in _BETWEEN_WORDS and not re.match(r"\w", each)).encode()
_AS_WORDS = bytes(ord(" " if each in _BETWEEN_WORDS else "a") for each in _ASCII) + bytes(128)
_NO_END = b"\"')]"
_AS_ENDS = bytes(ord("." if each in ".!?" else " " if each == " " else "a") for each in _ASCII) + bytes(128)


class Ruler(dict[int, int]):
    """One page: what a reader has passed at each of its places, in words. Blocks of it are counted, which costs little;
    where each price stands in a block is worked out only where somebody asks.
    """

    __slots__ = ("_before", "_measured", "_starts", "_text")

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self._starts = _blocks(text)
        self._measured: dict[int, tuple[list[int], list[int]]] = {}
        self._before = [0, *accumulate(_price(text, *each) for each in pairwise(self._starts))]

    def __missing__(self, place: int) -> int:
        block = max(bisect_left(self._starts, place) - 1, 0)
        if block not in self._measured:
            prices = _prices(self._text, *self._starts[block : block + 2])
            self._measured[block] = ([at for at, _ in prices], [0, *accumulate(price for _, price in prices)])
        places, passed = self._measured[block]
        self[place] = self._before[block] + passed[bisect_left(places, place)]
        return self[place]

    def distance(self, one: Hit, other: Hit) -> int | None:
        """Words that begin between two hits, with what lies between at its price; None across parts or overlapping."""
        first, second = (one, other) if one[0] <= other[0] else (other, one)
        apart = self[second[0]] - self[first[1]]
        return apart if second[0] >= first[1] and apart < ANOTHER_PART else None


def _blocks(text: str) -> list[int]:
    """Where blocks begin, each behind a blank, so that no word and no end of a sentence is in two; and the end."""
    starts = [0]
    while starts[-1] < len(text):
        blank = text.find(" ", starts[-1] + _BLOCK)
        starts.append(blank + 1 if blank >= 0 else len(text))
    return starts if len(starts) > 1 else [0, 0]


def _prices(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where in a block something is passed, and its price."""
    prices = [(match.start(1), 1) for match in _WORD.finditer(text, start, end)]
    prices += [(match.start(), SENTENCE_WORDS) for match in SENTENCE_END.finditer(text, start, end)]
    prices += [(match.start(), PARAGRAPH_WORDS) for match in _PARAGRAPH.finditer(text, start, end)]
    prices += [(match.start(), ANOTHER_PART) for match in _PART_BREAK.finditer(text, start, end)]
    prices.sort()
    return prices


def _price(text: str, start: int, end: int) -> int:
    """The sum of a block's prices, counted at once where it is ASCII: what makes no word, and what may stand between an
    end of a sentence and the blank behind it, is left out first.
    """
    block = text[start:end]
    if not block.isascii():
        return sum(price for _, price in _prices(text, start, end))
    plain = block.encode("ascii")
    words, ends = b" " + plain.translate(_AS_WORDS, _NO_WORD), plain.translate(_AS_ENDS, _NO_END)
    return (
        words.count(b" a")
        + SENTENCE_WORDS * (ends.count(b". ") + ends.endswith(b"."))
        + PARAGRAPH_WORDS * block.count(PARAGRAPH)
        + ANOTHER_PART * block.count(PART_BREAK)
    )
