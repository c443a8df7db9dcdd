"""Proof of life: a post of our own goes out and must come back the whole way, through Slack, the inbox and the lanes.

Whatever is broken, it does not come back; what is broken need not be known for that.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from leakguard.channels.slack.api import ApiLimited, ApiRefused, ApiUnavailable, SlackApi
from leakguard.channels.slack.events import Ours
from leakguard.service.ports import Clock

log = structlog.get_logger("leakguard.slack")

WORDS = "LeakGuard proof of life"
_AWAITED = timedelta(hours=1)  # what has not come back until then is not waited for
_AT_ONCE = 10  # leftovers deleted in one beat: removals need the same limit of Slack's


@dataclass(slots=True, kw_only=True)
class Alive:
    """channel: private, ours. code: what Slack answered to the last post, or "".

    proven_at, proven_until: when the newest post that came back had set out; at the start, the start and None.
    """

    api: SlackApi
    clock: Clock
    token: str = field(repr=False)
    channel: str
    own_user: str
    new_nonce: Callable[[], str] = lambda: secrets.token_hex(16)
    code: str = ""
    proven_at: float = 0.0
    proven_until: datetime | None = None
    _awaited: dict[str, tuple[float, datetime]] = field(default_factory=dict, repr=False)
    _left: list[str] = field(default_factory=list)
    _has_swept: bool = False

    def __post_init__(self) -> None:
        self.proven_at = self.clock.seconds()

    @property
    def blind_seconds(self) -> float:
        """Since when nothing has proved that we hear."""
        return max(self.clock.seconds() - self.proven_at, 0.0)

    def heard(self, ours: Ours) -> None:
        """Some post of our own came back; one that is awaited proves that we heard when it set out."""
        words, _, nonce = ours.text.rpartition(" ")
        sent = self._awaited.pop(nonce, None) if (ours.channel, words) == (self.channel, WORDS) else None
        if sent is not None and sent[0] >= self.proven_at:
            self.proven_at, self.proven_until = sent

    async def beat(self) -> None:
        """Take away what was posted before, and post anew. Never raises for what Slack answers."""
        await self._tidy()
        nonce = self.new_nonce()
        now = self.clock.now()
        self._awaited = {each: sent for each, sent in self._awaited.items() if now - sent[1] < _AWAITED}
        self._awaited[nonce] = (self.clock.seconds(), now)  # before it is posted: it may be back before the answer
        try:
            answer = await self._call("chat.postMessage", text=f"{WORDS} {nonce}")
        except ApiRefused as refused:
            self.code = refused.code
        except (ApiLimited, ApiUnavailable):
            self.code = ""
            self._has_swept = False  # it may stand there, under a name that we were not told
        else:
            self.code = ""
            self._left.append(str(answer.get("ts", "")))

    async def _tidy(self) -> None:
        """Of what cannot be taken away now, the next beat takes care."""
        with contextlib.suppress(ApiRefused, ApiLimited, ApiUnavailable):
            if not self._has_swept:
                self._left = await self._leftovers()
                self._has_swept = True
            for ts in self._left[:_AT_ONCE]:
                await self._delete(ts)
                self._left.remove(ts)

    async def _delete(self, ts: str) -> None:
        try:
            await self._call("chat.delete", ts=ts)
        except ApiRefused as refused:
            self._has_swept = refused.code == "message_not_found"  # else it is looked for and tried again

    async def _leftovers(self) -> list[str]:
        """Also of a process before this one."""
        told = (await self._call("conversations.history", limit="100")).get("messages") or ()
        return [str(each.get("ts", "")) for each in told if self._is_ours(each)]

    def _is_ours(self, message: Mapping[str, Any]) -> bool:
        return message.get("user") == self.own_user and str(message.get("text", "")).startswith(WORDS)

    async def _call(self, method: str, **fields: str) -> Mapping[str, Any]:
        return await self.api.call(method, self.token, channel=self.channel, **fields)
