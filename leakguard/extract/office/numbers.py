"""Spreadsheet numbers as their readers see them: 0.051 with the format "0.0%" is "5.1%".

ref: ECMA-376 part 1, 18.8.30 (number formats)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

BUILT_IN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    14: "dd/mm/yyyy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "dd/mm/yyyy h:mm",
    37: "#,##0;(#,##0)",
    38: "#,##0;(#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;(#,##0.00)",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss",
    48: "##0.0E+0",
    49: "@",
}

_TOKEN = re.compile(
    r'"([^"]*)"?|\\(.)|[_*].|\[(\$[^\]-]*)[^\]]*\]|\[(h+|m+|s+)\]|\[[^\]]*\]'
    r"|(General)|(AM/PM|A/P)|(y+|m+|d+|h+|s+(?:\.0+)?)|([0#?][0#?.,]*|\.[0#?]+)|(E[+-]0+)|(%)|(/[ ?#0-9]*[?#0-9])|(.)",
    re.IGNORECASE | re.DOTALL,
)
_MONTHS = "January February March April May June July August September October November December".split(" ")
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" ")
_EPOCH_1900, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - spreadsheets have no zones
_LAST_DAY = 2_958_465  # 9999-12-31
_MOST_DECIMALS = 30
_SIGNIFICANT = 11  # what "General" shows


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    """One of the up to four parts of a format, as (kind, text) tokens."""

    tokens: tuple[tuple[str, str], ...]

    @property
    def kinds(self) -> set[str]:
        return {kind for kind, _ in self.tokens}


def render(raw: str, code: str, *, since_1904: bool = False) -> str:
    """`raw` is the number as the file has it. What cannot be rendered is shown as it is."""
    try:
        number = Decimal(raw)
    except InvalidOperation:
        return raw
    if not number.is_finite() or not -300 < number.adjusted() < 300:
        return raw
    section, number = _choose(_sections(code[:255]), number)
    if "date" in section.kinds or "elapsed" in section.kinds:
        return _render_date(section, number, since_1904)
    return _render_number(section, number)


def _choose(sections: tuple[_Section, ...], number: Decimal) -> tuple[_Section, Decimal]:
    """A section of its own for negative numbers says itself how the sign looks."""
    if number < 0 and len(sections) > 1:
        return sections[1], -number
    if number == 0 and len(sections) > 2:
        return sections[2], number
    return sections[0], number


@lru_cache(maxsize=1024)
def _sections(code: str) -> tuple[_Section, ...]:
    sections: list[list[tuple[str, str]]] = [[]]
    for match in _TOKEN.finditer(code or "General"):
        if match[0] == ";":
            sections.append([])
        else:
            sections[-1].append(_token(match))
    return tuple(_Section(tokens=tuple(tokens)) for tokens in sections)


_KINDS = {1: "text", 2: "text", 3: "text", 4: "elapsed", 5: "general", 6: "noon", 7: "date", 8: "digits"}
_MORE_KINDS = {9: "exponent", 10: "percent", 11: "fraction", 12: "text"}


def _token(match: re.Match[str]) -> tuple[str, str]:
    index = match.lastindex
    if index is None:
        return "text", ""  # padding, colours, conditions
    text = match[index]
    return (_KINDS | _MORE_KINDS)[index], text.lstrip("$") if index == 3 else text


def _render_number(section: _Section, number: Decimal) -> str:
    kinds = section.kinds
    if "fraction" in kinds:
        return _general(number)
    out: list[str] = []
    written = False
    scaled = number * 100 if "percent" in kinds else number
    exponent = next((text for kind, text in section.tokens if kind == "exponent"), "")
    for kind, text in section.tokens:
        if kind == "general" or text == "@":
            out.append(_general(scaled))
        elif kind == "digits" and not written:
            out.append(_scientific(scaled, text, exponent) if exponent else _digits(scaled, text))
            written = True
        elif kind == "percent":
            out.append("%")
        elif kind == "text":
            out.append(text)
    sign = "-" if number < 0 else ""
    return (sign + "".join(out).replace("-", "", 1) if sign and "-" in "".join(out) else "".join(out)).strip()


def _digits(number: Decimal, pattern: str) -> str:
    whole, _, fraction = pattern.partition(".")
    thousands = len(whole) - len(whole.rstrip(",")) + len(fraction) - len(fraction.rstrip(","))
    number /= Decimal(1000) ** min(thousands, 10)
    fraction = fraction.rstrip(",")[:_MOST_DECIMALS]
    rounded = _rounded(number, len(fraction))
    text = f"{rounded:,.{len(fraction)}f}" if "," in whole.rstrip(",") else f"{rounded:.{len(fraction)}f}"
    optional = len(fraction) - len(fraction.rstrip("#?"))
    for _ in range(optional):
        text = text.removesuffix("0")
    return _padded(text.rstrip(".") if fraction else text, whole.count("0"))


def _padded(text: str, least: int) -> str:
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, point, fraction = digits.partition(".")
    return sign + whole.rjust(min(least, _MOST_DECIMALS), "0") + point + fraction


def _rounded(number: Decimal, decimals: int) -> Decimal:
    """As spreadsheets round what they show: the shortest decimal form of the stored number, half away from zero."""
    try:
        shortest = Decimal(repr(float(number)))
        return shortest.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    except InvalidOperation:
        return number


def _scientific(number: Decimal, pattern: str, exponent: str) -> str:
    decimals = min(len(pattern.partition(".")[2]), _MOST_DECIMALS)
    mantissa, _, power = f"{float(number):.{decimals}E}".partition("E")
    return f"{mantissa}E{power[0]}{power[1:].lstrip('0').rjust(len(exponent) - 2, '0')}"


def _general(number: Decimal) -> str:
    if number == number.to_integral_value() and abs(number) < 10**_SIGNIFICANT:
        return f"{number:.0f}"
    return f"{float(number):.{_SIGNIFICANT}g}"


def _render_date(section: _Section, number: Decimal, since_1904: bool) -> str:
    if not 0 <= number <= _LAST_DAY - 1500:
        return _general(number)
    # 1900 was no leap year, but spreadsheets count its 29 February: days before 1 March are one later.
    shift = 1 if not since_1904 and number < 60 else 0
    seconds = int((number * 86400).to_integral_value(ROUND_HALF_UP))
    moment = (_EPOCH_1904 if since_1904 else _EPOCH_1900) + timedelta(seconds=seconds, days=shift)
    noon = "noon" in section.kinds
    out: list[str] = []
    previous = ""
    for index, (kind, text) in enumerate(section.tokens):
        if kind == "elapsed":
            out.append(str(seconds // {"h": 3600, "m": 60, "s": 1}[text[0].lower()]))
        elif kind == "date":
            minutes = text[0] in "mM" and len(text) < 3 and (previous == "h" or _next_date(section, index) == "s")
            out.append(_moment_part(moment, text.lower(), minutes=minutes, noon=noon))
        elif kind == "noon":
            out.append("AM" if moment.hour < 12 else "PM")
        elif kind in ("text", "digits"):
            out.append(text)
        if kind in ("date", "elapsed"):
            previous = text[0].lower()
    return "".join(out).strip()


def _next_date(section: _Section, index: int) -> str:
    return next((text[0].lower() for kind, text in section.tokens[index + 1 :] if kind == "date"), "")


def _moment_part(moment: datetime, text: str, *, minutes: bool, noon: bool) -> str:
    if minutes:
        return str(moment.minute).rjust(len(text), "0")
    if text[0] == "h":
        hour = (moment.hour % 12 or 12) if noon else moment.hour
        return str(hour).rjust(min(len(text), 2), "0")
    if text[0] == "s":
        return str(moment.second).rjust(min(len(text.partition(".")[0]), 2), "0")
    return _calendar_part(moment, text)


def _calendar_part(moment: datetime, text: str) -> str:
    if text[0] == "y":
        return str(moment.year) if len(text) > 2 else f"{moment.year % 100:02d}"
    names, number = (_MONTHS, moment.month) if text[0] == "m" else (_DAYS, moment.day)
    if len(text) < 3:
        return str(number).rjust(len(text), "0")
    name = names[moment.month - 1 if text[0] == "m" else moment.weekday()]
    return name[:3] if len(text) == 3 else name[:1] if len(text) == 5 else name
