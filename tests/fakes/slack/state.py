"""What a Slack workspace holds: people, conversations, messages, files, tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Json = dict[str, Any]


class Refused(Exception):
    """Slack says {"ok": false, "error": ...} with status 200, or 429 with `retry_after`."""

    def __init__(self, error: str, *, retry_after: int = 0, **more: Any) -> None:
        super().__init__(error)
        self.error, self.retry_after, self.more = error, retry_after, more


class Kind(StrEnum):
    """Values: the `channel_type` of message events, except that a private channel's is `group`."""

    PUBLIC = "channel"
    PRIVATE = "group"
    IM = "im"
    MPIM = "mpim"

    @property
    def scope(self) -> str:
        """`channels` in `channels:read`, and in the subscription `message.channels`."""
        return {Kind.PUBLIC: "channels", Kind.PRIVATE: "groups"}.get(self, self.value)


class Guest(StrEnum):
    NO = "no"
    MULTI_CHANNEL = "restricted"
    SINGLE_CHANNEL = "ultra_restricted"


class TokenKind(StrEnum):
    BOT = "xoxb"
    USER = "xoxp"
    APP = "xapp"
    DISCOVERY = "discovery"


@dataclass(kw_only=True)
class Token:
    """refused: the error every call with it gets, such as token_revoked. expires: `passed()` from when on it has."""

    text: str
    kind: TokenKind
    user: str
    scopes: set[str]
    refused: str = ""
    expires: float = float("inf")


@dataclass(kw_only=True)
class Agreement:
    """What a code of OAuth stands for, once. back: where its browser was sent; "" where a test made the code."""

    user: str
    scopes: set[str]
    back: str = ""


@dataclass(kw_only=True)
class User:
    """team: another workspace's for a person of Slack Connect. bot_id: for bots only."""

    id: str
    name: str
    team: str
    email: str | None = None
    bot_id: str = ""
    is_admin: bool = False
    guest: Guest = Guest.NO
    deleted: bool = False
    zone: str = "Europe/London"


@dataclass(kw_only=True)
class File:
    """ready_after: `passed()` from when on its bytes are served. late: events say only `check_file_info`.

    mode: `quip` for canvases, whose content is HTML; `list` for lists, which have rows instead. fields of a row: what
    `slackLists.items.list` tells of each of its cells.
    """

    id: str
    name: str
    title: str
    mimetype: str
    user: str
    created: int
    content: bytes = field(repr=False)
    channels: list[str] = field(default_factory=list)
    mode: str = "hosted"
    rows: list[list[Json]] = field(default_factory=list, repr=False)
    changed: int = 0
    ready_after: float = 0.0
    late: bool = False
    public_url: bool = False
    tombstoned: bool = False


@dataclass(kw_only=True)
class Message:
    """user: none for webhooks and old bots. more: icons, metadata, topic and whatever else a subtype has."""

    ts: str
    channel: str
    user: str | None
    team: str
    text: str = field(repr=False)
    subtype: str = ""
    blocks: list[Json] = field(default_factory=list, repr=False)
    attachments: list[Json] = field(default_factory=list, repr=False)
    files: list[File] = field(default_factory=list)
    thread_ts: str = ""
    bot_id: str = ""
    username: str = ""
    edited: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    tombstoned: bool = False
    more: Json = field(default_factory=dict, repr=False)


@dataclass(kw_only=True)
class Channel:
    """shared_with: the other workspaces of a Slack Connect channel."""

    id: str
    name: str
    kind: Kind
    creator: str
    created: int
    members: list[str] = field(default_factory=list)
    topic: str = ""
    purpose: str = ""
    shared_with: list[str] = field(default_factory=list)
    archived: bool = False
    messages: dict[str, Message] = field(default_factory=dict)

    def replies(self, ts: str) -> list[Message]:
        return [one for one in self.messages.values() if one.thread_ts == ts and one.ts != ts]


@dataclass(kw_only=True)
class App:
    """The one installed app: what its manifest asked for, and what an installation gives it. rotates: tokens expire."""

    id: str
    name: str
    user: str
    bot_id: str
    signing_secret: str
    bot_scopes: frozenset[str]
    user_scopes: frozenset[str]
    bot_events: frozenset[str]
    user_events: frozenset[str]
    redirects: frozenset[str] = frozenset()
    rotates: bool = False
    client_id: str = "1234.5678"
    client_secret: str = "client-secret-of-the-fake"
    installed: bool = True


@dataclass(kw_only=True)
class Settings:
    """What a workspace's administrators may set. edit_minutes: none means without end."""

    only_admins_delete: bool = False
    edit_minutes: int | None = None
