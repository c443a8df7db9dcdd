"""Releases, grants and the book that holds them: what is secret, until when, and who may have it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from leakguard.model.address import canonical
from leakguard.model.content import Scope
from leakguard.model.ids import PersonId, ReleaseId
from leakguard.model.period import Period, could_mean


class Phase(StrEnum):
    PRODUCTION = "production"
    PRE_RELEASE = "pre_release"
    PUBLISHED = "published"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


class ReleaseStatus(StrEnum):
    """What the calendar says. Only a scheduled release lifts by the clock; a provisional one waits."""

    SCHEDULED = "scheduled"
    PROVISIONAL = "provisional"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


class LiftMode(StrEnum):
    AT_TIME = "at_time"
    ON_CONFIRMATION = "on_confirmation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A publication with an embargo. All times are aware; intervals are half-open.

    pre_release_from: when the pre-release access window opens, if there is one.
    sensitive_from: from when wording that could repeat earlier editions counts; before the window opens by default.
    confirmed_at: when a person confirmed the publication; postponing or cancelling takes it back.
    zone: the zone in which people read its times. about: the periods that its title names.
    """

    id: ReleaseId
    title: str
    producer: str = ""
    series: str | None = None
    release_at: datetime
    zone: str
    pre_release_from: datetime | None = None
    sensitive_from: datetime | None = None
    status: ReleaseStatus = ReleaseStatus.SCHEDULED
    lift: LiftMode = LiftMode.AT_TIME
    confirmed_at: datetime | None = None
    declaration_required: bool = False
    about: tuple[Period, ...] = ()

    def __post_init__(self) -> None:
        for time in (self.release_at, self.pre_release_from, self.sensitive_from, self.confirmed_at):
            assert time is None or time.tzinfo is not None, "times know their zone"

    def is_public(self, now: datetime) -> bool:
        """True from the lift on, the instant itself included. A confirmation never lifts before `release_at`."""
        lift_at = self.lift_at()
        return lift_at is not None and lift_at <= now

    def lift_at(self) -> datetime | None:
        """When it becomes public as things stand, or None while that waits for a person."""
        if self.status is ReleaseStatus.SCHEDULED and self.lift is LiftMode.AT_TIME:
            return self.release_at  # confirming what lifted by the clock moves nothing
        if self.confirmed_at is not None:
            return max(self.release_at, self.confirmed_at)
        return None

    def could_be_meant_by(self, named: Period) -> bool:
        """Whether somebody who names this time may mean this publication, or what it tells of."""
        local = self.release_at.astimezone(ZoneInfo(self.zone))
        return could_mean(named, Period(day=local.day, month=local.month, year=local.year), self.about)

    def phase(self, now: datetime) -> Phase:
        if self.is_public(now):
            return Phase.PUBLISHED
        if self.status is ReleaseStatus.POSTPONED:
            return Phase.POSTPONED
        if self.status is ReleaseStatus.CANCELLED:
            return Phase.CANCELLED
        if self.pre_release_from is not None and self.pre_release_from <= now:
            return Phase.PRE_RELEASE
        return Phase.PRODUCTION

    def in_window(self, now: datetime) -> bool:
        """Whether now is the sensitive window, in which even a restatement of public results is an indication.

        Without `sensitive_from` and without a pre-release window there is no telling, so it is always.
        """
        opens = [time for time in (self.sensitive_from, self.pre_release_from) if time is not None]
        return not self.is_public(now) and (not opens or min(opens) <= now)


class Basis(StrEnum):
    """By what right somebody has early access. ref: CoP T3.3 (production, QA), CoP T3.4 (pre-release)"""

    PRODUCTION = "production"
    QA = "qa"
    PRE_RELEASE = "pre_release"
    SPECIAL = "special"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One person's (or mailbox's) access to one release.

    from_at: None means from the beginning. until_at: exclusive; None means until the release is public.
    """

    person: PersonId
    release: ReleaseId
    basis: Basis
    from_at: datetime | None = None
    until_at: datetime | None = None
    declaration_signed_at: datetime | None = None
    justification: str = ""
    granted_by: str = ""
    suspended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody or some mailbox with handles on channels, in canonical form."""

    id: PersonId
    handles: tuple[str, ...]
    name: str = field(default="", repr=False)
    role: str = ""
    organisation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Releases (when), grants (who) and lists, as of one snapshot with the operators' acts laid over it.

    lists: address -> members, canonical; a list without known members maps to ().
    digest: content hash of the snapshot, with the number of acts laid over it ("3f9a…+2").
    """

    releases: Mapping[ReleaseId, Release] = field(default_factory=dict)
    people: Mapping[PersonId, Person] = field(default_factory=dict)
    grants: Mapping[tuple[PersonId, ReleaseId], tuple[Grant, ...]] = field(default_factory=dict)
    handles: Mapping[str, PersonId] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    digest: str = ""

    def in_scope(self, scope: Scope) -> tuple[Release, ...]:
        """The releases a rule of this scope gives away, earliest first."""
        if scope.release is not None:
            release = self.releases.get(scope.release)
            return (release,) if release is not None else ()
        editions = (each for each in self.releases.values() if each.series == scope.series)
        return tuple(sorted(editions, key=lambda each: (each.release_at, each.id)))

    def grants_of(self, address: str, release: ReleaseId) -> tuple[Grant, ...]:
        person = self.handles.get(canonical(address))
        return self.grants.get((person, release), ()) if person is not None else ()
