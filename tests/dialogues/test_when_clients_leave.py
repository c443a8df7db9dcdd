"""Clients that go away: before the end they have sent nothing, after it they change nothing."""

from __future__ import annotations

import asyncio

import pytest

from tests.dialogues.conftest import Run
from tests.dialogues.server import open_gate, serving, until
from tests.fakes.next_hop import RecordingNextHop


@pytest.mark.parametrize("sent", [b"half a mess", b"whole lines\r\n", b"x\r\n.", b"x\r\n.\r", b"x\n.\n"])
@pytest.mark.parametrize("leave", ["close", "close_half", "reset"])
def test_a_client_that_goes_within_data_has_sent_nothing(run: Run, sent: bytes, leave: str) -> None:
    async def body() -> None:
        async with serving() as house:
            talk = await house.connect()
            await talk.up_to_data()
            talk.say(sent)
            getattr(talk, leave)()
            await until(lambda: "ABANDON" in house.next_hop.transcript)

            assert house.gate.messages == []

    run(body())


def test_a_client_that_goes_within_a_chunk_has_sent_nothing(run: Run) -> None:
    async def body() -> None:
        async with serving() as house:
            talk = await house.connect()
            await talk.hear()
            for line in ("EHLO client.example", "MAIL FROM:<a@x.example>", "RCPT TO:<b@y.example>"):
                await talk.ask(line)
            talk.say(b"BDAT 100 LAST\r\nonly this")
            talk.close_half()
            assert await talk.hear() == []

            assert house.gate.messages == []
            assert house.next_hop.transcript[-1] == "ABANDON"

    run(body())


def test_a_client_that_closed_its_half_after_the_dot_gets_its_reply(run: Run) -> None:
    async def body() -> None:
        async with serving(next_hop=RecordingNextHop(gate=asyncio.Event())) as house:
            talk = await house.connect()
            await talk.up_to_data()
            talk.say(b"x\r\n.\r\n")
            talk.close_half()
            await house.gate.began.wait()
            await asyncio.sleep(0.02)
            open_gate(house)

            assert (await talk.hear())[-1] == "250 2.0.0 queued as 4XyZ"
            assert await talk.hear() == []

    run(body())


@pytest.mark.parametrize("leave", ["close", "reset"])
def test_a_client_that_is_gone_stops_no_delivery(run: Run, leave: str) -> None:
    async def body() -> None:
        async with serving(next_hop=RecordingNextHop(gate=asyncio.Event())) as house:
            talk = await house.connect()
            await talk.up_to_data()
            talk.say(b"x\r\n.\r\n")
            await house.gate.began.wait()
            getattr(talk, leave)()
            await asyncio.sleep(0.02)
            open_gate(house)
            await until(lambda: bool(house.next_hop.taken))

            assert "ABANDON" not in house.next_hop.transcript

    run(body())
