"""Incidents in the one SQLite file, written by its one thread; and its audit by kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import apsw
import structlog

from leakguard.model.errors import NotFound, Stale, StoreUnavailable
from leakguard.model.events import Event
from leakguard.model.ids import IncidentId
from leakguard.model.incident import Incident
from leakguard.service.ports import AuditEntry
from leakguard.store import rows
from leakguard.store.codec import column, dumps, loads, time_text
from leakguard.store.queries import QUERIES
from leakguard.store.writer import Writer

log = structlog.get_logger("leakguard.store")


class SqliteRecords:
    """Made over the writer of an open SqliteStore, and closed with it."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def open_incident(self, incident: Incident, events: Sequence[Event]) -> None:
        def work(db: apsw.Connection) -> None:
            db.execute(QUERIES["add_incident"], _values(incident))
            _append(db, events)

        await self._writer.write(work)

    async def incident(self, incident_id: IncidentId) -> Incident:
        row = await self._writer.read(
            lambda db: db.execute(QUERIES["incident"], {"id": column(incident_id)}).fetchone()
        )
        if row is None:
            raise NotFound("there is no incident of that id")
        return _incident(row)

    async def incidents(self, limit: int = 1000) -> tuple[Incident, ...]:
        found = await self._writer.read(lambda db: list(db.execute(QUERIES["incidents"], {"limit": limit})))
        return tuple(_readable(found))

    async def save_incident(self, incident: Incident, events: Sequence[Event]) -> Incident:
        def work(db: apsw.Connection) -> Incident:
            revision = db.execute(QUERIES["save_incident"], _values(incident)).get
            if revision is None:
                raise _gone_or_stale(db, incident.id)
            _append(db, events)
            return replace(incident, revision=revision)

        return await self._writer.write(work)

    async def happened(self, *kinds: type[Event]) -> tuple[AuditEntry, ...]:
        def work(db: apsw.Connection) -> list[AuditEntry]:
            found = (db.execute(QUERIES["audit_of_kind"], {"kind": each.__name__}) for each in kinds)
            return [rows.audit_entry_of(row) for each in found for row in each]

        return tuple(sorted(await self._writer.read(work), key=lambda each: each.seq))


def _append(db: apsw.Connection, events: Sequence[Event]) -> None:
    db.executemany(QUERIES["add_audit"], (rows.audit_values(each) for each in events))


def _values(incident: Incident) -> dict[str, Any]:
    return {
        "id": column(incident.id),
        "opened_at": time_text(incident.opened_at),
        "revision": incident.revision,
        "body": dumps(incident),
    }


def _incident(row: rows.Row) -> Incident:
    revision, body = row
    return replace(loads(Incident, body), revision=revision)


def _readable(found: Sequence[rows.Row]) -> Iterator[Incident]:
    for row in found:
        try:
            yield _incident(row)
        except StoreUnavailable:
            log.error("store.record_unreadable", alarm=True)


def _gone_or_stale(db: apsw.Connection, incident_id: IncidentId) -> Exception:
    if db.execute(QUERIES["incident"], {"id": column(incident_id)}).fetchone() is None:
        return NotFound("there is no incident of that id")
    return Stale("somebody else changed this incident first")
