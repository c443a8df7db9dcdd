"""The warden: a small process with one thread and everything loaded, which forks a fenced child for every message.

It has no secrets, sees no message, and reads nothing that a child wrote. It kills children that are late, makes way for
quick ones by lowering the priority of slow ones, and says how each ended. It ends with its one connection.
"""

from __future__ import annotations

import base64
import gc
import io
import math
import os
import select
import signal
import socket
import sys
import time
from dataclasses import dataclass

from leakguard.extract import Limits
from leakguard.extract.prepare import prepare
from leakguard.model.message import Channel, Direction
from leakguard.notation.codec import dumps, loads
from leakguard.rulebook import Rulebook, load
from leakguard.workers import child
from leakguard.workers.fence import Fence, build, report
from leakguard.workers.protocol import (
    NO_PROCESS,
    WISH_SIZE,
    End,
    Job,
    Orders,
    Ready,
    Wish,
    end,
    frame,
    wish_of,
)

_SLOW_SECONDS = 0.1
_SLOW_PRIORITY = 19
_HARMLESS = b"""Subject: =?utf-8?q?tea?=
From: a@leakguard.invalid
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<p>tea &amp; cake at four: 5.1% more, the highest on record =C2=A3</p>
--x
Content-Type: application/octet-stream
Content-Transfer-Encoding: base64

JVBERi0xLjQgdGVh
--x--
"""
_KIB = 1024 if sys.platform == "darwin" else 1  # in what unit a system counts memory


@dataclass(slots=True)
class _Running:
    """slow_at, late_at: when it makes way for others, and when it is killed; never, while it waits for its message."""

    number: int
    slow_at: float = math.inf
    late_at: float = math.inf
    is_slow: bool = False
    is_late: bool = False


class Warden:
    def __init__(self, control: socket.socket, rulebook: Rulebook, limits: Limits, fence: Fence) -> None:
        self._control = control
        self._rulebook, self._limits, self._fence = rulebook, limits, fence
        self._children: dict[int, _Running] = {}

    def run(self) -> None:
        """Until the main process is gone; its children go with it."""
        woken, wake = os.pipe()
        os.set_blocking(woken, False)
        os.set_blocking(wake, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        is_open = True
        while is_open:
            ready, _, _ = select.select([self._control.fileno(), woken], [], [], self._patience())
            if woken in ready:
                os.read(woken, 4096)
            if self._control.fileno() in ready:
                is_open = self._take()
            self._hurry(time.monotonic())
            self._reap()
        for pid in self._children:
            os.kill(pid, signal.SIGKILL)

    def _take(self) -> bool:
        """One wish; False when there will be no more."""
        try:
            octets, files, _, _ = socket.recv_fds(self._control, WISH_SIZE, 1)
        except ConnectionError:
            return False
        if len(octets) < WISH_SIZE:
            return False
        kind, number, seconds = wish_of(octets)
        if kind is Wish.MAKE:
            self._make(number, seconds, files[0])
            os.close(files[0])
            return True
        for pid, each in self._children.items():
            if each.number == number and kind is Wish.START:
                now = time.monotonic()
                each.slow_at, each.late_at = now + _SLOW_SECONDS, now + seconds
            elif each.number == number:
                os.kill(pid, signal.SIGKILL)
        return True

    def _make(self, number: int, seconds: float, connection: int) -> None:
        try:
            pid = os.fork()
        except OSError:
            self._say(End(number=number, status=NO_PROCESS, late=False, peak_kib=0))
            return
        if pid == 0:
            status = 1
            try:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                status = child.run(connection, self._rulebook, self._limits, self._fence, seconds)
            finally:
                os._exit(status)
        self._children[pid] = _Running(number)

    def _patience(self) -> float | None:
        """Seconds until somebody is slow or late."""
        times = [each.late_at if each.is_slow else each.slow_at for each in self._children.values() if not each.is_late]
        soonest = min(times, default=math.inf)
        return None if soonest == math.inf else max(0.0, soonest - time.monotonic())

    def _hurry(self, now: float) -> None:
        for pid, each in self._children.items():
            if each.late_at <= now and not each.is_late:
                each.is_late = True
                os.kill(pid, signal.SIGKILL)
            elif each.slow_at <= now and not each.is_slow:
                each.is_slow = True
                os.setpriority(os.PRIO_PROCESS, pid, _SLOW_PRIORITY)

    def _reap(self) -> None:
        while self._children:
            pid, status, used = os.wait4(-1, os.WNOHANG)
            if not pid:
                return
            ended = self._children.pop(pid)
            peak_kib = used.ru_maxrss // _KIB
            self._say(End(number=ended.number, status=status, late=ended.is_late, peak_kib=peak_kib))

    def _say(self, ended: End) -> None:
        try:
            self._control.sendall(end(ended))
        except OSError:
            sys.exit(0)  # nobody is there any more


def _rehearse(rulebook: Rulebook, limits: Limits) -> None:
    """Read a message of our own: what is made once at the first use is then made for all children."""
    job = Job(direction=Direction.OUTBOUND, channel=Channel.EMAIL, ms=60_000)
    pipe = io.BytesIO(frame(dumps(job).encode()) + frame(_HARMLESS))
    child.answer(pipe, rulebook, limits)


def main() -> None:
    """Take orders from standard input, which is a socket; then serve."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal: the main process says when it is over
    control = socket.socket(fileno=os.dup(0))
    with control.makefile("rb") as pipe:
        orders = loads(Orders, child.read_frame(pipe).decode())
    missing = prepare()
    files = {each.name: base64.b64decode(each.octets) for each in orders.files}
    rulebook = load(files, with_examples=False)
    fence = build(orders.memory_mib)
    _rehearse(rulebook, orders.limits)
    gc.collect()
    gc.freeze()  # what is here stays here: children share it with the warden
    gc.disable()
    ready = Ready(rulebook=rulebook.digest, fence=report(), missing=missing)
    control.sendall(frame(dumps(ready).encode()))
    Warden(control, rulebook, orders.limits, fence).run()
