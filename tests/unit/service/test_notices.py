"""Notices: when, whom, what to do. Never what was in the message, never to an automaton or a stranger."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from leakguard.model.errors import StoreUnavailable
from leakguard.service.notices import NoticeSettings
from leakguard.service.ports import Reply
from tests.unit.service.world import AMY, EARLY, JOE, LMS, MINUTE, T, World, mail

SAFE = NoticeSettings(contact="desk@stats.example", own_domains=frozenset({"dept.example"}))


def test_the_sender_reads_from_whom_which_release_and_when_it_goes():
    async def story() -> None:
        world = World()

        await world.submit("LMS rose")

        [text] = await world.texts()
        assert AMY in text
        assert "LMS, March 2031 (LMS-2031-03)" in text
        assert "Tue 18 Mar 2031 09:30 GMT (in 8 min)" in text
        assert "desk@stats.example" in text
        assert (await world.held()).id in text

    asyncio.run(story())


def test_nothing_of_the_message_is_in_any_notice():
    async def story() -> None:
        world = World(settings=NoticeSettings(contact="desk@stats.example", reviewers=("rev@stats.example",)))
        content = mail("LMS zebra UNREAD", subject="giraffe", extra="X-Other: okapi\r\n")
        await world.submit(content, to=(AMY, JOE))
        await world.console().reject((await world.held()).id, "quagga", [JOE])
        world.hop.replies["DATA"] = Reply.of(550, "5.7.1 lemur")
        await world.at(T)

        notices = await world.store.notices_due(T + timedelta(days=9), 100)
        assert len(notices) == 4
        for word in ("zebra", "giraffe", "okapi", "quagga", "lemur", "secret words"):
            assert all(word not in each.text + each.subject for each in notices)

    asyncio.run(story())


@pytest.mark.parametrize(
    ("extra", "is_told"),
    [
        ("Auto-Submitted: auto-replied\r\n", False),
        ("auto-submitted:auto-generated\r\n", False),
        ("Precedence: bulk\r\n", False),
        ("Auto-Submitted: no\r\n", True),
        ("Auto-Submitted:no\r\n", True),
        ("Auto-Submitted:  No (really)\r\n", True),
        ("X-Auto: yes\r\n", True),
    ],
)
def test_an_automaton_is_never_written_to_and_a_person_is(extra, is_told):
    async def story() -> None:
        world = World()

        await world.submit(mail("LMS rose", extra=extra))

        assert bool(await world.told()) is is_told
        assert await world.states() == {AMY: "held"}

    asyncio.run(story())


@pytest.mark.parametrize(
    ("sender", "direction", "settings", "is_told"),
    [
        ("", "outbound", None, False),
        (JOE, "inbound", None, False),
        (JOE, "outbound", None, True),
        (JOE, "internal", None, True),
        (JOE, "inbound", SAFE, True),
        ("Joe@DEPT.example", "outbound", SAFE, True),
        ("joe@elsewhere.example", "outbound", SAFE, False),
        ("joe@evil-dept.example", "outbound", SAFE, False),
    ],
)
def test_only_senders_of_our_own_are_told(sender, direction, settings, is_told):
    async def story() -> None:
        world = World(settings=settings) if settings else World()

        await world.submit("LMS rose", sender=sender, direction=direction)

        assert bool(await world.told()) is is_told
        assert await world.states() == {AMY: "held"}

    asyncio.run(story())


def test_reviewers_hear_of_new_holds_with_reasons_and_rules():
    async def story() -> None:
        world = World(settings=NoticeSettings(contact="desk@stats.example", reviewers=("rev@stats.example",)))

        await world.submit("LMS rose", sender="")

        [text] = await world.texts()
        assert "uk.lms" in text
        assert f"leakguard held show {(await world.held()).id}" in text

    asyncio.run(story())


def test_a_retry_is_told_once_and_another_message_is_told_anew():
    async def story() -> None:
        world = World()

        await world.submit("LMS rose")
        await world.submit("LMS rose")
        await world.submit("LMS rose again")

        assert len(await world.told()) == 2

    asyncio.run(story())


def test_a_long_list_of_recipients_is_cut_and_counted():
    async def story() -> None:
        world = World()

        await world.submit("LMS rose", to=[f"reader{number}@news.example" for number in range(40)])

        [text] = await world.texts()
        assert text.count("@news.example") == 25
        assert "and 15 more" in text

    asyncio.run(story())


def test_a_notice_leaves_with_the_null_sender_marked_and_stamped():
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")

        await world.postman.round()

        [taken] = world.delivered()
        message = message_from_bytes(taken.content, policy=policy.default)
        assert taken.envelope.mail_from == ""
        assert world.delivered_to() == [JOE]
        assert message["Auto-Submitted"] == "auto-replied"
        assert message["To"] == JOE
        assert message["Reply-To"] == "desk@stats.example"
        assert world.stamp.is_ours(taken.content)
        assert "09:30 GMT" in message.get_content()
        assert await world.store.notices_due(T, 10) == ()

    asyncio.run(story())


def test_a_notice_that_cannot_go_now_is_tried_again_and_given_up_in_the_end():
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")
        world.hop.replies["DATA"] = Reply.of(451, "4.0.0 no")
        tries = 0

        while due := await world.store.notices_due(EARLY + timedelta(days=9), 10):
            world.clock.set(due[0].next_try_at)
            await world.postman.round()
            tries += 1

        assert tries == 20

    asyncio.run(story())


def test_one_notice_that_cannot_be_written_does_not_hold_up_the_others():
    async def story() -> None:
        world = World()
        await world.submit("LMS rose", sender="j\udce9r\udcf4me@dept.example")
        world.clock.set(EARLY + MINUTE)
        await world.submit("LMS fell", sender=JOE)
        begin = world.hop.begin

        async def fails_once(sender, params):
            world.hop.begin = begin
            raise ValueError("something nobody foresaw")

        world.hop.begin = fails_once
        await world.postman.round()

        assert world.delivered_to() == [JOE]

    asyncio.run(story())


@pytest.mark.parametrize(
    ("left", "text"),
    [(timedelta(minutes=8), "in 8 min"), (timedelta(hours=2, minutes=5), "in 2 h 5 min"), (MINUTE, "in 1 min")],
)
def test_times_are_told_with_what_is_left(left, text):
    async def story() -> None:
        world = World()
        world.clock.set(LMS.release_at - left)

        await world.submit("LMS rose")

        assert f"09:30 GMT ({text})" in (await world.texts())[0]

    asyncio.run(story())


def test_a_notice_that_cannot_be_written_down_is_not_sent():
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")
        sent_before = len(world.hop.taken)

        async def failing(_notice: object) -> None:
            raise StoreUnavailable("full")

        world.store.notice_saved = failing  # type: ignore[method-assign, assignment]
        with pytest.raises(StoreUnavailable):
            await world.postman.round()

        assert len(world.hop.taken) == sent_before

    asyncio.run(story())
