"""Reload: a changed rulebook is loaded whole, or refused whole while the last good one stays, loudly."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import structlog

from leakguard.model.events import RulebookLoaded, RulebookRejected
from leakguard.notation.diagnostics import Diagnostic
from leakguard.rulebook import Rulebook, examine
from leakguard.rulebook.load import digest_of
from leakguard.service.current import Current
from leakguard.service.ports import Clock, Store

log = structlog.get_logger("leakguard.reload")

LOOK_SECONDS = 1.0


async def _nothing(_rulebook: Rulebook, _files: Mapping[str, bytes]) -> None:
    """Nothing has to be made ready."""


@dataclass(slots=True, kw_only=True)
class Reload:
    """read: the files as they are now (name -> bytes). adopt: hands a good rulebook to whoever inspects with it.

    prepare: told of it before it is active, as making ready for it takes a second. rounds_at: Clock.seconds() when the
    loop last turned.
    """

    read: Callable[[], Mapping[str, bytes]]
    adopt: Callable[[Rulebook, Mapping[str, bytes]], Awaitable[None]]
    current: Current
    store: Store
    clock: Clock
    prepare: Callable[[Rulebook, Mapping[str, bytes]], Awaitable[None]] = _nothing
    poke: Callable[[], None] = lambda: None
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    refused: tuple[Diagnostic, ...] = ()
    rounds_at: float = 0.0
    _looked_at: str = ""

    async def run(self) -> None:
        """Look for changes until cancelled, and at once when asked (SIGHUP)."""
        while True:
            try:
                await self.look()
            except Exception as problem:  # noqa: BLE001 - a loop that must outlive any one bad file
                log.error("rulebook.look_failed", problem=type(problem).__name__, alarm=True)
            self.rounds_at = self.clock.seconds()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self.asked.wait()
                self._looked_at = ""
            self.asked.clear()

    async def look(self) -> None:
        """Load the files if they differ from what was looked at last."""
        files = await asyncio.to_thread(self.read)
        digest = digest_of(files)
        if digest == self._looked_at:
            return
        if digest == self.current.rulebook.digest:
            self.refused = ()
        else:
            rulebook, report = await asyncio.to_thread(examine, files)
            if rulebook is None:
                await self._refuse(report.errors)
            else:
                await self._adopt(rulebook, files)
        self._looked_at = digest  # not before it is done: what failed half-way is tried again

    async def _refuse(self, errors: tuple[Diagnostic, ...]) -> None:
        self.refused = errors
        log.error("rulebook.refused", errors=len(errors), rulebook=self.current.rulebook.digest, alarm=True)
        for each in errors[:20]:
            log.error("rulebook.error", place=f"{each.file}:{each.line}:{each.column}", code=each.code)
        places = tuple(f"{each.file}:{each.line}:{each.column} {each.code}" for each in errors[:100])
        await self.store.record([RulebookRejected(at=self.clock.now(), errors=len(errors), places=places)])

    async def _adopt(self, rulebook: Rulebook, files: Mapping[str, bytes]) -> None:
        await self.prepare(rulebook, files)
        await self.current.replace(rulebook, self.store)
        await self.adopt(rulebook, files)
        self.refused = ()
        await self.store.record([loaded(rulebook, self.clock)])
        log.info("rulebook.loaded", rulebook=rulebook.digest, rules=len(rulebook.rules))
        self.poke()


def loaded(rulebook: Rulebook, clock: Clock) -> RulebookLoaded:
    return RulebookLoaded(
        at=clock.now(), rulebook=rulebook.digest, releases=len(rulebook.book.releases), rules=len(rulebook.rules)
    )
