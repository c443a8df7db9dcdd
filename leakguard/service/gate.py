"""Submit: a message comes in, is inspected and decided, and goes on, is held or is refused, per recipient.

Promise: a 250 is true on somebody's disk: the next hop's, or our committed held message. Whatever fails is a 451.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from leakguard.model.content import Verdict
from leakguard.model.decision import Action, Decision, Outcome, Reason
from leakguard.model.errors import NextHopUnavailable, NotFound, ReplyUnknown, Stale, StoreUnavailable
from leakguard.model.events import Flagged, Held, Refusal, Rejected, ReplyLost
from leakguard.model.held import HeldMessage, HeldRecipient, State, Verb
from leakguard.model.ids import HeldId, ReleaseId
from leakguard.model.message import Facts, Message, Recipient
from leakguard.policy import Policy, decide
from leakguard.service.current import Current
from leakguard.service.notices import Notices
from leakguard.service.ports import Clock, Inspector, Reply, Store, Transaction
from leakguard.service.stamp import Stamp

log = structlog.get_logger("leakguard.gate")

PENDING_LONGEST = timedelta(minutes=10)  # after this a copy left PENDING by a crash is taken for held


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """poke: called after a hold, so that whoever sends notices need not wait."""

    inspector: Inspector
    current: Current
    store: Store
    clock: Clock
    policy: Policy
    notices: Notices
    stamp: Stamp
    new_id: Callable[[], str]
    poke: Callable[[], None] = lambda: None

    async def submit(self, message: Message, transaction: Transaction) -> Reply:
        """The reply to the client's end of data; the transaction is over when it returns. Never raises."""
        try:
            return await self._submit(message, transaction)
        except StoreUnavailable as problem:
            log.error("store.unavailable", message=message.id, problem=type(problem).__name__)
            await transaction.abandon()
            return Reply.of(451, f"4.3.0 LeakGuard cannot record this now, reference {message.id}")
        except Exception as problem:  # noqa: BLE001 - the door boundary: a defect delays mail, it never loses or leaks it
            log.error("gate.crashed", message=message.id, problem=type(problem).__name__, alarm=True)
            await transaction.abandon()
            return Reply.of(451, f"4.3.0 LeakGuard could not decide now, reference {message.id}")

    async def _submit(self, message: Message, transaction: Transaction) -> Reply:
        if not message.envelope.mail_from and self.stamp.is_ours(message.content):
            return await self._forward(message, transaction)
        verdict = await self.inspector.inspect(message.content, message.direction, message.channel)
        now = self.clock.now()
        decision = decide(Facts.of(message.envelope), verdict, self.current.book, self.policy, now)
        through = decision.recipients(Action.FORWARD, Action.FLAG)
        held = decision.recipients(Action.HOLD)
        if len(through) == len(decision.outcomes):
            await self._record_flags(message, verdict, decision)
            return await self._forward(message, transaction)
        if not through and not held:
            return await self._refuse(message, verdict, decision, transaction)
        if not through:
            return await self._hold_all(message, verdict, decision, transaction)
        return await self._split(message, verdict, decision, transaction)

    async def _forward(self, message: Message, transaction: Transaction) -> Reply:
        try:
            return await transaction.data(message.head, message.content)
        except NextHopUnavailable:
            log.warning("next_hop.unavailable", message=message.id)
            return Reply.of(451, f"4.4.1 next hop unavailable, reference {message.id}")
        except ReplyUnknown:
            return await self._reply_lost(message, tuple(each.address for each in message.envelope.recipients))

    async def _reply_lost(self, message: Message, recipients: tuple[str, ...]) -> Reply:
        log.warning("next_hop.final_reply_unknown", message=message.id)
        event = ReplyLost(
            at=self.clock.now(), message=message.id, sender=message.envelope.mail_from, recipients=recipients
        )
        await self.store.record([event])
        return Reply.of(451, f"4.4.2 next hop broke off, reference {message.id}")

    async def _record_flags(self, message: Message, verdict: Verdict, decision: Decision) -> None:
        flagged = [each for each in decision.outcomes if each.action is Action.FLAG]
        if not flagged:
            return
        log.info("message.flagged", message=message.id, recipients=len(flagged))
        await self.store.record(
            [
                Flagged(
                    at=decision.decided_at,
                    message=message.id,
                    sender=message.envelope.mail_from,
                    recipients=tuple(each.recipient for each in flagged),
                    releases=_releases(flagged),
                    codes=_codes(flagged),
                    rules=_rules(verdict),
                    rulebook=decision.rulebook,
                )
            ]
        )

    async def _refuse(self, message: Message, verdict: Verdict, decision: Decision, transaction: Transaction) -> Reply:
        event = Refusal(
            at=decision.decided_at,
            message=message.id,
            sender=message.envelope.mail_from,
            recipients=decision.recipients(Action.REJECT),
            releases=_releases(decision.outcomes),
            codes=_codes(decision.outcomes),
            rulebook=decision.rulebook,
        )
        await self.store.record([event])
        await transaction.abandon()
        log.info("message.refused", message=message.id, findings=len(verdict.findings))
        return Reply.of(550, f"5.7.1 refused by embargo policy, reference {message.id}")

    async def _hold_all(
        self, message: Message, verdict: Verdict, decision: Decision, transaction: Transaction
    ) -> Reply:
        held = await self._keep(message, verdict, decision, State.HELD)
        await transaction.abandon()
        log.info("message.held", message=message.id, held=held.id, recipients=len(held.recipients))
        return Reply.of(250, f"2.0.0 held as {held.id}")

    async def _split(self, message: Message, verdict: Verdict, decision: Decision, transaction: Transaction) -> Reply:
        """Commit the kept copies as PENDING, send the others on, and keep or drop by what the next hop answers."""
        await self._record_flags(message, verdict, decision)
        pending = await self._keep(message, verdict, decision, State.PENDING)
        eligible = message.envelope.only(frozenset(decision.recipients(Action.FORWARD, Action.FLAG)))
        reply = await self._send_on(message, eligible, transaction)
        is_new = bool(pending.in_state(State.PENDING))
        if is_new and reply.is_positive:
            await self._keep_pending(pending)
        elif is_new:
            with contextlib.suppress(Stale, NotFound):
                await self.store.drop_pending(pending)
        log.info("message.split", message=message.id, held=pending.id, through=len(eligible), code=reply.code)
        return reply

    async def _keep_pending(self, pending: HeldMessage) -> None:
        """The others have it, so the client must hear so; a copy still PENDING is kept by the clerk later."""
        held = kept(pending)
        notices = self.notices.on_hold(held, self.current.book, self.clock.now())
        try:
            await self.store.save(held, [], notices)
        except (StoreUnavailable, Stale) as problem:
            log.error("held.left_pending", held=pending.id, problem=type(problem).__name__)
        self.poke()

    async def _send_on(self, message: Message, eligible: tuple[Recipient, ...], transaction: Transaction) -> Reply:
        try:
            reply = await transaction.restart(replace(message.envelope, recipients=eligible))
        except NextHopUnavailable:
            log.warning("next_hop.unavailable", message=message.id)
            return Reply.of(451, f"4.4.1 next hop unavailable, reference {message.id}")
        if not reply.is_positive:
            await transaction.abandon()
            return reply
        return await self._forward(
            replace(message, envelope=replace(message.envelope, recipients=eligible)), transaction
        )

    async def _keep(self, message: Message, verdict: Verdict, decision: Decision, state: State) -> HeldMessage:
        """Commit the copies that do not go on. The same message again, while it is still here, is the same hold."""
        held = _held(message, verdict, decision, state, HeldId(self.new_id()))
        events = _held_events(held, verdict, decision)
        notices = self.notices.on_hold(held, self.current.book, decision.decided_at)  # none for PENDING copies
        stored = await self.store.hold(held, events, notices)
        while stored.id != held.id and not stored.is_open:
            held = replace(held, key=hashlib.sha256(f"{stored.key} {stored.id}".encode()).hexdigest())
            stored = await self.store.hold(held, events, notices)
        self.poke()
        return stored


