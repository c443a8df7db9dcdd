"""The real listener on a free loopback port, with a fake next hop behind a gate that forwards everything."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from leakguard.channels.smtp.listener import Listener
from leakguard.channels.smtp.terms import ListenerSettings
from leakguard.model.message import Message
from leakguard.service.ports import Reply, Transaction
from tests.fakes.next_hop import RecordingNextHop

PATIENCE_SECONDS = 5.0


class SetClock:
    def now(self) -> datetime:
        return datetime(2016, 1, 20, 9, 29, 59, tzinfo=UTC)

    def seconds(self) -> float:
        return 0.0


@dataclass(kw_only=True)
class ForwardingGate:
    """fails: raised instead. messages: what was submitted. began: set with each submission."""

    fails: Exception | None = None
    messages: list[Message] = field(default_factory=list)
    began: asyncio.Event = field(default_factory=asyncio.Event)

    async def submit(self, message: Message, transaction: Transaction) -> Reply:
        self.messages.append(message)
        self.began.set()
        if self.fails is not None:
            raise self.fails
        return await transaction.data(message.head, message.content)


@dataclass(kw_only=True)
class House:
    listener: Listener
    next_hop: RecordingNextHop
    gate: ForwardingGate
    talks: list[Talk] = field(default_factory=list)

    async def connect(self) -> Talk:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.listener.port)
        self.talks.append(Talk(reader, writer))
        return self.talks[-1]


class Talk:
    """The client's side of one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def say(self, octets: bytes) -> None:
        self._writer.write(octets)

    async def hear(self) -> list[str]:
        """One reply, all its lines; [] when the server hung up."""
        lines: list[str] = []
        while not lines or lines[-1][3:4] == "-":
            async with asyncio.timeout(PATIENCE_SECONDS):
                try:
                    line = await self._reader.readline()
                except ConnectionResetError:
                    return []
            if not line:
                return []
            assert line.endswith(b"\r\n"), line
            lines.append(line[:-2].decode())
        return lines

    async def hear_all(self) -> bytes:
        """Everything up to the end of the connection."""
        heard = b""
        async with asyncio.timeout(PATIENCE_SECONDS):
            with suppress(ConnectionError):
                while octets := await self._reader.read(65536):
                    heard += octets
        return heard

    async def ask(self, text: str) -> str:
        """Say one line; the last line of the reply."""
        self.say(text.encode() + b"\r\n")
        return (await self.hear() or [""])[-1]

    async def up_to_data(self) -> None:
        """Greeting, envelope and 354."""
        await self.hear()
        for text in ("EHLO client.example", "MAIL FROM:<a@x.example>", "RCPT TO:<b@y.example>", "DATA"):
            assert (await self.ask(text))[0] in "23", text

    def close_half(self) -> None:
        self._writer.write_eof()

    def close(self) -> None:
        self._writer.close()

    def reset(self) -> None:
        self._writer.transport.abort()


@asynccontextmanager
async def serving(
    with_settings: ListenerSettings | None = None,
    *,
    next_hop: RecordingNextHop | None = None,
    gate: ForwardingGate | None = None,
) -> AsyncIterator[House]:
    next_hop, gate, count = next_hop or RecordingNextHop(), gate or ForwardingGate(), itertools.count(1)
    listener = Listener(
        with_settings or settings(),
        next_hop=next_hop,
        gate=gate,
        clock=SetClock(),
        new_id=lambda: f"LG-{next(count):04}",
    )
    await listener.start()
    house = House(listener=listener, next_hop=next_hop, gate=gate)
    try:
        yield house
    finally:
        for talk in house.talks:
            talk.close()
        await listener.drain(0.1)


def settings(**more: object) -> ListenerSettings:
    return ListenerSettings(**{"hostname": "relay.example", "port": 0} | more)  # type: ignore[arg-type]


async def until(is_so: Callable[[], bool]) -> None:
    for _ in range(1000):
        if is_so():
            return
        await asyncio.sleep(0.002)
    raise AssertionError("it did not come to be")


def open_gate(house: House) -> None:
    assert house.next_hop.gate is not None
    house.next_hop.gate.set()
