"""Builds everything from the settings; the only place that picks implementations. Reads like the architecture."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from leakguard import slices
from leakguard.channels.smtp.listener import Listener
from leakguard.channels.smtp.terms import ListenerSettings
from leakguard.clock import GuardedClock
from leakguard.delivery.nexthop import SmtpNextHop
from leakguard.delivery.postman import Postman
from leakguard.extract import Limits
from leakguard.model.address import canonical
from leakguard.model.errors import Refused
from leakguard.observe import Health, Loop, Metrics
from leakguard.policy import Policy
from leakguard.rulebook import load, read_folder
from leakguard.service.checking import Checking
from leakguard.service.checking_by_mail import CheckingByMail
from leakguard.service.clerk import Clerk
from leakguard.service.current import Current
from leakguard.service.gate import Gate
from leakguard.service.notices import Notices
from leakguard.service.pace import Pace
from leakguard.service.ports import Clock, Inspector, NextHop, Poster, Store
from leakguard.service.posts import Posts
from leakguard.service.reload import Reload, loaded
from leakguard.service.scheduling import Scheduling
from leakguard.service.stamp import Stamp
from leakguard.settings import Settings
from leakguard.store.sqlite import SqliteStore
from leakguard.workers import Workers

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from leakguard.channels.slack.door import SlackDoor
    from leakguard.observe.door import ObserveDoor
    from leakguard.service.consents import Consents
    from leakguard.web.server import WebServer

log = structlog.get_logger("leakguard.app")

LATE_SECONDS = 5.0
POSTMAN_LATE_SECONDS = 300.0  # longer than the next hop may take over one notice
RELOAD_LATE_SECONDS = 60.0  # longer than any rulebook takes to be loaded with its examples


@dataclass(slots=True, kw_only=True)
class App:
    """Everything that runs in one process. Doors open last and close first."""

    store: Store
    current: Current
    clock: Clock
    next_hop: NextHop
    workers: Workers
    listeners: tuple[Listener, ...]
    clerk: Clerk
    postman: Postman
    reload: Reload
    checking: Checking
    web: WebServer | None = None
    slack: SlackDoor | None = None
    watched: ObserveDoor | None = None

    async def start(self) -> None:
        if self.watched is not None:
            await self.watched.start()
        for listener in self.listeners:
            await listener.start()
        if self.web is not None:
            await self.web.start()

    async def drain(self, clerk: asyncio.Future[None], seconds: float) -> None:
        """Finish what is under way, at most for so long: an answer that nobody writes down is a message sent twice."""
        self.clerk.stop()
        await asyncio.gather(
            asyncio.wait([clerk], timeout=seconds),
            self._stop_web(),
            self._stop_slack(seconds),
            *(listener.drain(seconds) for listener in self.listeners),
        )

    async def stop(self, seconds: float) -> None:
        """For whoever runs the clerk's rounds by hand."""
        drained = (listener.drain(seconds) for listener in self.listeners)
        await asyncio.gather(self._stop_web(), self._stop_slack(seconds), *drained)
        await self.close()

    async def _stop_web(self) -> None:
        if self.web is not None:
            await self.web.stop()

    async def _stop_slack(self, seconds: float) -> None:
        if self.slack is not None:
            await self.slack.stop(seconds)

    async def close(self) -> None:
        if self.watched is not None:
            await self.watched.stop()
        await self.next_hop.close()
        await self.workers.close()
        await self.store.close()

    def loops(self) -> tuple[Awaitable[None], ...]:
        """What has to run beside the doors, the clerk first; each ends only when it is stopped or cancelled."""
        slack = (self.slack.run(),) if self.slack is not None else ()
        return (self.clerk.run(), self.postman.run(), self.reload.run(), watch(self.clerk, self.clock), *slack)


