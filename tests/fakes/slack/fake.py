"""The whole fake: one workspace, one app, its addresses, and what a test may do to them."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlencode, urlsplit

import aiohttp

from tests.fakes.slack import acts
from tests.fakes.slack.api.call import Call, Method
from tests.fakes.slack.api.desk import Desk
from tests.fakes.slack.api.methods import CONNECTIONS
from tests.fakes.slack.api.others import revoke
from tests.fakes.slack.courier import Courier, Policy
from tests.fakes.slack.faults import Faults
from tests.fakes.slack.hands import Hands
from tests.fakes.slack.limits import Limits
from tests.fakes.slack.manifest import app_of, usual
from tests.fakes.slack.person import Person
from tests.fakes.slack.server import Server
from tests.fakes.slack.sockets import SocketTransport
from tests.fakes.slack.state import Agreement, Channel, Guest, Json, Kind, Message, Token, TokenKind
from tests.fakes.slack.surfaces import Surfaces
from tests.fakes.slack.timing import SlackTime
from tests.fakes.slack.transport import HttpTransport
from tests.fakes.slack.workspace import OTHER_TEAM, TEAM, Workspace


class FakeSlack:
    """`async with FakeSlack() as slack`. Everything below is public, for tests that need more."""

    def __init__(self, *, time: SlackTime | None = None, policy: Policy | None = None, manifest: Json | None = None):
        self.time = time or SlackTime()
        self.app = app_of(manifest or usual())
        self.workspace = Workspace(app=self.app, time=self.time)
        self.surfaces = Surfaces(app=self.app, time=self.time)
        self.limits = Limits(time=self.time)
        self.faults = Faults()
        self.courier = Courier(workspace=self.workspace, policy=policy or Policy())
        self.sockets = SocketTransport(app_id=self.app.id, patience=self.time.patience)
        self.desk = Desk(workspace=self.workspace, surfaces=self.surfaces, limits=self.limits)
        self.desk.more["apps.connections.open"] = Method(
            answer=self._open_connection, a_minute=CONNECTIONS, scopes=("connections:write",), kinds=(TokenKind.APP,)
        )
        self.hands = Hands(workspace=self.workspace, surfaces=self.surfaces, courier=self.courier)
        self.workspace.publish = self.courier.publish
        self.app_token = self.workspace.token(TokenKind.APP, self.app.user, {"connections:write"})
        self._server = Server(desk=self.desk, faults=self.faults, sockets=self.sockets)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self.workspace.url = self.sockets.url = await self._server.start()
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None):
        await self.courier.close()
        assert self._session is not None
        await self._session.close()
        await self._server.stop()

    @property
    def api_url(self) -> str:
        """The `base_url` of a client."""
        return f"{self.workspace.url}/api/"

    @property
    def bot_token(self) -> Token:
        return self.workspace.bot_token

    def deliver_to(self, url: str) -> HttpTransport:
        """Events come as signed HTTP requests."""
        assert self._session is not None
        secret, patience = self.app.signing_secret, self.time.patience
        transport = HttpTransport(url=url, secret=secret, patience=patience, session=self._session)
        self.courier.transport = transport
        return transport

    def use_sockets(self) -> SocketTransport:
        self.courier.transport = self.sockets
        return self.sockets

    def person(self, name: str, email: str | None = None, *, admin: bool = False, guest: Guest = Guest.NO) -> Person:
        """email: made from the name, unless given."""
        user = self.workspace.new_user(name, email or f"{name}@stats.example", admin=admin, guest=guest)
        return Person(user=user, workspace=self.workspace, hands=self.hands)

    def outsider(self, name: str, email: str) -> Person:
        """Somebody of the other organisation in Slack Connect."""
        user = self.workspace.new_user(name, email, team=OTHER_TEAM)
        return Person(user=user, workspace=self.workspace, hands=self.hands)

    def channel(self, name: str, *people: Person, kind: Kind = Kind.PUBLIC, with_app: bool = True) -> Channel:
        """Shared with the other organisation when one of theirs is in it."""
        shared = [OTHER_TEAM] if any(one.user.team == OTHER_TEAM for one in people) else []
        members = [one.id for one in people] + ([self.app.user] if with_app else [])
        return self.workspace.new_channel(name, kind, members, shared)

    def usergroup(self, people: Iterable[Person]) -> str:
        id = self.workspace.new_id("S")
        self.workspace.usergroups[id] = [one.id for one in people]
        return id

    def consent(self, person: Person, scopes: Iterable[str] | None = None) -> Token:
        """The token by which the app acts as this person: an admin's is the enforcer's."""
        granted = set(self.app.user_scopes if scopes is None else scopes)
        return self.workspace.token(TokenKind.USER, person.id, granted)

    def oauth_code(self, person: Person) -> str:
        """What the browser of somebody who agreed brings to the redirect address."""
        code = self.workspace.new_id("code-")
        self.workspace.codes[code] = Agreement(user=person.id, scopes=set(self.app.user_scopes))
        return code

    def agree(self, person: Person, address: str, *, to_less: Iterable[str] | None = None) -> str:
        """Where this person's browser is sent, when they agree at the address at which we ask them to.

        to_less: what they are granted instead of all that is asked for.
        """
        asked = self._asked(address)
        scopes = set(asked["user_scope"].split(",")) if to_less is None else set(to_less)
        code = self.workspace.new_id("code-")
        self.workspace.codes[code] = Agreement(user=person.id, scopes=scopes, back=asked["redirect_uri"])
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def decline(self, address: str) -> str:
        asked = self._asked(address)
        return f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': asked['state']})}"

    def _asked(self, address: str) -> dict[str, str]:
        """Slack shows its page only when the app may ask for that, and be answered there."""
        parts = urlsplit(address)
        asked = dict(parse_qsl(parts.query))
        assert address.startswith(f"{self.workspace.url}/oauth/v2/authorize?"), "it is another address"
        assert asked["client_id"] == self.app.client_id, "invalid_client_id"
        assert asked["redirect_uri"] in self.app.redirects, "bad_redirect_uri"
        assert set(asked["user_scope"].split(",")) <= self.app.user_scopes, "invalid_scope"
        return asked

    def discovery_token(self) -> Token:
        return self.workspace.token(TokenKind.DISCOVERY, self.app.user, {"discovery:read", "discovery:write"})

    async def webhook(self, channel: Channel, text: str, **more: object) -> Message:
        """Posted by no user: another app's incoming webhook."""
        fields = {"subtype": "bot_message", "bot_id": "B0000000W", "username": "Feed", **more}
        return acts.post(self.workspace, channel, None, text, **fields)

    async def unfurl(self, message: Message, attachment: Json) -> None:
        """Slack itself adds what a link leads to: an edit by nobody."""
        acts.change(self.workspace, message, "", attachments=[*message.attachments, attachment])

    def revoke(self, token: Token) -> None:
        revoke(self.workspace, token)

    def uninstall(self) -> None:
        """Every token of the app is dead; one last event says so."""
        self.workspace.publish("app_uninstalled", {"type": "app_uninstalled"}, None)
        self.app.installed = False
        for token in self.workspace.tokens.values():
            token.refused = "account_inactive"

    def user_changed(self, person: Person, *, joined: bool = False) -> None:
        """Said after a test has changed `person.user`, or made them. joined: a new colleague."""
        shape = self.desk.answer("users.info", self.bot_token.text, {"user": person.id}).body.get("user")
        name, more = ("team_join", {}) if joined else ("user_change", {"cache_ts": 0})
        self.workspace.publish(name, {"type": name, "user": shape, **more}, None)

    def group_changed(self, usergroup: str, people: Iterable[Person]) -> None:
        before, after = self.workspace.usergroups[usergroup], [one.id for one in people]
        self.workspace.usergroups[usergroup] = after
        added, gone = [one for one in after if one not in before], [one for one in before if one not in after]
        event = {"type": "subteam_members_changed", "subteam_id": usergroup, "team_id": TEAM}
        event |= {"date_previous_update": 0, "date_update": int(self.time.wall()), "event_ts": self.time.stamp()}
        event |= {"added_users": added, "added_users_count": len(added)}
        event |= {"removed_users": gone, "removed_users_count": len(gone)}
        self.workspace.publish("subteam_members_changed", event, None)

    async def quiet(self) -> None:
        """Until every event is taken or given up."""
        await self.courier.quiet()

    def calls(self, method: str) -> list[Json]:
        """The arguments of each call of this method that Slack obeyed."""
        return [one.arguments for one in self.desk.called if one.method == method and one.answer == "ok"]

    def _open_connection(self, call: Call) -> Json:
        return {"url": self.sockets.ticket()}
