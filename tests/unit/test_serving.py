"""A server of ours ends when it is told to; that it ended by itself is an alarm."""

from __future__ import annotations

import asyncio
import socket

import pytest
from structlog.testing import capture_logs

from leakguard.serving import InProcess
from tests.stories import story


async def answers(scope, receive, send) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@story
async def test_one_that_is_stopped_ends_in_silence():
    server = InProcess("the pages", answers, port=0)
    await server.start()
    assert server.port

    with capture_logs() as lines:
        await server.stop()
        await asyncio.sleep(0)

    assert lines == []


@story
async def test_one_that_ends_by_itself_is_an_alarm():
    server = InProcess("the pages", answers, port=0)

    async def breaks_down(*_: object) -> None:
        server._server.started = True
        await asyncio.sleep(0.05)
        raise RuntimeError("quokka")

    server._server.serve = breaks_down
    with capture_logs() as lines:
        await server.start()
        await asyncio.sleep(0.1)

    assert [(each["event"], each["kind"], each["alarm"]) for each in lines] == [("server.ended", "the pages", True)]
    assert "quokka" not in str(lines)


@story
async def test_a_port_that_cannot_be_had_is_told_at_the_start():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = InProcess("the pages", answers, host="127.0.0.1", port=taken.getsockname()[1])
        with pytest.raises(OSError, match="the port of the pages cannot be had"):
            await server.start()
