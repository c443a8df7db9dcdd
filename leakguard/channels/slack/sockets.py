"""Connections of our own making to Slack: no port of ours is open. What stays broken is replaced."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from leakguard.channels.slack.api import ApiUnavailable, SlackApi
from leakguard.channels.slack.introduction import until_open
from leakguard.channels.slack.quiet import quiet_logger
from leakguard.service.ports import Clock

log = structlog.get_logger("leakguard.slack")

FEWEST_SOCKETS = 2  # while one is being renewed, or hangs half open, the other hears
PING_SECONDS = 5.0
CONNECT_SECONDS = 30.0
BROKEN_SECONDS = 20.0  # longer than the SDK needs to renew one by itself
LOOK_SECONDS = 2.0


@dataclass(slots=True, kw_only=True)
class SocketDoor:
    """web: a client of the SDK that knows where Slack is. count: connections, two at least.

    The SDK tries a connection that fails again with the same ticket, which Slack takes once, and says so to nobody;
    so tickets are fetched here, and a connection that does not come back is thrown away.
    """

    app: AsyncApp
    api: SlackApi
    token: str = field(repr=False)
    web: Callable[[], AsyncWebClient]
    clock: Clock
    count: int = FEWEST_SOCKETS
    broken_seconds: float = BROKEN_SECONDS
    _handlers: list[AsyncSocketModeHandler] = field(default_factory=list)
    _broken_since: dict[int, float] = field(default_factory=dict)

    @property
    def is_up(self) -> bool:
        """As many connections as there should be were made."""
        return len(self._handlers) >= max(FEWEST_SOCKETS, self.count)

    async def start(self) -> None:
        """Open what is not open yet. Raises ApiRefused, ApiLimited, ApiUnavailable, and may be called again."""
        while not self.is_up:
            self._handlers.append(await self._connected())
        log.info("slack.listening", connections=len(self._handlers))

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Replace what has been broken for too long; however long Slack does not let us in."""
        for handler in tuple(self._handlers):
            if await handler.client.is_connected():
                self._broken_since.pop(id(handler), None)
            elif self.clock.seconds() - self._since(handler) >= self.broken_seconds:
                log.warning("slack.connection_replaced")
                self._handlers.remove(handler)
                self._broken_since.pop(id(handler), None)
                await _closed(handler)
        if not self.is_up:
            await until_open(self.start)

    async def connected(self) -> int:
        return sum([await each.client.is_connected() for each in self._handlers])

    async def stop(self) -> None:
        while self._handlers:
            await _closed(self._handlers.pop())

    def _since(self, handler: AsyncSocketModeHandler) -> float:
        return self._broken_since.setdefault(id(handler), self.clock.seconds())

    async def _connected(self) -> AsyncSocketModeHandler:
        told = await self.api.call("apps.connections.open", self.token)
        handler = AsyncSocketModeHandler(
            self.app, self.token, logger=quiet_logger(), web_client=self.web(), ping_interval=PING_SECONDS
        )
        handler.client.wss_uri = str(told.get("url", ""))
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await handler.connect_async()  # type: ignore[no-untyped-call]
        except BaseException as problem:
            await _closed(handler)
            if isinstance(problem, TimeoutError):
                raise ApiUnavailable("no connection") from None
            raise
        return handler


async def _closed(handler: AsyncSocketModeHandler) -> None:
    with contextlib.suppress(Exception):
        async with asyncio.timeout(PING_SECONDS):
            await handler.close_async()  # type: ignore[no-untyped-call]
