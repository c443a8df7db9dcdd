"""An approval is for the calendar it was given under: it counts no more once the release was put off. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from leakguard.model.embargo import Book, ReleaseStatus
from leakguard.model.held import HeldMessage, HeldRecipient, State
from leakguard.model.ids import ReleaseId
from leakguard.model.review import Approval


def approved(copy: HeldRecipient, book: Book, now: datetime, undo: timedelta) -> HeldRecipient:
    """The copy let go for what holds it: after the time to undo, or at its lift where that is sooner."""
    releases = copy.releases()
    lifts = [book.releases[each].lift_at() if each in book.releases else None for each in releases]
    known = [each for each in lifts if each is not None]
    goes_at = min(now + undo, max(known)) if known and len(known) == len(lifts) else now + undo
    return replace(copy, approved=copy.approved | releases, next_try_at=goes_at)


def recorded(before: Iterable[Approval], copies: Iterable[HeldRecipient], book: Book) -> tuple[Approval, ...]:
    """The approvals of a message once these copies are approved for what holds them."""
    fresh = {release for each in copies for release in each.releases()}
    return (*(each for each in before if each.release not in fresh), *(_under(each, book) for each in sorted(fresh)))


def standing(held: HeldMessage, book: Book) -> HeldMessage:
    """The message without the approvals that stand no more."""
    stand = {each.release for each in held.review.approvals if _stands(each, book)}
    copies = tuple(
        replace(each, approved=each.approved & stand) if each.state is State.HELD else each for each in held.recipients
    )
    return replace(held, recipients=copies)


def _under(release_id: ReleaseId, book: Book) -> Approval:
    release = book.releases.get(release_id)
    if release is None:
        return Approval(release=release_id)
    return Approval(release=release_id, release_at=release.release_at, status=release.status)


def _stands(given: Approval, book: Book) -> bool:
    release = book.releases.get(given.release)
    if release is None or given.release_at is None:
        return release is None and given.release_at is None
    is_as_fixed = release.status in (given.status, ReleaseStatus.SCHEDULED)
    return is_as_fixed and release.release_at <= given.release_at
