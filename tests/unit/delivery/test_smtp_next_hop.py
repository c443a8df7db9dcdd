"""What one transaction with the next hop promises, when both sides behave."""

from __future__ import annotations

import pytest

from leakguard.delivery.wire import UnsafeArgument, unstuff
from leakguard.model.errors import NextHopUnavailable, ReplyUnknown
from leakguard.model.message import Envelope, Recipient
from tests.unit.delivery.smtp_client import (
    BIG,
    BOB,
    EVE,
    LOCKSTEP,
    MAIL,
    RCPT_BOB,
    RCPT_EVE,
    RCPT_SUE,
    SUE,
    client,
    send,
)
from tests.unit.delivery.smtp_fake import EHLO, OK, fake_hop


def test_a_transaction_says_what_it_is_told_and_returns_the_last_reply(run):
    async def story():
        async with fake_hop({"MAIL": b"250 2.1.0 fine\r\n", ".": b"250 2.0.0 queued as 4F\r\n"}) as hop:
            next_hop = client(hop)
            transaction, mail = await next_hop.begin("a@b.example", "SIZE=5 BODY=8BITMIME")
            rcpt = await transaction.rcpt(Recipient(address="bob@b.example", params="NOTIFY=NEVER"))
            final = await transaction.data(b"Received: us\r\n", b"Subject: x\r\n\r\nhello\r\n")
            await next_hop.close()
        return hop, mail, rcpt, final

    hop, mail, rcpt, final = run(story())

    assert mail.lines == (b"250 2.1.0 fine",)
    assert rcpt.wire == OK
    assert final.wire == b"250 2.0.0 queued as 4F\r\n"
    assert hop.heard[0][:4] == [
        b"EHLO us.example",
        b"MAIL FROM:<a@b.example> SIZE=5 BODY=8BITMIME",
        b"RCPT TO:<bob@b.example> NOTIFY=NEVER",
        b"DATA",
    ]
    assert hop.contents == [b"Received: us\r\nSubject: x\r\n\r\nhello\r\n"]


@pytest.mark.parametrize("ehlo", [EHLO, b"250 next.example\r\n"], ids=["pipelined", "one by one"])
def test_each_recipient_gets_its_own_reply_word_for_word(run, ehlo):
    script = {
        "EHLO": ehlo,
        RCPT_EVE: b"550-5.1.1 no such\r\n550 5.1.1 person\r\n",
        RCPT_SUE: b"251 2.1.5 will forward\r\n",
    }

    async def story():
        async with fake_hop(script) as hop:
            transaction, _ = await client(hop).begin("a@b.example", "")
            replies = await transaction.rcpts([BOB, EVE, SUE])
            return replies, await transaction.data(b"", b"x\r\n")

    replies, final = run(story())

    assert [reply.wire for reply in replies] == [OK, script[RCPT_EVE], script[RCPT_SUE]]
    assert replies[2].is_positive
    assert final.code == 250


def test_recipients_are_pipelined_only_where_it_is_offered(run):
    async def story(ehlo):
        # A next hop that answers nothing before it heard both can be satisfied by pipelining only.
        script = {"EHLO": ehlo, RCPT_BOB: (), RCPT_EVE: OK + OK}
        async with fake_hop(script) as hop:
            transaction, _ = await client(hop, command_seconds=0.15).begin("a@b.example", "")
            return await transaction.rcpts([BOB, EVE])

    assert len(run(story(EHLO))) == 2
    with pytest.raises(NextHopUnavailable, match="timed out"):
        run(story(b"250 next.example\r\n"))


def test_no_recipients_are_no_commands(run):
    async def story():
        async with fake_hop() as hop:
            transaction, _ = await client(hop).begin("a@b.example", "")
            return await transaction.rcpts([]), (await transaction.data(b"", b"x\r\n")).code, hop.contents

    assert run(story()) == ((), 554, [])


CONTENTS = [
    pytest.param(b"", id="empty"),
    pytest.param(b".\r\n", id="a lone dot"),
    pytest.param(b".x\r\n..y\r\n.\r\nz\r\n", id="leading dots"),
    pytest.param(b"S: x\r\n\r\nno end", id="no final CRLF"),
    pytest.param(b"S: x\r\n\r\nbare\nand\rand \xff\x80\r\n", id="odd octets"),
    pytest.param(BIG + b".end\r\n", id="8 MiB"),
]


@pytest.mark.parametrize("head", [b"", b"Received: us\r\n"])
@pytest.mark.parametrize("content", CONTENTS)
def test_the_octets_of_a_message_arrive_as_they_are(run, head, content):
    async def story():
        async with fake_hop() as hop:
            reply = await send(client(hop), content, head=head)
            return reply, hop.contents

    reply, (wire,) = run(story())

    assert reply.code == 250
    assert unstuff(wire) in (head + content, head + content + b"\r\n")
    assert not wire or wire.endswith(b"\r\n")


ADDRESSES = [b'"a b\\"c>"@d.example', b"\xff\xfe@x.example", "ü@ü.example".encode(), b"<@evil:a@b>", b"=?x?q?=40?=@y"]


