"""Words that are in messages and must be nowhere else: not in a log, a notice, a reply or the audit, whatever happens.

ref: CoP T3.4 ("no indication"); the addresses of people are in the audit, because one that names nobody is none
"""

from __future__ import annotations

import asyncio
import io
import logging
import random
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import httpx
import pytest
import structlog
import xlsxwriter

from leakguard import app, observe
from leakguard.clock import SetClock
from leakguard.model.content import Verdict
from leakguard.model.errors import ReplyUnknown
from leakguard.model.message import Channel, Direction
from leakguard.service.checking_by_mail import CheckingByMail
from leakguard.service.gate import Gate
from leakguard.service.ports import Reply
from leakguard.settings import Settings
from leakguard.store.sqlite import SqliteStore
from tests.fakes.next_hop import RecordingNextHop
from tests.fakes.relay import ACCESS, CLEARED, PRODUCER, RELEASES, RULE

LIFT = datetime(2031, 3, 18, 9, 30, tzinfo=UTC)
SUBJECT, BODY, NAME, CELL, FIGURE = "zebrafinch", "quokkabody", "okapifile", "lemurcell", "48151.6234"
PASSWORD = "ocelotkey"  # a configured one
CANARIES = (SUBJECT, BODY, NAME, CELL, FIGURE, "48,151", PASSWORD)
JOE, AMY, CHECK = "joe@dept.example", "amy@news.example", "check@stats.example"


@dataclass
class Heard:
    """Everything that leaves by another way than to the recipients."""

    replies: list[bytes] = field(default_factory=list)
    notices: list[bytes] = field(default_factory=list)
    audit: str = ""
    metrics: str = ""
    log: str = ""

    def places(self) -> dict[str, str]:
        return {
            "replies": b"\n".join(self.replies).decode(errors="replace"),
            "notices": b"\n".join(self.notices).decode(errors="replace"),
            "audit": self.audit,
            "metrics": self.metrics,
            "log": self.log,
        }


