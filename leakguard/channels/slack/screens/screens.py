"""All screens, and what opens each of them. Guests, and people of elsewhere, are told what this is and no more."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp

from leakguard.channels.slack.screens import check, command, compose_post, home, report
from leakguard.channels.slack.screens.calls import Calls
from leakguard.channels.slack.screens.homes import Homes
from leakguard.channels.slack.screens.planning import Planner
from leakguard.channels.slack.screens.turn import Listener, Turn, guarded, only_acknowledged
from leakguard.channels.slack.screens.verdict import Verdicts
from leakguard.channels.slack.screens.visitors import Visitors
from leakguard.service.checking import Checking
from leakguard.service.current import Current
from leakguard.service.ports import Clock, Store
from leakguard.service.queue import Queue
from leakguard.service.scheduling import Scheduling

NAMING_SECONDS = 2.0  # a form opens within three seconds of a click, or not at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the screens share with the doors of the same process.

    contact: whom people write to. zone: for programs that know no zone of the viewer's.
    connect: where this person agrees that their own posts are withdrawn, or "".
    """

    checking: Checking
    scheduling: Scheduling
    current: Current
    store: Store
    clock: Clock
    contact: str
    connect: Callable[[str], str] = lambda user: ""
    zone: str = "Europe/London"


class Screens:
    """poke: something was put into the inbox."""

    def __init__(self, parts: Parts, calls: Calls, visitors: Visitors, poke: Callable[[], None]) -> None:
        self._calls, self._visitors, self._contact = calls, visitors, parts.contact
        current, clock, contact = parts.current, parts.clock, parts.contact
        verdicts = Verdicts(checking=parts.checking, visitors=visitors)
        self.check = check.CheckScreen(calls=calls, verdicts=verdicts, clock=clock, zone=parts.zone)
        self.compose = compose_post.ComposeScreen(
            calls=calls,
            verdicts=verdicts,
            planner=Planner(scheduling=parts.scheduling, visitors=visitors, clock=clock),
            current=current,
            clock=clock,
            zone=parts.zone,
        )
        self.command = command.Command(
            check=self.check, compose=self.compose, visitors=visitors, current=current, clock=clock, contact=contact
        )
        self.report = report.ReportScreen(inbox=parts.store.inbox, clock=clock, visitors=visitors, poke=poke)
        self.homes = Homes(
            calls=calls,
            visitors=visitors,
            current=current,
            queue=Queue(store=parts.store, clock=clock),
            clock=clock,
            zone=parts.zone,
            contact=contact,
            connect=parts.connect,
        )

    def attach(self, app: AsyncApp) -> None:
        app.event("app_home_opened")(guarded("home", self.homes.opened, self._calls))
        app.command(command.COMMAND)(self._for_members("command", self.command.asked))
        app.shortcut(check.CALLBACK)(self._for_members("check", self.check.open))
        app.action(home.CHECK)(self._for_members("check", self.check.open))
        app.action(re.compile(f"{check.FIELDS}:.+"))(self._for_members("check", self.check.typed))
        app.view(check.CALLBACK)(self._for_members("check", self.check.submitted))
        app.shortcut(compose_post.CALLBACK)(self._for_members("post", self.compose.open))
        app.action(home.COMPOSE)(self._for_members("post", self.compose.open))
        app.action(re.compile(f"{compose_post.FIELDS}:.+"))(self._for_members("post", self.compose.typed))
        app.view(compose_post.CALLBACK)(self._for_members("post", self.compose.submitted))
        app.shortcut(report.CALLBACK)(self._for_members("report", self.report.reported))
        app.action(home.CONNECT)(guarded("home", only_acknowledged, self._calls))

    def loops(self) -> tuple[Callable[[], Awaitable[None]], ...]:
        """What has to run beside it, until it is cancelled."""
        return (self.homes.run,)

    def _for_members(self, kind: str, listener: Listener) -> Callable[..., Awaitable[None]]:
        async def listen(turn: Turn) -> None:
            async with asyncio.timeout(NAMING_SECONDS):
                visitor = await self._visitors.named(turn.user)
            if visitor.is_member:
                await listener(turn)
            else:
                await turn.tell(home.help_text(self._contact))

        return guarded(kind, listen, self._calls)
