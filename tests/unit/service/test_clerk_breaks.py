"""The clerk when things break in the middle: a crash, a lost answer, a rival, a poisoned message, a slow next hop."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from leakguard.model.errors import ReplyUnknown, Stale, StoreUnavailable
from leakguard.model.held import State
from leakguard.service.clerk import LEASE
from leakguard.service.ports import Reply
from tests.unit.service.world import (
    AMY,
    CPI,
    JOE,
    LMS,
    MINUTE,
    MS,
    ON_CONFIRMATION,
    T,
    World,
    rulebook,
    until,
)

SECOND = timedelta(seconds=1)


class Killed(BaseException):
    """The process ends here."""


def test_an_unknown_answer_is_tried_again():
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")
        world.hop.fails["DATA"] = ReplyUnknown("broke off")
        await world.at(T)
        world.hop.fails.clear()

        await world.at(T + 5 * SECOND)

        assert world.delivered_to() == [AMY]
        assert await world.states() == {AMY: "sent"}

    asyncio.run(story())


@pytest.mark.parametrize("how", ["at its lift", "by confirmation", "by approval"])
def test_a_copy_left_sending_by_a_crash_goes_when_its_lease_ends_whatever_freed_it(how):
    async def story() -> None:
        world = World(rulebook=rulebook(ON_CONFIRMATION if how == "by confirmation" else LMS))
        await world.submit("LMS rose")
        await world.clerk.round()
        await _freed(world, how)
        world.hop.fails["DATA"] = Killed()  # type: ignore[assignment]
        with pytest.raises(Killed):
            await world.clerk.look((await world.held()).id)
        world.hop.fails.clear()
        killed_at, successor = world.clock.now(), world.new_clerk("clerk-2")

        assert await world.states() == {AMY: "sending"}
        world.clock.set(killed_at + LEASE - MS)
        await successor.round()
        assert world.delivered() == []
        world.clock.set(killed_at + LEASE)
        await successor.round()

        assert world.delivered_to() == [AMY]
        assert await world.states() == {AMY: "sent"}

    asyncio.run(story())


def test_the_successor_of_a_killed_clerk_does_not_wait_for_the_lease():
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")
        world.clock.set(T)
        world.hop.fails["DATA"] = Killed()  # type: ignore[assignment]
        with pytest.raises(Killed):
            await world.clerk.look((await world.held()).id)
        world.hop.fails.clear()
        successor = world.new_clerk("clerk-1")

        await successor.recover()
        await successor.round()

        assert world.delivered_to() == [AMY]

    asyncio.run(story())


def test_a_message_that_another_clerk_leases_is_left_alone():
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")
        held = await world.held()
        await world.store.save(replace(held, lease_until=T + MINUTE, lease_by="clerk-2"), [], [])

        await world.clerk.recover()
        await world.at(T)
        leased = world.delivered_to()
        await world.at(T + MINUTE)

        assert leased == []
        assert world.delivered_to() == [AMY]

    asyncio.run(story())


def test_two_clerks_send_it_once():
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")
        world.clock.set(T)
        rival = world.new_clerk("clerk-2")

        await asyncio.gather(world.clerk.round(), rival.round())

        assert world.delivered_to() == [AMY]

    asyncio.run(story())


def test_an_act_on_another_copy_while_one_is_being_sent_does_not_send_it_twice():
    async def story() -> None:
        world = World()
        await world.submit("LMS rose", to=(AMY, JOE))
        held = await world.held()
        await world.console().send(held.id, "agreed", [AMY])
        world.hop.gate = asyncio.Event()
        sending = asyncio.create_task(world.clerk.round())
        await until(lambda: world.store._held[held.id].in_state(State.SENDING))

        await world.console().withdraw(held.id, "not to Joe", [JOE])
        world.hop.gate.set()
        await sending
        await world.at(T + timedelta(days=1))

        assert world.delivered_to() == [AMY]
        assert await world.states() == {AMY: "sent", JOE: "withdrawn"}

    asyncio.run(story())


def test_an_approval_that_meets_a_clerk_at_work_does_not_wait_for_the_lease():
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")
        held, save = await world.held(), world.store.save

        async def approved_meanwhile(message, events, notices):
            world.store.save = save
            saved = await save(message, events, notices)
            await world.console().send(held.id, "agreed")
            return saved

        world.store.save = approved_meanwhile
        await world.clerk.look(held.id)

        assert world.delivered_to() == [AMY]

    asyncio.run(story())


def test_one_message_that_cannot_be_handled_does_not_hold_up_the_others():
    async def story() -> None:
        world = World()
        await world.submit("LMS poison")
        poisoned, get = await world.held(), world.store.get
        for number in range(20):
            await world.submit(f"LMS rose {number}")

        async def broken(held_id):
            if held_id == poisoned.id:
                raise ValueError("a row that nobody can read")
            return await get(held_id)

        world.store.get = broken
        await world.at(T)
        await world.at(T + SECOND)

        assert len(world.delivered()) == 20
        world.store.get = get
        await world.at(T + 2 * MINUTE)
        assert len(world.delivered()) == 21

    asyncio.run(story())


def test_a_store_that_goes_away_in_the_middle_ends_no_other_delivery():
    async def story() -> None:
        world = World()
        for number in range(3):
            await world.submit(f"LMS rose {number}")
        save, count = world.store.save, 0

        async def sometimes(held, events, notices):
            nonlocal count
            count += 1
            if count == 2:
                raise StoreUnavailable("full")
            return await save(held, events, notices)

        world.store.save = sometimes
        await world.at(T)
        world.store.save = save
        await world.at(T + LEASE)

        assert len(world.delivered()) == 3

    asyncio.run(story())


def test_a_slow_next_hop_delays_neither_the_next_lift_nor_the_notice_of_an_act():
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")
        await world.submit("CPI rose")
        await world.submit("CPI fell")
        world.clock.set(T)
        world.hop.gate = slow = asyncio.Event()
        running = asyncio.create_task(world.clerk.run())
        await until(lambda: any(line.startswith("RCPT TO:<amy") for line in world.hop.transcript[-1:]))
        world.hop.gate = None

        await world.desk().cancel(CPI.id, "called off")
        await until(lambda: world.current.book.releases[CPI.id].status == "cancelled")
        world.clock.set(CPI.release_at)
        world.clerk.poked.set()
        await asyncio.sleep(0.01)
        early = len(world.delivered())
        await world.desk().confirm(CPI.id, "out after all")
        await until(lambda: len(world.delivered()) == 2)
        slow.set()
        await until(lambda: len(world.delivered()) == 3)
        world.clerk.stop()
        await running

        assert early == 0

    asyncio.run(story())


def test_a_clerk_that_is_stopped_writes_down_what_was_under_way_and_begins_nothing_new():
    async def story() -> None:
        world = World()
        world.clerk.lanes = 2
        for number in range(5):
            await world.submit(f"LMS rose {number}")
        world.clock.set(T)
        world.hop.gate = asyncio.Event()
        running = asyncio.create_task(world.clerk.run())
        await until(lambda: sum(line.startswith("RCPT") for line in world.hop.transcript) == 5 + 2)

        world.clerk.stop()
        await asyncio.sleep(0)
        world.hop.gate.set()
        await running

        states = [each.recipients[0].state for each in await world.all_held()]
        assert sorted(states) == ["held"] * 3 + ["sent"] * 2

    asyncio.run(story())


def test_a_loop_that_fails_goes_on():
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")
        world.store.available = False
        running = asyncio.create_task(world.clerk.run())
        await asyncio.sleep(0.01)
        world.store.available = True
        world.clock.set(T)

        await until(lambda: world.delivered_to() == [AMY])

        world.clerk.stop()
        await running

    asyncio.run(story())


def test_more_is_sent_than_one_batch_takes():
    async def story() -> None:
        world = World()
        for number in range(250):
            await world.submit(f"LMS rose {number}")

        await world.at(T)

        assert len(world.delivered()) == 250

    asyncio.run(story())


def test_the_answer_of_a_lost_lease_is_not_written_over_the_new_owners():
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")
        world.clock.set(T)
        world.hop.gate = asyncio.Event()
        sending = asyncio.create_task(world.clerk.round())
        await until(lambda: world.hop.transcript[-1].startswith("RCPT"))
        await asyncio.sleep(0.01)
        world.clock.set(T + LEASE)
        rival = asyncio.create_task(world.new_clerk("clerk-2").round())
        await asyncio.sleep(0.01)

        world.hop.replies["DATA"] = Reply.of(451, "4.0.0 no")
        world.hop.gate.set()
        await asyncio.gather(sending, rival)

        assert (await world.held()).recipients[0].attempts == 1
        assert issubclass(Stale, Exception)

    asyncio.run(story())


async def _freed(world: World, how: str) -> None:
    match how:
        case "at its lift":
            world.clock.set(T)
        case "by confirmation":
            world.clock.set(T + MINUTE)
            await world.desk().confirm(LMS.id, "it is out")
            await world.current.refresh(world.store)
        case _:
            await world.console().send((await world.held()).id, "agreed")
