"""Calls of one method wait for their turn, the most urgent first; and all of them for Slack, when it says so."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from leakguard.channels.slack.api import ApiLimited

T = TypeVar("T")
AT_ONCE = 8


class Limiter:
    """sleep: asyncio's, or a test's."""

    def __init__(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep, at_once: int = AT_ONCE) -> None:
        self._sleep, self._at_once = sleep, at_once
        self._queues: dict[str, _Queue] = {}

    async def run(self, key: str, urgency: tuple[Any, ...], work: Callable[[], Awaitable[T]]) -> T:
        """key: what Slack counts together. urgency: smallest first. Until `work` is not limited any more."""
        queue = self._queues.setdefault(key, _Queue(self._at_once))
        await queue.turn(urgency)
        try:
            while True:
                await queue.open.wait()
                try:
                    return await work()
                except ApiLimited as limited:
                    await self._wait(queue, limited.seconds)
        finally:
            queue.leave()

    async def _wait(self, queue: _Queue, seconds: float) -> None:
        queue.open.clear()
        try:
            await self._sleep(seconds)
        finally:
            queue.open.set()


class _Queue:
    def __init__(self, free: int) -> None:
        self.open = asyncio.Event()
        self.open.set()
        self._free = free
        self._numbers = itertools.count()
        self._waiting: list[tuple[tuple[Any, ...], int, asyncio.Future[None]]] = []

    async def turn(self, urgency: tuple[Any, ...]) -> None:
        if self._free and not self._waiting:
            self._free -= 1
            return
        mine = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (urgency, next(self._numbers), mine))
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self.leave()  # the turn had just been given
            raise

    def leave(self) -> None:
        while self._waiting:
            _, _, following = heapq.heappop(self._waiting)
            if not following.done():
                following.set_result(None)
                return
        self._free += 1
