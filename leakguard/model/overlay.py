"""The operators' acts laid over a book. Rule of this file: only a confirmed lift may make anything more permissive."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial

from leakguard.model.address import canonical
from leakguard.model.embargo import Book, Grant, Release, ReleaseStatus
from leakguard.model.events import AccessSuspended, Act, LiftConfirmed, ReleaseCancelled, ReleasePostponed
from leakguard.model.ids import PersonId, ReleaseId


def lay_over(book: Book, acts: Iterable[Act]) -> Book:
    """The book as it stands after these acts, in the order they were done. Acts about unknown names change nothing."""
    calendar = book.releases
    for number, act in enumerate(acts, start=1):
        match act:
            case ReleasePostponed(release=release):
                if release in calendar:
                    book = _with_release(book, release, partial(_postponed, act=act, calendar=calendar[release]))
            case ReleaseCancelled(release=release):
                book = _with_release(book, release, _cancelled)
            case LiftConfirmed(release=release):
                book = _with_release(book, release, partial(_confirmed, act=act))
            case AccessSuspended(handle=handle, person=person, release=release):
                owner = book.handles.get(canonical(handle))
                for each in dict.fromkeys((owner, PersonId(person))):
                    book = _suspended(book, each, release)
        book = replace(book, digest=f"{book.digest.split('+')[0]}+{number}")
    return book


def _with_release(book: Book, release_id: ReleaseId, change: Callable[[Release], Release]) -> Book:
    old = book.releases.get(release_id)
    if old is None:
        return book
    return replace(book, releases={**book.releases, release_id: change(old)})


def _cancelled(old: Release) -> Release:
    return replace(old, status=ReleaseStatus.CANCELLED, confirmed_at=None)


def _postponed(old: Release, act: ReleasePostponed, calendar: Release) -> Release:
    """A later date stands; an earlier one is not believed. A window that had not opened yet moves with the release.

    With a date it has the status of the calendar again: what waits for a person there goes on waiting.
    """
    until = max(act.until, old.release_at) if act.until is not None else None
    window = old.pre_release_from
    if window is None or act.at < window:
        window = _moved_window(calendar, until)
    status = old.status
    if status is not ReleaseStatus.CANCELLED:
        status = calendar.status if until is not None else ReleaseStatus.POSTPONED
    opens = [time for time in (old.sensitive_from, old.pre_release_from) if time is not None]
    return replace(
        old,
        status=status,
        release_at=until or old.release_at,
        pre_release_from=window,
        sensitive_from=min(opens, default=None),
        confirmed_at=None,
    )


def _moved_window(calendar: Release, until: datetime | None) -> datetime | None:
    """As long before the new instant as the calendar had it before the old one; none while there is no instant."""
    if until is None or calendar.pre_release_from is None:
        return None
    return until - (calendar.release_at - calendar.pre_release_from)


def _confirmed(old: Release, act: LiftConfirmed) -> Release:
    """A confirmation is about the calendar it was made for: a date or a state that a file changed since is another."""
    was = (act.release_at or old.release_at, act.status or old.status)
    return replace(old, confirmed_at=act.at) if was == (old.release_at, old.status) else old


def _suspended(book: Book, person: PersonId | None, release: ReleaseId) -> Book:
    if person is None or (person, release) not in book.grants:
        return book
    key: tuple[PersonId, ReleaseId] = (person, release)
    grants: tuple[Grant, ...] = tuple(replace(grant, suspended=True) for grant in book.grants[key])
    return replace(book, grants={**book.grants, key: grants})
