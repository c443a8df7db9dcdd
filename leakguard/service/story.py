"""All that the audit has about one held message, however long."""

from __future__ import annotations

from leakguard.model.ids import HeldId
from leakguard.service.ports import AuditEntry, Store

_AT_ONCE = 1000


async def story_of(store: Store, held_id: HeldId) -> list[AuditEntry]:
    """In order. Raises StoreUnavailable."""
    found: list[AuditEntry] = []
    while True:
        after = found[-1].seq if found else 0
        more = await store.audit(after=after, held=held_id, limit=_AT_ONCE)
        found += more
        if len(more) < _AT_ONCE:
            return found
