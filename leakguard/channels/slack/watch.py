"""Blindness is an alarm: loops that prove that we hear, look back over what we did not, and list where we are not."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from leakguard.channels.slack.alarms import Alarms
from leakguard.channels.slack.alive import Alive
from leakguard.channels.slack.api import SlackApi
from leakguard.channels.slack.catching_up import ALL, CatchingUp
from leakguard.channels.slack.events import Arrived, Ours, Own
from leakguard.channels.slack.limiter import Limiter
from leakguard.channels.slack.listing import Listing
from leakguard.channels.slack.lookback import LookBack
from leakguard.channels.slack.sight import Sight
from leakguard.model.errors import StoreUnavailable
from leakguard.service.inbox_ports import InboxStore
from leakguard.service.ports import Clock
from leakguard.service.record_ports import RecordStore

log = structlog.get_logger("leakguard.slack")

CHECK_SECONDS = 1.0
BLIND_LOOK_SECONDS = 300.0  # while we are blind, looking is all that is left
UNPROVEN_LOOK_SECONDS = 3600.0  # where blindness cannot be noticed, looking finds at least what was missed
AFTER_MINUTE = timedelta(seconds=10)  # Slack's minute may end later than ours


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchSettings:
    """canary_channel: private and ours; "": blindness cannot be noticed. every: seconds between two proofs of life.

    blind_after: seconds without one. look_back: at least so far. joins_public: into every public channel.
    """

    canary_channel: str = ""
    every: float = 60.0
    blind_after: float = 180.0
    look_back: timedelta = timedelta(days=1)
    joins_public: bool = False


@dataclass(slots=True, kw_only=True)
class Watch:
    """sight: None where nothing can prove that we hear. sleep: asyncio's, or a test's."""

    sight: Sight | None
    catching_up: CatchingUp
    listing: Listing
    clock: Clock
    every: float
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    @property
    def blind_seconds(self) -> float:
        """Since when nothing proved that we hear; endless where nothing can."""
        return self.sight.alive.blind_seconds if self.sight is not None else math.inf

    @property
    def channels(self) -> Mapping[str, int]:
        return self.listing.coverage.counts

    @property
    def warnings(self) -> tuple[str, ...]:
        """`slack_unproven`, `slack_blind`."""
        if self.sight is None:
            return ("slack_unproven",)
        return ("slack_blind",) if self.sight.is_blind else ()

    def heard(self, ours: Ours) -> None:
        if self.sight is not None:
            self.sight.alive.heard(ours)

    def missed(self, until: datetime) -> None:
        self.catching_up.ask(until + AFTER_MINUTE)

    def arrived(self, arrived: Arrived) -> None:
        if arrived.is_ours:  # what stands there already is looked at, too
            self.catching_up.ask(self.clock.now(), arrived.channel)
        else:
            self.listing.appeared(arrived.channel)

    def loops(self) -> tuple[Callable[[], Awaitable[None]], ...]:
        """To be begun once the door is open. Each runs until it is cancelled, and may be begun anew after a defect."""
        proving = (self.beats, self.checks) if self.sight is not None else (self.unproven,)
        return (*proving, self.look_backs, self.listings)

    async def unproven(self) -> None:
        """Nothing is posted that could come back: said aloud, and made up for as far as looking does."""
        log.error("slack.unproven", alarm=True)
        while True:
            self.catching_up.ask_every(UNPROVEN_LOOK_SECONDS)
            await self.sleep(CHECK_SECONDS)

    async def beats(self) -> None:
        assert self.sight is not None, "nothing beats without a canary channel"
        while True:
            await self.sight.alive.beat()
            await self.sleep(self.every)

    async def checks(self) -> None:
        assert self.sight is not None, "nothing is proved without a canary channel"
        await self._tried(self.sight.recall)
        while True:
            await self._tried(self.check)
            await self.sleep(CHECK_SECONDS)

    async def look_backs(self) -> None:
        while True:
            await self._tried(self.catching_up.turn)
            await self.sleep(CHECK_SECONDS)

    async def listings(self) -> None:
        while True:
            await self.listing.turn()
            await self.sleep(CHECK_SECONDS)

    async def check(self) -> None:
        """Raises StoreUnavailable."""
        assert self.sight is not None, "nothing is proved without a canary channel"
        await self.sight.check()
        if self.sight.is_blind:
            self.catching_up.ask_every(BLIND_LOOK_SECONDS)
        await self.catching_up.heard(self.sight.heard_until)

    async def _tried(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except StoreUnavailable as problem:
            log.error("slack.store_unavailable", problem=type(problem).__name__, alarm=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What a watch is made of. poke: called after something was found. The bot's token is asked with."""

    api: SlackApi
    token: str = field(repr=False)
    own: Own
    inbox: InboxStore
    records: RecordStore
    alarms: Alarms
    clock: Clock
    poke: Callable[[], None] = lambda: None
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


def watch_of(settings: WatchSettings, tools: Tools) -> Watch:
    """What it asks of Slack has a limiter of its own: nothing else waits behind it."""
    limiter = Limiter(tools.sleep)

    def look_back(channel: str = ALL) -> None:
        catching_up.ask(tools.clock.now(), channel)

    listing = Listing(
        api=tools.api,
        limiter=limiter,
        token=tools.token,
        clock=tools.clock,
        joins_public=settings.joins_public,
        joined=look_back,
    )
    catching_up = CatchingUp(
        name=f"slack {tools.own.team}",
        looking=LookBack(
            api=tools.api,
            limiter=limiter,
            inbox=tools.inbox,
            clock=tools.clock,
            own=tools.own,
            token=tools.token,
            poke=tools.poke,
            sleep=tools.sleep,
        ),
        listing=listing,
        inbox=tools.inbox,
        alarms=tools.alarms,
        clock=tools.clock,
        look_back=settings.look_back,
    )
    return Watch(
        sight=_sight(settings, tools, look_back) if settings.canary_channel else None,
        catching_up=catching_up,
        listing=listing,
        clock=tools.clock,
        every=settings.every,
        sleep=tools.sleep,
    )


def _sight(settings: WatchSettings, tools: Tools, turned: Callable[[], None]) -> Sight:
    alive = Alive(
        api=tools.api,
        clock=tools.clock,
        token=tools.token,
        channel=settings.canary_channel,
        own_user=tools.own.user,
    )
    return Sight(
        alive=alive,
        alarms=tools.alarms,
        records=tools.records,
        clock=tools.clock,
        blind_after=settings.blind_after,
        turned=turned,
    )
