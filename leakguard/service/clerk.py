"""Lift: sends what is due, after deciding once more with the book of that moment.

Promises, in this order: never early, never lost, rarely twice. A copy counts as delivered only on the final 250.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from leakguard.model.decision import Decision
from leakguard.model.errors import NotFound, Stale, StoreUnavailable
from leakguard.model.events import Event, HeldAgain
from leakguard.model.held import HeldMessage, HeldRecipient, State
from leakguard.model.ids import HeldId
from leakguard.model.notice import Notice
from leakguard.policy import Policy, decide
from leakguard.service.approvals import standing
from leakguard.service.copies import (
    answered,
    changes,
    claimed,
    event_of,
    freed_by_lift,
    interrupted,
    looked_at,
    moved,
    not_weaker,
    unleased,
)
from leakguard.service.current import Current
from leakguard.service.holding import events_of, kept, notices_of
from leakguard.service.measures import SILENT, Measures
from leakguard.service.notices import Notices
from leakguard.service.ports import Clock, Inspector, NextHop, Poster, Reply, Store
from leakguard.service.posting import posts_decided
from leakguard.service.sending import send_copies

log = structlog.get_logger("leakguard.clerk")

LEASE = timedelta(seconds=300)  # longer than any delivery may take, so that no copy is sent by two
POLL_SECONDS = 0.25  # an act by another process counts within this time
SOON_SECONDS = 1.0  # after somebody else was at it, or the store did not answer
AGAIN_SECONDS = 60.0  # a message that cannot even be looked at is looked at again after this
_BATCH = 100


@dataclass(slots=True, kw_only=True)
class Clerk:
    """lanes: deliveries at once. worker: name in leases; one process has it at a time, and its successor takes over.

    poster: for posts; without one they wait for a person. is_stopping: no new delivery is begun.
    rounds_at: Clock.seconds() when the loop last turned.
    """

    store: Store
    current: Current
    next_hop: NextHop
    inspector: Inspector
    clock: Clock
    policy: Policy
    notices: Notices
    worker: str
    measures: Measures = SILENT
    poster: Poster | None = None
    lanes: int = 8
    poked: asyncio.Event = field(default_factory=asyncio.Event)
    is_stopping: bool = False
    rounds_at: float = 0.0
    _version: int = -1
    _book: str = ""
    _waiting: dict[HeldId, None] = field(default_factory=dict)
    _at_work: set[HeldId] = field(default_factory=set)
    _again_at: dict[HeldId, float] = field(default_factory=dict)
    _owed: dict[HeldId, None] = field(default_factory=dict)
    _lanes: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        """Until stopped or cancelled. A slow delivery holds up neither the others nor the notice of new acts."""
        try:
            while not self.is_stopping:
                try:
                    self._begin(await self._to_look_at())
                except StoreUnavailable as problem:
                    log.error("clerk.store_unavailable", problem=type(problem).__name__, alarm=True)
                except Exception as problem:  # noqa: BLE001 - the clerk's loop must outlive any one message
                    log.error("clerk.crashed", problem=type(problem).__name__, alarm=True)
                self.rounds_at = self.clock.seconds()
                await self._rest()
            await self._all_done()
        finally:
            for lane in self._lanes:
                lane.cancel()
            await self._all_done()

    def stop(self) -> None:
        """Let `run` end once the deliveries under way have their answer."""
        self.is_stopping = True
        self.poked.set()

    async def round(self) -> None:
        """Notice new acts and a new rulebook, then send everything that is due now, and wait for the answers."""
        while found := await self._to_look_at():
            self._begin(found)
            await self._all_done()

    async def recover(self) -> None:
        """Take over what a crash left PENDING or SENDING. Only before any door is open: nobody else may be at it."""
        for held in await self.store.open_messages():
            if held.in_state(State.PENDING) or held.lease_by == self.worker:
                log.warning("clerk.recovers", held=held.id)
                found, events, notices = self._after_crash(await self.store.get(held.id))
                await self.store.save(unleased(found), events, notices)

    async def _to_look_at(self) -> list[HeldId]:
        """What is due, and after a change of the book what that changes; without what is being looked at."""
        version = await self.store.version()
        if version != self._version:
            await self.current.refresh(self.store)
            self._version = version
        book = self.current.book
        if book.digest != self._book:
            touched = [held.id for held in await self.store.open_messages() if self._is_touched(held)]
            self._owed.update(dict.fromkeys(touched))  # until each has been looked at, whatever comes between
            log.info("clerk.reconsiders", messages=len(touched))
            self._book = book.digest
        found = list(self._owed)
        busy = len(self._waiting) + len(self._at_work) + len(self._again_at)
        found += await self.store.due(self.clock.now(), _BATCH + busy)
        return [each for each in dict.fromkeys(found) if each not in self._waiting and self._is_free(each)]

    def _is_free(self, held_id: HeldId) -> bool:
        if self._again_at.get(held_id, 0.0) > self.clock.seconds():
            return False
        self._again_at.pop(held_id, None)
        return held_id not in self._at_work

    def _is_touched(self, held: HeldMessage) -> bool:
        """Whether the outcome changes under this book. PENDING: a door is sending the other copies right now."""
        if held.in_state(State.PENDING):
            return False
        if held.verdict.rulebook != self.current.rulebook.digest:
            return True
        held = standing(held, self.current.book)
        decision = self._decide(held)
        outcomes = {each.recipient: each for each in decision.outcomes}
        return any(
            changes(each, outcomes[each.recipient.address], self.current.book, decision.decided_at)
            for each in held.in_state(State.HELD)
        )

    async def _rest(self) -> None:
        delay = POLL_SECONDS
        try:
            wake_at = await self.store.next_wake()
        except StoreUnavailable:
            wake_at = None
        left = (wake_at - self.clock.now()).total_seconds() if wake_at is not None else 0.0
        if left > 0:
            delay = min(delay, left)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(delay):
                await self.poked.wait()
        self.poked.clear()

    def _begin(self, ids: Iterable[HeldId]) -> None:
        self._waiting.update(dict.fromkeys(ids))
        for _ in range(min(self.lanes - len(self._lanes), len(self._waiting))):
            lane = asyncio.create_task(self._lane())
            self._lanes.add(lane)
            lane.add_done_callback(self._lanes.discard)

    async def _lane(self) -> None:
        while self._waiting and not self.is_stopping:
            held_id = next(iter(self._waiting))
            del self._waiting[held_id]
            self._at_work.add(held_id)
            try:
                await self.look(held_id)
            finally:
                self._at_work.discard(held_id)
        self.poked.set()  # there may be more than one batch

    async def _all_done(self) -> None:
        while self._lanes:
            await asyncio.wait(tuple(self._lanes))
            await asyncio.sleep(0)  # for their callbacks

    async def look(self, held_id: HeldId) -> None:
        """Decide about one message now, and send the copies that may go. Somebody else at it: leave it to them.

        Never raises for one message: the others must go on.
        """
        self._owed.pop(held_id, None)
        try:
            await self._look(held_id)
        except NotFound:
            log.info("clerk.left_to_another", held=held_id)
        except Stale:
            self._owe(held_id, SOON_SECONDS)
            log.info("clerk.left_to_another", held=held_id)
        except StoreUnavailable as problem:
            self._owe(held_id, SOON_SECONDS)
            log.error("clerk.store_unavailable", held=held_id, problem=type(problem).__name__, alarm=True)
        except Exception as problem:  # noqa: BLE001 - a message that cannot be handled must not hold up the others
            self._owe(held_id, AGAIN_SECONDS)
            log.error("clerk.message_failed", held=held_id, problem=type(problem).__name__, alarm=True)

    def _owe(self, held_id: HeldId, seconds: float) -> None:
        self._owed[held_id] = None
        self._again_at[held_id] = self.clock.seconds() + seconds

    async def _look(self, held_id: HeldId) -> None:
        held = await self._lease(await self.store.get(held_id))
        lease = (held.lease_by, held.lease_until)
        while True:
            try:
                return await self._work(held)
            except Stale:  # a reviewer acted upon another copy
                held = await self.store.get(held_id)
                if (held.lease_by, held.lease_until) != lease:
                    raise

    async def _lease(self, held: HeldMessage) -> HeldMessage:
        now = self.clock.now()
        if held.lease_until is not None and held.lease_until > now and held.lease_by != self.worker:
            raise Stale  # our own is left from a look that failed: `_at_work` keeps two lanes off one message
        found, events, notices = self._after_crash(held)
        return await self.store.save(replace(found, lease_until=now + LEASE, lease_by=self.worker), events, notices)

    def _after_crash(self, held: HeldMessage) -> tuple[HeldMessage, list[Event], tuple[Notice, ...]]:
        """Copies left PENDING are held, which nobody has been told yet; those left SENDING are tried again."""
        found = interrupted(kept(held))
        if not held.in_state(State.PENDING):
            return found, [], ()
        book, now = self.current.book, self.clock.now()
        return found, events_of(found, book.digest, now), notices_of(self.notices, found, book, now)

    async def _work(self, held: HeldMessage) -> None:
        if held.verdict.rulebook != self.current.rulebook.digest:
            verdict = await self.inspector.inspect(held.content, held.direction, held.channel)
            held = replace(held, verdict=not_weaker(held.verdict, verdict))
        held = standing(held, self.current.book)
        decision = self._decide(held)
        now = decision.decided_at
        copies = self._copies(held, decision)
        events, notices = self._held_again(held, copies, decision)
        held = replace(held, recipients=copies, review=looked_at(held, copies, now))
        if not held.in_state(State.SENDING):
            await self.store.save(unleased(held), events, notices)
            return
        held = await self.store.save(held, events, notices)
        began = self.clock.now()
        replies = await self._replies(held)
        await self._record(held, replies, decision, began)

    def _copies(self, held: HeldMessage, decision: Decision) -> tuple[HeldRecipient, ...]:
        """With what was decided: of mail each copy by itself, of a post all or none."""
        outcomes = {each.recipient: each for each in decision.outcomes}
        book, now = self.current.book, decision.decided_at
        if not held.channel.is_mail:
            return posts_decided(held, outcomes, book, now, can_post=self.poster is not None)
        return tuple(claimed(each, outcomes.get(each.recipient.address), book, now) for each in held.recipients)

    async def _replies(self, held: HeldMessage) -> dict[str, Reply]:
        """The last word about each claimed copy. Never raises for what the next hop does, or Slack."""
        envelope = held.envelope(State.SENDING)
        if held.channel.is_mail:
            return await send_copies(self.next_hop, envelope, held.head, held.content)
        assert self.poster is not None, "only what can be posted is claimed"
        reply = await self.poster.post(held)
        return dict.fromkeys((each.address for each in envelope.recipients), reply)

    def _decide(self, held: HeldMessage) -> Decision:
        return decide(held.facts(), held.verdict, self.current.book, self.policy, self.clock.now())

    async def _record(self, held: HeldMessage, replies: dict[str, Reply], decision: Decision, began: datetime) -> None:
        """Write down what the next hop answered, whatever happened to the other copies meanwhile."""
        lease, now = (held.lease_by, held.lease_until), self.clock.now()
        while True:
            copies = tuple(
                answered(each, replies[each.recipient.address], now) if each.state is State.SENDING else each
                for each in held.recipients
            )
            done = replace(held, recipients=copies)
            try:
                await self.store.save(unleased(done), *self._told(held, done, decision, now))
                break
            except Stale:
                held = await self.store.get(held.id)
                if (held.lease_by, held.lease_until) != lease:
                    raise
            except StoreUnavailable:
                if held.lease_until is None or self.clock.now() >= held.lease_until:
                    raise
                log.error("clerk.answer_not_recorded", held=held.id, alarm=True)
                await asyncio.sleep(SOON_SECONDS)
        self._measure(done, replies, decision, began, now)
        lag = (now - held.received_at).total_seconds()
        log.info("held.answered", held=held.id, copies=len(replies), waited_s=round(lag, 3))

    def _measure(
        self, done: HeldMessage, replies: dict[str, Reply], decision: Decision, began: datetime, now: datetime
    ) -> None:
        """How late what a lift freed has gone; and, against all that went before, whether it went early."""
        outcomes = {each.recipient: each for each in decision.outcomes}
        for copy in done.in_state(State.SENT):
            address = copy.recipient.address
            if address not in replies or address not in outcomes:
                continue
            for_lift = freed_by_lift(copy, outcomes[address], self.current.book)
            lifts = [at for at in (each.lift_at() for each in for_lift) if at is not None]
            if for_lift:
                is_early = len(lifts) < len(for_lift) or any(each.release_at > began for each in for_lift)
                self.measures.sent(now - max(lifts, default=now), is_early=is_early)

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
            events.append(event_of(after, state, copies, decision, now))
            if state is not State.HELD:
                notices += self.notices.on_end(after, state, copies, now)
        return events, notices

    def _held_again(
        self, held: HeldMessage, copies: tuple[HeldRecipient, ...], decision: Decision
    ) -> tuple[list[Event], list[Notice]]:
        """What to tell when copies stay for another reason, or till another time, than before."""
        before = {each.recipient.address: each for each in held.recipients}
        stay = [each for each in copies if each.state is State.HELD]
        changed = [each for each in stay if moved(before[each.recipient.address], each)]
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
        shifted = tuple(
            each for each in changed if before[each.recipient.address].decide_again_at != each.decide_again_at
        )
        later = replace(held, recipients=shifted)
        return [event], list(self.notices.on_longer(later, self.current.book, decision.decided_at))
