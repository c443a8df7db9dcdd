"""A next hop on loopback that writes down every message it said 250 to, and when.

async with Sink() as sink:
    ...                 # SMTP to 127.0.0.1:sink.port
    sink.arrivals       # in the order of their 250s
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

EHLO = b"250-sink.example\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n"
_REPLIES = {b"EHLO": EHLO, b"HELO": b"250 sink.example\r\n", b"DATA": b"354 go ahead\r\n", b"QUIT": b"221 bye\r\n"}


@dataclass(frozen=True, slots=True)
class Arrival:
    """at: when 250 was said. content: its octets, dots unstuffed."""

    at: datetime
    mail_from: bytes
    rcpt_to: tuple[bytes, ...]
    content: bytes = field(repr=False)


@dataclass(kw_only=True)
class Sink:
    """delay: seconds before the final reply, asked anew each time. answers: replies instead of 250, by verb."""

    port: int = 0
    delay: Callable[[], float] = lambda: 0.0
    answers: dict[bytes, bytes] = field(default_factory=dict)
    arrivals: list[Arrival] = field(default_factory=list)
    _server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", self.port, limit=2**26)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(b"220 sink.example\r\n")
            await self._session(reader, writer)
        except (OSError, EOFError):
            pass  # the relay was killed
        finally:
            writer.close()

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sender, recipients = b"", []
        while line := await reader.readline():
            verb = line[:4].upper().rstrip()
            if verb == b"MAIL":
                sender, recipients = _path(line), []
            reply = self.answers.get(verb, _REPLIES.get(verb, b"250 2.0.0 ok\r\n"))
            if verb == b"RCPT" and reply.startswith(b"250"):
                recipients.append(_path(line))
            writer.write(reply)
            if verb == b"QUIT":
                return
            if reply.startswith(b"354"):
                content = await _content(reader)
                await asyncio.sleep(self.delay())
                # Written down first: what is cut off behind this may have been heard or not, as everywhere.
                self.arrivals.append(Arrival(datetime.now(UTC), sender, tuple(recipients), content))
                writer.write(b"250 2.0.0 written down\r\n")
            await writer.drain()


async def _content(reader: asyncio.StreamReader) -> bytes:
    wire = b"\r\n" + await reader.readuntil(b"\r\n")
    while not wire.endswith(b"\r\n.\r\n"):
        wire += await reader.readuntil(b"\r\n")
    return wire[:-3].replace(b"\r\n..", b"\r\n.")[2:]


def _path(line: bytes) -> bytes:
    return line.partition(b"<")[2].partition(b">")[0]
