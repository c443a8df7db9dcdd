"""A pool of workers whose children do what a message tells them: die, hang, lie."""

from __future__ import annotations

import base64
import sys
from pathlib import Path

import pytest

from leakguard.extract import Limits
from leakguard.model.content import Verdict
from leakguard.model.message import Channel, Direction
from leakguard.rulebook import load
from leakguard.workers import Workers, WorkerSettings
from tests.fakes.relay import ACCESS, RELEASES, RULE

FILES = {
    "rule.yaml": RULE.encode(),
    "releases.yaml": RELEASES.format(at="2031-03-18T09:30").encode(),
    "access.yaml": ACCESS.encode(),
}
RULEBOOK = load(FILES)

# The real warden, whose children answer like the real ones unless a header says what to do.
WARDEN = r"""
import ctypes, os, re, sys, time
from dataclasses import replace
from leakguard.model.content import Confidence
from leakguard.workers import child, warden

walk = sys.modules["leakguard.extract.walk"]
inspect, unlock, answer = child.inspect, walk._Walk.unlock, child.answer
preview, frame_of = child.preview, child.frame_of
told = ""

def act(content, options):
    global told
    told = (re.search(rb"X-Do: (.+?)\r\n", content) or [b"", b""])[1].decode()
    if told == "die" or told == "die of files" and not options["plain_only"]: ctypes.string_at(0)
    if told == "leave": os._exit(7)
    if told == "hang": time.sleep(600)
    if told == "doze": time.sleep(1)
    if told == "hoard": bytearray(1 << 40)

def inspected(content, **options):
    act(content, options)
    return inspect(content, **options)

def previewed(content, *given, **options):
    act(content, options)
    found = preview(content, *given, **options)
    if told == "hide evidence": return replace(found, evidence=())
    if told == "hide gaps": return replace(found, unread=())
    if told == "soften evidence":
        return replace(found, evidence=tuple(replace(each, confidence=Confidence.LOW) for each in found.evidence))
    return found

def framed(content, *given, **options):
    act(content, options)
    found = frame_of(content, *given, **options)
    return replace(found, html=found.html + "<p onclick=x>") if told == "act" else found

def unlocked(self):
    if told == "dawdle": time.sleep(600)
    unlock(self)

def answered(pipe, rulebook, limits):
    true = answer(pipe, rulebook, limits)
    lies = {"garbage": b"{not json", "shape": b'{"findings": 7}', "endless": bytes(17 * 1024 * 1024)}
    lies["another book"] = true.replace(rulebook.digest.encode(), b"0" * 16)
    return lies.get(told, true)

child.inspect, walk._Walk.unlock, child.answer = inspected, unlocked, answered
child.preview, child.frame_of = previewed, framed
warden.main()
"""


@pytest.fixture
def wicked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A python that runs the warden above instead of the real one."""
    script = tmp_path / "warden.py"
    script.write_text(WARDEN)
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\nexec {sys.executable} -P {script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))


class Pool:
    def __init__(
        self, count: int = 1, seconds: float = 1.0, recycle_after: int = 1000, limits: Limits | None = None
    ) -> None:
        settings = WorkerSettings(count=count, seconds=seconds, recycle_after=recycle_after)
        self._workers = Workers(settings, limits or Limits())

    async def __aenter__(self) -> Workers:
        await self._workers.adopt(RULEBOOK, FILES)
        await self._workers.start()
        return self._workers

    async def __aexit__(self, *_: object) -> None:
        await self._workers.close()


def encoded(text: str, do: str = "nothing") -> bytes:
    """A message that hops."""
    head = f"Subject: x\r\nX-Do: {do}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n"
    return f"{head}Content-Transfer-Encoding: base64\r\n\r\n".encode() + base64.b64encode(text.encode())


async def look(workers: Workers, content: bytes) -> Verdict:
    return await workers.inspect(content, Direction.OUTBOUND, Channel.EMAIL)


def rules(verdict: Verdict) -> list[str]:
    return [each.rule for each in verdict.findings]
