"""The door as a whole, from its settings: bolt in front of the inbox, lanes behind it. A page of constructors."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from leakguard.channels.slack.api import FILE_HOSTS, SLACK, SlackApi, WebApi
from leakguard.channels.slack.directory import Directory
from leakguard.channels.slack.events import Own
from leakguard.channels.slack.files import Files
from leakguard.channels.slack.handling import Handler
from leakguard.channels.slack.ingress import FEWEST_SOCKETS, Ingress, SocketDoor, http_door
from leakguard.channels.slack.lanes import Lanes
from leakguard.channels.slack.limiter import Limiter
from leakguard.channels.slack.quiet import quiet_logger
from leakguard.channels.slack.removal import Powers
from leakguard.channels.slack.removing import Remover
from leakguard.channels.slack.validator import Asgi
from leakguard.service.inbox_ports import InboxStore
from leakguard.service.ports import Clock
from leakguard.service.posts import Posts


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSettings:
    """own: of our app in the workspace. signing_secret: for events over HTTP; app_token: for those over sockets.

    authors: tokens of people who agreed that their own posts are withdrawn, by user id.
    domains: whose e-mail addresses count as people of the access lists; empty: all that Slack confirmed.
    api: where Slack is, with a slash at its end. file_hosts: where files are, and the bot's token may go.
    """

    own: Own
    bot_token: str = field(repr=False)
    signing_secret: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    enforcer_token: str = field(default="", repr=False)
    discovery_token: str = field(default="", repr=False)
    authors: Mapping[str, str] = field(default_factory=dict, repr=False)
    domains: frozenset[str] = frozenset()
    sockets: int = FEWEST_SOCKETS
    api: str = SLACK
    file_hosts: frozenset[str] = FILE_HOSTS


class SlackDoor:
    """Made in a running loop. asgi: to be mounted, None without a signing secret. Closed once, at the end."""

    def __init__(self, settings: SlackSettings, inbox: InboxStore, posts: Posts, clock: Clock) -> None:
        self._session = aiohttp.ClientSession()
        handler = handler_of(settings, WebApi(self._session, settings.api, settings.file_hosts), inbox, posts, clock)
        self.lanes = Lanes(inbox=inbox, clock=clock, handle=handler.handle)
        ingress = Ingress(
            inbox=inbox,
            clock=clock,
            own=settings.own,
            bot_token=settings.bot_token,
            client=self._client(settings, ""),
            poke=self.lanes.poked.set,
        )
        bolt = ingress.bolt()
        secret = settings.signing_secret
        self.asgi: Asgi | None = http_door(bolt, secret, clock) if secret else None
        self.sockets: SocketDoor | None = None
        if settings.app_token:
            token = settings.app_token
            self.sockets = SocketDoor(bolt, token, lambda: self._client(settings, token), settings.sockets)

    def _client(self, settings: SlackSettings, token: str) -> AsyncWebClient:
        return AsyncWebClient(
            token=token or None,
            base_url=settings.api,
            session=self._session,
            retry_handlers=[],
            logger=quiet_logger(),
        )

    async def start(self) -> None:
        """Begin to hear. Raises what the first connection raises."""
        if self.sockets is not None:
            await self.sockets.start()

    def loops(self) -> tuple[Awaitable[None], ...]:
        """What has to run beside it."""
        return (self.lanes.run(),)

    async def stop(self) -> None:
        """Hear nothing more; what was acknowledged is in the inbox."""
        if self.sockets is not None:
            await self.sockets.stop()
        self.lanes.stop()

    async def close(self) -> None:
        await self._session.close()


def handler_of(settings: SlackSettings, api: SlackApi, inbox: InboxStore, posts: Posts, clock: Clock) -> Handler:
    """Removals have a limiter of their own, so that no question and no notice is before them."""
    asking = Limiter()
    return Handler(
        inbox=inbox,
        clock=clock,
        own=settings.own,
        directory=Directory(api=api, limiter=asking, clock=clock, team=settings.own.team, token=settings.bot_token),
        files=Files(api=api, limiter=asking, token=settings.bot_token),
        posts=posts,
        remover=Remover(
            api=api,
            limiter=Limiter(),
            powers=Powers(
                bot=settings.bot_token,
                bot_user=settings.own.user,
                authors=settings.authors,
                enforcer=settings.enforcer_token,
                discovery=settings.discovery_token,
            ),
        ),
        domains=settings.domains,
    )
