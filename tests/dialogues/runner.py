"""Plays a dialogue file against the real server.

# The first comment is the promise.
@ max_size 100                 a setting of the listener; or of the next hop:
@ next_hop down                it cannot be reached
@ offers SIZE 100, DSN         its EHLO keywords
@ answers b@y.example 550 5.1.1 nobody      to "MAIL", "RCPT", "DATA" or a recipient
C: EHLO client.example         one line, <CR><LF> is added
C: <<EOF                       lines up to EOF, each with <CR><LF>
C= \\r\\n.\\r\\n                   raw octets, Python's escapes, nothing is added
C* 3 RCPT TO:<r{n}@y.example>  three lines, pipelined
S: 250 2.1                     one reply, of any number of lines, the last begins like this
S* 3 250                       three replies
S- 250 DSN                     some line of the reply heard last is this one
S: <closed>                    the server hung up
N: RCPT TO:<b@y.example>       what the next hop was asked, compared at the end, whole and in order
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from leakguard.channels.smtp.terms import BareNewlines, ListenerSettings
from leakguard.service.ports import Reply
from tests.dialogues.server import Talk, serving, settings
from tests.fakes.next_hop import RecordingNextHop

_KINDS: dict[str, Callable[[str], Any]] = {
    field.name: {"int": int, "float": float, "BareNewlines": BareNewlines}.get(
        str(field.type), lambda text: tuple(text.split(", "))
    )
    for field in fields(ListenerSettings)
}


@dataclass
class Dialogue:
    settings: dict[str, Any] = field(default_factory=dict)
    next_hop: RecordingNextHop = field(default_factory=RecordingNextHop)
    steps: list[tuple[int, str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> Dialogue:
        dialogue = cls()
        lines = iter(enumerate(path.read_text().splitlines(), 1))
        for number, line in lines:
            mark, text = line[:2], line[3:]
            if line.startswith("@"):
                dialogue._set(*line[2:].split(" ", 1))
            elif mark == "N:":
                dialogue.asked.append(text)
            elif mark in ("C:", "C=", "C*", "S:", "S*", "S-"):
                text = _block(lines) if (mark, text) == ("C:", "<<EOF") else text
                dialogue.steps.append((number, mark, text))
            else:
                assert not line or line.startswith("#"), f"{path.name}:{number}: what is {line!r}?"
        return dialogue

    def _set(self, key: str, value: str) -> None:
        if key == "next_hop":
            self.next_hop.is_down = True
        elif key == "offers":
            self.next_hop.extensions_offered = frozenset(value.split(", "))
        elif key == "answers":
            what, code, text = value.split(" ", 2)
            self.next_hop.replies[what] = Reply.of(int(code), text)
        else:
            self.settings[key] = _KINDS[key](value)


def _block(lines: Iterator[tuple[int, str]]) -> str:
    found: list[str] = []
    for _, line in lines:
        if line == "EOF":
            return "\r\n".join(found)
        found.append(line)
    raise AssertionError("a block has no EOF")


async def play(path: Path) -> None:
    dialogue = Dialogue.read(path)
    async with serving(settings(**dialogue.settings), next_hop=dialogue.next_hop) as house:
        talk = await house.connect()
        heard: list[str] = []
        for number, mark, text in dialogue.steps:
            if mark.startswith("C"):
                talk.say(_octets(mark, text))
            elif mark == "S-":
                assert text in [line[:3] + " " + line[4:] for line in heard], f"{path.name}:{number}: {heard}"
            else:
                heard = await _expect(talk, mark, text, f"{path.name}:{number}")
        talk.close()
    if dialogue.asked:
        assert [line for line in dialogue.next_hop.transcript if line != "CLOSE"] == dialogue.asked


def _octets(mark: str, text: str) -> bytes:
    if mark == "C=":
        return text.encode().decode("unicode_escape").encode("latin-1")
    if mark == "C*":
        count, line = text.split(" ", 1)
        return b"".join(line.replace("{n}", str(n)).encode() + b"\r\n" for n in range(1, int(count) + 1))
    return text.encode() + b"\r\n"


async def _expect(talk: Talk, mark: str, text: str, where: str) -> list[str]:
    count, prefix = text.split(" ", 1) if mark == "S*" else ("1", text)
    lines: list[str] = []
    for n in range(int(count)):
        lines = await talk.hear()
        if prefix == "<closed>":
            assert lines == [], f"{where}: {lines}"
        else:
            assert lines and lines[-1].startswith(prefix), f"{where}: reply {n + 1} is {lines}, not {prefix}"
    return lines
