"""How often one person may ask, counted in memory: a restart forgets it, and each process counts for itself."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil

from leakguard.model.errors import TooManyTries

_MOST_KNOWN = 10_000


@dataclass(slots=True, kw_only=True)
class Pace:
    """At most so many in so many seconds. clock: a monotonic count of seconds."""

    clock: Callable[[], float]
    most: int = 30
    within: float = 60.0
    _times: dict[str, deque[float]] = field(default_factory=dict)

    def count(self, who: str) -> None:
        """Raises TooManyTries; then it was not counted."""
        now = self.clock()
        times = self._times.pop(who, None) or deque()
        self._times[who] = times  # the one who asked last stands last
        while times and times[0] <= now - self.within:
            times.popleft()
        if len(times) >= self.most:
            raise TooManyTries(ceil(times[0] + self.within - now))
        times.append(now)
        if len(self._times) > _MOST_KNOWN:  # senders can be invented
            del self._times[next(iter(self._times))]
