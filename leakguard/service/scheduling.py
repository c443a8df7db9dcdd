"""A post that is written to go up after a release: kept like any held post, and decided once more at the lift.

Never a schedule of the other side's: that would fire at the old time when a release is put off.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from leakguard.model.content import Verdict
from leakguard.model.decision import Reason, ReasonCode
from leakguard.model.errors import Refused
from leakguard.model.events import PostingAsked
from leakguard.model.held import HeldMessage, HeldRecipient
from leakguard.model.ids import HeldId, ReleaseId
from leakguard.model.message import Facts, Message
from leakguard.model.review import Posting, Review
from leakguard.policy import Policy, decide
from leakguard.service.about import about
from leakguard.service.current import Current
from leakguard.service.ports import Clock, Inspector, Store
from leakguard.service.posting import weighed

log = structlog.get_logger("leakguard.posts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduling:
    """poke: called after something was kept."""

    inspector: Inspector
    current: Current
    store: Store
    clock: Clock
    policy: Policy
    new_id: Callable[[], str]
    poke: Callable[[], None] = lambda: None

    async def schedule(self, message: Message, release: ReleaseId) -> HeldMessage:
        """Keep a post until this release is public and nothing else holds it; committed when it returns.

        message: as for a post that was read, its id naming this wish: the same id again is the same wish.
        Raises Refused when there is no such release to wait for; StoreUnavailable.
        """
        now, book = self.clock.now(), self.current.book
        if release not in book.releases or book.releases[release].is_public(now):
            raise Refused("this release is public already, or in no calendar: post it yourself")
        verdict = await self.current.inspected(self.inspector, message.content, message.direction, message.channel)
        held = self._record(message, verdict, release, now)
        decision = decide(Facts.of(message.envelope), verdict, book, self.policy, now)
        outcomes = {each.recipient: each for each in decision.outcomes}
        copies = [
            each.decided(weighed(held, each, outcomes[each.recipient.address], book, now)) for each in held.recipients
        ]
        held = held.with_copies(copies)
        event = PostingAsked(**about(held, held.recipients, held.mail_from, now), release=release, scheduled=True)
        stored = await self.store.hold(held, [event], ())
        self.poke()
        log.info("post.scheduled", held=stored.id, release=release)
        return stored

    def _record(self, message: Message, verdict: Verdict, release: ReleaseId, now: datetime) -> HeldMessage:
        reason = Reason(code=ReasonCode.POSTED_AFTER_RELEASE, release=release)
        digest = hashlib.sha256(message.content).hexdigest()
        return HeldMessage(
            id=HeldId(self.new_id()),
            key=hashlib.sha256(f"scheduled\n{message.id}".encode()).hexdigest(),
            digest=digest,
            received_at=message.received_at,
            direction=message.direction,
            channel=message.channel,
            mail_from=message.envelope.mail_from,
            client=message.client,
            head=message.head,
            content=message.content,
            verdict=verdict,
            recipients=tuple(HeldRecipient(recipient=each, reasons=(reason,)) for each in message.envelope.recipients),
            review=Review(posting=Posting(by=message.envelope.mail_from, at=now, release=release)),
        )
