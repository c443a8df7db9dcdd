"""Works the inbox off: what happens to one message in order, everything else at once; what fails comes again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from leakguard.channels.slack.scenes import NotYet
from leakguard.model.errors import StoreUnavailable
from leakguard.model.inbox import InboxItem
from leakguard.service.inbox_ports import InboxStore
from leakguard.service.ports import Clock

log = structlog.get_logger("leakguard.slack")

AT_ONCE = 256  # many of them wait for their turn to remove something
POLL_SECONDS = 0.25
AGAIN_SECONDS = (1, 2, 5, 15, 60)
LOUD_AFTER = 3
KEPT = timedelta(days=7)  # ids and digests of what is done: Slack tells an event again for some minutes
SWEEP_SECONDS = 3600.0


@dataclass(slots=True, kw_only=True)
class Lanes:
    """poked: something new is in the inbox. is_stopping: nothing new is begun. rounds_at: when the loop last turned."""

    inbox: InboxStore
    clock: Clock
    handle: Callable[[InboxItem], Awaitable[None]]
    poked: asyncio.Event = field(default_factory=asyncio.Event)
    is_stopping: bool = False
    rounds_at: float = 0.0
    _busy: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _swept_at: float = float("-inf")

    async def run(self) -> None:
        """Until stopped or cancelled. What is left undone is in the inbox."""
        try:
            while not self.is_stopping:
                try:
                    await self._begin()
                    await self._sweep()
                except StoreUnavailable as problem:
                    log.error("slack.store_unavailable", problem=type(problem).__name__, alarm=True)
                except Exception as problem:  # noqa: BLE001 - the loop must outlive any one event
                    log.error("slack.crashed", problem=type(problem).__name__, alarm=True)
                self.rounds_at = self.clock.seconds()
                await self._rest()
        finally:
            left = tuple(self._busy.values())
            if not self.is_stopping:
                for each in left:
                    each.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    def stop(self) -> None:
        """Let `run` end once what was begun is done."""
        self.is_stopping = True
        self.poked.set()

    async def round(self) -> None:
        """Everything that may be done now, to its end; for whoever runs it by hand."""
        while await self._begin() or self._busy:
            await asyncio.gather(*self._busy.values(), return_exceptions=True)
            await asyncio.sleep(0)

    async def _begin(self) -> int:
        free = AT_ONCE - len(self._busy)
        if free <= 0:
            return 0
        found = await self.inbox.turns(self.clock.now(), free, tuple(self._busy))
        for item in found:
            task = asyncio.create_task(self._one(item))
            self._busy[item.lane] = task
            task.add_done_callback(lambda _, lane=item.lane: self._free(lane))  # type: ignore[misc]
        return len(found)

    def _free(self, lane: str) -> None:
        self._busy.pop(lane, None)
        self.poked.set()

    async def _one(self, item: InboxItem) -> None:
        try:
            await self.handle(item)
            return
        except NotYet:
            kind = "not_yet"
        except StoreUnavailable:
            log.error("slack.store_unavailable", message=item.event_id, alarm=True)
            await asyncio.sleep(POLL_SECONDS)
            return  # it cannot be written down that it comes later; it is still there
        except Exception as problem:  # noqa: BLE001 - one event that cannot be handled must not hold up the others
            kind = type(problem).__name__
        loud = item.attempts >= LOUD_AFTER
        log.warning("slack.later", message=item.event_id, kind=kind, attempts=item.attempts + 1, alarm=loud)
        wait = AGAIN_SECONDS[min(item.attempts, len(AGAIN_SECONDS) - 1)]
        with contextlib.suppress(StoreUnavailable):
            await self.inbox.later(item, self.clock.now() + timedelta(seconds=wait))

    async def _sweep(self) -> None:
        if self.clock.seconds() - self._swept_at >= SWEEP_SECONDS:
            self._swept_at = self.clock.seconds()
            await self.inbox.sweep(self.clock.now() - KEPT)

    async def _rest(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(POLL_SECONDS):
                await self.poked.wait()
        self.poked.clear()
