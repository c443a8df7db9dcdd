"""The content of one zip member, by its method; locked ones with the passwords of the message.

ref: PKWARE APPNOTE (zip)
"""

from __future__ import annotations

import bz2
import lzma
import zipfile
import zlib
from dataclasses import dataclass, field
from io import BytesIO

from leakguard.extract.archives import libarchive
from leakguard.extract.archives.streams import (
    MEMORY,
    Decoder,
    Inflater,
    Unpacked,
    lzma_decoder,
    unpack,
    unpack_deflate64,
    zstd_decoder,
)
from leakguard.extract.archives.zip_records import Member, alone, end_of_stored
from leakguard.extract.limits import Budget, CannotRead
from leakguard.model.content import GapKind

_STORED, _DEFLATE64, _BZIP2, _LZMA, _ZSTD, _XZ = 0, 9, 12, 14, 93, 95
_DEFLATE = 8
_READINGS = 4  # how often the archive may be read in all: members that share their data cost time and give nothing new
_TRIES = 400  # of passwords on one archive
_SLOW = 1_000_000  # packed octets that Python itself unlocks, at 1 MB a second
_CRYPTO = 12  # octets before a locked stream


@dataclass(slots=True, kw_only=True)
class Packed:
    """An archive with the account of what reading it cost. good: the password that fitted last."""

    data: bytes = field(repr=False)
    fed: int = 0
    tries: int = 0
    good: str = field(default="", repr=False)

    @property
    def is_overfed(self) -> bool:
        return self.fed > _READINGS * len(self.data) + 1_000_000


def unpack_member(packed: Packed, member: Member, method: int, budget: Budget) -> Unpacked:
    """Compressed data ends where its stream says; sizes in headers count only for what is stored as it is."""
    data, start = packed.data, member.start
    try:
        if method == _STORED:
            found = _stored(data, member, budget)
        elif method == _DEFLATE64:
            found = unpack_deflate64(data, start, len(data), budget)
        elif method in (_DEFLATE, _BZIP2, _ZSTD, _XZ):
            found = unpack(data, start, len(data), _decoder(method), budget)
        elif method == _LZMA:
            found = _lzma(data, member, budget)
        else:
            found = _other(packed, member, budget)
    except CannotRead as refusal:
        return Unpacked(content=b"", end=start, failure=refusal)
    packed.fed += max(found.end - start, 0)
    if found.failure is None and member.crc and zlib.crc32(found.content) != member.crc:
        return Unpacked(content=found.content, end=found.end, failure=CannotRead(GapKind.DAMAGED, "zip member"))
    return found


def _decoder(method: int) -> Decoder:
    if method == _BZIP2:
        return bz2.BZ2Decompressor()
    if method == _ZSTD:
        return zstd_decoder()
    if method == _XZ:
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MEMORY)
    return Inflater()


def _stored(data: bytes, member: Member, budget: Budget) -> Unpacked:
    start = member.start
    end = end_of_stored(data, start, len(data)) if member.packed is None else start + member.packed
    content = data[start:end]
    budget.expand(len(content))
    failure = CannotRead(GapKind.DAMAGED, "zip member") if end > len(data) else None
    return Unpacked(content=content, end=min(end, len(data)), failure=failure)


def _lzma(data: bytes, member: Member, budget: Budget) -> Unpacked:
    """Without a mark at its end, only the sizes tell where it stops."""
    start = member.start + 4
    size = int.from_bytes(data[start - 2 : start], "little")
    stop = len(data) if member.ends_marked or member.packed is None else member.start + member.packed
    found = unpack(data, start + size, stop, lzma_decoder(data[start : start + size]), budget)
    is_whole = not member.ends_marked and len(found.content) == member.size
    return Unpacked(content=found.content, end=found.end, failure=None if is_whole else found.failure)


def _other(packed: Packed, member: Member, budget: Budget) -> Unpacked:
    if not libarchive.is_here() or member.packed is None:
        raise CannotRead(GapKind.UNSUPPORTED, "zip compression method")
    packed.fed += member.packed
    entry = _first(alone(member, packed.data), budget, "")
    return Unpacked(content=entry.content, end=member.start + member.packed, failure=entry.failure)


def _first(archive: bytes, budget: Budget, password: str) -> libarchive.Entry:
    found = next(libarchive.entries(archive, "zip", budget, password), None)
    return found or libarchive.Entry(failure=CannotRead(GapKind.DAMAGED, "zip member"))


def locked_content(packed: Packed, member: Member, budget: Budget) -> bytes | None:
    """With the first password that fits; None when none does."""
    passwords = dict.fromkeys((packed.good, *budget.passwords)) if packed.good else dict.fromkeys(budget.passwords)
    if not passwords or not member.packed:
        return None
    archive = alone(member, packed.data)
    for password in passwords:
        packed.tries += 1
        if packed.tries > _TRIES:
            return None
        content = _unlocked(archive, password, budget, member.packed)
        if content is not None:
            packed.good, packed.tries = password, 0
            return content
    return None


def _unlocked(archive: bytes, password: str, budget: Budget, size: int) -> bytes | None:
    if libarchive.is_here():
        entry = _first(archive, budget, password)
        return None if entry.failure is not None else entry.content
    if size > _SLOW:
        return None
    try:
        with zipfile.ZipFile(BytesIO(archive)) as opened:
            [info] = opened.infolist()
            with opened.open(info, pwd=password.encode("utf-8", "replace")) as member:
                content = member.read(min(budget.expanded, 100 * size) + 1)
                budget.expand(len(content))
                return content
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError, zlib.error):
        return None
