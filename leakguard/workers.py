"""Inspection in processes that can be killed: one message that hangs or crashes a reader costs one worker and is a gap.

Small plain text stays in this process: no reader written in C sees it, and it does not pay for the hop.
The child is not trusted: it answers with framed JSON of a known shape, never with pickles.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import json
import re
import resource
import struct
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import structlog

from leakguard.extract import Limits
from leakguard.inspection import inspect
from leakguard.model.content import Gap, GapKind, Verdict
from leakguard.model.message import Channel, Direction
from leakguard.notation.codec import dumps, loads
from leakguard.rulebook import Rulebook, load

log = structlog.get_logger("leakguard.workers")

_FRAME = struct.Struct(">Q")
_LONGEST_ANSWER = 256 * 1024 * 1024
_START_SECONDS = 60.0
_NEEDS_READER = (b"base64", b"\0", b"%pdf", b"pk\x03\x04", b"uuencode", b"\nbegin ")
_ENCODED = re.compile(rb"content-transfer-encoding:(?!\s*(?:[78]bit|binary|quoted-printable)\s*$)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """count: processes; 0 inspects everything here. seconds: per message. memory_mib: address space of one worker.

    inline_kib: plain text up to this size is inspected in this process.
    """

    count: int = 2
    seconds: float = 30.0
    memory_mib: int = 1024
    inline_kib: int = 64


class Workers:
    """An Inspector. `adopt` gives it a rulebook; every message is judged by the one active when its turn came."""

    def __init__(self, settings: WorkerSettings, limits: Limits) -> None:
        self._settings = settings
        self._limits = limits
        self._rulebook: Rulebook | None = None
        self._files: Mapping[str, bytes] = {}
        self._idle: asyncio.LifoQueue[_Worker] = asyncio.LifoQueue()
        self._all: list[_Worker] = []

    async def adopt(self, rulebook: Rulebook, files: Mapping[str, bytes]) -> None:
        """Inspect by this rulebook from now on. Workers take it over with their next message."""
        self._rulebook, self._files = rulebook, files

    async def start(self) -> None:
        for _ in range(self._settings.count):
            worker = _Worker(self._settings)
            self._all.append(worker)
            self._idle.put_nowait(worker)
        await asyncio.gather(*(each.take_over(self._files) for each in self._all))

    async def inspect(self, content: bytes, direction: Direction, channel: Channel) -> Verdict:
        assert self._rulebook is not None, "a rulebook is active before the doors open"
        if not self._settings.count or self._stays_here(content):
            return inspect(
                content,
                detector=self._rulebook.detector,
                digest=self._rulebook.digest,
                limits=self._limits,
                direction=direction,
                channel=channel,
            )
        return await self._inspect_outside(content, direction, channel)

    def _stays_here(self, content: bytes) -> bool:
        if len(content) > self._settings.inline_kib * 1024 or _needs_reader(content):
            return False
        return b"=" not in content or not _needs_reader(binascii.a2b_qp(content))

    async def _inspect_outside(self, content: bytes, direction: Direction, channel: Channel) -> Verdict:
        async with asyncio.timeout(self._settings.seconds):  # nobody free for so long: the client keeps it (451)
            worker = await self._idle.get()
        digest = self._rulebook.digest if self._rulebook else ""
        try:
            return await worker.inspect(self._files, digest, content, direction, channel)
        except TimeoutError:
            return self._failed(worker, GapKind.TIMED_OUT, digest)
        except (OSError, EOFError, ValueError, asyncio.IncompleteReadError):
            return self._failed(worker, GapKind.CRASHED, digest)
        except BaseException:
            worker.kill()  # its answer would meet the next message
            raise
        finally:
            self._idle.put_nowait(worker)

    @staticmethod
    def _failed(worker: _Worker, kind: GapKind, digest: str) -> Verdict:
        log.error("worker.failed", kind=kind.value, alarm=True)
        worker.kill()
        return Verdict(gaps=(Gap(part="message", kind=kind, detail="inspection did not finish"),), rulebook=digest)

    async def close(self) -> None:
        for worker in self._all:
            worker.kill()
            await worker.gone()


def _needs_reader(content: bytes) -> bool:
    """Whether anything in it may be more than text; to be wrong here costs a hop."""
    folded = content.lower()
    if any(each in folded for each in _NEEDS_READER) or folded.startswith(b"begin "):
        return True
    return b"content-transfer-encoding" in folded and _ENCODED.search(folded) is not None


@dataclass(slots=True)
class _Worker:
    """One child process; started when it is needed, and again after it was killed."""

    settings: WorkerSettings
    process: asyncio.subprocess.Process | None = None
    digest: str = ""
    dead: list[asyncio.subprocess.Process] = field(default_factory=list)

    async def inspect(
        self, files: Mapping[str, bytes], digest: str, content: bytes, direction: Direction, channel: Channel
    ) -> Verdict:
        """Raises TimeoutError, EOFError, OSError, ValueError when the child did not answer as it should."""
        if self.digest != digest or self.process is None or self.process.returncode is not None:
            await self.take_over(files)
        async with asyncio.timeout(self.settings.seconds):
            answer = await self._ask({"direction": direction.value, "channel": channel.value}, content)
        verdict = _verdict(answer)
        if verdict.rulebook != digest:
            raise ValueError("the worker judged by another rulebook")
        return verdict

    async def take_over(self, files: Mapping[str, bytes]) -> None:
        """Have a running child with these files loaded."""
        async with asyncio.timeout(_START_SECONDS):
            if self.process is None or self.process.returncode is not None:
                await self._start()
            packed = {name: base64.b64encode(content).decode() for name, content in files.items()}
            self.digest = (await self._ask({"files": packed}, b"")).decode()

    async def _start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "leakguard.workers",
            str(self.settings.memory_mib),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # what readers complain of quotes what they read
        )

    async def _ask(self, header: Mapping[str, Any], blob: bytes) -> bytes:
        process = self.process
        assert process is not None and process.stdin is not None and process.stdout is not None
        head = json.dumps(header).encode()
        process.stdin.writelines((_FRAME.pack(len(head)), head, _FRAME.pack(len(blob)), blob))
        await process.stdin.drain()
        (length,) = _FRAME.unpack(await process.stdout.readexactly(_FRAME.size))
        if length > _LONGEST_ANSWER:
            raise ValueError("the worker's answer is too long")
        return await process.stdout.readexactly(length)

    def kill(self) -> None:
        """End the child now; the next message starts another."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
            self.dead.append(self.process)
        self.process, self.digest = None, ""

    async def gone(self) -> None:
        while self.dead:
            await self.dead.pop().wait()


