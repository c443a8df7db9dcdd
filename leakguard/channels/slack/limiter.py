"""Calls of one method wait for their turn, the most urgent first; and all of them for Slack, when it says so."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from leakguard.channels.slack.api import ApiLimited

T = TypeVar("T")
_Place = tuple[tuple[Any, ...], int]
AT_ONCE = 8


class Limiter:
    """sleep: asyncio's, or a test's."""

    def __init__(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep, at_once: int = AT_ONCE) -> None:
        self._sleep, self._at_once = sleep, at_once
        self._queues: dict[str, _Queue] = {}

    async def run(self, key: str, urgency: tuple[Any, ...], work: Callable[[], Awaitable[T]]) -> T:
        """key: what Slack counts together. urgency: smallest first. Until `work` is not limited any more."""
        queue = self._queues.setdefault(key, _Queue(self._at_once))
        place, opens = queue.place(urgency), False
        while True:
            await queue.turn(place, opens)
            try:
                return await work()
            except ApiLimited as limited:
                opens, seconds = queue.shut(), limited.seconds
            finally:
                queue.leave()
            if opens:
                await self._wait(queue, seconds)

    async def _wait(self, queue: _Queue, seconds: float) -> None:
        """Whoever was told first waits for all, and then opens as it takes its place in line."""
        try:
            await self._sleep(seconds)
        except BaseException:
            queue.open()
            raise


class _Queue:
    """Whoever was limited stands in line again, in their old place: others may be more urgent by then."""

    def __init__(self, free: int) -> None:
        self._is_open = True
        self._free = free
        self._numbers = itertools.count()
        self._waiting: list[tuple[_Place, asyncio.Future[None]]] = []

    def place(self, urgency: tuple[Any, ...]) -> _Place:
        return urgency, next(self._numbers)

    async def turn(self, place: _Place, opens: bool) -> None:
        mine = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (place, mine))
        self._is_open = self._is_open or opens
        self._call()
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self.leave()  # the turn had just been given
            raise

    def leave(self) -> None:
        self._free += 1
        self._call()

    def shut(self) -> bool:
        """No turns are given from now on. Whether they were until now."""
        was_open, self._is_open = self._is_open, False
        return was_open

    def open(self) -> None:
        self._is_open = True
        self._call()

    def _call(self) -> None:
        while self._is_open and self._free and self._waiting:
            _, following = heapq.heappop(self._waiting)
            if not following.done():
                self._free -= 1
                following.set_result(None)
