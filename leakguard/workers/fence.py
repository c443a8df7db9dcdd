"""What a process that reads a stranger's bytes may still do: compute, read its libraries, and answer.

Built once by the warden, put in force by each child. Where the kernel has no Landlock or no seccomp the limits and the
kill remain, and the report says so.
"""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import resource
import signal
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path

from leakguard.workers import landlock, seccomp

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_OPEN_FILES = 16
_MARGIN = 24 * 1024 * 1024  # pages of libraries that are mapped already and come into memory when they are used
_LEAST = 64 * 1024 * 1024
_SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo", "/etc/ld.so.cache")
_LANGUAGES = ("/usr/share/tesseract-ocr", "/usr/share/tessdata", "/usr/local/share/tessdata")


@dataclass(frozen=True, slots=True, kw_only=True)
class FenceReport:
    """What is in force around a reader. landlock: version, 0 is none."""

    landlock: int = 0
    seccomp: bool = False

    @property
    def is_whole(self) -> bool:
        return self.landlock > 0 and self.seccomp


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """memory_mib: of a child at most, with its libraries. rules: Landlock's, open in the warden."""

    memory_mib: int
    rules: int | None = None
    filter: bytes | None = field(default=None, repr=False)
    libc: ctypes.CDLL = field(repr=False)

    def enter(self, seconds: float) -> None:
        """From here on, for ever. Raises OSError when something that is offered could not be put in force."""
        _limit(self.memory_mib, seconds)
        if sys.platform.startswith("linux"):
            self.libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            self.libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
            _must(self.libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
        if self.rules is not None:
            _must(landlock.restrict(self.rules, self.libc))
            os.close(self.rules)
        if self.filter is not None:
            _must(seccomp.install(self.filter, self.libc))


def build(memory_mib: int) -> Fence:
    """The fence that this machine can have. Call it when all libraries are loaded."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not sys.platform.startswith("linux"):
        return Fence(memory_mib=memory_mib, libc=libc)
    filter_ = seccomp.program(os.uname().machine) if _has_seccomp() else None
    return Fence(memory_mib=memory_mib, rules=landlock.ruleset(_folders(), libc), filter=filter_, libc=libc)


def report() -> FenceReport:
    """What this machine offers, which is what `build` takes."""
    if not sys.platform.startswith("linux"):
        return FenceReport()
    libc = ctypes.CDLL(None, use_errno=True)
    has_filter = _has_seccomp() and seccomp.program(os.uname().machine) is not None
    return FenceReport(landlock=landlock.version(libc), seccomp=has_filter)


def _has_seccomp() -> bool:
    try:
        return "\nSeccomp:" in Path("/proc/self/status").read_text()
    except OSError:
        return True  # not known: then `enter` fails rather than reading without


def _must(done: bool) -> None:
    if not done:
        raise OSError(ctypes.get_errno(), "the fence could not be put in force")


def _folders() -> tuple[str, ...]:
    """Where Python, the libraries and the language data are."""
    here = Path(__file__).resolve().parents[1]
    python = (sys.prefix, sys.base_prefix, sys.exec_prefix, *sysconfig.get_paths().values(), str(here))
    return tuple(dict.fromkeys(each for each in (*python, *_SYSTEM, *_LANGUAGES) if each not in ("", "/")))


def _limit(memory_mib: int, seconds: float) -> None:
    """No files, no core dumps (they hold mail), no processes; so much more address space than there is memory left."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")  # when the machine has no memory left, this goes first
    mapped, resident = _sizes()
    room = max(memory_mib * 1024 * 1024 - resident - _MARGIN, _LEAST)
    cpu = math.ceil(seconds) + 1
    limits = [
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_AS, mapped + room),
    ]
    for name, value in limits:
        hard = resource.getrlimit(name)[1]
        least = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(name, (least, least))
        except (OSError, ValueError):
            if sys.platform.startswith("linux"):
                raise


def _sizes() -> tuple[int, int]:
    """Bytes of address space and of memory that this process has."""
    try:
        mapped, resident = Path("/proc/self/statm").read_text().split()[:2]
    except OSError:
        return 0, 0  # no Linux: the limit counts from nothing, and most systems do not keep it
    return int(mapped) * resource.getpagesize(), int(resident) * resource.getpagesize()
