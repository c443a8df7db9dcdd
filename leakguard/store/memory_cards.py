"""Cards in memory, beside the MemoryStore; for tests."""

from __future__ import annotations

from collections.abc import Callable

from leakguard.model.card import Card, CardFor
from leakguard.model.ids import HeldId


class MemoryCards:
    """check: raises when the store is not available."""

    def __init__(self, check: Callable[[], None]) -> None:
        self._check = check
        self._cards: dict[tuple[HeldId, CardFor], Card] = {}
        self._until: int | None = None

    async def card(self, held: HeldId, whose: CardFor) -> Card | None:
        self._check()
        return self._cards.get((held, whose))

    async def put_card(self, card: Card) -> None:
        self._check()
        self._cards[card.held, card.whose] = card

    async def told_until(self) -> int | None:
        self._check()
        return self._until

    async def put_told_until(self, seq: int) -> None:
        self._check()
        self._until = seq
