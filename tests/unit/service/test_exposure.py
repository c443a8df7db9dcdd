"""Who had it before they might, and how long: from evidence, as it stood when they got it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from leakguard.model.embargo import ReleaseStatus
from leakguard.model.incident import EntryKind
from leakguard.service.exposure import Calendar, How, Reach
from leakguard.service.incident_timeline import Source
from tests.unit.service.incident_world import Office, delivered, flagged, viewed
from tests.unit.service.world import (
    AMY,
    CLEARED,
    CPI,
    EARLY,
    HALF,
    JOE,
    LMS,
    MINUTE,
    MS,
    PRODUCER,
    T,
    book,
    rulebook,
)

STRANGER = "joe@dept.example"  # at a domain of people in the access files


async def passed(world: Office, *events, releases=()):
    """An incident about a message that went through."""
    await world.store.record([*events] or [flagged()])
    return await world.incidents().open(message="msg9", releases=releases)


@pytest.mark.parametrize(
    ("recipient", "reach"),
    [
        (CLEARED, Reach.ELIGIBLE),
        (STRANGER, Reach.WITHOUT_GRANT),
        (AMY, Reach.EXTERNAL),
        ("The Post", Reach.WITHOUT_GRANT),
    ],
)
def test_recipients_are_told_apart_by_what_they_may_have(recipient, reach):
    async def story() -> None:
        world = Office()
        incident = await passed(world, flagged(to=(recipient,)))

        had = {each.recipient: each.reach for each in (await world.exposure(incident)).had}

        assert had == {PRODUCER: Reach.ELIGIBLE, recipient: reach}

    asyncio.run(story())


def test_our_own_domains_are_not_external():
    async def story() -> None:
        world = Office()
        incident = await passed(world)
        kept = replace(
            world.incidents(), calendar=Calendar(files=world.rulebook.book, own_domains=frozenset({"NEWS.example"}))
        )

        early = (await kept.view(incident.id)).case.exposure.early

        assert [each.reach for each in early] == [Reach.WITHOUT_GRANT]

    asyncio.run(story())


@pytest.mark.parametrize(
    ("at", "people", "minutes"),
    [
        (T - 8 * MINUTE, 1, 8),
        (T - 8 * MINUTE + MS, 1, 8),
        (T - 7 * MINUTE - MS, 1, 8),
        (T - MS, 1, 1),
        (T, 0, None),
        (T + MINUTE, 0, None),
    ],
    ids=["8 min", "begun", "more than 7", "the last instant", "at the lift", "after it"],
)
def test_what_arrives_before_the_lift_is_early_by_begun_minutes(at, people, minutes):
    async def story() -> None:
        world = Office()
        incident = await passed(world, flagged(at=at))

        found = await world.exposure(incident)

        assert (found.people, found.minutes, found.goes_on) == (people, minutes, False)

    asyncio.run(story())


def test_what_stays_held_reaches_nobody_but_its_sender():
    async def story() -> None:
        world = Office()
        incident = await world.opened()

        early = (await world.exposure(incident)).early

        assert [(each.recipient, each.how, each.since) for each in early] == [(JOE, How.SENDER, EARLY)]

    asyncio.run(story())


def test_a_copy_that_was_let_go_too_early_counts_from_its_delivery():
    async def story() -> None:
        world = Office()
        incident = await world.opened()
        await world.store.record([delivered(at=T - 3 * MINUTE, held=incident.held)])

        early = {each.recipient: each for each in (await world.exposure(incident)).early}

        assert early.keys() == {JOE, AMY}
        assert (early[AMY].how, early[AMY].minutes, early[JOE].minutes) == (How.DELIVERED, 3, 8)

    asyncio.run(story())


def test_a_delivery_at_the_lift_is_no_exposure():
    async def story() -> None:
        world = Office()
        incident = await world.opened()
        await world.at(T)

        assert "Delivered" in await world.events()
        assert [each.recipient for each in (await world.exposure(incident)).early] == [JOE]

    asyncio.run(story())


def test_whoever_reads_at_the_desk_without_access_is_counted():
    async def story() -> None:
        world = Office()
        incident = await world.opened()
        await world.store.record([viewed(CLEARED, held=incident.held), viewed(HALF, held=incident.held)])
        await world.store.record([viewed("rev@stats.example", held=incident.held)])

        had = {each.recipient: each.reach for each in (await world.exposure(incident)).had}

        assert had["rev@stats.example"] is Reach.WITHOUT_GRANT
        assert had[CLEARED] is had[HALF] is Reach.ELIGIBLE

    asyncio.run(story())


def test_what_people_write_down_counts_and_deletion_ends_it():
    async def story() -> None:
        world = Office()
        incident = await world.incidents().open(releases=[LMS.id])
        kept, at = world.incidents(), EARLY - timedelta(minutes=30)
        await kept.add_entry(incident.id, 0, kind=EntryKind.SEEN_BY, at=at, recipient=AMY)
        await kept.add_entry(incident.id, 1, kind=EntryKind.SENT, at=at, recipient=STRANGER)
        await kept.add_entry(incident.id, 2, kind=EntryKind.DELETION_ASKED, at=at + MINUTE, recipient=STRANGER)
        await kept.add_entry(
            incident.id, 3, kind=EntryKind.DELETION_CONFIRMED, at=at + 5 * MINUTE, recipient="Amy@News.example"
        )

        early = {each.recipient: each for each in (await world.exposure(incident)).early}

        assert (early[AMY].minutes, early[STRANGER].minutes) == (5, 38)
        assert (early[AMY].how, early[STRANGER].how) == (How.SEEN, How.SENT)

    asyncio.run(story())


def test_a_person_is_counted_once_and_from_the_first_time():
    async def story() -> None:
        world = Office()
        incident = await passed(world, flagged(at=EARLY), flagged(at=EARLY - MINUTE, to=("AMY@news.example",)))

        found = await world.exposure(incident)

        assert (found.people, found.minutes, found.since) == (1, 9, EARLY - MINUTE)

    asyncio.run(story())


def test_while_a_lift_waits_the_exposure_goes_on():
    async def story() -> None:
        waiting = replace(LMS, status=ReleaseStatus.PROVISIONAL)
        world = Office(rulebook=rulebook(waiting))
        incident = await passed(world)

        found = await world.exposure(incident)

        assert (found.people, found.goes_on, found.minutes) == (1, True, None)

    asyncio.run(story())


def test_of_two_releases_the_one_that_lifts_last_counts():
    async def story() -> None:
        world = Office()
        incident = await passed(world, flagged(to=(HALF,)), releases=[CPI.id])

        [early] = (await world.exposure(incident)).early

        assert (early.recipient, early.minutes) == (HALF, 68)

    asyncio.run(story())


def test_who_is_suspended_afterwards_had_access_when_they_got_it():
    async def story() -> None:
        world = Office()
        incident = await passed(world, flagged(to=(CLEARED,)))
        world.clock.set(EARLY + MINUTE)
        await world.desk().suspend(CLEARED, "moved")
        assert (await world.exposure(incident)).people == 0

        await world.store.record([flagged(at=EARLY + 2 * MINUTE, to=(HALF,))])
        await world.desk().suspend(HALF, "moved")

        assert (await world.exposure(incident)).people == 1

    asyncio.run(story())


def test_a_list_counts_its_members_without_access():
    async def story() -> None:
        team = {"team@dept.example": (CLEARED, STRANGER, AMY), "dark@dept.example": ()}
        world = Office(rulebook=replace(rulebook(LMS, CPI), book=replace(book(LMS, CPI), lists=team)))
        incident = await passed(world, flagged(to=tuple(team)))

        people = {each.recipient: each.people for each in (await world.exposure(incident)).early}

        assert people == {"team@dept.example": 2, "dark@dept.example": 1}

    asyncio.run(story())


def test_the_timeline_is_in_order_and_says_where_each_line_comes_from():
    async def story() -> None:
        world = Office()
        incident = await world.opened(noticed_how="a call")
        world.clock.set(T)
        await world.clerk.round()
        await world.incidents().add_entry(incident.id, 0, kind=EntryKind.DELETION_ASKED, at=EARLY - MS, recipient=AMY)

        lines = (await world.incidents().view(incident.id)).case.lines

        assert [(each.kind, each.source) for each in lines] == [
            ("deletion_asked", Source.PERSON),
            ("Held", Source.AUDIT),
            ("opened", Source.PERSON),
            ("Delivered", Source.AUDIT),
            ("lift", Source.CALENDAR),
        ]
        assert lines[2].text == "a call"
        assert lines[1].recipients == (AMY,)

    asyncio.run(story())


def test_a_long_timeline_is_whole():
    async def story() -> None:
        world = Office()
        incident = await world.opened()
        await world.store.record([viewed(CLEARED, held=incident.held)] * 2500)

        assert len((await world.incidents().view(incident.id)).case.lines) == 2502

    asyncio.run(story())
