"""One call of the Web API: whose token, which arguments, on which workspace."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.slack.state import Channel, Json, Message, Refused, Token, TokenKind
from tests.fakes.slack.surfaces import Surfaces
from tests.fakes.slack.workspace import Workspace


@dataclass(kw_only=True)
class Call:
    method: str
    token: Token
    arguments: Json = field(repr=False)
    workspace: Workspace
    surfaces: Surfaces

    def text(self, name: str) -> str:
        value = self.arguments.get(name)
        return "" if value is None else str(value)

    def needed(self, name: str, otherwise: str = "invalid_arguments") -> str:
        value = self.text(name)
        if not value:
            raise Refused(otherwise)
        return value

    def json(self, name: str) -> Any:
        """Forms carry lists and objects as JSON in a field."""
        value = self.arguments.get(name)
        return json.loads(value) if isinstance(value, str) and value else value

    def yes(self, name: str) -> bool:
        return self.text(name).lower() in {"true", "1"}

    def scope(self, *any_of: str) -> None:
        if not self.token.scopes.intersection(any_of):
            provided = ",".join(sorted(self.token.scopes))
            raise Refused("missing_scope", needed=any_of[0], provided=provided)

    def channel(self) -> Channel:
        return self.workspace.seen_channel(self.needed("channel", "channel_not_found"), self.token)

    def inside(self, *scopes: str) -> Channel:
        """A conversation that the caller must be in, and hold one of these scopes for its kind."""
        channel = self.channel()
        self.scope(*(f"{channel.kind.scope}:{one}" for one in scopes))
        if self.token.user not in channel.members and self.token.kind is TokenKind.BOT:
            raise Refused("not_in_channel")
        return channel

    def page(self, items: list[Any], most: int) -> tuple[list[Any], str]:
        """(this page, the cursor of the next)"""
        size = min(int(self.text("limit") or most), most)
        cursor = self.text("cursor")
        if cursor and not cursor.isdigit():
            raise Refused("invalid_cursor")
        start = int(cursor or 0)
        more = start + size < len(items)
        return items[start : start + size], str(start + size) if more else ""

    def page_of_messages(self, messages: list[Message], most: int, *, newest_first: bool) -> tuple[list[Message], str]:
        """Its cursor names a message, as Slack's `next_ts:` does: what is removed between two pages moves nothing."""
        size = min(int(self.text("limit") or most), most)
        cursor = self.text("cursor")
        if cursor:
            messages = [each for each in messages if each.ts == cursor or (each.ts < cursor) == newest_first]
        return messages[:size], messages[size].ts if size < len(messages) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """a_minute: its tier. scopes: any of them will do; none: any token of these kinds. open: no token at all."""

    answer: Callable[[Call], Json]
    a_minute: int
    scopes: tuple[str, ...] = ()
    kinds: tuple[TokenKind, ...] = (TokenKind.BOT, TokenKind.USER)
    open: bool = False
