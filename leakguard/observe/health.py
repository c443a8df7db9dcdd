"""Whether the relay can do its work now: names of what cannot, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from leakguard.model.errors import StoreUnavailable
from leakguard.observe.metrics import Metrics
from leakguard.service.current import Current
from leakguard.service.ports import Clock, Store

_STORE_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """rounds_at: `Clock.seconds()` of its last turn, 0.0 before the first. late_after: seconds."""

    name: str
    rounds_at: Callable[[], float]
    late_after: float


class Hearing(Protocol):
    """A door that is told of messages, and may miss them. warnings: from a closed list. channels: counts."""

    @property
    def blind_seconds(self) -> float: ...

    @property
    def channels(self) -> Mapping[str, int]: ...

    @property
    def warnings(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """is_refused: whether a changed rulebook was refused. That does not end readiness: the last good one stays.

    slack: its door, whose troubles end no readiness for mail either.
    """

    store: Store
    clock: Clock
    current: Current
    loops: tuple[Loop, ...]
    is_refused: Callable[[], bool]
    slack: Hearing | None = None
    metrics: Metrics

    async def unready(self) -> tuple[str, ...]:
        """Names from a closed list: store, rulebook, clock, and the loops."""
        names = [] if await self._store_answers() else ["store"]
        if not self.current.rulebook.digest:
            names.append("rulebook")
        if not self._is_clock_trusted():
            names.append("clock")
        return (*names, *(each.name for each in self.loops if self._is_late(each)))

    def warnings(self) -> tuple[str, ...]:
        """What somebody should see to, although mail is judged as before."""
        refused = ("rulebook_refused",) if self.is_refused() else ()
        return (*refused, *(self.slack.warnings if self.slack is not None else ()))

    async def measure(self) -> bytes:
        """The metrics as they stand now."""
        held, overdue = None, 0.0
        try:
            async with asyncio.timeout(_STORE_SECONDS):
                held = await self.store.open_copies()
                wake_at = await self.store.next_wake()
            if wake_at is not None:
                overdue = max((self.clock.now() - wake_at).total_seconds(), 0.0)
        except (StoreUnavailable, TimeoutError):
            held = None
        self.metrics.found(held, overdue, {each.name: self._lag(each) for each in self.loops})
        self.metrics.stands(
            self.current.book.digest, is_refused=self.is_refused(), is_clock_trusted=self._is_clock_trusted()
        )
        if self.slack is not None:
            self.metrics.hears("slack", self.slack.blind_seconds, self.slack.channels)
        return self.metrics.text()

    async def _store_answers(self) -> bool:
        try:
            async with asyncio.timeout(_STORE_SECONDS):
                await self.store.version()
        except (StoreUnavailable, TimeoutError):
            return False
        return True

    def _is_clock_trusted(self) -> bool:
        return not getattr(self.clock, "is_suspicious", False)

    def _lag(self, loop: Loop) -> float:
        return max(self.clock.seconds() - loop.rounds_at(), 0.0)

    def _is_late(self, loop: Loop) -> bool:
        return not loop.rounds_at() or self._lag(loop) > loop.late_after
