"""From a decision to the record of what is kept: its copies, its key, and what the audit and people hear of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from leakguard.model.content import Verdict
from leakguard.model.decision import Action, Decision, Outcome, Reason
from leakguard.model.embargo import Book
from leakguard.model.events import Event, Flagged, Held, Rejected
from leakguard.model.held import HeldMessage, HeldRecipient, State, Verb
from leakguard.model.ids import HeldId, ReleaseId
from leakguard.model.message import Message, Recipient
from leakguard.model.notice import Notice
from leakguard.service.notices import Notices

PENDING_LONGEST = timedelta(minutes=10)  # after this a copy left PENDING by a crash is taken for held


def pending_record(message: Message, verdict: Verdict, decision: Decision, held_id: HeldId) -> HeldMessage:
    """The copies that do not go on, to be forgotten should the next hop not take the others."""
    outcomes = {each.recipient: each for each in decision.outcomes if not each.action.lets_through}
    copies = tuple(
        _copy(recipient, outcomes[recipient.address], decision.decided_at)
        for recipient in message.envelope.only(frozenset(outcomes))
    )
    digest = hashlib.sha256(message.content).hexdigest()
    return HeldMessage(
        id=held_id,
        key=_key(message.envelope.mail_from, [each.recipient.address for each in copies], digest),
        digest=digest,
        received_at=message.received_at,
        direction=message.direction,
        channel=message.channel,
        mail_from=message.envelope.mail_from,
        mail_params=message.envelope.mail_params,
        client=message.client,
        head=message.head,
        content=message.content,
        verdict=verdict,
        recipients=copies,
    )


def _copy(recipient: Recipient, outcome: Outcome, now: datetime) -> HeldRecipient:
    return HeldRecipient(
        recipient=recipient,
        state=State.PENDING,
        decide_again_at=outcome.decide_again_at,
        reasons=outcome.reasons,
        next_try_at=now + PENDING_LONGEST,
    )


def kept(pending: HeldMessage, again_at: datetime | None = None) -> HeldMessage:
    """The message with its PENDING copies held. again_at: when the clerk decides about them whatever the clock says."""
    copies = (
        replace(each.move(Verb.KEEP), next_try_at=again_at) if each.state is State.PENDING else each
        for each in pending.recipients
    )
    return replace(pending, recipients=tuple(copies))


def settled(pending: HeldMessage, decision: Decision, again_at: datetime | None) -> HeldMessage:
    """The message with its PENDING copies held, or rejected where the decision says so."""
    refused = frozenset(decision.recipients(Action.REJECT))
    held = kept(pending, again_at)
    copies = (
        replace(each.move(Verb.REJECT), closed_at=decision.decided_at)
        if each.state is State.HELD and each.recipient.address in refused
        else each
        for each in held.recipients
    )
    return replace(held, recipients=tuple(copies))


def another_key(taken: HeldMessage) -> str:
    """The key of the same message, sent once more after `taken` was closed."""
    return hashlib.sha256(f"{taken.key} {taken.id}".encode()).hexdigest()


def _key(mail_from: str, recipients: Sequence[str], digest: str) -> str:
    """What makes two submissions one message: sender, held recipients, content without our own header."""
    parts = "\n".join((mail_from, *sorted(recipients), digest))
    return hashlib.sha256(parts.encode("utf-8", "surrogateescape")).hexdigest()


def events_of(held: HeldMessage, rulebook: str, now: datetime) -> list[Event]:
    """What the audit hears when a message has just been kept. rulebook: digest of the book that decided."""
    stays, refused = held.in_state(State.HELD), held.in_state(State.REJECTED)
    events: list[Event] = []
    if stays:
        reasons = [reason for each in stays for reason in each.reasons]
        times = [each.decide_again_at for each in stays if each.decide_again_at is not None]
        events.append(
            Held(
                at=now,
                held=held.id,
                sender=held.mail_from,
                recipients=_addresses(stays),
                releases=releases_of(reasons),
                codes=codes_of(reasons),
                rules=rules_of(held.verdict),
                rulebook=rulebook,
                decide_again_at=min(times, default=None),
            )
        )
    if refused:
        events.append(
            Rejected(at=now, held=held.id, sender=held.mail_from, recipients=_addresses(refused), reason="by policy")
        )
    return events


def flags_of(message: Message, verdict: Verdict, decision: Decision, now: datetime) -> list[Event]:
    """What the audit hears of the copies that go on and are on record; nothing where there are none."""
    flagged = [each for each in decision.outcomes if each.action is Action.FLAG]
    if not flagged:
        return []
    reasons = reasons_of(flagged)
    event = Flagged(
        at=now,
        message=message.id,
        sender=message.envelope.mail_from,
        recipients=tuple(each.recipient for each in flagged),
        releases=releases_of(reasons),
        codes=codes_of(reasons),
        rules=rules_of(verdict),
        rulebook=decision.rulebook,
    )
    return [event]


def notices_of(notices: Notices, held: HeldMessage, book: Book, now: datetime) -> tuple[Notice, ...]:
    """What people hear when a message has just been kept."""
    refused = held.in_state(State.REJECTED)
    ended = notices.on_end(held, State.REJECTED, refused, now) if refused else ()
    return (*notices.on_hold(held, book, now), *ended)


def _addresses(copies: Iterable[HeldRecipient]) -> tuple[str, ...]:
    return tuple(each.recipient.address for each in copies)


def reasons_of(outcomes: Iterable[Outcome]) -> list[Reason]:
    return [reason for each in outcomes for reason in each.reasons]


def releases_of(reasons: Iterable[Reason]) -> tuple[ReleaseId, ...]:
    return tuple(dict.fromkeys(each.release for each in reasons if each.release is not None))


def codes_of(reasons: Iterable[Reason]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.code.value for each in reasons))


def rules_of(verdict: Verdict) -> tuple[str, ...]:
    """For the audit, which people without access read."""
    return tuple(dict.fromkeys(f"{each.rule}/{each.id}" for each in verdict.for_everybody))
