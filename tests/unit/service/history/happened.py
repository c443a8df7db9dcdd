"""A morning to count by hand: happenings in one line each, at minutes from the lift."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from leakguard.service.history.happenings import Happening

T = datetime(2031, 3, 18, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LMS, CPI = "LMS-2031-03", "CPI-2031-03"


def happened(kind: str, item: str, minutes: float = -8, *, of: str = LMS, to: str = "a", **more) -> Happening:
    """to: the copies, a letter each. more: rules, codes, actor."""
    named = {name: frozenset(more.pop(name, ())) for name in ("rules", "codes")}
    at = more.pop("at", T + minutes * MINUTE)
    return Happening(at=at, kind=kind, item=item, copies=frozenset(to), releases=frozenset({of}), **named, **more)


def decided(kind: str, item: str, minutes: float, actor: str = "dee@stats.example", **more) -> Happening:
    return happened(kind, item, minutes, actor=actor, **more)
