"""The calendar as somebody in Slack sees it: what is not public yet, when it lifts, whether they may have it. Pure.

It tells what the review pages tell everybody who may sign in, and of access only the viewer's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from leakguard.channels.slack.mrkdwn import escaped
from leakguard.channels.slack.screens.blocks import shown_time
from leakguard.model.decision import ReasonCode
from leakguard.model.embargo import Book, Release, ReleaseStatus
from leakguard.model.time_text import countdown
from leakguard.policy import lacks_access, opening

AHEAD = timedelta(days=14)
RECENT = timedelta(hours=12)
MOST = 30
_LONGEST_TITLE = 300


def coming(book: Book, now: datetime) -> list[Release]:
    """Not public, and due within two weeks or overdue; the earliest first."""
    return [each for each in embargoed(book, now) if each.release_at < now + AHEAD]


def lifted(book: Book, now: datetime) -> list[Release]:
    """Within the last twelve hours."""
    return _in_order(each for each in book.releases.values() if each.is_public(now) and each.release_at > now - RECENT)


def embargoed(book: Book, now: datetime) -> list[Release]:
    """Whatever is not public, however far ahead."""
    return _in_order(each for each in book.releases.values() if not each.is_public(now))


def line(release: Release, handle: str, book: Book, now: datetime) -> str:
    return f"*{title(release)}*\n{when(release, now)}\n{access(release, handle, book, now)}"


def title(release: Release) -> str:
    whole = release.title if len(release.title) <= _LONGEST_TITLE else f"{release.title[:_LONGEST_TITLE]}…"
    return escaped(whole)


def when(release: Release, now: datetime) -> str:
    lift_at = release.lift_at()
    if lift_at is not None:
        return f"Lifts {shown_time(lift_at, release.zone)} ({countdown(lift_at - now)})"
    match release.status:
        case ReleaseStatus.POSTPONED:
            return "Postponed, and embargoed until a new time is known"
        case ReleaseStatus.CANCELLED:
            return "Cancelled, and still embargoed"
        case _:
            return f"Lifts when somebody confirms it, not before {shown_time(release.release_at, release.zone)}"


def access(release: Release, handle: str, book: Book, now: datetime) -> str:
    """Of this viewer, and of nobody else."""
    code = lacks_access(handle, release, book, now)
    if code is None:
        return "You have access before the lift"
    opens = [at for each in book.grants_of(handle, release.id) if (at := opening(each, release)) is not None]
    if code is ReasonCode.RECIPIENT_ACCESS_NOT_OPEN and opens:
        return f"Your access opens {shown_time(min(opens), release.zone)}"
    if code is ReasonCode.RECIPIENT_DECLARATION_MISSING:
        return "You have no access: your declaration is not signed"
    return "You have no access before the lift"


def listing(handle: str, book: Book, now: datetime) -> str:
    """For the command: one text."""
    found = coming(book, now)
    if not found:
        return "No embargo lifts within two weeks."
    more = f"\n\nand {len(found) - MOST} more." if len(found) > MOST else ""
    return "\n\n".join(line(each, handle, book, now) for each in found[:MOST]) + more


def _in_order(releases: Iterable[Release]) -> list[Release]:
    return sorted(releases, key=lambda each: (each.release_at, each.id))
