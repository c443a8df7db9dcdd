"""Copies of one message are one item, and an item needs somebody until somebody has said enough."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from leakguard.model.content import Verdict
from leakguard.model.embargo import ReleaseStatus
from leakguard.model.held import State
from leakguard.service.items import Item, Need, item_of, key_of, rank
from tests.unit.service.reviewers import ANN, BOB, HOLD_ALL, NEL, actor, rules, world
from tests.unit.service.world import AMY, CPI, JOE, LMS, MINUTE, PRODUCER, T, World, mail


async def _item(at: World) -> Item:
    return item_of(await at.all_held())


def test_an_item_tells_who_when_and_why():
    async def story() -> None:
        at = world()
        await at.submit("LMS and CPI UNREAD", sender=PRODUCER, to=(AMY, "half@dept.example"))

        item = await _item(at)

        assert (item.sender, item.first_at, item.last_at) == (PRODUCER, T - 8 * MINUTE, T - 8 * MINUTE)
        assert set(item.releases) == {LMS.id, CPI.id}
        assert item.held == (AMY, "half@dept.example")
        assert (item.lacking, item.copies, item.states) == (2, 2, ((State.HELD, 2),))
        assert [each.value for each in item.gaps] == ["encrypted"]
        assert (item.wake_at, item.need) == (T, Need.LOOK)

    asyncio.run(story())


def test_nothing_of_a_message_is_in_its_item():
    async def story() -> None:
        at = world()
        await at.submit(mail("LMS rose to 5.3", subject="xyzzy"))

        shown = repr(await _item(at))

        assert "secret words" not in shown
        assert "xyzzy" not in shown
        assert "5.3" not in shown

    asyncio.run(story())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"sender": JOE}, {"sender": JOE.upper()}, True),
        ({"sender": JOE}, {"sender": AMY}, False),
        ({"content": "LMS rose"}, {"content": "LMS fell"}, False),
    ],
)
def test_a_message_to_many_in_many_transactions_is_one_item(one, other, same):
    async def story() -> None:
        at = world()
        for number, each in enumerate((one, other)):
            sent = {"content": "LMS rose", "sender": JOE} | each
            await at.submit(sent.pop("content"), to=(f"r{number}@news.example",), **sent)

        first, second = await at.all_held()

        assert (key_of(first) == key_of(second)) is same

    asyncio.run(story())


def test_what_reads_alike_is_one_item_though_its_octets_differ():
    async def story() -> None:
        at = world()
        await at.submit("LMS rose")
        held = await at.held()
        alike = replace(held, verdict=replace(held.verdict, likeness="a"))

        assert key_of(alike) == key_of(replace(alike, digest="other"))
        assert key_of(alike) != key_of(replace(alike, verdict=replace(held.verdict, likeness="b")))

    asyncio.run(story())


def test_what_needs_somebody_comes_to_need_nobody_when_they_have_spoken():
    async def story() -> None:
        at = world()
        await at.submit("LMS rose")
        held_id = (await at.held()).id
        assert (await _item(at)).need is Need.LOOK

        await at.reviewing(actor(NEL)).keep(held_id, "wait")
        assert (await _item(at)).need is Need.NONE

        at.clock.set(at.clock.now() + MINUTE)
        await at.reviewing(actor(NEL)).escalate(held_id, "not sure")
        assert (await _item(at)).need is Need.ESCALATED

        at.clock.set(at.clock.now() + MINUTE)
        await at.reviewing(actor(BOB)).keep(held_id, "wait")
        assert (await _item(at)).need is Need.NONE, "those on call have answered"

        await at.reviewing(actor(ANN)).send(held_id, "agreed")
        assert ((await _item(at)).need, (await _item(at)).proposed_by) == (Need.SECOND_PERSON, ANN)

        await at.reviewing(actor(BOB)).send(held_id, "agreed")
        assert (await _item(at)).need is Need.NONE

        await at.at(at.clock.now() + MINUTE)
        assert (await _item(at)).need is Need.CLOSED
        assert not (await _item(at)).is_open

    asyncio.run(story())


def test_what_no_clock_frees_needs_somebody():
    async def story() -> None:
        at = world(replace(LMS, status=ReleaseStatus.PROVISIONAL))
        await at.submit("LMS rose")

        assert (await _item(at)).need is Need.NO_TIME

    asyncio.run(story())


def test_what_was_let_go_for_one_release_and_is_held_for_another_needs_somebody():
    async def story() -> None:
        at = world(LMS, actions=HOLD_ALL)
        await at.submit("HINT and CPI")
        await at.console().send((await at.held()).id, "about LMS")
        await at.current.replace(rules(LMS, replace(CPI, status=ReleaseStatus.PROVISIONAL), digest="book-2"), at.store)
        await at.clerk.round()

        assert (await _item(at)).need is Need.NO_TIME

    asyncio.run(story())


def test_a_copy_that_was_let_go_asks_nobody_to_look_at_the_others_again():
    async def story() -> None:
        at = world(actions=HOLD_ALL)
        await at.submit("HINT", to=(AMY,))
        await at.submit("HINT", to=(JOE,), sender=JOE)
        first, second = await at.all_held()
        await at.reviewing(actor(NEL)).keep(first.id, "wait")
        await at.reviewing(actor(ANN)).send(second.id, "agreed")

        assert (await _item(at)).need is Need.NONE

    asyncio.run(story())


def _made(need: Need, wake_at: datetime | None = T, lacking: int = 1, name: str = "a") -> Item:
    return Item(
        ids=(name,),  # type: ignore[arg-type]
        sender=JOE,
        direction="outbound",  # type: ignore[arg-type]
        channel="email",  # type: ignore[arg-type]
        first_at=T,
        last_at=T,
        releases=(),
        held=(),
        states=(),
        lacking=lacking,
        codes=(),
        rules=(),
        gaps=(),
        confidence=None,
        wake_at=wake_at,
        need=need,
    )


def test_the_order_is_need_then_time_then_reach():
    wanted = [
        _made(Need.ESCALATED, T + MINUTE),
        _made(Need.SECOND_PERSON, T + MINUTE),
        _made(Need.NO_TIME, None),
        _made(Need.LOOK, T, lacking=9),
        _made(Need.LOOK, T, lacking=2),
        _made(Need.LOOK, T + MINUTE, lacking=50),
        _made(Need.NONE),
        _made(Need.CLOSED, None),
    ]

    mixed = wanted[::-1]
    mixed.sort(key=rank)

    assert mixed == wanted


def test_a_rule_that_is_only_recorded_is_not_why():
    async def story() -> None:
        at = world()
        await at.submit("LMS rose")
        held = await at.held()
        [finding] = held.verdict.findings
        quiet = replace(held, verdict=Verdict(findings=(replace(finding, shadow=True),)))

        assert (item_of([quiet]).rules, item_of([quiet]).confidence) == ((), None)

    asyncio.run(story())
