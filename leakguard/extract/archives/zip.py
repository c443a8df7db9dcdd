"""Zip archives: every member is a file of its own. Knows zip, not what is in it."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.model.content import Gap, GapKind, Role

_CHUNK = 1024 * 1024
_END_RECORD = b"PK\5\6"
_END_WITHIN = 70_000  # the end record with the longest comment, and some trailing bytes
_DIRECTORY_ENTRY = b"PK\1\2"
_MOST_NAMES = 20_000
_ENCRYPTED = 1


def is_zip(blob: Blob) -> bool:
    """Also with something else before it, as readers of zip start from the end."""
    if blob.data.startswith((b"PK\3\4", _END_RECORD, b"PK\7\10PK\3\4")):
        return True
    return _END_RECORD in blob.data[-_END_WITHIN:] and _DIRECTORY_ENTRY in blob.data


def read_zip(blob: Blob, budget: Budget) -> Iterator[Item]:
    with open_zip(blob.data, budget) as archive:
        if archive.comment:
            yield blob.span(archive.comment.decode("utf-8", "replace"), role=Role.HIDDEN)
        for ordinal, info in enumerate(archive.infolist(), 1):
            place = f"{blob.place}, file name {ordinal}"
            yield blob.span(info.filename, role=Role.NAME, place=place)
            if info.is_dir():
                continue
            try:
                content = read_member(archive, info, budget)
            except CannotRead as refusal:
                yield Gap(part=f"{blob.part}!{ordinal}", kind=refusal.kind, detail=refusal.detail)
                if refusal.kind is GapKind.TOO_LARGE:
                    return
                continue
            yield blob.inner(ordinal, content, place=f"file {ordinal}")


def member_names(data: bytes) -> list[str]:
    """Names in the directory; none when there is no readable one."""
    if data.count(_DIRECTORY_ENTRY) > _MOST_NAMES:
        return []
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return []


def open_zip(data: bytes, budget: Budget) -> zipfile.ZipFile:
    if data.count(_DIRECTORY_ENTRY) > 4 * budget.limits.parts:
        raise CannotRead(GapKind.TOO_MANY, "zip members")
    try:
        return zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise CannotRead(GapKind.DAMAGED, "zip archive") from None


def read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> bytes:
    """The unpacked member, counted as it unpacks: the size in the directory may be a lie."""
    if info.flag_bits & _ENCRYPTED:
        raise CannotRead(GapKind.ENCRYPTED, "zip member")
    chunks: list[bytes] = []
    try:
        with archive.open(info) as member:
            while chunk := member.read(_CHUNK):
                budget.expand(len(chunk))
                chunks.append(chunk)
    except NotImplementedError:
        raise CannotRead(GapKind.UNSUPPORTED, "zip compression method") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, RuntimeError):
        raise CannotRead(GapKind.DAMAGED, "zip member") from None
    return b"".join(chunks)
