"""One thing that somebody did on a screen, and the ways to answer it; whatever goes wrong, they are told, and we are.

Rule of this file: who is told that something failed is told a sentence of ours; the log has the kind of the failure.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog

from leakguard.channels.slack.screens.calls import Calls

log = structlog.get_logger("leakguard.slack")

TEXT = "text"  # the block that every form of ours has
SORRY = (
    "LeakGuard could not do that just now. Nothing was posted or sent. Please try again; if it goes on, tell the "
    "people who look after LeakGuard."
)


@dataclass(slots=True, kw_only=True)
class Turn:
    """body: as Slack sent it. ack, respond: bolt's."""

    body: Mapping[str, Any] = field(repr=False)
    ack: Any = field(repr=False)
    respond: Any = field(repr=False)
    calls: Calls = field(repr=False)

    @property
    def user(self) -> str:
        user = self.body.get("user")
        return str(user.get("id", "")) if isinstance(user, Mapping) else str(self.body.get("user_id", ""))

    @property
    def trigger(self) -> str:
        return str(self.body.get("trigger_id", ""))

    @property
    def view(self) -> Mapping[str, Any]:
        view = self.body.get("view")
        return view if isinstance(view, Mapping) else {}

    @property
    def values(self) -> Mapping[str, Any]:
        """What stands in the fields of a form, by block."""
        state = self.view.get("state")
        values = state.get("values") if isinstance(state, Mapping) else None
        return values if isinstance(values, Mapping) else {}

    @property
    def text(self) -> str:
        """Of a command."""
        return str(self.body.get("text", "")).strip()

    @property
    def channel(self) -> str:
        """Where it was done, if in a channel."""
        channel = self.body.get("channel")
        return str(channel.get("id", "")) if isinstance(channel, Mapping) else str(self.body.get("channel_id", ""))

    async def tell(self, text: str) -> None:
        """Privately: where they are, if Slack gave an address for it, and else in their conversation with the app."""
        if self.ack.response is None and "command" in self.body:
            await self.ack(text)
        elif not await self._responded(text):
            await self.calls.tell(self.user, text)

    async def apologise(self) -> None:
        """A form that was not acknowledged yet stays open, with what they wrote."""
        if self.ack.response is None and self.body.get("type") == "view_submission":
            await self.ack(response_action="errors", errors={TEXT: SORRY})
            return
        if self.ack.response is None and "command" not in self.body:
            await self.ack()
        await self.tell(SORRY)

    async def _responded(self, text: str) -> bool:
        if not self.body.get("response_url"):
            return False
        try:
            answer = await self.respond(text=text, response_type="ephemeral", replace_original=False)
        except Exception as problem:  # noqa: BLE001 - whatever a client of the SDK meets: there is another way
            log.warning("slack.not_answered", problem=type(problem).__name__)
            return False
        return bool(answer.status_code == 200)


def chosen(values: Mapping[str, Any], block: str) -> Mapping[str, Any]:
    """What the one element of this block says."""
    elements = values.get(block)
    found = next(iter(elements.values()), None) if isinstance(elements, Mapping) else None
    return found if isinstance(found, Mapping) else {}


Listener = Callable[[Turn], Awaitable[None]]


async def only_acknowledged(turn: Turn) -> None:
    """Of a button that is a link: Slack tells of it anyway."""
    await turn.ack()


def guarded(kind: str, listener: Listener, calls: Calls) -> Callable[..., Awaitable[None]]:
    """For bolt, which finds what it gives by the names of the arguments. Never raises. kind: names it in the log."""

    async def listen(ack: Any, body: Mapping[str, Any], respond: Any) -> None:
        turn = Turn(body=body, ack=ack, respond=respond, calls=calls)
        try:
            await listener(turn)
        except Exception as problem:  # noqa: BLE001 - the door boundary
            log.error("slack.screen_failed", kind=kind, problem=type(problem).__name__, alarm=True)
            with contextlib.suppress(Exception):
                await turn.apologise()
        if ack.response is None:
            await ack()

    return listen
