"""One thread owns the connection: it takes whatever callers wait, commits it together, and answers after the fsync.

Rule of this file: no caller of a write is answered before COMMIT has returned.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

import apsw

from leakguard.model.errors import StoreUnavailable
from leakguard.store.connection import checkpoint, connect, is_sick, why

T = TypeVar("T")
LARGEST_BATCH = 64
CHECKPOINT_PAGES = 1000


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    work: Callable[[apsw.Connection], Any]
    writes: bool
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[Any]


@dataclass(frozen=True, slots=True)
class _Failure:
    error: Exception


class Writer:
    """broken: set when a write or fsync failed; from then on every call raises StoreUnavailable.

    changes: how many commits of this connection changed something.
    """

    def __init__(self, path: Path) -> None:
        self.broken = asyncio.Event()
        self.changes = 0
        self._sick = False
        self._closed = False
        self._wal_pages = 0
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._opened: asyncio.Future[None] = self._loop.create_future()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._thread = Thread(target=self._run, args=(path,), name="leakguard-store", daemon=True)

    async def open(self) -> None:
        """Raises StoreUnavailable."""
        self._thread.start()
        await self._opened

    async def write(self, work: Callable[[apsw.Connection], T]) -> T:
        """Do this in a transaction; what it returns or raises arrives after COMMIT. Raises StoreUnavailable."""
        return await self._ask(work, writes=True)

    async def read(self, work: Callable[[apsw.Connection], T]) -> T:
        """Do this on one snapshot. Raises StoreUnavailable."""
        return await self._ask(work, writes=False)

    async def close(self) -> None:
        """Do what waits, then close the file."""
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
        await asyncio.shield(self._ended)

    async def _ask(self, work: Callable[[apsw.Connection], T], *, writes: bool) -> T:
        if self._closed or self._sick:
            raise StoreUnavailable("the store is closed" if self._closed else "the store is broken")
        loop = asyncio.get_running_loop()
        job = _Job(work, writes, loop, loop.create_future())
        self._jobs.put(job)
        answer: T = await job.answer
        return answer

    # From here on: the thread.

    def _run(self, path: Path) -> None:
        try:
            connection = connect(path)
        except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits for the answer
            _complete(self._loop, self._opened, _Failure(why(error)))
            return
        connection.set_wal_hook(self._committed)
        _complete(self._loop, self._opened, None)
        last = False
        while not last:
            jobs, last = self._next_batch()
            self._serve(connection, jobs)
        with suppress(apsw.Error):
            connection.close()
        _complete(self._loop, self._ended, None)

    def _next_batch(self) -> tuple[list[_Job], bool]:
        """The jobs that wait, at least one, and whether they are the last."""
        jobs: list[_Job] = []
        job = self._jobs.get()
        with suppress(Empty):
            while job is not None:
                if not job.answer.cancelled():
                    jobs.append(job)
                if len(jobs) == LARGEST_BATCH:
                    break
                job = self._jobs.get_nowait()
        return jobs, job is None

    def _serve(self, connection: apsw.Connection, jobs: Sequence[_Job]) -> None:
        self._answer([job for job in jobs if job.writes], connection, "BEGIN IMMEDIATE")
        self._answer([job for job in jobs if not job.writes], connection, "BEGIN DEFERRED")
        if self._wal_pages < CHECKPOINT_PAGES or self._sick:
            return
        self._wal_pages = 0
        try:
            checkpoint(connection)
        except apsw.Error as error:
            self._failed(connection, error)

    def _answer(self, jobs: Sequence[_Job], connection: apsw.Connection, begin: str) -> None:
        if not jobs:
            return
        answers = self._together(jobs, connection, begin)
        for job, answer in zip(jobs, answers, strict=True):
            _complete(job.loop, job.answer, answer)

    def _together(self, jobs: Sequence[_Job], connection: apsw.Connection, begin: str) -> Sequence[object]:
        """One transaction for all of them; when it fails, it fails for all of them."""
        if self._sick:
            return [_Failure(StoreUnavailable("the store is broken"))] * len(jobs)
        before = connection.total_changes()
        try:
            connection.execute(begin)
            answers = [_attempt(job, connection) for job in jobs]
            connection.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - a dead thread would leave every caller waiting for ever
            return [_Failure(self._failed(connection, error))] * len(jobs)
        self.changes += connection.total_changes() != before
        return answers

    def _failed(self, connection: apsw.Connection, error: Exception) -> StoreUnavailable:
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except apsw.Error:
            self._sick = True
        if is_sick(error) or self._sick:
            self._sick = True
            # Closing must not try the fsync again: the kernel may say yes to what it has already forgotten.
            connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self.broken.set)
        return why(error)

    def _committed(self, _connection: apsw.Connection, _name: str, pages: int) -> int:
        self._wal_pages = pages
        return apsw.SQLITE_OK


def _attempt(job: _Job, connection: apsw.Connection) -> object:
    """One caller's part. Its refusal undoes its part only; an error of the database ends the whole transaction."""
    connection.execute("SAVEPOINT caller")
    try:
        answer: object = job.work(connection)
    except apsw.ConstraintError as error:
        answer = _Failure(why(error))
    except apsw.Error:
        raise
    except Exception as error:  # noqa: BLE001 - the caller gets it; the others in this transaction must not
        answer = _Failure(error)
    if isinstance(answer, _Failure):
        connection.execute("ROLLBACK TO caller")
    connection.execute("RELEASE caller")
    return answer


def _complete(loop: asyncio.AbstractEventLoop, future: asyncio.Future[Any], answer: object) -> None:
    with suppress(RuntimeError):  # the loop is closed: nobody waits any more
        loop.call_soon_threadsafe(_settle, future, answer)


def _settle(future: asyncio.Future[Any], answer: object) -> None:
    if future.done():
        return
    if isinstance(answer, _Failure):
        future.set_exception(answer.error)
    else:
        future.set_result(answer)
