"""The list of held messages, kept current in memory: the store is asked only for what changed since."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from leakguard.model.errors import NotFound
from leakguard.model.held import HeldMessage, State
from leakguard.model.ids import HeldId
from leakguard.service.items import Item, Need, Rank, item_of, key_of, rank
from leakguard.service.ports import Clock, Store

_AT_ONCE = 100  # a page is read by the thread that writes: it must not hold up the relay
CLOSED_STAYS = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A filter. state: open, todo (needs a person), closed or all. words: each must be in some metadata."""

    state: str = "open"
    release: str = ""
    rule: str = ""
    words: str = ""

    def takes(self, item: Item) -> bool:
        match self.state:
            case "todo" if item.need > Need.LOOK:
                return False
            case "open" if not item.is_open:
                return False
            case "closed" if item.is_open:
                return False
        if self.release and self.release not in item.releases:
            return False
        if self.rule and self.rule not in item.rules:
            return False
        return not self.words or all(each in _text_of(item) for each in self.words.casefold().split())


def _text_of(item: Item) -> str:
    """What a search looks into: never what is in the message."""
    parts = (*item.ids, item.sender, *item.held, *item.releases, *item.rules, *item.codes, *item.gaps)
    return " ".join(parts).casefold()


@dataclass(slots=True, kw_only=True)
class Queue:
    """refresh: ask before each use; it costs one number where nothing changed. changed: set at every change."""

    store: Store
    clock: Clock
    _mark: int = 0
    _version: int = -1
    _messages: dict[HeldId, HeldMessage] = field(default_factory=dict)
    _groups: dict[tuple[str, ...], set[HeldId]] = field(default_factory=dict)
    _items: dict[tuple[str, ...], Item] = field(default_factory=dict)
    _ranks: dict[tuple[str, ...], Rank] = field(default_factory=dict)
    _order: list[tuple[str, ...]] = field(default_factory=list)
    _sorted: tuple[Item, ...] = ()
    _open: tuple[Item, ...] = ()
    _closed: dict[HeldId, datetime] = field(default_factory=dict)
    _touched: set[tuple[str, ...]] = field(default_factory=set)
    _busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def version(self) -> int:
        """Rises whenever the list, or anything else in the store, changed."""
        return self._version

    async def refresh(self) -> None:
        """Raises StoreUnavailable."""
        async with self._busy:
            version = await self.store.version()
            if version == self._version:
                return
            while True:
                mark, changed = await self.store.changed_since(self._mark, _AT_ONCE)
                self._touched.update(self._taken(changed))  # kept, should the next page not come
                if mark == self._mark:
                    break
                self._mark = mark
                await asyncio.sleep(0)  # the relay goes on between the pages of a long list
            self._touched.update(self._forgotten(self.clock.now()))
            self._regroup(self._touched)
            self._touched = set()
            self._version = version

    def items(self, wanted: Wanted) -> list[Item]:
        """In the order in which they need somebody."""
        if wanted == Wanted():
            return list(self._open)
        return [each for each in (self._open if wanted.state == "open" else self._sorted) if wanted.takes(each)]

    def of(self, held_id: HeldId) -> Item:
        """The item that this message belongs to. Raises NotFound."""
        held = self._messages.get(held_id)
        if held is None:
            raise NotFound("there is no held message of that reference, or it was closed long ago")
        return self._items[key_of(held)]

    def messages(self, item: Item) -> list[HeldMessage]:
        """Without their content, and without the words that were found in it."""
        return [self._messages[each] for each in item.ids]

    def after(self, item: Item) -> Item | None:
        """The next one that needs a person, for going on after a decision."""
        return next((each for each in self._sorted if each.id != item.id and each.need <= Need.LOOK), None)

    def like(self, item: Item, *, by_words: bool = False, limit: int = 10) -> list[Item]:
        """Other items of the same sender; the latest first. by_words: those with the same words, too, whoever sent
        them. For people who may see this one only: to others it would tell whether their guess is right.
        """
        same = [
            each
            for each in self._sorted
            if each.id != item.id and (each.sender == item.sender or (by_words and each.alike == item.alike))
        ]
        return sorted(same, key=lambda each: each.last_at, reverse=True)[:limit]

    def _taken(self, changed: Iterable[HeldMessage]) -> Iterable[tuple[str, ...]]:
        for held in changed:
            old = self._messages.get(held.id)
            if old is not None:  # a new rulebook may read it differently
                self._groups[key_of(old)].discard(held.id)
                yield key_of(old)
            if held.in_state(State.PENDING):  # it may yet be dropped, without a word
                self._messages.pop(held.id, None)
                self._closed.pop(held.id, None)
                continue
            self._messages[held.id] = _wordless(held)
            if held.is_open:
                self._closed.pop(held.id, None)
            else:
                self._closed[held.id] = _closed_at(held)
            self._groups.setdefault(key_of(held), set()).add(held.id)
            yield key_of(held)

    def _forgotten(self, now: datetime) -> Iterable[tuple[str, ...]]:
        for held_id in [each for each, at in self._closed.items() if at < now - CLOSED_STAYS]:
            del self._closed[held_id]
            held = self._messages.pop(held_id)
            self._groups[key_of(held)].discard(held_id)
            yield key_of(held)

    def _regroup(self, touched: set[tuple[str, ...]]) -> None:
        """Only what was touched is made and ranked anew: the rest of a long list stays in its order."""
        for key in touched:
            ids = self._groups.get(key)
            if ids:
                self._items[key] = item_of([self._messages[each] for each in ids])
                self._ranks[key] = rank(self._items[key])
            else:
                for kept in (self._groups, self._items, self._ranks):
                    kept.pop(key, None)
        if touched:
            stay = [key for key in self._order if key not in touched]
            self._order = sorted(stay + [key for key in touched if key in self._items], key=self._ranks.__getitem__)
            self._sorted = tuple(self._items[key] for key in self._order)
            self._open = tuple(each for each in self._sorted if each.is_open)


def _wordless(held: HeldMessage) -> HeldMessage:
    findings = tuple(replace(each, text="") for each in held.verdict.findings)
    return replace(held, verdict=replace(held.verdict, findings=findings))


def _closed_at(held: HeldMessage) -> datetime:
    return max((each.closed_at for each in held.recipients if each.closed_at is not None), default=held.received_at)
