"""Incidents in memory, beside the MemoryStore whose audit they write to; for tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from leakguard.model.errors import NotFound, Stale, StoreUnavailable
from leakguard.model.events import Event
from leakguard.model.ids import IncidentId
from leakguard.model.incident import Incident
from leakguard.service.ports import AuditEntry
from leakguard.store.memory import MemoryStore


class MemoryRecords:
    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._incidents: dict[IncidentId, Incident] = {}

    async def open_incident(self, incident: Incident, events: Sequence[Event]) -> None:
        self._check()
        assert incident.id not in self._incidents, "ids are never used twice"
        self._incidents[incident.id] = incident
        self._store.record_now(events)

    async def incident(self, incident_id: IncidentId) -> Incident:
        self._check()
        if incident_id not in self._incidents:
            raise NotFound("there is no incident of that id")
        return self._incidents[incident_id]

    async def incidents(self, limit: int = 1000) -> tuple[Incident, ...]:
        self._check()
        found = sorted(self._incidents.values(), key=lambda each: (each.opened_at, each.id), reverse=True)
        return tuple(found[:limit])

    async def save_incident(self, incident: Incident, events: Sequence[Event]) -> Incident:
        stored = await self.incident(incident.id)
        if stored.revision != incident.revision:
            raise Stale("somebody else changed this incident first")
        self._incidents[incident.id] = replace(incident, revision=incident.revision + 1)
        self._store.record_now(events)
        return self._incidents[incident.id]

    async def happened(self, *kinds: type[Event]) -> tuple[AuditEntry, ...]:
        names = {each.__name__ for each in kinds}
        return tuple(each for each in await self._store.audit(limit=10**9) if each.kind in names)

    def _check(self) -> None:
        if not self._store.available:
            raise StoreUnavailable("the store did not answer")
