"""One workspace and its app: who and what is there, and which token is whose."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.fakes.slack.state import (
    Agreement,
    App,
    Channel,
    File,
    Guest,
    Json,
    Kind,
    Message,
    Refused,
    Settings,
    Token,
    TokenKind,
    User,
)
from tests.fakes.slack.timing import SlackTime

TEAM, OTHER_TEAM, DOMAIN = "T00000001", "T00000002", "stats-example"

Publish = Callable[[str, Json, Channel | None], None]


def _nobody(_name: str, _event: Json, _channel: Channel | None) -> None:
    """Until a courier is there, events go nowhere."""


@dataclass(kw_only=True)
class Workspace:
    """private: what Slack showed to one person only (ephemerals and answers to commands), by user id.
    codes: what an OAuth code stands for; renewals: which token a refresh token renews.
    uploads: files that are not in any conversation yet.
    """

    app: App
    time: SlackTime
    url: str = ""
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    usergroups: dict[str, list[str]] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    private: dict[str, list[Json]] = field(default_factory=dict)
    codes: dict[str, Agreement] = field(default_factory=dict)
    renewals: dict[str, Token] = field(default_factory=dict)
    uploads: dict[str, File] = field(default_factory=dict)
    publish: Publish = _nobody
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        app = self.app
        self.users[app.user] = User(id=app.user, name=app.name.lower(), team=TEAM, bot_id=app.bot_id)
        self.users["USLACKBOT"] = User(id="USLACKBOT", name="slackbot", team=TEAM)
        self.token(TokenKind.BOT, app.user, set(app.bot_scopes))

    def new_id(self, letter: str) -> str:
        return f"{letter}{next(self._numbers):08d}"

    def new_user(
        self, name: str, email: str | None = None, *, team: str = TEAM, admin: bool = False, guest: Guest = Guest.NO
    ) -> User:
        user = User(id=self.new_id("U"), name=name, email=email, team=team, is_admin=admin, guest=guest)
        self.users[user.id] = user
        return user

    def new_channel(self, name: str, kind: Kind, members: list[str], shared_with: list[str] | None = None) -> Channel:
        letter = {Kind.PUBLIC: "C", Kind.PRIVATE: "C", Kind.IM: "D", Kind.MPIM: "G"}[kind]
        channel = Channel(
            id=self.new_id(letter),
            name=name,
            kind=kind,
            creator=members[0] if members else "",
            created=int(self.time.wall()),
            members=list(dict.fromkeys(members)),
            shared_with=shared_with or [],
        )
        self.channels[channel.id] = channel
        return channel

    def direct(self, *people: str) -> Channel:
        """The direct conversation of just these people, opened if need be."""
        kind = Kind.IM if len(set(people)) <= 2 else Kind.MPIM
        for channel in self.channels.values():
            if channel.kind is kind and set(channel.members) == set(people):
                return channel
        return self.new_channel("" if kind is Kind.IM else "mpdm-" + "--".join(sorted(people)), kind, list(people))

    def token(self, kind: TokenKind, user: str, scopes: set[str]) -> Token:
        text = f"{kind}-{next(self._numbers):04d}-of-the-fake"
        self.tokens[text] = token = Token(text=text, kind=kind, user=user, scopes=scopes)
        return token

    @property
    def bot_token(self) -> Token:
        return next(one for one in self.tokens.values() if one.kind is TokenKind.BOT)

    def seen_channel(self, id: str, token: Token) -> Channel:
        """Private conversations do not exist for those outside them; Discovery sees all."""
        channel = self.channels.get(id)
        if channel is None or not self.sees(token, channel):
            raise Refused("channel_not_found")
        return channel

    def sees(self, token: Token, channel: Channel) -> bool:
        if token.kind is TokenKind.DISCOVERY or token.user in channel.members:
            return True
        user = self.users[token.user]
        return channel.kind is Kind.PUBLIC and user.guest is Guest.NO and user.team == TEAM

    def seen_message(self, channel: Channel, ts: str) -> Message:
        message = channel.messages.get(ts)
        if message is None:
            raise Refused("message_not_found")
        return message

    def seen_file(self, id: str, token: Token) -> File:
        file = self.files.get(id)
        if file is None:
            raise Refused("file_not_found")
        if file.tombstoned:
            raise Refused("file_deleted")
        where = (self.channels[one] for one in file.channels)
        if file.user != token.user and not any(self.sees(token, channel) for channel in where):
            raise Refused("file_not_found")
        return file

    def user(self, id: str) -> User:
        try:
            return self.users[id]
        except KeyError:
            raise Refused("user_not_found") from None
