"""Replays a day: the real app with a clock set by hand, real SMTP in, and a next hop that keeps everything."""

from __future__ import annotations

import asyncio
import shutil
import smtplib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from aiosmtpd.smtp import SMTP, Envelope, Session

from leakguard import app
from leakguard.clock import SetClock
from leakguard.model.events import LiftConfirmed, ReleaseCancelled, ReleasePostponed
from leakguard.settings import Settings
from leakguard.store.memory import MemoryStore

ROOT = Path(__file__).parents[2]
CROWD = [f"reader{number:03d}@gov.example" for number in range(1, 297)]


@dataclass
class NextHop:
    """Takes everything. arrived: (sender, recipients, bytes) in order; notices apart, as their sender is null."""

    arrived: list[tuple[str, tuple[str, ...], bytes]] = field(default_factory=list)
    notices: list[bytes] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        sender = (envelope.mail_from or "").strip("<>")
        assert isinstance(envelope.content, bytes)
        if sender:
            self.arrived.append((sender, tuple(envelope.rcpt_tos), envelope.content))
        else:
            self.notices.append(envelope.content)
        return "250 2.0.0 taken"

    def recipients(self) -> list[str]:
        return [each for _, to, _ in self.arrived for each in to]


class Day:
    """One replay: the folder of an incident, and one of the cases in its case.yaml."""

    def __init__(self, folder: Path, case: dict[str, Any], place: Path) -> None:
        self.folder, self.case, self.place = folder, case, place
        self.next_hop = NextHop()
        self.sent: list[bytes] = []

    async def play(self) -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(self.next_hop, hostname="nexthop.example"), "127.0.0.1", 0)
        clock = SetClock(self.case["steps"][0]["at"])
        built = await app.build(self._settings(server.sockets[0].getsockname()[1]), clock, MemoryStore())
        await built.start()
        try:
            for step in self.case["steps"]:
                clock.set(step["at"])
                await self._step(step, built)
                await built.clerk.round()
                await built.postman.round()
                self._compare(step)
        finally:
            await built.stop(1.0)
            server.close()

    def _settings(self, port: int) -> Settings:
        rules = self.place / "rules"
        for part in ("packs", "lexicons", "grammar"):
            shutil.copytree(ROOT / "rules" / part, rules / part)
        shutil.copy(self.folder / "calendar.yaml", rules / "calendar.yaml")
        return Settings.model_validate(
            {
                "hostname": "relay.example",
                "rules": str(rules),
                "store": "unused",
                "listeners": [{"port": 0, "direction": self.case["direction"]}],
                "next_hop": {"hosts": [f"127.0.0.1:{port}"]},
                "notices": {"sender": "leakguard@relay.example", "contact": "pra@relay.example"},
                "inspection": {"workers": 0},
            }
        )

    async def _step(self, step: dict[str, Any], built: app.App) -> None:
        now = built.clock.now()
        until = datetime.fromisoformat(step["until"]) if "until" in step else None
        match step.get("act"):
            case "postpone":
                act = ReleasePostponed(at=now, actor="hop", reason="replay", release=step["release"], until=until)
                await built.store.record([act])
            case "cancel":
                await built.store.record(
                    [ReleaseCancelled(at=now, actor="hop", reason="replay", release=step["release"])]
                )
            case "confirm":
                await built.store.record([LiftConfirmed(at=now, actor="hop", reason="replay", release=step["release"])])
        if "send" in step:
            content = (self.folder / step["send"]).read_bytes()
            self.sent.append(content)
            to = CROWD[: step["crowd"]] if "crowd" in step else step["to"]
            reply = await asyncio.to_thread(submit, built.listeners[0].port, step["from"], to, content)
            assert reply.startswith(step["reply"]), reply

    def _compare(self, step: dict[str, Any]) -> None:
        arrived = self.next_hop.recipients()
        assert len(arrived) == step["arrived"], (step["at"], arrived[:5])
        assert len(set(arrived)) == len(arrived) or self.case["steps"][0].get("crowd"), "nobody gets it twice"
        if "at_the_next_hop" in step:
            assert arrived == step["at_the_next_hop"]
        if "notice_says" in step:
            assert any(step["notice_says"] in _text(each) for each in self.next_hop.notices)
        for _, _, content in self.next_hop.arrived:
            below = _below_received(content)
            assert below in self.sent, "what arrives is what was sent, below our one line"


def submit(port: int, sender: str, to: list[str], content: bytes) -> str:
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
        client.ehlo("client.example")
        assert client.mail(sender)[0] == 250
        for recipient in to:
            assert client.rcpt(recipient)[0] == 250
        code, text = client.data(content)
    return f"{code} {text.decode()}"


def _below_received(content: bytes) -> bytes:
    """Without the first header field, which is our Received with its continuation lines."""
    lines = content.split(b"\r\n")
    assert lines[0].startswith(b"Received: from ")
    end = next(number for number in range(1, len(lines)) if not lines[number].startswith((b" ", b"\t")))
    return b"\r\n".join(lines[end:])


def _text(notice: bytes) -> str:
    import email

    text = email.message_from_bytes(notice).get_payload(decode=True)
    assert isinstance(text, bytes)
    return text.decode()


def days() -> list[tuple[Path, dict[str, Any]]]:
    """Every case of every incident."""
    found = []
    for folder in sorted(Path(__file__).parent.glob("*/case.yaml")):
        found += [(folder.parent, case) for case in yaml.safe_load(folder.read_text(encoding="utf-8"))]
    return found
