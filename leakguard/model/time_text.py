"""Times as people read them: "Tue 17 Mar 2026 09:30 GMT (in 18 min)"."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo


def full_time(at: datetime, zone: str) -> str:
    """Weekday, date, time and zone; seconds only where there are some."""
    local = at.astimezone(ZoneInfo(zone))
    seconds = f":{local.second:02d}" if local.second else ""
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}{seconds} {local:%Z}"


def with_countdown(at: datetime, zone: str, now: datetime) -> str:
    return f"{full_time(at, zone)} ({countdown(at - now)})"


def countdown(left: timedelta) -> str:
    """ "in 18 min", "in 2 h 5 min", "3 days ago": the two largest units, rounded so that it never promises too soon."""
    if left > timedelta():
        return f"in {_units(_not_less(left))}"
    seconds = int(-left.total_seconds())
    return f"{_units(seconds)} ago" if seconds else "now"


def _not_less(left: timedelta) -> int:
    """Seconds, rounded up to the smallest unit that is shown."""
    seconds = _up(left / timedelta(seconds=1), 1)
    if seconds >= 300:
        seconds = _up(seconds, 60)
    return _up(seconds, 3_600) if seconds >= 86_400 else seconds


def _up(seconds: float, unit: int) -> int:
    return ceil(seconds / unit) * unit


def _units(seconds: int) -> str:
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, seconds = divmod(rest, 60)
    if days:
        return f"{days} day{'s' if days > 1 else ''}" + (f" {hours} h" if hours else "")
    if hours:
        return f"{hours} h" + (f" {minutes} min" if minutes else "")
    if minutes:
        return f"{minutes} min" + (f" {seconds} s" if seconds and minutes < 5 else "")
    return f"{seconds} s"
