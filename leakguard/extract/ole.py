"""OLE compound files: the container of old Office, Outlook messages, and objects embedded in documents.

ref: MS-CFB
"""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING, Any

from leakguard.extract.limits import Budget, CannotRead
from leakguard.model.content import GapKind

if TYPE_CHECKING:
    from olefile import OleFileIO

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SECTOR = 512  # directory entries lie at multiples of their size from here on, in files of any sector size
_ENTRY = 128
_STORAGE, _STREAM = 1, 2
_EMPTY = 4_096  # octets; a container without streams has three sectors
_MOST_ENTRIES = 20_000  # storages and streams of one file; a workbook with 300 embedded objects has some 4,000
_SPARE_SECTORS = 2_048  # of the allocation table, beyond what the file needs; truncated files have some
_BROKEN = (OSError, OverflowError, ValueError, TypeError, LookupError, AttributeError, RecursionError, struct.error)
# What olefile lets through. RecursionError: entries chained thousands deep.


def is_ole(data: bytes) -> bool:
    return data.startswith(OLE)


def is_wordless(data: bytes) -> bool:
    """A VBA project and nothing else (code, which readers of the file do not see), or a container of nothing."""
    if is_ole(data) and len(data) < _EMPTY and not _streams(data):
        return True
    mains = ("WordDocument", "Workbook", "Book", "PowerPoint Document")
    return is_ole(data) and has_stream(data, "_VBA_PROJECT") and not any(has_stream(data, main) for main in mains)


def _streams(data: bytes) -> int:
    try:
        with open_ole(data) as ole:
            return len(ole.listdir())
    except CannotRead:
        return 1  # whoever reads it says what is wrong with it


def has_stream(data: bytes, name: str) -> bool:
    """Whether a directory entry of this name is somewhere in the file, even when the file is damaged."""
    encoded = name.encode("utf-16-le") + b"\0\0"
    at = data.find(encoded)
    while at >= 0 and (at - _SECTOR) % _ENTRY:
        at = data.find(encoded, at + 1)
    return at >= 0


def open_ole(data: bytes) -> OleFileIO:
    """Raises CannotRead when the directory is damaged, or larger than any honest one."""
    import olefile  # loaded when the first such file comes

    class Bounded(olefile.OleFileIO):  # type: ignore[misc]
        entries = 0

        def _load_direntry(self, sid: int) -> object:
            self.entries += 1
            if self.entries > _MOST_ENTRIES:
                raise CannotRead(GapKind.TOO_MANY, "OLE directory entries")
            return super()._load_direntry(sid)

    if not _is_plausible(data):
        raise CannotRead(GapKind.DAMAGED, "OLE container")
    try:
        return Bounded(BytesIO(data), raise_defects=olefile.DEFECT_FATAL)
    except _BROKEN:
        raise CannotRead(GapKind.DAMAGED, "OLE container") from None


def _is_plausible(data: bytes) -> bool:
    """An allocation table far larger than the file would be read into memory all the same."""
    if len(data) < _SECTOR or data[30] not in (9, 12):
        return False
    size = 1 << data[30]
    needed = len(data) // size // (size // 4)
    tables = int.from_bytes(data[44:48], "little")
    mini_tables = int.from_bytes(data[64:68], "little")
    return max(tables, mini_tables) <= needed + _SPARE_SECTORS


def read_stream(ole: OleFileIO, path: list[str] | str, budget: Budget) -> bytes:
    """One stream, counted against the budget: sectors may be shared, so that streams exceed the file.

    Raises CannotRead when it is damaged or there is no such stream.
    """
    names = path.split("/") if isinstance(path, str) else path
    try:
        entry = _entries(ole)[tuple(name.lower() for name in names)]
        budget.expand(min(entry.size, ole._filesize))
        if entry.size > ole._filesize:
            raise CannotRead(GapKind.DAMAGED, "OLE stream")
        content: bytes = ole._open(entry.isectStart, entry.size).read()
    except _BROKEN:
        raise CannotRead(GapKind.DAMAGED, "OLE stream") from None
    return content


def _entries(ole: OleFileIO) -> dict[tuple[str, ...], Any]:
    """Directory entries of streams by path. olefile looks through all siblings for each, which thousands make slow."""
    known: dict[tuple[str, ...], Any] | None = getattr(ole, "leakguard_entries", None)
    if known is not None:
        return known
    found: dict[tuple[str, ...], Any] = {}
    stack: list[tuple[tuple[str, ...], Any]] = [((), ole.root)]
    while stack:
        path, storage = stack.pop()
        for kid in storage.kids:
            below = (*path, kid.name.lower())
            if kid.entry_type == _STREAM:
                found.setdefault(below, kid)
            elif kid.entry_type == _STORAGE:
                stack.append((below, kid))
    ole.leakguard_entries = found
    return found
