"""The disk is full: the client is told to keep the mail, nothing is half recorded, and with space it goes on."""

from __future__ import annotations

import asyncio
import os

import apsw
import pytest

from leakguard.model.errors import StoreUnavailable
from leakguard.store import writer
from leakguard.store.sqlite import SqliteStore
from tests.contract import store_disks
from tests.contract.store_samples import LIFT, held_event, message, notice


@pytest.fixture(name="small_disk")
def _small_disk():
    with store_disks.small_disk() as disk:
        yield disk


async def _fill(store: SqliteStore) -> list[str]:
    """Hold messages until there is no room; their names."""
    names: list[str] = []
    try:
        while True:
            name = f"m{len(names)}"
            await store.hold(message(name, os.urandom(50_000)), [held_event(name)], [notice(name)])
            names.append(name)
    except StoreUnavailable:
        return names


async def _contents(store: SqliteStore) -> tuple[list[str], list[str], list[str]]:
    """Names of the messages, of those in the audit, and of the notices."""
    messages = [each.id for each in await store.listing()]
    audit = [str(each.held) for each in await store.audit()]
    return sorted(messages), sorted(audit), sorted(each.id for each in await store.notices_due(LIFT, 1000))


def test_a_full_disk_is_told_nothing_is_half_recorded_and_it_goes_on_with_space(small_disk, tmp_path):
    async def life():
        store = await SqliteStore.open(tmp_path / "leakguard.db")
        names = await _fill(store)
        assert len(names) > 3
        assert await _contents(store) == (sorted(names),) * 3
        with pytest.raises(StoreUnavailable):
            await store.hold(message("too much", os.urandom(700_000)), [held_event("too much")], [notice("too much")])
        assert await _contents(store) == (sorted(names),) * 3
        assert not store.broken.is_set()

        small_disk.largest = 1 << 30
        await store.hold(message("fits"), [held_event("fits")], [notice("fits")])

        assert await _contents(store) == (sorted([*names, "fits"]),) * 3
        await store.close()

    asyncio.run(life())
    assert apsw.Connection(str(tmp_path / "leakguard.db")).execute("PRAGMA integrity_check").get == "ok"


def test_of_callers_who_wait_together_all_or_none_are_told_kept(small_disk, tmp_path):
    async def life():
        store = await SqliteStore.open(tmp_path / "leakguard.db")
        names = await _fill(store)
        many = (store.hold(message(f"n{n}", os.urandom(9000)), [held_event(f"n{n}")], []) for n in range(200))
        answers = await asyncio.gather(*many, return_exceptions=True)
        kept = [each.id for each in answers if not isinstance(each, StoreUnavailable)]
        messages, audit, _ = await _contents(store)
        await store.close()
        return sorted([*names, *kept]), messages, audit

    told, messages, audit = asyncio.run(life())

    assert told == messages == audit


def test_a_disk_too_full_for_the_checkpoint_breaks_nothing(small_disk, tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "CHECKPOINT_PAGES", 1)

    async def life():
        store = await SqliteStore.open(tmp_path / "leakguard.db")
        names = await _fill(store)
        await store.close()
        store = await SqliteStore.open(tmp_path / "leakguard.db")
        found = await _contents(store)
        small_disk.largest = 1 << 30
        await store.hold(message("fits"), [], [])
        broken = store.broken.is_set()
        await store.close()
        return names, found, broken

    names, found, broken = asyncio.run(life())

    assert found == (sorted(names),) * 3
    assert not broken
