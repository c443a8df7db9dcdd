"""A post that somebody planned -> the message that the scheduling keeps, with the event from which it is posted."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from leakguard.channels.slack.audience import direction_of, envelope_of
from leakguard.channels.slack.composing import compose
from leakguard.channels.slack.reading import read_message
from leakguard.channels.slack.screens.verdict import Draft
from leakguard.channels.slack.screens.visitors import Visitors
from leakguard.channels.slack.wanted import as_event
from leakguard.model.errors import Refused
from leakguard.model.ids import HeldId, ReleaseId
from leakguard.model.message import Channel, Message
from leakguard.service.ports import Clock
from leakguard.service.scheduling import Scheduling

NOT_THERE = (
    "LeakGuard cannot post there for you: you are not in that conversation, or the app is not. Invite the app there, "
    "or connect your account on its home tab."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    scheduling: Scheduling
    visitors: Visitors
    clock: Clock

    async def keep(self, form: str, draft: Draft, release: ReleaseId) -> HeldId:
        """Its reference; durable on return. form: names the form, so that one that is sent twice is one post.

        Raises Refused, StoreUnavailable, ApiUnavailable, TokenNotReady.
        """
        if not await self.visitors.can_post(draft.author, draft.channel):
            raise Refused(NOT_THERE)
        author = await self.visitors.named(draft.author)
        audience = await self.visitors.audience(draft.author, draft.channel)
        assert audience is not None, "a planned post has a place"
        reading = read_message(draft.message)
        content = compose(author.handle, reading, ())
        name = hashlib.sha256(f"{form}\n{draft.channel}\n{release}\n".encode() + content).hexdigest()[:16]
        message = Message(
            id=f"planned-{name}",
            envelope=envelope_of(author.handle, audience),
            content=content,
            head=as_event(draft.channel, draft.author, reading.text, list(draft.message["blocks"])),
            direction=direction_of(audience),
            channel=Channel.SLACK,
            received_at=self.clock.now(),
            client="slack",
        )
        return (await self.scheduling.schedule(message, release)).id
