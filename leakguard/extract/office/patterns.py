"""Number formats taken apart: "#,##0.0,,\\"m\\";[Red]-0" as sections of tokens, with what their numbers need.

ref: ECMA-376 part 1, 18.8.30 (number formats)
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum, auto
from functools import lru_cache

_TOKEN = re.compile(
    r'"([^"]*)"?|\\(.)|[_*].|\[([^\]]*)\]?|(General|Standard)|(AM/PM|A/P)'
    r"|(y+|m+|d+|h+|s+(?:\.0+)?|a{3,}|b+)|(E[+-][0#?]+)|(/ ?[#?0-9]+)|([0#?])|(%)|(@)|([.,])|(.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9.]+(?:E[+-]?[0-9]{1,3})?)\Z", re.IGNORECASE)
_ELAPSED = re.compile(r"(?:h+|m+|s+)\Z", re.IGNORECASE)
_COMPARISONS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
_SYSTEM_DATES = {"$-f800": "d mmmm yyyy", "$-f400": "hh:mm:ss", "$-x-sysdate": "d mmmm yyyy", "$-x-systime": "hh:mm:ss"}
_MOST_DECIMALS = 30


class Kind(Enum):
    WORDS = auto()
    GENERAL = auto()
    NOON = auto()
    DATE = auto()
    ELAPSED = auto()
    EXPONENT = auto()
    FRACTION = auto()
    DIGITS = auto()
    PERCENT = auto()
    AS_TEXT = auto()
    POINT = auto()
    COMMA = auto()
    NOTHING = auto()


Token = tuple[Kind, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One of the up to four parts of a format.

    condition: (comparison, number) that says which numbers it is for, if the format says so itself.
    only_negative: it shows only negative numbers, and their sign by itself.
    simple: words before and behind the digits, where these are one run. shift: power of ten to multiply by.
    wholes, decimals: places before and after the point. optional: of the latter, how many are left out when zero.
    """

    tokens: tuple[Token, ...]
    condition: tuple[str, Decimal] | None = None
    is_date: bool = False
    simple: tuple[str, str] | None = None
    shift: int = 0
    wholes: int = 0
    least_whole: int = 0
    decimals: int = 0
    optional: int = 0
    grouped: bool = False
    has_whole_beside_fraction: bool = False
    before_point: tuple[Token, ...] = ()
    after_point: tuple[Token, ...] = ()

    def holds(self, number: Decimal, *, otherwise: bool) -> bool:
        if self.condition is None:
            return otherwise
        return _COMPARISONS[self.condition[0]](number, self.condition[1])

    @property
    def only_negative(self) -> bool:
        return self.condition is not None and self.condition[0] in ("<", "<=") and self.condition[1] <= 0


@lru_cache(maxsize=1024)
def sections(code: str) -> tuple[Section, ...]:
    for sign, instead in _SYSTEM_DATES.items():
        if f"[{sign}]" in code.lower():
            code = instead
    found: list[list[Token]] = [[]]
    conditions: list[tuple[str, Decimal] | None] = [None]
    for match in _TOKEN.finditer(code or "General"):
        if match[0] == ";":
            found.append([])
            conditions.append(None)
        elif match[3] is not None and (condition := _CONDITION.match(match[3])):
            conditions[-1] = _condition(condition)
        else:
            found[-1].append(_token(match))
    return tuple(_section(tokens, condition) for tokens, condition in zip(found, conditions, strict=True))


def _condition(match: re.Match[str]) -> tuple[str, Decimal] | None:
    try:
        return match[1], Decimal(match[2])
    except InvalidOperation:
        return None


_KINDS = {
    1: Kind.WORDS,
    2: Kind.WORDS,
    4: Kind.GENERAL,
    5: Kind.NOON,
    6: Kind.DATE,
    7: Kind.EXPONENT,
    8: Kind.FRACTION,
    9: Kind.DIGITS,
    10: Kind.PERCENT,
    11: Kind.AS_TEXT,
    13: Kind.WORDS,
}


