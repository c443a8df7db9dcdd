"""What surely gives a release away goes early only by two people, of whom the second approves the same and sees it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from leakguard.model.account import Account, Role
from leakguard.model.content import Confidence, Verdict
from leakguard.model.decision import Reason, ReasonCode
from leakguard.model.errors import Forbidden
from leakguard.service.account_ports import AddAccount, SaveAccount
from leakguard.service.notices import NoticeSettings
from leakguard.service.reviewing import Done
from tests.unit.service.reviewers import ANN, ANN_TOO, BOB, HOLD_ALL, NEL, REX, actor, regrant, rules, world
from tests.unit.service.world import AMY, CPI, JOE, LMS, MINUTE, T, World, finding


async def _held(at: World, content: str = "LMS rose", to: tuple[str, ...] = (AMY,)) -> str:
    await at.submit(content, to=to)
    return (await at.held()).id


async def _later(at: World) -> list[str]:
    """Whom it has reached a minute later, before any lift."""
    await at.at(at.clock.now() + MINUTE)
    assert at.clock.now() < T
    return at.delivered_to()


@pytest.mark.parametrize(
    ("confidence", "answer", "reached"),
    [
        (Confidence.HIGH, Done.PROPOSED, []),
        (Confidence.MEDIUM, Done.APPROVED, [AMY]),
        (Confidence.LOW, Done.APPROVED, [AMY]),
    ],
)
def test_one_person_is_enough_for_what_is_not_sure(confidence, answer, reached):
    async def story() -> None:
        at = world(actions=HOLD_ALL)
        held_id = await _held(at, "HINT")
        verdict = Verdict(findings=(finding("lms", confidence),), rulebook="book-1")
        await at.store.save(replace(await at.held(), verdict=verdict), [], ())

        done = await at.reviewing(actor(ANN)).send(held_id, "agreed")

        assert done is answer
        assert await _later(at) == reached

    asyncio.run(story())


@pytest.mark.parametrize("first", [ANN, REX])
def test_two_people_send_what_is_sure_and_both_are_named(first):
    async def story() -> None:
        at = world()
        held_id = await _held(at)

        one = await at.reviewing(actor(first)).send(held_id, "agreed")
        two = await at.reviewing(actor(BOB)).send(held_id, "I agree")

        assert (one, two) == (Done.PROPOSED, Done.APPROVED)
        entry = (await at.store.audit())[-1]
        assert (entry.kind, entry.actor, entry.body["proposed_by"]) == ("Approved", BOB, first)
        assert (await at.held()).review.proposal is None
        assert await _later(at) == [AMY]

    asyncio.run(story())


@pytest.mark.parametrize("again", [ANN, ANN.upper(), ANN_TOO, "ann+two@stats.example"])
def test_the_same_person_twice_is_one_person(again):
    async def story() -> None:
        at = world()
        held_id = await _held(at)
        await at.reviewing(actor(ANN)).send(held_id, "agreed")
        second = replace(actor(again), roles=actor(ANN).roles)

        try:
            done = await at.reviewing(second).send(held_id, "agreed")
        except Forbidden:  # a tagged address is on no access list
            done = Done.PROPOSED

        assert done is Done.PROPOSED
        assert await _later(at) == []
        assert "Approved" not in await at.events()

    asyncio.run(story())


def test_the_second_is_an_approver():
    async def story() -> None:
        at = world()
        held_id = await _held(at)
        await at.reviewing(actor(ANN)).send(held_id, "agreed")

        with pytest.raises(Forbidden, match="approve"):
            await at.reviewing(actor(REX)).send(held_id, "me, too")

        assert (await at.held()).review.proposal.by == ANN
        assert await _later(at) == []

    asyncio.run(story())


def _account(**changes: object) -> Account:
    return Account(**({"handle": ANN, "roles": frozenset({Role.APPROVER}), "created_at": T} | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, True),
        ({"roles": frozenset({Role.REVIEWER})}, True),
        ({"roles": frozenset({Role.AUDITOR, Role.ADMINISTRATOR})}, False),
        ({"roles": frozenset()}, False),
        ({"is_disabled": True}, False),
    ],
)
def test_the_first_counts_no_more_without_the_account_or_the_role_in_which_they_said_so(changes, counts):
    async def story() -> None:
        at = world()
        held_id = await _held(at)
        await at.store.accounts.commit([AddAccount(account=_account())], [])
        await at.reviewing(actor(ANN)).send(held_id, "agreed")
        account = await at.store.accounts.account(ANN)
        await at.store.accounts.commit([SaveAccount(account=replace(account, **changes))], [])

        done = await at.reviewing(actor(BOB)).send(held_id, "I agree")

        assert done is (Done.APPROVED if counts else Done.PROPOSED)
        assert await _later(at) == ([AMY] if counts else [])
        if not counts:
            assert (await at.held()).review.proposal.by == BOB, "who is the first now, and needs a second"

    asyncio.run(story())


def test_the_first_counts_no_more_once_their_access_is_suspended():
    async def story() -> None:
        at = world()
        held_id = await _held(at)
        await at.reviewing(actor(ANN)).send(held_id, "agreed")
        regrant(at, ANN, suspended=True)

        assert await at.reviewing(actor(BOB)).send(held_id, "I agree") is Done.PROPOSED
        assert await _later(at) == []

    asyncio.run(story())


def test_whoever_was_suspended_a_moment_ago_approves_nothing():
    async def story() -> None:
        at = world()
        held_id = await _held(at)
        await at.reviewing(actor(ANN)).send(held_id, "agreed")
        await at.desk().suspend(BOB, "he is under suspicion")
        await at.current.refresh(at.store)

        with pytest.raises(Forbidden):
            await at.reviewing(actor(BOB)).send(held_id, "I agree")

        assert await _later(at) == []

    asyncio.run(story())


@pytest.mark.parametrize("who", [ANN, BOB])
def test_both_must_see_it(who):
    async def story() -> None:
        at = world()
        held_id = await _held(at)
        regrant(at, who, suspended=True)

        with pytest.raises(Forbidden, match="may see"):
            await at.reviewing(actor(ANN)).send(held_id, "agreed")
            await at.reviewing(actor(BOB)).send(held_id, "agreed")

        assert await _later(at) == []

    asyncio.run(story())


def test_a_first_person_who_lost_access_since_has_no_say_any_more():
    async def story() -> None:
        at = world()
        held_id = await _held(at)
        await at.reviewing(actor(ANN)).send(held_id, "agreed")
        regrant(at, ANN, suspended=True)

        done = await at.reviewing(actor(BOB)).send(held_id, "agreed")

        assert done is Done.PROPOSED
        assert (await at.held()).review.proposal.by == BOB
        assert await _later(at) == []

    asyncio.run(story())


def test_the_second_must_mean_the_same_copies():
    async def story() -> None:
        at = world()
        held_id = await _held(at, to=(AMY, JOE))
        await at.reviewing(actor(ANN)).send(held_id, "agreed", [AMY])

        done = await at.reviewing(actor(BOB)).send(held_id, "agreed")
        then = await at.reviewing(actor(ANN)).send(held_id, "both")

        assert (done, then) == (Done.PROPOSED, Done.APPROVED)
        assert sorted(await _later(at)) == [AMY, JOE]

    asyncio.run(story())


def test_a_proposal_is_void_when_a_copy_is_gone():
    async def story() -> None:
        at = world()
        held_id = await _held(at, to=(AMY, JOE))
        await at.reviewing(actor(ANN)).send(held_id, "agreed")
        await at.console().send(held_id, "minister", [JOE])
        await at.clerk.round()

        assert await at.reviewing(actor(BOB)).send(held_id, "agreed") is Done.PROPOSED

    asyncio.run(story())


def test_a_proposal_is_void_when_it_is_held_for_more():
    async def story() -> None:
        at = world(LMS)
        held_id = await _held(at, "LMS and CPI rose")
        await at.reviewing(actor(ANN)).send(held_id, "agreed")
        await at.current.replace(rules(LMS, CPI, digest="book-2"), at.store)
        await at.clerk.round()

        assert await at.reviewing(actor(BOB)).send(held_id, "agreed") is Done.PROPOSED
        assert await _later(at) == []

    asyncio.run(story())


def test_a_proposal_is_void_when_its_release_is_put_off():
    async def story() -> None:
        at = world(LMS)
        held_id = await _held(at)
        await at.reviewing(actor(ANN)).send(held_id, "agreed")
        await at.desk().postpone(LMS.id, "late data", T + 60 * MINUTE)
        await at.clerk.round()

        assert (await at.held()).review.proposal is None
        assert await at.reviewing(actor(BOB)).send(held_id, "agreed") is Done.PROPOSED

    asyncio.run(story())


@pytest.mark.parametrize("verb", ["keep", "reject"])
def test_a_proposal_ends_with_another_decision(verb):
    async def story() -> None:
        at = world()
        held_id = await _held(at)
        await at.reviewing(actor(ANN)).send(held_id, "agreed")

        await getattr(at.reviewing(actor(NEL)), verb)(held_id, "no")

        assert (await at.held()).review.proposal is None

    asyncio.run(story())


def test_where_one_is_enough_nobody_is_named_as_the_first():
    async def story() -> None:
        at = world(actions=HOLD_ALL)
        held_id = await _held(at)
        await at.reviewing(actor(ANN)).send(held_id, "agreed")
        verdict = Verdict(findings=(finding("lms", Confidence.LOW),), rulebook="book-1")
        await at.store.save(replace(await at.held(), verdict=verdict), [], ())

        await at.reviewing(actor(ANN)).send(held_id, "agreed")

        assert (await at.store.audit())[-1].body["proposed_by"] == ""

    asyncio.run(story())


@pytest.mark.parametrize("change", ["rule retired", "release dropped"])
def test_a_changed_file_makes_nothing_a_matter_for_one(change):
    async def story() -> None:
        at = world()
        held_id = await _held(at)
        kept = (CPI,) if change == "release dropped" else (LMS, CPI)
        at.inspector.blind, at.inspector.digest = frozenset({"lms"}), "book-2"
        await at.current.replace(rules(*kept, digest="book-2"), at.store)
        if change == "rule retired":
            await at.clerk.round()
            [reason] = (await at.held()).recipients[0].reasons
            assert reason == Reason(code=ReasonCode.RULEBOOK_CHANGED, release=LMS.id)

        try:
            done = await at.reviewing(actor(ANN)).send(held_id, "agreed")
        except Forbidden:  # nobody has access to what no calendar has
            done = Done.PROPOSED

        assert done is Done.PROPOSED
        assert await _later(at) == []

    asyncio.run(story())


def test_those_on_call_are_asked_for_the_second():
    async def story() -> None:
        at = world(settings=NoticeSettings(contact="desk@stats.example", reviewers=("review@stats.example",)))
        held_id = await _held(at)

        await at.reviewing(actor(ANN)).send(held_id, "unemployment rose to 5.3")

        [notice] = [each for each in await at.store.notices_due(at.clock.now(), 9) if "second" in each.subject]
        assert notice.to == ("review@stats.example",)
        assert "5.3" not in notice.text

    asyncio.run(story())
