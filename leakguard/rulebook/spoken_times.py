"""When releases lift, as people write it: times of day, dates and weekdays, from the calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from leakguard.model.embargo import Release

_HOURS = "twelve one two three four five six seven eight nine ten eleven".split()


def spoken_times(releases: Iterable[Release]) -> tuple[str, ...]:
    """Every way to say when these lift, each once: "09:30", "half past nine", "18 March", "on Tuesday"."""
    local = (each.release_at.astimezone(ZoneInfo(each.zone)) for each in releases)
    return tuple(dict.fromkeys(words for at in local for words in (*_clock(at), *_day(at))))


def _clock(at: datetime) -> Iterator[str]:
    hour, half = at.hour % 12 or 12, "am" if at.hour < 12 else "pm"
    for written in {f"{at:%H}", str(at.hour), str(hour)}:
        yield f"{written}:{at:%M}"
        yield f"{written}.{at:%M}"
    yield f"{at:%H%M}"
    yield f"{hour}:{at:%M}{half}"
    yield f"{hour}.{at:%M}{half}"
    if at.minute == 0:
        yield from (f"{hour}{half}", f"{hour} {half}", f"{_HOURS[hour % 12]} o'clock")
    if at.minute == 30:
        yield from (f"half {_HOURS[hour % 12]}", f"half past {_HOURS[hour % 12]}", f"{_HOURS[hour % 12]} thirty")


def _day(at: datetime) -> Iterator[str]:
    ending = "th" if 11 <= at.day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(at.day % 10, "th")
    yield from (f"{at.day} {at:%B}", f"{at.day}{ending} {at:%B}", f"{at.day}{ending} of {at:%B}", f"{at:%B} {at.day}")
    yield from (f"on {at:%A}", f"{at:%A}'s", f"{at:%A} morning", f"till {at:%A}", f"until {at:%A}", f"before {at:%A}")
