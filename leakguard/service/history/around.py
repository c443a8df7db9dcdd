"""Copies held, flagged and sent over time around the lift of one release, in slots that never straddle the lift.

Clean mail leaves no event, so it is not here: what is counted as forwarded was flagged and went on, or held and sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from leakguard.model.embargo import Release
from leakguard.service.history.happenings import FLAGGED, HELD, SENT, Happening


class Span(StrEnum):
    """How much time on each side of the lift."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"

    @property
    def each_side(self) -> timedelta:
        return _SIDES[self]

    @property
    def step(self) -> timedelta:
        return _STEPS[self]


_SIDES = {Span.HOUR: timedelta(hours=1), Span.DAY: timedelta(days=1), Span.WEEK: timedelta(days=7)}
_STEPS = {Span.HOUR: timedelta(minutes=2), Span.DAY: timedelta(hours=1), Span.WEEK: timedelta(hours=6)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Copies: one for each recipient. sent: after they had been held."""

    held: int = 0
    flagged: int = 0
    sent: int = 0

    @property
    def forwarded(self) -> int:
        return self.flagged + self.sent

    def __add__(self, other: Counts) -> Counts:
        return Counts(held=self.held + other.held, flagged=self.flagged + other.flagged, sent=self.sent + other.sent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """Half-open: what happens at `until` is in the next one."""

    since: datetime
    until: datetime
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """lift_at: as things stand; while `waits`, the time in the calendar. opens_at: when the window opens, if ever."""

    lift_at: datetime
    waits: bool
    opens_at: datetime | None
    zone: str
    slots: tuple[Slot, ...]

    @property
    def before(self) -> Counts:
        return sum((each.counts for each in self.slots if each.until <= self.lift_at), Counts())

    @property
    def after(self) -> Counts:
        return sum((each.counts for each in self.slots if each.since >= self.lift_at), Counts())


def bounds(release: Release, span: Span) -> tuple[datetime, datetime]:
    lift_at = _lift_of(release)
    return lift_at - span.each_side, lift_at + span.each_side


def around(release: Release, span: Span, happenings: Iterable[Happening]) -> Around:
    """Of happenings about other releases, and outside the span, nothing counts."""
    since, until = bounds(release, span)
    inside = [each for each in happenings if since <= each.at < until and release.id in each.releases]
    counted = [Counts()] * ((until - since) // span.step)
    for happening, copies in _first_seen(sorted(inside, key=lambda each: each.at)):
        counted[(happening.at - since) // span.step] += _counts(happening.kind, copies)
    slots = (
        Slot(since=since + n * span.step, until=since + (n + 1) * span.step, counts=counts)
        for n, counts in enumerate(counted)
    )
    return Around(
        lift_at=_lift_of(release),
        waits=release.lift_at() is None,
        opens_at=release.pre_release_from,
        zone=release.zone,
        slots=tuple(slots),
    )


def _lift_of(release: Release) -> datetime:
    """In UTC, in which a day has 24 hours."""
    return (release.lift_at() or release.release_at).astimezone(UTC)


def _first_seen(happenings: Iterable[Happening]) -> Iterable[tuple[Happening, int]]:
    """Each happening with how many copies it tells of for the first time: a hold may be written down twice."""
    seen: set[tuple[str, str, str]] = set()
    for each in happenings:
        new = {(each.kind, each.item, copy) for copy in each.copies} - seen
        seen |= new
        yield each, len(new)


def _counts(kind: str, copies: int) -> Counts:
    return Counts(
        held=copies if kind == HELD else 0,
        flagged=copies if kind == FLAGGED else 0,
        sent=copies if kind == SENT else 0,
    )
