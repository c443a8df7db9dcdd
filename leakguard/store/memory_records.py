"""Incidents in memory, beside the MemoryStore whose audit they write to; for tests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from leakguard.model.errors import NotFound, Stale
from leakguard.model.events import Event
from leakguard.model.ids import IncidentId
from leakguard.model.incident import Incident
from leakguard.service.ports import AuditEntry


class MemoryRecords:
    """check: raises when the store is not available. record: appends to its audit, which `audit` reads."""

    def __init__(
        self,
        check: Callable[[], None],
        record: Callable[[Sequence[Event]], None],
        audit: Callable[..., Awaitable[tuple[AuditEntry, ...]]],
    ) -> None:
        self._check, self._record, self._audit = check, record, audit
        self._incidents: dict[IncidentId, Incident] = {}

    async def open_incident(self, incident: Incident, events: Sequence[Event]) -> None:
        self._check()
        assert incident.id not in self._incidents, "ids are never used twice"
        self._incidents[incident.id] = incident
        self._record(events)

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
        self._record(events)
        return self._incidents[incident.id]

    async def happened(self, *kinds: type[Event]) -> tuple[AuditEntry, ...]:
        names = {each.__name__ for each in kinds}
        return tuple(each for each in await self._audit(limit=10**9) if each.kind in names)