async def build(settings: Settings, clock: Clock | None = None, store: Store | None = None) -> App:
    """The app of these settings, with its rulebook loaded. Raises LeakGuardError, OSError."""
    files = read_folder(Path(settings.rules))
    rulebook = load(files)
    listening = tuple(slices.listener_settings(each, settings) for each in settings.listeners)
    clock = clock or GuardedClock()
    store = store or await SqliteStore.open(Path(settings.store))
    current = Current(rulebook)
    await current.refresh(store)
    await store.record([loaded(rulebook, clock)])
    workers = Workers(slices.worker_settings(settings), Limits(**settings.inspection.limits.model_dump()))
    await workers.adopt(rulebook, files)
    await workers.start()
    stamp = Stamp(await store.secret())
    house = _House(
        settings=settings,
        clock=clock,
        store=store,
        current=current,
        workers=workers,
        next_hop=SmtpNextHop(slices.next_hop_settings(settings)),
        policy=slices.policy(settings),
        notices=Notices(slices.notice_settings(settings), stamp),
        stamp=stamp,
        metrics=Metrics(),
    )
    return house.app(listening)


@dataclass(frozen=True, slots=True, kw_only=True)
class _House:
    """What the use cases and the doors have in common."""

    settings: Settings
    clock: Clock
    store: Store
    current: Current
    workers: Workers
    next_hop: NextHop
    policy: Policy
    notices: Notices
    stamp: Stamp
    metrics: Metrics

    def app(self, listening: tuple[ListenerSettings, ...]) -> App:
        def poke() -> None:
            clerk.poked.set()
            postman.poked.set()

        checking = self._checking()
        consents = self._consents(lambda: slack.team if slack is not None else "")
        slack = self._slack(checking, poke, consents)
        clerk, postman = self._clerk(slack), self._postman()
        gate, reload = self._gate(poke), self._reload(poke)
        by_mail = self._checking_by_mail(gate, checking, poke) if self.settings.check.address else gate
        return App(
            store=self.store,
            current=self.current,
            clock=self.clock,
            next_hop=self.next_hop,
            workers=self.workers,
            listeners=tuple(
                Listener(
                    each,
                    next_hop=self.next_hop,
                    gate=by_mail if each.kept_here else gate,
                    clock=self.clock,
                    new_id=new_id,
                )
                for each in listening
            ),
            checking=checking,
            clerk=clerk,
            postman=postman,
            reload=reload,
            web=self._web(checking, poke, slack, consents),
            slack=slack,
            watched=self._watched(clerk, postman, reload, slack),
        )

    def _consents(self, team: Callable[[], str]) -> Consents | None:
        if self.settings.slack is None or self.settings.web is None:
            return None
        _must_have_slack()
        from leakguard import workspace  # whoever has no Slack does not load it

        return workspace.consents(self.settings.slack, self.settings.web.origin, self.store.vault, self.clock, team)

    def _slack(self, checking: Checking, poke: Callable[[], None], consents: Consents | None) -> SlackDoor | None:
        if self.settings.slack is None:
            return None
        _must_have_slack()
        from leakguard import workspace
        from leakguard.channels.slack.authors import Agreed, NobodyAgreed
        from leakguard.channels.slack.terms import Behind

        posts = Posts(
            inspector=self.workers,
            current=self.current,
            store=self.store,
            clock=self.clock,
            policy=self.policy,
            notices=self.notices,
            new_id=new_id,
            measures=self.metrics,
            poke=poke,
        )
        behind = Behind(
            store=self.store,
            current=self.current,
            posts=posts,
            notices=self.notices,
            clock=self.clock,
            checking=checking,
            scheduling=self._scheduling(poke),
            measures=self.metrics,
            poke=poke,
            review_url=self.settings.web.origin if self.settings.web is not None else "",
            authors=lambda team: Agreed(consents, team) if consents is not None else NobodyAgreed(),
            connect=workspace.connecting(consents, self.settings.web.origin if self.settings.web is not None else ""),
        )
        return workspace.door(self.settings.slack, behind)

    def _scheduling(self, poke: Callable[[], None]) -> Scheduling:
        return Scheduling(
            inspector=self.workers,
            current=self.current,
            store=self.store,
            clock=self.clock,
            policy=self.policy,
            new_id=new_id,
            poke=poke,
        )

    def _web(
        self, checking: Checking, poke: Callable[[], None], slack: SlackDoor | None, consents: Consents | None
    ) -> WebServer | None:
        if self.settings.web is None:
            return None
        from leakguard import front  # whoever has no pages does not load them

        behind = front.Behind(
            store=self.store,
            current=self.current,
            clock=self.clock,
            notices=self.notices,
            previewer=self.workers,
            checking=checking,
            measures=self.metrics,
            poke=poke,
            new_id=new_id,
            own_domains=slices.notice_settings(self.settings).own_domains,
            consents=consents,
        )
        return front.pages(self.settings.web, behind, _routes(slack))

    def _clerk(self, poster: Poster | None) -> Clerk:
        return Clerk(
            store=self.store,
            current=self.current,
            next_hop=self.next_hop,
            inspector=self.workers,
            clock=self.clock,
            policy=self.policy,
            notices=self.notices,
            worker=self.settings.hostname,
            poster=poster,
            measures=self.metrics,
        )

    def _postman(self) -> Postman:
        return Postman(
            store=self.store,
            next_hop=self.next_hop,
            clock=self.clock,
            stamp=self.stamp,
            sender=self.settings.notices.sender,
            contact=self.settings.notices.contact,
            hostname=self.settings.hostname,
        )

    def _gate(self, poke: Callable[[], None]) -> Gate:
        return Gate(
            inspector=self.workers,
            current=self.current,
            store=self.store,
            clock=self.clock,
            policy=self.policy,
            notices=self.notices,
            new_id=new_id,
            poke=poke,
            measures=self.metrics,
        )

    def _checking(self) -> Checking:
        largest = max(each.max_size_mib for each in self.settings.listeners) * 1024 * 1024
        return Checking(
            inspector=self.workers,
            current=self.current,
            clock=self.clock,
            policy=self.policy,
            pace=Pace(clock=self.clock.seconds, most=self.settings.check.per_minute),
            largest=largest,
        )

    def _checking_by_mail(self, gate: Gate, checking: Checking, poke: Callable[[], None]) -> CheckingByMail:
        return CheckingByMail(
            gate=gate,
            checking=checking,
            outbox=self.store,
            notices=self.notices,
            address=canonical(self.settings.check.address or ""),
            poke=poke,
        )

    def _reload(self, poke: Callable[[], None]) -> Reload:
        return Reload(
            read=lambda: read_folder(Path(self.settings.rules)),
            prepare=self.workers.prepare,
            adopt=self.workers.adopt,
            current=self.current,
            store=self.store,
            clock=self.clock,
            poke=poke,
        )

    def _watched(self, clerk: Clerk, postman: Postman, reload: Reload, slack: SlackDoor | None) -> ObserveDoor | None:
        if self.settings.observe is None:
            return None
        from leakguard.observe.door import ObserveDoor  # whoever watches nothing does not load a server

        health = Health(
            store=self.store,
            clock=self.clock,
            current=self.current,
            loops=(
                Loop(name="clerk", rounds_at=lambda: clerk.rounds_at, late_after=LATE_SECONDS),
                Loop(name="postman", rounds_at=lambda: postman.rounds_at, late_after=POSTMAN_LATE_SECONDS),
                Loop(name="reload", rounds_at=lambda: reload.rounds_at, late_after=RELOAD_LATE_SECONDS),
                *_slack_loop(slack),
            ),
            is_refused=lambda: bool(reload.refused),
            slack=slack,
            metrics=self.metrics,
        )
        return ObserveDoor(self.settings.observe.host, self.settings.observe.port, health)


def _must_have_slack() -> None:
    if find_spec("slack_bolt") is None:
        raise Refused("slack needs the extra slack: install leakguard[slack]")


def _routes(slack: SlackDoor | None) -> Sequence[BaseRoute]:
    if slack is None:
        return ()
    from leakguard import workspace

    return workspace.routes(slack)


def _slack_loop(slack: SlackDoor | None) -> tuple[Loop, ...]:
    return (Loop(name="slack", rounds_at=lambda: slack.rounds_at, late_after=LATE_SECONDS),) if slack else ()


async def watch(clerk: Clerk, clock: Clock) -> None:
    """Alarm when the clerk has not finished a round for too long: held mail would wait with nobody knowing."""
    while True:
        await asyncio.sleep(LATE_SECONDS)
        late = clock.seconds() - clerk.rounds_at
        if clerk.rounds_at and late > LATE_SECONDS:
            log.error("clerk.late", seconds=round(late, 1), alarm=True)


def new_id() -> str:
    """A reference for people and logs: 12 characters without look-alikes, about 60 random bits."""
    return "".join(secrets.choice("23456789abcdefghjkmnpqrstuvwxyz") for _ in range(12))


__all__ = ["App", "Inspector", "build"]
