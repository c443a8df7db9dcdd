"""Events from Slack into the inbox: acknowledged when they are on the disk, and not before. Both transports, by bolt.

Rule of this file: what Slack hears of what was posted depends on the commit and on nothing else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from leakguard.channels.slack.events import Own, lane_of
from leakguard.channels.slack.quiet import quiet_logger
from leakguard.channels.slack.validator import Asgi, Receive, Scope, Send, Validator
from leakguard.model.inbox import InboxItem
from leakguard.service.inbox_ports import InboxStore
from leakguard.service.ports import Clock

log = structlog.get_logger("leakguard.slack")

PATH = "/slack/events"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingress:
    """poke: called after something new was kept. client: bolt's own; calls of ours go another way."""

    inbox: InboxStore
    clock: Clock
    own: Own
    bot_token: str = field(repr=False)
    client: AsyncWebClient = field(repr=False)
    poke: Callable[[], None] = lambda: None

    def bolt(self) -> AsyncApp:
        """One for both transports. Signatures are checked before it; buttons and commands are its listeners'."""

        async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
            """Of our own knowledge: no call to Slack decides whether something is heard."""
            return AuthorizeResult(
                enterprise_id=enterprise_id,
                team_id=team_id,
                bot_user_id=self.own.user,
                bot_id=self.own.bot,
                bot_token=self.bot_token,
            )

        self.client.token = None  # else bolt asks Slack, before each event, who we are, and drops it when it cannot
        return AsyncApp(
            logger=quiet_logger(),
            name="slack_bolt.app",
            client=self.client,
            before_authorize=self._before_authorize,
            authorize=authorize,  # no method: bolt would give `self` by name
            signing_secret="",
            request_verification_enabled=False,
            ignoring_self_events_enabled=False,
        )

    async def _before_authorize(
        self, req: AsyncBoltRequest, next: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse | None:
        envelope: dict[str, Any] = req.body
        if envelope.get("type") not in ("event_callback", "app_rate_limited") or _is_of_a_screen(envelope):
            return await next()
        raw = req.raw_body if isinstance(req.raw_body, str) and req.raw_body else json.dumps(envelope)
        body = raw.encode("utf-8", "surrogatepass")
        item = InboxItem(
            event_id=event_name(envelope, body),
            lane=lane_of(envelope),
            body=body,
            received_at=self.clock.now(),
        )
        try:
            if await self.inbox.put(item):
                self.poke()
        except Exception as problem:  # noqa: BLE001 - the door boundary: Slack keeps it and comes again
            log.error("slack.not_kept", problem=type(problem).__name__, alarm=True)
            return BoltResponse(status=500, body="")
        return BoltResponse(status=200, body="")


def _is_of_a_screen(envelope: dict[str, Any]) -> bool:
    """It says nothing that could be lost: a page of ours is shown, or it is shown when it is opened again."""
    event = envelope.get("event")
    return isinstance(event, dict) and event.get("type") == "app_home_opened"


def event_name(envelope: dict[str, Any], body: bytes) -> str:
    """What makes two deliveries one event; where Slack gives it no name, what it says does."""
    event_id = envelope.get("event_id")
    return event_id if isinstance(event_id, str) and event_id else hashlib.sha256(body).hexdigest()


def http_door(app: AsyncApp, secret: str, clock: Clock) -> Asgi:
    """To be mounted anywhere: whatever the path, a signed request is bolt's."""
    bolt = AsyncSlackRequestHandler(app, path=PATH)

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        await bolt({**scope, "path": PATH}, receive, send)

    return Validator(inner=inner, secret=secret, clock=clock)
