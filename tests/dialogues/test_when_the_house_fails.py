"""A gate or next hop that fails: the client keeps the mail and hears a reference, never a reason."""

from __future__ import annotations

import asyncio
import json
import logging

import pytest
import structlog

from leakguard.model.errors import NextHopUnavailable, StoreUnavailable
from leakguard.service.ports import Reply
from tests.dialogues.conftest import Run
from tests.dialogues.server import ForwardingGate, open_gate, serving, settings, until
from tests.fakes.next_hop import RecordingNextHop


@pytest.mark.parametrize(
    "error", [StoreUnavailable("disk /dev/x"), ConnectionResetError("10.9.8.7"), ValueError("secret"), OSError("no")]
)
def test_a_gate_that_fails_is_a_451_with_nothing_but_a_reference(run: Run, error: Exception) -> None:
    async def body() -> None:
        async with serving(gate=ForwardingGate(fails=error)) as house:
            talk = await house.connect()
            await talk.up_to_data()

            assert await talk.ask("x\r\n.") == "451 4.3.0 temporary failure, reference LG-0001"
            assert await talk.ask("NOOP") == "250 2.0.0 ok"
            assert house.next_hop.transcript[-1] == "ABANDON"

    run(body())


def test_a_gate_that_is_late_is_a_451_and_goes_on(run: Run) -> None:
    async def body() -> None:
        async with serving(settings(gate_seconds=0.02), next_hop=RecordingNextHop(gate=asyncio.Event())) as house:
            talk = await house.connect()
            await talk.up_to_data()
            assert (await talk.ask("x\r\n.")).startswith("451 4.3.0")
            open_gate(house)
            await until(lambda: bool(house.next_hop.taken))

            assert "ABANDON" not in house.next_hop.transcript

    run(body())


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NextHopUnavailable("mx 10.9.8.7"), "451 4.4.1"),
        (ConnectionResetError("10.9.8.7"), "451 4.3.0"),
        (TimeoutError(), "451 4.4.1"),
    ],
)
def test_a_next_hop_lost_at_rcpt_ends_the_transaction_and_not_the_session(
    run: Run, error: Exception, code: str
) -> None:
    async def body() -> None:
        async with serving() as house:
            talk = await house.connect()
            await talk.hear()
            for line in ("EHLO client.example", "MAIL FROM:<a@x.example>", "RCPT TO:<b@y.example>"):
                assert (await talk.ask(line)).startswith("250")
            house.next_hop.fails["RCPT"] = error

            reply = await talk.ask("RCPT TO:<c@y.example>")
            assert reply.startswith(code)
            assert reply.endswith("reference LG-0001")
            assert "10.9.8.7" not in reply
            assert (await talk.ask("RCPT TO:<d@y.example>")).startswith("451 4.4.1")
            assert (await talk.ask("DATA")).startswith("451 4.4.1")
            talk.say(b"BDAT 6 LAST\r\nQUIT\r\n")
            assert (await talk.hear())[-1].startswith("451 4.4.1")
            assert (await talk.ask("RSET")).startswith("250")
            assert house.next_hop.transcript[-1] == "ABANDON"

    run(body())


def test_ehlo_says_what_it_said_last_while_the_next_hop_is_away(run: Run) -> None:
    async def body() -> None:
        async with serving() as house:
            talk = await house.connect()
            await talk.hear()
            talk.say(b"EHLO client.example\r\n")
            before = await talk.hear()
            house.next_hop.is_down = True
            talk.say(b"EHLO client.example\r\n")

            assert await talk.hear() == before
            assert (await talk.ask("MAIL FROM:<a@x.example>")).startswith("451 4.4.1")

    run(body())


def test_logs_have_references_and_nothing_of_the_mail(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    canary = "ZEBRA"

    async def body() -> None:
        hop = RecordingNextHop(replies={f"no@{canary}.example": Reply.of(550, f"5.1.1 no {canary}")})
        async with serving(next_hop=hop) as house:
            talk = await house.connect()
            await talk.hear()
            for line in (
                "EHLO client.example",
                f"MAIL FROM:<{canary}@x.example>",
                f"RCPT TO:<{canary}@y.example>",
                f"RCPT TO:<no@{canary}.example>",
                "DATA",
            ):
                await talk.ask(line)
            await talk.ask(f"Subject: {canary}\r\n\r\n{canary}\r\n.")
            house.gate.fails = ValueError(canary)
            for line in (f"MAIL FROM:<{canary}@x.example>", f"RCPT TO:<{canary}@y.example>", "DATA", f"{canary}\r\n."):
                await talk.ask(line)

    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as lines:
        run(body())

    assert canary not in json.dumps(lines) + caplog.text
    assert [(line["message"], line["code"]) for line in lines if line["event"] == "smtp.done"] == [
        ("LG-0001", "250 2.0.0"),
        ("LG-0002", "451 4.3.0"),
    ]
    done = next(line for line in lines if line["event"] == "smtp.done")
    assert (done["client"], done["recipients"], done["refused"]) == ("127.0.0.1", 1, 1)
    assert [line["error"] for line in lines if line["event"] == "smtp.gate_failed"] == ["ValueError"]
