"""A door that Slack does not let in is as blind as one that hears nothing: told when it lasts, and when it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from leakguard.channels.slack.alarms import NOT_OPEN, Alarms
from leakguard.model.errors import StoreUnavailable
from leakguard.service.ports import Clock

log = structlog.get_logger("leakguard.slack")

_AGAIN_SECONDS = 5.0


@dataclass(slots=True, kw_only=True)
class Shut:
    """since: by `Clock.seconds()`. blind_after: seconds."""

    alarms: Alarms
    clock: Clock
    since: float
    blind_after: float
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _is_told: bool = False

    async def watch(self) -> None:
        """Cancelled when the door opens."""
        await self.sleep(self.blind_after)
        await self._surely(lambda: self.alarms.record_blind(NOT_OPEN))
        self._is_told = True

    async def ended(self) -> None:
        if self._is_told:
            self._is_told = False
            await self._surely(lambda: self.alarms.record_sight(NOT_OPEN, self.clock.seconds() - self.since))

    async def _surely(self, tell: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await tell()
                return
            except StoreUnavailable as problem:
                log.error("slack.store_unavailable", problem=type(problem).__name__, alarm=True)
            await self.sleep(_AGAIN_SECONDS)
