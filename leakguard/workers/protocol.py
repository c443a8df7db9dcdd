"""What the main process, the warden and the children say to each other: frames of known shape, never pickles.

To the warden go one frame of `Orders`, then records: make a child for the connection that comes with it, start its
time, end it.
From the warden come one frame that it is ready, then a record for every child that ended.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import IntEnum

from leakguard.extract import Limits
from leakguard.model.content import Verdict
from leakguard.model.message import Channel, Direction
from leakguard.model.preview import Wanted
from leakguard.workers.fence import FenceReport

LENGTH = struct.Struct(">Q")
LONGEST_ANSWER = 16 * 1024 * 1024
OUT_OF_MEMORY = 3  # exit status of a child
NO_PROCESS = 71 << 8  # wait status of a child that could not be made

_WISH = struct.Struct(">BQd")
_END = struct.Struct(">Qi?Q")


class Wish(IntEnum):
    MAKE = 1  # have a fenced child wait for its message on the connection that comes with this
    START = 2  # its message is on the way: its time runs
    END = 3  # nobody waits for this child any more


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of the rulebook. octets: as base64."""

    name: str
    octets: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """For the whole life of a warden."""

    files: tuple[File, ...]
    limits: Limits
    memory_mib: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """rulebook: the digest of what was loaded. missing: libraries that are not there."""

    rulebook: str
    fence: FenceReport
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a reviewer wants to see of the message. frame: number of an HTML body; then nothing else counts."""

    verdict: Verdict = field(repr=False)
    wanted: Wanted
    frame: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a child is told before the message. ms: after so long it stops reading, and matches what it has.

    plain_only: open nothing but text; something else in this message has already ended a child.
    look: show it; nothing is searched, and direction and channel do not count.
    """

    direction: Direction
    channel: Channel
    ms: int
    plain_only: bool = False
    look: Look | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a child ended. status: as `waitpid` gives it. late: the warden killed it. peak_kib: most memory it had."""

    number: int
    status: int
    late: bool
    peak_kib: int


def wish(kind: Wish, number: int, seconds: float = 0.0) -> bytes:
    return _WISH.pack(kind, number, seconds)


def wish_of(octets: bytes) -> tuple[Wish, int, float]:
    kind, number, seconds = _WISH.unpack(octets)
    return Wish(kind), number, seconds


def end(ended: End) -> bytes:
    return _END.pack(ended.number, ended.status, ended.late, ended.peak_kib)


def end_of(octets: bytes) -> End:
    number, status, late, peak_kib = _END.unpack(octets)
    return End(number=number, status=status, late=late, peak_kib=peak_kib)


def frame(octets: bytes) -> bytes:
    return LENGTH.pack(len(octets)) + octets


WISH_SIZE, END_SIZE = _WISH.size, _END.size
