"""The time that decisions may trust. When the wall clock jumps, LeakGuard believes the earlier of two clocks.

Never early is the first promise, and the host's clock is a security control: a step forward must not lift anything.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog

log = structlog.get_logger("leakguard.clock")

JUMP = timedelta(seconds=1)  # NTP slews smaller errors away without a step
_SINCE_BOOT = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # counts while the machine sleeps, too


class GuardedClock:
    """Wall time, but never further than the steady clock has counted since start or since `trust`."""

    def __init__(
        self,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        steady: Callable[[], float] = lambda: time.clock_gettime(_SINCE_BOOT),
    ) -> None:
        self._read_wall, self.seconds = wall, steady
        self._suspicious = False
        self.trust()

    def now(self) -> datetime:
        """Aware, UTC. After a jump forward this goes on from before the jump, until somebody trusts the clock again."""
        wall, steady = self._read_wall(), self._wall + timedelta(seconds=self.seconds() - self._steady)
        self._watch(wall - steady)
        return min(wall, steady) if self._suspicious else wall

    @property
    def is_suspicious(self) -> bool:
        return self._suspicious

    def trust(self) -> None:
        """Believe the wall clock from here on: at start, and when an operator says so (reload)."""
        self._wall, self._steady = self._read_wall(), self.seconds()
        if self._suspicious:
            log.info("clock.trusted_again")
        self._suspicious = False

    def _watch(self, drift: timedelta) -> None:
        if not self._suspicious and abs(drift) > JUMP:
            self._suspicious = True
            log.error("clock.jumped", seconds=round(drift.total_seconds(), 3), alarm=True)


class SetClock:
    """A clock that stands where it is set; for tests, rehearsals and simulations."""

    def __init__(self, at: str | datetime) -> None:
        self._now = _instant(at)
        self._seconds = 0.0

    def now(self) -> datetime:
        return self._now

    def seconds(self) -> float:
        return self._seconds

    def set(self, at: str | datetime) -> None:
        later = _instant(at)
        self._seconds += max((later - self._now).total_seconds(), 0.0)
        self._now = later


def _instant(at: str | datetime) -> datetime:
    time = datetime.fromisoformat(at) if isinstance(at, str) else at
    assert time.tzinfo is not None, "times know their zone"
    return time
