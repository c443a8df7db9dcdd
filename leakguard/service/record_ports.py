"""What the records that people keep need from the store: incidents, and the audit by kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from leakguard.model.events import Event
from leakguard.model.ids import IncidentId
from leakguard.model.incident import Incident

if TYPE_CHECKING:
    from leakguard.service.ports import AuditEntry


class RecordStore(Protocol):
    """In the same file, and by the same writer, as the Store: durable on return, with its audit events or not at all.

    Every method raises StoreUnavailable when the store did not answer; then nothing was recorded.
    """

    async def open_incident(self, incident: Incident, events: Sequence[Event]) -> None:
        """Keep a new one. Its id must be new."""
        ...

    async def incident(self, incident_id: IncidentId) -> Incident:
        """Raises NotFound."""
        ...

    async def incidents(self, limit: int = 1000) -> tuple[Incident, ...]:
        """Newest first. One that this version cannot read is left out, and told in the log."""
        ...

    async def save_incident(self, incident: Incident, events: Sequence[Event]) -> Incident:
        """Replace it if `incident.revision` is still the stored one. Returns it with the next revision.

        Raises Stale, NotFound.
        """
        ...

    async def happened(self, *kinds: type[Event]) -> tuple[AuditEntry, ...]:
        """Every audit line of these kinds, in order."""
        ...
