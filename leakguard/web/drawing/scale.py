"""Numbers on paper: round steps of an axis, grouped digits, and names that fit."""

from __future__ import annotations

from datetime import timedelta
from math import floor, log10

from leakguard.web.drawing.shapes import LETTER

_THIN = "\u202f"  # the thin space that the SI groups digits with; it does not break


def grouped(number: int) -> str:
    """1 234 567, in threes as the SI says."""
    return f"{number:,}".replace(",", _THIN)


def share(part: float) -> str:
    """A share as whole per cent; never 0 % or 100 % of something that is neither."""
    percent = round(part * 100)
    if 0 < part < 1:
        percent = min(max(percent, 1), 99)
    return f"{percent}{_THIN}%"


def ticks(most: int, about: int = 3) -> tuple[int, ...]:
    """Whole numbers from 0 in round steps; the last is `most` or more. Of nothing at all: 0 and 1."""
    if most <= 0:
        return (0, 1)
    rough = max(most / about, 1)
    power = 10 ** floor(log10(rough))
    step = next(int(each * power) for each in (1, 2, 5, 10) if each * power >= rough)
    return tuple(range(0, most + step, step))


def length(time: timedelta) -> str:
    """ "40 s", "12 min", "3 h 20 min", "2 d 4 h"."""
    seconds = round(time.total_seconds())
    for unit, name, below, lesser in ((86_400, "d", 3_600, "h"), (3_600, "h", 60, "min")):
        if seconds >= unit:
            whole, rest = divmod(seconds, unit)
            return f"{whole} {name}" + (f" {rest // below} {lesser}" if rest >= below else "")
    return f"{seconds // 60} min" if seconds >= 60 else f"{seconds} s"


def cut(name: str, width: float) -> str:
    """The name, or as much of it as fits, its end kept: that is where names of one family differ."""
    room = int(width / LETTER)
    if len(name) <= room:
        return name
    head = room // 2
    return f"{name[:head]}…{name[len(name) - (room - head - 1) :]}"
