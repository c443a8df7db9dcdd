"""The processes that are measured: `python -m tests.bench.servers KIND ...`. Each prints its port, then serves.

sink: says 250 to everything. relay: LeakGuard; bare: the same without inspection. stock: aiosmtpd with smtplib.
slack: LeakGuard by the settings in its folder, which have a Slack; it prints the port of its pages once it is open.
"""

from __future__ import annotations

import argparse
import asyncio
import smtplib
import sys
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from leakguard import app, observe, running
from leakguard.clock import GuardedClock
from leakguard.model.content import Verdict
from leakguard.model.message import Channel, Direction
from leakguard.settings import Settings, read_settings
from leakguard.workers import Workers

RULES = Path(__file__).resolve().parents[2] / "rules"
IN_THE_WINDOW = datetime(2031, 3, 18, 9, 0, tzinfo=UTC)
EHLO = b"250-sink\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n"


class FastSink(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._unread = b""
        self._in_data = False
        transport.write(b"220 sink\r\n")  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self._unread += data
        said = b""
        while (reply := self._next()) is not None:
            said += reply
        self._transport.write(said)  # type: ignore[attr-defined]

    def _next(self) -> bytes | None:
        line, end, rest = self._unread.partition(b"\r\n.\r\n" if self._in_data else b"\r\n")
        if not end:
            return None
        self._unread = rest
        if self._in_data:
            self._in_data = False
            return b"250 2.0.0 ok\r\n"
        verb = line[:4].upper()
        self._in_data = verb == b"DATA"
        return {b"EHLO": EHLO, b"DATA": b"354 go\r\n", b"QUIT": b"221 bye\r\n"}.get(verb, b"250 2.0.0 ok\r\n")


class NoInspection(Workers):
    async def inspect(self, content: bytes, direction: Direction, channel: Channel) -> Verdict:
        return Verdict(rulebook=self._rulebook.digest if self._rulebook else "")


class Stock:
    def __init__(self, next_hop: int) -> None:
        self._next_hop = next_hop

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.to_thread(self._send, envelope)
        return "250 ok"

    def _send(self, envelope: Envelope) -> None:
        with smtplib.SMTP("127.0.0.1", self._next_hop) as client:
            client.sendmail(envelope.mail_from or "", envelope.rcpt_tos, envelope.content or b"")


def settings(folder: Path, next_hop: int) -> Settings:
    return Settings.model_validate(
        {
            "hostname": "relay.example",
            "rules": str(RULES),
            "store": str(folder / "store.db"),
            "listeners": [{"port": 0}],
            "next_hop": {"hosts": [f"127.0.0.1:{next_hop}"]},
            "notices": {"sender": "leakguard@stats.example", "contact": "desk@stats.example"},
        }
    )


async def serve_relay(chosen: argparse.Namespace) -> None:
    observe.set_up(as_json=True, level="info")
    if chosen.kind == "bare":
        app.Workers = NoInspection  # type: ignore[misc]
    ahead = IN_THE_WINDOW - datetime.now(UTC)
    clock = GuardedClock(wall=lambda: datetime.now(UTC) + ahead)
    built = await app.build(settings(Path(chosen.folder), chosen.next_hop), clock)
    await running.run(built, asyncio.Event(), lambda ready: _say(ready.listeners[0].port))


async def serve_slack(chosen: argparse.Namespace) -> None:
    observe.set_up(as_json=True, level="info")
    given = read_settings(Path(chosen.folder) / "config.yaml")
    built = await app.build(given)
    assert built.slack is not None and built.web is not None, "the settings have both"
    running_ = asyncio.ensure_future(running.run(built, asyncio.Event()))
    while not built.slack.is_open and not running_.done():  # noqa: ASYNC110 - there is nothing to wait for but the fact
        await asyncio.sleep(0.05)
    _say(built.web.port)
    await running_


async def serve_sink() -> None:
    server = await asyncio.get_running_loop().create_server(FastSink, "127.0.0.1", 0)
    _say(server.sockets[0].getsockname()[1])
    await server.serve_forever()


async def serve_stock(chosen: argparse.Namespace) -> None:
    controller = Controller(Stock(chosen.next_hop), hostname="127.0.0.1", port=0)
    server = await asyncio.get_running_loop().create_server(controller.factory, "127.0.0.1", 0)
    _say(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def _say(port: int) -> None:
    print(port, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=("sink", "relay", "bare", "stock", "slack"))
    parser.add_argument("--loop", choices=("asyncio", "uvloop"), default="asyncio")
    parser.add_argument("--next-hop", type=int, default=0)
    parser.add_argument("--folder", default="")
    chosen = parser.parse_args()
    others = {"sink": serve_sink, "stock": lambda: serve_stock(chosen), "slack": lambda: serve_slack(chosen)}
    work = others.get(chosen.kind, lambda: serve_relay(chosen))
    factory = None
    if chosen.loop == "uvloop":
        import uvloop

        factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(work())  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    sys.exit(main())
