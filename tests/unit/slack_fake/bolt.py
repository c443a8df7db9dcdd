"""A real Bolt app that listens to the fake, by either transport, and remembers what it heard."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import FakeSlack

TRANSPORTS = ("http", "socket")


@dataclass(kw_only=True)
class Bolt:
    """status, answered_with: how every event is answered. heard: bodies of events, each time they came."""

    app: AsyncApp
    client: AsyncWebClient
    heard: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    answered_with: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0

    def events(self) -> list[dict[str, Any]]:
        return [one["event"] for one in self.heard if "event" in one]

    def names(self) -> list[str]:
        return [one.get("subtype") or one["type"] for one in self.events()]


def client_of(slack: FakeSlack, token: str | None = None) -> AsyncWebClient:
    return AsyncWebClient(token=token or slack.bot_token.text, base_url=slack.api_url, retry_handlers=[])


def bolt_of(slack: FakeSlack) -> Bolt:
    client = client_of(slack)

    async def authorize(**_: Any) -> AuthorizeResult:
        token = slack.bot_token.text
        return AuthorizeResult(enterprise_id=None, team_id="T00000001", bot_token=token, bot_user_id=slack.app.user)

    async def inbox(body: dict[str, Any], req: Any, next: Any) -> BoltResponse | None:
        if body.get("type") not in {"event_callback", "app_rate_limited"}:
            await next()
            return None
        bolt.heard.append(body)
        bolt.headers.append(dict(req.headers))
        await asyncio.sleep(bolt.delay)
        return BoltResponse(status=bolt.status, body="", headers=bolt.answered_with)

    app = AsyncApp(
        client=client,
        signing_secret=slack.app.signing_secret,
        authorize=authorize,
        before_authorize=inbox,
        logger=logging.getLogger("quiet-bolt"),
    )
    bolt = Bolt(app=app, client=client)
    return bolt


@contextlib.asynccontextmanager
async def listening(slack: FakeSlack, transport: str, connections: int = 1) -> AsyncIterator[Bolt]:
    bolt = bolt_of(slack)
    async with joined(slack, transport, bolt.app, connections):
        yield bolt


@contextlib.asynccontextmanager
async def joined(slack: FakeSlack, transport: str, app: AsyncApp, connections: int = 1) -> AsyncIterator[None]:
    """Any app, to hear what happens in this workspace."""
    if transport == "http":
        async with _served(app) as url:
            slack.deliver_to(url)
            yield
    else:
        slack.use_sockets()
        handlers = [await _connected(slack, app) for _ in range(connections)]
        await until(lambda: len(slack.sockets.connections) == connections)
        yield
        for handler in handlers:
            await handler.close_async()


async def until(holds: Callable[[], bool], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - there is nothing to wait for but the fact
            await asyncio.sleep(0.005)


@contextlib.asynccontextmanager
async def _served(app: AsyncApp) -> AsyncIterator[str]:
    runner = web.AppRunner(app.web_app(path="/slack/events"), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    finally:
        await runner.cleanup()


async def _connected(slack: FakeSlack, app: AsyncApp) -> AsyncSocketModeHandler:
    web_client = client_of(slack, slack.app_token.text)
    handler = AsyncSocketModeHandler(app, slack.app_token.text, web_client=web_client, ping_interval=0.2)
    await handler.connect_async()
    return handler
