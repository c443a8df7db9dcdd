"""Numbers with a unit, as a reader sees a statistic; dates, times, references and telephone numbers are none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from leakguard.detect.page import Hit

_ONES = "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
_WORDS = f"(?:{_ONES}|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|nought)"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_UNIT = (
    r"(?:%|per ?cent(?:age)?(?: points?)?|pcs?\b|pp\b|ppts?\b|percentage points?|basis points?"
    r"|m\b|mn\b|bn\b|tn\b|k\b|million|billion|trillion|thousand|hundred thousand)"
)
_NOT_AFTER = "".join(f"(?<!{word} )" for word in ("room", "table", "section", "version", "until"))
_NO_CLOCK = "".join(f"(?<!{word} )" for word in ("at", "by", "from"))  # "up by 0.3", but "by 9.30"
_SPOKEN = rf"{_WORDS}(?: (?:and )?{_WORDS})*(?: point(?: {_WORDS})+)?"
_FIGURE = re.compile(
    rf"(?<![\w.£$€])(?<!\d,)(?:"
    rf"[£$€] ?(?:{_NUMBER})(?: ?{_UNIT})?"
    rf"|(?:{_NUMBER}|\d{{1,3}},\d{{1,2}}) ?{_UNIT}"
    r"|(?:(?<=minus )|(?<=plus )|(?<=\+))\d{1,3},\d{1,2}(?![\d,])"  # as it is written in most of Europe
    r"|\d{1,3} min(?:ute)?s?(?:,| and)? \d{1,2} sec(?:ond)?s?"
    r"|\d{1,3}(?:,\d{3})+(?:\.\d+)?"
    rf"|{_NOT_AFTER}(?:\d{{1,4}}\.\d|{_NO_CLOCK}\d{{1,4}}\.\d{{2,3}})(?!\.?\d| ?[ap]\.?m\b)"
    rf"|{_SPOKEN} ?(?:per ?cent|percentage points?|million|billion)"
    rf"|{_WORDS} point(?: {_WORDS})+"
    r")(?![\w]|\.\d)"
)
_DIGITS = re.compile(r"[£$€]|\d+")
_NUMBER_WORD = re.compile(rf"\b{_WORDS}")
_AFTER_WORDS = ("per cent", "percent", "point", "million", "billion")  # one of them is in every figure in words
# "9.30" may be a time or a rate. What stands around decides, never the value, which could be found by trying.
_CLOCK_OR_RATE = re.compile(r"\d{1,2}\.\d\d")
_RATE_LEAD = re.compile(
    r"(?:\b(?:is|was|were|are|be|stands at|stood at|comes? in at|came in at|reached|hit|rate|index|ratio|figure|value)"
    r"|\b(?!open|shut|closed)[a-z]+ to|[:=()|])(?: now| currently| about| around| only| still)? ?$"
)
_CLOCK_LEAD = re.compile(
    r"\b(?:times?|release[ds]?|publish(?:e[ds])?|publication|starts?|starting|embargo(?:ed)?|meet(?:ing)?|call|opens?|lifts?"
    r"|until|till|before|after)\b[^.!?]{0,20}$"
)
_CLOCK_BEHIND = re.compile(r" ?(?:[ap]\.?m\b|start|meeting|tomorrow|today|sharp|on (?:mon|tues|wednes|thurs|fri)day)")
_DECIMAL = re.compile(r"\d{1,4}\.\d{1,3}")
_PLACE = re.compile(
    r"\b(?:rooms?|floors?|desks?|bays?|items?|para(?:graph)?s?|annex|appendix|chapters?|clauses?|pages?|python|windows)"
    r"\b[ .:]{0,2}(?:no\.? ?)?(?:\d+\.\d+(?:,| and| or| to)? ){0,4}$"
)
_ITEM = re.compile(r"(?<![\w.,])\d{1,2}\.\d{1,2}(?= (?:[01]?\d|2[0-3]):[0-5]\d(?!\d))")  # "2.1 10:15 Apologies"
_BEFORE = 40
_TIDY = re.compile(r"[^\d.]")


def find_figures(text: str) -> list[Hit]:
    """Every figure in a canonical text, left to right. Times, room numbers and the items of an agenda are none."""
    items = _agenda(text)
    return [match.span() for match in _matches(text) if not _is_label(match, text, items)]


def _matches(text: str) -> Iterator[re.Match[str]]:
    """What the pattern finds from left to right, tried only where a figure may begin."""
    starts = [match.start() for match in _DIGITS.finditer(text)]
    if any(word in text for word in _AFTER_WORDS):
        starts = sorted({*starts, *(match.start() for match in _NUMBER_WORD.finditer(text))})
    end = 0
    for start in starts:
        match = _FIGURE.match(text, start) if start >= end else None
        if match is not None:
            end = match.end()
            yield match


def _agenda(text: str) -> frozenset[int]:
    """Where decimals stand before a clock time. One alone may be a figure and its hour; two make an agenda."""
    starts = frozenset(match.start() for match in _ITEM.finditer(text)) if ":" in text else frozenset[int]()
    return starts if len(starts) > 1 else frozenset()


def _is_label(match: re.Match[str], text: str, items: frozenset[int]) -> bool:
    if not _DECIMAL.fullmatch(match.group()):
        return False
    before = text[max(match.start() - _BEFORE, 0) : match.start()]
    return match.start() in items or _is_clock(match, before) or _PLACE.search(before) is not None


def _is_clock(match: re.Match[str], before: str) -> bool:
    if not _CLOCK_OR_RATE.fullmatch(match.group()):
        return False
    if _CLOCK_LEAD.search(before) or _CLOCK_BEHIND.match(match.string, match.end()):
        return True
    return _RATE_LEAD.search(before) is None


def same_figure(text: str, registered: tuple[str, ...]) -> bool:
    """Whether a figure as written is one of these, at the coarser of the two precisions."""
    value = _value(text)
    return value is not None and any(_agree(value, other) for other in map(_value, registered) if other is not None)


@lru_cache(maxsize=4096)
def _value(text: str) -> Decimal | None:
    try:
        return Decimal(_TIDY.sub("", text))
    except InvalidOperation:
        return None


def _agree(one: Decimal, other: Decimal) -> bool:
    places = max(one.as_tuple().exponent, other.as_tuple().exponent)
    if not isinstance(places, int):
        return False
    unit = Decimal(1).scaleb(places)
    try:
        return one.quantize(unit) == other.quantize(unit)
    except InvalidOperation:  # more digits than a statistic has
        return False
