"""Measures how far apart two places of a page read: in words, with a price for sentence ends and blank lines."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import accumulate, pairwise

from leakguard.detect.page import PARAGRAPH, PART_BREAK

SENTENCE_WORDS = 4  # what the end of a sentence counts in a word window
PARAGRAPH_WORDS = 6  # what a blank line counts
ANOTHER_PART = 1 << 40  # more than any page has words
_BETWEEN_WORDS = f" {PARAGRAPH}{PART_BREAK}"
_WORD = re.compile(rf"(?:^|(?<=[{_BETWEEN_WORDS}]))[^\w{_BETWEEN_WORDS}]*(\w)[^{_BETWEEN_WORDS}]*")
SENTENCE_END = re.compile(r"(?<![.!?])[.!?]+[\"')\]]*(?= |$)")
_PARAGRAPH = re.compile(PARAGRAPH)
_PART_BREAK = re.compile(PART_BREAK)

_BLOCK = 512  # characters that are measured at once, up to the next blank
_FEW = 8  # questions that are answered by themselves, and as many more as there are blocks
_NEAR = 256  # characters between two places that are measured by themselves
_TOKEN = 64  # characters in which what a place stands in begins and ends
_ASCII = [chr(code) for code in range(128)]
_NO_WORD = "".join(each for each in _ASCII if each not in _BETWEEN_WORDS and not re.match(r"\w", each)).encode()
_AS_WORDS = bytes(ord(" " if each in _BETWEEN_WORDS else "a") for each in _ASCII) + bytes(128)
_NO_END = b"\"')]"
_AS_ENDS = bytes(ord("." if each in ".!?" else " " if each == " " else "a") for each in _ASCII) + bytes(128)


class Ruler:
    """One page: how many words a reader passes between two of its places. What is near is measured by itself as long
    as few ask. For the rest the page is counted in blocks, once, and where each price stands in a block is worked out
    where somebody asks.
    """

    __slots__ = ("_before", "_few", "_measured", "_passed", "_starts", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._few = _FEW + len(text) // _BLOCK
        self._passed: dict[int, int] = {}
        self._measured: dict[int, tuple[list[int], list[int]]] = {}
        self._starts: list[int] = []
        self._before: list[int] = []

    def apart(self, start: int, end: int, most: int) -> int:
        """Words that begin between two places, with what lies between at its price; any number above `most` where these
        are more.
        """
        if not self._few:
            return self.passed(end) - self.passed(start)
        self._few -= 1
        if end - start > _NEAR:
            least = _least(self._text, start, start + _NEAR)
            return least if least > most else self.passed(end) - self.passed(start)
        if start < end and self._text[start] in _BETWEEN_WORDS and self._text[end - 1] in _BETWEEN_WORDS:
            return _price(self._text, start, end)
        bounds = _tokens_around(self._text, start, end)
        if bounds is None:
            return self.passed(end) - self.passed(start)
        return sum(price for at, price in _prices(self._text, *bounds) if start <= at < end)

    def passed(self, place: int) -> int:
        """Likewise before a place."""
        known = self._passed.get(place)
        return self._measure(place) if known is None else known

    def _measure(self, place: int) -> int:
        if not self._starts:
            self._starts = _blocks(self._text)
            self._before = [0, *accumulate(_price(self._text, *each) for each in pairwise(self._starts))]
        block = max(bisect_left(self._starts, place) - 1, 0)
        if block not in self._measured:
            prices = _prices(self._text, *self._starts[block : block + 2])
            self._measured[block] = ([at for at, _ in prices], [0, *accumulate(price for _, price in prices)])
        places, passed = self._measured[block]
        self._passed[place] = self._before[block] + passed[bisect_left(places, place)]
        return self._passed[place]


def _least(text: str, start: int, end: int) -> int:
    """What is passed between two places at least: whole tokens."""
    first = text.find(" ", start, end) + 1
    return _price(text, first, text.rfind(" ", first, end) + 1) if first else 0


def _tokens_around(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Two places, each moved out of what it stands in; None where that is long."""
    first, last = text.rfind(" ", max(start - _TOKEN, 0), start) + 1, text.find(" ", end, end + _TOKEN)
    if (not first and start > _TOKEN) or (last < 0 and end + _TOKEN < len(text)):
        return None
    return first, last if last >= 0 else len(text)


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
