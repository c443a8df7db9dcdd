"""Slack's timestamps, which are names of messages too: "1355517523.000005" <-> an instant. Pure, no floats."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_STAMP = re.compile(r"([0-9]{1,10})(?:\.([0-9]{1,6}))?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(stamp: object) -> datetime | None:
    """None for what is no timestamp."""
    match = _STAMP.fullmatch(stamp) if isinstance(stamp, str) else None
    if match is None:
        return None
    return _EPOCH + timedelta(seconds=int(match[1]), microseconds=int((match[2] or "").ljust(6, "0")))


def stamp(at: datetime) -> str:
    since = at - _EPOCH
    return f"{since.days * 86400 + since.seconds}.{since.microseconds:06d}"