def _token(match: re.Match[str]) -> Token:
    index = match.lastindex
    if index is None:
        return Kind.NOTHING, ""  # padding
    text = match[index]
    if index == 12:
        return (Kind.POINT if text == "." else Kind.COMMA), text
    if index != 3:
        return _KINDS[index], text
    if _ELAPSED.match(text):
        return Kind.ELAPSED, text
    return Kind.WORDS, text[1:].partition("-")[0] if text.startswith("$") else ""  # else colours and numerals


def _section(tokens: list[Token], condition: tuple[str, Decimal] | None) -> Section:
    if any(kind in (Kind.DATE, Kind.ELAPSED) for kind, _ in tokens):
        return Section(tokens=tuple(tokens), condition=condition, is_date=True)
    places = [index for index, (kind, _) in enumerate(tokens) if kind is Kind.DIGITS]
    point = next((index for index, (kind, _) in enumerate(tokens) if kind is Kind.POINT), len(tokens))
    commas = _commas(tokens, places, point)
    plain = [(Kind.WORDS if kind is Kind.COMMA and index not in commas else kind, text)
             for index, (kind, text) in enumerate(tokens)]  # fmt: skip
    before = tuple(each for each in plain[:point] if each[0] is not Kind.COMMA)
    after = tuple(each for each in plain[point + 1 :] if each[0] is not Kind.COMMA)
    wholes = [text for kind, text in before if kind is Kind.DIGITS]
    decimals = [text for kind, text in after if kind is Kind.DIGITS][:_MOST_DECIMALS]
    percents = sum(kind is Kind.PERCENT for kind, _ in tokens)
    scaling = sum(not inside for inside in commas.values())
    return Section(
        tokens=tuple(each for each in plain if each[0] not in (Kind.COMMA, Kind.NOTHING)),
        condition=condition,
        simple=_simple(plain, places),
        shift=max(2 * percents - 3 * scaling, -60),
        wholes=len(wholes),
        least_whole=wholes.count("0"),
        decimals=len(decimals),
        optional=len(decimals) - len("".join(decimals).rstrip("#?")),
        grouped=any(commas.values()),
        has_whole_beside_fraction=_has_whole(tokens),
        before_point=before,
        after_point=after,
    )


def _commas(tokens: list[Token], places: list[int], point: int) -> dict[int, bool]:
    """Commas that mean something, by position: True between digits (thousands), False behind the last (scaling)."""
    if not places:
        return {}
    whole = [place for place in places if place < point]
    found: dict[int, bool] = {}
    for index, (kind, _) in enumerate(tokens):
        if kind is not Kind.COMMA:
            continue
        if whole and whole[0] < index < whole[-1]:
            found[index] = True
        elif all(tokens[each][0] is Kind.COMMA for each in range(_digit_before(places, index) + 1, index)):
            found[index] = False
    return found


def _digit_before(places: list[int], index: int) -> int:
    return next((place for place in reversed(places) if place < index), index)


def _simple(tokens: list[Token], places: list[int]) -> tuple[str, str] | None:
    """Words around the digits if everything from the first to the last is number."""
    if not places or any(kind in (Kind.EXPONENT, Kind.FRACTION, Kind.AS_TEXT, Kind.GENERAL) for kind, _ in tokens):
        return None
    first = places[0] - (places[0] > 0 and tokens[places[0] - 1][0] is Kind.POINT)
    if any(kind not in (Kind.DIGITS, Kind.COMMA, Kind.POINT, Kind.NOTHING) for kind, _ in tokens[first : places[-1]]):
        return None
    return _words(tokens[:first]), _words(tokens[places[-1] + 1 :])


def _words(tokens: list[Token]) -> str:
    return "".join("%" if kind is Kind.PERCENT else text for kind, text in tokens if kind in (Kind.WORDS, Kind.PERCENT))


def _has_whole(tokens: list[Token]) -> bool:
    """ "# ?/?" has an integer beside the fraction, "?/?" has not: a space parts them."""
    seen_digits = False
    for kind, text in tokens:
        if kind is Kind.FRACTION:
            return False
        if kind is Kind.WORDS and seen_digits and " " in text:
            return True
        seen_digits = seen_digits or kind is Kind.DIGITS
    return False
