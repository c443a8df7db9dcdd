"""The inbox in the one SQLite file, written by its one thread."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import apsw

from leakguard.model.events import Event
from leakguard.model.inbox import InboxItem, Seen
from leakguard.store import rows
from leakguard.store.codec import column, dumps, text_of, time_of, time_or_none, time_text
from leakguard.store.queries import QUERIES
from leakguard.store.writer import Writer


class SqliteInbox:
    """Made over the writer of an open SqliteStore, and closed with it."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def put(self, item: InboxItem) -> bool:
        values = {
            "event_id": column(item.event_id),
            "lane": column(item.lane),
            "received_at": time_text(item.received_at),
            "body": item.body,
            "attempts": item.attempts,
            "next_try_at": time_or_none(item.next_try_at),
        }
        return await self._writer.write(lambda db: bool(list(db.execute(QUERIES["put_item"], values))))

    async def turns(self, now: datetime, limit: int, busy: Sequence[str] = ()) -> tuple[InboxItem, ...]:
        values = {"now": time_text(now), "limit": limit, "busy": dumps(tuple(map(column, busy)))}
        found = await self._writer.read(lambda db: list(db.execute(QUERIES["turns"], values)))
        return tuple(_item(row) for row in found)

    async def done(
        self, item: InboxItem, at: datetime, events: Sequence[Event] = (), seen: Sequence[Seen] = ()
    ) -> bool:
        def work(db: apsw.Connection) -> bool:
            values = {"event_id": column(item.event_id), "at": time_text(at)}
            if not list(db.execute(QUERIES["item_done"], values)):
                return False
            places = ({"place": column(each.place), "digest": each.digest, "at": time_text(at)} for each in seen)
            db.executemany(QUERIES["see_place"], places)
            db.executemany(QUERIES["add_audit"], (rows.audit_values(each) for each in events))
            return True

        return await self._writer.write(work)

    async def later(self, item: InboxItem, at: datetime) -> None:
        values = {"event_id": column(item.event_id), "at": time_text(at)}
        await self._writer.write(lambda db: list(db.execute(QUERIES["item_later"], values)))

    async def seen(self, place: str) -> str:
        values = {"place": column(place)}
        found = await self._writer.read(lambda db: db.execute(QUERIES["seen_at_place"], values).get)
        return str(found or "")

    async def waiting(self) -> tuple[int, datetime | None]:
        [(count, oldest)] = await self._writer.read(lambda db: list(db.execute(QUERIES["waiting_items"])))
        return count, None if oldest is None else time_of(oldest)

    async def mark(self, name: str, at: datetime) -> None:
        values = {"name": column(name), "at": time_text(at)}
        await self._writer.write(lambda db: list(db.execute(QUERIES["set_mark"], values)))

    async def marked(self, name: str) -> datetime | None:
        found = await self._writer.read(lambda db: db.execute(QUERIES["mark_of"], {"name": column(name)}).get)
        return None if found is None else time_of(found)

    async def sweep(self, done_until: datetime) -> None:
        def work(db: apsw.Connection) -> None:
            for name in ("sweep_items", "sweep_seen"):
                db.execute(QUERIES[name], {"until": time_text(done_until)})

        await self._writer.write(work)


def _item(row: rows.Row) -> InboxItem:
    event_id, lane, received_at, body, attempts, next_try_at = row
    return InboxItem(
        event_id=text_of(event_id),
        lane=text_of(lane),
        body=body,
        received_at=time_of(received_at),
        attempts=attempts,
        next_try_at=None if next_try_at is None else time_of(next_try_at),
    )
