"""What the audience of the demo sees: lines with the time, and a next hop that says what arrives at it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiosmtpd.smtp import SMTP, Envelope, Session

from leakguard.demo.world import ZONE
from leakguard.service.ports import Clock

COLOURS = {"arrives": "32", "held": "33", "split": "33", "sends": "36", "notice": "35", "lift": "1"}


class Stage:
    """Prints; in colour on a terminal. colours: of the kinds of lines, as terminals number them."""

    def __init__(self, clock: Clock, colours: Mapping[str, str] = COLOURS) -> None:
        self.clock, self._colours = clock, colours
        self._is_terminal = sys.stdout.isatty()
        self._counting = False

    def say(self, text: str = "", kind: str = "") -> None:
        self._end_count()
        now = self.clock.now().astimezone(ZoneInfo(ZONE))
        line = f"{now:%H:%M:%S}  {kind:8}{text}" if kind else text
        colour = self._colours.get(kind)
        print(f"\x1b[{colour}m{line}\x1b[0m" if colour and self._is_terminal else line, flush=True)

    def count(self, seconds: int) -> None:
        """The count-down: one line that changes on a terminal, a line now and then elsewhere."""
        if self._is_terminal:
            print(f"\r\x1b[K          {seconds} s to the lift ", end="", flush=True)
            self._counting = True
        elif seconds % 10 == 0 or seconds <= 3:
            print(f"          {seconds} s to the lift", flush=True)

    def _end_count(self) -> None:
        if self._counting:
            print("\r\x1b[K", end="")
            self._counting = False


class Mailbox:
    """The next hop: takes everything and says who got it. arrived: (moment, sender, recipients) in order."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.arrived: list[tuple[datetime, str, tuple[str, ...]]] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        recipients = tuple(envelope.rcpt_tos)
        sender = (envelope.mail_from or "").strip("<>")
        self.arrived.append((self._stage.clock.now(), sender, recipients))
        kind = "arrives" if sender else "notice"
        self._stage.say(f"at {shown(recipients)}, from {sender or 'LeakGuard'}", kind)
        return "250 2.0.0 taken"

    async def listen(self) -> tuple[asyncio.Server, int]:
        """Serve on a free loopback port; returns the server and the port."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(self._session, "127.0.0.1", 0)
        port: int = server.sockets[0].getsockname()[1]
        return server, port

    def _session(self) -> Any:
        return SMTP(self, hostname="mailbox.demo.example", enable_SMTPUTF8=True)


def shown(recipients: tuple[str, ...]) -> str:
    return ", ".join(recipients) if len(recipients) <= 3 else f"{len(recipients)} people"
