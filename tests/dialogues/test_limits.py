"""Time, connections and sizes: what a client may take of them."""

from __future__ import annotations

import asyncio

import pytest

from tests.dialogues.conftest import Run
from tests.dialogues.server import open_gate, serving, settings, until
from tests.fakes.next_hop import RecordingNextHop


def test_an_idle_client_is_told_and_dismissed(run: Run) -> None:
    async def body() -> None:
        async with serving(settings(command_seconds=0.15)) as house:
            talk = await house.connect()
            await talk.hear()
            await talk.ask("EHLO client.example")
            await talk.ask("MAIL FROM:<a@x.example>")

            assert (await talk.hear())[-1].startswith("421 4.4.2")
            assert await talk.hear() == []
            await until(lambda: house.next_hop.transcript[-1] == "ABANDON")

    run(body())


def test_an_upload_may_be_slow_but_not_stall(run: Run) -> None:
    async def body() -> None:
        async with serving(settings(command_seconds=0.15, chunk_seconds=0.15)) as house:
            talk = await house.connect()
            await talk.up_to_data()
            for _ in range(6):
                talk.say(b"x\r\n")
                await asyncio.sleep(0.03)
            assert (await talk.ask(".")).startswith("250")
            await talk.ask("MAIL FROM:<a@x.example>")
            await talk.ask("RCPT TO:<b@y.example>")
            await talk.ask("DATA")
            talk.say(b"stall\r\n")

            assert (await talk.hear())[-1].startswith("421 4.4.2")
            assert len(house.gate.messages) == 1

    run(body())


def test_an_upload_has_an_end(run: Run) -> None:
    async def body() -> None:
        async with serving(settings(data_seconds=0.15)) as house:
            talk = await house.connect()
            await talk.up_to_data()
            for _ in range(3):
                talk.say(b"x\r\n")
                await asyncio.sleep(0.02)

            assert (await talk.hear())[-1].startswith("421 4.4.2")
            assert house.gate.messages == []

    run(body())


@pytest.mark.parametrize("limit", ["max_connections", "max_connections_per_address"])
def test_one_connection_too_many_is_told_so(run: Run, limit: str) -> None:
    async def body() -> None:
        async with serving(settings(**{limit: 2})) as house:
            talks = [await house.connect() for _ in range(3)]
            greetings = [(await talk.hear())[-1][:3] for talk in talks]
            assert sorted(greetings) == ["220", "220", "421"]
            talks[0].close()
            await asyncio.sleep(0.02)

            assert (await (await house.connect()).hear())[-1].startswith("220")

    run(body())


def test_one_clients_arrival_changes_nothing_for_another(run: Run) -> None:
    """aiosmtpd keeps its command limits in the class, and each new connection clears them."""

    async def body() -> None:
        async with serving() as house:
            first = await house.connect()
            await first.hear()
            await first.ask("EHLO client.example")
            second = await house.connect()
            await second.hear()

            long = "a" * 480
            assert (await first.ask(f"MAIL FROM:<{long}@x.example> BODY=8BITMIME SMTPUTF8")).startswith("250")

    run(body())


def test_a_large_message_passes_octet_by_octet(run: Run) -> None:
    async def body() -> None:
        async with serving() as house:
            talk = await house.connect()
            await talk.up_to_data()
            content = b"".join(b".%06d\r\n\r\n" % n for n in range(200_000))
            talk.say(content.replace(b"\r\n.", b"\r\n..").replace(b".", b"..", 1) + b".\r\nNOOP\r\n")

            assert (await talk.hear())[-1].startswith("250 2.0.0 queued")
            assert (await talk.hear())[-1] == "250 2.0.0 ok"
            assert house.next_hop.taken[0].content == content

    run(body())


def test_a_chunk_may_come_in_pieces_but_not_stall(run: Run) -> None:
    async def body() -> None:
        async with serving(settings(chunk_seconds=0.15)) as house:
            talk = await house.connect()
            await talk.hear()
            for line in ("EHLO client.example", "MAIL FROM:<a@x.example>", "RCPT TO:<b@y.example>"):
                await talk.ask(line)
            talk.say(b"BDAT 6\r\n")
            for octet in (b"a", b"b", b"c", b"d", b"e", b"f"):
                await asyncio.sleep(0.03)
                talk.say(octet)
            assert (await talk.hear())[-1] == "250 2.0.0 6 octets received"
            talk.say(b"BDAT 6 LAST\r\nstall")

            assert (await talk.hear())[-1].startswith("421 4.4.2")
            assert house.gate.messages == []

    run(body())


def test_a_client_is_not_blamed_for_a_slow_gate(run: Run) -> None:
    async def body() -> None:
        hop = RecordingNextHop(gate=asyncio.Event())
        async with serving(settings(chunk_seconds=0.12, command_seconds=0.12), next_hop=hop) as house:
            talk = await house.connect()
            await talk.up_to_data()
            talk.say(b"x\r\n.\r\n")
            await asyncio.sleep(0.2)
            open_gate(house)

            assert (await talk.hear())[-1].startswith("250 2.0.0 queued")

    run(body())
