"""Shows people what became of held posts, from the audit: a card for compliance, one for the author, changed in place.

Each line of the audit is told once at least. What Slack refuses is an alarm, since then nobody hears of it here.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from leakguard.channels.slack.api import ApiRefused, ApiUnavailable
from leakguard.channels.slack.cards import wording
from leakguard.channels.slack.cards.situation import Situation, situation
from leakguard.channels.slack.screens.calls import Calls
from leakguard.channels.slack.screens.visitors import Visitors
from leakguard.channels.slack.wanted import wanted
from leakguard.model.card import Card, CardFor
from leakguard.model.errors import NotFound, StoreUnavailable
from leakguard.model.ids import HeldId
from leakguard.service.current import Current
from leakguard.service.ports import AuditEntry, Clock, Store
from leakguard.service.story import story_of
from leakguard.service.unheeded import Unheeded
from leakguard.service.viewing import as_told

log = structlog.get_logger("leakguard.slack")

POLL_SECONDS = 0.25
AGAIN_SECONDS = 2.0
_AT_ONCE = 200


@dataclass(slots=True, kw_only=True)
class Teller:
    """compliance: id of their channel, or "" where there is none. review_url: of the pages, or ""."""

    store: Store
    current: Current
    clock: Clock
    calls: Calls
    visitors: Visitors
    unheeded: Unheeded
    compliance: str = ""
    review_url: str = ""
    _version: int = -1

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.round()
                wait = POLL_SECONDS
            except (StoreUnavailable, ApiUnavailable) as problem:
                log.warning("slack.cards_wait", problem=type(problem).__name__)
                wait = AGAIN_SECONDS
            await asyncio.sleep(wait)

    async def round(self) -> None:
        """Tell all that has happened since the last. Raises StoreUnavailable, ApiUnavailable: then it goes on there."""
        if self._version < 0:
            await self._recall()
        version = await self.store.version()
        if version != self._version:
            await self._tell_all()
            self._version = version
        await self.unheeded.round()

    async def _tell_all(self) -> None:
        until = await self.store.cards.told_until()
        if until is None:
            until = await self._end_of_audit()
            await self.store.cards.put_told_until(until)
        while entries := await self.store.audit(after=until, limit=_AT_ONCE):
            for held_id in dict.fromkeys(each.held for each in entries if each.held is not None):
                await self._tell(held_id)
            until = entries[-1].seq
            await self.store.cards.put_told_until(until)

    async def _recall(self) -> None:
        """Which posts still stood there unheeded when the process ended."""
        for held in await self.store.open_messages():
            if not held.channel.is_mail:
                story = await story_of(self.store, held.id)
                found = situation(as_told(held), story, self.current.book, self.clock.now())
                self.unheeded.seen(held.id, _alarming_since(found, story))

    async def _end_of_audit(self) -> int:
        """What happened before there were cards is not told: only what is still open, when something becomes of it."""
        last = 0
        while entries := await self.store.audit(after=last):
            last = entries[-1].seq
        return last

    async def _tell(self, held_id: HeldId) -> None:
        try:
            held = await self.store.outline(held_id)
        except NotFound:
            return
        if held.channel.is_mail:
            return
        story = await story_of(self.store, held_id)
        found = situation(as_told(held), story, self.current.book, self.clock.now())
        self.unheeded.seen(held_id, _alarming_since(found, story))
        if self.compliance and not found.is_mere_plan:
            text, blocks = wording.for_compliance(found, self.review_url)
            await self._show(held_id, CardFor.COMPLIANCE, self.compliance, text, blocks)
        post = wanted(held.head)
        if post is not None and post.author and (await self.visitors.named(post.author)).is_member:
            text, blocks = wording.for_author(found)
            await self._show(held_id, CardFor.AUTHOR, post.author, text, blocks)

    async def _show(
        self, held_id: HeldId, whose: CardFor, where: str, text: str, blocks: Sequence[dict[str, Any]]
    ) -> None:
        before = await self.store.cards.card(held_id, whose)
        said = json.dumps([text, blocks], sort_keys=True)
        digest = hashlib.sha256(said.encode()).hexdigest()
        if before is not None and before.digest == digest:
            return
        try:
            if before is None:
                channel, ts = await self.calls.post(where, text, blocks)
            else:
                channel, ts = before.channel, before.ts
                await self.calls.change(channel, ts, text, blocks)
        except ApiRefused as refused:
            log.error("slack.card_refused", held=held_id, kind=whose.value, code=refused.code, alarm=True)
            return
        await self.store.cards.put_card(Card(held=held_id, whose=whose, channel=channel, ts=ts, digest=digest))


def _alarming_since(found: Situation, story: Sequence[AuditEntry]) -> datetime | None:
    """Since when a post stands that nobody has done anything about; None where that is not so."""
    if not (found.is_still_there and found.is_untouched):
        return None
    return min(each.at for each in story if each.kind == "PostNotRemovable")
