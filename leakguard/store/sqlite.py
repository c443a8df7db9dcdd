"""The store of one node: one SQLite file, written by one thread, readable by other processes."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import apsw
import structlog

from leakguard.model.errors import NotFound, Stale, StoreUnavailable
from leakguard.model.events import Act, Event
from leakguard.model.held import HeldMessage
from leakguard.model.ids import HeldId, ReleaseId
from leakguard.model.notice import Notice
from leakguard.service.ports import AuditEntry
from leakguard.store import rows
from leakguard.store.codec import column, dumps, event_of, text_of, time_of, time_text
from leakguard.store.queries import QUERIES
from leakguard.store.sqlite_accounts import SqliteAccounts
from leakguard.store.sqlite_cards import SqliteCards
from leakguard.store.sqlite_inbox import SqliteInbox
from leakguard.store.sqlite_records import SqliteRecords
from leakguard.store.sqlite_vault import SqliteVault
from leakguard.store.writer import Writer

log = structlog.get_logger("leakguard.store")

_Work = Callable[[apsw.Connection], Any]


class SqliteStore:
    """Make one with `await SqliteStore.open(path)`, and close it in the same event loop."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.accounts = SqliteAccounts(writer)
        self.records = SqliteRecords(writer)
        self.inbox = SqliteInbox(writer)
        self.vault = SqliteVault(writer)
        self.cards = SqliteCards(writer)

    @classmethod
    async def open(cls, path: Path) -> SqliteStore:
        """Open the file or make it, with mode 0600. Raises StoreUnavailable."""
        writer = Writer(path)
        await writer.open()
        return cls(writer)

    @property
    def broken(self) -> asyncio.Event:
        """Set when a write or fsync failed: nothing is answered any more, and the process must end."""
        return self._writer.broken

    async def hold(self, held: HeldMessage, events: Sequence[Event], notices: Sequence[Notice]) -> HeldMessage:
        return await self._writer.write(lambda db: _hold(db, held, events, notices))

    async def get(self, held_id: HeldId) -> HeldMessage:
        return await self._writer.read(lambda db: _get(db, column(held_id)))

    async def outline(self, held_id: HeldId) -> HeldMessage:
        return await self._writer.read(lambda db: _outline(db, column(held_id)))

    async def save(
        self, held: HeldMessage, events: Sequence[Event], notices: Sequence[Notice], unsaid: Sequence[str] = ()
    ) -> HeldMessage:
        return await self._writer.write(lambda db: _save(db, held, events, notices, unsaid))

    async def drop_pending(self, held: HeldMessage) -> None:
        await self._writer.write(lambda db: _drop_pending(db, held))

    async def due(self, now: datetime, limit: int) -> tuple[HeldId, ...]:
        values = {"now": time_text(now), "limit": limit}
        found = await self._writer.read(lambda db: _all(db, "due", values))
        return tuple(HeldId(text_of(held_id)) for (held_id,) in found)

    async def next_wake(self) -> datetime | None:
        found = await self._writer.read(lambda db: _one(db, "next_wake", {}))
        return None if found is None else time_of(found)

    async def open_messages(self) -> tuple[HeldMessage, ...]:
        return await self._writer.read(lambda db: _without_content(db, _all(db, "open_held", {})))

    async def listing(self, *, include_closed: bool = False, limit: int = 1000) -> tuple[HeldMessage, ...]:
        name = "listed" if include_closed else "listed_open"
        return await self._writer.read(lambda db: _without_content(db, _all(db, name, {"limit": limit})))

    async def changed_since(self, mark: int, limit: int) -> tuple[int, tuple[HeldMessage, ...]]:
        return await self._writer.read(lambda db: _changed_since(db, mark, limit))

    async def record(self, events: Sequence[Event]) -> None:
        await self._writer.write(lambda db: _append(db, events, ()))

    async def tell(self, notices: Sequence[Notice]) -> None:
        await self._writer.write(lambda db: _append(db, (), notices))

    async def acts(self) -> tuple[Act, ...]:
        found = await self._writer.read(lambda db: _all(db, "acts", {}))
        return tuple(cast(Act, event_of(kind, body)) for kind, body in found)

    async def audit(self, *, after: int = 0, held: HeldId | None = None, limit: int = 1000) -> tuple[AuditEntry, ...]:
        name = "audit" if held is None else "audit_of_held"
        values = {"after": after, "limit": limit, "held_id": None if held is None else column(held)}
        found = await self._writer.read(lambda db: _all(db, name, values))
        return tuple(rows.audit_entry_of(each) for each in found)

    async def audit_between(
        self, since: datetime, until: datetime, kinds: Collection[str], *, after: int = 0, limit: int = 1000
    ) -> tuple[AuditEntry, ...]:
        values = {
            "since": time_text(since),
            "until": time_text(until),
            "kinds": dumps(tuple(kinds)),
            "after": after,
            "limit": limit,
        }
        found = await self._writer.read(lambda db: _all(db, "audit_between", values))
        return tuple(rows.audit_entry_of(each) for each in found)

    async def open_copies(self) -> Mapping[ReleaseId, int]:
        found = await self._writer.read(lambda db: _all(db, "open_copies", {}))
        return {ReleaseId(release): copies for release, copies in found}

    async def notices_due(self, now: datetime, limit: int) -> tuple[Notice, ...]:
        values = {"now": time_text(now), "limit": limit}
        found = await self._writer.read(lambda db: _all(db, "notices_due", values))
        return tuple(rows.notice_of(each) for each in found)

    async def notice_saved(self, notice: Notice) -> None:
        values = rows.notice_values(notice)
        await self._writer.write(lambda db: _do(db, "save_notice", values))

    async def version(self) -> int:
        return await self._writer.read(lambda db: (_pragma_data_version(db) << 32) + self._writer.changes)

    async def secret(self) -> bytes:
        return await self._writer.write(_secret)

    async def close(self) -> None:
        await self._writer.close()


