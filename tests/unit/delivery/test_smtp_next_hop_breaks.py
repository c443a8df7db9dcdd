"""What a transaction promises when the next hop breaks off, stays silent or talks nonsense."""

from __future__ import annotations

import pytest
import structlog

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
from tests.unit.delivery.smtp_fake import EHLO, OK, Do, fake_hop

BEFORE_THE_DATA = ["MAIL", RCPT_BOB, "DATA"]


@pytest.mark.parametrize("key", BEFORE_THE_DATA)
@pytest.mark.parametrize("ending", [Do.HANG_UP, (b"421 4.3.2 idle\r\n", Do.HANG_UP), b"421 4.3.2 idle\r\n"])
def test_a_reused_connection_that_is_closed_is_replaced_once_and_told_the_same(run, key, ending):
    usual = b"354 go\r\n" if key == "DATA" else OK

    async def story():
        async with fake_hop({key: [usual, ending]}, {}) as hop:
            next_hop = client(hop, max_connections=1)
            await send(next_hop)
            return await send(next_hop), hop

    reply, hop = run(story())

    assert reply.code == 250
    assert hop.heard[1] == [b"EHLO us.example", MAIL, RCPT_BOB.encode(), b"DATA"]
    assert len(hop.contents) == 2


def test_a_replaced_connection_hears_only_the_recipients_accepted_so_far(run):
    first = {RCPT_EVE: b"550 no\r\n", RCPT_SUE: Do.HANG_UP}

    async def story():
        async with fake_hop(first, {}) as hop:
            next_hop = client(hop)
            await send(next_hop)
            transaction, _ = await next_hop.begin("a@b.example", "")
            replies = await transaction.rcpts([BOB, EVE])
            replies += (await transaction.rcpt(SUE),)
            return [reply.code for reply in replies], hop.heard[1]

    codes, heard = run(story())

    assert codes == [250, 550, 250]
    assert heard == [b"EHLO us.example", MAIL, RCPT_BOB.encode(), RCPT_SUE.encode()]


def test_a_replaced_connection_hears_nothing_from_before_a_restart(run):
    async def story():
        async with fake_hop({"DATA": [b"354 go\r\n", Do.HANG_UP]}, {}) as hop:
            next_hop = client(hop)
            await send(next_hop)
            transaction, _ = await next_hop.begin("a@b.example", "")
            await transaction.rcpt(BOB)
            await transaction.restart(Envelope(mail_from="a@b.example", recipients=(EVE,)))
            await transaction.data(b"", b"x\r\n")
            return hop.heard[1]

    heard = run(story())

    assert RCPT_EVE.encode() in heard
    assert RCPT_BOB.encode() not in heard


def test_an_envelope_that_the_fresh_connection_does_not_accept_is_not_sent(run):
    async def story():
        async with fake_hop({"DATA": [b"354 go\r\n", Do.HANG_UP]}, {RCPT_BOB: b"450 no\r\n"}) as hop:
            next_hop = client(hop)
            await send(next_hop)
            with pytest.raises(NextHopUnavailable):
                await send(next_hop, b"x\r\n", BOB, EVE)
            return hop.contents

    assert len(run(story())) == 1


@pytest.mark.parametrize("key", BEFORE_THE_DATA)
def test_a_fresh_connection_that_is_closed_is_not_tried_again(run, key):
    async def story():
        async with fake_hop({key: Do.HANG_UP}) as hop:
            with pytest.raises(NextHopUnavailable):
                await send(client(hop))
            return len(hop.heard)

    assert run(story()) == 1


def test_a_421_to_one_of_several_recipients_answers_the_rest(run):
    goodbye = b"421 4.3.2 going down\r\n"

    async def story(ehlo):
        async with fake_hop({"EHLO": ehlo, RCPT_EVE: (goodbye, Do.HANG_UP)}) as hop:
            transaction, _ = await client(hop).begin("a@b.example", "")
            replies = await transaction.rcpts([BOB, EVE, SUE])
            with pytest.raises(NextHopUnavailable):
                await transaction.data(b"", b"x\r\n")
            await transaction.abandon()
            return [reply.wire for reply in replies]

    for ehlo in (EHLO, LOCKSTEP["EHLO"]):
        assert run(story(ehlo)) == [OK, goodbye, goodbye]


def test_a_connection_lost_after_the_dot_is_an_unknown_reply_and_never_a_second_delivery(run):
    async def story():
        async with fake_hop({".": [OK, Do.HANG_UP]}, {}) as hop:
            next_hop = client(hop)
            await send(next_hop)
            with pytest.raises(ReplyUnknown):
                await send(next_hop)
            return hop

    hop = run(story())

    assert len(hop.contents) == 2
    assert len(hop.heard) == 1


def test_no_final_reply_in_time_is_an_unknown_reply_and_closes_the_connection(run):
    async def story():
        async with fake_hop({".": Do.STAY_SILENT}, {}) as hop:
            next_hop = client(hop, reply_seconds=0.1)
            with pytest.raises(ReplyUnknown, match="timed out"):
                await send(next_hop)
            reply = await send(next_hop)
            return reply, len(hop.heard)

    reply, connections = run(story())

    assert reply.code == 250
    assert connections == 2


def test_a_final_reply_that_is_no_reply_is_an_unknown_reply(run):
    async def story():
        async with fake_hop({".": b"thank you\r\n"}) as hop:
            await send(client(hop))

    with pytest.raises(ReplyUnknown):
        run(story())


