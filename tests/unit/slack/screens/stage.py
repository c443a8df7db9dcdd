"""The screens, with everything behind them real but the inspector and the time, in a workspace that is a fake."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from leakguard.channels.slack.api import WebApi
from leakguard.channels.slack.directory import Directory
from leakguard.channels.slack.events import Own
from leakguard.channels.slack.ingress import Ingress
from leakguard.channels.slack.limiter import Limiter
from leakguard.channels.slack.quiet import quiet_logger
from leakguard.channels.slack.screens import Parts, Screens
from leakguard.channels.slack.screens.calls import Calls
from leakguard.channels.slack.screens.visitors import Visitors
from leakguard.service.checking import Checking
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.person import Person
from tests.fakes.slack.state import Json
from tests.fakes.slack.surfaces import View
from tests.fakes.slack.timing import SlackTime
from tests.fakes.slack.workspace import TEAM
from tests.unit.service import world
from tests.unit.slack.office import ReadingInspector, scheduling_of
from tests.unit.slack_fake.bolt import TRANSPORTS, joined, until

CONTACT = "desk@stats.example"

__all__ = ["TRANSPORTS", "Stage", "play", "rich", "said", "until"]


@dataclass(kw_only=True)
class Stage:
    """world: behind the screens. poked: how often something came into the inbox."""

    slack: FakeSlack
    world: world.World
    checking: Checking
    screens: Screens
    poked: list[int] = field(default_factory=list)

    def person(self, handle: str, **more: Any) -> Person:
        return self.slack.person(handle.partition("@")[0], handle, **more)

    async def opened(self, person: Person, shortcut: str = "check_text") -> View:
        await person.shortcut(shortcut)
        await until(lambda: person.modal is not None)
        assert person.modal is not None
        return person.modal

    async def typed(self, person: Person, view: View, text: str, action: str = "check:text") -> str:
        """Into the first field; what the form says when it has been answered."""
        before = view.revision
        await person.type_in(view, action, rich(text))
        await until(lambda: view.revision > before)
        return said(view)


def rich(text: str) -> Json:
    run = {"type": "text", "text": text}
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [run]}]}


def said(view: View) -> str:
    """The verdict of a form."""
    [verdict] = [each for each in view.shape["blocks"] if each.get("block_id") == "verdict"]
    text: str = verdict["text"]["text"]
    return text


@asynccontextmanager
async def staged(transport: str, most: int = 30, **parts: Any) -> AsyncIterator[Stage]:
    slack = FakeSlack(time=SlackTime(scale=100))
    async with slack, aiohttp.ClientSession() as session:
        behind = world.World(inspector=ReadingInspector(), settings=parts.pop("settings", _SETTINGS))
        checking = behind.checking(most)
        poked: list[int] = []
        own = Own(team=TEAM, user=slack.app.user, bot=slack.app.bot_id, app=slack.app.id)
        token = slack.bot_token.text
        api = WebApi(session, slack.api_url)
        directory = Directory(api=api, limiter=Limiter(), clock=behind.clock, team=TEAM, token=token)
        screens = Screens(
            Parts(
                checking=checking,
                scheduling=parts.pop("scheduling", None) or scheduling_of(behind),
                current=behind.current,
                store=behind.store,
                clock=behind.clock,
                contact=CONTACT,
                **parts,
            ),
            Calls(api=api, token=token),
            Visitors(directory=directory, own=own),
            lambda: poked.append(1),
        )
        for screen in (screens.check, screens.compose):
            screen.typing.pause = screen.typing.spacing = 0.0
        client = AsyncWebClient(base_url=slack.api_url, session=session, retry_handlers=[], logger=quiet_logger())
        ingress = Ingress(inbox=behind.store.inbox, clock=behind.clock, own=own, bot_token=token, client=client)
        app = ingress.bolt()
        screens.attach(app)
        async with joined(slack, transport, app):
            yield Stage(slack=slack, world=behind, checking=checking, screens=screens, poked=poked)


_SETTINGS = world.NoticeSettings(contact=CONTACT, reviewers=(CONTACT,))


def play(transport: str, story: Callable[[Stage], Awaitable[None]], **more: Any) -> None:
    async def life() -> None:
        async with staged(transport, **more) as stage:
            await story(stage)

    asyncio.run(life())
