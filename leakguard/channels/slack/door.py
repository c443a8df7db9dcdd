"""The door as a whole, from its settings: bolt in front of the inbox, lanes behind it. A page of constructors.

It opens when Slack has told who we are. Until then it is tried again, with an alarm each time: mail goes on without it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import aiohttp
import structlog
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from leakguard.channels.slack.alarms import Alarms
from leakguard.channels.slack.api import FILE_HOSTS, SLACK, SlackApi, WebApi
from leakguard.channels.slack.authors import Authors, NobodyAgreed
from leakguard.channels.slack.cards.clicks import Clicks
from leakguard.channels.slack.cards.teller import Teller
from leakguard.channels.slack.directory import Directory
from leakguard.channels.slack.events import Own
from leakguard.channels.slack.files import Files
from leakguard.channels.slack.handling import Handler
from leakguard.channels.slack.ingress import Ingress, http_door
from leakguard.channels.slack.introduction import introduced, until_open
from leakguard.channels.slack.lanes import Lanes
from leakguard.channels.slack.limiter import Limiter
from leakguard.channels.slack.poster import NOT_NOW, Poster
from leakguard.channels.slack.quiet import quiet_logger
from leakguard.channels.slack.removal import Powers
from leakguard.channels.slack.removing import Remover
from leakguard.channels.slack.screens import Parts, Screens
from leakguard.channels.slack.screens.calls import Calls
from leakguard.channels.slack.screens.visitors import Visitors
from leakguard.channels.slack.shut import Shut
from leakguard.channels.slack.sockets import FEWEST_SOCKETS, SocketDoor
from leakguard.channels.slack.threads import Threads
from leakguard.channels.slack.validator import Asgi, LateDoor
from leakguard.channels.slack.watch import Tools, Watch, WatchSettings, watch_of
from leakguard.channels.slack.watcher import Nobody, Watcher
from leakguard.model.held import HeldMessage
from leakguard.service.checking import Checking
from leakguard.service.current import Current
from leakguard.service.inbox_ports import InboxStore
from leakguard.service.measures import SILENT, Measures
from leakguard.service.notices import Notices
from leakguard.service.ports import Clock, Reply, Store
from leakguard.service.posts import Posts
from leakguard.service.scheduling import Scheduling
from leakguard.service.unheeded import Unheeded

log = structlog.get_logger("leakguard.slack")

_ANEW_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSettings:
    """signing_secret: for events over HTTP; app_token: for those over sockets. Either, or both.

    domains: whose e-mail addresses count as people of the access lists; empty: all that Slack confirmed.
    api: where Slack is, with a slash at its end. file_hosts: where files are, and the bot's token may go.
    """

    bot_token: str = field(repr=False)
    signing_secret: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    enforcer_token: str = field(default="", repr=False)
    discovery_token: str = field(default="", repr=False)
    domains: frozenset[str] = frozenset()
    compliance_channel: str = ""
    sockets: int = FEWEST_SOCKETS
    watch: WatchSettings = WatchSettings()  # noqa: RUF009 - frozen
    api: str = SLACK
    file_hosts: frozenset[str] = FILE_HOSTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """What the door shares with the others of the same process. poke: something was decided; look at once.

    review_url: of the review pages, without a slash at its end, or "". authors: who agreed, by workspace.
    connect: where a person of this user id agrees that their own posts are withdrawn, or "".
    """

    store: Store
    current: Current
    posts: Posts
    notices: Notices
    clock: Clock
    checking: Checking
    scheduling: Scheduling
    connect: Callable[[str], str] = lambda user: ""
    measures: Measures = SILENT
    poke: Callable[[], None] = lambda: None
    review_url: str = ""
    authors: Callable[[str], Authors] = lambda team: NobodyAgreed()

    @property
    def inbox(self) -> InboxStore:
        return self.store.inbox


class SlackDoor:
    """http: to be mounted, None without a signing secret. Run once."""

    def __init__(self, settings: SlackSettings, behind: Behind) -> None:
        self._settings, self._behind = settings, behind
        self.http = LateDoor() if settings.signing_secret else None
        self._opened: Opened | None = None
        self._shut = Shut(
            alarms=alarms_of(behind),
            clock=behind.clock,
            since=behind.clock.seconds(),
            blind_after=settings.watch.blind_after,
        )
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()

    @property
    def team(self) -> str:
        """The workspace; "" until Slack has told it."""
        return self._opened.own.team if self._opened is not None else ""

    @property
    def rounds_at(self) -> float:
        """When what came was last looked for. While the door is shut nothing comes, and nothing is late."""
        return self._opened.lanes.rounds_at if self._opened is not None else self._behind.clock.seconds()

    @property
    def is_open(self) -> bool:
        """Slack has let us in, on every way by which it is to tell us something."""
        return self._opened is not None and self._opened.is_connected

    @property
    def blind_seconds(self) -> float:
        """Since when nothing proved that we hear."""
        watch = self._watch
        return watch.blind_seconds if watch is not None else self._behind.clock.seconds() - self._shut.since

    @property
    def channels(self) -> Mapping[str, int]:
        """How many are watched, are not, are shared with others; empty before anything is known."""
        return self._watch.channels if self._watch is not None else {}

    @property
    def warnings(self) -> tuple[str, ...]:
        return self._watch.warnings if self._watch is not None else ("slack_not_open",)

    @property
    def _watch(self) -> Watch | None:
        return self._opened.watch if self._opened is not None and self.is_open else None

    async def run(self) -> None:
        """Until stopped or cancelled. What was acknowledged and is not done is in the inbox."""
        try:
            await kept_up(self._run_once, self._stopping.is_set)
        finally:
            self._ended.set()

    async def _run_once(self) -> None:
        async with aiohttp.ClientSession() as session:
            await self._run(session)

    async def post(self, held: HeldMessage) -> Reply:
        """For the clerk, as a Poster of `service.ports`."""
        return await self._opened.poster.post(held) if self._opened is not None else NOT_NOW

    async def stop(self, seconds: float) -> None:
        """Hear nothing more and finish what was begun, at most for so long."""
        self._stopping.set()
        if self._opened is not None:
            await self._opened.stop()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._ended.wait()

    async def _run(self, session: aiohttp.ClientSession) -> None:
        opening = asyncio.ensure_future(self._open(session))
        stopping = asyncio.ensure_future(self._stopping.wait())
        alarming = asyncio.ensure_future(kept_up(self._shut.watch))
        await asyncio.wait((opening, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        alarming.cancel()
        if not opening.done():
            opening.cancel()
            return
        await opening
        opened = self._opened
        assert opened is not None, "it was opened just now"
        try:
            async with asyncio.TaskGroup() as beside:
                others = [beside.create_task(kept_up(each)) for each in (self._shut.ended, *opened.loops())]
                await opened.lanes.run()
                for each in others:
                    each.cancel()
        finally:
            await opened.stop()

    async def _open(self, session: aiohttp.ClientSession) -> None:
        settings = self._settings
        api = WebApi(session, settings.api, settings.file_hosts)
        own = await until_open(lambda: introduced(api, settings.bot_token))
        self._opened = Opened(settings, own, session, api, self._behind)
        if self.http is not None and self._opened.http is not None:
            self.http.open(self._opened.http)
        log.info("slack.serving", protocol=" ".join(self._opened.transports))


async def kept_up(loop: Callable[[], Awaitable[None]], is_over: Callable[[], bool] = lambda: False) -> None:
    """Run it to its end, and anew after a defect: neither mail nor what else is done for Slack ends with it."""
    while not is_over():
        try:
            await loop()
            return
        except Exception as problem:  # noqa: BLE001 - the boundary of one loop
            log.error("slack.crashed", problem=type(problem).__name__, alarm=True)
            await asyncio.sleep(_ANEW_SECONDS)


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
        self.poster = Poster(
            api=api,
            limiter=Limiter(),
            directory=handler.directory,
            token=settings.bot_token,
            authors=behind.authors(own.team),
        )
        calls = Calls(api=api, token=settings.bot_token)
        visitors = Visitors(directory=handler.directory, own=own, domains=settings.domains)
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
        self._screens = Screens(_parts(behind, self.poster), calls, visitors, poked.set)
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


def _parts(behind: Behind, poster: Poster) -> Parts:
    return Parts(
        checking=behind.checking,
        scheduling=behind.scheduling,
        current=behind.current,
        store=behind.store,
        clock=behind.clock,
        contact=behind.notices.contact,
        can_post=poster.can_post,
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
