"""The store for tests: keeps everything in a process and forgets it with the process."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from leakguard.model.errors import NotFound, Stale, StoreUnavailable
from leakguard.model.events import AboutHeld, Act, Event
from leakguard.model.held import HeldMessage, State
from leakguard.model.ids import HeldId, ReleaseId
from leakguard.model.notice import Notice
from leakguard.service.ports import AuditEntry
from leakguard.store.codec import values_of
from leakguard.store.memory_accounts import MemoryAccounts
from leakguard.store.memory_cards import MemoryCards
from leakguard.store.memory_inbox import MemoryInbox
from leakguard.store.memory_records import MemoryRecords
from leakguard.store.memory_vault import MemoryVault


class MemoryStore:
    """Set `available` to False, and every call raises StoreUnavailable until it is True again."""

    def __init__(self) -> None:
        self.available = True
        self._held: dict[HeldId, HeldMessage] = {}
        self._ids: dict[str, HeldId] = {}
        self._events: list[Event] = []
        self._outbox: dict[str, Notice] = {}
        self._version = 1
        self._changed: dict[HeldId, int] = {}
        self._secret = secrets.token_bytes(32)
        self.accounts = MemoryAccounts(self._check, lambda events: self._append(events, ()))
        self.cards = MemoryCards(self._check)
        self.inbox = MemoryInbox(self._check, lambda events: self._append(events, ()))
        self.vault = MemoryVault(self._check, lambda events: self._append(events, ()))
        self.records = MemoryRecords(self._check, lambda events: self._append(events, ()), self.audit)

    async def hold(self, held: HeldMessage, events: Sequence[Event], notices: Sequence[Notice]) -> HeldMessage:
        self._check()
        if held.key in self._ids:
            return self._held[self._ids[held.key]]
        assert held.id not in self._held, "ids are never used twice"
        self._held[held.id] = held
        self._ids[held.key] = held.id
        self._touch(held.id)
        self._append(events, notices)
        return held

    async def get(self, held_id: HeldId) -> HeldMessage:
        self._check()
        return self._find(held_id)

    async def outline(self, held_id: HeldId) -> HeldMessage:
        return replace(await self.get(held_id), content=b"")

    async def save(
        self, held: HeldMessage, events: Sequence[Event], notices: Sequence[Notice], unsaid: Sequence[str] = ()
    ) -> HeldMessage:
        self._check()
        stored = self._current(held)
        if any(each not in self._outbox or self._outbox[each].sent_at is not None for each in unsaid):
            raise Stale("a notice of this has left")
        envelope = [each.recipient for each in stored.recipients]
        assert envelope == [each.recipient for each in held.recipients], "the envelope of a held message never changes"
        self._held[held.id] = replace(
            stored,
            recipients=held.recipients,
            verdict=held.verdict,
            review=held.review,
            lease_until=held.lease_until,
            lease_by=held.lease_by,
            revision=held.revision + 1,
        )
        for each in unsaid:
            del self._outbox[each]
        self._touch(held.id)
        self._append(events, notices)
        return replace(held, revision=held.revision + 1)

    async def drop_pending(self, held: HeldMessage) -> None:
        self._check()
        stored = self._current(held)
        if stored.in_state(State.PENDING) != stored.recipients:
            raise Stale("a copy of this message is no longer pending")
        del self._held[stored.id], self._ids[stored.key]
        unsent = [each.dedupe for each in self._outbox.values() if each.held == stored.id and each.sent_at is None]
        for dedupe in unsent:
            del self._outbox[dedupe]
        self._version += 1

    async def due(self, now: datetime, limit: int) -> tuple[HeldId, ...]:
        self._check()
        found = [
            (each.wake_at, each.received_at, each.id)
            for each in self._open()
            if each.wake_at is not None and each.wake_at <= now
            if each.lease_until is None or each.lease_until <= now
        ]
        return tuple(held_id for _, _, held_id in sorted(found)[:limit])

    async def next_wake(self) -> datetime | None:
        self._check()
        times = (max(each.wake_at, each.lease_until or each.wake_at) for each in self._open() if each.wake_at)
        return min(times, default=None)

    async def open_messages(self) -> tuple[HeldMessage, ...]:
        self._check()
        return _without_content(sorted(self._open(), key=_age))

    async def listing(self, *, include_closed: bool = False, limit: int = 1000) -> tuple[HeldMessage, ...]:
        self._check()
        chosen = self._held.values() if include_closed else self._open()
        return _without_content(sorted(chosen, key=_age, reverse=True)[:limit])

    async def changed_since(self, mark: int, limit: int) -> tuple[int, tuple[HeldMessage, ...]]:
        self._check()
        found = sorted((at, held_id) for held_id, at in self._changed.items() if at > mark and held_id in self._held)
        last = found[:limit][-1][0] if found else mark
        return last, _without_content(self._held[held_id] for _, held_id in found[:limit])

    async def record(self, events: Sequence[Event]) -> None:
        self._check()
        self._append(events, ())

    async def tell(self, notices: Sequence[Notice]) -> None:
        self._check()
        self._append((), notices)

    async def acts(self) -> tuple[Act, ...]:
        self._check()
        return tuple(each for each in self._events if isinstance(each, Act))

    async def audit(self, *, after: int = 0, held: HeldId | None = None, limit: int = 1000) -> tuple[AuditEntry, ...]:
        self._check()
        entries = (_entry(seq, each) for seq, each in enumerate(self._events, start=1) if seq > after)
        return tuple(each for each in entries if held is None or each.held == held)[:limit]

    async def audit_between(
        self, since: datetime, until: datetime, kinds: Collection[str], *, after: int = 0, limit: int = 1000
    ) -> tuple[AuditEntry, ...]:
        self._check()
        entries = (_entry(seq, each) for seq, each in enumerate(self._events, start=1))
        found = [each for each in entries if (each.at, each.seq) > (since, after) and each.at < until]
        chosen = [each for each in found if each.kind in kinds]
        return tuple(sorted(chosen, key=lambda each: (each.at, each.seq))[:limit])

    async def open_copies(self) -> Mapping[ReleaseId, int]:
        self._check()
        copies = (copy for each in self._open() for copy in each.recipients if copy.state.is_open)
        releases = (release for copy in copies for release in {each.release for each in copy.reasons})
        return Counter(each for each in releases if each is not None)

    async def notices_due(self, now: datetime, limit: int) -> tuple[Notice, ...]:
        self._check()
        found = [each for each in self._outbox.values() if each.sent_at is None and each.next_try_at <= now]
        return tuple(sorted(found, key=lambda each: (each.next_try_at, each.created_at, each.id))[:limit])

    async def notice_saved(self, notice: Notice) -> None:
        self._check()
        if notice.dedupe in self._outbox:
            self._outbox[notice.dedupe] = replace(
                self._outbox[notice.dedupe],
                attempts=notice.attempts,
                next_try_at=notice.next_try_at,
                sent_at=notice.sent_at,
            )
            self._version += 1

    async def version(self) -> int:
        self._check()
        return self._version

    async def secret(self) -> bytes:
        self._check()
        return self._secret

    async def close(self) -> None:
        self.available = False

    def _check(self) -> None:
        if not self.available:
            raise StoreUnavailable("the store did not answer")

    def _find(self, held_id: HeldId) -> HeldMessage:
        if held_id not in self._held:
            raise NotFound("there is no held message of that id")
        return self._held[held_id]

    def _current(self, held: HeldMessage) -> HeldMessage:
        stored = self._find(held.id)
        if stored.revision != held.revision:
            raise Stale("somebody else changed this message first")
        return stored

    def _touch(self, held_id: HeldId) -> None:
        self._changed[held_id] = max(self._changed.values(), default=0) + 1

    def _open(self) -> list[HeldMessage]:
        return [each for each in self._held.values() if each.is_open]

    def _append(self, events: Sequence[Event], notices: Sequence[Notice]) -> None:
        self._events.extend(events)
        for each in notices:
            self._outbox.setdefault(each.dedupe, each)
        self._version += 1


def _age(held: HeldMessage) -> tuple[datetime, HeldId]:
    return held.received_at, held.id


def _without_content(messages: Iterable[HeldMessage]) -> tuple[HeldMessage, ...]:
    return tuple(replace(each, content=b"", head=b"") for each in messages)


def _entry(seq: int, event: Event) -> AuditEntry:
    return AuditEntry(
        seq=seq,
        at=event.at,
        kind=type(event).__name__,
        actor=event.actor,
        held=event.held if isinstance(event, AboutHeld) else None,
        body=values_of(event),
    )