def _verdict(answer: bytes) -> Verdict:
    try:
        return loads(Verdict, answer.decode())
    except Exception as problem:
        raise ValueError("the worker's answer has another shape") from problem


def main() -> None:
    """The child: reads frames, answers frames, until its input ends. What readers print goes nowhere."""
    _limit(int(sys.argv[1]))
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    rulebook: Rulebook | None = None
    while (head := _read(source)) is not None:
        blob = _read(source) or b""
        header = json.loads(head)
        if "files" in header:
            files = {name: base64.b64decode(content) for name, content in header["files"].items()}
            rulebook = load(files, with_examples=False)
            answer = rulebook.digest.encode()
        else:
            assert rulebook is not None
            answer = _inspected(header, blob, rulebook)
        sink.write(_FRAME.pack(len(answer)) + answer)
        sink.flush()


def _inspected(header: Mapping[str, str], blob: bytes, rulebook: Rulebook) -> bytes:
    verdict = inspect(
        blob,
        detector=rulebook.detector,
        digest=rulebook.digest,
        limits=Limits(),
        direction=Direction(header["direction"]),
        channel=Channel(header["channel"]),
    )
    return dumps(verdict).encode("utf-8", "surrogatepass")


def _read(source: BinaryIO) -> bytes | None:
    head = source.read(_FRAME.size)
    if len(head) < _FRAME.size:
        return None
    (length,) = _FRAME.unpack(head)
    return source.read(length)


def _limit(memory_mib: int) -> None:
    """No core dumps (they hold mail), no files, and no more memory than one message may take."""
    octets = memory_mib * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (octets, octets))


if __name__ == "__main__":
    main()
