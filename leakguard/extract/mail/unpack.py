"""Unpacks a compressed payload, each step counted. For mail's own wrappers; archives have theirs."""

from __future__ import annotations

import bz2
import zlib
from collections.abc import Iterator

from leakguard.extract.limits import Budget, CannotRead
from leakguard.model.content import GapKind

_IN = 64 * 1024
_OUT = 1024 * 1024
RAW, ZLIB = -15, 15


def inflate(packed: bytes, budget: Budget, bits: int = ZLIB) -> tuple[bytes, bool]:
    """The unpacked content, and whether that is all of it. Raises CannotRead when there is nothing."""
    machine = zlib.decompressobj(bits)
    out: list[bytes] = []
    try:
        for chunk in _chunks(packed):
            left = chunk
            while left and not machine.eof:
                out.append(machine.decompress(left, _OUT))
                budget.expand(len(out[-1]))
                left = machine.unconsumed_tail
    except zlib.error:
        pass
    return _joined(out), machine.eof


def bunzip(packed: bytes, budget: Budget) -> tuple[bytes, bool]:
    machine = bz2.BZ2Decompressor()
    out: list[bytes] = []
    try:
        for chunk in _chunks(packed):
            left = chunk
            while not machine.eof and (left or not machine.needs_input):
                out.append(machine.decompress(left, _OUT))
                budget.expand(len(out[-1]))
                left = b""
    except (OSError, EOFError):
        pass
    return _joined(out), machine.eof


def _chunks(packed: bytes) -> Iterator[bytes]:
    return (packed[at : at + _IN] for at in range(0, len(packed), _IN))


def _joined(out: list[bytes]) -> bytes:
    content = b"".join(out)
    if not content:
        raise CannotRead(GapKind.DAMAGED, "compressed content")
    return content
