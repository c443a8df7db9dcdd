"""Review: what a named person decides about a held message. Every act has a reason, and can be undone for a moment.

Rule of this file: whoever decides is neither the sender nor waits for it; and what gives a release away for sure goes
early only when two people say so, each of whom may see it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import structlog

from leakguard.model.account import Actor
from leakguard.model.embargo import Book
from leakguard.model.errors import Forbidden, Refused, Stale
from leakguard.model.events import (
    Approved,
    Escalated,
    Kept,
    MarkedFalseAlarm,
    Noted,
    Rejected,
    SenderAsked,
    SendProposed,
    Undone,
    Withdrawn,
)
from leakguard.model.held import HeldMessage, HeldRecipient, Verb
from leakguard.model.ids import HeldId
from leakguard.model.review import Mark, Proposal
from leakguard.service.about import About, about, holding
from leakguard.service.approvals import approved, recorded, standing
from leakguard.service.authority import Permission, require
from leakguard.service.first_person import still_counts
from leakguard.service.holding import rules_of
from leakguard.service.measures import SILENT, Measures
from leakguard.service.notices import Notices, Question
from leakguard.service.persons import is_same_person
from leakguard.service.ports import Clock, Store
from leakguard.service.reasons import needed
from leakguard.service.story import story_of
from leakguard.service.two_people import addresses, chosen_copies, is_for_the_same, takes_two
from leakguard.service.undoing import last_of, others_since, undone
from leakguard.service.viewing import Sight, Viewing, is_own, shown_by

log = structlog.get_logger("leakguard.review")

UNDO = timedelta(seconds=10)  # until something of a decision leaves


class Done(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewing:
    """actor: who acts. undo: how long nothing leaves after a decision; none for the command line.

    seen: when they looked at what they decide about: if somebody else has decided since, theirs is Stale.
    """

    store: Store
    book: Book
    clock: Clock
    notices: Notices
    actor: Actor
    undo: timedelta = UNDO
    seen: datetime | None = None
    measures: Measures = SILENT

    async def send(self, held_id: HeldId, reason: str, to: Iterable[str] = ()) -> Done:
        """Let copies go for the releases that hold them now; or propose it, where it takes a second person.

        They are decided once more before they leave, so that another embargo still holds.
        Raises Refused, Forbidden, NotFound, Stale.
        """
        held = standing(await self._mine(held_id), self.book)
        reason = needed(reason)
        await self._must_see(held)
        chosen, now = chosen_copies(held, to), self.clock.now()
        proposal = self._proposal(held, chosen, now)
        first, by, is_sure = held.review.proposal, "", takes_two(held, self.book, now)
        if is_sure and not self.actor.is_console:
            if first is None or not is_for_the_same(first, proposal) or not await self._is_another(first, held):
                asks = SendProposed(**self._about(held, chosen), reason=reason)
                told = self.notices.on_alarm("second", held, "a second person is asked to approve sending it", now)
                await self.store.save(_with(held, proposal=proposal), [asks], told)
                return Done.PROPOSED
            require(self.actor, Permission.APPROVE)
            by = first.by
        copies = [approved(each, self.book, now, self.undo) for each in chosen]
        event = Approved(**self._about(held, chosen), reason=reason, proposed_by=by)
        approvals = recorded(held.review.approvals, chosen, self.book)
        after = _with(held, proposal=None, kept=None, approvals=approvals)
        await self.store.save(after.with_copies(copies), [event], ())
        self.measures.decided(now - held.received_at)
        if self.actor.is_console and is_sure:
            log.warning("review.sent_by_one", held=held.id, alarm=True)
        return Done.APPROVED

    async def keep(self, held_id: HeldId, reason: str) -> None:
        """Leave it to the lift, having looked; what was approved and has not left stays, too. Raises as `send`."""
        held = await self._mine(held_id)
        chosen = chosen_copies(held, ())
        if any(each.decide_again_at is None for each in chosen):
            raise Refused("no time is known at which it would go: send it, reject it, or wait for the calendar")
        now = self.clock.now()
        mark = Mark(by=self.actor.handle, at=now)
        event = Kept(**self._about(held, chosen), reason=needed(reason))
        stay = [replace(each, approved=frozenset(), next_try_at=now) for each in chosen if each.approved]
        await self.store.save(_with(held, kept=mark, proposal=None).with_copies(stay), [event], ())
        self.measures.decided(now - held.received_at)

    async def reject(self, held_id: HeldId, reason: str, to: Iterable[str] = ()) -> None:
        """Refuse copies for good; the sender is told once it can no longer be undone. Raises as `send`."""
        await self._close(held_id, Verb.REJECT, reason, to)

    async def withdraw(self, held_id: HeldId, reason: str, to: Iterable[str] = ()) -> None:
        """Take copies back for their sender. Raises as `send`."""
        await self._close(held_id, Verb.WITHDRAW, reason, to)

    async def _close(self, held_id: HeldId, verb: Verb, reason: str, to: Iterable[str]) -> None:
        held = await self._mine(held_id)
        chosen, now = chosen_copies(held, to), self.clock.now()
        closed = [replace(each.move(verb), closed_at=now) for each in chosen]
        after = _with(held, proposal=None).with_copies(closed)
        kind = Rejected if verb is Verb.REJECT else Withdrawn
        event = kind(**self._about(held, chosen), reason=needed(reason))
        state = closed[0].state
        told = [replace(each, next_try_at=now + self.undo) for each in self.notices.on_end(after, state, closed, now)]
        await self.store.save(after, [event], told)
        self.measures.decided(now - held.received_at)

    async def ask(self, held_id: HeldId, question: Question) -> None:
        """Ask the sender one of our own questions. Raises Refused when the sender must not be written to."""
        held = await self._mine(held_id)
        chosen_copies(held, ())
        now = self.clock.now()
        told = self.notices.on_question(held, question, self.book, now)
        if not told:
            raise Refused("this sender is not written to: an automatic message, or an address that may be forged")
        event = SenderAsked(**self._about(held, ()), question=question.value)
        await self.store.save(_with(held, asked=Mark(by=self.actor.handle, at=now)), [event], told)

    async def escalate(self, held_id: HeldId, reason: str) -> None:
        """Hand it on to those on call. Raises as `send`."""
        held = await self._mine(held_id)
        chosen_copies(held, ())
        now = self.clock.now()
        told = self.notices.on_alarm("escalated", held, "a reviewer asks for somebody else's decision", now)
        event = Escalated(**self._about(held, ()), reason=needed(reason))
        await self.store.save(_with(held, escalated=Mark(by=self.actor.handle, at=now)), [event], told)

    async def false_alarm(self, held_id: HeldId, reason: str) -> None:
        """Record that nothing of the releases is in it. It proposes an exception, and sends nothing by itself."""
        held = await self._mine(held_id)
        await self._must_see(held)
        told = self._about(held, ())
        told["releases"] = tuple(sorted({release for each in held.recipients for release in each.releases()}))
        event = MarkedFalseAlarm(**told, rules=rules_of(held.verdict), reason=needed(reason))
        await self.store.save(_with(held, false_alarm=Mark(by=self.actor.handle, at=self.clock.now())), [event], ())

    async def take_back(self, held_id: HeldId) -> str:
        """Undo this person's own last decision; returns the event that is undone. Raises Refused, NotFound, Stale."""
        require(self.actor, Permission.DECIDE)
        held = await self.store.get(held_id)
        entry = last_of(self.actor.handle, await story_of(self.store, held_id))
        before, unsaid = undone(held, entry, self.notices, self.clock.now(), self.undo)
        told = self._about(before, ())
        told["recipients"] = entry.texts("recipients")
        event = Undone(**told, act=entry.kind)
        await self.store.save(before, [event], (), unsaid)
        return entry.kind

    async def note(self, held_id: HeldId, words: str) -> None:
        """Write something down about it, for those who may see it. Raises Refused, NotFound."""
        require(self.actor, Permission.DECIDE)
        held = await self.store.get(held_id)
        await self.store.record([Noted(**self._about(held, ()), reason=needed(words))])

    async def _mine(self, held_id: HeldId) -> HeldMessage:
        """The message, for this person to decide about. Raises Forbidden, NotFound, Stale."""
        require(self.actor, Permission.DECIDE)
        held = await self.store.get(held_id)
        if not self.actor.is_console and is_own(self.actor, held, self.book):
            raise Forbidden("nobody decides about a message that they sent or are to receive")
        if self.seen and others_since(self.seen, self.actor.handle, await story_of(self.store, held_id)):
            raise Stale("somebody else decided about it first")  # whoever decides from here on changes the revision
        return held

    async def _is_another(self, first: Proposal, held: HeldMessage) -> bool:
        """Whether somebody else said so, whose word still counts."""
        now, is_me = self.clock.now(), is_same_person(first.by, self.actor.handle, self.book)
        return not is_me and await still_counts(first, shown_by(held, self.book, now), self.store, self.book, now)

    async def _must_see(self, held: HeldMessage) -> None:
        if self.actor.is_console:
            return
        viewing = Viewing(store=self.store, book=self.book, clock=self.clock, notices=self.notices, actor=self.actor)
        if await viewing.sight_of(held) is Sight.NONE:
            raise Forbidden("only somebody who may see the message can say that it may go early")

    def _about(self, held: HeldMessage, chosen: Sequence[HeldRecipient]) -> About:
        return about(held, chosen, self.actor.handle, self.clock.now())

    def _proposal(self, held: HeldMessage, chosen: Sequence[HeldRecipient], now: datetime) -> Proposal:
        return Proposal(by=self.actor.handle, at=now, recipients=addresses(chosen), releases=holding(held, chosen))


def _with(held: HeldMessage, **changes: Any) -> HeldMessage:
    return replace(held, review=replace(held.review, **changes))
