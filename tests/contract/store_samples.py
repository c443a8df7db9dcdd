"""Messages, events and notices to put into a store, with every field set to something worth losing."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from leakguard.model.content import Confidence, CountsFor, Finding, Gap, GapKind, Scope, Verdict
from leakguard.model.decision import Reason, ReasonCode
from leakguard.model.events import Held
from leakguard.model.held import HeldMessage, HeldRecipient, State
from leakguard.model.ids import HeldId, ReleaseId, RuleId
from leakguard.model.message import Channel, Direction, Recipient
from leakguard.model.notice import Notice

LIFT = datetime(2026, 3, 31, 8, 30, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
LMS = ReleaseId("lms-2026-03")

VERDICT = Verdict(
    findings=(
        Finding(
            rule=RuleId("lms-direction"),
            id="lms-direction.1",
            title="Labour market: direction",
            scope=Scope(series="lms"),
            confidence=Confidence.HIGH,
            counts_for=CountsFor.SENDERS_WITH_ACCESS,
            may_restate=True,
            part="2",
            place="Table 2!B14",
            text="ready for record employment?",
            because="a word of direction beside the headline measure",
        ),
        Finding(
            rule=RuleId("lms-id"),
            id="lms-id.1",
            title="Labour market",
            scope=Scope(release=LMS),
            confidence=Confidence.LOW,
            shadow=True,
            part="1",
            place="subject",
            text="LMS \u2013 \U0001f4c8",
        ),
    ),
    gaps=(Gap(part="3", kind=GapKind.ENCRYPTED, detail="zip"),),
    authors=("bob@dwp.example", "j\udce9r\udcf4me@dwp.example"),
    rulebook="3f9a+2",
)


def copy(address: str = "press@news.example", **changes) -> HeldRecipient:
    fields = {"decide_again_at": LIFT, "reasons": (Reason(code=ReasonCode.RECIPIENT_NOT_LISTED, release=LMS),)}
    return HeldRecipient(recipient=Recipient(address=address), **(fields | changes))


def full_copy() -> HeldRecipient:
    return HeldRecipient(
        recipient=Recipient(address="O'Brien+x@news.example", params="NOTIFY=NEVER ORCPT=rfc822;a+40b"),
        state=State.UNDELIVERABLE,
        decide_again_at=LIFT,
        reasons=(
            Reason(code=ReasonCode.RECIPIENT_NOT_LISTED, release=LMS, rule=RuleId("lms-id")),
            Reason(code=ReasonCode.PART_NOT_READ),
        ),
        approved=frozenset({LMS, ReleaseId("cpi-2026-03")}),
        attempts=3,
        next_try_at=LIFT + MINUTE,
        last_reply="550 5.1.1",
        closed_at=LIFT + 2 * MINUTE + MICROSECOND,
    )


def message(name: str = "m1", content: bytes = b"Subject: x\r\n\r\nrecord\r\n", **changes) -> HeldMessage:
    fields = {
        "id": HeldId(name),
        "key": f"key of {name}",
        "digest": hashlib.sha256(content).hexdigest(),
        "received_at": LIFT - 8 * MINUTE,
        "direction": Direction.OUTBOUND,
        "mail_from": "bob@dwp.example",
        "content": content,
        "verdict": VERDICT,
        "recipients": (copy(),),
    }
    return HeldMessage(**(fields | changes))


def full_message() -> HeldMessage:
    """No field at its default."""
    return message(
        channel=Channel.SLACK,
        direction=Direction.INBOUND,
        mail_from="j\udce9r\udcf4me\0\\udce9\\@dwp.example",
        mail_params="SIZE=1000 BODY=8BITMIME",
        client="192.0.2.7",
        head=b"Received: from \xff\r\n",
        recipients=(full_copy(), copy(state=State.SENDING), copy("\u8c9d\udcff@news.example", decide_again_at=None)),
        lease_until=LIFT + MINUTE,
        lease_by="node-1",
        revision=0,
    )


def held_event(name: str = "m1", **changes) -> Held:
    fields = {"at": LIFT - 8 * MINUTE, "held": HeldId(name), "sender": "bob@dwp.example", "releases": (LMS,)}
    return Held(**(fields | changes))


def notice(name: str = "n1", **changes) -> Notice:
    fields = {
        "id": name,
        "dedupe": f"once for {name}",
        "to": ("bob@dwp.example", "j\udce9@dwp.example"),
        "subject": "Held until 09:30",
        "text": "Your message\nwaits \\ for the lift.",
        "held": HeldId("m1"),
        "created_at": LIFT - 8 * MINUTE,
        "next_try_at": LIFT - 7 * MINUTE,
    }
    return Notice(**(fields | changes))
