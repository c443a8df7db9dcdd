"""The vault of the store for tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from leakguard.model.consent import Consent
from leakguard.model.errors import Stale
from leakguard.model.events import Event


class MemoryVault:
    """check: raises when the store is not available. record: appends to its audit."""

    def __init__(self, check: Callable[[], None], record: Callable[[Sequence[Event]], None]) -> None:
        self._check, self._record = check, record
        self._consents: dict[tuple[str, str], Consent] = {}
        self._spent: dict[str, datetime] = {}
        self._revisions = 0

    async def consent(self, team: str, person: str) -> Consent | None:
        self._check()
        return self._consents.get((team, person))

    async def agreed(self, team: str) -> int:
        self._check()
        return sum(1 for each, _ in self._consents if not team or each == team)

    async def keep(self, consent: Consent, events: Sequence[Event] = ()) -> Consent:
        self._check()
        kept = self._kept(consent)
        self._record(events)
        return kept

    async def save(self, consent: Consent) -> Consent:
        self._check()
        stored = self._consents.get((consent.team, consent.person))
        if stored is None or stored.revision != consent.revision:
            raise Stale("somebody else changed this consent first")
        return self._kept(consent)

    async def drop(self, team: str, person: str, events: Sequence[Event] = ()) -> bool:
        self._check()
        if self._consents.pop((team, person), None) is None:
            return False
        self._record(events)
        return True

    async def spend(self, digest: str, until: datetime, now: datetime) -> bool:
        self._check()
        for each in [each for each, ends in self._spent.items() if ends < now]:
            del self._spent[each]
        if digest in self._spent:
            return False
        self._spent[digest] = until
        return True

    def _kept(self, consent: Consent) -> Consent:
        self._revisions += 1
        kept = replace(consent, revision=self._revisions)
        self._consents[consent.team, consent.person] = kept
        return kept
