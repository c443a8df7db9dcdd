"""What was let go: it leaves when it may be undone no more, and is decided once more by the book of that moment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from leakguard.model.embargo import Release
from tests.unit.service.reviewers import ANN, BOB, HOLD_ALL, NEL, REX, actor, rules, world
from tests.unit.service.world import AMY, CPI, JOE, LMS, MINUTE, MS, T, World


def test_what_is_let_go_leaves_after_ten_seconds_and_not_before():
    async def story() -> None:
        at = world(actions=HOLD_ALL)
        await at.submit("HINT")
        start = at.clock.now()

        await at.reviewing(actor(REX)).send((await at.held()).id, "agreed")
        await at.at(start)
        await at.at(start + MINUTE / 6 - MS)
        early = at.delivered_to()
        await at.at(start + MINUTE / 6)

        assert early == []
        assert at.delivered_to() == [AMY]

    asyncio.run(story())


def test_what_is_let_go_just_before_its_lift_is_not_later_than_the_lift():
    async def story() -> None:
        at = world(actions=HOLD_ALL)
        await at.submit("HINT")
        at.clock.set(T - 3 * MINUTE / 60)

        await at.reviewing(actor(REX)).send((await at.held()).id, "agreed")
        await at.at(T - MS)
        early = at.delivered_to()
        await at.at(T)

        assert early == []
        assert at.delivered_to() == [AMY]

    asyncio.run(story())


def test_what_is_let_go_for_one_release_is_held_by_another():
    async def story() -> None:
        at = world(LMS, actions=HOLD_ALL)
        await at.submit("HINT and CPI")
        await at.reviewing(actor(REX)).send((await at.held()).id, "agreed")
        await at.current.replace(rules(LMS, CPI, digest="book-2"), at.store)

        await at.at(T)
        early = at.delivered_to()
        await at.at(CPI.release_at)

        assert early == []
        assert at.delivered_to() == [AMY]

    asyncio.run(story())


def _put_off(at: World) -> list[Callable[[], Awaitable[object]]]:
    desk = at.desk()
    return [
        lambda: desk.postpone(LMS.id, "late data", None),
        lambda: desk.postpone(LMS.id, "late data", T + 90 * MINUTE),
        lambda: desk.cancel(LMS.id, "no survey"),
        lambda: _by_file(at, replace(LMS, release_at=T + MINUTE)),
        lambda: _by_file(at),
    ]


async def _by_file(at: World, *releases: Release) -> None:
    await at.current.replace(rules(*releases, digest="book-2"), at.store)


@pytest.mark.parametrize(
    "which", range(5), ids=["no date", "new date", "cancelled", "later by file", "dropped by file"]
)
@pytest.mark.parametrize("when", ["before the clerk looks", "after it looked"])
def test_what_is_put_off_after_it_was_let_go_is_held(which, when):
    async def story() -> None:
        at = world(LMS)
        await at.submit("LMS rose")
        held, start = await at.held(), at.clock.now()
        await at.reviewing(actor(ANN)).send(held.id, "agreed")
        await at.reviewing(actor(BOB)).send(held.id, "agreed")
        if when == "after it looked":
            await at.clerk.round()
        await _put_off(at)[which]()

        await at.at(start + 5 * MINUTE / 60)
        await at.at(start + MINUTE)

        assert at.delivered_to() == []
        assert await at.states() == {AMY: "held"}
        assert (await at.held()).recipients[0].approved == frozenset()

    asyncio.run(story())


def test_what_is_let_go_after_it_was_put_off_goes():
    async def story() -> None:
        at = world(LMS)
        await at.submit("LMS rose")
        held, start = await at.held(), at.clock.now()
        await at.desk().postpone(LMS.id, "late data", None)
        await at.clerk.round()

        await at.reviewing(actor(ANN)).send(held.id, "agreed")
        await at.reviewing(actor(BOB)).send(held.id, "agreed")
        await at.at(start + MINUTE)

        assert at.delivered_to() == [AMY]

    asyncio.run(story())


def test_what_was_left_to_a_lift_that_is_put_off_wants_a_look_again():
    async def story() -> None:
        at = world(LMS)
        await at.submit("LMS rose")
        await at.reviewing(actor(NEL)).keep((await at.held()).id, "at the lift")
        await at.clerk.round()
        assert (await at.held()).review.kept is not None

        await at.desk().postpone(LMS.id, "late data", T + 90 * MINUTE)
        await at.clerk.round()

        assert (await at.held()).review.kept is None

    asyncio.run(story())


def test_what_is_let_go_again_after_it_was_put_off_takes_no_other_copy_with_it():
    async def story() -> None:
        at = world(LMS, actions=HOLD_ALL)
        await at.submit("HINT", to=(AMY, JOE))
        held_id = (await at.held()).id
        await at.reviewing(actor(REX)).send(held_id, "agreed")
        await at.desk().postpone(LMS.id, "late data", None)
        await at.current.refresh(at.store)

        await at.reviewing(actor(REX)).send(held_id, "only her", [AMY])
        await at.at(at.clock.now() + MINUTE)

        assert at.delivered_to() == [AMY]
        assert await at.states() == {AMY: "sent", JOE: "held"}

    asyncio.run(story())


def test_the_lift_of_one_of_two_releases_shortens_no_time_to_undo():
    async def story() -> None:
        at = world()
        await at.submit("LMS and CPI rose")
        held_id = (await at.held()).id
        at.clock.set(T - 3 * MINUTE / 60)
        for who in (ANN, BOB):
            await at.reviewing(actor(who)).send(held_id, "agreed")

        await at.at(T)
        await at.at(T + 7 * MINUTE / 60 - MS)
        early = at.delivered_to()
        await at.at(T + 7 * MINUTE / 60)

        assert early == []
        assert at.delivered_to() == [AMY]

    asyncio.run(story())


def test_an_approval_falls_at_once_though_another_release_holds_the_copy():
    async def story() -> None:
        at = world(LMS, actions=HOLD_ALL)
        await at.submit("HINT and CPI")
        await at.reviewing(actor(REX)).send((await at.held()).id, "agreed")
        at.inspector.digest = "book-2"
        await at.current.replace(rules(LMS, CPI, digest="book-2"), at.store)
        await at.clerk.round()
        assert (await at.held()).recipients[0].releases() == {CPI.id}

        await at.desk().postpone(LMS.id, "late data", T + timedelta(days=30))
        await at.clerk.round()
        at_once = (await at.held()).recipients[0].releases()
        await at.at(CPI.release_at)

        assert at_once == {LMS.id, CPI.id}
        assert at.delivered_to() == []
        assert await at.states() == {AMY: "held"}

    asyncio.run(story())
