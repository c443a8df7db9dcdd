"""The use case, over a real morning of gate, clerk and desk."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from leakguard.model.account import Actor, Role
from leakguard.model.errors import Forbidden, NotFound
from leakguard.service import story as portions
from leakguard.service.history import pictures
from leakguard.service.history.around import Counts, Span
from leakguard.service.history.pictures import Pictures
from tests.contract.store_samples import held_event
from tests.unit.service.world import AMY, CLEARED, EARLY, JOE, LMS, MINUTE, PRODUCER, T, World

AUDITOR = Actor(handle="aud@stats.example", roles=frozenset({Role.AUDITOR}))


def of(world: World, actor: Actor = AUDITOR) -> Pictures:
    return Pictures(store=world.store, book=world.current.book, clock=world.clock, actor=actor)


async def a_morning() -> World:
    """One held for two, one decided and marked, one flagged, one clean; then the lift."""
    world = World()
    await world.submit("LMS first", to=(AMY, JOE))
    await world.submit("LMS second")
    await world.submit("HINT third")
    await world.submit("nothing of note")
    await world.submit("LMS among those who may", sender=PRODUCER, to=(CLEARED,))
    world.clock.set(EARLY + 3 * MINUTE)
    second = (await world.all_held())[1]
    await world.console().reject(second.id, "not theirs to send")
    await world.console().false_alarm(second.id, "a test mail")
    await world.at(T)
    return world


def test_a_real_morning_is_counted_as_it_was():
    async def story():
        world = await a_morning()
        return await of(world).of_release(LMS.id, Span.HOUR)

    release, picture, overview = asyncio.run(story())

    assert release is not None
    assert picture.before == Counts(held=3, flagged=1)
    assert picture.after == Counts(sent=2)
    assert [(each.name, each.held, each.flagged) for each in overview.rules] == [("uk.lms/direction", 2, 1)]
    assert [(each.marked, each.decided, each.rate) for each in overview.false_alarms] == [(1, 1, None)]
    assert overview.waiting.times == (3 * MINUTE,)
    assert overview.waiting.by_themselves == 1
    assert overview.is_whole


def test_of_days_counts_what_is_within_them():
    async def story():
        world = await a_morning()
        near = await of(world).of_days(1)
        world.clock.set(T + timedelta(days=8))
        return near, await of(world).of_days(7)

    near, later = asyncio.run(story())

    assert near.rules
    assert not later.rules


def test_who_may_not_see_pictures_sees_none():
    async def story():
        world = World()
        nobody = of(world, Actor(handle="adm@stats.example", roles=frozenset({Role.ADMINISTRATOR})))
        with pytest.raises(Forbidden):
            await nobody.of_days(7)
        with pytest.raises(Forbidden):
            await nobody.of_release(LMS.id, Span.DAY)
        with pytest.raises(NotFound):
            await of(world).of_release("UNKNOWN-1", Span.DAY)

    asyncio.run(story())


def test_more_than_can_be_read_is_said_and_pages_are_read_to_the_end(monkeypatch):
    async def story():
        world = World()
        await world.store.record([held_event(f"m{n}", at=EARLY - MINUTE, releases=(LMS.id,)) for n in range(10)])
        monkeypatch.setattr(portions, "_AT_ONCE", 3)
        whole = await of(world).of_days(1)
        monkeypatch.setattr(pictures, "MOST_LINES", 6)
        return whole, await of(world).of_days(1)

    whole, cut = asyncio.run(story())

    assert (whole.is_whole, whole.waiting.open) == (True, 10)
    assert (cut.is_whole, cut.waiting.open) == (False, 6)
