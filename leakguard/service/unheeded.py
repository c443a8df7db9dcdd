"""A post that nobody could take out, and that nobody has looked at for two minutes, is handed to those on call."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from leakguard.model.errors import NotFound, Stale
from leakguard.model.events import Escalated
from leakguard.model.ids import HeldId
from leakguard.model.review import Mark
from leakguard.service.about import about
from leakguard.service.notices import Notices
from leakguard.service.ports import Clock, Store

log = structlog.get_logger("leakguard.posts")

PATIENCE = timedelta(minutes=2)
_US = "leakguard"


@dataclass(slots=True, kw_only=True)
class Unheeded:
    """`seen` may be called any number of times, and is called again for each after a restart."""

    store: Store
    clock: Clock
    notices: Notices
    _since: dict[HeldId, datetime] = field(default_factory=dict)

    def seen(self, held_id: HeldId, since: datetime | None) -> None:
        """since: None where somebody is at it, or it is gone."""
        if since is None:
            self._since.pop(held_id, None)
        else:
            self._since.setdefault(held_id, since)

    async def round(self) -> None:
        """Raises StoreUnavailable."""
        now = self.clock.now()
        for held_id in [each for each, since in self._since.items() if since + PATIENCE <= now]:
            await self._escalate(held_id, now)
            self._since.pop(held_id, None)

    async def _escalate(self, held_id: HeldId, now: datetime) -> None:
        try:
            held = await self.store.outline(held_id)
            if held.review.escalated is not None or not held.is_open:
                return
            why = "it could not be removed, and nobody has looked at it for two minutes"
            event = Escalated(**about(held, held.recipients, _US, now), reason=why)
            told = self.notices.on_alarm("escalated", held, "it could not be removed, and nobody has looked at it", now)
            review = replace(held.review, escalated=Mark(by=_US, at=now))
            await self.store.save(replace(held, review=review), [event], told)
        except (Stale, NotFound):
            return  # somebody is at it
        log.error("post.unheeded", held=held_id, alarm=True)
