"""The clerk: never early, never lost, rarely twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from leakguard.model.content import GapKind
from leakguard.model.decision import ReasonCode
from leakguard.service.ports import Reply
from tests.unit.service.world import (
    AMY,
    CLEARED,
    CPI,
    HALF,
    JOE,
    LMS,
    MINUTE,
    MS,
    ON_CONFIRMATION,
    PRODUCER,
    T,
    World,
    mail,
    release,
    rulebook,
)

SECOND = timedelta(seconds=1)


def test_not_a_millisecond_before_the_lift_and_at_the_lift_it_goes():
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")

        await world.at(T - MS)
        before = world.delivered_to()
        await world.at(T)

        assert before == []
        [taken] = world.delivered()
        assert taken.content == mail("LMS rose")
        assert taken.head == b"Received: by relay.example\r\n"
        assert await world.states() == {AMY: "sent"}
        assert await world.events() == ["Held", "Delivered"]
        assert await world.told() == ["Your message is held back", "Your held message has gone"]

    asyncio.run(story())


def test_once_sent_it_is_not_sent_again():
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")

        for minutes in range(30):
            await world.at(T + minutes * MINUTE)

        assert len(world.delivered()) == 1

    asyncio.run(story())


def test_a_postponed_release_keeps_its_mail_until_the_new_time_and_the_sender_hears_of_it():
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")
        await world.desk().postpone(LMS.id, "printer on fire", T + timedelta(hours=2))

        await world.at(T - SECOND)
        told = await world.texts()
        await world.at(T)
        await world.at(T + timedelta(hours=2) - MS)
        early = world.delivered_to()
        await world.at(T + timedelta(hours=2))

        assert early == []
        assert "Tue 18 Mar 2031 11:30 GMT" in told[1]
        assert world.delivered_to() == [AMY]

    asyncio.run(story())


def test_a_release_postponed_without_a_date_lifts_only_by_confirmation():
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")
        await world.desk().postpone(LMS.id, "no date yet", None)
        await world.at(T + timedelta(days=300))
        early = world.delivered_to()
        await world.desk().confirm(LMS.id, "it is out")

        await world.at(T + timedelta(days=300) + SECOND)

        assert early == []
        assert world.delivered_to() == [AMY]
        assert "does not go by itself" in (await world.texts())[1]

    asyncio.run(story())


def test_an_unconfirmed_lift_is_no_lift_and_a_confirmation_does_not_lift_early():
    async def story() -> None:
        world = World(rulebook=rulebook(ON_CONFIRMATION))
        await world.submit("LMS rose")
        await world.submit("LMS fell")

        await world.at(T + MINUTE)
        unconfirmed = world.delivered_to()
        world.clock.set(T - MINUTE)
        await world.desk().confirm(LMS.id, "ready")
        await world.at(T - MS)
        confirmed_early = world.delivered_to()
        await world.at(T)

        assert unconfirmed == confirmed_early == []
        assert world.delivered_to() == [AMY, AMY]

    asyncio.run(story())


def test_a_message_under_two_embargoes_waits_for_both():
    async def story() -> None:
        world = World()
        await world.submit("LMS and CPI rose")

        await world.at(T)
        after_one = world.delivered_to()
        wake_at = (await world.held()).wake_at
        await world.at(CPI.release_at - MS)
        just_before = world.delivered_to()
        await world.at(CPI.release_at)

        assert after_one == just_before == []
        assert wake_at == CPI.release_at
        assert world.delivered_to() == [AMY]

    asyncio.run(story())


def test_what_the_next_hop_defers_is_tried_again_later_and_later():
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")
        world.hop.replies["DATA"] = Reply.of(451, "4.3.0 not now, LMS rose")
        waits, now = [], T

        for _ in range(7):
            await world.at(now)
            held = await world.held()
            waits.append((held.wake_at - now).total_seconds())
            await world.at(held.wake_at - MS)
            now = held.wake_at
        del world.hop.replies["DATA"]
        await world.at(now)

        assert waits == [5, 15, 60, 300, 900, 900, 900]
        assert world.delivered_to() == [AMY]
        assert held.recipients[0].last_reply == "451 4.3.0"
        assert held.recipients[0].attempts == 7
        assert (await world.events()).count("DeliveryDelayed") == 7

    asyncio.run(story())


def test_what_the_next_hop_refuses_for_good_is_undeliverable_and_the_sender_hears_of_it():
    async def story() -> None:
        world = World()
        await world.submit("LMS rose", to=(AMY, "bob@news.example"))
        world.hop.replies[AMY] = Reply.of(550, "5.1.1 no such user")

        await world.at(T)

        assert await world.states() == {AMY: "undeliverable", "bob@news.example": "sent"}
        assert (await world.events())[1:] == ["Delivered", "Undeliverable"]
        assert (await world.told())[1:] == ["Your held message has gone", "Your held message could not be delivered"]

    asyncio.run(story())


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
def test_a_message_is_delivered_only_on_the_final_positive_answer(verb):
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")
        world.hop.replies[verb] = Reply.of(452, "4.2.2 full")

        await world.at(T)

        assert await world.states() == {AMY: "held"}
        assert "Delivered" not in await world.events()

    asyncio.run(story())


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
def test_a_next_hop_that_is_away_costs_nothing_but_time(verb):
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")
        world.hop.is_down = True
        await world.at(T)
        world.hop.is_down = False

        await world.at(T + 5 * SECOND)

        assert world.delivered_to() == [AMY]

    asyncio.run(story())


def test_a_reader_with_access_to_one_of_two_releases_waits_for_the_other():
    async def story() -> None:
        world = World()
        await world.submit("LMS and CPI rose", sender=PRODUCER, to=(HALF, JOE))

        await world.at(T)
        early = world.delivered_to()
        await world.at(CPI.release_at)

        assert early == []
        assert world.delivered_to() == [HALF, JOE]

    asyncio.run(story())


def test_approval_by_the_desk_sends_now():
    async def story() -> None:
        world = World()
        await world.submit("LMS rose", to=(AMY, JOE))

        await world.console().send((await world.held()).id, "press office agreed", [AMY])
        await world.clerk.round()

        assert world.delivered_to() == [AMY]
        assert await world.states() == {AMY: "sent", JOE: "held"}
        assert await world.events() == ["Held", "Approved", "Delivered"]

    asyncio.run(story())


def test_approval_for_one_embargo_does_not_lift_a_later_found_second_one():
    async def story() -> None:
        world = World(rulebook=rulebook(LMS))
        await world.submit("LMS and CPI rose")
        await world.console().send((await world.held()).id, "only about LMS")
        await world.current.replace(rulebook(LMS, CPI), world.store)

        await world.clerk.round()
        before = world.delivered_to()
        await world.at(CPI.release_at)

        assert before == []
        assert world.delivered_to() == [AMY]

    asyncio.run(story())


@pytest.mark.parametrize("verb", ["reject", "withdraw"])
def test_what_was_rejected_or_withdrawn_never_goes(verb):
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")
        await getattr(world.console(), verb)((await world.held()).id, "a reason")

        await world.at(T + timedelta(days=1))

        assert world.delivered() == []
        assert not (await world.held()).is_open

    asyncio.run(story())


def test_a_new_rulebook_is_asked_about_everything_held_and_what_it_no_longer_finds_still_waits_for_the_lift():
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")
        await world.clerk.round()
        before = world.inspector.calls
        world.inspector.blind, world.inspector.digest = frozenset({"lms"}), "book-2"

        await world.current.replace(rulebook(LMS, CPI, digest="book-2"), world.store)
        await world.clerk.round()
        asked, early = world.inspector.calls - before, world.delivered_to()
        await world.at(T)

        assert asked == 1
        assert early == []
        assert world.delivered_to() == [AMY]

    asyncio.run(story())


def test_mail_of_a_release_that_fell_out_of_the_calendar_waits_for_a_person():
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")
        world.inspector.digest = "book-2"
        await world.current.replace(rulebook(CPI, digest="book-2"), world.store)

        await world.clerk.round()
        held = await world.held()
        await world.at(T + timedelta(days=30))
        by_itself = world.delivered_to()
        await world.console().send(held.id, "it was published elsewhere")
        await world.clerk.round()

        assert {each.code for each in held.recipients[0].reasons} == {ReasonCode.RULEBOOK_CHANGED}
        assert held.wake_at is None
        assert by_itself == []
        assert world.delivered_to() == [AMY]

    asyncio.run(story())


def test_access_that_opens_frees_a_copy_even_when_something_else_about_it_is_flagged():
    async def story() -> None:
        later = replace(LMS, pre_release_from=T - MINUTE)
        world = World(rulebook=rulebook(later, CPI))
        await world.submit("LMS rose, UNREAD", sender=PRODUCER, to=(CLEARED,))
        before = world.delivered_to()

        await world.at(T - MINUTE)

        assert before == []
        assert world.delivered_to() == [CLEARED]

    asyncio.run(story())


@pytest.mark.parametrize("kind", [GapKind.CRASHED, GapKind.TIMED_OUT])
def test_a_new_inspection_that_fails_forgets_nothing_that_the_first_one_found(kind):
    async def story() -> None:
        later = release("lms", pre_release_from=T - MINUTE)  # outside the window a gap alone is only flagged
        world = World(rulebook=rulebook(later))
        await world.submit("LMS rose", sender=PRODUCER)
        await world.clerk.round()
        world.inspector.gap, world.inspector.digest = kind, "book-2"

        await world.current.replace(rulebook(later, digest="book-2"), world.store)
        await world.clerk.round()

        assert world.delivered_to() == []
        assert (await world.held()).verdict.findings
        await world.at(T)
        assert world.delivered_to() == [AMY]

    asyncio.run(story())


def test_a_release_moved_to_an_earlier_hour_frees_its_mail_and_a_later_one_keeps_it():
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")
        world.inspector.digest = "book-2"
        await world.current.replace(rulebook(release("lms", T + MINUTE), digest="book-2"), world.store)
        await world.clerk.round()

        await world.at(T)
        early = world.delivered_to()
        await world.at(T + MINUTE)

        assert early == []
        assert world.delivered_to() == [AMY]

    asyncio.run(story())


def test_only_a_new_time_is_news_to_the_sender():
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")
        world.inspector.digest = "book-2"
        await world.current.replace(rulebook(LMS, digest="book-2"), world.store)

        await world.clerk.round()

        assert await world.told() == ["Your message is held back"]

    asyncio.run(story())


def test_an_access_list_that_opens_frees_the_copies_of_its_people():
    async def story() -> None:
        world = World()
        world.clock.set(T - timedelta(days=2))
        await world.submit("LMS rose", sender=PRODUCER, to=(CLEARED, JOE))

        await world.at(LMS.pre_release_from - MS)
        before = world.delivered_to()
        await world.at(LMS.pre_release_from)

        assert before == []
        assert world.delivered_to() == [CLEARED]

    asyncio.run(story())
