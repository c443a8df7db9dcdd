"""Looks over what stands in channels for posts that were never heard, and gives them to the inbox as if they had been.

Rule of this file: it judges and removes nothing. What it finds is judged where everything is, by its own instant.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from leakguard.channels.slack.api import ApiRefused, ApiUnavailable, SlackApi
from leakguard.channels.slack.events import Own
from leakguard.channels.slack.limiter import Limiter
from leakguard.channels.slack.made_up import item_of, made_up, post_in
from leakguard.channels.slack.paging import TooManyPages, pages
from leakguard.channels.slack.remembered import digest_in, known
from leakguard.channels.slack.times import instant, stamp
from leakguard.service.inbox_ports import InboxStore
from leakguard.service.ports import Clock

log = structlog.get_logger("leakguard.slack")

OVERLAP = timedelta(minutes=10)  # Slack tells an event again for six minutes before it is gone
FURTHEST = timedelta(days=30)
MOST_PAGES = 100  # of one channel, or of one thread
MOST_WAITING = 100  # events in the inbox, before it waits: what is heard now is more urgent
PROGRESS_SECONDS = 2.0
_PAGE = 200
_AGAIN_SECONDS = (1.0, 5.0, 15.0)
_WAIT_SECONDS = 0.5


@dataclass(slots=True)
class Looked:
    """What came of it. cut, unread: channels over which we did not look back whole; unread with Slack's answer.

    is_finished: False where Slack did not answer; then it is to be done again. began, told_at: for the log's sake.
    """

    began: float = 0.0
    told_at: float = 0.0

    messages: int = 0
    found: int = 0
    cut: list[str] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)
    is_finished: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LookBack:
    """limiter: of its own, so that nothing else waits for it. poke: called after something was found."""

    api: SlackApi
    limiter: Limiter
    inbox: InboxStore
    clock: Clock
    own: Own
    token: str = field(repr=False)
    poke: Callable[[], None] = lambda: None
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def over(self, channels: Iterable[str], oldest: datetime) -> Looked:
        """What was posted, edited or answered since then, as far as Slack shows it. Raises StoreUnavailable."""
        looked = Looked(began=self.clock.seconds(), told_at=self.clock.seconds())
        for channel in channels:
            try:
                await self._channel(channel, oldest, looked)
            except ApiRefused as refused:
                looked.unread[channel] = refused.code
            except ApiUnavailable:
                looked.is_finished = False
        self._tell("ended" if looked.is_finished else "unfinished", looked)
        return looked

    async def _channel(self, channel: str, oldest: datetime, looked: Looked) -> None:
        async for page in self._pages("conversations.history", channel, oldest, looked):
            for message in page:
                await self._look_at(channel, message, looked)
                replied_at = instant(message.get("latest_reply"))
                if replied_at is not None and replied_at >= oldest:
                    await self._thread(channel, str(message.get("ts", "")), oldest, looked)

    async def _thread(self, channel: str, ts: str, oldest: datetime, looked: Looked) -> None:
        try:
            async for page in self._pages("conversations.replies", channel, oldest, looked, ts=ts):
                for message in page:
                    await self._look_at(channel, message, looked)
        except ApiRefused as refused:
            if refused.code != "thread_not_found":
                raise

    async def _look_at(self, channel: str, message: Mapping[str, Any], looked: Looked) -> None:
        looked.messages += 1
        if self.clock.seconds() - looked.told_at >= PROGRESS_SECONDS:
            self._tell("going", looked)
        envelope = made_up(self.own.team, channel, message)
        post = post_in(envelope, self.own)
        if post is None:
            return
        digest = digest_in(post)
        found = await known(self.inbox, post, digest)
        if found.is_judged:
            return
        if found.until is not None:  # other words stood there until then, and these stand there now
            envelope = made_up(self.own.team, channel, message, changed_at=found.until)
        await self._room(looked)
        if await self.inbox.put(item_of(envelope, post, digest, self.clock.now())):
            looked.found += 1
            self.poke()

    async def _room(self, looked: Looked) -> None:
        """Until few enough wait in the inbox, however long that takes; the log says that it does."""
        while (await self.inbox.waiting())[0] >= MOST_WAITING:
            if self.clock.seconds() - looked.told_at >= PROGRESS_SECONDS:
                self._tell("waiting", looked)
            await self.sleep(_WAIT_SECONDS)

    async def _pages(
        self, method: str, channel: str, oldest: datetime, looked: Looked, **fields: str
    ) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
        asked = {"channel": channel, "oldest": stamp(oldest), "inclusive": "true", "limit": str(_PAGE)} | fields
        try:
            async for page in pages(lambda fields: self._call(method, **fields), asked, MOST_PAGES):
                yield [each for each in page.get("messages") or () if isinstance(each, Mapping)]
        except TooManyPages:
            looked.cut.append(channel)

    async def _call(self, method: str, **fields: str) -> Mapping[str, Any]:
        for wait in _AGAIN_SECONDS:
            try:
                return await self._once(method, fields)
            except ApiUnavailable:
                await self.sleep(wait)
        return await self._once(method, fields)

    async def _once(self, method: str, fields: Mapping[str, str]) -> Mapping[str, Any]:
        return await self.limiter.run(method, (), lambda: self.api.call(method, self.token, **fields))

    def _tell(self, kind: str, looked: Looked) -> None:
        looked.told_at = self.clock.seconds()
        seconds = round(looked.told_at - looked.began, 1)
        log.info("slack.look_back", kind=kind, messages=looked.messages, found=looked.found, seconds=seconds)


def since(marked: datetime | None, now: datetime, days: timedelta) -> tuple[datetime, bool]:
    """From when on to look, and whether that leaves out a time in which nobody looked.

    At least so many days, for edits and replies are told with the message they belong to; at a first start just them.
    """
    wanted = now - days if marked is None else min(marked - OVERLAP, now - days)
    furthest = now - FURTHEST
    return max(wanted, furthest), wanted < furthest
