"""The inbox in memory, beside the MemoryStore whose audit it writes to; for tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from leakguard.model.events import Event
from leakguard.model.inbox import InboxItem, Seen


class MemoryInbox:
    """check: raises when the store is not available. record: appends to its audit."""

    def __init__(self, check: Callable[[], None], record: Callable[[Sequence[Event]], None]) -> None:
        self._check, self._record = check, record
        self._items: dict[str, InboxItem] = {}
        self._done: dict[str, datetime] = {}
        self._seen: dict[str, tuple[str, datetime]] = {}
        self._marks: dict[str, datetime] = {}

    async def put(self, item: InboxItem) -> bool:
        self._check()
        if item.event_id in self._items:
            return False
        self._items[item.event_id] = item
        return True

    async def turns(self, now: datetime, limit: int, busy: Sequence[str] = ()) -> tuple[InboxItem, ...]:
        self._check()
        first: dict[str, InboxItem] = {}
        for each in self._open():
            first.setdefault(each.lane, each)
        ready = [
            each
            for each in first.values()
            if each.lane not in busy and (each.next_try_at is None or each.next_try_at <= now)
        ]
        return tuple(ready[:limit])

    async def done(
        self, item: InboxItem, at: datetime, events: Sequence[Event] = (), seen: Sequence[Seen] = ()
    ) -> bool:
        self._check()
        if item.event_id not in self._items or item.event_id in self._done:
            return False
        self._items[item.event_id] = replace(self._items[item.event_id], body=b"")
        self._done[item.event_id] = at
        self._seen |= {each.place: (each.digest, at) for each in seen}
        self._record(events)
        return True

    async def later(self, item: InboxItem, at: datetime) -> None:
        self._check()
        if item.event_id in self._items and item.event_id not in self._done:
            kept = self._items[item.event_id]
            self._items[item.event_id] = replace(kept, attempts=kept.attempts + 1, next_try_at=at)

    async def seen(self, place: str) -> str:
        self._check()
        return self._seen[place][0] if place in self._seen else ""

    async def waiting(self) -> tuple[int, datetime | None]:
        self._check()
        times = [each.received_at for each in self._open()]
        return len(times), min(times, default=None)

    async def mark(self, name: str, at: datetime) -> None:
        self._check()
        self._marks[name] = at

    async def marked(self, name: str) -> datetime | None:
        self._check()
        return self._marks.get(name)

    async def sweep(self, done_until: datetime) -> None:
        self._check()
        for event_id in [each for each, at in self._done.items() if at < done_until]:
            del self._items[event_id], self._done[event_id]
        for place in [each for each, (_, at) in self._seen.items() if at < done_until]:
            del self._seen[place]

    def _open(self) -> list[InboxItem]:
        return [each for each in self._items.values() if each.event_id not in self._done]
