"""Publishes the app's home when somebody opens it, and anew as a lift comes near, for those who opened it today."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from leakguard.channels.slack.api import ApiRefused, ApiUnavailable
from leakguard.channels.slack.screens import home
from leakguard.channels.slack.screens.blocks import Block
from leakguard.channels.slack.screens.calls import Calls
from leakguard.channels.slack.screens.turn import Turn
from leakguard.channels.slack.screens.visitors import Visitor, Visitors
from leakguard.model.address import canonical
from leakguard.model.embargo import Book
from leakguard.model.errors import StoreUnavailable
from leakguard.service.current import Current
from leakguard.service.items import Item
from leakguard.service.persons import mailboxes_of
from leakguard.service.ports import Clock
from leakguard.service.queue import Queue, Wanted

log = structlog.get_logger("leakguard.slack")

MARKS = tuple(timedelta(minutes=each) for each in (30, 10, 5, 1, 0))
TODAY = timedelta(hours=24)
LOOK_SECONDS = 1.0
_AT_ONCE = 4
_MOST_KNOWN = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    visitor: Visitor
    at: datetime


@dataclass(slots=True, kw_only=True)
class Homes:
    """queue: the list of what is held. connect: an address for this person to agree at, or ""."""

    calls: Calls
    visitors: Visitors
    current: Current
    queue: Queue
    clock: Clock
    zone: str
    contact: str
    connect: Callable[[str], str] = lambda user: ""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _due: dict[str, Visitor] = field(default_factory=dict)
    _poked: asyncio.Event = field(default_factory=asyncio.Event)
    _opened: dict[str, _Opened] = field(default_factory=dict)
    _busy: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def opened(self, turn: Turn) -> None:
        event = turn.body.get("event") or {}
        user = str(event.get("user", ""))
        if event.get("tab") != "home" or not user:
            return
        visitor = await self.visitors.named(user)
        self._remember(visitor)
        await self._publish(visitor)

    async def _publish(self, visitor: Visitor) -> None:
        """As things stand. Raises ApiRefused, ApiUnavailable."""
        async with self._busy.setdefault(visitor.id, asyncio.Lock()):
            await self.calls.publish(visitor.id, lambda: self._page(visitor))

    async def run(self) -> None:
        """Until cancelled. Many homes take Slack longer than the minutes between two marks: each is due once."""
        async with asyncio.TaskGroup() as together:
            together.create_task(self._look_on())
            for _ in range(_AT_ONCE):
                together.create_task(self._work_on())

    async def _look_on(self) -> None:
        looked_at = self.clock.now()
        while True:
            await self.sleep(LOOK_SECONDS)
            looked_at = self.look(looked_at)

    async def _work_on(self) -> None:
        while True:
            await self._poked.wait()
            await self.work()

    def look(self, since: datetime) -> datetime:
        """What a lift, or its nearness, has changed since is due; the instant up to which was looked."""
        now = self.clock.now()
        if now > since and passed(self.current.book, since, now):
            for visitor in self._of_today(now):
                self._due.setdefault(visitor.id, visitor)
            self._poked.set()
        return max(now, since)

    async def work(self) -> None:
        """Publish what is due."""
        while self._due:
            await self._again(self._due.pop(next(iter(self._due))))
        self._poked.clear()

    async def _again(self, visitor: Visitor) -> None:
        """Slack is not asked who they are: before a lift it has better things to tell."""
        try:
            await self._publish(visitor)
        except (ApiRefused, ApiUnavailable) as problem:
            log.warning("slack.home_not_published", problem=type(problem).__name__)

    async def _page(self, visitor: Visitor) -> Block:
        if not visitor.is_member:
            return home.stranger(self.contact)
        book, now = self.current.book, self.clock.now()
        held = await self._held_of(visitor.handle, book)
        return home.page(
            visitor.handle, book, held, now, zone=self.zone, contact=self.contact, connect=self.connect(visitor.id)
        )

    async def _held_of(self, handle: str, book: Book) -> list[Item] | None:
        """Whichever of their addresses it came from. None while the store does not answer."""
        try:
            await self.queue.refresh()
        except StoreUnavailable:
            return None
        mine = mailboxes_of(handle, book)
        return [each for each in self.queue.items(Wanted(state="open")) if canonical(each.sender) in mine]

    def _remember(self, visitor: Visitor) -> None:
        self._opened.pop(visitor.id, None)
        self._opened[visitor.id] = _Opened(visitor=visitor, at=self.clock.now())
        if len(self._opened) > _MOST_KNOWN:
            self._forget(next(iter(self._opened)))

    def _of_today(self, now: datetime) -> list[Visitor]:
        for user in [each for each, opened in self._opened.items() if opened.at < now - TODAY]:
            self._forget(user)
        return [each.visitor for each in self._opened.values()]

    def _forget(self, user: str) -> None:
        self._opened.pop(user, None)
        self._busy.pop(user, None)


def passed(book: Book, since: datetime, until: datetime) -> bool:
    """Whether a lift came as near as one of the marks within (since, until]."""
    lifts = (each.lift_at() for each in book.releases.values())
    return any(since < at - mark <= until for at in lifts if at is not None for mark in MARKS)
