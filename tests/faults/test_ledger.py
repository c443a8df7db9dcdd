"""SIGKILL at random moments, while messages pass and while they lift: none early, none lost, few twice.

ref: RFC 1047 (a message whose last reply is lost comes twice)
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from tests.fakes.relay import Relay
from tests.fakes.sink import Sink

CONNECTIONS, LANES = 10, 8
_NUMBER = re.compile(rb"^X-Number: (\d+)\r$", re.MULTILINE)


@dataclass(kw_only=True)
class Ledger:
    """What the clients were told. accepted, refused: numbers of messages. retries: answers that were no answer."""

    accepted: set[int] = field(default_factory=set)
    held: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)
    retries: int = 0


def _message(number: int) -> bytes:
    words = "unemployment rose" if number % 2 else "tea at four"
    return (
        f"From: joe{number % 7}@dept.example\r\nX-Number: {number}\r\nSubject: minutes\r\n\r\n"
        f"{words}, message {number}\r\n.\r\n"
    ).encode()


class Client:
    """One connection that sends like an MTA: what got no 2xx or 5xx is sent again."""

    def __init__(self, port: int, ledger: Ledger) -> None:
        self._port, self._ledger = port, ledger
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def send(self, number: int) -> None:
        while True:
            reply = b""
            with suppress(OSError, EOFError, TimeoutError):
                async with asyncio.timeout(20):
                    reply = await self._attempt(number)
            if reply.startswith(b"2"):
                self._ledger.accepted.add(number)
                if b" held as " in reply:
                    self._ledger.held.add(number)
                return
            if reply.startswith(b"5"):
                self._ledger.refused.add(number)
                return
            self._ledger.retries += 1
            self.close()
            await asyncio.sleep(0.1)

    async def _attempt(self, number: int) -> bytes:
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
            await self._hear()
            await self._ask(b"EHLO client.example")
        for line in (f"MAIL FROM:<joe{number % 7}@dept.example>", "RCPT TO:<amy@news.example>", "DATA"):
            reply = await self._ask(line.encode())
            if reply[:1] not in b"23":
                return reply
        assert self._writer is not None
        self._writer.write(_message(number))
        return await self._hear()

    async def _ask(self, line: bytes) -> bytes:
        assert self._writer is not None
        self._writer.write(line + b"\r\n")
        return await self._hear()

    async def _hear(self) -> bytes:
        assert self._reader is not None
        while (line := await self._reader.readuntil(b"\r\n"))[3:4] == b"-":
            pass
        return line

    def close(self) -> None:
        if self._writer is not None:
            self._writer.transport.abort()
        self._writer = None


async def _greeted(relay: Relay) -> None:
    while not await asyncio.to_thread(relay.greets):  # noqa: ASYNC110
        await asyncio.sleep(0.02)


async def _kill(relay: Relay, kills: int, random: Random) -> None:
    """At random moments, one of them among the first deliveries of the lift."""
    at_lift = False
    while relay.kills < kills:
        await _greeted(relay)
        left = (relay.lift_at - datetime.now(UTC)).total_seconds()
        pause = random.uniform(0.0, 1.2)
        if not at_lift and left < pause + 1.5:
            at_lift, pause = True, max(left, 0.0) + random.uniform(0.05, 0.25)
        await asyncio.sleep(pause)
        await asyncio.to_thread(relay.kill)


async def _run(folder: Path, *, messages: int, kills: int, lift_in: float, pace: float, seed: int) -> str:
    random, ledger = Random(seed), Ledger()
    lift_at = datetime.now(UTC) + timedelta(seconds=lift_in)
    numbers = iter(range(messages))
    async with Sink(delay=lambda: random.uniform(0.0, 0.03)) as sink:
        with Relay(folder=folder, next_hop=sink.port, lift_at=lift_at) as relay:

            async def client() -> None:
                talk = Client(relay.port, ledger)
                for number in numbers:
                    await talk.send(number)
                    await asyncio.sleep(random.uniform(0, 2 * pace))
                talk.close()

            await asyncio.gather(_kill(relay, kills, random), *(client() for _ in range(CONNECTIONS)))
            await _drained(sink, ledger, lift_at)
            await asyncio.sleep(1.0)  # whatever would come twice has its chance
            open_still = await asyncio.to_thread(relay.command, "held", "list")
            log = relay.log()
    _none_crashed(log)
    assert "nothing is held" in open_still
    return _balance(sink, ledger, relay, lift_at, messages)


async def _drained(sink: Sink, ledger: Ledger, lift_at: datetime) -> None:
    deadline = lift_at + timedelta(seconds=60)
    while missing := ledger.accepted - set(_arrived(sink)):
        assert datetime.now(UTC) < deadline, f"lost: {sorted(missing)[:20]}"
        await asyncio.sleep(0.1)


def _arrived(sink: Sink) -> Counter[int]:
    return Counter(int(_NUMBER.findall(each.content)[0]) for each in tuple(sink.arrivals) if each.mail_from)


def _none_crashed(log: str) -> None:
    crashes = [line for line in log.splitlines() if "crashed" in line or "message_failed" in line]
    assert not crashes, "\n".join(crashes[:5])


def _balance(sink: Sink, ledger: Ledger, relay: Relay, lift_at: datetime, messages: int) -> str:
    arrived = _arrived(sink)
    early = [
        number
        for each in sink.arrivals
        for number in map(int, _NUMBER.findall(each.content))
        if number % 2 and each.mail_from and each.at < lift_at
    ]
    changed = [each for each in sink.arrivals if each.mail_from and not _is_whole(each.content)]
    twice = sum(arrived.values()) - len(arrived)
    allowed = relay.kills * (CONNECTIONS + LANES)
    assert ledger.accepted | ledger.refused == set(range(messages))
    assert not ledger.refused
    assert set(arrived) == ledger.accepted
    assert not early, early[:20]
    assert not changed
    assert twice <= allowed
    assert ledger.held, "some were held"
    return (
        f"ledger: {messages} messages, {relay.kills} kills, {len(ledger.held)} held, {ledger.retries} retries,"
        f" 0 lost, 0 early, {twice} duplicates (at most {allowed} allowed)"
    )


def _is_whole(content: bytes) -> bool:
    number = int(_NUMBER.findall(content)[0])
    return content.endswith(b"\r\n" + _message(number).removesuffix(b".\r\n")) and content.count(b"\nReceived:") == 0


def test_nothing_is_early_or_lost_when_the_relay_is_killed_at_any_moment(tmp_path):
    print(asyncio.run(_run(tmp_path, messages=400, kills=6, lift_in=8.0, pace=0.25, seed=1)))


@pytest.mark.soak
def test_nothing_is_early_or_lost_over_many_kills(tmp_path):
    print(asyncio.run(_run(tmp_path, messages=2000, kills=25, lift_in=35.0, pace=0.2, seed=2)))
