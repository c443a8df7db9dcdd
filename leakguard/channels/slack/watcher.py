"""What events tell whoever watches that nothing is missed. In the middle of an event: no method waits or raises."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from leakguard.channels.slack.events import Arrived, Ours


class Watcher(Protocol):
    def heard(self, ours: Ours) -> None:
        """A post of our own came through Slack, the inbox and the lanes."""
        ...

    def missed(self, until: datetime) -> None:
        """Slack dropped events, up to this instant at least."""
        ...

    def arrived(self, arrived: Arrived) -> None: ...


class Nobody:
    """Where nothing is watched: tests of one event."""

    def heard(self, ours: Ours) -> None: ...

    def missed(self, until: datetime) -> None: ...

    def arrived(self, arrived: Arrived) -> None: ...
