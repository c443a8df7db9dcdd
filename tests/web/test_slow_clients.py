"""Clients of the pages that are slow, broken or many: what they hold ends, and others are answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from leakguard.web.connections import BoundedConnection
from leakguard.web.server import WebServer, WebSettings
from tests.web.office import ORIGIN, Office

FORM = f"POST /sign-in HTTP/1.1\r\nhost: localhost\r\norigin: {ORIGIN}\r\ncontent-length: 100\r\n\r\n".encode()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(BoundedConnection, "head_seconds", 1.0)
    monkeypatch.setattr(BoundedConnection, "body_seconds", 1.5)
    monkeypatch.setattr(BoundedConnection, "most", 5)
    yield


@asynccontextmanager
async def served() -> AsyncIterator[int]:
    server = WebServer(Office().app, WebSettings(port=0))
    await server.start()
    try:
        yield server.port
    finally:
        await server.stop()


async def dribble(port: int, octets: bytes, pause: float = 0.05) -> float:
    """Seconds until the server has had enough of a client that sends an octet at a time."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    loop = asyncio.get_running_loop()
    begun = loop.time()
    over = asyncio.create_task(reader.read())
    for octet in octets:
        if over.done():
            break
        writer.write(bytes([octet]))
        await asyncio.sleep(pause)
    try:
        async with asyncio.timeout(5):
            await asyncio.gather(over, return_exceptions=True)
    finally:
        writer.close()
    return loop.time() - begun


async def answer(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    try:
        async with asyncio.timeout(5):
            return await reader.read(65_536)
    finally:
        writer.close()


async def is_answered(port: int) -> bool:
    asked = b"GET /sign-in HTTP/1.1\r\nhost: localhost\r\n\r\n"
    return (await answer(port, asked)).startswith(b"HTTP/1.1 200")


async def test_silence_ends() -> None:
    async with served() as port:
        assert await dribble(port, b"") < 4


async def test_a_head_that_comes_an_octet_at_a_time_ends() -> None:
    async with served() as port:
        assert 0.8 < await dribble(port, b"GET /sign-in HTTP/1.1\r\nhost: localhost\r\n" + b"x" * 100) < 4


async def test_a_body_that_comes_an_octet_at_a_time_ends() -> None:
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(FORM)
        async with asyncio.timeout(5):
            for _ in range(99):
                if reader.at_eof():
                    break
                writer.write(b"a")
                await asyncio.sleep(0.05)
                if reader._exception is not None:  # type: ignore[attr-defined]
                    break
        writer.close()
        assert await is_answered(port)


async def test_a_request_in_its_time_is_answered_again_and_again() -> None:
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(4):
            writer.write(b"GET /nothing HTTP/1.1\r\nhost: localhost\r\n\r\n")
            async with asyncio.timeout(5):
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
                await reader.readexactly(length)
            await asyncio.sleep(0.4)
        writer.close()


async def test_many_connections_of_nobody_leave_room_as_soon_as_they_end() -> None:
    async with served() as port:
        idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(20)]
        await asyncio.sleep(1.5)

        assert await is_answered(port)
        for _, writer in idle:
            writer.close()


@pytest.mark.parametrize(
    "request_",
    [
        b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /",
        b"POST /sign-in HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nabcdef",
        b"POST /sign-in HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nhost: localhost\r\ncontent-length: +5\r\n\r\nabcde",
        b"GET /sign-in HTTP/1.1\r\nhost: localhost\r\nx : y\r\n\r\n",
        b"GET /sign-in HTTP/1.1\r\nhost: localhost\r\n folded: y\r\n\r\n",
        b"GET /sign-in HTTP/1.1\r\nhost: localhost\r\nx: a\x00b\r\n\r\n",
        b"GET /sign-in HTTP/1.1\r\nhost: localhost\r\nhost: evil.example\r\n\r\n",
        b"GET /sign-in HTTP/1.1\r\n\r\n",
        b"GET http://evil.example/sign-in HTTP/1.1\r\nhost: localhost\r\n\r\n",
    ],
    ids=lambda octets: octets[30:70].decode("latin-1"),
)
async def test_a_request_that_can_be_read_in_two_ways_is_not_answered_as_one(request_: bytes) -> None:
    async with served() as port:
        said = await answer(port, request_)

        assert not said.startswith(b"HTTP/1.1 2")
        assert said.count(b"HTTP/1.1") <= 1
        assert await is_answered(port)
