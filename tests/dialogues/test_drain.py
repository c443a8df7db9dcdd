"""Shutting down: idle clients are told, deliveries end, nobody new comes in."""

from __future__ import annotations

import asyncio

import pytest
from aiosmtpd.smtp import SMTP

from leakguard.channels.smtp.session import Session
from tests.dialogues.conftest import Run
from tests.dialogues.server import open_gate, serving
from tests.fakes.next_hop import RecordingNextHop


def test_idle_clients_hear_421_and_nobody_new_is_served(run: Run) -> None:
    async def body() -> None:
        async with serving() as house:
            talk = await house.connect()
            await talk.hear()
            await talk.ask("EHLO client.example")
            await talk.ask("MAIL FROM:<a@x.example>")

            assert await house.listener.drain(1) == 0

            assert (await talk.hear())[-1].startswith("421 4.3.2")
            assert await talk.hear() == []
            assert house.next_hop.transcript[-1] == "ABANDON"
            with pytest.raises(OSError, match=r"."):
                await house.connect()

    run(body())


def test_a_delivery_under_way_is_waited_for(run: Run) -> None:
    async def body() -> None:
        async with serving(next_hop=RecordingNextHop(gate=asyncio.Event())) as house:
            talk = await house.connect()
            await talk.up_to_data()
            talk.say(b"x\r\n.\r\n")
            await house.gate.began.wait()
            draining = asyncio.ensure_future(house.listener.drain(2))
            await asyncio.sleep(0.02)
            assert not draining.done()
            open_gate(house)

            assert (await talk.hear())[-1].startswith("250 2.0.0 queued")
            assert (await talk.hear())[-1].startswith("421 4.3.2")
            assert await draining == 0

    run(body())


def test_data_under_way_may_end(run: Run) -> None:
    async def body() -> None:
        async with serving() as house:
            talk = await house.connect()
            await talk.up_to_data()
            talk.say(b"x\r\n")
            draining = asyncio.ensure_future(house.listener.drain(2))
            await asyncio.sleep(0.02)

            assert (await talk.ask(".")).startswith("250 2.0.0 queued")
            assert (await talk.hear())[-1].startswith("421 4.3.2")
            assert await draining == 0

    run(body())


def test_a_delivery_that_does_not_end_is_counted_and_left_alone(run: Run) -> None:
    async def body() -> None:
        async with serving(next_hop=RecordingNextHop(gate=asyncio.Event())) as house:
            talk = await house.connect()
            await talk.up_to_data()
            talk.say(b"x\r\n.\r\n")
            await house.gate.began.wait()

            assert await house.listener.drain(0.02) == 1

            assert (await talk.hear())[-1].startswith("421 4.3.2")
            open_gate(house)
            await asyncio.sleep(0.02)
            assert len(house.next_hop.taken) == 1

    run(body())


def test_aiosmtpd_and_asyncio_still_have_the_private_names_we_lean_on(run: Run) -> None:
    async def body() -> None:
        async with serving() as house:
            talk = await house.connect()
            await talk.hear()
            (session,) = house.listener._lobby.connections

            assert isinstance(session, Session)
            assert isinstance(session._reader._buffer, bytearray)  # type: ignore[attr-defined]
            assert isinstance(session._handler_coroutine, asyncio.Task)
            assert session._writer.transport is session.transport
            assert session._timeout_handle is not None
            assert session.command_size_limits is not SMTP.command_size_limits

    run(body())