def _do(db: apsw.Connection, name: str, values: rows.Values) -> None:
    db.execute(QUERIES[name], values)


def _all(db: apsw.Connection, name: str, values: rows.Values) -> list[rows.Row]:
    return list(db.execute(QUERIES[name], values))


def _one(db: apsw.Connection, name: str, values: rows.Values) -> Any:
    """The only column of the only row, or None without a row."""
    return db.execute(QUERIES[name], values).get


def _hold(db: apsw.Connection, held: HeldMessage, events: Sequence[Event], notices: Sequence[Notice]) -> HeldMessage:
    known = _one(db, "id_of_key", {"key": column(held.key)})
    if known is not None:
        return _get(db, known)
    _do(db, "count_change", {})
    _do(db, "add_held", rows.held_values(held))
    db.executemany(QUERIES["add_recipient"], rows.recipient_values(held))
    db.executemany(QUERIES["add_chunk"], rows.chunk_values(held))
    _append(db, events, notices)
    return held


def _get(db: apsw.Connection, held_id: str) -> HeldMessage:
    content = b"".join(chunk for (chunk,) in _all(db, "chunks", {"held_id": held_id}))
    return replace(_outline(db, held_id), content=content)


def _outline(db: apsw.Connection, held_id: str) -> HeldMessage:
    row = db.execute(QUERIES["held"], {"id": held_id}).fetchone()
    if row is None:
        raise NotFound("there is no held message of that id")
    *fields, head = row
    return rows.held_of(fields, _all(db, "recipients", {"held_id": held_id}), head=head, content=b"")


def _without_content(db: apsw.Connection, found: Iterable[rows.Row]) -> tuple[HeldMessage, ...]:
    """One record that this version cannot read must not hide the others: it is left out, and told."""
    readable: list[HeldMessage] = []
    for row in found:
        try:
            readable.append(rows.held_of(row, _all(db, "recipients", {"held_id": row[0]}), head=b"", content=b""))
        except StoreUnavailable:
            log.error("store.record_unreadable", held=str(row[0]), alarm=True)
    return tuple(readable)


def _changed_since(db: apsw.Connection, mark: int, limit: int) -> tuple[int, tuple[HeldMessage, ...]]:
    found = _all(db, "changed_since", {"after": mark, "limit": limit})
    return (found[-1][-1] if found else mark), _without_content(db, [each[:-1] for each in found])


def _save(
    db: apsw.Connection,
    held: HeldMessage,
    events: Sequence[Event],
    notices: Sequence[Notice],
    unsaid: Sequence[str],
) -> HeldMessage:
    values = rows.changing_values(held)
    _do(db, "count_change", {})
    revision = _one(db, "save_held", values)
    if revision is None:
        raise _gone_or_stale(db, values["id"])
    copies = _one(db, "count_recipients", {"held_id": values["id"]})
    saved = len(list(db.executemany(QUERIES["save_recipient"], rows.recipient_values(held))))
    assert saved == copies == len(held.recipients), "the envelope of a held message never changes"
    for dedupe in unsaid:
        if _one(db, "unsay_notice", {"dedupe": column(dedupe)}) is None:
            raise Stale("a notice of this has left")
    _append(db, events, notices)
    return replace(held, revision=revision)


def _drop_pending(db: apsw.Connection, held: HeldMessage) -> None:
    held_id = column(held.id)
    if _one(db, "drop_pending", {"id": held_id, "revision": held.revision}) is None:
        raise _gone_or_stale(db, held_id)
    _do(db, "forget_notices", {"held_id": held_id})


def _gone_or_stale(db: apsw.Connection, held_id: str) -> Exception:
    if _one(db, "revision", {"id": held_id}) is None:
        return NotFound("there is no held message of that id")
    return Stale("somebody else changed this message first")


def _append(db: apsw.Connection, events: Sequence[Event], notices: Sequence[Notice]) -> None:
    db.executemany(QUERIES["add_audit"], (rows.audit_values(each) for each in events))
    db.executemany(QUERIES["add_notice"], (rows.notice_values(each) for each in notices))


def _secret(db: apsw.Connection) -> bytes:
    _do(db, "add_secret", {"bytes": secrets.token_bytes(32)})
    return cast(bytes, _one(db, "secret", {}))


def _pragma_data_version(db: apsw.Connection) -> int:
    return cast(int, db.pragma("data_version"))
