"""Cards in the one SQLite file, written by its one thread."""

from __future__ import annotations

from leakguard.model.card import Card, CardFor
from leakguard.model.ids import HeldId
from leakguard.store.codec import column, text_of
from leakguard.store.queries import QUERIES
from leakguard.store.writer import Writer


class SqliteCards:
    """Made over the writer of an open SqliteStore, and closed with it."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def card(self, held: HeldId, whose: CardFor) -> Card | None:
        values = {"held": column(held), "whose": whose.value}
        found = await self._writer.read(lambda db: list(db.execute(QUERIES["card"], values)))
        if not found:
            return None
        [(channel, ts, digest)] = found
        return Card(held=held, whose=whose, channel=text_of(channel), ts=text_of(ts), digest=digest)

    async def put_card(self, card: Card) -> None:
        values = {
            "held": column(card.held),
            "whose": card.whose.value,
            "channel": column(card.channel),
            "ts": column(card.ts),
            "digest": card.digest,
        }
        await self._writer.write(lambda db: list(db.execute(QUERIES["put_card"], values)))

    async def told_until(self) -> int | None:
        found = await self._writer.read(lambda db: list(db.execute(QUERIES["cards_told_until"])))
        return int(found[0][0]) if found else None

    async def put_told_until(self, seq: int) -> None:
        await self._writer.write(lambda db: list(db.execute(QUERIES["put_cards_told_until"], {"seq": seq})))
