"""Who had it before they might, and for how long: worked out from audit events and from what people wrote down. Pure.

Everything is weighed as it stood at the instant: whoever was suspended afterwards had access when they got it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from leakguard.model.address import canonical, domain_of
from leakguard.model.embargo import Book, Release
from leakguard.model.events import Act
from leakguard.model.incident import EntryKind, Incident
from leakguard.model.overlay import lay_over
from leakguard.policy import expand_list, lacks_access
from leakguard.service.ports import AuditEntry


class Reach(StrEnum):
    """EXTERNAL: at a domain that is neither our own nor that of anybody in the access files."""

    ELIGIBLE = "eligible"
    WITHOUT_GRANT = "without a grant"
    EXTERNAL = "external domain"


class How(StrEnum):
    SENDER = "sent it"
    DELIVERED = "delivered"
    MAY_BE_DELIVERED = "may have been delivered"
    READ = "read at the desk"
    SENT = "sent by another way"
    SEEN = "seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """files: the book of the files alone. acts: all of them, in order. own_domains: ours by the settings."""

    files: Book
    acts: Sequence[Act] = ()
    own_domains: frozenset[str] = frozenset()

    def at(self, instant: datetime) -> Book:
        """The book as it stood then: the files of today with the acts up to that instant."""
        return lay_over(self.files, [each for each in self.acts if each.at <= instant])

    def now(self) -> Book:
        return lay_over(self.files, self.acts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Had:
    """Somebody had it from an instant on, while it was embargoed. until: deletion or lift; None while that waits.

    people: how many behind the address had no access; one for a person, the members for a list.
    """

    recipient: str
    how: How
    reach: Reach
    since: datetime
    until: datetime | None
    people: int = 1

    @property
    def is_early(self) -> bool:
        return self.reach is not Reach.ELIGIBLE

    @property
    def minutes(self) -> int | None:
        """Begun minutes; None while it goes on."""
        return ceil((self.until - self.since) / timedelta(minutes=1)) if self.until is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    had: tuple[Had, ...] = ()

    @property
    def early(self) -> tuple[Had, ...]:
        """Those without access, in the order in which they got it."""
        return tuple(each for each in self.had if each.is_early)

    @property
    def people(self) -> int:
        return sum(each.people for each in self.early)

    @property
    def since(self) -> datetime | None:
        return min((each.since for each in self.early), default=None)

    @property
    def goes_on(self) -> bool:
        return any(each.until is None for each in self.early)

    @property
    def minutes(self) -> int | None:
        """The longest of them; None while one goes on, and when there is none."""
        if self.goes_on:
            return None
        return max((each.minutes or 0 for each in self.early), default=None)


def exposure(incident: Incident, entries: Sequence[AuditEntry], calendar: Calendar) -> Exposure:
    """Everybody who had it while it was embargoed, each from the first time that is known."""
    first: dict[str, Had] = {}
    today = calendar.now()
    for at, recipient, how in sorted(_got_it(incident, entries), key=lambda each: each[0]):
        key = canonical(recipient)
        had = _had(incident, calendar, today, at, recipient, how) if key not in first else None
        if had is not None:
            first[key] = had
    return Exposure(had=tuple(first.values()))


_GOT_IT = {
    "Delivered": How.DELIVERED,
    "Flagged": How.DELIVERED,
    "PostReported": How.DELIVERED,
    "ReplyLost": How.MAY_BE_DELIVERED,
}
_SAID_SO = {EntryKind.SENT: How.SENT, EntryKind.SEEN_BY: How.SEEN}


def _got_it(incident: Incident, entries: Sequence[AuditEntry]) -> Iterator[tuple[datetime, str, How]]:
    for entry in entries:
        sender = entry.text("sender")
        if sender and entry.kind in ("Held", "Flagged", "Refusal"):
            yield entry.at, sender, How.SENDER
        if entry.kind in _GOT_IT:
            yield from ((entry.at, each, _GOT_IT[entry.kind]) for each in entry.texts("recipients"))
        if entry.kind == "ContentViewed":
            yield entry.at, entry.actor, How.READ
    for each in incident.entries:
        if each.kind in _SAID_SO and each.recipient:
            yield each.at, each.recipient, _SAID_SO[each.kind]


def _had(incident: Incident, calendar: Calendar, today: Book, at: datetime, recipient: str, how: How) -> Had | None:
    """None when nothing was embargoed any more. A release that is not in the calendar counts as embargoed."""
    then = calendar.at(at)
    releases = [then.releases.get(each) for each in incident.releases]
    embargoed = [each for each in releases if each is None or not each.is_public(at)]
    if not embargoed:
        return None
    lacking = [each for each in embargoed if each is None or lacks_access(recipient, each, then, at) is not None]
    reach = Reach.ELIGIBLE
    if lacking:
        reach = Reach.EXTERNAL if _is_external(recipient, then, calendar.own_domains) else Reach.WITHOUT_GRANT
    deleted = [each.at for each in incident.entries if _is_deletion(each.kind) and _same(each.recipient, recipient)]
    ends = [*(each for each in deleted if each >= at), _last_lift(lacking or embargoed, today)]
    known = [each for each in ends if each is not None]
    return Had(
        recipient=recipient,
        how=how,
        reach=reach,
        since=at,
        until=max(min(known), at) if known else None,
        people=max((_heads(recipient, each, then, at) for each in lacking if each is not None), default=1),
    )


def _is_deletion(kind: EntryKind) -> bool:
    return kind is EntryKind.DELETION_CONFIRMED


def _same(one: str, other: str) -> bool:
    return canonical(one) == canonical(other)


def _last_lift(releases: Sequence[Release | None], today: Book) -> datetime | None:
    """When the last of them became public, or will; None when that waits for a person."""
    found = [today.releases.get(each.id) if each is not None else None for each in releases]
    lifts = [each.lift_at() if each is not None else None for each in found]
    known = [each for each in lifts if each is not None]
    return max(known) if len(known) == len(lifts) else None


def _is_external(recipient: str, book: Book, own_domains: frozenset[str]) -> bool:
    domain = domain_of(recipient)
    known = {domain_of(each) for each in book.handles} | {each.casefold() for each in own_domains}
    return bool(domain) and domain not in known


def _heads(recipient: str, release: Release, book: Book, at: datetime) -> int:
    """How many people without access stand behind this address; one where nobody can tell."""
    if canonical(recipient) not in book.lists:
        return 1
    members = expand_list(canonical(recipient), release, book) or ()
    return sum(lacks_access(each, release, book, at) is not None for each in members) or 1
