"""What holds now: the active rulebook with the operators' acts laid over its book. One object that all doors read."""

from __future__ import annotations

from leakguard.model.content import Verdict
from leakguard.model.embargo import Book
from leakguard.model.errors import LeakGuardError
from leakguard.model.message import Channel, Direction
from leakguard.model.overlay import lay_over
from leakguard.rulebook import Rulebook
from leakguard.service.ports import Inspector, Store

_TRIES = 3


class Current:
    """rulebook and book change by whole replacement only, so that a reader never sees half of a change."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self._book = rulebook.book

    @property
    def rulebook(self) -> Rulebook:
        return self._rulebook

    @property
    def book(self) -> Book:
        return self._book

    async def replace(self, rulebook: Rulebook, store: Store) -> None:
        """Make a new snapshot the active one, with every act ever recorded over it. Raises StoreUnavailable."""
        acts = await store.acts()
        self._rulebook, self._book = rulebook, lay_over(rulebook.book, acts)

    async def refresh(self, store: Store) -> bool:
        """Lay the acts over again; True when that changed the book. Raises StoreUnavailable."""
        acts = await store.acts()  # before the rulebook is read, which may be replaced while this waits
        book = lay_over(self._rulebook.book, acts)
        changed = book.digest != self._book.digest
        self._book = book
        return changed

    async def inspected(self, inspector: Inspector, content: bytes, direction: Direction, channel: Channel) -> Verdict:
        """A verdict under the rulebook that decides: one that was replaced meanwhile may not know its releases."""
        for _ in range(_TRIES):
            verdict = await inspector.inspect(content, direction, channel)
            if verdict.rulebook == self._rulebook.digest:
                return verdict
        raise LeakGuardError("the rulebook changes faster than messages can be inspected")
