"""What goes wrong once, by method: a status, a Slack error, a dropped connection, a slow answer."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """after: Slack did what was asked, and only the answer suffers. seconds: ours, not Slack's."""

    status: int = 0
    error: str = ""
    retry_after: int = 0
    drop: bool = False
    seconds: float = 0.0
    after: bool = False


@dataclass
class Faults:
    """latency: seconds every answer takes."""

    latency: float = 0.0
    _queues: defaultdict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))

    def once(self, method: str, fault: Fault, times: int = 1) -> None:
        """The next calls of this method, and no later ones. `files` is the file host."""
        self._queues[method].extend([fault] * times)

    def take(self, method: str) -> Fault | None:
        queue = self._queues[method]
        return queue.popleft() if queue else None

    def has(self, method: str) -> bool:
        """Whether one is still to come."""
        return bool(self._queues[method])

    def clear(self) -> None:
        self._queues.clear()


def status(code: int, *, after: bool = False) -> Fault:
    return Fault(status=code, after=after)


def limited(seconds: int) -> Fault:
    return Fault(status=429, error="ratelimited", retry_after=seconds)


def dropped(*, after: bool = False) -> Fault:
    return Fault(drop=True, after=after)


def slow(seconds: float, *, after: bool = False) -> Fault:
    return Fault(seconds=seconds, after=after)


def answer(error: str) -> Fault:
    return Fault(error=error)
