"""The disk answers late, or with an error: nobody is told "kept" before the fsync, nor ever after a failed one."""

from __future__ import annotations

import asyncio
import gc
from dataclasses import replace
from threading import Event

import apsw
import pytest

from leakguard.model.errors import Stale, StoreUnavailable
from leakguard.store.sqlite import SqliteStore
from leakguard.store.writer import Writer
from tests.contract.store_disks import WatchedDisk, mounted
from tests.contract.store_samples import held_event, message


@pytest.fixture
def disk():
    with mounted(WatchedDisk()) as disk:
        yield disk
    gc.collect()
    disk.unregister()


class SlowSync:
    """An fsync that has begun and does not end until told."""

    def __init__(self, disk: WatchedDisk):
        self._begun, self._may_end = Event(), Event()
        disk.before_sync = self._wait

    def _wait(self) -> None:
        self._begun.set()
        assert self._may_end.wait(10)

    async def begun(self) -> None:
        assert await asyncio.to_thread(self._begun.wait, 10)

    def end(self) -> None:
        self._may_end.set()


def test_hold_returns_only_after_the_fsync(disk, tmp_path):
    async def life():
        store = await SqliteStore.open(tmp_path / "leakguard.db")
        sync = SlowSync(disk)
        hold = asyncio.ensure_future(store.hold(message(), [], []))
        await sync.begun()
        done_before = hold.done()
        sync.end()
        await hold
        await store.close()
        return done_before

    assert asyncio.run(life()) is False


def test_every_single_write_has_its_fsync(disk, tmp_path):
    async def life():
        store = await SqliteStore.open(tmp_path / "leakguard.db")
        for n in range(100):
            before = disk.syncs
            await store.hold(message(f"m{n}"), [held_event()], [])
            assert disk.syncs > before
        await store.close()

    asyncio.run(life())


def test_callers_that_wait_share_one_fsync_and_one_refusal_does_not_undo_the_others(disk, tmp_path):
    async def life():
        store = await SqliteStore.open(tmp_path / "leakguard.db")
        held = await store.hold(message("first"), [], [])
        await store.save(held, [], [])
        sync = SlowSync(disk)
        ahead = asyncio.ensure_future(store.record([held_event()]))
        await sync.begun()
        before = disk.syncs
        waiting = [store.hold(message(f"m{n}"), [], []) for n in range(30)]
        waiting.insert(15, store.save(replace(held, lease_by="late"), [held_event("late")], []))
        answers = asyncio.gather(*waiting, return_exceptions=True)
        await asyncio.sleep(0)
        sync.end()
        await ahead
        found = await answers, disk.syncs - before, len(await store.listing()), len(await store.audit())
        await store.close()
        return found

    answers, syncs, messages, lines = asyncio.run(life())

    assert isinstance(answers.pop(15), Stale)
    assert [each.id for each in answers] == [f"m{n}" for n in range(30)]
    assert (syncs, messages, lines) == (1, 31, 1)


def test_a_caller_who_gave_up_before_his_turn_is_not_recorded_and_harms_nobody(disk, tmp_path):
    async def life():
        store = await SqliteStore.open(tmp_path / "leakguard.db")
        sync = SlowSync(disk)
        ahead = asyncio.ensure_future(store.hold(message("ahead"), [], []))
        await sync.begun()
        gone = asyncio.ensure_future(store.hold(message("gone"), [], []))
        after = asyncio.ensure_future(store.hold(message("after"), [], []))
        await asyncio.sleep(0)
        gone.cancel()
        ahead.cancel()
        await asyncio.wait({gone, ahead})
        sync.end()
        await after
        found = [each.id for each in await store.listing()]
        await store.close()
        return sorted(found)

    assert asyncio.run(life()) == ["after", "ahead"], "ahead was being written already"


def test_a_failed_fsync_is_told_to_everybody_and_never_tried_again(disk, tmp_path):
    async def life():
        store = await SqliteStore.open(tmp_path / "leakguard.db")
        await store.hold(message("kept"), [], [])
        disk.before_sync = _fail
        holds = (store.hold(message(f"m{n}"), [], []) for n in range(20))
        answers = await asyncio.gather(*holds, return_exceptions=True)
        syncs = disk.syncs
        await asyncio.wait_for(store.broken.wait(), 10)
        with pytest.raises(StoreUnavailable):
            await store.listing()
        disk.before_sync = lambda: None
        with pytest.raises(StoreUnavailable):
            await store.hold(message("after"), [], [])
        await store.close()
        return answers, disk.syncs - syncs

    answers, syncs_after_the_failure = asyncio.run(life())

    assert {type(each) for each in answers} == {StoreUnavailable}
    assert syncs_after_the_failure == 0


def test_after_a_failed_fsync_a_new_process_finds_what_was_kept(disk, tmp_path):
    async def life():
        store = await SqliteStore.open(tmp_path / "leakguard.db")
        await store.hold(message("kept"), [], [])
        disk.before_sync = _fail
        with pytest.raises(StoreUnavailable):
            await store.hold(message("refused"), [], [])
        await store.close()
        disk.before_sync = lambda: None
        again = await SqliteStore.open(tmp_path / "leakguard.db")
        found = await again.get(message("kept").id)
        await again.hold(message("next"), [], [])
        await again.close()
        return found

    assert asyncio.run(life()) == message("kept")


def test_an_error_that_is_not_the_disk_s_ends_one_transaction_only(tmp_path):
    def busy(db: apsw.Connection) -> None:
        db.execute("CREATE TABLE half (done)")
        raise apsw.BusyError("a test said so")

    async def life():
        writer = Writer(tmp_path / "leakguard.db")
        await writer.open()
        with pytest.raises(StoreUnavailable):
            await writer.write(busy)
        await writer.write(lambda db: db.execute("CREATE TABLE half (done)"))
        await writer.close()
        return writer.broken.is_set()

    assert asyncio.run(life()) is False


def test_a_checkpoint_that_fails_breaks_the_store_too(disk, tmp_path, monkeypatch):
    monkeypatch.setattr("leakguard.store.writer.CHECKPOINT_PAGES", 1)

    def fail_in_the_database(_end: int, is_wal: bool) -> None:
        if not is_wal:
            _fail()

    async def life():
        store = await SqliteStore.open(tmp_path / "leakguard.db")
        disk.before_write = fail_in_the_database
        held = await store.hold(message("kept"), [], [])
        await asyncio.wait_for(store.broken.wait(), 10)
        with pytest.raises(StoreUnavailable):
            await store.get(held.id)
        await store.close()
        disk.before_write = lambda _end, _is_wal: None
        again = await SqliteStore.open(tmp_path / "leakguard.db")
        found = await again.get(held.id)
        await again.close()
        return found

    assert asyncio.run(life()) == message("kept")


def _fail() -> None:
    raise apsw.IOError("a test said so")
