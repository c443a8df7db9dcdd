"""The audit, in order, for whoever keeps a copy of it elsewhere."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from leakguard.model.account import Scope
from leakguard.model.ids import HeldId
from leakguard.service.authority import Permission
from leakguard.service.ports import AuditEntry
from leakguard.web.api.endpoint import By, Endpoint
from leakguard.web.api.shapes import AuditShape, EntryShape


async def listed(
    by: By,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
    held: Annotated[str, Query(max_length=64)] = "",
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> AuditShape:
    """What happened, and who did it; docs/events.md says what each event means."""
    found = await by.house.store.audit(after=after, held=HeldId(held) if held else None, limit=limit + 1)
    page = [_shape(each) for each in found[:limit]]
    return AuditShape(entries=page, next_after=page[-1].seq if len(found) > limit else None)


def _shape(entry: AuditEntry) -> EntryShape:
    return EntryShape(
        seq=entry.seq, at=entry.at, event=entry.kind, actor=entry.actor, held=entry.held, fields=dict(entry.body)
    )


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/audit",
        name="listAudit",
        handler=listed,
        scope=Scope.AUDIT,
        permission=Permission.SEE_AUDIT,
    ),
)
