"""What whoever shows people what became of held posts needs from the store."""

from __future__ import annotations

from typing import Protocol

from leakguard.model.card import Card, CardFor
from leakguard.model.ids import HeldId


class CardStore(Protocol):
    """In the same file as the Store: committed and fsynced when a call returns. Each may raise StoreUnavailable."""

    async def card(self, held: HeldId, whose: CardFor) -> Card | None: ...

    async def put_card(self, card: Card) -> None:
        """In the place of an earlier one for the same people."""
        ...

    async def told_until(self) -> int | None:
        """The audit line up to which cards tell what happened; None before the first."""
        ...

    async def put_told_until(self, seq: int) -> None: ...
