"""Messages shown to reviewers by fenced children, a few at a time, beside those that inspect mail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import structlog

from leakguard.extract import Limits
from leakguard.model.content import Gap, Verdict
from leakguard.model.message import Channel, Direction
from leakguard.model.preview import Frame, Preview, Wanted
from leakguard.preview import frame as frame_of
from leakguard.preview import preview as preview_of
from leakguard.preview import without_message
from leakguard.workers import outcome
from leakguard.workers.protocol import Job, Look

log = structlog.get_logger("leakguard.workers")

_READ_SHARE = 0.6  # of its time a child reads; then it shows what it has
_INSPECTORS_A_VIEWER = 4  # beside so many children that inspect mail, one may show some

BUSY = "The message could not be shown: too many people look at messages just now. Load this page again."
BROKEN = (
    "The message could not be shown: reading it again failed. It is held as before, and what was found in it is listed."
    " Treat it as hostile, and tell the administrator."
)
ONLY_TEXT = "Only plain text of this message could be shown: reading the rest of it failed. Treat it as hostile."

Ask = Callable[[Job, bytes, float], Awaitable[tuple[bytes, str] | Gap]]


class Viewing:
    """count: children that inspect mail; those here come on top, so that no mail waits for a page. ask: puts a job."""

    def __init__(self, count: int, seconds: float, limits: Limits, ask: Ask) -> None:
        self._viewers = asyncio.Semaphore(max(1, count // _INSPECTORS_A_VIEWER))
        self._seconds = seconds
        self._limits = limits
        self._ask = ask

    async def preview(self, content: bytes, verdict: Verdict, wanted: Wanted) -> Preview:
        """As it was inspected; if that ends a child, its plain text."""
        look = Look(verdict=verdict, wanted=wanted)
        try:
            async with self._turn():
                if not outcome.was_plain_only(verdict):
                    found = await self._look(look, content, verdict, plain_only=False)
                    if found is not None:
                        return found
                found = await self._look(look, content, verdict, plain_only=True)
        except TimeoutError:
            return without_message(verdict, BUSY)
        except OSError as problem:
            log.error("worker.no_preview", problem=type(problem).__name__, alarm=True)
            return without_message(verdict, BROKEN)
        return replace(found, problem=ONLY_TEXT) if found is not None else without_message(verdict, BROKEN)

    async def frame(self, content: bytes, number: int) -> Frame:
        job = _job(Look(verdict=Verdict(), wanted=Wanted(), frame=number), self._seconds, plain_only=False)
        try:
            async with self._turn():
                answer = await self._ask(job, content, self._seconds)
        except TimeoutError:
            return Frame(problem=BUSY)
        except OSError as problem:
            log.error("worker.no_preview", problem=type(problem).__name__, alarm=True)
            return Frame(problem=BROKEN)
        found = None if isinstance(answer, Gap) else outcome.frame(answer[0])
        return found or Frame(problem=BROKEN)

    def here(self, content: bytes, verdict: Verdict, wanted: Wanted, passwords: tuple[str, ...]) -> Preview:
        """In this process, where there are no others."""
        try:
            return preview_of(content, verdict, wanted, limits=self._limits, passwords=passwords)
        except Exception as problem:  # noqa: BLE001 - the worker boundary
            log.error("worker.no_preview", problem=type(problem).__name__, alarm=True)
            return without_message(verdict, BROKEN)

    def frame_here(self, content: bytes, number: int) -> Frame:
        try:
            return frame_of(content, number, limits=self._limits)
        except Exception as problem:  # noqa: BLE001 - the worker boundary
            log.error("worker.no_preview", problem=type(problem).__name__, alarm=True)
            return Frame(problem=BROKEN)

    async def _look(self, look: Look, content: bytes, verdict: Verdict, *, plain_only: bool) -> Preview | None:
        answer = await self._ask(_job(look, self._seconds, plain_only=plain_only), content, self._seconds)
        return None if isinstance(answer, Gap) else outcome.preview(answer[0], verdict)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Raises TimeoutError when nobody was free for too long."""
        async with asyncio.timeout(self._seconds):
            await self._viewers.acquire()
        try:
            yield
        finally:
            self._viewers.release()


def _job(look: Look, seconds: float, *, plain_only: bool) -> Job:
    ms = int(seconds * _READ_SHARE * 1000)
    return Job(direction=Direction.OUTBOUND, channel=Channel.EMAIL, ms=ms, plain_only=plain_only, look=look)
