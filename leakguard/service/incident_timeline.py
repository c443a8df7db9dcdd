"""What happened in an incident, in order: audit events of the message, merged with what people wrote down. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from leakguard.model.embargo import Book
from leakguard.model.incident import EntryKind, Incident
from leakguard.service.ports import AuditEntry


class Source(StrEnum):
    """AUDIT: LeakGuard saw it. PERSON: somebody wrote it down. CALENDAR: by the calendar of releases."""

    AUDIT = "audit"
    PERSON = "person"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that happened. who: the actor, or who wrote it down. text: what people wrote, which may quote."""

    at: datetime
    source: Source
    kind: str
    words: str
    who: str = ""
    recipients: tuple[str, ...] = ()
    text: str = field(default="", repr=False)


def timeline(incident: Incident, entries: Sequence[AuditEntry], book: Book, now: datetime) -> tuple[Line, ...]:
    """Earliest first; of one instant, what LeakGuard saw comes before what people wrote."""
    lines = [*_seen(entries), *_written(incident), *_lifts(incident, book, now)]
    return tuple(sorted(lines, key=lambda each: (each.at, list(Source).index(each.source))))


def words_of_entry(kind: EntryKind) -> str:
    return _ENTRIES[kind]


_AUDIT = {
    "Held": "held back",
    "HeldAgain": "decided anew, and held",
    "SendProposed": "proposed to be let go",
    "Approved": "let go by a person",
    "Kept": "left to the lift",
    "Undone": "taken back",
    "MarkedFalseAlarm": "called a false alarm",
    "SenderAsked": "the sender was asked",
    "Escalated": "handed on to those on call",
    "Noted": "a note was made",
    "Delivered": "delivered",
    "DeliveryDelayed": "delivery delayed",
    "Undeliverable": "refused by the next hop for good",
    "Rejected": "rejected",
    "Withdrawn": "taken back for the sender",
    "ContentViewed": "read at the desk",
    "BrokeGlass": "opened without access",
    "Flagged": "went through, and was put on record",
    "PostReported": "reported as a leak",
    "Refusal": "refused to the client",
    "ReplyLost": "may have been delivered: the reply was lost",
}

_ENTRIES = {
    EntryKind.SENT: "sent",
    EntryKind.SEEN_BY: "seen",
    EntryKind.HELD: "held back",
    EntryKind.DELETION_ASKED: "deletion asked",
    EntryKind.DELETION_CONFIRMED: "deletion confirmed",
    EntryKind.ACKNOWLEDGED: "acknowledged",
    EntryKind.HOP_INFORMED: "Head of Profession informed",
    EntryKind.REGULATOR_INFORMED: "regulator informed",
    EntryKind.NOTE: "note",
}


def _seen(entries: Iterable[AuditEntry]) -> Iterator[Line]:
    for entry in entries:
        yield Line(
            at=entry.at,
            source=Source.AUDIT,
            kind=entry.kind,
            words=_AUDIT.get(entry.kind) or re.sub(r"(?<!^)([A-Z])", r" \1", entry.kind).lower(),
            who=entry.actor,
            recipients=entry.texts("recipients"),
        )


def _written(incident: Incident) -> Iterator[Line]:
    yield Line(
        at=incident.opened_at,
        source=Source.PERSON,
        kind="opened",
        words="incident opened",
        who=incident.opened_by,
        text=incident.noticed_how,
    )
    for entry in incident.entries:
        yield Line(
            at=entry.at,
            source=Source.PERSON,
            kind=entry.kind.value,
            words=words_of_entry(entry.kind),
            who=entry.by,
            recipients=(entry.recipient,) if entry.recipient else (),
            text=entry.text,
        )


def _lifts(incident: Incident, book: Book, now: datetime) -> Iterator[Line]:
    for release_id in incident.releases:
        release = book.releases.get(release_id)
        lift_at = release.lift_at() if release else None
        if release is not None and lift_at is not None and lift_at <= now:
            yield Line(at=lift_at, source=Source.CALENDAR, kind="lift", words=f"{release.title} became public")
