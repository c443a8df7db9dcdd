"""What the screens ask of Slack. A limiter of their own: they wait for nobody's removal, and no removal for them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from leakguard.channels.slack.api import ApiRefused, SlackApi
from leakguard.channels.slack.limiter import Limiter
from leakguard.channels.slack.screens.blocks import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """Every method raises ApiRefused, ApiUnavailable."""

    api: SlackApi
    token: str = field(repr=False)
    limiter: Limiter = field(default_factory=Limiter)

    async def open(self, trigger: str, view: Block) -> None:
        await self._call("views.open", trigger_id=trigger, view=json.dumps(view))

    async def update(self, view_id: str, view: Block, hash_: str = "") -> str:
        """The hash that the view has then. hash_: it is only changed if it still has this one.

        "" where it has another by now, or is closed.
        """
        named = {"hash": hash_} if hash_ else {}
        try:
            answer = await self._call("views.update", view_id=view_id, view=json.dumps(view), **named)
        except ApiRefused as refused:
            if refused.code in ("hash_conflict", "not_found", "view_not_found"):
                return ""
            raise
        changed = answer.get("view")
        return str(changed.get("hash", "")) if isinstance(changed, Mapping) else ""

    async def publish(self, user: str, made: Callable[[], Awaitable[Block]]) -> None:
        """made: when its turn has come, so that what waited for Slack is not old."""

        async def published() -> None:
            view = json.dumps(await made())
            await self.api.call("views.publish", self.token, user_id=user, view=view)

        await self.limiter.run("views.publish", (), published)

    async def tell(self, user: str, text: str) -> None:
        """In their conversation with the app, which nobody else sees."""
        await self._call("chat.postMessage", channel=user, text=text)

    async def post(self, where: str, text: str, blocks: Sequence[Block]) -> tuple[str, str]:
        """Channel and ts of the message that it is. where: a channel, or a person."""
        told = await self._call("chat.postMessage", channel=where, text=text, blocks=json.dumps(blocks))
        return str(told.get("channel", "")), str(told.get("ts", ""))

    async def change(self, channel: str, ts: str, text: str, blocks: Sequence[Block]) -> None:
        """A message of ours, in its place."""
        await self._call("chat.update", channel=channel, ts=ts, text=text, blocks=json.dumps(blocks))

    async def _call(self, method: str, **fields: str) -> Mapping[str, Any]:
        return await self.limiter.run(method, (), lambda: self.api.call(method, self.token, **fields))
