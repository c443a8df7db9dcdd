"""The address that answers: nothing is delivered or kept of what is asked, and only our own people get an answer."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from leakguard.model.address import canonical
from leakguard.model.message import Direction, Envelope, Message, Recipient
from leakguard.service.checking_by_mail import CheckingByMail
from leakguard.service.notices import Notices, NoticeSettings
from leakguard.service.ports import Reply
from tests.unit.service.world import AMY, CLEARED, EARLY, JOE, MINUTE, PRODUCER, World, mail

CHECK = "check@stats.example"
OWN = frozenset({"dept.example", "stats.example"})


def world(own_domains: frozenset[str] = OWN) -> World:
    made = World(settings=NoticeSettings(contact="desk@stats.example", own_domains=own_domains))
    made.gate = CheckingByMail(  # type: ignore[assignment]
        gate=made.gate,
        checking=made.checking(most=3),
        outbox=made.store,
        notices=Notices(made.settings, made.stamp),
        address=CHECK,
        zone="UTC",
        poke=made._poke,
    )
    return made


def ask(
    made: World,
    text: str = "LMS rose",
    *,
    sender: str = JOE,
    to: tuple[str, ...] = (CHECK,),
    head: str = "",
    direction: str = "outbound",
) -> Reply:
    """As the door does it: the next hop is offered every recipient but the address that answers."""

    async def submitted() -> Reply:
        transaction, _ = await made.hop.begin(sender, "")
        assert transaction is not None
        recipients = tuple(Recipient(address=each) for each in to)
        await transaction.rcpts([each for each in recipients if canonical(each.address) != CHECK])
        message = Message(
            id=f"msg{next(made._ids)}",
            envelope=Envelope(mail_from=sender, recipients=recipients),
            content=mail(text, subject="quarterly", extra=head),
            direction=Direction(direction),
            received_at=made.clock.now(),
        )
        return await made.gate.submit(message, transaction)

    return asyncio.run(submitted())


def texts(made: World) -> list[str]:
    return asyncio.run(made.texts())


def test_the_sender_hears_what_would_happen_and_nothing_is_delivered_or_kept() -> None:
    made = world()

    reply = ask(made, head=f"To: {AMY}, {CHECK}\r\nCc: Lee <lee@news.example>\r\n")

    assert reply.code == 250
    [text] = texts(made)
    assert f"{AMY}: it would be held until Tue 18 Mar 2031 09:30 GMT (in 8 min), and then go by itself." in text
    assert "lee@news.example: it would be held" in text
    assert CHECK not in text
    assert (made.delivered(), asyncio.run(made.all_held()), asyncio.run(made.events())) == ([], [], [])
    assert made.hop.transcript[-1] == "ABANDON"
    assert made.poked == 1


def test_the_notice_has_no_word_of_the_message() -> None:
    made = world()
    ask(made, "LMS zebrafinch 4.1", head="To: Zebrafinch <amy@news.example>\r\n")

    [notice] = asyncio.run(made.store.notices_due(EARLY, 10))

    assert not any(word in repr(notice) for word in ("zebrafinch", "Zebrafinch", "LMS", "4.1", "quarterly"))
    assert (notice.to, notice.held) == ((JOE,), None)


def test_without_named_recipients_the_answer_is_for_anyone() -> None:
    made = world()

    ask(made, head=f"To: {CHECK}\r\n")

    assert "anyone without access: it would be held until" in texts(made)[0]


def test_even_the_producer_is_told_only_whether_and_until_when_as_senders_can_be_forged() -> None:
    made = world()

    ask(made, sender=PRODUCER, head=f"To: {CLEARED}, {AMY}\r\n")

    [text] = texts(made)
    assert f"{CLEARED}: it would go." in text
    assert f"{AMY}: it would be held until" in text
    assert not any(word in text for word in ("uk.lms", "LMS", "high", "body", "access list"))


@pytest.mark.parametrize(
    ("sender", "head", "direction"),
    [
        ("", "", "outbound"),
        ("amy@news.example", "", "outbound"),
        (CHECK, "", "outbound"),
        (JOE, "Auto-Submitted: auto-replied\r\n", "outbound"),
        (JOE, "Precedence: bulk\r\n", "internal"),
    ],
    ids=str,
)
def test_strangers_and_automata_are_refused_and_told_nothing(sender: str, head: str, direction: str) -> None:
    made = world()

    reply = ask(made, sender=sender, head=head, direction=direction)

    assert reply.code == 550
    assert (texts(made), made.delivered()) == ([], [])


def test_an_answer_that_is_not_on_disk_is_not_promised() -> None:
    made = world()
    made.store.available = False

    assert ask(made).code == 451

    made.store.available = True
    assert texts(made) == []


def test_a_defect_delays_a_check_and_says_nothing_of_it() -> None:
    made = world()
    made.inspector.fails = ValueError("zebrafinch")

    reply = ask(made)

    assert reply.code == 451
    assert b"zebrafinch" not in reply.wire


def test_beside_others_it_is_answered_and_they_are_decided_as_usual() -> None:
    made = world()

    reply = ask(made, "tea", to=(AMY, CHECK.upper(), "lee@news.example"))

    assert reply.code == 250
    [taken] = made.delivered()
    assert [each.address for each in taken.envelope.recipients] == [AMY, "lee@news.example"]
    assert "it would go." in texts(made)[0]


def test_beside_others_that_are_held_they_are_held() -> None:
    made = world()

    reply = ask(made, to=(CHECK, AMY))

    assert b"held as" in reply.wire
    assert asyncio.run(made.states()) == {AMY: "held"}
    assert CHECK not in repr([each.recipients for each in asyncio.run(made.all_held())])


def test_what_cannot_be_answered_keeps_no_others_waiting() -> None:
    made = world()

    reply = ask(made, "tea", sender="amy@news.example", to=(AMY, CHECK))

    assert reply.code == 250
    assert len(made.delivered()) == 1
    assert texts(made) == []


def test_who_asks_too_often_is_told_to_wait() -> None:
    made = world()
    assert [ask(made).code for _ in range(4)] == [250, 250, 250, 451]

    made.clock.set(EARLY + MINUTE + timedelta(seconds=1))

    assert ask(made).code == 250
    assert ask(made, sender="lee@dept.example").code == 250


def test_mail_for_others_passes_untouched() -> None:
    made = world()

    ask(made, "tea", to=("checks@stats.example",))

    assert len(made.delivered()) == 1
    assert texts(made) == []


def test_it_is_sent_by_the_postman_like_every_notice() -> None:
    made = world()
    ask(made)

    asyncio.run(made.postman.round())

    [taken] = made.delivered()
    assert (taken.envelope.mail_from, [each.address for each in taken.envelope.recipients]) == ("", [JOE])
    assert b"Auto-Submitted: auto-replied" in taken.content


def test_the_address_is_compared_as_mailboxes_are() -> None:
    made = world()
    made.gate = replace(made.gate, address="check@stats.example")  # type: ignore[type-var]

    assert ask(made, to=('"check"@STATS.example.',)).code == 250
    assert made.delivered() == []
