"""The small office with incidents: who keeps them, and what can be known of a message."""

from __future__ import annotations

import itertools

from leakguard.model.account import Actor, Role
from leakguard.model.events import ContentViewed, Delivered, Flagged
from leakguard.model.ids import HeldId
from leakguard.model.incident import Incident
from leakguard.service.exposure import Calendar
from leakguard.service.incidents import Incidents
from tests.unit.service.world import AMY, EARLY, JOE, LMS, PRODUCER, World

OFFICER = Actor(handle="pra@stats.example", roles=frozenset({Role.PRA_OFFICER}))
INFORMED = Actor(handle=PRODUCER, roles=frozenset({Role.PRA_OFFICER}))
AUDITOR = Actor(handle="aud@stats.example", roles=frozenset({Role.AUDITOR}))


class Office(World):
    def __post_init__(self) -> None:
        super().__post_init__()
        self._incident_ids = itertools.count(1)

    def incidents(self, actor: Actor = INFORMED) -> Incidents:
        return Incidents(
            store=self.store,
            calendar=Calendar(files=self.current.rulebook.book),
            clock=self.clock,
            actor=actor,
            new_id=lambda: f"inc{next(self._incident_ids)}",
        )

    async def opened(self, text: str = "LMS rose", actor: Actor = INFORMED, **fields: str) -> Incident:
        """An incident from a message that was held."""
        await self.submit(text)
        return await self.incidents(actor).open(held_id=(await self.held()).id, **fields)

    async def exposure(self, incident: Incident):
        return (await self.incidents().view(incident.id)).case.exposure

    async def bodies(self, kind: str) -> list[dict[str, object]]:
        return [each.body for each in await self.store.audit() if each.kind == kind]


def delivered(at=EARLY, to=(AMY,), held="ref1", **fields) -> Delivered:
    return Delivered(at=at, held=HeldId(held), sender=JOE, recipients=to, releases=(LMS.id,), **fields)


def flagged(at=EARLY, to=(AMY,), sender=PRODUCER, message="msg9") -> Flagged:
    return Flagged(at=at, message=message, sender=sender, recipients=to, releases=(LMS.id,))


def viewed(who: str, at=EARLY, held="ref1", how="break_glass") -> ContentViewed:
    return ContentViewed(at=at, actor=who, held=HeldId(held), releases=(LMS.id,), how=how)