@pytest.mark.parametrize("after", [Do.HANG_UP, Do.READ_SLOWLY])
def test_data_that_cannot_be_written_to_its_end_was_surely_not_taken(run, after):
    async def story():
        async with fake_hop({"DATA": (b"354 go\r\n", after)}) as hop:
            await send(client(hop, data_seconds=0.15), BIG)

    with pytest.raises(NextHopUnavailable):
        run(story())


@pytest.mark.parametrize("code", [552, 421, 451])
def test_a_refusal_while_we_still_write_is_the_reply(run, code):
    refusal = f"{code} 5.3.4 stop\r\n".encode()

    async def story():
        async with fake_hop({"DATA": (b"354 go\r\n", refusal, Do.READ_SLOWLY)}, {}) as hop:
            next_hop = client(hop)
            early, later = await send(next_hop, BIG), await send(next_hop)
            return early, later, len(hop.heard)

    early, later, connections = run(story())

    assert early.wire == refusal
    assert later.code == 250
    assert connections == 2


def test_success_before_the_data_were_written_is_not_believed(run):
    async def story():
        async with fake_hop({"DATA": (b"354 go\r\n", OK, Do.READ_SLOWLY)}) as hop:
            await send(client(hop), BIG)

    with pytest.raises(NextHopUnavailable):
        run(story())


def test_a_421_after_the_dot_is_the_reply_and_closes_the_connection(run):
    async def story():
        async with fake_hop({".": b"421 4.3.2 overloaded\r\n"}, {}) as hop:
            next_hop = client(hop)
            reply = await send(next_hop)
            await send(next_hop)
            return reply, len(hop.heard), len(hop.contents)

    reply, connections, contents = run(story())

    assert reply.wire == b"421 4.3.2 overloaded\r\n"
    assert (connections, contents) == (2, 2)


@pytest.mark.parametrize("key", ["MAIL", RCPT_BOB, "DATA"])
def test_a_command_without_reply_in_time_closes_the_connection(run, key):
    async def story():
        async with fake_hop({key: Do.STAY_SILENT}, {}) as hop:
            next_hop = client(hop, command_seconds=0.1)
            with pytest.raises(NextHopUnavailable, match="timed out"):
                await send(next_hop)
            await send(next_hop)
            return len(hop.heard)

    assert run(story()) == 2


def test_a_reply_that_drips_is_late_all_the_same(run):
    async def story():
        async with fake_hop({"MAIL": (b"250-slow\r\n", Do.PAUSE) * 5 + (OK,)}) as hop:
            await send(client(hop, command_seconds=0.1))

    with pytest.raises(NextHopUnavailable, match="timed out"):
        run(story())


@pytest.mark.parametrize(
    "answer", [b"250-x\r\n" * 200, b"250 " + b"x" * 100_000, b"x" * 2_000_000, b"250-a\r\n251 b\r\n"]
)
def test_a_reply_without_bounds_or_sense_closes_the_connection(run, answer):
    async def story():
        async with fake_hop({"MAIL": answer}, {}) as hop:
            next_hop = client(hop)
            with pytest.raises(NextHopUnavailable):
                await send(next_hop)
            await send(next_hop)
            return len(hop.heard)

    assert run(story()) == 2


def test_a_next_hop_that_talks_without_end_is_cut_off_before_it_is_asked_anything(run):
    async def story():
        async with fake_hop({"MAIL": OK + OK * 200_000}) as hop:
            await client(hop).begin("a@b.example", "")
            await hop.all_closed.wait()

    run(story())


def test_a_reply_nobody_asked_for_is_not_taken_for_the_next_one(run):
    async def story():
        async with fake_hop({".": OK + b"250 extra\r\n"}, {RCPT_BOB: b"550 no\r\n"}) as hop:
            next_hop = client(hop)
            await send(next_hop)
            transaction, _ = await next_hop.begin("a@b.example", "")
            return await transaction.rcpt(BOB), len(hop.heard)

    reply, connections = run(story())

    assert reply.code == 550
    assert connections == 2


@pytest.mark.parametrize("answer", [OK, b"550 no\r\n", Do.HANG_UP, Do.STAY_SILENT, b"junk\r\n"])
def test_abandoning_never_raises_and_frees_the_place(run, answer):
    async def story():
        async with fake_hop({"RSET": answer}) as hop:
            next_hop = client(hop, max_connections=1, command_seconds=0.1)
            transaction, _ = await next_hop.begin("a@b.example", "")
            await transaction.abandon()
            await transaction.abandon()
            return await send(next_hop), len(hop.heard)

    reply, connections = run(story())

    assert reply.code == 250
    assert connections == (1 if answer == OK else 2)


def test_no_log_line_repeats_an_address_a_reply_or_content(run):
    canary = "canary"
    script = {"greeting": b"220 canary\r\n", ".": [b"250-canary\r\n", b"canary\r\n", (b"canary", Do.HANG_UP)]}

    async def story():
        async with fake_hop(script, {**script, "MAIL": b"canary\r\n"}, {"greeting": b"554 canary\r\n"}) as hop:
            for _ in range(3):
                next_hop = client(hop, reply_seconds=0.1)
                with pytest.raises((NextHopUnavailable, ReplyUnknown)) as raised:
                    transaction, _ = await next_hop.begin(f"{canary}@b.example", "")
                    await transaction.rcpt(Recipient(address=f"{canary}@b.example"))
                    await transaction.data(b"", canary.encode())
                assert canary not in str(raised.value)

    with structlog.testing.capture_logs() as logs:
        run(story())

    assert {line["event"] for line in logs} == {"next_hop.reply_unknown", "next_hop.unavailable"}
    assert canary not in repr(logs)
