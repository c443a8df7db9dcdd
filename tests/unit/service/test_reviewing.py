"""Reviewing: nobody decides about their own, nobody lets go what they may not see, and every act has its reason."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from leakguard.model.account import Actor, Role, Scope
from leakguard.model.embargo import ReleaseStatus
from leakguard.model.errors import Forbidden, Refused, Stale
from leakguard.model.ids import HeldId
from leakguard.service.notices import NoticeSettings, Question
from leakguard.service.reviewing import Reviewing
from tests.unit.service.reviewers import ANN, ANN_TOO, BOB, DESK_LIST, EVERYBODY, HOLD_ALL, NEL, OLA, REX, actor, world
from tests.unit.service.world import AMY, CPI, JOE, LMS, MINUTE, T, mail

Act = Callable[[Reviewing, HeldId], Awaitable[object]]

ACTS: dict[str, Act] = {
    "send": lambda by, held: by.send(held, "agreed"),
    "keep": lambda by, held: by.keep(held, "it can wait"),
    "reject": lambda by, held: by.reject(held, "not for them"),
    "withdraw": lambda by, held: by.withdraw(held, "asked for"),
    "escalate": lambda by, held: by.escalate(held, "not mine to say"),
    "false alarm": lambda by, held: by.false_alarm(held, "about football"),
    "ask": lambda by, held: by.ask(held, Question.RECIPIENTS),
}
each_act = pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())


@each_act
@pytest.mark.parametrize("author", ["from", "sender"])
@pytest.mark.parametrize("own", [ANN, ANN.upper(), ANN_TOO, "ann+list@stats.example", "a.smith+x@dept.example"])
def test_nobody_decides_about_what_they_sent_under_any_address(act, author, own):
    async def story() -> None:
        at = world()
        await at.submit("LMS rose", sender=own if author == "sender" else JOE)
        held = await at.held()
        if author == "from":
            await at.store.save(replace(held, verdict=replace(held.verdict, authors=(own,))), [], ())

        with pytest.raises(Forbidden, match="nobody decides"):
            await act(at.reviewing(actor(ANN)), held.id)

        assert await at.events() == ["Held"]
        assert await at.store.get(held.id) == await at.held()

    asyncio.run(story())


@each_act
@pytest.mark.parametrize("own", [ANN, "Ann@STATS.example", ANN_TOO, "ann+x@stats.example", DESK_LIST, EVERYBODY])
def test_nobody_decides_about_what_waits_for_them_under_any_address_or_on_a_list(act, own):
    async def story() -> None:
        at = world()
        await at.submit("LMS rose", to=(AMY, own))

        with pytest.raises(Forbidden, match="nobody decides"):
            await act(at.reviewing(actor(ANN)), (await at.held()).id)

        assert await at.events() == ["Held"]

    asyncio.run(story())


@each_act
def test_who_only_reads_the_record_decides_nothing(act):
    async def story() -> None:
        at = world()
        await at.submit("LMS rose")

        with pytest.raises(Forbidden, match="roles"):
            await act(at.reviewing(actor(OLA)), (await at.held()).id)
        with pytest.raises(Forbidden, match="roles"):
            await at.reviewing(actor(OLA)).take_back((await at.held()).id)
        with pytest.raises(Forbidden, match="roles"):
            await at.reviewing(actor(OLA)).note((await at.held()).id, "x")

        assert await at.events() == ["Held"]

    asyncio.run(story())


@pytest.mark.parametrize("verb", ["send", "false_alarm"])
@pytest.mark.parametrize("content", ["LMS rose", "HINT"])
def test_who_has_no_access_can_neither_let_go_nor_call_it_a_false_alarm(verb, content):
    async def story() -> None:
        at = world(actions=HOLD_ALL)
        await at.submit(content)

        with pytest.raises(Forbidden, match="may see"):
            await getattr(at.reviewing(actor(NEL)), verb)((await at.held()).id, "I think so")

        assert await at.events() == ["Held"]

    asyncio.run(story())


@pytest.mark.parametrize(
    ("verb", "event"),
    [("keep", "Kept"), ("reject", "Rejected"), ("withdraw", "Withdrawn"), ("note", "Noted"), ("escalate", "Escalated")],
)
def test_who_has_no_access_can_hold_back_and_hand_on(verb, event):
    async def story() -> None:
        at = world()
        await at.submit("LMS rose")

        await getattr(at.reviewing(actor(NEL)), verb)((await at.held()).id, "not for them")

        entry = (await at.store.audit())[-1]
        assert (entry.kind, entry.actor, entry.body["reason"]) == (event, NEL, "not for them")

    asyncio.run(story())


@pytest.mark.parametrize("verb", ["send", "keep", "reject", "withdraw", "escalate", "false_alarm", "note"])
@pytest.mark.parametrize("reason", ["", " \t\n", "x" * 2001])
def test_an_act_needs_a_reason_of_a_few_words(verb, reason):
    async def story() -> None:
        at = world()
        await at.submit("LMS rose")

        with pytest.raises(Refused, match="reason"):
            await getattr(at.reviewing(actor(ANN)), verb)((await at.held()).id, reason)

        assert await at.events() == ["Held"]

    asyncio.run(story())


def test_what_has_no_time_cannot_be_left_to_the_lift():
    async def story() -> None:
        at = world(replace(LMS, status=ReleaseStatus.PROVISIONAL))
        await at.submit("LMS rose")

        with pytest.raises(Refused, match="no time"):
            await at.reviewing(actor(ANN)).keep((await at.held()).id, "it can wait")

    asyncio.run(story())


def test_what_one_let_go_another_may_still_keep_until_its_lift():
    async def story() -> None:
        at = world(actions=HOLD_ALL)
        await at.submit("HINT")
        held = await at.held()
        await at.reviewing(actor(REX)).send(held.id, "agreed")

        await at.reviewing(actor(NEL)).keep(held.id, "wait")
        await at.at(at.clock.now() + MINUTE)
        early = at.delivered_to()
        await at.at(T)

        assert early == []
        assert at.delivered_to() == [AMY]

    asyncio.run(story())


def test_an_approval_names_the_releases_of_its_copies_and_of_no_others():
    async def story() -> None:
        at = world(actions=HOLD_ALL)
        await at.submit("LMS and CPI rose", to=(AMY, "half@dept.example"), sender="producer@stats.example")
        held = await at.held()
        assert {each.recipient.address: set(each.releases()) for each in held.recipients} == {
            AMY: {LMS.id, CPI.id},
            "half@dept.example": {CPI.id},
        }

        await at.reviewing(actor(ANN)).send(held.id, "agreed", ["half@dept.example"])

        assert (await at.held()).review.proposal.releases == (CPI.id,)
        assert (await at.store.audit())[-1].body["releases"] == [CPI.id]

    asyncio.run(story())


@pytest.mark.parametrize("verb", ["escalate", "ask"])
def test_nobody_is_troubled_about_what_is_over(verb):
    async def story() -> None:
        at = world(settings=NoticeSettings(contact="desk@stats.example", on_call=("call@stats.example",)))
        await at.submit("LMS rose")
        held = await at.held()
        await at.console().reject(held.id, "no")
        told = await at.told()

        with pytest.raises(Refused, match="not held"):
            await ACTS[verb](at.reviewing(actor(ANN)), held.id)

        assert await at.told() == told

    asyncio.run(story())


def test_an_automatic_sender_is_not_asked():
    async def story() -> None:
        at = world()
        await at.submit(mail("LMS rose", extra="Auto-Submitted: auto-generated\r\n"))

        with pytest.raises(Refused, match="not written to"):
            await at.reviewing(actor(ANN)).ask((await at.held()).id, Question.RECIPIENTS)

        assert await at.events() == ["Held"]

    asyncio.run(story())


def test_those_on_call_hear_of_an_escalation_without_its_words():
    async def story() -> None:
        at = world(settings=NoticeSettings(contact="desk@stats.example", on_call=("call@stats.example",)))
        await at.submit("LMS rose")

        await at.reviewing(actor(NEL)).escalate((await at.held()).id, "unemployment rose to 5.3")

        [notice] = [each for each in await at.store.notices_due(at.clock.now(), 10) if "escalated" in each.subject]
        assert notice.to == ("call@stats.example",)
        assert "5.3" not in notice.subject + notice.text + notice.dedupe

    asyncio.run(story())


@pytest.mark.parametrize("first", ["send", "keep", "reject", "withdraw"])
@pytest.mark.parametrize("second", ["send", "keep", "reject", "withdraw"])
def test_of_two_people_at_once_one_decides_and_the_other_is_told(first, second):
    async def story() -> None:
        at = world(actions=HOLD_ALL)
        await at.submit("HINT")
        held, get = await at.held(), at.store.get

        async def read_by_both(_held_id: HeldId) -> object:
            return held

        at.store.get = read_by_both
        answers = await asyncio.gather(
            ACTS[first](at.reviewing(actor(ANN)), held.id),
            ACTS[second](at.reviewing(actor(BOB)), held.id),
            return_exceptions=True,
        )
        at.store.get = get

        assert isinstance(answers[1], Stale)
        assert not isinstance(answers[0], BaseException)
        assert [each.actor for each in await at.store.audit()] == ["leakguard", ANN]

    asyncio.run(story())


def test_the_console_sends_at_once_and_alone():
    async def story() -> None:
        at = world()
        await at.submit("LMS rose")

        await at.console().send((await at.held()).id, "minister asked")
        await at.clerk.round()

        assert at.delivered_to() == [AMY]

    asyncio.run(story())


def test_a_token_that_may_decide_lets_nothing_go():
    async def story() -> None:
        at = world()
        await at.submit("LMS rose")
        token = Actor(handle=ANN, roles=frozenset({Role.APPROVER}), scopes=frozenset({Scope.DECIDE, Scope.READ}))

        with pytest.raises(Forbidden):
            await at.reviewing(token).send((await at.held()).id, "agreed")

        assert await at.events() == ["Held"]

    asyncio.run(story())
