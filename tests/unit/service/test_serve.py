"""`leakguard serve` as a process: it ends tidily, is alone with its store, and takes up what its predecessor left."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.fakes.relay import RELEASES, RULE, Relay
from tests.fakes.sink import Sink

MAIL = b"From: joe@dept.example\r\nSubject: x\r\n\r\nunemployment rose\r\n.\r\n"


async def _submit(port: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    reply = await reader.readline()
    for line in (
        b"HELO x\r\n",
        b"MAIL FROM:<joe@dept.example>\r\n",
        b"RCPT TO:<amy@news.example>\r\n",
        b"DATA\r\n",
        MAIL,
    ):
        writer.write(line)
        reply = await reader.readline()
    writer.close()
    return reply


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not is_so():  # noqa: ASYNC110 - another process has its own time
            await asyncio.sleep(0.01)


def _relay(folder: Path, sink: Sink, seconds: float) -> Relay:
    return Relay(folder=folder, next_hop=sink.port, lift_at=datetime.now(UTC) + timedelta(seconds=seconds))


def _arrived(sink: Sink) -> int:
    return sum(1 for each in sink.arrivals if each.mail_from)


def test_sigterm_in_the_middle_of_a_delivery_waits_for_its_answer_and_writes_it_down(tmp_path):
    async def story() -> None:
        began = asyncio.Event()

        def slow() -> float:
            began.set()
            return 0.7

        async with Sink() as sink:
            with _relay(tmp_path, sink, 8) as relay:
                await asyncio.to_thread(relay.wait)
                assert b"held as" in await _submit(relay.port)
                await _until(lambda: len(sink.arrivals) == 1)  # the notice
                sink.delay = slow
                await began.wait()
                os.kill(relay.pid, signal.SIGTERM)
                status = await asyncio.to_thread(relay.status)
                listed = await asyncio.to_thread(relay.command, "held", "list")
                relay.start()
                await asyncio.to_thread(relay.wait)
                await asyncio.sleep(0.5)

            assert status == 0
            assert "nothing is held" in listed
            assert _arrived(sink) == 1

    asyncio.run(story())


def test_a_killed_relays_half_done_delivery_is_taken_up_at_once_by_the_next(tmp_path):
    async def story() -> None:
        async with Sink() as sink:
            with _relay(tmp_path, sink, 8) as relay:
                await asyncio.to_thread(relay.wait)
                await _submit(relay.port)
                await _until(lambda: len(sink.arrivals) == 1)
                sink.delay = lambda: 60.0
                await asyncio.sleep(max(0.0, (relay.lift_at - datetime.now(UTC)).total_seconds()) + 0.3)
                sink.delay = lambda: 0.0
                relay.kill()
                await _until(lambda: _arrived(sink) == 1)

    asyncio.run(story())


def test_a_second_relay_on_the_same_store_does_not_start(tmp_path):
    async def story() -> None:
        async with Sink() as sink:
            with _relay(tmp_path, sink, 3600) as relay:
                await asyncio.to_thread(relay.wait)
                second = Relay(folder=tmp_path, next_hop=sink.port, lift_at=relay.lift_at, port=relay.port)
                second.start()
                status = await asyncio.to_thread(second.status)

            assert status == 2
            assert "another relay is running" in relay.log()

    asyncio.run(story())


def test_sighup_loads_a_good_change_and_keeps_the_last_good_one_over_a_bad_one(tmp_path):
    async def story() -> None:
        async with Sink() as sink:
            with _relay(tmp_path, sink, 3600) as relay:
                await asyncio.to_thread(relay.wait)
                (tmp_path / "rules" / "jobs.yaml").write_text(RULE.replace("unemployment fell", "tea"))
                os.kill(relay.pid, signal.SIGHUP)
                await _until(lambda: "rulebook.refused" in relay.log())
                still_held = await _submit(relay.port)
                (tmp_path / "rules" / "jobs.yaml").write_text(RULE)
                (tmp_path / "rules" / "releases.yaml").write_text(RELEASES.format(at="2020-01-02T09:30:00Z"))
                os.kill(relay.pid, signal.SIGHUP)
                await _until(lambda: "rulebook.loaded" in relay.log())
                await _until(lambda: _arrived(sink) == 1)

            assert b"held as" in still_held

    asyncio.run(story())
