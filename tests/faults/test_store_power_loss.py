"""The power goes at any write: what was acknowledged is there afterwards, whole.

The disk keeps what was fsynced, a random half of what was not, and tears some of it.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from random import Random

import apsw

from leakguard.model.errors import NotFound, StoreUnavailable
from leakguard.model.ids import HeldId
from leakguard.store import connection, writer
from leakguard.store.sqlite import SqliteStore
from tests.contract.store_disks import LosingDisk, mounted
from tests.contract.store_samples import held_event, message

SEEDS = range(40)


@dataclass
class Ledger:
    """What the store said it had done: the digest and the revision of each message."""

    acked: dict[HeldId, tuple[str, int]] = field(default_factory=dict)

    def note(self, held) -> None:
        self.acked[held.id] = (held.digest, held.revision)


async def _client(store: SqliteStore, name: str, random: Random, ledger: Ledger) -> None:
    """Holds messages and saves some of them, until the lights go out."""
    with suppress(StoreUnavailable):
        for n in range(1000):
            key = f"{name}-{n}"
            held = await store.hold(message(key, random.randbytes(random.randrange(9000))), [held_event(key)], [])
            ledger.note(held)
            if random.random() < 0.5:
                ledger.note(await store.save(replace(held, lease_by=name), [held_event(key)], []))


async def _until_the_cut(path, random: Random, ledger: Ledger) -> None:
    try:
        store = await SqliteStore.open(path)
    except StoreUnavailable:
        return
    clients = (_client(store, f"c{n}", Random(random.random()), ledger) for n in range(3))
    await asyncio.gather(*clients)
    assert store.broken.is_set()
    await store.close()


async def _lost(path, ledger: Ledger) -> int:
    store = await SqliteStore.open(path)
    lost = 0
    for held_id, (digest, revision) in ledger.acked.items():
        try:
            held = await store.get(held_id)
            audit = await store.audit(held=held_id)
            whole = sha256(held.content).hexdigest() == digest
            lost += not whole or held.revision < revision or len(audit) != held.revision + 1
        except NotFound:
            lost += 1
    await store.close()
    return lost


def _cut(tmp_path, seed: int) -> tuple[int, int]:
    """One life of a store: how much it acknowledged, and how much of that is lost."""
    random = Random(seed)
    folder = tmp_path / str(seed)
    folder.mkdir()
    ledger = Ledger()
    disk = LosingDisk(f"losing-{seed}", lives=random.randrange(20, 2500))
    with mounted(disk):
        asyncio.run(_until_the_cut(folder / "leakguard.db", random, ledger))
    disk.unregister()
    disk.leave(folder / "after", random)
    path = folder / "after" / "leakguard.db"
    if path.exists():
        assert apsw.Connection(str(path)).execute("PRAGMA integrity_check").get == "ok"
        return len(ledger.acked), asyncio.run(_lost(path, ledger))
    return len(ledger.acked), len(ledger.acked)


def test_nothing_acknowledged_is_lost_when_the_power_goes(tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "CHECKPOINT_PAGES", 20)

    cuts = [_cut(tmp_path, seed) for seed in SEEDS]

    assert sum(acked for acked, _ in cuts) > 10 * len(SEEDS), "enough was acknowledged to say anything"
    assert sum(lost for _, lost in cuts) == 0


def test_this_test_would_see_a_store_that_does_not_fsync(tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "CHECKPOINT_PAGES", 20)
    monkeypatch.setattr(connection, "SYNCHRONOUS", "NORMAL")

    assert any(_cut(tmp_path, seed)[1] for seed in SEEDS)
