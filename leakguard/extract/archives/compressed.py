"""Packed files: gzip, bzip2, xz, lzma, zstd, zlib. All streams of a file are one content, as their programs give it.

ref: RFC 1952 (gzip), RFC 8878 (zstd)
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator

from leakguard.extract.archives.streams import MEMORY, Decoder, Inflater, unpack, zstd_decoder
from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.text.charset import decode
from leakguard.model.content import GapKind, Role

_GZIP, _BZIP2, _XZ, _ZSTD = b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd"
_SKIPPED = b"\x2a\x4d\x18"  # of zstd, behind 0x50 to 0x5F: frames that its programs leave out
_GZIP_HEADER = 10
_EXTRA, _NAME, _COMMENT, _CHECKED = 4, 8, 16, 2
_TRIED = 256  # octets that tell zlib's and lzma's own formats, which have no signature


def is_compressed(blob: Blob) -> bool:
    return bool(_kind(blob.data, 0)) or _is_zlib(blob.data) or _is_lzma(blob.data)


def read_compressed(blob: Blob, budget: Budget) -> Iterator[Item]:
    data = blob.data
    kind = _kind(data, 0) or ("zlib" if _is_zlib(data) else "lzma")
    contents: list[bytes] = []
    at, ordinal, streams = 0, 2, 0
    failure: CannotRead | None = None
    while kind and failure is None:
        streams += 1
        if streams > budget.limits.parts:
            failure = CannotRead(GapKind.TOO_MANY, "packed streams")
        elif kind == "skipped":
            size = int.from_bytes(data[at + 4 : at + 8], "little")
            if content := data[at + 8 : at + 8 + size].strip(b"\0"):
                yield blob.inner(ordinal, content, place="skipped frame")
                ordinal += 1
            at = min(at + 8 + size, len(data))
        else:
            if kind == "gzip":
                yield from _gzip_texts(blob, at)
            found = unpack(data, _after_header(data, at, kind), len(data), _decoder(kind), budget)
            contents.append(found.content)
            at, failure = found.end + (8 if kind == "gzip" else 0), found.failure
        at += _padding(data, at)
        kind = _kind(data, at)
    yield from _found(blob, budget, b"".join(contents), at, ordinal, failure)


def _found(
    blob: Blob, budget: Budget, content: bytes, at: int, ordinal: int, failure: CannotRead | None
) -> Iterator[Item]:
    """The content, what lies behind the last stream, and why it ended early."""
    if content == blob.data:
        yield blob.gap(GapKind.TOO_DEEP, "packed file that holds itself")
    elif content:
        yield blob.inner(1, content, place="packed file")
    if failure is not None:
        yield blob.gap(failure.kind, failure.detail)
    elif rest := blob.data[at:].strip(b"\0\r\n"):
        budget.expand(len(rest))
        yield blob.inner(ordinal, rest, place="trailing data")


def _kind(data: bytes, at: int) -> str:
    """Of the stream that begins at `at`; "" when none does."""
    head = data[at : at + 12]
    if head.startswith(_GZIP):
        return "gzip"
    if head.startswith(_BZIP2) and head[3:4] in b"123456789" and head[4:10] in (b"1AY&SY", b"\x17rE8P\x90"):
        return "bzip2"
    if head.startswith(_XZ):
        return "xz"
    if head.startswith(_ZSTD):
        return "zstd"
    if head[1:4] == _SKIPPED and 0x50 <= head[0] <= 0x5F:
        return "skipped"
    return ""


def _is_zlib(data: bytes) -> bool:
    if data[:1] != b"\x78" or int.from_bytes(data[:2], "big") % 31 or len(data) < 8:
        return False
    try:
        return bool(zlib.decompressobj().decompress(data[:_TRIED], _TRIED))
    except zlib.error:
        return False


def _is_lzma(data: bytes) -> bool:
    """LZMA alone, as old programs wrote it with their usual settings."""
    if data[:3] != b"\x5d\0\0" or len(data) < 14 or data[13]:
        return False
    size = int.from_bytes(data[5:13], "little")
    return size == 0xFFFFFFFFFFFFFFFF or size < 1 << 40


def _decoder(kind: str) -> Decoder:
    makers: dict[str, Callable[[], Decoder]] = {
        "gzip": Inflater,
        "zlib": lambda: Inflater(15),
        "bzip2": bz2.BZ2Decompressor,
        "xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MEMORY),
        "lzma": lambda: lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=MEMORY),
        "zstd": zstd_decoder,
    }
    return makers[kind]()


def _padding(data: bytes, at: int) -> int:
    """Zeros between streams, which xz and tapes have."""
    if data[at : at + 1] != b"\0":
        return 0
    return len(data) - at - len(data[at:].lstrip(b"\0"))


def _after_header(data: bytes, at: int, kind: str) -> int:
    return _gzip_fields(data, at)[0] if kind == "gzip" else at


def _gzip_fields(data: bytes, at: int) -> tuple[int, bytes, bytes, bytes]:
    """(where the packed data begins, extra field, name, comment)"""
    flags = data[at + 3] if at + 3 < len(data) else 0
    position = at + _GZIP_HEADER
    extra = b""
    if flags & _EXTRA:
        size = int.from_bytes(data[position : position + 2], "little")
        extra = data[position + 2 : position + 2 + size]
        position += 2 + size
    texts = [b"", b""]
    for index, flag in enumerate((_NAME, _COMMENT)):
        if flags & flag:
            end = data.find(b"\0", position)
            end = len(data) if end < 0 else end
            texts[index] = data[position:end]
            position = end + 1
    if flags & _CHECKED:
        position += 2
    return position, extra, texts[0], texts[1]


def _gzip_texts(blob: Blob, at: int) -> Iterator[Item]:
    _, extra, name, comment = _gzip_fields(blob.data, at)
    if name:
        yield blob.span(decode(name), role=Role.NAME, place=f"{blob.place}, file name")
    if comment:
        yield blob.span(decode(comment), place=f"{blob.place}, comment")
    if extra:
        yield blob.span(decode(extra), role=Role.HIDDEN)
