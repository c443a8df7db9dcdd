"""A workspace over the fake Slack: real people's acts, real calls, and our real parts behind its events."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from leakguard.channels.slack.api import WebApi
from leakguard.channels.slack.events import Own, lane_of
from leakguard.channels.slack.ingress import event_name
from leakguard.channels.slack.needs import OPTIONAL
from leakguard.model.inbox import InboxItem
from tests.fakes.slack import FakeSlack, Person
from tests.fakes.slack.state import Channel, Json, Kind
from tests.fakes.slack.timing import SlackTime
from tests.fakes.slack.transport import Outcome, Sort
from tests.fakes.slack.workspace import TEAM
from tests.unit.service import world
from tests.unit.slack.office import Office


@dataclass
class Inbox:
    """Takes events as the ingress does; whether HTTP or sockets bring them is tested elsewhere."""

    office: Office

    async def send(self, sort: Sort, payload: Json, *, retry: int = 0, reason: str = "") -> Outcome:
        body = json.dumps(payload).encode()
        now = self.office.world.clock.now()
        name, lane = event_name(payload, body), lane_of(payload)
        await self.office.inbox.put(InboxItem(event_id=name, lane=lane, body=body, received_at=now))
        return Outcome(ok=True)


@dataclass
class Watched:
    """joe and amy have no access; boss is the administrator whose token takes things out."""

    slack: FakeSlack
    office: Office
    joe: Person
    amy: Person
    boss: Person
    channel: Channel
    more: dict[str, Any] = field(default_factory=dict)

    async def settled(self) -> None:
        """Every event is dealt with, and so is what that brought about."""
        for _ in range(20):
            await self.slack.quiet()
            await self.office.lanes.round()
            if not self.slack.courier._tasks and (await self.office.inbox.waiting())[0] == 0:
                return
            clock = self.office.world.clock
            clock.set(clock.now() + timedelta(seconds=1))  # what is tried again is tried a little later
        raise AssertionError("it does not settle")

    def pass_time(self, seconds: float) -> None:
        self.office.world.clock.set(self.office.world.clock.now() + seconds * 1000 * world.MS)

    async def told(self, kind: str) -> list[Json]:
        return await self.office.told(kind)

    async def held_texts(self) -> list[str]:
        return [each.content.decode("utf-8", "replace") for each in await self.office.world.all_held()]


@asynccontextmanager
async def watched(*, scopes: Iterable[str] = (), kind: Kind = Kind.PRIVATE) -> AsyncIterator[Watched]:
    """scopes: what administrators granted the bot of what they may leave out of the manifest, or besides."""
    places: list[Office] = []

    def wall() -> float:
        return (places[0].world.clock.now() if places else world.EARLY).timestamp()

    time = SlackTime(scale=6000, wall=wall)
    async with FakeSlack(time=time) as slack, aiohttp.ClientSession() as session:
        joe, amy = slack.person("joe", world.JOE), slack.person("amy", world.AMY)
        boss = slack.person("boss", "boss@stats.example", admin=True)
        channel = slack.channel("jobs", joe, amy, boss, kind=kind)
        slack.bot_token.scopes = slack.bot_token.scopes - OPTIONAL | set(scopes)
        office = Office(
            WebApi(session, slack.api_url, frozenset({urlsplit(slack.api_url).netloc})),
            Own(team=TEAM, user=slack.app.user, bot=slack.app.bot_id, app=slack.app.id),
            bot_token=slack.bot_token.text,
            enforcer_token=slack.consent(boss, {"chat:write", "files:write", "channels:write", "groups:write"}).text,
        )
        places.append(office)
        slack.courier.transport = Inbox(office)
        yield Watched(slack=slack, office=office, joe=joe, amy=amy, boss=boss, channel=channel)


def subtype_of(body: Json) -> str:
    event = body["event"]
    return str(event.get("subtype") or event["type"])