def table() -> bytes:
    octets = io.BytesIO()
    with xlsxwriter.Workbook(octets, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet(CELL)
        sheet.write_row(0, 0, ["unemployment rose", CELL, float(FIGURE)])
        sheet.write_datetime(1, 0, datetime(2031, 3, 18), workbook.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_number(2, 0, 9e12, workbook.add_format({"num_format": "yyyy-mm-dd"}))  # openpyxl complains of it
    return octets.getvalue()


def packed() -> bytes:
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w") as archive:
        archive.writestr(f"{NAME}.csv", f"unemployment rose,{CELL},{FIGURE}\n")
    return octets.getvalue()


def messages() -> Iterator[tuple[str, bytes]]:
    """(what it is, content) with and without words to hold, in every wrapping that a reader could stumble over."""
    wrappings = [None, ("xlsx", table()), ("zip", packed()), ("pdf", f"%PDF-1.7 {CELL} {FIGURE}".encode())]
    wrappings += [("xlsx", table()[:700]), ("zip", packed()[:60]), ("docx", b"PK\x03\x04" + CELL.encode() * 9)]
    for words in ("tea at four", "unemployment rose"):
        for number, wrapping in enumerate(wrappings):
            message = EmailMessage(policy=SMTP)
            message["From"] = f"{SUBJECT} <{JOE}>"
            message["Subject"] = f"{words} {SUBJECT} {FIGURE} {number}"
            message.set_content(f"{words}, {BODY} {FIGURE} {number}\n")
            if wrapping is not None:
                kind, content = wrapping
                name = f"{NAME}.{kind}"
                message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
            yield f"{words} {number}", message.as_bytes()
    broken = f"Subject: {SUBJECT}\r\nContent-Type: {BODY}/{NAME}; x={CELL}\r\n unemployment rose\r\n\r\n{FIGURE}\r\n"
    yield "broken header", broken.encode()
    yield "bad charset", f"Content-Type: text/plain; charset={CELL}\r\n\r\nunemployment rose {BODY}\r\n".encode()
    yield "raw octets", b"\xff\xfe unemployment rose " + BODY.encode() + b"\r\n\r\n\x81\x8d" + FIGURE.encode() + b"\r\n"


class Crashing:
    """An inspector that falls over the words it reads."""

    async def inspect(self, content: bytes, direction: Direction, channel: Channel) -> Verdict:
        raise ValueError(content.decode(errors="replace"))


@contextmanager
def all_logs() -> Iterator[io.StringIO]:
    """structlog as the program sets it up, at debug and as JSON, and the standard library's records whole."""
    heard, before = io.StringIO(), structlog.get_config()
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stderr", heard)
        observe.set_up(as_json=True, level="debug")
        structlog.configure(cache_logger_on_first_use=False)
        handler = logging.StreamHandler(heard)
        handler.setFormatter(logging.Formatter("%(name)s %(message)s"))
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        logging.captureWarnings(True)
        try:
            yield heard
        finally:
            logging.captureWarnings(False)
            root.handlers[:] = handlers
            root.setLevel(level)
            structlog.configure(**before)


async def submit(port: int, sender: str, to: tuple[str, ...], content: bytes, heard: Heard) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    recipients = [f"RCPT TO:<{each}>".encode() for each in to]
    lines = [b"", b"EHLO client", f"MAIL FROM:<{sender}>".encode(), *recipients, b"DATA"]
    data = content.replace(b"\r\n.", b"\r\n..") + b"\r\n.\r\n"
    for line in [*lines, data, b"QUIT"]:
        writer.write(line if line is data or not line else line + b"\r\n")
        while (reply := await reader.readline())[3:4] == b"-":
            heard.replies.append(reply)
        heard.replies.append(reply)
        if line == b"DATA" and not reply.startswith(b"354"):
            break
    writer.close()


def rules_in(folder: Path) -> str:
    folder.mkdir()
    (folder / "rule.yaml").write_text(RULE)
    releases = RELEASES.format(at="2031-03-18T09:30").replace("title: Jobs", f"title: Jobs, passwords: [{PASSWORD}]")
    (folder / "releases.yaml").write_text(releases)
    (folder / "access.yaml").write_text(ACCESS)
    return str(folder)


async def story(place: Path) -> Heard:
    heard = Heard()
    settings = Settings.model_validate(
        {
            "hostname": "relay.example",
            "rules": rules_in(place / "rules"),
            "store": str(place / "store.db"),
            "listeners": [{"port": 0}],
            "next_hop": {"hosts": ["127.0.0.1:1"]},
            "observe": {"port": 0},
            "check": {"address": CHECK, "per_minute": 10_000},
            "notices": {
                "sender": "leakguard@stats.example",
                "contact": "desk@stats.example",
                "reviewers": ["rev@stats.example"],
            },
        }
    )
    hop = RecordingNextHop()
    clock = SetClock(LIFT - timedelta(minutes=8))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "SmtpNextHop", lambda _settings: hop)
        built = await app.build(settings, clock, await SqliteStore.open(place / "store.db"))
    await built.start()
    try:
        await _day(built, hop, clock, heard)
        heard.metrics = await _scraped(built)
        heard.audit = "\n".join(str(each) for each in await built.store.audit(limit=100_000))
    finally:
        await built.stop(5.0)
    heard.notices = [each.head + each.content for each in hop.taken if not each.envelope.mail_from]
    return heard


async def _scraped(built: app.App) -> str:
    assert built.watched is not None
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{built.watched.port}") as client:
        return (await client.get("/metrics")).text + (await client.get("/readyz")).text


async def _day(built: app.App, hop: RecordingNextHop, clock: SetClock, heard: Heard) -> None:
    """Everything that can happen to a message, and then its lift."""
    port, chance = built.listeners[0].port, random.Random(7)
    for _, content in messages():
        await submit(port, JOE, (CHECK,), content, heard)
        await submit(port, JOE, (AMY,), content, heard)
        await submit(port, PRODUCER, (CLEARED, AMY), content.replace(JOE.encode(), PRODUCER.encode()), heard)
    unlucky = [content + b"again\r\n" for _, content in messages()]
    for content in unlucky:
        hop.fails = chance.choice(
            [{}, {"DATA": ReplyUnknown("broke off")}, {"DATA": ValueError(content.decode("latin1"))}]
        )
        hop.replies = chance.choice([{}, {"DATA": Reply.of(550, "5.7.1 no")}, {AMY: Reply.of(451, "4.7.1 later")}])
        await submit(port, chance.choice([JOE, PRODUCER]), (CLEARED, AMY), content, heard)
    hop.fails, hop.replies = {}, {}
    lobby = built.listeners[0]._lobby
    gate, lobby._gate = lobby._gate, _with_crashing(lobby._gate)
    for _, content in messages():
        await submit(port, JOE, (CHECK,), content, heard)
        await submit(port, JOE, (AMY,), content, heard)
    lobby._gate = gate
    await built.clerk.round()
    clock.set(LIFT)
    hop.replies = {"DATA": Reply.of(451, "4.3.0 not yet")}
    await built.clerk.round()
    hop.replies = {}
    clock.set(LIFT + timedelta(minutes=1))
    await built.clerk.round()
    await built.postman.round()


def _with_crashing(door: object) -> object:
    assert isinstance(door, CheckingByMail)
    assert isinstance(door.gate, Gate)
    gate, checking = (replace(each, inspector=Crashing()) for each in (door.gate, door.checking))
    return replace(door, gate=gate, checking=checking)


def test_no_word_of_a_message_is_anywhere_but_in_the_message(tmp_path: Path) -> None:
    with all_logs() as log:
        heard = asyncio.run(story(tmp_path))
    heard.log = log.getvalue()

    leaks = [f"{word} in the {place}" for place, text in heard.places().items() for word in CANARIES if word in text]
    assert not leaks
    assert "@" not in heard.metrics
    assert 'decision="hold"' in heard.metrics
    assert len(heard.notices) > 20, "there was something to look at"
    assert heard.audit.count("Delivered") > 10
    assert "gate.crashed" in heard.log
    assert any(reply.startswith(b"451") for reply in heard.replies)
    assert any(b"held as" in reply for reply in heard.replies)
    assert sum(b"What would happen to your message" in each for each in heard.notices) == len(list(messages()))