def _held(message: Message, verdict: Verdict, decision: Decision, state: State, held_id: HeldId) -> HeldMessage:
    outcomes = {each.recipient: each for each in decision.outcomes if not each.action.lets_through}
    copies = tuple(
        _copy(recipient, outcomes[recipient.address], state, decision.decided_at)
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


def _copy(recipient: Recipient, outcome: Outcome, state: State, now: datetime) -> HeldRecipient:
    rejected = outcome.action is Action.REJECT
    return HeldRecipient(
        recipient=recipient,
        state=State.REJECTED if rejected else state,
        decide_again_at=outcome.decide_again_at,
        reasons=outcome.reasons,
        next_try_at=now + PENDING_LONGEST if state is State.PENDING and not rejected else None,
        closed_at=now if rejected else None,
    )


def kept(pending: HeldMessage) -> HeldMessage:
    """The message with its PENDING copies held."""
    copies = (
        replace(each.move(Verb.KEEP), next_try_at=None) if each.state is State.PENDING else each
        for each in pending.recipients
    )
    return replace(pending, recipients=tuple(copies))


def _key(mail_from: str, recipients: Sequence[str], digest: str) -> str:
    """What makes two submissions one message: sender, held recipients, content without our own header."""
    parts = "\n".join((mail_from, *sorted(recipients), digest))
    return hashlib.sha256(parts.encode("utf-8", "surrogateescape")).hexdigest()


def _held_events(held: HeldMessage, verdict: Verdict, decision: Decision) -> list[Held | Rejected]:
    stays = [each for each in decision.outcomes if each.action is Action.HOLD]
    refused = decision.recipients(Action.REJECT)
    events: list[Held | Rejected] = []
    if stays:
        events.append(
            Held(
                at=decision.decided_at,
                held=held.id,
                sender=held.mail_from,
                recipients=tuple(each.recipient for each in stays),
                releases=_releases(stays),
                codes=_codes(stays),
                rules=_rules(verdict),
                rulebook=decision.rulebook,
                decide_again_at=decision.decide_again_at,
            )
        )
    if refused:
        events.append(Rejected(at=decision.decided_at, held=held.id, recipients=refused, reason="by policy"))
    return events


def _reasons(outcomes: Sequence[Outcome]) -> list[Reason]:
    return [reason for each in outcomes for reason in each.reasons]


def _releases(outcomes: Sequence[Outcome]) -> tuple[ReleaseId, ...]:
    return tuple(dict.fromkeys(each.release for each in _reasons(outcomes) if each.release is not None))


def _codes(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.code.value for each in _reasons(outcomes)))


def _rules(verdict: Verdict) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{each.rule}/{each.id}" for each in verdict.findings))
