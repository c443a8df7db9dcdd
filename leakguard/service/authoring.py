"""What the author of a held post may do about it: have it posted when it is public, ask for a look, take it back.

Nobody's word but the author's counts here, and none of it lets anything go early.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from leakguard.model.embargo import Book
from leakguard.model.errors import Forbidden, Refused
from leakguard.model.events import PostingAsked, ReviewAsked, Withdrawn
from leakguard.model.held import HeldMessage, State, Verb
from leakguard.model.ids import HeldId
from leakguard.model.review import Mark, Posting
from leakguard.service.about import About, about
from leakguard.service.notices import Notices
from leakguard.service.persons import is_same_person
from leakguard.service.ports import Clock, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Authoring:
    """author: handle of whoever asks. Each act raises Forbidden, Refused, NotFound, Stale; twice is once."""

    store: Store
    book: Book
    clock: Clock
    notices: Notices
    author: str

    async def post_when_public(self, held_id: HeldId) -> HeldMessage:
        """It goes by itself once nothing holds it; at once where nothing does any more."""
        held = await self._own(held_id)
        if held.review.posting is not None:
            return held
        now = self.clock.now()
        copies = [replace(each, next_try_at=now) for each in held.in_state(State.HELD)]
        asked = replace(held.review, posting=Posting(by=self.author, at=now))
        event = PostingAsked(**self._about(held))
        return await self.store.save(replace(held, review=asked).with_copies(copies), [event], ())

    async def ask_for_review(self, held_id: HeldId) -> HeldMessage:
        """Those on call are told that the author thinks it should be looked at."""
        held = await self._own(held_id)
        if held.review.escalated is not None:
            return held
        now = self.clock.now()
        told = self.notices.on_alarm("asked", held, "its author asks for somebody to look at it", now)
        review = replace(held.review, escalated=Mark(by=self.author, at=now))
        return await self.store.save(replace(held, review=review), [ReviewAsked(**self._about(held))], told)

    async def withdraw(self, held_id: HeldId) -> HeldMessage:
        """It will not be posted by anybody. The copy stays as evidence."""
        held = await self._own(held_id)
        now = self.clock.now()
        closed = [replace(each.move(Verb.WITHDRAW), closed_at=now) for each in held.in_state(State.HELD)]
        event = Withdrawn(**self._about(held), reason="by its author")
        return await self.store.save(held.with_copies(closed), [event], ())

    async def _own(self, held_id: HeldId) -> HeldMessage:
        held = await self.store.outline(held_id)
        if held.channel.is_mail or not self.author or not is_same_person(self.author, held.mail_from, self.book):
            raise Forbidden("only its author may do that")
        if not held.in_state(State.HELD):
            raise Refused("it is not held any more")
        return held

    def _about(self, held: HeldMessage) -> About:
        return about(held, held.in_state(State.HELD), self.author, self.clock.now())
