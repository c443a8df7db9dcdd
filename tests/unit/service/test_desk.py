"""The desk: every act has a name and a reason, and what cannot be done is refused with a sentence."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from leakguard.model.errors import NotFound, Refused, Stale
from leakguard.model.ids import HeldId
from tests.unit.service.world import AMY, CLEARED, CPI, JOE, LMS, MINUTE, PRODUCER, T, World


@pytest.mark.parametrize("verb", ["send", "reject", "withdraw"])
@pytest.mark.parametrize("reason", ["", "  \n"])
def test_an_act_on_a_message_needs_a_reason(verb, reason):
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")

        with pytest.raises(Refused, match="reason"):
            await getattr(world.console(), verb)((await world.held()).id, reason)

        assert await world.events() == ["Held"]

    asyncio.run(story())


@pytest.mark.parametrize(
    "act",
    [
        lambda desk: desk.postpone(LMS.id, " ", None),
        lambda desk: desk.cancel(LMS.id, " "),
        lambda desk: desk.confirm(LMS.id, " "),
        lambda desk: desk.suspend(CLEARED, " "),
    ],
    ids=["postpone", "cancel", "confirm", "suspend"],
)
def test_an_act_on_a_release_needs_a_reason(act):
    async def story() -> None:
        world = World()

        with pytest.raises(Refused, match="reason"):
            await act(world.desk())

        assert await world.events() == []

    asyncio.run(story())


@pytest.mark.parametrize("verb", ["send", "reject", "withdraw"])
def test_what_is_not_held_any_more_cannot_be_acted_upon(verb):
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")
        await world.at(T)

        with pytest.raises(Refused, match="not held"):
            await getattr(world.console(), verb)((await world.held()).id, "why")

    asyncio.run(story())


@pytest.mark.parametrize("verb", ["send", "reject", "withdraw"])
def test_a_recipient_it_was_not_for_is_refused_and_nothing_is_done_for_the_others(verb):
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")

        with pytest.raises(Refused):
            await getattr(world.console(), verb)((await world.held()).id, "why", [AMY, "stranger@x.example"])

        assert await world.states() == {AMY: "held"}
        assert await world.events() == ["Held"]

    asyncio.run(story())


def test_there_is_no_message_of_an_unknown_reference():
    async def story() -> None:
        with pytest.raises(NotFound):
            await World().console().send(HeldId("nothing"), "why")

    asyncio.run(story())


def test_of_two_people_acting_at_once_the_second_is_told():
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")
        held, get = await world.held(), world.store.get

        async def read_by_both(held_id):
            return replace(await get(held_id), revision=held.revision)

        world.store.get = read_by_both
        await world.console("ann@stats.example").reject(held.id, "no")

        with pytest.raises((Stale, Refused)):
            await world.console("bob@stats.example").withdraw(held.id, "back")

    asyncio.run(story())


def test_the_audit_names_who_acted_and_why():
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")

        await world.console("ann@stats.example").reject((await world.held()).id, " asked by the producer ")

        entry = (await world.store.audit())[-1]
        assert (entry.kind, entry.actor, entry.body["reason"]) == (
            "Rejected",
            "ann@stats.example",
            "asked by the producer",
        )

    asyncio.run(story())


@pytest.mark.parametrize(("verb", "word"), [("reject", "rejected"), ("withdraw", "taken back")])
def test_the_sender_hears_of_what_was_closed(verb, word):
    async def story() -> None:
        world = World()
        await world.submit("LMS rose", to=(AMY, JOE))

        await getattr(world.console(), verb)((await world.held()).id, "why", [AMY])

        assert word in (await world.told())[1]
        assert AMY in (await world.texts())[1]
        assert JOE not in (await world.texts())[1].partition("To take")[0].partition("not be sent to")[2]

    asyncio.run(story())


@pytest.mark.parametrize("until", [T, T - MINUTE])
def test_a_release_is_postponed_to_a_later_instant_only(until):
    async def story() -> None:
        with pytest.raises(Refused, match="later"):
            await World().desk().postpone(LMS.id, "why", until)

    asyncio.run(story())


@pytest.mark.parametrize("verb", ["cancel", "confirm"])
def test_what_is_public_can_be_neither_cancelled_nor_confirmed(verb):
    async def story() -> None:
        world = World()
        world.clock.set(T)

        with pytest.raises(Refused, match="public already"):
            await getattr(world.desk(), verb)(LMS.id, "why")
        with pytest.raises(Refused, match="public already"):
            await world.desk().postpone(LMS.id, "why", None)

    asyncio.run(story())


def test_an_unknown_release_is_not_found_and_the_known_ones_are_named():
    async def story() -> None:
        with pytest.raises(NotFound, match="LMS-2031-03"):
            await World().desk().cancel("LMS-2031-04", "why")

    asyncio.run(story())


def test_a_cancelled_release_cannot_be_postponed_and_stays_embargoed():
    async def story() -> None:
        world = World()
        await world.desk().cancel(LMS.id, "no survey")
        await world.current.refresh(world.store)

        with pytest.raises(Refused, match="cancelled"):
            await world.desk().postpone(LMS.id, "why", None)

        world.clock.set(T + timedelta(days=400))
        await world.submit("LMS rose")
        assert await world.states() == {AMY: "held"}

    asyncio.run(story())


def test_suspending_access_acts_on_the_next_message_and_names_the_releases():
    async def story() -> None:
        world = World()

        suspended = await world.desk().suspend(CLEARED.upper(), "left the department")
        await world.current.refresh(world.store)
        await world.submit("LMS rose", sender=PRODUCER, to=(CLEARED,))

        assert set(suspended) == {LMS.id, CPI.id}
        assert await world.states() == {CLEARED: "held"}

    asyncio.run(story())


@pytest.mark.parametrize("handle", [JOE, "nobody@x.example"])
def test_who_has_no_access_cannot_lose_it(handle):
    async def story() -> None:
        with pytest.raises(Refused, match="no access"):
            await World().desk().suspend(handle, "why")

    asyncio.run(story())
