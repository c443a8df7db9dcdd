"""A held post goes up again as a whole, when its author or a reviewer wants it, and not before it may."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from leakguard.model.decision import ReasonCode
from leakguard.model.errors import Forbidden, Refused
from leakguard.model.held import HeldMessage, State
from leakguard.service.authoring import Authoring
from leakguard.service.notices import NoticeSettings
from leakguard.service.ports import Reply
from leakguard.service.scheduling import Scheduling
from tests.stories import story
from tests.unit.service.test_posts import judged, message
from tests.unit.service.world import AMY, CLEARED, CPI, EARLY, JOE, LMS, MINUTE, MS, PRODUCER, T, World, rulebook

TAKEN = Reply.of(250, "2.0.0 posted")


@dataclass
class RecordingPoster:
    """answers: what it says in turn, then that it is posted."""

    posted: list[str] = field(default_factory=list)
    answers: list[Reply] = field(default_factory=list)

    async def post(self, held: HeldMessage) -> Reply:
        reply = self.answers.pop(0) if self.answers else TAKEN
        if reply.is_positive:
            self.posted.append(held.id)
        return reply


@pytest.fixture
def world() -> World:
    office = World(settings=NoticeSettings(contact="desk@stats.example", reviewers=("desk@stats.example",)))
    office.clerk.poster = RecordingPoster()
    return office


def posted(world: World) -> list[str]:
    return world.clerk.poster.posted


def by(world: World, author: str = JOE) -> Authoring:
    return Authoring(
        store=world.store, book=world.current.book, clock=world.clock, notices=world.notices, author=author
    )


def scheduling(world: World) -> Scheduling:
    return Scheduling(
        inspector=world.inspector,
        current=world.current,
        store=world.store,
        clock=world.clock,
        policy=world.policy,
        new_id=lambda: f"ref{next(world._ids)}",
        poke=world._poke,
    )


async def held_post(world: World, text: str = "LMS", **who) -> HeldMessage:
    found = await judged(world, text, **who)
    assert found.held is not None
    return found.held


@story
async def test_what_its_author_wants_posted_goes_up_at_the_lift_and_once(world):
    held = await held_post(world, to=(AMY, CLEARED))
    await by(world).post_when_public(held.id)

    await world.at(T - MS)
    assert posted(world) == []
    await world.at(T)
    await world.at(T + MINUTE)

    assert posted(world) == [held.id]
    assert set((await world.states()).values()) == {State.SENT.value}
    assert await world.events() == ["Held", "PostingAsked", "Delivered"]


@story
async def test_what_nobody_wants_posted_waits_for_a_person(world):
    await held_post(world)

    await world.at(T + MINUTE)

    assert posted(world) == []
    assert set((await world.states()).values()) == {State.HELD.value}


@story
async def test_asked_after_the_lift_it_goes_up_at_once(world):
    held = await held_post(world)
    await world.at(T + MINUTE)

    await by(world).post_when_public(held.id)
    await world.clerk.round()

    assert posted(world) == [held.id]


@story
async def test_asking_twice_is_asking_once(world):
    held = await held_post(world)

    for _ in range(10):
        await by(world).post_when_public(held.id)

    assert (await world.events()).count("PostingAsked") == 1


@story
async def test_a_release_that_is_put_off_puts_off_the_post(world):
    held = await held_post(world)
    await by(world).post_when_public(held.id)
    await world.desk().postpone(LMS.id, "late", T + MINUTE)

    await world.at(T)
    assert posted(world) == []
    await world.at(T + MINUTE)

    assert posted(world) == [held.id]


@story
async def test_a_post_has_no_part_that_goes_first(world):
    """A reader of one release is waited for, though the others could have it by now."""
    held = await held_post(world, "LMS CPI", to=(AMY, CLEARED))
    await by(world).post_when_public(held.id)

    await world.at(T)
    assert posted(world) == []
    await world.at(CPI.release_at)

    assert posted(world) == [held.id]


@story
async def test_a_reviewer_who_lets_it_go_has_it_posted(world):
    held = await held_post(world)

    await world.console().send(held.id, "agreed with the producer")
    await world.clerk.round()

    assert posted(world) == [held.id]


@story
async def test_let_go_for_some_readers_only_it_is_not_posted(world):
    held = await held_post(world, to=(AMY, PRODUCER), sender=CLEARED)
    await world.console().send(held.id, "agreed", to=[held.recipients[0].recipient.address])
    kept = await held_post(world, "LMS too", to=(AMY, JOE))
    await world.console().send(kept.id, "agreed", to=[AMY])

    await world.clerk.round()

    assert kept.id not in posted(world)


@story
async def test_without_a_door_to_post_by_it_waits_for_a_person(world):
    world.clerk.poster = None
    held = await held_post(world)
    await by(world).post_when_public(held.id)

    await world.at(T)

    assert set((await world.states()).values()) == {State.HELD.value}


@story
async def test_when_slack_does_not_answer_it_is_tried_again(world):
    world.clerk.poster.answers = [Reply.of(451, "4.4.1 no")]
    held = await held_post(world)
    await by(world).post_when_public(held.id)

    await world.at(T)
    assert posted(world) == []
    await world.at(T + MINUTE)

    assert posted(world) == [held.id]


@story
async def test_what_slack_refuses_for_good_is_on_record(world):
    world.clerk.poster.answers = [Reply.of(550, "5.7.1 no")]
    held = await held_post(world)
    await by(world).post_when_public(held.id)

    await world.at(T)

    assert set((await world.states()).values()) == {State.UNDELIVERABLE.value}
    assert (await world.events())[-1] == "Undeliverable"


@story
async def test_only_its_author_may_act_as_its_author(world):
    held = await held_post(world)

    for act in ("post_when_public", "ask_for_review", "withdraw"):
        with pytest.raises(Forbidden):
            await getattr(by(world, AMY), act)(held.id)
        with pytest.raises(Forbidden):
            await getattr(by(world, ""), act)(held.id)


@story
async def test_what_its_author_takes_back_is_never_posted(world):
    held = await held_post(world)
    await by(world).post_when_public(held.id)
    await by(world).withdraw(held.id)

    await world.at(T)

    assert posted(world) == []
    assert set((await world.states()).values()) == {State.WITHDRAWN.value}
    with pytest.raises(Refused):
        await by(world).post_when_public(held.id)


@story
async def test_those_on_call_hear_that_an_author_asks_for_a_look_once(world):
    held = await held_post(world)

    await by(world).ask_for_review(held.id)
    await by(world).ask_for_review(held.id)

    assert (await world.told()).count("A held post should be looked at") == 1
    assert (await world.events()).count("ReviewAsked") == 1


@story
async def test_a_post_for_after_a_release_waits_for_it_whatever_it_says(world):
    held = await scheduling(world).schedule(message("good news"), LMS.id)
    assert {reason.code for each in held.recipients for reason in each.reasons} == {ReasonCode.POSTED_AFTER_RELEASE}
    assert held.wake_at == T

    await world.at(T - MS)
    assert posted(world) == []
    await world.at(T)

    assert posted(world) == [held.id]


@story
async def test_the_same_wish_twice_is_one_post(world):
    for _ in range(3):
        await scheduling(world).schedule(message("good news"), LMS.id)

    assert len(await world.all_held()) == 1


@story
async def test_a_post_for_after_one_release_that_gives_away_another_waits_for_both(world):
    held = await scheduling(world).schedule(message("CPI too"), LMS.id)

    await world.at(T)
    assert posted(world) == []
    await world.at(CPI.release_at)

    assert posted(world) == [held.id]


@story
async def test_a_scheduled_post_follows_its_release_that_is_put_off(world):
    held = await scheduling(world).schedule(message("good news"), LMS.id)
    await world.desk().postpone(LMS.id, "late", T + MINUTE)

    await world.at(T)
    assert posted(world) == []
    await world.at(T + MINUTE)

    assert posted(world) == [held.id]


@story
async def test_a_scheduled_post_whose_release_fell_out_of_the_calendar_waits(world):
    held = await scheduling(world).schedule(message("good news"), LMS.id)
    world.current._rulebook = rulebook(CPI, digest="book-2")
    world.inspector.digest = "book-2"
    await world.current.refresh(world.store)

    await world.at(T + MINUTE)

    assert posted(world) == []
    assert (await world.store.get(held.id)).is_open


@story
async def test_there_is_nothing_to_wait_for_after_the_lift(world):
    world.clock.set(T)
    with pytest.raises(Refused):
        await scheduling(world).schedule(message("good news"), LMS.id)
    with pytest.raises(Refused):
        await scheduling(world).schedule(message("good news"), replace(LMS, id="NONE").id)
    assert EARLY < T
