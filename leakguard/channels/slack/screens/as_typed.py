"""An answer while somebody types: after a pause, for the latest of what they wrote, and one at a time for one form.

Rule of this file: what is typed is in memory until it has been looked at, and nowhere after that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Draft = TypeVar("Draft")

PAUSE_SECONDS = 0.5  # after the last key
SPACING_SECONDS = 2.0  # so that whoever types without end does not ask more often than one person may
_MOST_PAUSES = 6  # whoever never pauses is answered nevertheless
_MOST_KNOWN = 1_000


@dataclass(slots=True, kw_only=True)
class _Form(Generic[Draft]):
    latest: Draft | None = field(repr=False)


@dataclass(slots=True, kw_only=True)
class AsTyped(Generic[Draft]):
    """show: puts the answer about a draft into the form of this id, if it still has this hash, or whatever it has when
    that is ""; returns the hash of then, or "" when it had another one.
    """

    show: Callable[[str, str, Draft], Awaitable[str]]
    pause: float = PAUSE_SECONDS
    spacing: float = SPACING_SECONDS
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _busy: dict[str, _Form[Draft]] = field(default_factory=dict)
    _hashes: dict[str, str] = field(default_factory=dict)

    async def typed(self, view: str, hash_: str, draft: Draft) -> None:
        """Returns when the latest draft has been answered, or at once where somebody is at it already."""
        if view in self._busy:
            self._busy[view].latest = draft
            return
        form = self._busy[view] = _Form(latest=draft)
        try:
            await self._answered(view, hash_, form)
        finally:
            del self._busy[view]

    def forget(self, view: str) -> None:
        """It was changed in another way."""
        self._hashes.pop(view, None)

    async def _answered(self, view: str, hash_: str, form: _Form[Draft]) -> None:
        await self._paused(form)
        while form.latest is not None:
            draft, form.latest = form.latest, None
            known = self._hashes.get(view, hash_)
            now = await self.show(view, known, draft)
            if not now and form.latest is None:  # another node was at it: the latest stands
                now = await self.show(view, "", draft)
            self._remember(view, now)
            if form.latest is not None:
                await self.sleep(self.spacing)
                await self._paused(form)

    async def _paused(self, form: _Form[Draft]) -> None:
        """Until nothing was typed for a while."""
        for _ in range(_MOST_PAUSES):
            seen = form.latest
            await self.sleep(self.pause)
            if seen is form.latest:
                return

    def _remember(self, view: str, hash_: str) -> None:
        self._hashes.pop(view, None)
        if hash_:
            self._hashes[view] = hash_
        if len(self._hashes) > _MOST_KNOWN:
            del self._hashes[next(iter(self._hashes))]
