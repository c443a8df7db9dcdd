"""Slack's time: waits shortened by a scale, and message stamps that never repeat."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(kw_only=True)
class SlackTime:
    """scale: Slack's seconds in one of ours. wall: stamps messages. patience: our seconds until an ack is late."""

    scale: float = 1.0
    wall: Callable[[], float] = time.time
    patience: float = 3.0
    _used: set[int] = field(default_factory=set)

    def passed(self) -> float:
        """Slack's seconds since some moment."""
        return time.monotonic() * self.scale

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self.scale)

    def told(self, seconds: float) -> int:
        """What a client, who lives in our time, is told to wait: whole seconds, at least one."""
        return max(1, math.ceil(seconds / self.scale))

    def stamp(self) -> str:
        moment = int(self.wall() * 1_000_000)
        while moment in self._used:
            moment += 1
        self._used.add(moment)
        return f"{moment // 1_000_000}.{moment % 1_000_000:06d}"
