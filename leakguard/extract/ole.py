"""OLE compound files: the container of old Office, Outlook messages, and objects embedded in documents.

ref: MS-CFB
"""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING

from leakguard.extract.limits import Budget, CannotRead
from leakguard.model.content import GapKind

if TYPE_CHECKING:
    from olefile import OleFileIO

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SECTOR = 512  # directory entries lie at multiples of their size from here on, in files of any sector size
_ENTRY = 128
_BROKEN = (OSError, ValueError, TypeError, LookupError, AttributeError, struct.error)  # what olefile lets through


def is_ole(data: bytes) -> bool:
    return data.startswith(OLE)


def has_stream(data: bytes, name: str) -> bool:
    """Whether a directory entry of this name is somewhere in the file, even when the file is damaged."""
    encoded = name.encode("utf-16-le") + b"\0\0"
    at = data.find(encoded)
    while at >= 0 and (at - _SECTOR) % _ENTRY:
        at = data.find(encoded, at + 1)
    return at >= 0


def open_ole(data: bytes) -> OleFileIO:
    """Raises CannotRead when the directory is damaged."""
    import olefile  # loaded when the first such file comes

    try:
        return olefile.OleFileIO(BytesIO(data), raise_defects=olefile.DEFECT_FATAL)
    except _BROKEN:
        raise CannotRead(GapKind.DAMAGED, "OLE container") from None


def read_stream(ole: OleFileIO, path: list[str] | str, budget: Budget) -> bytes:
    """One stream, counted against the budget: sectors may be shared, so that streams exceed the file.

    Raises CannotRead when it is damaged or there is no such stream.
    """
    try:
        content: bytes = ole.openstream(path).read()
    except _BROKEN:
        raise CannotRead(GapKind.DAMAGED, "OLE stream") from None
    budget.expand(len(content))
    return content