@pytest.mark.parametrize("octets", ADDRESSES)
def test_weird_addresses_are_passed_on_octet_by_octet(run, octets):
    address = octets.decode("utf-8", "surrogateescape")

    async def story():
        async with fake_hop() as hop:
            transaction, _ = await client(hop).begin(address, "")
            await transaction.rcpt(Recipient(address=address))
            return hop.heard[0]

    assert run(story())[1:] == [b"MAIL FROM:<" + octets + b">", b"RCPT TO:<" + octets + b">"]


def test_an_argument_with_a_second_command_in_it_is_never_sent(run):
    async def story():
        async with fake_hop() as hop:
            next_hop = client(hop, max_connections=1)
            with pytest.raises(UnsafeArgument):
                await next_hop.begin("a@b.example>\r\nRCPT TO:<eve@b.example", "")
            transaction, _ = await next_hop.begin("a@b.example", "")
            with pytest.raises(UnsafeArgument):
                await transaction.rcpts([BOB, Recipient(address="eve@b.example", params="X\nDATA")])
            await transaction.rcpt(BOB)
            await transaction.data(b"", b"x\r\n")
            return hop.heard

    assert run(story()) == [[b"EHLO us.example", MAIL, RCPT_BOB.encode(), b"DATA"]]


def test_a_refused_sender_is_a_reply_and_the_connection_is_used_again(run):
    async def story():
        async with fake_hop({"MAIL": [b"550 5.7.1 not you\r\n", OK]}) as hop:
            next_hop = client(hop)
            refused = await next_hop.begin("a@b.example", "")
            return refused, await send(next_hop), hop.heard

    (transaction, reply), final, heard = run(story())

    assert transaction is None
    assert reply.wire == b"550 5.7.1 not you\r\n"
    assert final.code == 250
    assert heard == [[b"EHLO us.example", MAIL, b"RSET", MAIL, RCPT_BOB.encode(), b"DATA"]]


@pytest.mark.parametrize("key", ["DATA", "."])
def test_refused_data_is_a_reply_and_the_dialogue_stays_in_step(run, key):
    refusal = b"554-5.6.0 no\r\n554 5.6.0 never\r\n"
    answers = [refusal, b"354 go\r\n" if key == "DATA" else OK]

    async def story():
        async with fake_hop({key: answers}) as hop:
            next_hop = client(hop)
            return await send(next_hop), await send(next_hop), hop.heard

    first, second, heard = run(story())

    assert first.wire == refusal
    assert second.code == 250
    assert len(heard) == 1
    assert heard[0].count(b"RSET") == 1


@pytest.mark.parametrize(("key", "answer"), [("DATA", OK), ("MAIL", b"354 go on\r\n"), (RCPT_BOB, b"334 x\r\n")])
def test_a_reply_that_cannot_be_to_this_command_is_never_taken_for_success(run, key, answer):
    async def story():
        async with fake_hop({key: answer}) as hop:
            await send(client(hop))

    with pytest.raises(NextHopUnavailable):
        run(story())


def test_an_intermediate_reply_after_the_dot_is_not_success(run):
    async def story():
        async with fake_hop({".": b"354 more?\r\n"}) as hop:
            await send(client(hop))

    with pytest.raises(ReplyUnknown):
        run(story())


def test_nothing_is_sent_to_nobody(run):
    async def story():
        async with fake_hop({RCPT_BOB: b"550 no\r\n"}) as hop:
            return await send(client(hop)), hop

    reply, hop = run(story())

    assert reply.code == 554
    assert hop.contents == []
    assert b"DATA" not in hop.heard[0]


RESTARTED = Envelope(mail_from="a@b.example", recipients=(EVE, SUE))


@pytest.mark.parametrize("script", [{}, LOCKSTEP], ids=["pipelined", "one by one"])
def test_a_restart_offers_exactly_the_recipients_given(run, script):
    async def story():
        async with fake_hop(script) as hop:
            transaction, _ = await client(hop).begin("a@b.example", "")
            await transaction.rcpts([BOB, EVE, SUE])
            reply = await transaction.restart(RESTARTED)
            final = await transaction.data(b"", b"x\r\n")
            return reply, final, hop.heard[0]

    reply, final, heard = run(story())

    assert reply.code == final.code == 250
    assert heard[5:] == [b"RSET", MAIL, RCPT_EVE.encode(), RCPT_SUE.encode(), b"DATA"]


def test_a_restart_that_is_refused_in_part_sends_to_nobody(run):
    async def story():
        async with fake_hop({RCPT_EVE: b"452 4.5.3 later\r\n"}) as hop:
            transaction, _ = await client(hop).begin("a@b.example", "")
            reply = await transaction.restart(RESTARTED)
            return reply, await transaction.data(b"", b"x\r\n"), hop.contents

    reply, final, contents = run(story())

    assert reply.wire == b"452 4.5.3 later\r\n"
    assert final.code == 554
    assert contents == []
