"""The inbox is worked off in order where it must be, at once where it may be, and nothing is given up."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from leakguard.channels.slack.api import ApiLimited
from leakguard.channels.slack.lanes import Lanes
from leakguard.channels.slack.limiter import Limiter
from leakguard.clock import SetClock
from leakguard.model.inbox import InboxItem
from leakguard.store.memory import MemoryStore
from leakguard.store.sqlite import SqliteStore
from tests.stories import story
from tests.unit.service.world import EARLY, until
from tests.unit.slack.office import Office
from tests.unit.slack.payloads import event


def item(event_id: str, lane: str) -> InboxItem:
    return InboxItem(event_id=event_id, lane=lane, body=b"{}", received_at=EARLY)


class Works:
    """Lanes over a store, with a handler that writes down what it did; gates: events that wait until they are set."""

    def __init__(self, store=None) -> None:
        self.store, self.clock = store or MemoryStore(), SetClock(EARLY)
        self.did: list[str] = []
        self.gates: dict[str, asyncio.Event] = {}
        self.fails: dict[str, int] = {}
        self.lanes = Lanes(inbox=self.store.inbox, clock=self.clock, handle=self._handle)

    async def _handle(self, one: InboxItem) -> None:
        if one.event_id in self.gates:
            await self.gates[one.event_id].wait()
        if self.fails.get(one.event_id, 0) > 0:
            self.fails[one.event_id] -= 1
            raise RuntimeError("no luck")
        await self.store.inbox.done(one, self.clock.now())
        self.did.append(one.event_id)

    async def put(self, *items: InboxItem) -> None:
        for each in items:
            await self.store.inbox.put(each)


@story
async def test_what_is_slow_holds_up_its_own_lane_only():
    works = Works()
    works.gates["a1"] = asyncio.Event()
    await works.put(item("a1", "a"), item("a2", "a"), item("b1", "b"), item("b2", "b"))
    running = asyncio.create_task(works.lanes.run())

    await until(lambda: len(works.did) == 2)
    before = list(works.did)
    works.gates["a1"].set()
    await until(lambda: len(works.did) == 4)
    works.lanes.stop()
    await running

    assert before == ["b1", "b2"]
    assert works.did[2:] == ["a1", "a2"]


@story
async def test_what_fails_comes_again_before_what_follows_in_its_lane():
    works = Works()
    works.fails["a1"] = 2
    await works.put(item("a1", "a"), item("a2", "a"))

    for _ in range(3):
        await works.lanes.round()
        works.clock.set(works.clock.now() + timedelta(seconds=60))

    assert works.did == ["a1", "a2"]


@story
async def test_a_store_that_does_not_answer_stops_nothing_for_good():
    works = Works()
    await works.put(item("a1", "a"))
    works.store.available = False
    running = asyncio.create_task(works.lanes.run())
    await asyncio.sleep(0.01)
    works.store.available = True

    await until(lambda: works.did == ["a1"])
    works.lanes.stop()
    await running


def test_what_was_not_done_when_the_process_died_is_done_by_the_next(tmp_path):
    @story
    async def told() -> None:
        first = Works(await SqliteStore.open(tmp_path / "leakguard.db"))
        first.gates["a1"] = asyncio.Event()
        await first.put(item("a1", "a"), item("b1", "b"))
        running = asyncio.create_task(first.lanes.run())
        await until(lambda: first.did == ["b1"])
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await first.store.close()

        second = Works(await SqliteStore.open(tmp_path / "leakguard.db"))
        await second.lanes.round()
        await second.store.close()

        assert second.did == ["a1"]

    told()


@story
async def test_of_a_burst_of_a_thousand_every_leak_is_kept_and_taken_out():
    office = Office()
    for number in range(1000):
        text = "LMS rose" if number % 12 == 0 else "hello"
        body = json.dumps(event(text=text, ts=f"1931592{number:03d}.000000")).encode()
        await office.inbox.put(InboxItem(event_id=f"Ev{number}", lane=f"lane {number}", body=body, received_at=EARLY))

    await office.lanes.round()

    assert len(office.deletions()) == len(await office.world.all_held()) == 84
    assert await office.inbox.waiting() == (0, None)


@pytest.mark.parametrize(
    ("first", "order"),
    [
        pytest.param(5, [1, 3, 5, 9], id="others are more urgent"),
        pytest.param(0, [0, 1, 3, 9], id="none is more urgent"),
    ],
)
def test_the_most_urgent_call_is_next_and_all_wait_when_slack_says_so(first, order):
    """Also whoever was limited: it stands in line again."""

    @story
    async def told() -> None:
        naps: list[float] = []
        made: list[int] = []
        began = asyncio.Event()

        async def nap(seconds: float) -> None:
            naps.append(seconds)
            await began.wait()

        limiter = Limiter(sleep=nap, at_once=1)
        limited = [True]

        async def call(number: int) -> None:
            if limited and number == first:
                limited.pop()
                raise ApiLimited(30)
            made.append(number)

        tasks = [
            asyncio.create_task(limiter.run("chat.delete", (each,), lambda each=each: call(each)))
            for each in (first, 9, 1, 3)
        ]
        await until(lambda: naps == [30])
        other = asyncio.create_task(limiter.run("files.delete", (0,), lambda: call(100)))
        await other
        began.set()
        await asyncio.gather(*tasks)

        assert made == [100, *order]

    told()


@story
async def test_of_many_that_are_limited_at_once_one_waits_for_all():
    naps: list[float] = []
    made: list[int] = []
    gate = asyncio.Event()
    limited = set(range(4))

    async def nap(seconds: float) -> None:
        naps.append(seconds)
        await gate.wait()

    async def call(number: int) -> None:
        await asyncio.sleep(0)
        if number in limited:
            limited.discard(number)
            raise ApiLimited(30)
        made.append(number)

    limiter = Limiter(sleep=nap, at_once=4)
    tasks = [asyncio.create_task(limiter.run("m", (each,), lambda each=each: call(each))) for each in range(4)]
    await until(lambda: not limited)
    gate.set()
    await asyncio.gather(*tasks)

    assert naps == [30]
    assert sorted(made) == [0, 1, 2, 3]


@story
async def test_who_waits_for_all_and_is_given_up_lets_the_others_go_on():
    gate = asyncio.Event()
    limited = [True]

    async def nap(seconds: float) -> None:
        await gate.wait()

    async def call(number: int) -> int:
        if limited and number == 0:
            limited.pop()
            raise ApiLimited(30)
        return number

    limiter = Limiter(sleep=nap, at_once=1)
    first = asyncio.create_task(limiter.run("m", (0,), lambda: call(0)))
    second = asyncio.create_task(limiter.run("m", (1,), lambda: call(1)))
    await until(lambda: not limited)
    first.cancel()

    async with asyncio.timeout(5):
        assert await second == 1


@story
async def test_a_call_that_is_given_up_gives_its_turn_on():
    limiter = Limiter(at_once=1)
    gate = asyncio.Event()
    first = asyncio.create_task(limiter.run("m", (), gate.wait))
    await asyncio.sleep(0)
    second = asyncio.create_task(limiter.run("m", (), gate.wait))
    third = asyncio.create_task(limiter.run("m", (), gate.wait))
    await asyncio.sleep(0)
    second.cancel()
    gate.set()

    assert await asyncio.wait_for(third, 5)
    assert await first
    with pytest.raises(asyncio.CancelledError):
        await second


def test_a_lane_is_part_of_an_item():
    with pytest.raises(AssertionError):
        replace(item("a", "a"), lane="")
