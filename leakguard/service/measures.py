"""What the use cases tell whoever counts. Names from closed lists and durations only: no address, no reference."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Protocol

from leakguard.model.content import GapKind
from leakguard.model.message import Channel


class Measures(Protocol):
    """No method may raise or wait: they are called in the middle of a transaction."""

    def inspected(self, seconds: float) -> None:
        """A message was read and searched, waiting for its turn included."""
        ...

    def judged(self, decision: str, channel: Channel, gaps: Iterable[GapKind]) -> None:
        """decision: `Decision.summary`."""
        ...

    def deferred(self, channel: Channel) -> None:
        """A message could not be judged or recorded; the client keeps it (451)."""
        ...

    def decided(self, waited: timedelta) -> None:
        """A person decided about a held message, so long after it came."""
        ...

    def sent(self, lag: timedelta, *, is_early: bool) -> None:
        """The next hop took a copy that a lift had freed. lag: since that lift. is_early: sent before it."""
        ...


class Silent:
    """For whoever counts nothing: tests, the command line."""

    def inspected(self, seconds: float) -> None: ...

    def judged(self, decision: str, channel: Channel, gaps: Iterable[GapKind]) -> None: ...

    def deferred(self, channel: Channel) -> None: ...

    def decided(self, waited: timedelta) -> None: ...

    def sent(self, lag: timedelta, *, is_early: bool) -> None: ...


SILENT = Silent()
