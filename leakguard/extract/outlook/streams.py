"""The streams of an OLE file with their directory entries: the library looks for names one by one, in quadratic time.

ref: MS-CFB
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from leakguard.extract.limits import Budget, CannotRead
from leakguard.model.content import GapKind

if TYPE_CHECKING:
    from olefile import OleFileIO

Path = tuple[str, ...]
_DEPTH = 200  # storages in storages; mail programs stop at some 50
_STREAM = 2
_BROKEN = (OSError, ValueError, TypeError, LookupError, AttributeError, struct.error)  # what the library lets through


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    path: Path
    entry: Any = field(repr=False)


def streams_of(ole: OleFileIO) -> Iterator[Stream]:
    """All streams, a storage's own before those of the storages in it."""
    todo: list[tuple[Path, Any]] = [((), ole.root)]
    while todo:
        path, storage = todo.pop()
        storages = []
        for entry in storage.kids:
            if entry.entry_type == _STREAM:
                yield Stream(path=(*path, entry.name), entry=entry)
            elif len(path) < _DEPTH:
                storages.append(((*path, entry.name), entry))
        todo.extend(reversed(storages))


def read_entry(ole: OleFileIO, stream: Stream, budget: Budget) -> bytes:
    """One stream, counted. Raises CannotRead when it is damaged."""
    entry = stream.entry
    if entry.size > ole._filesize:
        raise CannotRead(GapKind.DAMAGED, "OLE stream")
    budget.expand(entry.size)
    try:
        content: bytes = ole._open(entry.isectStart, entry.size).read()
    except _BROKEN:
        raise CannotRead(GapKind.DAMAGED, "OLE stream") from None
    return content
