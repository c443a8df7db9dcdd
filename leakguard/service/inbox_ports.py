"""What a door that must answer at once needs from the store: a place where nothing that it acknowledged is lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from leakguard.model.events import Event
from leakguard.model.inbox import InboxItem, Seen


class InboxStore(Protocol):
    """In the same file, and by the same writer, as the Store: committed and fsynced when a call returns.

    Every method raises StoreUnavailable when the store did not answer; then nothing was recorded.
    """

    async def put(self, item: InboxItem) -> bool:
        """Keep it. False, and nothing kept, when an item of this event id was kept before, done or not."""
        ...

    async def turns(self, now: datetime, limit: int, busy: Sequence[str] = ()) -> tuple[InboxItem, ...]:
        """Of each lane the first item that is not done, if it may be tried now; in the order in which they came.

        busy: lanes that are left out.
        """
        ...

    async def done(
        self, item: InboxItem, at: datetime, events: Sequence[Event] = (), seen: Sequence[Seen] = ()
    ) -> bool:
        """Dealt with: its body is forgotten, its id is not. False, and no event recorded, when it was done already."""
        ...

    async def later(self, item: InboxItem, at: datetime) -> None:
        """One more try that did not end; its lane waits until `at`."""
        ...

    async def seen(self, place: str) -> str:
        """The digest of what was judged there last, or ""."""
        ...

    async def waiting(self) -> tuple[int, datetime | None]:
        """How many are not done, and since when the oldest waits."""
        ...

    async def mark(self, name: str, at: datetime) -> None:
        """Up to this instant the door of this name has heard everything, or has looked for it."""
        ...

    async def marked(self, name: str) -> datetime | None:
        """As it was marked last; None before the first time. No sweep forgets it."""
        ...

    async def sweep(self, done_until: datetime) -> None:
        """Forget ids and digests of what was done before this."""
        ...
