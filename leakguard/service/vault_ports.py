"""What keeping people's tokens needs from the store: sealed before they come here, and changed by one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from leakguard.model.consent import Consent
from leakguard.model.events import Event


class VaultStore(Protocol):
    """In the same file, and by the same writer, as the Store: committed and fsynced when a call returns.

    Every method raises StoreUnavailable when the store did not answer; then nothing was recorded.
    """

    async def consent(self, team: str, person: str) -> Consent | None: ...

    async def agreed(self, team: str) -> int:
        """How many people of a workspace did; "" is every workspace."""
        ...

    async def keep(self, consent: Consent, events: Sequence[Event] = ()) -> Consent:
        """In the place of what there was of this person. As it is kept: its revision is newer than that one's."""
        ...

    async def save(self, consent: Consent) -> Consent:
        """Stale unless `consent.revision` is still the stored one, also when it is gone. As it is kept."""
        ...

    async def drop(self, team: str, person: str, events: Sequence[Event] = ()) -> bool:
        """False, and no event recorded, when there was none."""
        ...

    async def spend(self, digest: str, until: datetime, now: datetime) -> bool:
        """True once for each digest, up to `until`; after that it may be forgotten, and is for its owner to refuse."""
        ...
