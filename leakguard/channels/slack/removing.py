"""Takes a post out by the first right that may. Waits its turn by exposure, and never behind a notice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from leakguard.channels.slack.api import ApiRefused, ApiUnavailable, SlackApi
from leakguard.channels.slack.audience import Audience
from leakguard.channels.slack.limiter import Limiter
from leakguard.channels.slack.removal import Answer, By, Powers, Step, Target, answer_to, chain, urgency

_AGAIN_SECONDS = (0.5, 1.0, 2.0)  # for a right that got no answer, before the next one is tried
UNANSWERED = "unavailable"


class _LetStand(Exception):
    """While it waited for its turn its release became public."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """by: whose right it was; None where the message is still there. files: how many went; files_left: how many not.

    codes: what Slack answered to the others. is_public: it was let stand.
    """

    by: By | None = None
    files: int = 0
    files_left: int = 0
    tried: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    is_public: bool = False

    @property
    def is_unanswered(self) -> bool:
        """Slack may be away; it is worth coming back."""
        return UNANSWERED in self.codes and (self.by is None or self.files_left > 0)


@dataclass(slots=True)
class _Account:
    tried: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remover:
    api: SlackApi
    limiter: Limiter
    powers: Powers
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def remove(
        self, target: Target, audience: Audience, seen_at: datetime, must_go: Callable[[], Awaitable[bool]]
    ) -> Outcome:
        """must_go: asked right before each call, since a turn may come after the lift."""
        steps, account = chain(target, self.powers), _Account()
        turn = urgency(audience, seen_at)

        async def gone(method: Callable[[Step], str], **fields: str) -> By | None:
            for step in steps:
                account.tried.append(step.by.value)
                code = await self._call(method(step), step, turn, must_go, fields)
                if answer_to(code) is Answer.REMOVED:
                    return step.by
                account.codes.append(code)
            return None

        by, files = None, 0
        try:
            if target.ts:
                by = await gone(lambda step: step.message_method, channel=target.place.channel, ts=target.ts)
            for file in target.files:
                whose = await gone(lambda step: step.file_method, file=file)
                files += whose is not None
                by = whose if not target.ts else by
        except _LetStand:
            return Outcome(by=by, files=files, files_left=len(target.files) - files, is_public=True)
        return Outcome(
            by=by,
            files=files,
            files_left=len(target.files) - files,
            tried=tuple(dict.fromkeys(account.tried)),
            codes=tuple(dict.fromkeys(account.codes)),
        )

    async def _call(
        self,
        method: str,
        step: Step,
        turn: tuple[Any, ...],
        must_go: Callable[[], Awaitable[bool]],
        fields: dict[str, str],
    ) -> str:
        """Slack's code; "" for success."""

        async def once() -> None:
            if not await must_go():
                raise _LetStand
            await self.api.call(method, step.token, **fields)

        for wait in (*_AGAIN_SECONDS, None):
            try:
                await self.limiter.run(f"{method} {step.by}", turn, once)
                return ""
            except ApiRefused as refused:
                return refused.code
            except ApiUnavailable:
                if wait is not None:
                    await self.sleep(wait)
        return UNANSWERED
