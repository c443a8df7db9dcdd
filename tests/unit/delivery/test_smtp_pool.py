"""Which host is asked, how many connections there are, and which of them are used again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from leakguard.model.errors import NextHopUnavailable
from tests.unit.delivery.smtp_client import BOB, client, send
from tests.unit.delivery.smtp_fake import EHLO, OK, Do, closed_port, fake_hop


@dataclass
class Nobody:
    host: tuple[str, int]


async def nobody():
    return Nobody(("127.0.0.1", await closed_port()))


def test_transactions_one_after_another_share_a_connection(run):
    async def story():
        async with fake_hop() as hop:
            next_hop = client(hop)
            for _ in range(3):
                await send(next_hop)
            return len(hop.heard), len(hop.contents)

    assert run(story()) == (1, 3)


def test_a_connection_is_left_after_its_last_transaction(run):
    async def story():
        async with fake_hop() as hop:
            next_hop = client(hop, max_transactions=2)
            for _ in range(5):
                await send(next_hop)
            await asyncio.sleep(0.02)
            return [lines.count(b"DATA") for lines in hop.heard], hop.heard[0][-1], hop.open_now

    assert run(story()) == ([2, 2, 1], b"QUIT", 1)


def test_an_idle_connection_is_closed_politely_when_its_time_is_over(run):
    async def story():
        async with fake_hop() as hop:
            next_hop = client(hop, idle_seconds=0.05)
            await send(next_hop)
            await asyncio.sleep(0.12)
            still_open = hop.open_now
            await send(next_hop)
            return still_open, len(hop.heard), hop.heard[0][-1]

    assert run(story()) == (0, 2, b"QUIT")


def test_an_idle_connection_that_was_closed_is_not_used(run):
    async def story():
        async with fake_hop({".": (OK, Do.HANG_UP)}) as hop:
            next_hop = client(hop)
            await send(next_hop)
            await asyncio.sleep(0.02)
            reply = await send(next_hop)
            return reply.code, len(hop.heard)

    assert run(story()) == (250, 2)


def test_no_more_connections_than_allowed_and_the_others_wait_their_turn(run):
    async def story():
        async with fake_hop() as hop:
            next_hop = client(hop, max_connections=3)
            replies = await asyncio.gather(*(send(next_hop) for _ in range(20)))
            return [reply.code for reply in replies], hop.most_open, len(hop.contents)

    assert run(story()) == ([250] * 20, 3, 20)


def test_waiting_for_a_connection_ends(run):
    async def story():
        async with fake_hop() as hop:
            next_hop = client(hop, max_connections=1, wait_seconds=0.1)
            transaction, _ = await next_hop.begin("a@b.example", "")
            with pytest.raises(NextHopUnavailable, match="in use"):
                await next_hop.begin("a@b.example", "")
            await transaction.abandon()
            return (await send(next_hop)).code

    assert run(story()) == 250


BROKEN = [{"MAIL": Do.HANG_UP}, {"DATA": Do.HANG_UP}, {".": Do.HANG_UP}, {"greeting": Do.HANG_UP}]


@pytest.mark.parametrize("script", BROKEN)
def test_a_failed_transaction_frees_its_place(run, script):
    async def story():
        async with fake_hop(script, {}) as hop:
            next_hop = client(hop, max_connections=1, wait_seconds=0.1)
            with pytest.raises(Exception, match="next hop"):
                await send(next_hop)
            return (await send(next_hop)).code

    assert run(story()) == 250


@pytest.mark.parametrize("key", ["greeting", "MAIL", "RCPT", "DATA", ".", "RSET"])
def test_a_cancelled_transaction_frees_its_place_and_closes_its_connection(run, key):
    async def story():
        async with fake_hop({key: Do.STAY_SILENT}, {}) as hop:
            next_hop = client(hop, max_connections=1, wait_seconds=0.1)

            async def cut_short():
                transaction, _ = await next_hop.begin("a@b.example", "")
                await transaction.rcpt(BOB)
                await (transaction.abandon() if key == "RSET" else transaction.data(b"", b"x\r\n"))

            with pytest.raises(TimeoutError):
                await asyncio.wait_for(cut_short(), 0.05)
            reply = await send(next_hop)
            return reply.code, len(hop.heard), hop.open_now

    assert run(story()) == (250, 2, 1)


REFUSING = [
    pytest.param({"greeting": b"554 no service\r\n"}, id="refusing greeting"),
    pytest.param({"greeting": b"421 busy\r\n"}, id="busy greeting"),
    pytest.param({"greeting": Do.HANG_UP}, id="no greeting"),
    pytest.param({"greeting": Do.STAY_SILENT}, id="late greeting"),
    pytest.param({"greeting": b"junk\r\n"}, id="not SMTP"),
    pytest.param({"EHLO": b"451 later\r\n"}, id="EHLO put off"),
    pytest.param({"EHLO": b"502 what\r\n", "HELO": b"502 what\r\n"}, id="neither EHLO nor HELO"),
]


@pytest.mark.parametrize("script", REFUSING)
def test_a_host_that_is_not_ready_is_passed_over_for_the_next(run, script):
    async def story():
        async with fake_hop(script) as first, fake_hop() as second:
            reply = await send(client(first, second, connect_seconds=0.1))
            return reply.code, first.contents, len(second.contents)

    assert run(story()) == (250, [], 1)


def test_a_host_where_nobody_listens_is_passed_over(run):
    async def story():
        async with fake_hop() as second:
            return (await send(client(await nobody(), second))).code

    assert run(story()) == 250


def test_a_host_that_failed_is_left_alone_until_its_penalty_is_over(run):
    async def story():
        async with fake_hop({"greeting": b"554 no\r\n"}, {}) as first, fake_hop() as second:
            next_hop = client(first, second, max_transactions=1, penalty_seconds=0.1)
            asked = []
            for pause in (0, 0, 0.12):
                await asyncio.sleep(pause)
                await send(next_hop)
                asked.append((len(first.heard), len(second.heard)))
            return asked

    assert run(story()) == [(1, 1), (1, 2), (2, 2)]


def test_hosts_in_the_penalty_box_are_tried_when_there_is_no_other(run):
    async def story():
        async with fake_hop({"greeting": b"554 no\r\n"}, {}) as hop:
            next_hop = client(hop)
            with pytest.raises(NextHopUnavailable):
                await send(next_hop)
            return (await send(next_hop)).code

    assert run(story()) == 250


def test_all_hosts_down_is_unavailable(run):
    async def story():
        await client(await nobody(), await nobody()).begin("a@b.example", "")

    with pytest.raises(NextHopUnavailable):
        run(story())


def test_extensions_are_asked_once_and_the_connection_is_used_for_mail(run):
    async def story():
        async with fake_hop() as hop:
            next_hop = client(hop)
            asked = await asyncio.gather(*(next_hop.extensions() for _ in range(5)))
            await send(next_hop)
            return set(asked), len(hop.heard)

    assert run(story()) == ({frozenset({"PIPELINING", "8BITMIME", "SIZE 52428800"})}, 1)


def test_extensions_are_in_upper_case(run):
    async def story():
        async with fake_hop({"EHLO": b"250-X Hello\r\n250-pipelining\r\n250 Auth plain\r\n"}) as hop:
            return await client(hop).extensions()

    assert run(story()) == {"PIPELINING", "AUTH PLAIN"}


def test_extensions_of_a_host_without_ehlo_are_none(run):
    async def story():
        async with fake_hop({"EHLO": b"502 what\r\n"}) as hop:
            next_hop = client(hop)
            return await next_hop.extensions(), (await send(next_hop)).code, hop.heard[0][:2]

    assert run(story()) == (frozenset(), 250, [b"EHLO us.example", b"HELO us.example"])


def test_extensions_of_nobody_are_unavailable(run):
    async def story():
        await client(await nobody()).extensions()

    with pytest.raises(NextHopUnavailable):
        run(story())


def test_those_who_ask_together_share_a_failure(run):
    async def story():
        async with fake_hop({"greeting": Do.STAY_SILENT}) as hop:
            next_hop = client(hop, connect_seconds=0.1)
            failures = await asyncio.gather(*(next_hop.extensions() for _ in range(5)), return_exceptions=True)
            return {type(failure) for failure in failures}, len(hop.heard)

    assert run(story()) == ({NextHopUnavailable}, 1)


def test_old_extensions_will_do_while_all_connections_are_in_use(run, monkeypatch):
    monkeypatch.setattr("leakguard.delivery.pool._KEYWORDS_SECONDS", 0.0)

    async def story():
        async with fake_hop() as hop:
            next_hop = client(hop, max_connections=1)
            transaction, _ = await next_hop.begin("a@b.example", "")
            while_busy = await next_hop.extensions()
            await transaction.abandon()
            afterwards = await next_hop.extensions()
            await asyncio.sleep(0.02)
            return while_busy, afterwards, len(hop.heard), hop.open_now

    while_busy, afterwards, ever_open, still_open = run(story())

    assert while_busy == afterwards != frozenset()
    assert (ever_open, still_open) == (2, 1)


def test_a_closed_client_says_goodbye_and_opens_nothing_more(run):
    async def story():
        async with fake_hop({"EHLO": EHLO}) as hop:
            next_hop = client(hop)
            open_one, _ = await next_hop.begin("a@b.example", "")
            await send(next_hop)
            await next_hop.close()
            await open_one.rcpt(BOB)
            reply = await open_one.data(b"", b"x\r\n")
            with pytest.raises(NextHopUnavailable):
                await next_hop.begin("a@b.example", "")
            await asyncio.sleep(0.02)
            return reply.code, [lines[-1] for lines in hop.heard], hop.open_now

    assert run(story()) == (250, [b"QUIT", b"QUIT"], 0)
