"""Undo: a person's own last decision, for ten seconds and before anything of it has left."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from leakguard.model.embargo import LiftMode
from leakguard.model.errors import Refused, Stale
from leakguard.model.events import Noted
from leakguard.model.held import HeldMessage
from leakguard.service.reviewing import UNDO
from tests.unit.service.reviewers import ANN, BOB, HOLD_ALL, NEL, REX, actor, rules, world
from tests.unit.service.world import AMY, CPI, JOE, LMS, MINUTE, MS, T, World


async def _held(at: World, to: tuple[str, ...] = (AMY,)) -> HeldMessage:
    await at.submit("HINT", to=to)
    return await at.held()


def _said(held: HeldMessage) -> tuple[object, ...]:
    """What a message is, but for its revision and for when the clerk looks at it."""
    copies = tuple(replace(each, next_try_at=None) for each in held.recipients)
    return copies, replace(held.review, approvals=())


@pytest.mark.parametrize("verb", ["send", "reject"])
@pytest.mark.parametrize("before", [timedelta(), UNDO - MS, UNDO - timedelta(microseconds=1)])
def test_a_decision_can_be_undone_within_ten_seconds(verb, before):
    async def story() -> None:
        at = world(actions=HOLD_ALL)
        held = await _held(at)
        told = await at.told()
        await getattr(at.reviewing(actor(REX)), verb)(held.id, "agreed")
        at.clock.set(at.clock.now() + before)

        undone = await at.reviewing(actor(REX)).take_back(held.id)

        assert undone == {"send": "Approved", "reject": "Rejected"}[verb]
        assert _said(await at.held()) == _said(held)
        assert (await at.store.audit())[-1].body["act"] == undone
        await at.at(T - MS)
        assert at.delivered_to() == []
        assert await at.told() == told, "nobody hears of what was undone"
        await at.at(T)
        assert at.delivered_to() == [AMY]

    asyncio.run(story())


@pytest.mark.parametrize("verb", ["send", "reject"])
@pytest.mark.parametrize("looks", [True, False])
def test_after_ten_seconds_it_is_too_late(verb, looks):
    async def story() -> None:
        at = world(actions=HOLD_ALL)
        held = await _held(at)
        await getattr(at.reviewing(actor(REX)), verb)(held.id, "agreed")
        at.clock.set(at.clock.now() + UNDO)
        if looks:
            await at.clerk.round()

        with pytest.raises(Refused, match="too late"):
            await at.reviewing(actor(REX)).take_back(held.id)

        await at.clerk.round()
        assert await at.states() == {AMY: {"send": "sent", "reject": "rejected"}[verb]}

    asyncio.run(story())


@pytest.mark.parametrize(
    ("verb", "mark"), [("keep", "kept"), ("false_alarm", "false_alarm")], ids=["keep", "false alarm"]
)
def test_a_word_that_lets_nothing_go_can_be_taken_back_later(verb, mark):
    async def story() -> None:
        at = world(actions=HOLD_ALL)
        held = await _held(at)
        await getattr(at.reviewing(actor(REX)), verb)(held.id, "looked")
        assert getattr((await at.held()).review, mark).by == REX
        at.clock.set(at.clock.now() + MINUTE)

        await at.reviewing(actor(REX)).take_back(held.id)

        assert getattr((await at.held()).review, mark) is None

    asyncio.run(story())


def test_a_proposal_that_was_taken_back_is_nobodys_word():
    async def story() -> None:
        at = world()
        await at.submit("LMS rose")
        held = await at.held()
        await at.reviewing(actor(ANN)).send(held.id, "agreed")
        await at.reviewing(actor(ANN)).take_back(held.id)

        await at.reviewing(actor(BOB)).send(held.id, "agreed")
        await at.at(at.clock.now() + MINUTE)

        assert at.delivered_to() == []

    asyncio.run(story())


@pytest.mark.parametrize("verb", ["send", "reject", "keep", "false_alarm"])
def test_nobody_undoes_what_another_decided(verb):
    async def story() -> None:
        at = world(actions=HOLD_ALL)
        held = await _held(at)
        await getattr(at.reviewing(actor(ANN)), verb)(held.id, "agreed")

        with pytest.raises(Refused, match="nothing of yours"):
            await at.reviewing(actor(BOB)).take_back(held.id)

    asyncio.run(story())


def test_only_the_last_decision_can_be_undone():
    async def story() -> None:
        at = world(actions=HOLD_ALL)
        held = await _held(at, (AMY, JOE))
        await at.reviewing(actor(ANN)).reject(held.id, "no", [AMY])
        await at.reviewing(actor(BOB)).reject(held.id, "no", [JOE])

        with pytest.raises(Refused, match="nothing of yours"):
            await at.reviewing(actor(ANN)).take_back(held.id)
        await at.reviewing(actor(BOB)).take_back(held.id)
        with pytest.raises(Refused, match="nothing of yours"):
            await at.reviewing(actor(BOB)).take_back(held.id)

        assert await at.states() == {AMY: "rejected", JOE: "held"}

    asyncio.run(story())


def test_with_nothing_decided_there_is_nothing_to_undo():
    async def story() -> None:
        at = world(actions=HOLD_ALL)
        held = await _held(at)
        await at.reviewing(actor(ANN)).note(held.id, "saw it")

        with pytest.raises(Refused, match="nothing of yours"):
            await at.reviewing(actor(ANN)).take_back(held.id)

    asyncio.run(story())


def test_the_last_decision_is_found_after_a_thousand_lines_of_audit():
    async def story() -> None:
        at = world(actions=HOLD_ALL)
        held = await _held(at)
        await at.reviewing(actor(ANN)).keep(held.id, "looked")
        await at.store.record([Noted(at=at.clock.now(), actor=NEL, held=held.id, reason="x")] * 1500)
        await at.reviewing(actor(BOB)).reject(held.id, "no")

        with pytest.raises(Refused):
            await at.reviewing(actor(ANN)).take_back(held.id)

        assert await at.reviewing(actor(BOB)).take_back(held.id) == "Rejected"

    asyncio.run(story())


def test_a_rejection_of_which_the_sender_has_been_told_stands():
    async def story() -> None:
        at = world(actions=HOLD_ALL)
        held = await _held(at)
        await at.reviewing(actor(ANN)).reject(held.id, "no")
        for notice in await at.store.notices_due(T, 100):
            await at.store.notice_saved(replace(notice, sent_at=at.clock.now()))

        with pytest.raises(Stale):
            await at.reviewing(actor(ANN)).take_back(held.id)

        assert await at.states() == {AMY: "rejected"}
        assert "Undone" not in await at.events()

    asyncio.run(story())


def test_the_sender_hears_of_a_rejection_only_when_it_can_be_undone_no_more():
    async def story() -> None:
        at = world(actions=HOLD_ALL)
        held = await _held(at)
        start = at.clock.now()
        await at.reviewing(actor(ANN)).reject(held.id, "no")

        def subjects(when):
            return at.store.notices_due(when, 100)

        assert not any("rejected" in each.subject for each in await subjects(start + UNDO - MS))
        assert any("rejected" in each.subject for each in await subjects(start + UNDO))

    asyncio.run(story())


def test_what_was_rejected_undone_and_rejected_again_is_told():
    async def story() -> None:
        at = world(actions=HOLD_ALL)
        held = await _held(at)
        for _ in range(2):
            await at.reviewing(actor(ANN)).reject(held.id, "no")
            await at.reviewing(actor(ANN)).take_back(held.id)
        await at.reviewing(actor(ANN)).reject(held.id, "no")

        assert (await at.told()).count("Your held message was rejected") == 1

    asyncio.run(story())


@pytest.mark.parametrize("verb", ["send", "reject"])
def test_what_comes_back_is_decided_by_the_book_of_then(verb):
    async def story() -> None:
        at = world(replace(LMS, lift=LiftMode.ON_CONFIRMATION, release_at=T - 10 * MINUTE), actions=HOLD_ALL)
        held = await _held(at)
        assert held.recipients[0].decide_again_at is None
        await getattr(at.reviewing(actor(REX)), verb)(held.id, "agreed")
        await at.desk().confirm(LMS.id, "published")
        await at.clerk.round()

        await at.reviewing(actor(REX)).take_back(held.id)
        await at.clerk.round()

        assert at.delivered_to() == [AMY]

    asyncio.run(story())


def test_an_approval_that_another_embargo_outlasts_can_be_undone():
    async def story() -> None:
        at = world(LMS, actions=HOLD_ALL)
        await at.submit("HINT and CPI")
        held = await at.held()
        await at.reviewing(actor(REX)).send(held.id, "agreed")
        await at.current.replace(rules(LMS, CPI, digest="book-2"), at.store)
        await at.clerk.round()

        await at.reviewing(actor(REX)).take_back(held.id)
        await at.clerk.round()

        [copy] = (await at.held()).recipients
        assert copy.approved == frozenset()
        assert copy.releases() == {LMS.id, CPI.id}

    asyncio.run(story())


def test_an_undo_that_meets_the_clerk_is_told():
    async def story() -> None:
        at = world(actions=HOLD_ALL)
        held = await _held(at)
        await at.reviewing(actor(REX)).send(held.id, "agreed")
        before, get = await at.held(), at.store.get
        at.clock.set(at.clock.now() + UNDO - MS)
        undoer = at.reviewing(actor(REX))

        async def read_before(_held_id):
            at.store.get = get
            at.clock.set(at.clock.now() + MS)
            await at.clerk.round()
            at.clock.set(at.clock.now() - MS)
            return before

        at.store.get = read_before
        with pytest.raises(Stale):
            await undoer.take_back(held.id)

        assert await at.states() == {AMY: "sent"}
        assert "Undone" not in await at.events()

    asyncio.run(story())
