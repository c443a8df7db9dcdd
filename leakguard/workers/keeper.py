"""The main process's end of one warden: it hands over connections, and hears how children ended."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import os
import signal
import socket
import sys
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from leakguard.extract import Limits
from leakguard.notation.codec import dumps, loads
from leakguard.workers.protocol import (
    END_SIZE,
    LENGTH,
    LONGEST_ANSWER,
    End,
    File,
    Job,
    Orders,
    Ready,
    Wish,
    end_of,
    frame,
    wish,
)

_START_SECONDS = 60.0
_GRACE_SECONDS = 2.0
_SPARES = 2
_CPU_SECONDS = 60.0  # of processor at most, should nobody kill it
_LONGEST_READY = 64 * 1024


class WardenLost(Exception):
    """The warden is gone, and its children with it: nobody's fault that is known."""


@dataclass(frozen=True, slots=True)
class _Child:
    """near: our end of the connection on which it waits for its message."""

    number: int
    near: socket.socket
    ended: asyncio.Future[End]


class Keeper:
    """ready: what the warden said when it had loaded everything. served: messages that it was given."""

    def __init__(
        self, process: asyncio.subprocess.Process, control: socket.socket, ready: Ready, on_end: Callable[[End], None]
    ) -> None:
        self.ready = ready
        self.served = 0
        self.is_lost = False
        self.process = process
        self._control = control
        self._on_end = on_end
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[End]] = {}
        self._unread = b""
        self._idle = asyncio.Event()
        self._idle.set()
        self._spares: deque[_Child] = deque()
        self._is_leaving = False
        asyncio.get_running_loop().add_reader(control, self._hear)

    @classmethod
    async def start(
        cls, files: Mapping[str, bytes], limits: Limits, memory_mib: int, on_end: Callable[[End], None]
    ) -> Keeper:
        """A warden with these files loaded. Raises OSError, TimeoutError, EOFError, LeakGuardError."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        try:
            with theirs:
                process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    *("-P", "-s", "-m", "leakguard.workers"),
                    stdin=theirs.fileno(),
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=asyncio.subprocess.DEVNULL,  # what readers complain of quotes what they read
                    env=_environment(),
                )
        except BaseException:
            ours.close()
            raise
        try:
            ready = await _introduce(ours, files, limits, memory_mib)
        except BaseException:
            ours.close()
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            raise
        keeper = cls(process, ours, ready, on_end)
        keeper.have_spares()
        return keeper

    async def ask(self, job: Job, content: bytes, seconds: float) -> bytes | End:
        """What the child answered, or how it ended instead. Raises WardenLost, OSError."""
        child = self._spare() or self._make()
        self.served += 1
        answer = None
        try:
            self._wish(Wish.START, child.number, seconds)
            async with asyncio.timeout(seconds + _GRACE_SECONDS):
                answer = await _exchange(child.near, job, content)
                return answer if answer is not None else await asyncio.shield(child.ended)
        except TimeoutError:
            self.lose()  # it should have killed the child by now
            return End(number=child.number, status=signal.SIGKILL, late=True, peak_kib=0)
        finally:
            self._drop(child, answer is not None)
            self.have_spares()

    def have_spares(self) -> None:
        """Have children wait that are made and fenced already, while this warden is the one in use."""
        with contextlib.suppress(OSError, WardenLost):
            while not self._is_leaving and len(self._spares) < _SPARES:
                self._spares.append(self._make())

    async def drained(self) -> None:
        """When every child has ended. There will be no more spare ones."""
        self._is_leaving = True
        while self._spares:
            self._drop(self._spares.pop(), False)
        await self._idle.wait()

    async def close(self) -> None:
        self.lose()
        await self.process.wait()

    def lose(self) -> None:
        """End the warden now, with all that it has under way."""
        if self.is_lost:
            return
        self.is_lost = True
        asyncio.get_running_loop().remove_reader(self._control)
        self._control.close()
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        for each in self._waiting.values():
            if not each.done():
                each.set_exception(WardenLost())
                each.exception()  # somebody may have stopped waiting
        self._waiting.clear()
        while self._spares:
            self._spares.pop().near.close()
        self._idle.set()

    def _spare(self) -> _Child | None:
        while self._spares:
            child = self._spares.popleft()
            if not child.ended.done():
                return child
            child.near.close()
        return None

    def _make(self) -> _Child:
        if self.is_lost:
            raise WardenLost
        number = next(self._numbers)
        near, far = socket.socketpair()
        near.setblocking(False)
        with far:
            try:
                self._wish(Wish.MAKE, number, _CPU_SECONDS, far)
            except BaseException:
                near.close()
                raise
        ended: asyncio.Future[End] = asyncio.get_running_loop().create_future()
        self._waiting[number] = ended
        self._idle.clear()
        return _Child(number, near, ended)

    def _drop(self, child: _Child, is_done: bool) -> None:
        child.near.close()
        if not is_done and not child.ended.done():
            with contextlib.suppress(WardenLost):
                self._wish(Wish.END, child.number)

    def _wish(self, kind: Wish, number: int, seconds: float = 0.0, connection: socket.socket | None = None) -> None:
        if self.is_lost:
            raise WardenLost
        octets = wish(kind, number, seconds)
        try:
            if connection is None:
                self._control.send(octets)
            else:
                socket.send_fds(self._control, [octets], [connection.fileno()])
        except OSError as problem:  # also when it takes nothing more: it has stopped
            self.lose()
            raise WardenLost from problem

    def _hear(self) -> None:
        try:
            octets = self._control.recv(END_SIZE * 64)
        except BlockingIOError:
            return
        except OSError:
            octets = b""
        if not octets:
            self.lose()
            return
        self._unread += octets
        while len(self._unread) >= END_SIZE:
            self._ended(end_of(self._unread[:END_SIZE]))
            self._unread = self._unread[END_SIZE:]

    def _ended(self, ended: End) -> None:
        waiting = self._waiting.pop(ended.number, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(ended)
        if not self._waiting:
            self._idle.set()
        self._on_end(ended)


async def _introduce(control: socket.socket, files: Mapping[str, bytes], limits: Limits, memory_mib: int) -> Ready:
    packed = tuple(File(name=name, octets=base64.b64encode(octets).decode()) for name, octets in files.items())
    orders = Orders(files=packed, limits=limits, memory_mib=memory_mib)
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(_START_SECONDS):
        await loop.sock_sendall(control, frame(dumps(orders).encode()))
        (length,) = LENGTH.unpack(await _exactly(control, LENGTH.size))
        if length > _LONGEST_READY:
            raise ValueError("the warden says too much")
        return loads(Ready, (await _exactly(control, length)).decode())


async def _exchange(connection: socket.socket, job: Job, content: bytes) -> bytes | None:
    """The answer, or None when the child went without one."""
    loop = asyncio.get_running_loop()
    try:
        head = dumps(job).encode()
        await loop.sock_sendall(connection, frame(head) + LENGTH.pack(len(content)))
        await loop.sock_sendall(connection, content)
        (length,) = LENGTH.unpack(await _exactly(connection, LENGTH.size))
        return await _exactly(connection, length) if length <= LONGEST_ANSWER else b""
    except (EOFError, ConnectionError):
        return None


async def _exactly(connection: socket.socket, size: int) -> bytes:
    loop = asyncio.get_running_loop()
    read = bytearray()
    while len(read) < size:
        octets = await loop.sock_recv(connection, min(size - len(read), 1 << 18))
        if not octets:
            raise EOFError
        read += octets
    return bytes(read)


def _environment() -> dict[str, str]:
    """Where modules are, and that libraries keep to one thread; nothing of our own environment."""
    return {
        "PYTHONPATH": os.pathsep.join(each for each in sys.path if each),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LANG": "C.UTF-8",
        "OMP_THREAD_LIMIT": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
