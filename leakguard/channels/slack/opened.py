"""The door once it is known who we are: bolt in front of the inbox, lanes behind it. A page of constructors."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from leakguard.channels.slack.alarms import Alarms
from leakguard.channels.slack.api import SlackApi
from leakguard.channels.slack.cards.clicks import Clicks
from leakguard.channels.slack.cards.teller import Teller
from leakguard.channels.slack.directory import Directory
from leakguard.channels.slack.events import Own
from leakguard.channels.slack.files import Files
from leakguard.channels.slack.handling import Handler
from leakguard.channels.slack.ingress import Ingress, http_door
from leakguard.channels.slack.lanes import Lanes
from leakguard.channels.slack.limiter import Limiter
from leakguard.channels.slack.poster import Poster
from leakguard.channels.slack.quiet import quiet_logger
from leakguard.channels.slack.removal import Powers
from leakguard.channels.slack.removing import Remover
from leakguard.channels.slack.screens import Parts, Screens
from leakguard.channels.slack.screens.calls import Calls
from leakguard.channels.slack.screens.visitors import Visitors
from leakguard.channels.slack.sockets import SocketDoor
from leakguard.channels.slack.terms import Behind, SlackSettings
from leakguard.channels.slack.threads import Threads
from leakguard.channels.slack.validator import Asgi
from leakguard.channels.slack.watch import Tools, Watch, watch_of
from leakguard.channels.slack.watcher import Nobody, Watcher
from leakguard.service.ports import Clock
from leakguard.service.unheeded import Unheeded


class Opened:
    """The door once it is known who we are."""

    def __init__(
        self, settings: SlackSettings, own: Own, session: aiohttp.ClientSession, api: SlackApi, behind: Behind
    ) -> None:
        self.own = own
        self._settings, self._session = settings, session
        poked = asyncio.Event()
        self.watch = watch_for(settings, own, api, behind, poked.set)
        handler = handler_of(settings, own, api, behind, self.watch)
        calls = Calls(api=api, token=settings.bot_token)
        visitors = Visitors(directory=handler.directory, own=own, domains=settings.domains)
        self.poster = Poster(
            api=api,
            limiter=Limiter(),
            visitors=visitors,
            token=settings.bot_token,
            authors=behind.authors(own.team),
            may_go_up=behind.posts.may_go_up,
        )
        self._teller = _teller(settings, behind, calls, visitors)
        self.lanes = Lanes(inbox=behind.inbox, clock=behind.clock, handle=handler.handle, poked=poked)
        ingress = Ingress(
            inbox=behind.inbox,
            clock=behind.clock,
            own=own,
            bot_token=settings.bot_token,
            client=self._client(""),
            poke=poked.set,
        )
        bolt = ingress.bolt()
        _clicks(behind, calls, visitors).attach(bolt)
        self._screens = Screens(_parts(behind), calls, visitors, poked.set)
        self._screens.attach(bolt)
        secret = settings.signing_secret
        self.http: Asgi | None = http_door(bolt, secret, behind.clock) if secret else None
        self._sockets = self._socket_door(bolt, api, behind.clock) if settings.app_token else None

    @property
    def transports(self) -> tuple[str, ...]:
        return tuple(name for name, has in (("http", self.http), ("sockets", self._sockets)) if has is not None)

    @property
    def is_connected(self) -> bool:
        return self._sockets is None or self._sockets.is_up

    def loops(self) -> tuple[Callable[[], Awaitable[None]], ...]:
        """What has to run beside the lanes, until it is cancelled."""
        sockets = (self._sockets.run,) if self._sockets is not None else ()
        return (self._teller.run, *sockets, *self.watch.loops(), *self._screens.loops())

    async def stop(self) -> None:
        """Hear nothing more; what was acknowledged is in the inbox."""
        if self._sockets is not None:
            await self._sockets.stop()
        self.lanes.stop()

    def _socket_door(self, bolt: AsyncApp, api: SlackApi, clock: Clock) -> SocketDoor:
        token = self._settings.app_token
        return SocketDoor(
            app=bolt, api=api, token=token, web=lambda: self._client(token), clock=clock, count=self._settings.sockets
        )

    def _client(self, token: str) -> AsyncWebClient:
        return AsyncWebClient(
            token=token or None,
            base_url=self._settings.api,
            session=self._session,
            retry_handlers=[],
            logger=quiet_logger(),
        )


def alarms_of(behind: Behind) -> Alarms:
    return Alarms(store=behind.store, notices=behind.notices, clock=behind.clock, poke=behind.poke)


def watch_for(settings: SlackSettings, own: Own, api: SlackApi, behind: Behind, poke: Callable[[], None]) -> Watch:
    tools = Tools(
        api=api,
        token=settings.bot_token,
        own=own,
        inbox=behind.inbox,
        records=behind.store.records,
        alarms=alarms_of(behind),
        clock=behind.clock,
        poke=poke,
    )
    return watch_of(settings.watch, tools)


def _teller(settings: SlackSettings, behind: Behind, calls: Calls, visitors: Visitors) -> Teller:
    return Teller(
        store=behind.store,
        current=behind.current,
        clock=behind.clock,
        calls=calls,
        visitors=visitors,
        unheeded=Unheeded(store=behind.store, clock=behind.clock, notices=behind.notices),
        compliance=settings.compliance_channel,
        review_url=behind.review_url,
    )


def _parts(behind: Behind) -> Parts:
    return Parts(
        checking=behind.checking,
        scheduling=behind.scheduling,
        current=behind.current,
        store=behind.store,
        clock=behind.clock,
        contact=behind.notices.contact,
        connect=behind.connect,
    )


def _clicks(behind: Behind, calls: Calls, visitors: Visitors) -> Clicks:
    return Clicks(
        store=behind.store,
        current=behind.current,
        clock=behind.clock,
        notices=behind.notices,
        calls=calls,
        visitors=visitors,
        measures=behind.measures,
        poke=behind.poke,
    )


def handler_of(
    settings: SlackSettings, own: Own, api: SlackApi, behind: Behind, watcher: Watcher | None = None
) -> Handler:
    """Removals have a limiter of their own, so that no question and no notice is before them."""
    asking, clock, authors = Limiter(), behind.clock, behind.authors(own.team)
    return Handler(
        inbox=behind.inbox,
        clock=clock,
        own=own,
        directory=Directory(
            api=api, limiter=asking, clock=clock, team=own.team, token=settings.bot_token, authors=authors
        ),
        files=Files(api=api, limiter=asking, token=settings.bot_token),
        posts=behind.posts,
        threads=Threads(api=api, limiter=asking, inbox=behind.inbox, clock=clock, own=own, token=settings.bot_token),
        remover=Remover(
            api=api,
            limiter=Limiter(),
            powers=Powers(
                bot=settings.bot_token,
                bot_user=own.user,
                enforcer=settings.enforcer_token,
                discovery=settings.discovery_token,
            ),
            authors=authors,
        ),
        alarms=alarms_of(behind),
        watcher=watcher or Nobody(),
        domains=settings.domains,
    )
