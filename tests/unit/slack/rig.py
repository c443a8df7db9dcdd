"""The whole Slack door before the fake that enforces Slack's rules, by either transport; the office behind it is real.

Two minutes before the lift, by a clock that starts at the real time, since signatures bear it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette

from leakguard import workspace
from leakguard.channels.slack.authors import Authors, NobodyAgreed
from leakguard.channels.slack.door import SlackDoor
from leakguard.channels.slack.terms import Behind, SlackSettings
from leakguard.clock import SetClock
from leakguard.service.posts import Posts
from leakguard.web.server import WebServer, WebSettings
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.state import Json
from tests.fakes.slack.timing import SlackTime
from tests.unit.service import world
from tests.unit.service.world import until
from tests.unit.slack.office import ReadingInspector, scheduling_of

TRANSPORTS = ("http", "sockets")
TO_LIFT = timedelta(minutes=2)


@dataclass(kw_only=True)
class Rig:
    """url: where Slack tells events by HTTP."""

    slack: FakeSlack
    world: world.World
    door: SlackDoor
    url: str = ""

    def now(self) -> datetime:
        return self.world.clock.now()

    async def settled(self) -> None:
        """Every event is acknowledged, and dealt with or waiting for its next try."""
        await self.slack.quiet()
        async with asyncio.timeout(10):
            while await self.world.store.inbox.turns(self.now(), 10):  # noqa: ASYNC110 - there is nothing to wait for
                await asyncio.sleep(0.01)

    async def told(self, kind: str) -> list[dict[str, Any]]:
        return [each.body for each in await self.world.store.audit() if each.kind == kind]


def world_now() -> world.World:
    now = datetime.now(UTC)
    lift = now + TO_LIFT
    return world.World(
        clock=SetClock(now),
        rulebook=world.rulebook(world.release("lms", lift), world.release("cpi", lift + timedelta(hours=1))),
        inspector=ReadingInspector(),
    )


def posts_of(office: world.World) -> Posts:
    return Posts(
        inspector=office.inspector,
        current=office.current,
        store=office.store,
        clock=office.clock,
        policy=office.policy,
        notices=office.notices,
        new_id=lambda: f"ref{next(office._ids)}",
    )


@contextlib.asynccontextmanager
async def guarded(
    transport: str,
    office: world.World | None = None,
    before: Callable[[FakeSlack], dict[str, Any] | None] = lambda slack: None,
    authors: Callable[[FakeSlack, world.World], Authors] = lambda slack, office: NobodyAgreed(),
    manifest: Json | None = None,
    opens: bool = True,
    **settings: Any,
) -> AsyncIterator[Rig]:
    """before: the door opens; it may give settings that need the fake. opens: whether that is waited for.

    authors: who agreed. settings: the door's own, beside tokens and addresses. There is an enforcer, in no channel.
    """
    office = office or world_now()
    time = SlackTime(scale=60, wall=lambda: office.clock.now().timestamp())
    async with FakeSlack(manifest=manifest, time=time) as slack:
        settings |= before(slack) or {}
        by_http = transport == "http"
        given = {
            "bot_token": slack.bot_token.text,
            "signing_secret": slack.app.signing_secret if by_http else "",
            "app_token": "" if by_http else slack.app_token.text,
            "enforcer_token": slack.consent(slack.person("boss", admin=True)).text,
            "api": slack.api_url,
            "file_hosts": frozenset({urlsplit(slack.api_url).netloc}),
        }
        agreed = authors(slack, office)
        behind = Behind(
            store=office.store,
            current=office.current,
            posts=posts_of(office),
            notices=office.notices,
            clock=office.clock,
            checking=office.checking(),
            scheduling=scheduling_of(office),
            review_url="https://review.example",
            authors=lambda team: agreed,
        )
        door = SlackDoor(SlackSettings(**(given | settings)), behind)
        office.clerk.poster = door
        async with _heard(slack, door) as url, _running(door, opens):
            yield Rig(slack=slack, world=office, door=door, url=url)


@contextlib.asynccontextmanager
async def _heard(slack: FakeSlack, door: SlackDoor) -> AsyncIterator[str]:
    if door.http is None:
        slack.use_sockets()
        yield ""
        return
    server = WebServer(Starlette(routes=workspace.routes(door)), WebSettings(port=0))
    await server.start()
    url = f"http://127.0.0.1:{server.port}/slack/events"
    slack.deliver_to(url)
    try:
        yield url
    finally:
        await server.stop()


@contextlib.asynccontextmanager
async def _running(door: SlackDoor, opens: bool) -> AsyncIterator[None]:
    running = asyncio.ensure_future(door.run())
    try:
        await until(lambda: door.is_open or not opens or running.done())
        yield
    finally:
        await door.stop(5.0)
        await running
