"""The fenced child: reads one message from its connection, answers with one verdict or preview, ends, keeps nothing."""

from __future__ import annotations

import gc
import os
import signal
from types import FrameType, TracebackType
from typing import BinaryIO

from leakguard.extract import Limits, OutOfTime
from leakguard.inspection import inspect
from leakguard.model.preview import Frame, Preview
from leakguard.notation.codec import dumps, loads
from leakguard.preview import frame as frame_of
from leakguard.preview import preview
from leakguard.rulebook import Rulebook
from leakguard.workers.fence import Fence
from leakguard.workers.protocol import LENGTH, OUT_OF_MEMORY, Job, Look, frame

_CONNECTION = 0
_FILES = 1024


def run(connection: int, rulebook: Rulebook, limits: Limits, fence: Fence, seconds: float) -> int:
    """The exit status. Call it in a process that was forked for this message."""
    try:
        _keep_only(connection, fence)
        fence.enter(seconds)
        gc.enable()
        with open(_CONNECTION, "r+b", buffering=0, closefd=False) as pipe:
            pipe.write(frame(answer(pipe, rulebook, limits)))
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


def answer(pipe: BinaryIO, rulebook: Rulebook, limits: Limits) -> bytes:
    """The verdict of the message that comes next, or what is to be seen of it."""
    job = loads(Job, read_frame(pipe).decode())
    content = read_frame(pipe)
    if job.look is not None:
        return _octets(_looked(job, job.look, content, rulebook, limits))
    verdict = inspect(
        content,
        detector=rulebook.detector,
        digest=rulebook.digest,
        limits=limits,
        direction=job.direction,
        channel=job.channel,
        passwords=rulebook.passwords,
        plain_only=job.plain_only,
        reading=_Alarm(job.ms / 1000),
    )
    return _octets(verdict)


def _looked(job: Job, look: Look, content: bytes, rulebook: Rulebook, limits: Limits) -> Preview | Frame:
    if look.frame is not None:
        return frame_of(content, look.frame, limits=limits)
    return preview(
        content,
        look.verdict,
        look.wanted,
        limits=limits,
        passwords=rulebook.passwords,
        plain_only=job.plain_only,
        reading=_Alarm(job.ms / 1000),
    )


def _octets(record: object) -> bytes:
    return dumps(record).encode("utf-8", "surrogatepass")


def read_frame(pipe: BinaryIO) -> bytes:
    (length,) = LENGTH.unpack(_exactly(pipe, LENGTH.size))
    return bytes(_exactly(pipe, length))


def _exactly(pipe: BinaryIO, size: int) -> bytearray:
    read, view_at = bytearray(size), 0
    while view_at < size:
        with memoryview(read) as view:
            count = pipe.readinto(view[view_at:])  # type: ignore[attr-defined]
        if not count:
            raise EOFError
        view_at += count
    return read


class _Alarm:
    """Raises OutOfTime in the block once, when its time is over and Python gets to run.

    Again at the end of the block, as a library that called us may have dropped it and read on.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._is_on = False
        self._has_rung = False

    def __enter__(self) -> None:
        signal.signal(signal.SIGALRM, self._ring)
        self._is_on = True
        signal.setitimer(signal.ITIMER_REAL, self._seconds)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._is_on = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        if self._has_rung and kind is None:
            raise OutOfTime

    def _ring(self, _number: int, _frame: FrameType | None) -> None:
        if self._is_on:
            self._is_on, self._has_rung = False, True
            raise OutOfTime


def _keep_only(connection: int, fence: Fence) -> None:
    """The connection as standard input, Landlock's rules until they are in force, and nothing else that is open."""
    os.dup2(connection, _CONNECTION)
    if fence.rules is None:
        os.closerange(3, _FILES)
        return
    os.closerange(3, fence.rules)
    os.closerange(fence.rules + 1, _FILES)
