"""Records as rows of the tables in sql/, and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from leakguard.model.content import Verdict
from leakguard.model.decision import Reason
from leakguard.model.events import AboutHeld, Act, Event
from leakguard.model.held import HeldMessage, HeldRecipient, State
from leakguard.model.ids import HeldId, ReleaseId
from leakguard.model.message import Channel, Direction, Recipient
from leakguard.model.notice import Notice
from leakguard.model.review import Review
from leakguard.service.ports import AuditEntry
from leakguard.store.codec import column, dumps, loads, loads_body, text_of, time_of, time_or_none, time_text

CHUNK = 256 * 1024

Row = Sequence[Any]
Values = dict[str, Any]


def held_values(held: HeldMessage) -> Values:
    return changing_values(held) | {
        "key": column(held.key),
        "digest": column(held.digest),
        "received_at": time_text(held.received_at),
        "direction": held.direction.value,
        "channel": held.channel.value,
        "mail_from": column(held.mail_from),
        "mail_params": column(held.mail_params),
        "client": column(held.client),
        "head": held.head,
        "size": len(held.content),
    }


def changing_values(held: HeldMessage) -> Values:
    """The columns that `save` may change, and the two that say which row is meant."""
    return {
        "id": column(held.id),
        "revision": held.revision,
        "verdict": dumps(held.verdict),
        "is_open": int(held.is_open),
        "wake_at": time_or_none(held.wake_at),
        "lease_until": time_or_none(held.lease_until),
        "lease_by": column(held.lease_by),
        "review": dumps(held.review),
    }


def recipient_values(held: HeldMessage) -> Iterator[Values]:
    held_id = column(held.id)
    for n, each in enumerate(held.recipients):
        yield {
            "held_id": held_id,
            "n": n,
            "address": column(each.recipient.address),
            "params": column(each.recipient.params),
            "state": each.state.value,
            "decide_again_at": time_or_none(each.decide_again_at),
            "reasons": dumps(each.reasons),
            "approved": dumps(each.approved),
            "attempts": each.attempts,
            "next_try_at": time_or_none(each.next_try_at),
            "last_reply": column(each.last_reply),
            "closed_at": time_or_none(each.closed_at),
        }


def chunk_values(held: HeldMessage) -> Iterator[Values]:
    held_id = column(held.id)
    content = memoryview(held.content)
    for n, start in enumerate(range(0, len(content), CHUNK)):
        yield {"held_id": held_id, "n": n, "bytes": content[start : start + CHUNK]}


def held_of(row: Row, recipients: Sequence[Row], head: bytes, content: bytes) -> HeldMessage:
    held_id, key, digest, received_at, direction, channel, mail_from, mail_params, client = row[:9]
    verdict, lease_until, lease_by, revision, review = row[9:]
    return HeldMessage(
        id=HeldId(text_of(held_id)),
        key=text_of(key),
        digest=text_of(digest),
        received_at=time_of(received_at),
        direction=Direction(direction),
        channel=Channel(channel),
        mail_from=text_of(mail_from),
        mail_params=text_of(mail_params),
        client=text_of(client),
        head=head,
        content=content,
        verdict=loads(Verdict, verdict),
        recipients=tuple(_recipient(each) for each in recipients),
        review=loads(Review, review),
        lease_until=_time(lease_until),
        lease_by=text_of(lease_by),
        revision=revision,
    )


def _recipient(row: Row) -> HeldRecipient:
    address, params, state, decide_again_at, reasons, approved, attempts, next_try_at, last_reply, closed_at = row
    return HeldRecipient(
        recipient=Recipient(address=text_of(address), params=text_of(params)),
        state=State(state),
        decide_again_at=_time(decide_again_at),
        reasons=loads(tuple[Reason, ...], reasons),
        approved=loads(frozenset[ReleaseId], approved),
        attempts=attempts,
        next_try_at=_time(next_try_at),
        last_reply=text_of(last_reply),
        closed_at=_time(closed_at),
    )


def _time(text: str | None) -> datetime | None:
    return None if text is None else time_of(text)


def audit_values(event: Event) -> Values:
    return {
        "at": time_text(event.at),
        "kind": type(event).__name__,
        "actor": column(event.actor),
        "held_id": column(event.held) if isinstance(event, AboutHeld) else None,
        "is_act": int(isinstance(event, Act)),
        "body": dumps(event),
    }


def audit_entry_of(row: Row) -> AuditEntry:
    seq, at, kind, actor, held_id, body = row
    return AuditEntry(
        seq=seq,
        at=time_of(at),
        kind=kind,
        actor=text_of(actor),
        held=None if held_id is None else HeldId(text_of(held_id)),
        body=loads_body(body),
    )


def notice_values(notice: Notice) -> Values:
    return {
        "id": column(notice.id),
        "dedupe": column(notice.dedupe),
        "addressees": dumps(notice.to),
        "subject": column(notice.subject),
        "text": column(notice.text),
        "held_id": None if notice.held is None else column(notice.held),
        "created_at": time_text(notice.created_at),
        "attempts": notice.attempts,
        "next_try_at": time_text(notice.next_try_at),
        "sent_at": time_or_none(notice.sent_at),
    }


def notice_of(row: Row) -> Notice:
    notice_id, dedupe, addressees, subject, text, held_id, created_at, attempts, next_try_at, sent_at = row
    return Notice(
        id=text_of(notice_id),
        dedupe=text_of(dedupe),
        to=loads(tuple[str, ...], addressees),
        subject=text_of(subject),
        text=text_of(text),
        held=None if held_id is None else HeldId(text_of(held_id)),
        created_at=time_of(created_at),
        attempts=attempts,
        next_try_at=time_of(next_try_at),
        sent_at=_time(sent_at),
    )
