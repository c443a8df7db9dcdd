"""Submit: a message comes in, is inspected and decided, and goes on, is held or is refused, per recipient.

Promise: a 250 is true on somebody's disk: the next hop's, or our committed held message. Whatever fails is a 451.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from leakguard.model.content import Verdict
from leakguard.model.decision import Action, Decision
from leakguard.model.errors import NextHopUnavailable, NotFound, ReplyUnknown, Stale, StoreUnavailable
from leakguard.model.events import Event, Refusal, ReplyLost
from leakguard.model.held import HeldMessage, State
from leakguard.model.ids import HeldId
from leakguard.model.message import Facts, Message, Recipient
from leakguard.model.notice import Notice
from leakguard.policy import Policy, decide
from leakguard.service.current import Current
from leakguard.service.holding import (
    another_key,
    codes_of,
    events_of,
    flags_of,
    notices_of,
    pending_record,
    reasons_of,
    releases_of,
    settled,
)
from leakguard.service.measures import SILENT, Measures
from leakguard.service.notices import Notices
from leakguard.service.ports import Clock, Inspector, Reply, Store, Transaction

log = structlog.get_logger("leakguard.gate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """poke: called after a hold, so that whoever sends notices need not wait."""

    inspector: Inspector
    current: Current
    store: Store
    clock: Clock
    policy: Policy
    notices: Notices
    new_id: Callable[[], str]
    measures: Measures = SILENT
    poke: Callable[[], None] = lambda: None

    async def submit(self, message: Message, transaction: Transaction) -> Reply:
        """The reply to the client's end of data; the transaction is over when it returns. Never raises."""
        try:
            return await self._submit(message, transaction)
        except StoreUnavailable as problem:
            log.error("store.unavailable", message=message.id, problem=type(problem).__name__)
            self.measures.deferred(message.channel)
            await transaction.abandon()
            return Reply.of(451, f"4.3.0 LeakGuard cannot record this now, reference {message.id}")
        except Exception as problem:  # noqa: BLE001 - the door boundary: a defect delays mail, it never loses or leaks it
            log.error("gate.crashed", message=message.id, problem=type(problem).__name__, alarm=True)
            self.measures.deferred(message.channel)
            await transaction.abandon()
            return Reply.of(451, f"4.3.0 LeakGuard could not decide now, reference {message.id}")

    async def _submit(self, message: Message, transaction: Transaction) -> Reply:
        began = self.clock.seconds()
        verdict = await self.current.inspected(self.inspector, message.content, message.direction, message.channel)
        self.measures.inspected(self.clock.seconds() - began)
        now = self.clock.now()
        decision = decide(Facts.of(message.envelope), verdict, self.current.book, self.policy, now)
        self.measures.judged(decision.summary, message.channel, (each.kind for each in verdict.gaps))
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
        flags = flags_of(message, verdict, decision, decision.decided_at)
        if flags:
            log.info("message.flagged", message=message.id, recipients=len(decision.recipients(Action.FLAG)))
            await self.store.record(flags)

    async def _refuse(self, message: Message, verdict: Verdict, decision: Decision, transaction: Transaction) -> Reply:
        event = Refusal(
            at=decision.decided_at,
            message=message.id,
            sender=message.envelope.mail_from,
            recipients=decision.recipients(Action.REJECT),
            releases=releases_of(reasons_of(decision.outcomes)),
            codes=codes_of(reasons_of(decision.outcomes)),
            rulebook=decision.rulebook,
        )
        await self.store.record([event])
        await transaction.abandon()
        log.info("message.refused", message=message.id, findings=len(verdict.findings))
        return Reply.of(550, f"5.7.1 refused by embargo policy, reference {message.id}")

    async def _hold_all(
        self, message: Message, verdict: Verdict, decision: Decision, transaction: Transaction
    ) -> Reply:
        pending = pending_record(message, verdict, decision, HeldId(self.new_id()))
        held = await self._hold(settled(pending, decision, again_at=None))
        if decision.rulebook != self.current.book.digest:  # an act came between: the clerk may have missed this one
            held = await self._again(held)
        if held.in_state(State.PENDING):  # the same copies wait in a split; they must stay even if that one is dropped
            held = await self._save(settled(held, decision, again_at=decision.decided_at))
        self.poke()
        await transaction.abandon()
        log.info("message.held", message=message.id, held=held.id, recipients=len(held.recipients))
        return Reply.of(250, f"2.0.0 held as {held.id}")

    async def _split(self, message: Message, verdict: Verdict, decision: Decision, transaction: Transaction) -> Reply:
        """Commit the kept copies as PENDING, send the others on, and keep or drop by what the next hop answers."""
        await self._record_flags(message, verdict, decision)
        pending = await self._hold(pending_record(message, verdict, decision, HeldId(self.new_id())))
        eligible = message.envelope.only(frozenset(decision.recipients(Action.FORWARD, Action.FLAG)))
        reply = await self._send_on(message, eligible, transaction)
        is_new = bool(pending.in_state(State.PENDING))
        if is_new and reply.is_positive:
            await self._keep_pending(pending, decision)
        elif is_new:
            with contextlib.suppress(Stale, NotFound):
                await self.store.drop_pending(pending)
        log.info("message.split", message=message.id, held=pending.id, through=len(eligible), code=reply.summary)
        return reply

    async def _keep_pending(self, pending: HeldMessage, decision: Decision) -> None:
        """The others have it, so the client must hear so; a copy still PENDING is kept by the clerk later."""
        held = settled(pending, decision, again_at=decision.decided_at)
        try:
            await self._save(held)
        except NotFound:  # the same message came twice at once, and the other one was dropped
            await self._hold(held)
        except (StoreUnavailable, Stale) as problem:
            log.error("held.left_pending", held=pending.id, problem=type(problem).__name__)
        self.poke()

    async def _again(self, held: HeldMessage) -> HeldMessage:
        """Have the clerk decide about this at once; it does so later anyway when somebody is at it already."""
        now = self.clock.now()
        copies = (replace(each, next_try_at=now) if each.state is State.HELD else each for each in held.recipients)
        with contextlib.suppress(Stale, NotFound):
            return await self.store.save(replace(held, recipients=tuple(copies)), [], [])
        return held

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

    async def _hold(self, held: HeldMessage) -> HeldMessage:
        """Commit what does not go on. The same message again, while it is still here, is the same hold."""
        events, notices = self._told(held)
        stored = await self.store.hold(held, events, notices)
        while stored.id != held.id and not stored.is_open:
            held = replace(held, key=another_key(stored))
            stored = await self.store.hold(held, events, notices)
        return stored

    async def _save(self, held: HeldMessage) -> HeldMessage:
        return await self.store.save(held, *self._told(held))

    def _told(self, held: HeldMessage) -> tuple[list[Event], tuple[Notice, ...]]:
        """Nothing yet of PENDING copies."""
        book, now = self.current.book, self.clock.now()
        return events_of(held, book.digest, now), notices_of(self.notices, held, book, now)
