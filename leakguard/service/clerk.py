"""Lift: sends what is due, after deciding once more with the book of that moment.

Promises, in this order: never early, never lost, rarely twice. A copy counts as delivered only on the final 250.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from leakguard.model.decision import Decision, Outcome
from leakguard.model.errors import NotFound, Stale, StoreUnavailable
from leakguard.model.events import Delivered, DeliveryDelayed, Event, HeldAgain, Undeliverable
from leakguard.model.held import HeldMessage, HeldRecipient, State, Verb
from leakguard.model.ids import HeldId
from leakguard.model.notice import Notice
from leakguard.policy import Policy, decide
from leakguard.service.current import Current
from leakguard.service.holding import events_of, kept, notices_of
from leakguard.service.notices import Notices
from leakguard.service.ports import Clock, Inspector, NextHop, Reply, Store
from leakguard.service.sending import send_copies

log = structlog.get_logger("leakguard.clerk")

LEASE = timedelta(seconds=300)  # longer than any delivery may take, so that no copy is sent by two
POLL_SECONDS = 0.25  # an act by another process counts within this time
_BACK_OFF = (5, 15, 60, 300, 900)  # seconds after the 1st, 2nd, ... failed try; then the last for ever
_BATCH = 100


@dataclass(slots=True, kw_only=True)
class Clerk:
    """lanes: deliveries at once. worker: name in leases, one per process."""

    store: Store
    current: Current
    next_hop: NextHop
    inspector: Inspector
    clock: Clock
    policy: Policy
    notices: Notices
    worker: str
    lanes: int = 8
    poked: asyncio.Event = field(default_factory=asyncio.Event)
    rounds_at: float = 0.0
    _version: int = -1
    _book: str = ""

    async def run(self) -> None:
        """Until cancelled. A failing round is told and tried again; it never ends the loop."""
        while True:
            try:
                await self.round()
            except StoreUnavailable as problem:
                log.error("clerk.store_unavailable", problem=type(problem).__name__, alarm=True)
            except Exception as problem:  # noqa: BLE001 - the clerk's loop must outlive any one message
                log.error("clerk.crashed", problem=type(problem).__name__, alarm=True)
            self.rounds_at = self.clock.seconds()
            await self._rest()

    async def round(self) -> None:
        """Notice new acts and a new rulebook, then send everything that is due now."""
        version = await self.store.version()
        if version != self._version:
            await self.current.refresh(self.store)
            self._version = version
        if self.current.book.digest != self._book:
            self._book = self.current.book.digest
            await self.reconsider()
        while due := await self.store.due(self.clock.now(), _BATCH):
            await self._in_lanes(due)

    async def recover(self) -> None:
        """Take over what a crash left PENDING. Only before any door is open: nobody else may be at it."""
        left = [held.id for held in await self.store.open_messages() if held.in_state(State.PENDING)]
        if left:
            log.warning("clerk.recovers", messages=len(left))
            await self._in_lanes(left)

    async def reconsider(self) -> None:
        """Look at every held message whose outcome changes under a new book."""
        changed = []
        for held in await self.store.open_messages():
            if held.in_state(State.PENDING):
                continue  # a door is sending the other copies right now
            if held.verdict.rulebook != self.current.rulebook.digest or self._differs(held):
                changed.append(held.id)
        if changed:
            log.info("clerk.reconsiders", messages=len(changed))
            await self._in_lanes(changed)

    def _differs(self, held: HeldMessage) -> bool:
        outcomes = {each.recipient: each for each in self._decide(held).outcomes}
        return any(_changes(each, outcomes[each.recipient.address]) for each in held.in_state(State.HELD))

    async def _rest(self) -> None:
        delay = POLL_SECONDS
        try:
            wake_at = await self.store.next_wake()
        except StoreUnavailable:
            wake_at = None
        if wake_at is not None:
            delay = min(delay, max((wake_at - self.clock.now()).total_seconds(), 0.001))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.poked.wait(), delay)
        self.poked.clear()

    async def _in_lanes(self, ids: Sequence[HeldId]) -> None:
        waiting = list(reversed(ids))

        async def lane() -> None:
            while waiting:
                await self.look(waiting.pop())

        async with asyncio.TaskGroup() as group:
            for _ in range(min(self.lanes, len(ids))):
                group.create_task(lane())

    async def look(self, held_id: HeldId) -> None:
        """Decide about one message now, and send the copies that may go. Somebody else at it: leave it to them."""
        try:
            held = await self._lease(await self.store.get(held_id))
            await self._work(held)
        except (Stale, NotFound):
            log.info("clerk.left_to_another", held=held_id)

    async def _lease(self, held: HeldMessage) -> HeldMessage:
        now = self.clock.now()
        if held.lease_until is not None and held.lease_until > now:
            raise Stale
        found = replace(kept(held), lease_until=now + LEASE, lease_by=self.worker)
        interrupted = tuple(each.move(Verb.RETRY) if each.state is State.SENDING else each for each in found.recipients)
        return await self.store.save(replace(found, recipients=interrupted), [], [])

    async def _work(self, held: HeldMessage) -> None:
        if held.verdict.rulebook != self.current.rulebook.digest:
            verdict = await self.inspector.inspect(held.content, held.direction, held.channel)
            held = replace(held, verdict=verdict)
        decision = self._decide(held)
        outcomes = {each.recipient: each for each in decision.outcomes}
        now = decision.decided_at
        copies = tuple(_claimed(each, outcomes.get(each.recipient.address), now) for each in held.recipients)
        events, notices = self._held_again(held, copies, decision)
        held = replace(held, recipients=copies)
        if not held.in_state(State.SENDING):
            await self.store.save(_unleased(held), events, notices)
            return
        held = await self.store.save(held, events, notices)
        await self._deliver(held, decision)

    def _decide(self, held: HeldMessage) -> Decision:
        return decide(held.facts(), held.verdict, self.current.book, self.policy, self.clock.now())

    async def _deliver(self, held: HeldMessage, decision: Decision) -> None:
        replies = await send_copies(self.next_hop, held.envelope(State.SENDING), held.head, held.content)
        now = self.clock.now()
        copies = tuple(
            _answered(each, replies[each.recipient.address], now) if each.state is State.SENDING else each
            for each in held.recipients
        )
        done = replace(held, recipients=copies)
        events, notices = self._told(held, done, decision, now)
        await self.store.save(_unleased(done), events, notices)
        lag = (now - held.received_at).total_seconds()
        log.info("held.answered", held=held.id, copies=len(replies), waited_s=round(lag, 3))

    def _told(
        self, before: HeldMessage, after: HeldMessage, decision: Decision, now: datetime
    ) -> tuple[list[Event], list[Notice]]:
        tried = {each.recipient.address for each in before.in_state(State.SENDING)}
        events: list[Event] = []
        notices: list[Notice] = []
        for state in (State.SENT, State.HELD, State.UNDELIVERABLE):
            copies = tuple(each for each in after.in_state(state) if each.recipient.address in tried)
            if not copies:
                continue
            events.append(_event(after, state, copies, decision, now))
            if state is not State.HELD:
                notices += self.notices.on_end(after, state, copies, now)
        return events, notices

    def _held_again(
        self, held: HeldMessage, copies: tuple[HeldRecipient, ...], decision: Decision
    ) -> tuple[list[Event], list[Notice]]:
        """What to tell when copies stay for another reason, or till another time, than before."""
        before = {each.recipient.address: each for each in held.recipients}
        stay = [each for each in copies if each.state is State.HELD]
        changed = [each for each in stay if _moved(before[each.recipient.address], each)]
        if not changed:
            return [], []
        event = HeldAgain(
            at=decision.decided_at,
            held=held.id,
            sender=held.mail_from,
            recipients=tuple(each.recipient.address for each in changed),
            releases=replace(held, recipients=tuple(changed)).releases(),
            codes=tuple(dict.fromkeys(reason.code.value for each in changed for reason in each.reasons)),
            rulebook=decision.rulebook,
            decide_again_at=decision.decide_again_at,
        )
        later = replace(held, recipients=tuple(changed))
        return [event], list(self.notices.on_longer(later, self.current.book, decision.decided_at))


def _claimed(copy: HeldRecipient, outcome: Outcome | None, now: datetime) -> HeldRecipient:
    if outcome is None or copy.state is not State.HELD:
        return copy
    if not outcome.action.lets_through:
        return replace(copy.decided(outcome), next_try_at=None)
    if copy.next_try_at is not None and copy.next_try_at > now:
        return copy
    return copy.move(Verb.CLAIM)


def _changes(copy: HeldRecipient, outcome: Outcome) -> bool:
    return outcome.action.lets_through or _moved(copy, copy.decided(outcome))


def _moved(before: HeldRecipient, after: HeldRecipient) -> bool:
    return before.decide_again_at != after.decide_again_at or set(before.reasons) != set(after.reasons)


def _answered(copy: HeldRecipient, reply: Reply, now: datetime) -> HeldRecipient:
    copy = replace(copy, attempts=copy.attempts + 1, last_reply=reply.summary, next_try_at=None)
    if reply.is_positive:
        return replace(copy.move(Verb.TAKEN), closed_at=now)
    if reply.is_permanent:
        return replace(copy.move(Verb.REFUSED), closed_at=now)
    wait = _BACK_OFF[min(copy.attempts, len(_BACK_OFF)) - 1]
    return replace(copy.move(Verb.RETRY), next_try_at=now + timedelta(seconds=wait))


def _unleased(held: HeldMessage) -> HeldMessage:
    return replace(held, lease_until=None, lease_by="")


def _event(
    held: HeldMessage, state: State, copies: tuple[HeldRecipient, ...], decision: Decision, now: datetime
) -> Event:
    recipients = tuple(each.recipient.address for each in copies)
    releases = tuple(dict.fromkeys(reason.release for each in copies for reason in each.reasons if reason.release))
    reply = copies[0].last_reply
    match state:
        case State.SENT:
            return Delivered(
                at=now,
                held=held.id,
                sender=held.mail_from,
                recipients=recipients,
                releases=releases,
                reply=reply,
                rulebook=decision.rulebook,
            )
        case State.UNDELIVERABLE:
            return Undeliverable(
                at=now, held=held.id, sender=held.mail_from, recipients=recipients, releases=releases, reply=reply
            )
        case _:
            return DeliveryDelayed(
                at=now,
                held=held.id,
                sender=held.mail_from,
                recipients=recipients,
                releases=releases,
                reply=reply,
                next_try_at=copies[0].next_try_at,
            )
