"""The record of access as tables: what stands in each column, in the words of people. Pure.

Rule of this file: the published view has roles and organisations only. ref: CoP T3.4
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from leakguard.model.embargo import Basis, Book, Release
from leakguard.service.access_record import AccessRow, ListState, View
from leakguard.service.tables import Table


class AccessView(StrEnum):
    STATE = "state"
    ACCESS = "access"
    VIEWED = "viewed"
    PUBLISHED = "published"


NO_ROLE = "(role not given)"


def access_table(rows: Iterable[AccessRow]) -> Table:
    return Table(title="Access", header=_ACCESS, rows=tuple(map(_access, rows)), note=_TIMES)


def viewed_table(views: Iterable[View], book: Book) -> Table:
    lines = (line for view in views for line in _viewed(view, book))
    return Table(title="Viewed", header=_VIEWED, rows=tuple(lines), note="Times are UTC, as in the audit.")


def state_table(states: Iterable[ListState]) -> Table:
    return Table(title="Lists", header=_STATE, rows=tuple(map(_state, states)), note=_TIMES)


def published_table(book: Book, releases: Iterable[Release]) -> Table:
    rows = (
        (release.title, organisation or "(organisation not given)", role or NO_ROLE)
        for release in releases
        for organisation, role in published(book, release)
    )
    note = "Roles by organisation, as a list may be published: no names, no addresses; one line for each person."
    return Table(
        title="As published", header=("Release", "Organisation", "Access granted to"), rows=tuple(rows), note=note
    )


def published(book: Book, release: Release) -> tuple[tuple[str, str], ...]:
    """The pre-release list in the form that may be public: (organisation, role), never a name or an address.

    People without a role are there without one: as many lines as people. ref: CoP T3.4
    """
    chosen = {
        grant.person: book.people[grant.person]
        for (_, about), grants in book.grants.items()
        for grant in grants
        if about == release.id and grant.basis in (Basis.PRE_RELEASE, Basis.SPECIAL) and not grant.suspended
    }
    return tuple(sorted((_public(each.organisation), _public(each.role)) for each in chosen.values()))


def _public(words: str) -> str:
    """A role as it may be published: an address that somebody wrote into it is not one."""
    return "" if "@" in words else words.strip()


_TIMES = "Times are those of the release's own zone, with their offset from UTC."
_ACCESS = (
    "Release",
    "Title",
    "Lift",
    "Person",
    "Name",
    "Role",
    "Organisation",
    "Addresses",
    "Mailbox",
    "Basis",
    "Opens",
    "Ends",
    "Declaration",
    "Declaration signed",
    "State",
    "Suspended at",
    "Suspended by",
    "Why suspended",
    "Justification",
    "Granted by",
    "Times viewed",
    "Last viewed",
)
_VIEWED = ("Viewed at", "By", "Person", "Role", "Release", "Held message", "By what right")
_STATE = (
    "Release",
    "Title",
    "Lift",
    "Grants",
    "People",
    "Declarations missing",
    "Suspended",
    "Ended",
    "Shared mailboxes and lists",
    "Viewed without a grant",
    "Last review",
    "Reviewed by",
    "Review due from",
    "Review",
)


def _access(row: AccessRow) -> tuple[str, ...]:
    release, person, grant, suspension = row.release, row.person, row.grant, row.suspension
    zone = release.zone
    return (
        release.id,
        release.title,
        lift_text(release),
        person.id,
        person.name,
        person.role,
        person.organisation,
        ", ".join(person.handles),
        row.mailbox.value,
        grant.basis.value.replace("_", "-"),
        iso(row.opens_at, zone) or "from the beginning",
        iso(row.ends_at, zone) or "until the lift",
        row.declaration.value,
        iso(grant.declaration_signed_at, zone),
        row.state.value,
        iso(suspension.at, zone) if suspension else "",
        suspension.by if suspension else "",
        suspension.reason if suspension else "",
        grant.justification,
        grant.granted_by,
        str(len(row.views)),
        iso(max((each.at for each in row.views), default=None), zone),
    )


def _viewed(view: View, book: Book) -> Iterable[tuple[str, ...]]:
    person = book.people.get(view.person) if view.person is not None else None
    for release in view.releases:
        yield (
            iso(view.at, "UTC"),
            view.who,
            view.person or "",
            person.role if person else "",
            release,
            view.held,
            right_of(view),
        )


def _state(state: ListState) -> tuple[str, ...]:
    release, confirmed = state.release, state.confirmed
    numbers = (state.total, state.people, state.declarations_missing, state.suspended, state.ended, state.shared)
    return (
        release.id,
        release.title,
        lift_text(release),
        *map(str, (*numbers, state.viewed_without_grant)),
        iso(confirmed.at if confirmed else None, release.zone) or "never",
        confirmed.actor if confirmed else "",
        iso(state.due_at, release.zone),
        review_text(state),
    )


def review_text(state: ListState) -> str:
    """Where the review of a list stands."""
    if state.confirmed is None:
        return "due: never confirmed" if state.is_due else "not yet confirmed"
    if state.is_changed:
        return "due: changed since it was confirmed" if state.is_due else "changed since it was confirmed"
    return "due: not confirmed in the last week" if state.is_due else "confirmed"


def right_of(view: View) -> str:
    return {"grant": "a grant", "public": "public by then"}.get(view.how, "none: broke the glass")


def lift_text(release: Release) -> str:
    lift_at = release.lift_at()
    return iso(lift_at, release.zone) if lift_at else f"waits ({release.status.value})"


def iso(at: datetime | None, zone: str) -> str:
    """ISO 8601 with the offset, so that a spreadsheet sorts it and nobody guesses the zone; "" without a time."""
    return at.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds") if at is not None else ""
