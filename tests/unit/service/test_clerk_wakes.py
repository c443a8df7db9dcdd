"""The clerk's wake-ups: whatever comes between, a held message that may go is looked at again."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from leakguard.model.errors import StoreUnavailable
from leakguard.model.held import HeldMessage
from leakguard.service.clerk import SOON_SECONDS
from tests.unit.service.world import AMY, CLEARED, LMS, MINUTE, ON_CONFIRMATION, PRODUCER, T, World, rulebook, until

SOON = timedelta(seconds=SOON_SECONDS)


def test_a_store_that_fails_once_costs_no_wake_up():
    async def story() -> None:
        world = World(rulebook=rulebook(ON_CONFIRMATION))
        await world.submit("LMS rose")
        await world.clerk.round()
        world.clock.set(T + MINUTE)
        await world.desk().confirm(LMS.id, "it is out")
        saved, world.store.save = world.store.save, _failing  # type: ignore[method-assign]
        await world.clerk.round()
        world.store.save = saved  # type: ignore[method-assign]

        await world.at(T + 2 * MINUTE)

        assert world.delivered_to() == [AMY]

    asyncio.run(story())


async def _failing(*_: object) -> HeldMessage:
    raise StoreUnavailable("once")


def test_a_confirmation_while_a_split_is_pending_is_not_missed():
    async def story() -> None:
        world = World(rulebook=rulebook(ON_CONFIRMATION))
        world.hop.gate = asyncio.Event()
        world.clock.set(T + MINUTE)
        sending = asyncio.ensure_future(world.submit("LMS rose", sender=PRODUCER, to=(CLEARED, AMY)))
        await until(lambda: "RSET" in world.hop.transcript)
        await asyncio.sleep(0)
        await world.desk().confirm(LMS.id, "it is out")
        await world.clerk.round()
        world.hop.gate.set()
        await sending

        await world.clerk.round()

        assert sorted(world.delivered_to()) == sorted([CLEARED, AMY])

    asyncio.run(story())


def test_a_look_that_fails_half_way_does_not_wait_for_its_own_lease():
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")
        world.clock.set(T)
        saved, calls = world.store.save, []

        async def fails_after_the_lease(held, events, notices):
            calls.append(held.id)
            if len(calls) == 2:
                raise StoreUnavailable("once")
            return await saved(held, events, notices)

        world.store.save = fails_after_the_lease  # type: ignore[method-assign]
        await world.clerk.round()
        assert world.delivered_to() == []

        await world.at(T + 2 * SOON)

        assert world.delivered_to() == [AMY]

    asyncio.run(story())
