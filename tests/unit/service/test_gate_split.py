"""A split message: the eligible copies go, the others are held; both or neither, whatever the next hop does."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from leakguard.model.content import Confidence
from leakguard.model.decision import Action
from leakguard.model.errors import NextHopUnavailable, NotFound, ReplyUnknown, StoreUnavailable
from leakguard.model.held import State
from leakguard.service.ports import Reply
from tests.unit.service.world import AMY, CLEARED, JOE, MINUTE, PRODUCER, T, World

BOTH = {"sender": PRODUCER, "to": (CLEARED, JOE)}


def test_the_eligible_get_it_now_and_the_others_wait():
    async def story() -> None:
        world = World()

        reply = await world.submit("LMS rose", **BOTH)

        assert reply == Reply.of(250, "2.0.0 queued as 4XyZ")
        assert world.delivered_to() == [CLEARED]
        assert await world.states() == {JOE: "held"}
        assert await world.events() == ["Held"]
        assert await world.told() == ["Your message is held back"]
        await world.clerk.round()
        assert (await world.held()).wake_at == T

    asyncio.run(story())


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("code", [451, 550])
def test_a_next_hop_that_refuses_gets_its_words_to_the_client_and_nothing_is_kept(verb, code):
    async def story() -> None:
        world = World()
        world.hop.replies[verb if verb != "RCPT" else CLEARED] = refusal = Reply.of(code, "5.7.9 its words")
        if verb == "MAIL":
            del world.hop.replies["MAIL"]
            begin = world.hop.begin

            async def second_time(sender, params):
                world.hop.begin = begin
                world.hop.replies["MAIL"] = refusal
                return result

            result = await begin(PRODUCER, "")
            world.hop.begin = second_time

        assert await world.submit("LMS rose", **BOTH) == refusal

        assert await world.all_held() == []
        assert await world.told() == []
        assert await world.events() == []
        assert world.delivered() == []

    asyncio.run(story())


@pytest.mark.parametrize("failure", [NextHopUnavailable("x"), ReplyUnknown("x")], ids=["gone", "unknown"])
def test_a_next_hop_that_breaks_off_means_451_and_nothing_is_kept(failure):
    async def story() -> None:
        world = World()
        world.hop.fails["DATA"] = failure

        reply = await world.submit("LMS rose", **BOTH)

        assert reply.code == 451
        assert await world.all_held() == []
        assert await world.told() == []

    asyncio.run(story())


def test_a_refusal_leaves_nothing_behind_for_recipients_that_policy_rejects_either():
    async def story() -> None:
        world = World(actions={Confidence.HIGH: Action.REJECT})
        world.hop.replies["DATA"] = Reply.of(550, "5.7.1 no")

        await world.submit("LMS rose", **BOTH)

        assert await world.all_held() == []
        assert await world.told() == []

    asyncio.run(story())


def test_while_the_next_hop_has_not_answered_the_copy_is_pending_and_nobody_is_told():
    async def story() -> None:
        world = World()
        world.hop.gate = asyncio.Event()
        under_way = asyncio.create_task(world.submit("LMS rose", **BOTH))
        while "RSET" not in world.hop.transcript or not world.hop.transcript[-1].startswith("RCPT"):  # noqa: ASYNC110
            await asyncio.sleep(0)

        await world.at(T)
        states, told = await world.states(), await world.told()
        world.hop.gate.set()
        await under_way

        assert states == {JOE: "pending"}
        assert told == []
        assert await world.states() == {JOE: "held"}

    asyncio.run(story())


def test_what_a_crash_left_pending_is_kept_recorded_told_and_sent_at_its_lift():
    async def story() -> None:
        world = World()
        await _crashed_between_250_and_held(world)

        await world.clerk.recover()
        states, told, events = await world.states(), await world.told(), await world.events()
        await world.at(T)

        assert states == {JOE: "held"}
        assert told == ["Your message is held back"]
        assert events == ["Held"]
        assert world.delivered_to() == [CLEARED, JOE]

    asyncio.run(story())


def test_a_copy_left_pending_is_found_by_the_clerk_without_a_restart_too():
    async def story() -> None:
        world = World()
        await _crashed_between_250_and_held(world)

        await world.at(world.clock.now() + 9 * MINUTE)
        too_soon = world.delivered_to()
        await world.at(world.clock.now() + 2 * MINUTE)

        assert too_soon == [CLEARED]
        assert world.delivered_to() == [CLEARED, JOE]

    asyncio.run(story())


def test_when_keeping_cannot_be_recorded_the_client_still_hears_that_the_others_have_it():
    async def story() -> None:
        world = World()
        world.hop._ask = lambda verb: setattr(world.store, "available", verb != "DATA")

        reply = await world.submit("LMS rose", **BOTH)

        world.store.available = True
        assert reply.code == 250
        assert await world.states() == {JOE: "pending"}

    asyncio.run(story())


def test_a_twin_that_was_dropped_meanwhile_is_held_all_the_same():
    async def story() -> None:
        world = World()
        save = world.store.save

        async def dropped_by_the_twin(held, events, notices):
            world.store.save = save
            await world.store.drop_pending(held)
            raise NotFound("dropped")

        world.store.save = dropped_by_the_twin

        reply = await world.submit("LMS rose", **BOTH)

        assert reply.code == 250
        assert await world.states() == {JOE: "held"}

    asyncio.run(story())


def test_a_hold_that_meets_its_pending_twin_is_not_dropped_with_it():
    async def story() -> None:
        world = World()
        world.hop.gate = asyncio.Event()
        split = asyncio.create_task(world.submit("LMS rose", **BOTH))
        while not await world.all_held():  # noqa: ASYNC110
            await asyncio.sleep(0)

        alone = await world.submit("LMS rose", sender=PRODUCER, to=(JOE,))
        world.hop.replies["DATA"] = Reply.of(451, "4.0.0 not now")
        world.hop.gate.set()
        answer = await split

        assert b"held as" in alone.wire
        assert answer.code == 451
        assert await world.states() == {JOE: "held"}

    asyncio.run(story())


def test_a_retry_after_a_lost_reply_is_held_once():
    async def story() -> None:
        world = World()

        await world.submit("LMS rose", **BOTH)
        await world.submit("LMS rose", **BOTH)

        assert len(await world.all_held()) == 1
        assert await world.states() == {JOE: "held"}

    asyncio.run(story())


def test_somebody_with_access_and_two_without_are_three_copies_of_two_kinds():
    async def story() -> None:
        world = World()

        await world.submit("LMS rose", sender=PRODUCER, to=(AMY, CLEARED, JOE))

        assert world.delivered_to() == [CLEARED]
        assert await world.states() == {AMY: "held", JOE: "held"}

    asyncio.run(story())


async def _crashed_between_250_and_held(world: World) -> None:
    save = world.store.save

    async def crash(held, events, notices):
        raise StoreUnavailable("killed here")

    world.store.save = crash
    await world.submit("LMS rose", **BOTH)
    world.store.save = save
    assert (await world.held()).in_state(State.PENDING)
    assert replace(await world.held()).lease_until is None
