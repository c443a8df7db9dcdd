"""Days counted since 1900 or 1904, as spreadsheets show them.

ref: ECMA-376 part 1, 18.8.30 (number formats)
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from leakguard.extract.office.patterns import Kind, Section

_MONTHS = "January February March April May June July August September October November December".split(" ")
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" ")
_EPOCH_1900, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - spreadsheets have no zones
_LAST_DAY = 2_958_465  # 9999-12-31
_UNITS = {"h": 3600, "m": 60, "s": 1}


def render_date(section: Section, number: Decimal, *, since_1904: bool) -> str | None:
    """None where there is no such day."""
    if not 0 <= number <= _LAST_DAY - 1500:
        return None
    # 1900 was no leap year, but spreadsheets count its 29 February: days before 1 March are one later.
    shift = 1 if not since_1904 and number < 60 else 0
    thousandths = _thousandths(section, number)
    moment = (_EPOCH_1904 if since_1904 else _EPOCH_1900) + timedelta(milliseconds=thousandths, days=shift)
    noon = any(kind is Kind.NOON for kind, _ in section.tokens)
    out: list[str] = []
    previous = ""
    for index, (kind, text) in enumerate(section.tokens):
        if kind is Kind.ELAPSED:
            out.append(str(thousandths // 1000 // _UNITS[text[0].lower()]).rjust(len(text), "0"))
        elif kind is Kind.DATE:
            minutes = previous == "h" or _next(section, index) == "s"
            out.append(_part(moment, text.lower(), minutes=minutes and text.lower() in ("m", "mm"), noon=noon))
        elif kind is Kind.NOON:
            out.append("AM" if moment.hour < 12 else "PM")
        elif kind is not Kind.NOTHING:
            out.append(text)
        if kind in (Kind.DATE, Kind.ELAPSED):
            previous = text[0].lower()
    return "".join(out).strip()


def _thousandths(section: Section, number: Decimal) -> int:
    """Of a second, rounded to what is shown."""
    exact = int((number * 86_400_000).to_integral_value(ROUND_HALF_UP))
    if any(kind is Kind.DATE and "." in text for kind, text in section.tokens):
        return exact
    return (exact + 500) // 1000 * 1000


def _next(section: Section, index: int) -> str:
    return next((text[0].lower() for kind, text in section.tokens[index + 1 :] if kind is Kind.DATE), "")


def _part(moment: datetime, text: str, *, minutes: bool, noon: bool) -> str:
    if minutes:
        return str(moment.minute).rjust(min(len(text), 2), "0")
    if text[0] == "h":
        hour = (moment.hour % 12 or 12) if noon else moment.hour
        return str(hour).rjust(min(len(text), 2), "0")
    if text[0] == "s":
        whole, point, after = text.partition(".")
        thousandths = f"{moment.microsecond // 1000:03d}"[: len(after)]
        return str(moment.second).rjust(min(len(whole), 2), "0") + point + thousandths
    return _calendar_part(moment, text)


def _calendar_part(moment: datetime, text: str) -> str:
    if text[0] == "y":
        return str(moment.year) if len(text) > 2 else f"{moment.year % 100:02d}"
    if text[0] == "b":
        return str(moment.year + 543)
    names, number = (_MONTHS, moment.month) if text[0] == "m" else (_DAYS, moment.day)
    if len(text) < 3:
        return str(number).rjust(len(text), "0")
    name = names[moment.month - 1 if text[0] == "m" else moment.weekday()]
    return name[:3] if len(text) == 3 else name[:1] if len(text) == 5 else name
