"""A held message and the moves it can make. Every change of a recipient's state is in TRANSITIONS and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from leakguard.model.content import Verdict
from leakguard.model.decision import Outcome, Reason
from leakguard.model.errors import IllegalMove
from leakguard.model.ids import HeldId, ReleaseId
from leakguard.model.message import Channel, Direction, Envelope, Facts, Recipient
from leakguard.model.review import UNREVIEWED, Review


class State(StrEnum):
    """Where the copy for one recipient is.

    PENDING: committed before the next hop answered for the other recipients; after a crash it counts as held.
    """

    PENDING = "pending"
    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    UNDELIVERABLE = "undeliverable"

    @property
    def is_open(self) -> bool:
        """Still in our hands: it must be sent, rejected or withdrawn one day."""
        return self in (State.PENDING, State.HELD, State.SENDING)


class Verb(StrEnum):
    KEEP = "keep"
    CLAIM = "claim"
    TAKEN = "taken"
    RETRY = "retry"
    REFUSED = "refused"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"


TRANSITIONS: dict[tuple[State, Verb], State] = {
    (State.PENDING, Verb.KEEP): State.HELD,
    (State.HELD, Verb.CLAIM): State.SENDING,
    (State.SENDING, Verb.TAKEN): State.SENT,
    (State.SENDING, Verb.RETRY): State.HELD,
    (State.SENDING, Verb.REFUSED): State.UNDELIVERABLE,
    (State.HELD, Verb.REJECT): State.REJECTED,
    (State.HELD, Verb.WITHDRAW): State.WITHDRAWN,
    (State.REJECTED, Verb.REOPEN): State.HELD,  # while the sender has not been told
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRecipient:
    """One recipient's copy.

    decide_again_at: when the clock alone may free it. next_try_at: not before this after a failed delivery.
    approved: releases for which a named person let it go. last_reply: SMTP code and enhanced code only, no text.
    """

    recipient: Recipient
    state: State = State.HELD
    decide_again_at: datetime | None = None
    reasons: tuple[Reason, ...] = ()
    approved: frozenset[ReleaseId] = frozenset()
    attempts: int = 0
    next_try_at: datetime | None = None
    last_reply: str = ""
    closed_at: datetime | None = None

    def move(self, verb: Verb) -> HeldRecipient:
        """Raises IllegalMove when the table has no such row."""
        try:
            return replace(self, state=TRANSITIONS[self.state, verb])
        except KeyError:
            raise IllegalMove(f"a message that is {self.state} cannot {verb}") from None

    def decided(self, outcome: Outcome) -> HeldRecipient:
        return replace(self, decide_again_at=outcome.decide_again_at, reasons=outcome.reasons)

    def releases(self) -> frozenset[ReleaseId]:
        """The releases that hold it, or held it last."""
        return frozenset(reason.release for reason in self.reasons if reason.release is not None)

    @property
    def wake_at(self) -> datetime | None:
        """When the clerk should look at this copy again; None when only a person or a new book can help."""
        if not self.state.is_open:
            return None
        return self.next_try_at or self.decide_again_at


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldMessage:
    """Exact bytes, envelope and verdict of what is kept, until every copy is sent, rejected or withdrawn.

    key: idempotency key; the same message held again is this message. digest: SHA-256 of the content, hex.
    lease_until, lease_by: who is sending it now; a lease in the past is nobody's. revision: for compare-and-set.
    content: as received, never re-serialised. head: our header lines for when it goes; of a post, the exact event.
    """

    id: HeldId
    key: str
    digest: str
    received_at: datetime
    direction: Direction
    channel: Channel = Channel.EMAIL
    mail_from: str = field(repr=False)
    mail_params: str = ""
    client: str = ""
    head: bytes = field(default=b"", repr=False)
    content: bytes = field(repr=False)
    verdict: Verdict = field(repr=False)
    recipients: tuple[HeldRecipient, ...]
    review: Review = UNREVIEWED
    lease_until: datetime | None = None
    lease_by: str = ""
    revision: int = 0

    @property
    def is_open(self) -> bool:
        return any(each.state.is_open for each in self.recipients)

    @property
    def wake_at(self) -> datetime | None:
        times = [each.wake_at for each in self.recipients if each.wake_at is not None]
        return min(times, default=None)

    def in_state(self, *states: State) -> tuple[HeldRecipient, ...]:
        return tuple(each for each in self.recipients if each.state in states)

    def with_copies(self, copies: Iterable[HeldRecipient]) -> HeldMessage:
        """These in the place of those for the same addresses."""
        changed = {each.recipient.address: each for each in copies}
        return replace(self, recipients=tuple(changed.get(each.recipient.address, each) for each in self.recipients))

    def releases(self) -> tuple[ReleaseId, ...]:
        """The releases that hold the copies still in our hands."""
        reasons = (reason for each in self.recipients if each.state.is_open for reason in each.reasons)
        return tuple(dict.fromkeys(reason.release for reason in reasons if reason.release is not None))

    def facts(self) -> Facts:
        """What a new decision weighs: the open recipients, with what persons approved."""
        still = [each for each in self.recipients if each.state.is_open]
        return Facts(
            mail_from=self.mail_from,
            recipients=tuple(each.recipient.address for each in still),
            approved={each.recipient.address: each.approved for each in still},
        )

    def envelope(self, *states: State) -> Envelope:
        """The envelope of the copies in these states. There must be one."""
        chosen = tuple(each.recipient for each in self.in_state(*states))
        return Envelope(mail_from=self.mail_from, mail_params=self.mail_params, recipients=chosen)
