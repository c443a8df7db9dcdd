"""Who has access to what, since when, why, and what they have read: the record of access, worked out from evidence.

Pure: (book, acts, views, now) -> rows. ref: CoP T3.3 (accurate records), CoP T3.4 (recorded with a justification)
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from leakguard.model.address import canonical
from leakguard.model.decision import ReasonCode
from leakguard.model.embargo import Basis, Book, Grant, Person, Release
from leakguard.model.events import AccessListConfirmed, AccessSuspended, Act, ContentViewed
from leakguard.model.ids import HeldId, PersonId, ReleaseId
from leakguard.notation.codec import time_or_none
from leakguard.policy import grant_lacks, opening
from leakguard.service.mailboxes import MailboxKind, mailbox_of
from leakguard.service.ports import AuditEntry

CONFIRMED_BEFORE = timedelta(days=7)  # a list is confirmed in the last week before its release


class AccessState(StrEnum):
    HAS_ACCESS = "has access"
    NOT_OPEN = "not open yet"
    ENDED = "ended"
    DECLARATION_MISSING = "declaration missing"
    SUSPENDED = "suspended"
    PUBLIC = "the release is public"


class Declaration(StrEnum):
    """EXPIRED: signed, but longer before the release than declarations last here. A warning; access still counts."""

    NOT_REQUIRED = "not required"
    SIGNED = "signed"
    MISSING = "missing"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """Without `at` and `by` where the access file itself says so."""

    at: datetime | None = None
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Somebody read a held message about a release. how: "grant", or "break_glass" without access."""

    at: datetime
    who: str
    person: PersonId | None
    held: HeldId
    releases: tuple[ReleaseId, ...]
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRow:
    """One grant. opens_at: None means from the beginning; ends_at: None means until the lift, which waits."""

    release: Release
    person: Person
    grant: Grant
    opens_at: datetime | None
    ends_at: datetime | None
    declaration: Declaration
    state: AccessState
    suspension: Suspension | None = None
    mailbox: MailboxKind = MailboxKind.PERSON
    views: tuple[View, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListState:
    """How the access list of one release stands. people: each once, however many grants they have.

    confirmed: the last review. is_changed: the list is another one than was confirmed. is_due: to be confirmed now.
    """

    release: Release
    total: int = 0
    people: int = 0
    declarations_missing: int = 0
    suspended: int = 0
    ended: int = 0
    shared: int = 0
    viewed_without_grant: int = 0
    confirmed: AccessListConfirmed | None = None
    due_at: datetime
    is_due: bool = False
    is_changed: bool = False


@dataclass(frozen=True, kw_only=True)  # without slots, so that it may remember what it has sorted
class Record:
    """Everything the rows are worked out from. acts, views: in order.

    declarations_last: how long before a release a declaration may have been signed; None is for ever.
    """

    book: Book
    acts: Sequence[Act] = ()
    views: Sequence[View] = ()
    now: datetime
    declarations_last: timedelta | None = None

    @cached_property
    def _grants(self) -> dict[ReleaseId, list[Grant]]:
        found: dict[ReleaseId, list[Grant]] = defaultdict(list)
        for (_, release), grants in self.book.grants.items():
            found[release] += grants
        return found

    @cached_property
    def _views(self) -> dict[PersonId | None, list[View]]:
        found: dict[PersonId | None, list[View]] = defaultdict(list)
        for view in self.views:
            found[view.person].append(view)
        return found

    def of_release(self, release: Release) -> tuple[AccessRow, ...]:
        """By organisation and role, so that the list reads as it is published."""
        return tuple(sorted(map(self._row, self._grants.get(release.id, ())), key=_by_organisation))

    def of_person(self, person: PersonId) -> tuple[AccessRow, ...]:
        """Over all releases, the next one first."""
        found = [self._row(grant) for (who, _), grants in self.book.grants.items() for grant in grants if who == person]
        return tuple(sorted(found, key=lambda each: (each.release.release_at, each.release.id, each.grant.basis)))

    def views_by(self, person: PersonId) -> tuple[View, ...]:
        return tuple(self._views.get(person, ()))

    def views_without_grant(self, release: ReleaseId) -> tuple[View, ...]:
        """By people who are not on the list of this release at all: T3.3 asks for them as well."""
        return tuple(
            each
            for each in self.views
            if release in each.releases and (each.person is None or (each.person, release) not in self.book.grants)
        )

    def states(self) -> tuple[ListState, ...]:
        """One for each release, the next lift first, public ones last and latest first."""
        found = [self.state_of(each) for each in self.book.releases.values()]
        waiting = [each for each in found if not each.release.is_public(self.now)]
        public = [each for each in found if each.release.is_public(self.now)]
        waiting.sort(key=lambda each: (each.release.release_at, each.release.id))
        public.sort(key=lambda each: (each.release.release_at, each.release.id), reverse=True)
        return (*waiting, *public)

    def state_of(self, release: Release) -> ListState:
        rows = self.of_release(release)
        confirmed = self.last_confirmation(release.id)
        due_at = release.release_at - CONFIRMED_BEFORE
        is_new = confirmed is not None and confirmed.at >= due_at
        changed = confirmed is not None and confirmed.list_digest != list_digest(rows)
        return ListState(
            release=release,
            total=len(rows),
            people=len({each.person.id for each in rows}),
            declarations_missing=sum(each.declaration is Declaration.MISSING for each in rows),
            suspended=sum(each.state is AccessState.SUSPENDED for each in rows),
            ended=sum(each.state is AccessState.ENDED for each in rows),
            shared=sum(each.mailbox is not MailboxKind.PERSON for each in rows),
            viewed_without_grant=len({each.who for each in self.views_without_grant(release.id)}),
            confirmed=confirmed,
            due_at=due_at,
            is_due=due_at <= self.now and not release.is_public(self.now) and (changed or not is_new),
            is_changed=changed,
        )

    def last_confirmation(self, release: ReleaseId) -> AccessListConfirmed | None:
        found = [each for each in self.acts if isinstance(each, AccessListConfirmed) and each.release == release]
        return found[-1] if found else None

    def _row(self, grant: Grant) -> AccessRow:
        release, person = self.book.releases[grant.release], self.book.people[grant.person]
        return AccessRow(
            release=release,
            person=person,
            grant=grant,
            opens_at=opening(grant, release),
            ends_at=grant.until_at or release.lift_at(),
            declaration=self._declaration(grant, release),
            state=_state(grant, release, self.now),
            suspension=self._suspension(grant, person) if grant.suspended else None,
            mailbox=mailbox_of(person, self.book),
            views=tuple(each for each in self.views_by(grant.person) if grant.release in each.releases),
        )

    def _declaration(self, grant: Grant, release: Release) -> Declaration:
        signed_at = grant.declaration_signed_at
        if signed_at is not None and signed_at <= self.now:
            lasts = self.declarations_last
            expired = lasts is not None and signed_at + lasts <= min(self.now, release.release_at)
            return Declaration.EXPIRED if expired else Declaration.SIGNED
        required = release.declaration_required and grant.basis is Basis.PRE_RELEASE
        return Declaration.MISSING if required else Declaration.NOT_REQUIRED

    def _suspension(self, grant: Grant, person: Person) -> Suspension:
        """The first act that took it; a later one took nothing more."""
        for act in self.acts:
            if isinstance(act, AccessSuspended) and act.release == grant.release and _is_about(act, person):
                return Suspension(at=act.at, by=act.actor, reason=act.reason)
        return Suspension(reason="in the access file")


def views_of(entries: Iterable[AuditEntry], book: Book) -> Iterator[View]:
    """The views among these audit entries."""
    for entry in entries:
        if entry.kind != ContentViewed.__name__ or entry.held is None:
            continue
        yield View(
            at=entry.at,
            who=entry.actor,
            person=book.handles.get(canonical(entry.actor)),
            held=entry.held,
            releases=tuple(map(ReleaseId, entry.texts("releases"))),
            how=entry.text("how"),
        )


def list_digest(rows: Iterable[AccessRow]) -> str:
    """What a review is about: who, by what right, from when to when, and their declaration. Suspensions are apart."""
    lines = sorted(map(_line, rows))
    return hashlib.sha256("\n".join(lines).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def _line(row: AccessRow) -> str:
    person, grant = row.person, row.grant
    times = map(time_or_none, (grant.from_at, grant.until_at, grant.declaration_signed_at))
    return repr((person.id, person.handles, person.role, person.organisation, grant.basis.value, *times))


_STATES = {
    None: AccessState.HAS_ACCESS,
    ReasonCode.RECIPIENT_SUSPENDED: AccessState.SUSPENDED,
    ReasonCode.RECIPIENT_ACCESS_ENDED: AccessState.ENDED,
    ReasonCode.RECIPIENT_ACCESS_NOT_OPEN: AccessState.NOT_OPEN,
    ReasonCode.RECIPIENT_DECLARATION_MISSING: AccessState.DECLARATION_MISSING,
}


def _state(grant: Grant, release: Release, now: datetime) -> AccessState:
    return AccessState.PUBLIC if release.is_public(now) else _STATES[grant_lacks(grant, release, now)]


def _is_about(act: AccessSuspended, person: Person) -> bool:
    return act.person == person.id or canonical(act.handle) in person.handles


def _by_organisation(row: AccessRow) -> tuple[str, ...]:
    return (row.person.organisation.casefold(), row.person.role.casefold(), row.person.id, row.grant.basis.value)
