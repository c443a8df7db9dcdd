"""A post is decided by the instant at which it could be read; what is held is kept once and never mailed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from leakguard.model.errors import StoreUnavailable
from leakguard.model.held import State
from leakguard.model.message import Channel, Direction, Envelope, Message, Recipient
from leakguard.service.notices import NoticeSettings
from leakguard.service.posts import Judged, Posts
from tests.stories import story
from tests.unit.service.world import AMY, CLEARED, CPI, EARLY, JOE, LMS, MS, PRODUCER, T, World, mail, rulebook

REVIEWER = "desk@stats.example"


@pytest.fixture
def world() -> World:
    return World(settings=NoticeSettings(contact=REVIEWER, reviewers=(REVIEWER,)))


def posts(world: World) -> Posts:
    return Posts(
        inspector=world.inspector,
        current=world.current,
        store=world.store,
        clock=world.clock,
        policy=world.policy,
        notices=world.notices,
        new_id=lambda: f"ref{next(world._ids)}",
        poke=world._poke,
    )


def message(text: str, sender: str = JOE, to: tuple[str, ...] = (AMY,)) -> Message:
    return Message(
        id="Ev1",
        envelope=Envelope(mail_from=sender, recipients=tuple(Recipient(address=each) for each in to)),
        content=mail(text),
        head=b'{"event": "LMS"}',
        direction=Direction.INTERNAL,
        channel=Channel.SLACK,
        received_at=EARLY,
    )


async def judged(world: World, text: str, seen_at: datetime = EARLY, **who) -> Judged:
    return await posts(world).judge(message(text, **who), "T C 1.1", seen_at)


@story
async def test_an_innocent_post_leaves_no_trace(world):
    assert await judged(world, "hello") == Judged()
    assert await world.events() == []


@story
async def test_a_post_that_gives_a_release_away_is_kept_with_its_exact_event(world):
    found = await judged(world, "LMS")

    assert found.must_go
    assert found.releases == (LMS.id,)
    held = await world.held()
    assert (held.channel, held.head, held.content) == (Channel.SLACK, b'{"event": "LMS"}', mail("LMS"))
    assert await world.events() == ["Held"]
    assert world.poked == 1


@story
async def test_a_post_between_people_who_may_stays(world):
    assert await judged(world, "LMS", sender=PRODUCER, to=(CLEARED,)) == Judged()


@story
async def test_one_reader_without_access_is_enough(world):
    found = await judged(world, "LMS", sender=PRODUCER, to=(CLEARED, AMY))

    assert found.must_go
    assert await world.states() == {AMY: "held"}


@pytest.mark.parametrize(
    ("seen_at", "is_held"),
    [(T - MS, True), (T, False), (T + MS, False)],
    ids=["the instant before", "the instant", "after"],
)
@story
async def test_the_time_of_the_post_decides_and_not_ours(world, seen_at, is_held):
    world.clock.set(T + timedelta(seconds=1))

    found = await judged(world, "LMS", seen_at)

    assert (found.held is not None) is is_held
    assert not found.must_go, "it is public now, and stays"


@story
async def test_a_post_from_the_future_is_decided_by_our_clock(world):
    assert (await judged(world, "LMS", seen_at=T + MS)).must_go


@story
async def test_right_before_a_removal_it_is_asked_once_more(world):
    found = await judged(world, "LMS")
    assert await posts(world).must_still_go(message("LMS"), found.held)

    world.clock.set(T)

    assert not await posts(world).must_still_go(message("LMS"), found.held)


@story
async def test_the_same_post_is_held_once_although_its_readers_change(world):
    first = await judged(world, "LMS")
    second = await judged(world, "LMS", to=(AMY, "new@news.example"))

    assert first.held.id == second.held.id
    assert second.must_go
    assert await world.events() == ["Held"]


@story
async def test_an_edit_of_a_held_post_is_held_on_its_own(world):
    first = await judged(world, "LMS")
    second = await judged(world, "LMS, in other words")

    assert first.held.id != second.held.id


@story
async def test_a_hint_is_recorded_with_what_ends_it_and_not_before(world):
    found = await judged(world, "HINT")

    assert [type(each).__name__ for each in found.events] == ["Flagged"]
    assert await world.events() == []


@story
async def test_without_a_store_nothing_is_decided(world):
    world.store.available = False

    with pytest.raises(StoreUnavailable):
        await judged(world, "LMS")


@story
async def test_the_clerk_never_mails_a_post(world):
    await judged(world, "LMS")

    await world.at(T)
    await world.at(T + timedelta(hours=2))

    assert world.hop.transcript == []
    held = await world.held()
    assert held.in_state(State.HELD) == held.recipients
    assert held.wake_at is None, "it waits for a person, and does not keep the clerk busy"


@story
async def test_neither_an_approval_nor_a_new_rulebook_makes_the_clerk_mail_a_post(world):
    await judged(world, "LMS")
    held = await world.held()

    await world.console().send(held.id, "seen")
    await world.clerk.round()
    await world.current.replace(rulebook(replace(LMS, release_at=EARLY), CPI, digest="book-2"), world.store)
    await world.clerk.round()

    assert world.hop.transcript == []
    assert await world.states() == {AMY: "held"}


@story
async def test_a_clerk_that_takes_over_mails_no_post_either(world):
    await judged(world, "LMS")
    world.clock.set(T)
    successor = world.new_clerk("clerk-2")

    await successor.recover()
    await successor.round()

    assert world.hop.transcript == []


@story
async def test_a_second_embargo_still_shows_after_the_first_is_lifted(world):
    await judged(world, "LMS CPI")

    await world.at(T)

    [copy] = (await world.held()).recipients
    assert copy.decide_again_at == CPI.release_at
    assert {each.release for each in copy.reasons} == {CPI.id}


@story
async def test_reviewers_hear_of_it_and_the_author_gets_no_mail(world):
    await judged(world, "LMS")
    await world.at(T)

    assert await world.told() == ["A message is held"]
    [text] = await world.texts()
    assert "posted again only if its author, or a reviewer, wants that" in text
    assert "goes by itself" not in text
