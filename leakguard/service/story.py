"""All that the audit has about one held message, or of some days, however long: read in portions.

Rule of this file: a portion is small, so that nobody who holds a message has to wait for somebody who looks back.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from datetime import datetime

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


async def between(
    store: Store, since: datetime, until: datetime, kinds: Collection[str]
) -> AsyncIterator[tuple[AuditEntry, ...]]:
    """Lines of these kinds with since <= at < until, by time, a portion at a time. Raises StoreUnavailable."""
    at, after = since, 0
    while True:
        page = await store.audit_between(at, until, kinds, after=after, limit=_AT_ONCE)
        yield page
        if len(page) < _AT_ONCE:
            return
        at, after = page[-1].at, page[-1].seq
