"""The door as the process knows it: it opens when Slack has told who we are, and ends when it is told to.

Until it is open that is tried again, with an alarm each time: mail goes on without it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping

import aiohttp
import structlog

from leakguard.channels.slack.api import WebApi
from leakguard.channels.slack.introduction import introduced, until_open
from leakguard.channels.slack.opened import Opened, alarms_of
from leakguard.channels.slack.poster import NOT_NOW
from leakguard.channels.slack.shut import Shut
from leakguard.channels.slack.terms import Behind, SlackSettings
from leakguard.channels.slack.validator import LateDoor
from leakguard.channels.slack.watch import Watch
from leakguard.model.held import HeldMessage
from leakguard.service.ports import Reply

log = structlog.get_logger("leakguard.slack")

_ANEW_SECONDS = 1.0


class SlackDoor:
    """http: to be mounted, None without a signing secret. Run once."""

    def __init__(self, settings: SlackSettings, behind: Behind) -> None:
        self._settings, self._behind = settings, behind
        self.http = LateDoor() if settings.signing_secret else None
        self._opened: Opened | None = None
        self._shut = Shut(
            alarms=alarms_of(behind),
            clock=behind.clock,
            since=behind.clock.seconds(),
            blind_after=settings.watch.blind_after,
        )
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()

    @property
    def team(self) -> str:
        """The workspace; "" until Slack has told it."""
        return self._opened.own.team if self._opened is not None else ""

    @property
    def rounds_at(self) -> float:
        """When what came was last looked for. While the door is shut nothing comes, and nothing is late."""
        return self._opened.lanes.rounds_at if self._opened is not None else self._behind.clock.seconds()

    @property
    def is_open(self) -> bool:
        """Slack has let us in, on every way by which it is to tell us something."""
        return self._opened is not None and self._opened.is_connected

    @property
    def blind_seconds(self) -> float:
        """Since when nothing proved that we hear."""
        watch = self._watch
        return watch.blind_seconds if watch is not None else self._behind.clock.seconds() - self._shut.since

    @property
    def channels(self) -> Mapping[str, int]:
        """How many are watched, are not, are shared with others; empty before anything is known."""
        return self._watch.channels if self._watch is not None else {}

    @property
    def warnings(self) -> tuple[str, ...]:
        return self._watch.warnings if self._watch is not None else ("slack_not_open",)

    @property
    def _watch(self) -> Watch | None:
        return self._opened.watch if self._opened is not None and self.is_open else None

    async def run(self) -> None:
        """Until stopped or cancelled. What was acknowledged and is not done is in the inbox."""
        try:
            await kept_up(self._run_once, self._stopping.is_set)
        finally:
            self._ended.set()

    async def _run_once(self) -> None:
        async with aiohttp.ClientSession() as session:
            await self._run(session)

    async def post(self, held: HeldMessage) -> Reply:
        """For the clerk, as a Poster of `service.ports`."""
        return await self._opened.poster.post(held) if self._opened is not None else NOT_NOW

    async def stop(self, seconds: float) -> None:
        """Hear nothing more and finish what was begun, at most for so long."""
        self._stopping.set()
        if self._opened is not None:
            await self._opened.stop()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._ended.wait()

    async def _run(self, session: aiohttp.ClientSession) -> None:
        opening = asyncio.ensure_future(self._open(session))
        stopping = asyncio.ensure_future(self._stopping.wait())
        alarming = asyncio.ensure_future(kept_up(self._shut.watch))
        await asyncio.wait((opening, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        alarming.cancel()
        if not opening.done():
            opening.cancel()
            return
        await opening
        opened = self._opened
        assert opened is not None, "it was opened just now"
        try:
            async with asyncio.TaskGroup() as beside:
                others = [beside.create_task(kept_up(each)) for each in (self._shut.ended, *opened.loops())]
                await opened.lanes.run()
                for each in others:
                    each.cancel()
        finally:
            await opened.stop()

    async def _open(self, session: aiohttp.ClientSession) -> None:
        settings = self._settings
        api = WebApi(session, settings.api, settings.file_hosts)
        own = await until_open(lambda: introduced(api, settings.bot_token))
        self._opened = Opened(settings, own, session, api, self._behind)
        if self.http is not None and self._opened.http is not None:
            self.http.open(self._opened.http)
        log.info("slack.serving", protocol=" ".join(self._opened.transports))


async def kept_up(loop: Callable[[], Awaitable[None]], is_over: Callable[[], bool] = lambda: False) -> None:
    """Run it to its end, and anew after a defect: neither mail nor what else is done for Slack ends with it."""
    while not is_over():
        try:
            await loop()
            return
        except Exception as problem:  # noqa: BLE001 - the boundary of one loop
            log.error("slack.crashed", problem=type(problem).__name__, alarm=True)
            await asyncio.sleep(_ANEW_SECONDS)
