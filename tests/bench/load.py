"""Servers as processes, a load of messages on kept connections, and what it cost them."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from leakguard.check import Case, check
from leakguard.extract import Limits
from leakguard.model.compose import compose
from leakguard.policy import Policy
from leakguard.rulebook import Rulebook, read_folder
from leakguard.rulebook import load as load_rulebook
from tests.bench.servers import IN_THE_WINDOW

ROOT = Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    name: str
    port: int
    pid: int

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    per_second: float
    cpu_ms: float


@contextmanager
def server(kind: str, *options: str, name: str = "") -> Iterator[Server]:
    command = (sys.executable, "-m", "tests.bench.servers", kind, *options)
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        try:
            yield Server(name=name or kind, port=int(process.stdout.readline()), pid=process.pid)
        finally:
            process.kill()


_NOTES = """\
Thank you all for coming this morning, and sorry that the heating was off again. Here are the notes; shout if I have
missed something or put a name to the wrong action.

Desks. Floor two will be painted in the week of the 14th. Please clear your pedestals by Friday evening and label the
crates with your name and the new bay. Facilities have ordered more crates, as we ran out when the library moved.

Laptops. The old ones go back to the service desk by the end of the month. Take a copy of anything on the local disk,
because it is wiped on the same day. Anna has the list and will remind those who have not booked a slot.

Training. The accessibility course has four places left. It is a half-day, it is useful, and the tutor brings cake.
Managers should make sure that new starters have done the fire safety and the data protection modules.

Travel. Book trains through the portal, not by card, or finance will send the claim back. If you stay overnight, say
so on the form, and attach the approval. Hire cars need a licence check, which takes three working days.

Website. The search box is broken on phones; the supplier knows and hopes to mend it next week. Until then please do
not send people to the search page in replies, give them the full link instead.

Any other business. The choir is looking for basses. Somebody left a green umbrella and a bicycle pump in the large
meeting room; they are with reception. Next time we meet on the third floor, at the usual hour, with biscuits.
"""


def paragraphs() -> list[str]:
    """Of ordinary notes; nothing about statistics."""
    return [" ".join(each.splitlines()) for each in _NOTES.split("\n\n")]


def plain_mail(size: int = 4096, extra: str = "") -> Callable[[int], bytes]:
    """Ordinary messages of about this size as any office writes them, no two alike; nothing about statistics."""
    notes = paragraphs()

    def one(number: int) -> bytes:
        order = notes[number % len(notes) :] + notes[: number % len(notes)]
        body = f"Item {number}.\r\n{extra}\r\n" + "\r\n\r\n".join(itertools.chain(order, order, order))
        return (_head(number) + "\r\n" + body[: size - 200].rstrip() + "\r\n").encode()

    return one


def office_mail(size: int = 4096, extra: str = "") -> Callable[[int], bytes]:
    """The hardest ordinary mail there is, of about this size, no two alike: eight that pass of the corpus in one, most
    of them about statistics.
    """
    rulebook = load_rulebook(read_folder(ROOT / "rules"), with_examples=False)
    lines = (ROOT / "tests/corpus/office.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [str(json.loads(line)["text"]) for line in lines]
    texts = itertools.cycle([each for each in entries if each.isascii() and _passes(each, rulebook)])

    def one(number: int) -> bytes:
        body = f"Item {number}.\r\n{extra}\r\n"
        while len(body) < size - 200:
            body += "\r\n".join(next(texts).splitlines()) + "\r\n\r\n"
        return (_head(number) + "\r\n" + body[: size - 200].rstrip() + "\r\n").replace("\r\n.", "\r\n..").encode()

    return one


def _head(number: int) -> str:
    people = "From: joe@dept.example\r\nTo: amy@news.example\r\n"
    return f"{people}Subject: notes {number}\r\nMessage-ID: <{number}@x>\r\n"


def _passes(text: str, rulebook: Rulebook) -> bool:
    case = Case(
        id="",
        at=IN_THE_WINDOW,
        mail_from="joe@dept.example",
        recipients=("amy@news.example",),
        content=compose("", text),
    )
    return check(case, rulebook, Limits(), Policy()).decision.summary == "forward"


def load(
    target: Server, make: Callable[[int], bytes], messages: int, sessions: int = 10, held: bool = False
) -> Measured:
    """Send so many by so many sessions, and see that each got a 250 of the right kind."""
    contents = [make(number) for number in range(messages)]
    cpu, began = target.cpu_seconds(), time.perf_counter()
    asyncio.run(_sessions(target.port, contents, sessions, held))
    seconds = time.perf_counter() - began
    return Measured(per_second=messages / seconds, cpu_ms=(target.cpu_seconds() - cpu) * 1000 / messages)


async def _sessions(port: int, contents: list[bytes], sessions: int, held: bool) -> None:
    waiting = iter(contents)
    await asyncio.gather(*(_session(port, waiting, held) for _ in range(sessions)))


async def _session(port: int, waiting: Iterator[bytes], held: bool) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await reader.readline()
    await _ask(reader, writer, b"EHLO load.example\r\n")
    for content in waiting:
        for line in (b"MAIL FROM:<joe@dept.example>\r\n", b"RCPT TO:<amy@news.example>\r\n", b"DATA\r\n"):
            await _ask(reader, writer, line)
        reply = await _ask(reader, writer, content + b".\r\n")
        assert (b" held as " in reply) is held, reply
    writer.close()


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, octets: bytes) -> bytes:
    writer.write(octets)
    while (line := await reader.readline())[3:4] == b"-":
        pass
    assert line[:1] in b"23", line
    return line
