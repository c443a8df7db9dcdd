"""Inspection in processes that can be killed: one message that hangs or crashes a reader costs one child and is a gap.

Small plain text stays in this process: no reader written in C sees it, and it does not pay for the hop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, replace

import structlog

from leakguard.extract import NOT_OPENED, Limits
from leakguard.inspection import inspect
from leakguard.model.content import Gap, GapKind, Verdict
from leakguard.model.errors import LeakGuardError
from leakguard.model.message import Channel, Direction
from leakguard.model.preview import Frame, Preview, Wanted
from leakguard.rulebook import Rulebook
from leakguard.workers import outcome
from leakguard.workers.fence import FenceReport
from leakguard.workers.hop import stays_here
from leakguard.workers.keeper import Keeper, WardenLost
from leakguard.workers.protocol import End, Job
from leakguard.workers.viewing import Viewing

log = structlog.get_logger("leakguard.workers")

_READ_SHARE, _KILL_SHARE = 0.7, 0.85  # of the time: reading stops and matching begins; the child is killed
_STOP_SHARE = 0.8  # of a second try, which has what is left


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """count: children at once; 0 inspects everything here. seconds: for one message, both tries together.

    memory_mib: memory of one child at most, with its libraries. inline_kib: plain text up to this size is inspected in
    this process. recycle_after: messages of one warden.
    """

    count: int = 8
    seconds: float = 10.0
    memory_mib: int = 512
    inline_kib: int = 64
    recycle_after: int = 10_000


class Workers:
    """An Inspector. `adopt` gives it a rulebook; every message is judged by the one active when its turn came.

    peak_kib: the most memory that any child has had.
    """

    def __init__(self, settings: WorkerSettings, limits: Limits) -> None:
        self._settings = settings
        self._limits = limits
        self._rulebook: Rulebook | None = None
        self._files: Mapping[str, bytes] = {}
        self._slots = asyncio.Semaphore(max(1, settings.count))
        self._viewing = Viewing(settings.count, settings.seconds, limits, self._answer)
        self._keeper: Keeper | None = None
        self._prepared: Keeper | None = None
        self._starting = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_renewing = False
        self.peak_kib = 0

    @property
    def fence(self) -> FenceReport | None:
        """What is in force around the children; None while there is no warden."""
        return self._keeper.ready.fence if self._keeper is not None else None

    async def prepare(self, rulebook: Rulebook, files: Mapping[str, bytes]) -> None:
        """Have a warden ready for a rulebook that will be adopted, so that no message waits for its start."""
        if self._keeper is None:
            return
        async with self._starting:
            stale, self._prepared = self._prepared, None
            if stale is not None and stale.ready.rulebook == rulebook.digest and not stale.is_lost:
                self._prepared = stale
                return
            if stale is not None:
                await stale.close()
            self._prepared = await self._new(files)

    async def adopt(self, rulebook: Rulebook, files: Mapping[str, bytes]) -> None:
        """Inspect by this rulebook from now on."""
        self._rulebook, self._files = rulebook, files
        prepared, self._prepared = self._prepared, None
        if prepared is not None and prepared.ready.rulebook != rulebook.digest:
            self._see_off(prepared)
            prepared = None
        if self._keeper is not None and self._keeper.ready.rulebook != rulebook.digest:
            self._see_off(self._keeper)
            self._keeper = prepared

    async def start(self) -> None:
        """Have the first warden, and say once what is in force around its children."""
        if self._settings.count:
            outcome.tell((await self._warden()).ready)

    async def inspect(self, content: bytes, direction: Direction, channel: Channel) -> Verdict:
        """Raises TimeoutError when no child was free for too long, OSError when there can be none."""
        assert self._rulebook is not None, "a rulebook is active before the doors open"
        if not self._settings.count:
            return self._inspect_here(content, direction, channel)
        if stays_here(content, self._settings.inline_kib):
            verdict = self._inspect_here(content, direction, channel)
            if not _is_left_closed(verdict):
                return verdict
        async with asyncio.timeout(self._settings.seconds):  # nobody free for so long: the client keeps it (451)
            await self._slots.acquire()
        try:
            return await self._inspect_outside(content, direction, channel)
        finally:
            self._slots.release()

    async def preview(self, content: bytes, verdict: Verdict, wanted: Wanted) -> Preview:
        """What a reviewer sees of a message. What cannot be shown is said in it; it never raises for it."""
        if not self._settings.count:
            return self._viewing.here(content, verdict, wanted, self._passwords)
        return await self._viewing.preview(content, verdict, wanted)

    async def frame(self, content: bytes, number: int) -> Frame:
        """One HTML body of a message, harmless. To be served in a sandbox only."""
        if not self._settings.count:
            return self._viewing.frame_here(content, number)
        return await self._viewing.frame(content, number)

    @property
    def _passwords(self) -> tuple[str, ...]:
        return self._rulebook.passwords if self._rulebook is not None else ()

    async def close(self) -> None:
        keepers = [each for each in (self._keeper, self._prepared) if each is not None]
        self._keeper = self._prepared = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for each in keepers:
            await each.close()

    def _inspect_here(self, content: bytes, direction: Direction, channel: Channel) -> Verdict:
        """In this process: nothing but plain text, unless there are no others."""
        assert self._rulebook is not None
        return inspect(
            content,
            detector=self._rulebook.detector,
            digest=self._rulebook.digest,
            limits=self._limits,
            direction=direction,
            channel=channel,
            passwords=self._rulebook.passwords,
            plain_only=self._settings.count > 0,
        )

    async def _inspect_outside(self, content: bytes, direction: Direction, channel: Channel) -> Verdict:
        """By a child. If that does not end well: what is plain text by another, with a gap for the whole."""
        seconds = self._settings.seconds
        whole = Job(direction=direction, channel=channel, ms=int(seconds * _READ_SHARE * 1000))
        found = await self._ask(whole, content, seconds * _KILL_SHARE)
        if isinstance(found, Verdict):
            return found
        rest = seconds * (1 - _KILL_SHARE)
        plain = replace(whole, plain_only=True, ms=int(rest * _STOP_SHARE * 1000))
        second = await self._ask(plain, content, rest)
        if isinstance(second, Verdict):
            return replace(second, gaps=(found, *(each for each in second.gaps if each.detail != NOT_OPENED)))
        return Verdict(gaps=(found,), rulebook=self._rulebook.digest if self._rulebook else "")

    async def _ask(self, job: Job, content: bytes, seconds: float) -> Verdict | Gap:
        answer = await self._answer(job, content, seconds)
        return answer if isinstance(answer, Gap) else outcome.verdict(*answer)

    async def _answer(self, job: Job, content: bytes, seconds: float) -> tuple[bytes, str] | Gap:
        """What a child said, and by which rulebook. Tried again when the warden went: another message may be why."""
        for _ in range(2):
            keeper = await self._warden()
            try:
                answer = await keeper.ask(job, content, seconds)
            except WardenLost:
                log.error("worker.warden_lost", alarm=True)
                continue
            if isinstance(answer, End):
                return outcome.failed(answer)
            return answer, keeper.ready.rulebook
        return outcome.gap(GapKind.CRASHED)

    async def _warden(self) -> Keeper:
        """The one for the active rulebook. Raises OSError when none can be had."""
        async with self._starting:
            keeper = self._keeper
            if keeper is None or keeper.is_lost:
                if keeper is not None:
                    self._see_off(keeper)
                try:
                    self._keeper = keeper = await self._new(self._files)
                except (LeakGuardError, ValueError, EOFError) as problem:
                    raise OSError("no process for inspection can be started") from problem
        if keeper.served >= self._settings.recycle_after and not self._is_renewing:
            self._is_renewing = True
            self._run(self._renew(keeper))
        return keeper

    async def _renew(self, old: Keeper) -> None:
        """A fresh warden in the place of this one, which serves until the other is ready."""
        try:
            fresh = await self._new(self._files)
            if self._keeper is old and fresh.ready.rulebook == old.ready.rulebook:
                self._keeper = fresh
                self._see_off(old)
            else:
                self._see_off(fresh)
        except (OSError, EOFError, ValueError, LeakGuardError) as problem:
            log.error("worker.not_renewed", problem=type(problem).__name__, alarm=True)
        finally:
            self._is_renewing = False

    async def _new(self, files: Mapping[str, bytes]) -> Keeper:
        return await Keeper.start(files, self._limits, self._settings.memory_mib, self._weigh)

    def _weigh(self, ended: End) -> None:
        self.peak_kib = max(self.peak_kib, ended.peak_kib)

    def _see_off(self, keeper: Keeper) -> None:
        """End it when its children have ended."""

        async def leave() -> None:
            try:
                async with asyncio.timeout(2 * self._settings.seconds):
                    await keeper.drained()
            except TimeoutError:
                pass
            finally:
                await keeper.close()

        self._run(leave())

    def _run(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _is_left_closed(verdict: Verdict) -> bool:
    """Whether something in it is no plain text after all."""
    return any(each.detail == NOT_OPENED for each in verdict.gaps)
