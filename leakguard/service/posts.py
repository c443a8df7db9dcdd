"""Submit, where a message is seen before it can be stopped: decided by the instant at which people could read it.

Promise: what is held is committed, with its copy, before anything is removed. Never removed once it is public.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from leakguard.model.content import Verdict
from leakguard.model.decision import Decision
from leakguard.model.events import Event
from leakguard.model.held import HeldMessage
from leakguard.model.ids import HeldId, ReleaseId
from leakguard.model.leak_report import PostReported
from leakguard.model.message import Facts, Message
from leakguard.policy import Policy, decide
from leakguard.service.current import Current
from leakguard.service.holding import (
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
from leakguard.service.ports import Clock, Inspector, Store

log = structlog.get_logger("leakguard.posts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What became of one post. held: the copy that is kept, where it must go. must_go: False where all of it is public
    by now. events: to be recorded with whatever ends this.
    """

    held: HeldMessage | None = None
    must_go: bool = False
    releases: tuple[ReleaseId, ...] = ()
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Posts:
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

    async def judge(self, message: Message, name: str, seen_at: datetime) -> Judged:
        """name: what makes it the same post, however often it is told. seen_at: since when it could be read.

        The same name and content is held once. Raises StoreUnavailable, and what the inspector raises.
        """
        began = self.clock.seconds()
        verdict = await self.current.inspected(self.inspector, message.content, message.direction, message.channel)
        self.measures.inspected(self.clock.seconds() - began)
        facts, now = Facts.of(message.envelope), self.clock.now()
        decision = self._decide(facts, verdict, min(seen_at, now))
        self.measures.judged(decision.summary, message.channel, (each.kind for each in verdict.gaps))
        if all(each.action.lets_through for each in decision.outcomes):
            return Judged(events=tuple(flags_of(message, verdict, decision, self.clock.now())))
        held = await self._keep(message, verdict, decision, name)
        return Judged(
            held=held,
            must_go=not self._lets_through(facts, verdict),
            releases=releases_of(reasons_of(decision.outcomes)),
        )

    async def must_still_go(self, message: Message, held: HeldMessage) -> bool:
        """Asked once more right before a removal, which may have waited: by the clock and the calendar of now."""
        return not self._lets_through(Facts.of(message.envelope), held.verdict)

    def may_go_up(self, held: HeldMessage, readers: tuple[str, ...]) -> bool:
        """Asked once more right before it is posted: for those who could see it now, who need not be those it was kept
        for. What a reviewer let go, they let go for the readers of then.
        """
        approved = {each.recipient.address: each.approved for each in held.recipients}
        facts = Facts(mail_from=held.mail_from, recipients=readers, approved=approved)
        return self._lets_through(facts, held.verdict)

    def _lets_through(self, facts: Facts, verdict: Verdict) -> bool:
        decision = self._decide(facts, verdict, self.clock.now())
        return all(each.action.lets_through for each in decision.outcomes)

    async def tell_of_report(self, report: PostReported, where: str) -> None:
        """where: an address at which people find the post, or "". Durable on return. Raises StoreUnavailable."""
        await self.store.tell(self.notices.on_report(report, where))
        self.poke()

    def _decide(self, facts: Facts, verdict: Verdict, at: datetime) -> Decision:
        return decide(facts, verdict, self.current.book, self.policy, at)

    async def _keep(self, message: Message, verdict: Verdict, decision: Decision, name: str) -> HeldMessage:
        pending = pending_record(message, verdict, decision, HeldId(self.new_id()))
        held = replace(settled(pending, decision, again_at=None), key=_key(name, pending.digest))
        now = self.clock.now()
        events = events_of(held, decision.rulebook, now)
        stored = await self.store.hold(held, events, notices_of(self.notices, held, self.current.book, now))
        self.poke()
        log.info("post.held", message=message.id, held=stored.id, recipients=len(stored.recipients))
        return stored


def _key(name: str, digest: str) -> str:
    """Not of its readers, as a mail's is: people join and leave, and the post stays the same."""
    return hashlib.sha256(f"post\n{name}\n{digest}".encode()).hexdigest()
