"""The watch over the fake Slack's own rules, with no network between: nothing is heard but what a test lets through."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from leakguard.channels.slack.alarms import Alarms
from leakguard.channels.slack.api import ApiLimited, ApiRefused, ApiUnavailable, Fetched
from leakguard.channels.slack.events import Own, lane_of
from leakguard.channels.slack.lanes import Lanes
from leakguard.channels.slack.opened import handler_of
from leakguard.channels.slack.terms import Behind, SlackSettings
from leakguard.channels.slack.watch import Tools, Watch, WatchSettings, watch_of
from leakguard.model.inbox import InboxItem
from leakguard.service.notices import NoticeSettings
from leakguard.service.posts import Posts
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.state import Kind
from tests.fakes.slack.timing import SlackTime
from tests.fakes.slack.workspace import TEAM
from tests.unit.service import world
from tests.unit.slack.office import ReadingInspector, scheduling_of


class DeskApi:
    """Slack's desk across the table. fails: raised by the next calls of a method in turn; None: that one goes well."""

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack
        self.fails: dict[str, list[BaseException | None]] = {}
        self.calls: list[tuple[str, dict[str, str]]] = []

    async def call(self, method: str, token: str, **fields: str) -> Mapping[str, Any]:
        await asyncio.sleep(0)
        self.calls.append((method, fields))
        if (failure := self.fails[method].pop(0) if self.fails.get(method) else None) is not None:
            raise failure
        reply = self._slack.desk.answer(method, token, dict(fields))
        if reply.status == 429:
            raise ApiLimited(float(reply.headers["Retry-After"]))
        if not reply.body["ok"]:
            raise ApiRefused(reply.body["error"])
        return reply.body

    async def fetch(self, url: str, token: str, most: int) -> Fetched:
        file = next((each for each in self._slack.workspace.files.values() if each.id in url), None)
        if file is None:
            raise ApiUnavailable("404")
        return Fetched(file.content, file.mimetype)

    def asked(self, method: str) -> list[dict[str, str]]:
        return [fields for name, fields in self.calls if name == method]


class Downtime:
    """slept: what whoever waited was to wait, in seconds; meanwhile the lanes have turned, and no time has passed."""

    def __init__(self, *, canary: bool = False, **settings: Any) -> None:
        reviewers = NoticeSettings(contact="desk@stats.example", reviewers=("desk@stats.example",))
        self.world = world.World(settings=reviewers, inspector=ReadingInspector())
        self.clock, self.inbox = self.world.clock, self.world.store.inbox
        self.slack = FakeSlack(time=SlackTime(wall=lambda: self.clock.now().timestamp()))
        self.slack.limits.on = False
        self.boss = self.slack.person("boss", admin=True)
        self.joe = self.slack.person("joe", world.JOE)
        self.amy = self.slack.person("amy", world.AMY)
        self.press = self.slack.channel("press", self.joe, self.amy, self.boss)
        self.canary = self.slack.channel("canary", kind=Kind.PRIVATE)
        self.own = Own(team=TEAM, user=self.slack.app.user, bot=self.slack.app.bot_id, app=self.slack.app.id)
        self.settings = WatchSettings(**({"canary_channel": self.canary.id if canary else ""} | settings))
        self.slept: list[float] = []
        self.api = DeskApi(self.slack)
        self.posts = Posts(
            inspector=self.world.inspector,
            current=self.world.current,
            store=self.world.store,
            clock=self.clock,
            policy=self.world.policy,
            notices=self.world.notices,
            new_id=lambda: f"ref{next(self.world._ids)}",
        )
        self.enforcer = self.slack.consent(self.boss).text
        self.begin()

    def begin(self) -> None:
        """A process, as it is after its start; the one before it is gone, and what it had on the disk is there."""
        store = self.world.store
        alarms = Alarms(store=store, notices=self.world.notices, clock=self.clock)
        tools = Tools(
            api=self.api,
            token=self.slack.bot_token.text,
            own=self.own,
            inbox=self.inbox,
            records=store.records,
            alarms=alarms,
            clock=self.clock,
            sleep=self._sleep,
        )
        self.watch: Watch = watch_of(self.settings, tools)
        settings = SlackSettings(
            bot_token=self.slack.bot_token.text, enforcer_token=self.enforcer, api="http://nowhere/api/"
        )
        behind = Behind(
            store=store,
            current=self.world.current,
            posts=self.posts,
            notices=self.world.notices,
            clock=self.clock,
            checking=self.world.checking(),
            scheduling=scheduling_of(self.world),
        )
        handler = handler_of(settings, self.own, self.api, behind, self.watch)
        self.lanes = Lanes(inbox=self.inbox, clock=self.clock, handle=handler.handle)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)
        await self.lanes.round()

    async def hear(self, count: int = 1) -> None:
        """The newest events that Slack published."""
        for body in self.slack.courier.published[-count:]:
            item = InboxItem(
                event_id=body["event_id"],
                lane=lane_of(body),
                body=json.dumps(body).encode(),
                received_at=self.clock.now(),
            )
            await self.inbox.put(item)
        await self.lanes.round()

    async def catch_up(self) -> int:
        """Asked for and done, with what follows from it. How many were found."""
        self.watch.catching_up.ask(self.clock.now())
        return await self.turn()

    async def turn(self) -> int:
        before = len(self.inbox._items)
        await self.watch.catching_up.turn()
        found = len(self.inbox._items) - before
        await self.lanes.round()
        return found

    async def told(self, kind: str) -> list[dict[str, Any]]:
        return [each.body for each in await self.world.store.audit() if each.kind == kind]

    async def mark(self) -> Any:
        return await self.inbox.marked(f"slack {TEAM}")
