"""Whether we hear: proof of life against the time allowed, told once when it is lost and once when it is back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from leakguard.channels.slack.alarms import NO_PROOF, Alarms
from leakguard.channels.slack.alive import Alive
from leakguard.model.events import DoorBlind, DoorSees
from leakguard.service.ports import Clock
from leakguard.service.record_ports import RecordStore


@dataclass(frozen=True, slots=True, kw_only=True)
class _Blind:
    """proven_at: of the newest proof when it began; a newer one ends it."""

    proven_at: float
    since: datetime


@dataclass(slots=True, kw_only=True)
class Sight:
    """blind_after: seconds without proof. turned: called when we are blind from now on, or hear from now on."""

    alive: Alive
    alarms: Alarms
    records: RecordStore
    clock: Clock
    blind_after: float
    turned: Callable[[], None]
    _blind: _Blind | None = None
    _is_known: bool = False

    @property
    def is_blind(self) -> bool:
        return self._blind is not None

    @property
    def heard_until(self) -> datetime | None:
        """The newest instant at which we surely heard; None while we are blind, and before the first proof."""
        return None if self.is_blind else self.alive.proven_until

    async def recall(self) -> None:
        """What a process before this one said last: it may have ended blind. Raises StoreUnavailable."""
        told = await self.records.happened(DoorBlind, DoorSees)
        last = [each for each in told if each.text("kind") == NO_PROOF][-1:]
        if last and last[0].kind == DoorBlind.__name__:
            self._blind = _Blind(proven_at=self.alive.proven_at, since=last[0].at)

    async def check(self) -> None:
        """Raises StoreUnavailable; then nothing is changed, and the next check says the same."""
        alive, blind, now = self.alive, self._blind, self.clock.now()
        if blind is None and (alive.blind_seconds > self.blind_after or alive.code):
            began = _Blind(proven_at=alive.proven_at, since=now - timedelta(seconds=alive.blind_seconds))
            await self.alarms.record_blind(NO_PROOF, code=alive.code)
            self._turn(began)
        elif blind is not None and alive.proven_at > blind.proven_at and not alive.code:
            await self.alarms.record_sight(NO_PROOF, (now - blind.since).total_seconds())
            self._turn(None)
        elif not self._is_known and alive.proven_until is not None:
            self._turn(blind)

    def _turn(self, blind: _Blind | None) -> None:
        self._blind, self._is_known = blind, True
        self.turned()
