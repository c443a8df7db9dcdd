"""What a store promises a door that answers before the work is done: kept once, taken in order, forgotten when done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from leakguard.model.errors import StoreUnavailable
from leakguard.model.inbox import InboxItem, Seen
from leakguard.store.sqlite import SqliteStore
from tests.contract.store_samples import LIFT, MINUTE, held_event

WORDS = b'{"text": "record empl\\u00f6yment \xff \x00"}'
ROOT = Path(__file__).parents[2]


@pytest.fixture
def inbox(store):
    return store.inbox


def item(event_id: str = "Ev1", lane: str = "T1 C1 1.2", **changes) -> InboxItem:
    return InboxItem(**({"event_id": event_id, "lane": lane, "body": WORDS, "received_at": LIFT} | changes))


def put(inbox, run, *items: InboxItem) -> None:
    for each in items:
        assert run(inbox.put(each))


def names(found) -> list[str]:
    return [each.event_id for each in found]


def test_an_item_comes_back_as_it_was_put(inbox, run):
    first = item("Ev\udce9", "T1 C\u00e9 1.2", attempts=3, next_try_at=LIFT - MINUTE)
    put(inbox, run, first)

    assert run(inbox.turns(LIFT, 10)) == (first,)


def test_the_same_event_is_kept_once_also_after_it_was_done(inbox, run):
    put(inbox, run, item())

    assert not run(inbox.put(item(body=b"other")))
    assert run(inbox.turns(LIFT, 10))[0].body == WORDS
    assert run(inbox.done(item(), LIFT))
    assert not run(inbox.put(item()))
    assert run(inbox.turns(LIFT, 10)) == ()


def test_a_lane_gives_one_item_at_a_time_in_the_order_of_their_coming(inbox, run):
    put(inbox, run, item("a1", "a"), item("b1", "b"), item("a2", "a"), item("b2", "b"))

    assert names(run(inbox.turns(LIFT, 10))) == ["a1", "b1"]
    run(inbox.done(item("a1", "a"), LIFT))
    assert names(run(inbox.turns(LIFT, 10))) == ["b1", "a2"]
    assert names(run(inbox.turns(LIFT, 10, busy=["b"]))) == ["a2"]
    assert names(run(inbox.turns(LIFT, 1))) == ["b1"]


def test_an_item_that_is_tried_later_holds_up_its_own_lane_only(inbox, run):
    put(inbox, run, item("a1", "a"), item("a2", "a"), item("b1", "b"))

    run(inbox.later(item("a1", "a"), LIFT + MINUTE))

    assert names(run(inbox.turns(LIFT, 10))) == ["b1"]
    assert names(run(inbox.turns(LIFT + MINUTE - timedelta(microseconds=1), 10))) == ["b1"]
    [again, _] = run(inbox.turns(LIFT + MINUTE, 10))
    assert (again.event_id, again.attempts) == ("a1", 1)


def test_done_and_its_events_are_recorded_together_and_once(inbox, store, run):
    put(inbox, run, item())

    assert run(inbox.done(item(), LIFT, [held_event()], [Seen(place="T1 C1 1.2", digest="d1")]))
    assert not run(inbox.done(item(), LIFT, [held_event()], [Seen(place="T1 C1 1.2", digest="d2")]))
    assert not run(inbox.done(item("never put"), LIFT, [held_event()]))

    assert [each.kind for each in run(store.audit())] == ["Held"]
    assert run(inbox.seen("T1 C1 1.2")) == "d1"
    assert run(inbox.seen("elsewhere")) == ""


def test_how_many_wait_and_since_when(inbox, run):
    assert run(inbox.waiting()) == (0, None)
    put(inbox, run, item("a"), item("b", received_at=LIFT - MINUTE), item("c", received_at=LIFT - 2 * MINUTE))

    run(inbox.done(item("c"), LIFT))

    assert run(inbox.waiting()) == (2, LIFT - MINUTE)


def test_a_sweep_forgets_what_was_done_and_nothing_that_waits(inbox, run):
    put(inbox, run, item("old"), item("new"), item("open", received_at=LIFT - 99 * MINUTE))
    run(inbox.done(item("old"), LIFT - MINUTE, (), [Seen(place="p", digest="d")]))
    run(inbox.done(item("new"), LIFT, (), [Seen(place="q", digest="d")]))

    run(inbox.sweep(LIFT))

    assert names(run(inbox.turns(LIFT, 10))) == ["open"]
    assert run(inbox.put(item("old")))
    assert not run(inbox.put(item("new")))
    assert (run(inbox.seen("p")), run(inbox.seen("q"))) == ("", "d")


def test_a_mark_is_what_was_marked_last_and_outlives_every_sweep(inbox, run):
    assert run(inbox.marked("slack T1")) is None

    run(inbox.mark("slack T1", LIFT))
    run(inbox.mark("slack T1", LIFT - MINUTE))
    run(inbox.mark("slack T2", LIFT + MINUTE))
    run(inbox.sweep(LIFT + 99 * MINUTE))

    assert (run(inbox.marked("slack T1")), run(inbox.marked("slack T2"))) == (LIFT - MINUTE, LIFT + MINUTE)


def test_a_store_that_is_closed_takes_nothing(inbox, store, run):
    run(store.close())

    with pytest.raises(StoreUnavailable):
        run(inbox.put(item()))


def test_of_what_is_done_the_file_has_no_body_any_more(tmp_path, run):
    store = run(SqliteStore.open(tmp_path / "leakguard.db"))
    run(store.inbox.put(item()))
    run(store.inbox.done(item(), LIFT))
    left = run(store._writer.read(lambda db: db.execute("SELECT length(body) FROM inbox").get))
    run(store.close())

    assert left == 0


_PUTS_UNTIL_KILLED = """
import asyncio, sys
from pathlib import Path
from leakguard.store.sqlite import SqliteStore
from tests.contract.test_store_inbox import item
async def main():
    store = await SqliteStore.open(Path(sys.argv[1]))
    for number in range(10**6):
        await store.inbox.put(item(f"Ev{number}", f"lane {number}"))
        print(f"Ev{number}", flush=True)
asyncio.run(main())
"""


def test_what_was_put_is_there_after_a_kill(tmp_path, run):
    path = tmp_path / "leakguard.db"
    child = subprocess.Popen(
        [sys.executable, "-c", _PUTS_UNTIL_KILLED, str(path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    said = [child.stdout.readline().strip() for _ in range(50)]
    os.kill(child.pid, signal.SIGKILL)
    said += child.stdout.read().split("\n")[:-1]
    child.wait()

    store = run(SqliteStore.open(path))
    kept = names(run(store.inbox.turns(LIFT, 10**6)))
    run(store.close())

    assert said[0] == "Ev0"
    assert set(said) <= set(kept)
    assert len(kept) <= len(said) + 1
