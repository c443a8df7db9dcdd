"""The gate: what passes is the next hop's, what is held is committed, what fails stays with the client."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from leakguard.delivery.postman import compose
from leakguard.model.content import Confidence
from leakguard.model.decision import Action
from leakguard.model.errors import NextHopUnavailable, ReplyUnknown
from leakguard.service.ports import Reply
from tests.unit.service.world import AMY, CLEARED, EARLY, HALF, JOE, PRODUCER, T, World, mail


def test_a_clean_message_goes_on_as_it_is_and_the_next_hops_words_are_ours():
    async def story() -> None:
        world = World()
        world.hop.replies["DATA"] = Reply.of(250, "2.6.0 taken gladly as 77")

        reply = await world.submit("tea at four")

        assert reply == Reply.of(250, "2.6.0 taken gladly as 77")
        [taken] = world.delivered()
        assert taken.content == mail("tea at four")
        assert taken.head == b"Received: by relay.example\r\n"
        assert await world.all_held() == []
        assert await world.events() == []

    asyncio.run(story())


@pytest.mark.parametrize("code", [451, 552, 421])
def test_what_the_next_hop_refuses_is_refused_in_its_words(code):
    async def story() -> None:
        world = World()
        world.hop.replies["DATA"] = Reply.of(code, "4.7.1 its own words")

        assert await world.submit("tea") == world.hop.replies["DATA"]
        assert world.delivered() == []

    asyncio.run(story())


def test_a_held_message_is_committed_before_250_and_the_next_hop_never_sees_it():
    async def story() -> None:
        world = World()

        reply = await world.submit("LMS rose")

        held = await world.held()
        assert reply == Reply.of(250, f"2.0.0 held as {held.id}")
        assert held.content == mail("LMS rose")
        assert held.wake_at == T
        assert await world.states() == {AMY: "held"}
        assert await world.events() == ["Held"]
        assert await world.told() == ["Your message is held back"]
        assert world.delivered() == []
        assert world.hop.transcript[-1] == "ABANDON"
        assert world.poked == 1

    asyncio.run(story())


def test_at_the_lift_the_same_message_passes():
    async def story() -> None:
        world = World()
        world.clock.set(T)

        await world.submit("LMS rose")

        assert world.delivered_to() == [AMY]

    asyncio.run(story())


def test_a_flagged_message_is_on_record_before_the_next_hop_has_it():
    async def story() -> None:
        world = World()
        seen = []
        data = world.hop._ask
        world.hop._ask = lambda verb: (seen.append((verb, len(world.store._events))), data(verb))

        await world.submit("HINT")

        assert ("DATA", 1) in seen
        assert await world.events() == ["Flagged"]
        assert world.delivered_to() == [AMY]

    asyncio.run(story())


def test_when_a_flag_cannot_be_recorded_the_message_stays_with_the_client():
    async def story() -> None:
        world = World()
        world.store.available = False

        reply = await world.submit("HINT")

        assert reply.code == 451
        assert world.delivered() == []
        assert world.hop.transcript[-1] == "ABANDON"

    asyncio.run(story())


def test_a_store_that_is_away_means_451_and_nothing_delivered_or_held():
    async def story() -> None:
        world = World()
        world.store.available = False

        held, split = await world.submit("LMS"), await world.submit("LMS", sender=PRODUCER, to=(CLEARED, JOE))

        assert (held.code, split.code) == (451, 451)
        assert world.delivered() == []
        assert world.hop.transcript.count("ABANDON") == 2
        world.store.available = True
        assert await world.all_held() == []

    asyncio.run(story())


def test_clean_mail_passes_while_the_store_is_away():
    async def story() -> None:
        world = World()
        world.store.available = False

        assert (await world.submit("tea")).code == 250

    asyncio.run(story())


def test_a_crash_of_the_inspection_means_451_and_says_nothing_of_the_message():
    async def story() -> None:
        world = World()
        world.inspector.fails = ValueError("LMS rose")

        reply = await world.submit("LMS")

        assert reply.code == 451
        assert b"rose" not in reply.wire
        assert b"msg" in reply.wire
        assert world.delivered() == []
        assert world.hop.transcript[-1] == "ABANDON"

    asyncio.run(story())


@pytest.mark.parametrize(
    ("failure", "text"), [(NextHopUnavailable("x"), b"4.4.1"), (ReplyUnknown("x"), b"4.4.2")], ids=["gone", "unknown"]
)
def test_a_next_hop_that_breaks_off_means_451(failure, text):
    async def story() -> None:
        world = World()
        world.hop.fails["DATA"] = failure

        reply = await world.submit("tea")

        assert reply.code == 451
        assert text in reply.wire
        assert await world.events() == (["ReplyLost"] if text == b"4.4.2" else [])

    asyncio.run(story())


def test_when_policy_refuses_everybody_the_client_hears_550_and_nothing_is_kept():
    async def story() -> None:
        world = World(actions={Confidence.HIGH: Action.REJECT})

        reply = await world.submit("LMS", to=(AMY, "bob@news.example"))

        assert reply.code == 550
        assert await world.all_held() == []
        assert await world.events() == ["Refusal"]
        assert world.hop.transcript[-1] == "ABANDON"

    asyncio.run(story())


def test_of_refused_and_eligible_recipients_the_eligible_get_it_and_the_sender_hears_of_the_others():
    async def story() -> None:
        world = World(actions={Confidence.HIGH: Action.REJECT})

        reply = await world.submit("LMS", sender=PRODUCER, to=(CLEARED, AMY))

        assert reply.code == 250
        assert world.delivered_to() == [CLEARED]
        assert await world.states() == {AMY: "rejected"}
        assert await world.events() == ["Rejected"]
        assert await world.told() == ["Your held message was rejected"]

    asyncio.run(story())


def test_of_refused_and_held_recipients_the_sender_hears_of_both():
    async def story() -> None:
        world = World(actions={Confidence.HIGH: Action.REJECT})

        reply = await world.submit("LMS UNREAD", sender=PRODUCER, to=(HALF, AMY))  # HALF may not have what is unread

        assert b"held as" in reply.wire
        assert await world.states() == {HALF: "held", AMY: "rejected"}
        assert sorted(await world.told()) == ["Your held message was rejected", "Your message is held back"]
        assert sorted(await world.events()) == ["Held", "Rejected"]

    asyncio.run(story())


@pytest.mark.parametrize("before", [b"", b"Return-Path: <>\r\nReceived: by a.example;\r\n\tsome day\r\n"])
def test_a_notice_of_our_own_that_is_held_is_not_noticed_again(before):
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")
        [notice] = await world.store.notices_due(T, 10)
        named = replace(notice, text="LMS rose")
        content = compose(named, "leakguard@stats.example", "desk@stats.example", "relay.example", world.stamp)

        reply = await world.submit(before + content, sender="", to=(JOE,))

        assert b"held as" in reply.wire, "the stamp lets nothing pass"
        assert len(await world.store.notices_due(T, 10)) == 1

    asyncio.run(story())


@pytest.mark.parametrize(
    "forge",
    [
        lambda notice: notice.replace(b"\r\n\r\n", b"\r\n\r\nLMS rose\r\n", 1),
        lambda notice: notice + b"LMS rose\r\n",
        lambda notice: notice.replace(b"Subject: ", b"Subject: LMS rose ", 1),
        lambda notice: b"Subject: LMS rose\r\n" + notice,
        lambda notice: b"To: LMS rose <amy@news.example>\r\n" + notice,
    ],
    ids=["in the body", "behind it", "in its subject", "in a second subject", "in a display name"],
)
def test_a_stamp_copied_onto_other_words_lets_nothing_pass(forge):
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")
        [notice] = await world.store.notices_due(T, 10)
        ours = compose(notice, "leakguard@stats.example", "desk@stats.example", "relay.example", world.stamp)

        reply = await world.submit(forge(ours), sender="")

        assert b"held as" in reply.wire
        assert world.delivered() == []

    asyncio.run(story())


def test_a_stamp_helps_only_the_null_sender():
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")
        [notice] = await world.store.notices_due(T, 10)
        ours = compose(
            replace(notice, text="LMS"), "leakguard@stats.example", "desk@stats.example", "relay.example", world.stamp
        )

        await world.submit(ours, sender=JOE)

        assert world.delivered() == []

    asyncio.run(story())


def test_the_same_message_again_is_the_same_hold_and_is_told_once():
    async def story() -> None:
        world = World()

        first, again = await world.submit("LMS rose"), await world.submit("LMS rose")

        assert first == again
        assert len(await world.all_held()) == 1
        assert await world.events() == ["Held"]
        assert len(await world.told()) == 1

    asyncio.run(story())


@pytest.mark.parametrize("changed", [{"to": ("bob@news.example",)}, {"sender": "jo@dept.example"}], ids=["to", "from"])
def test_the_same_text_with_another_envelope_is_another_message(changed):
    async def story() -> None:
        world = World()

        await world.submit("LMS rose")
        await world.submit("LMS rose", **changed)

        assert len(await world.all_held()) == 2

    asyncio.run(story())


def test_the_same_message_after_the_first_was_closed_is_a_new_hold():
    async def story() -> None:
        world = World()
        await world.submit("LMS rose")
        await world.console().withdraw((await world.held()).id, "sent by mistake")

        await world.submit("LMS rose")
        await world.submit("LMS rose")

        first, second = await world.all_held()
        assert (first.is_open, second.is_open) == (False, True)
        assert second.content == mail("LMS rose")
        assert EARLY < T

    asyncio.run(story())


def test_a_verdict_of_a_rulebook_that_was_replaced_meanwhile_decides_nothing():
    async def story() -> None:
        world = World()
        world.inspector.digest = "an older book"

        reply = await world.submit("LMS rose")

        assert reply.code == 451
        assert world.delivered() == []

    asyncio.run(story())
