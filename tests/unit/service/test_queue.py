"""The list is what the store has, whatever changed, and carries nothing of a message."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from leakguard.model.errors import NotFound, StoreUnavailable
from leakguard.model.held import State
from leakguard.model.ids import HeldId
from leakguard.service import queue as module
from leakguard.service.items import Need, item_of, key_of
from leakguard.service.queue import CLOSED_STAYS, Queue, Wanted
from tests.contract.store_samples import copy, message
from tests.unit.service.reviewers import NEL, REX, actor, world
from tests.unit.service.world import JOE, LMS, T, World

ALL = Wanted(state="all")


def _queue(at: World) -> Queue:
    return Queue(store=at.store, clock=at.clock)


async def _ids(queue: Queue, wanted: Wanted = ALL) -> list[set[HeldId]]:
    await queue.refresh()
    return [set(each.ids) for each in queue.items(wanted)]


async def _expected(at: World) -> list[object]:
    groups: dict[object, list] = {}
    for each in await at.all_held():
        groups.setdefault(key_of(each), []).append(each)
    return sorted((item_of(each) for each in groups.values()), key=lambda item: item.id)


def test_the_list_is_what_the_store_has_after_every_change():
    async def story() -> None:
        at = world()
        queue = _queue(at)

        async def check() -> None:
            await queue.refresh()
            assert sorted(queue.items(ALL), key=lambda item: item.id) == await _expected(at)

        await check()
        await at.submit("LMS rose")
        await at.submit("LMS rose", to=("eve@news.example",))
        await at.submit("CPI rose")
        await check()
        first = (await at.all_held())[0]
        await at.reviewing(actor(NEL)).keep(first.id, "wait")
        await check()
        await at.reviewing(actor(NEL)).reject(first.id, "no")
        await check()
        await at.reviewing(actor(NEL)).take_back(first.id)
        await check()
        await at.at(T)
        await check()
        assert [each.need for each in queue.items(ALL)] == [Need.LOOK, Need.CLOSED]

    asyncio.run(story())


def test_a_message_that_a_new_rulebook_reads_differently_moves_to_its_new_item():
    async def story() -> None:
        at = world()
        queue = _queue(at)
        await at.submit("LMS rose")
        await queue.refresh()
        held = await at.held()

        await at.store.save(replace(held, verdict=replace(held.verdict, likeness="new")), [], ())

        assert await _ids(queue) == [{held.id}]
        assert queue.of(held.id).ids == (held.id,)

    asyncio.run(story())


def test_what_is_pending_is_not_listed_and_what_follows_a_dropped_one_is():
    async def story() -> None:
        at = world()
        queue = _queue(at)
        pending = await at.store.hold(message("m1", recipients=(copy(state=State.PENDING),)), [], ())
        nothing = await _ids(queue)
        await at.store.drop_pending(pending)
        await at.store.hold(message("m2"), [], ())

        assert nothing == []
        assert await _ids(queue) == [{"m2"}]

    asyncio.run(story())


def test_a_store_that_fails_in_the_middle_of_a_long_list_hides_nothing(monkeypatch):
    async def story() -> None:
        monkeypatch.setattr(module, "_AT_ONCE", 2)
        at = world()
        queue = _queue(at)
        for number in range(5):
            await at.store.hold(message(f"m{number}", content=b"%d" % number), [], ())
        page, calls = at.store.changed_since, 0

        async def fails_once(mark: int, limit: int):
            nonlocal calls
            calls += 1
            if calls == 2:
                raise StoreUnavailable("the store did not answer")
            return await page(mark, limit)

        at.store.changed_since = fails_once
        with pytest.raises(StoreUnavailable):
            await queue.refresh()

        assert len(await _ids(queue)) == 5

    asyncio.run(story())


def test_no_matched_words_and_no_content_are_kept_in_memory():
    async def story() -> None:
        at = world()
        queue = _queue(at)
        await at.submit("LMS rose")
        await queue.refresh()

        [held] = queue.messages(queue.items(ALL)[0])

        assert held.content == b""
        assert [each.text for each in held.verdict.findings] == [""]
        assert [each.text for each in (await at.held()).verdict.findings] == ["secret words"]

    asyncio.run(story())


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), True),
        (Wanted(state="todo"), True),
        (Wanted(state="closed"), False),
        (Wanted(release=LMS.id), True),
        (Wanted(release="CPI-2031-03"), False),
        (Wanted(rule="uk.lms"), True),
        (Wanted(rule="uk.lms/direction"), False),
        (Wanted(words="JOE@dept amy@"), True),
        (Wanted(words="joe@dept bob@"), False),
        (Wanted(words="minutes"), False),
        (Wanted(words="rose"), False),
        (Wanted(words="secret"), False),
    ],
)
def test_a_search_looks_into_metadata_only(wanted, found):
    async def story() -> None:
        at = world()
        queue = _queue(at)
        await at.submit("LMS rose")

        assert bool(await _ids(queue, wanted)) is found

    asyncio.run(story())


def test_what_needs_nobody_is_open_and_not_to_do():
    async def story() -> None:
        at = world()
        queue = _queue(at)
        await at.submit("LMS rose")
        await at.reviewing(actor(NEL)).keep((await at.held()).id, "wait")

        assert await _ids(queue, Wanted(state="todo")) == []
        assert len(await _ids(queue, Wanted(state="open"))) == 1

    asyncio.run(story())


def test_what_closed_long_ago_is_forgotten_and_found_again_by_nobody():
    async def story() -> None:
        at = world()
        queue = _queue(at)
        await at.submit("LMS rose")
        held = await at.held()
        await at.console().reject(held.id, "no")
        closed_at = at.clock.now()

        at.clock.set(closed_at + CLOSED_STAYS)
        assert len(await _ids(queue)) == 1
        at.clock.set(closed_at + CLOSED_STAYS + timedelta(seconds=1))
        await at.reviewing(actor(NEL)).note(held.id, "a change of the store")
        assert await _ids(queue) == []
        with pytest.raises(NotFound):
            queue.of(held.id)
        assert (queue._messages, queue._groups, queue._items) == ({}, {}, {})

    asyncio.run(story())


def test_after_a_decision_comes_the_next_that_needs_somebody():
    async def story() -> None:
        at = world()
        queue = _queue(at)
        await at.submit("LMS rose")
        await at.submit("CPI rose", sender=JOE)
        await queue.refresh()
        first, second = queue.items(ALL)

        await at.reviewing(actor(NEL)).keep(first.id, "wait")
        await queue.refresh()

        assert queue.after(queue.of(first.id)).id == second.id
        assert queue.after(queue.of(second.id)) is None
        assert [each.id for each in queue.like(second)] == [first.id]

    asyncio.run(story())


def test_the_same_words_from_somebody_else_are_shown_beside():
    async def story() -> None:
        at = world()
        queue = _queue(at)
        for sender in (JOE, NEL):
            await at.submit(b"Subject: x\r\n\r\nLMS rose\r\n", sender=sender)
        await at.submit("LMS fell", sender=REX)
        await queue.refresh()
        one = next(each for each in queue.items(ALL) if each.sender == JOE)

        assert [each.sender for each in queue.like(one, by_words=True)] == [NEL]
        assert queue.like(one) == []

    asyncio.run(story())


def test_two_who_refresh_at_once_see_the_same():
    async def story() -> None:
        at = world()
        queue = _queue(at)
        for number in range(20):
            await at.store.hold(message(f"m{number}", content=b"%d" % number), [], ())

        await asyncio.gather(*(queue.refresh() for _ in range(5)))

        assert len(queue.items(ALL)) == 20

    asyncio.run(story())
