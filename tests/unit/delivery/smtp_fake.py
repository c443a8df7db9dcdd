"""A next hop that says what it is told to: a script of answers per connection, and a record of what it heard."""

from __future__ import annotations

import asyncio
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum


class Do(Enum):
    HANG_UP = "hang up"
    STAY_SILENT = "stay silent"
    PAUSE = "wait a little"
    START_TLS = "start TLS"
    READ_SLOWLY = "read no more of the data"


Answer = bytes | Do | tuple[bytes | Do, ...]
Script = Mapping[str, Answer | list[Answer]]  # key: a whole line, a verb, "greeting" or "."; list: one after another

EHLO = b"250-next.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 52428800\r\n"
POLITE: Script = {"greeting": b"220 hi\r\n", "EHLO": EHLO, "DATA": b"354 go\r\n", "QUIT": (b"221 bye\r\n", Do.HANG_UP)}
OK = b"250 2.0.0 Ok\r\n"


@dataclass
class FakeHop:
    """name, port: where it is. heard: lines per connection, in order. contents: wire form, without the dot."""

    scripts: tuple[Script, ...]
    tls: ssl.SSLContext | None = None
    name: str = "127.0.0.1"
    port: int = 0
    heard: list[list[bytes]] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)
    open_now: int = 0
    most_open: int = 0
    all_closed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def host(self) -> tuple[str, int]:
        return (self.name, self.port)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        script = {**POLITE, **self.scripts[min(len(self.heard), len(self.scripts) - 1)]}
        heard: list[bytes] = []
        self.heard.append(heard)
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        try:
            await _Talk(self, script, reader, writer, heard).run()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open_now -= 1
            writer.close()
            if not self.open_now:
                self.all_closed.set()


class _Talk:
    def __init__(
        self,
        hop: FakeHop,
        script: Script,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        heard: list[bytes],
    ) -> None:
        self.hop, self.script, self.reader, self.writer, self.heard = hop, script, reader, writer, heard
        self.said: dict[str, int] = defaultdict(int)

    async def run(self) -> None:
        await self.act("greeting")
        while line := await self.reader.readline():
            line = line.removesuffix(b"\r\n")
            self.heard.append(line)
            text = line.decode("utf-8", "surrogateescape")
            verb = text.partition(" ")[0].upper()
            if await self.act(text if text in self.script else verb) == b"354 go\r\n":
                await self.take_data()

    async def take_data(self) -> None:
        wire = b""
        while wire != b".\r\n" and not wire.endswith(b"\r\n.\r\n"):
            if not (more := await self.reader.read(65536)):
                return
            wire += more
        self.hop.contents.append(wire[:-3])
        await self.act(".")

    async def act(self, key: str) -> bytes:
        """Answer; returns the last words."""
        answer = self.script.get(key, OK)
        if isinstance(answer, list):
            answer = answer[min(self.said[key], len(answer) - 1)]
            self.said[key] += 1
        words = b""
        for each in answer if isinstance(answer, tuple) else (answer,):
            if isinstance(each, bytes):
                words = each
                self.writer.write(each)
            else:
                await self.do(each)
        return words

    async def do(self, what: Do) -> None:
        match what:
            case Do.HANG_UP:
                raise ConnectionResetError
            case Do.STAY_SILENT:
                await self.reader.read()
                raise ConnectionResetError
            case Do.PAUSE:
                await asyncio.sleep(0.05)
            case Do.START_TLS:
                await self.writer.drain()
                await self.writer.start_tls(self.hop.tls)
            case Do.READ_SLOWLY:
                await self.reader.read(1000)
                await asyncio.sleep(5)


@asynccontextmanager
async def fake_hop(*scripts: Script, tls: ssl.SSLContext | None = None) -> AsyncIterator[FakeHop]:
    """One script per connection, in order of arrival; the last one serves all others."""
    hop = FakeHop(scripts or ({},), tls)
    talks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        talks.add(task)
        try:
            await hop.talk(reader, writer)
        except asyncio.CancelledError:
            writer.close()
        finally:
            talks.discard(task)

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    hop.port = server.sockets[0].getsockname()[1]
    try:
        yield hop
    finally:
        server.close()
        for task in list(talks):
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


async def closed_port() -> int:
    """A port on which nobody listens."""
    server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return port
