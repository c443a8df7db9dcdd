"""Times as forms give them: local, without a zone, of a zone that the page names."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from leakguard.model.errors import Refused

_YEARS = range(1971, 9999)  # at the ends of the calendar no zone can be reckoned with


def local_time(text: str, zone: str) -> datetime:
    """Raises Refused for what is no time, and for what the clocks of that zone never show."""
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        raise Refused("write the time like 2026-03-31T09:30") from None
    if local.tzinfo is not None:
        raise Refused("write the time without a zone: it is read in the zone that the page names")
    if local.year not in _YEARS:
        raise Refused("write a year of this time")
    at = local.replace(tzinfo=ZoneInfo(zone))
    if at.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local:
        raise Refused("there is no such time on that day: the clocks change")
    return at
