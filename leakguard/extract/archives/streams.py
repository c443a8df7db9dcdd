"""Decompressors run in small steps, each counted. Rule of this file: what was unpacked before an error is kept."""

from __future__ import annotations

import lzma
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Protocol

from leakguard.extract.limits import Budget, CannotRead
from leakguard.model.content import GapKind

_IN = 64 * 1024
_OUT = 1024 * 1024
_KEPT = 16 * 1024 * 1024  # of what turned out to be too large
MEMORY = 256 * 1024 * 1024  # for the window of one decompressor
_BROKEN = (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError)


class Decoder(Protocol):
    """What bz2, lzma and zstd offer alike."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    @property
    def needs_input(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """content: what came out, in full or up to a failure. end: where the packed stream ended in the data."""

    content: bytes = field(repr=False)
    end: int
    failure: CannotRead | None = None


class Inflater:
    """zlib's decompressor with the interface of the others. wbits as in zlib: -15 raw, 15 with zlib's header."""

    def __init__(self, wbits: int = -15) -> None:
        self._inner = zlib.decompressobj(wbits)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max(max_length, 0))


def unpack(data: bytes, start: int, stop: int, decoder: Decoder, budget: Budget) -> Unpacked:
    """One stream that begins at `start`; it may end before `stop`."""
    target, at = BytesIO(), start
    failure: CannotRead | None = None
    try:
        while not decoder.eof:
            chunk = data[at : min(at + _IN, stop)] if decoder.needs_input else b""
            at += len(chunk)
            piece = decoder.decompress(chunk, _OUT)
            budget.expand(len(piece))
            target.write(piece)
            if not chunk and not piece and decoder.needs_input:
                failure = CannotRead(GapKind.DAMAGED, "cut off")
                break
    except CannotRead as refusal:
        failure = refusal
        target.truncate(_KEPT)
    except MemoryError:
        failure = CannotRead(GapKind.TOO_LARGE, "memory to unpack it")
    except Exception as error:
        if not isinstance(error, _BROKEN) and type(error).__name__ != "ZstdError":
            raise
        failure = CannotRead(GapKind.DAMAGED, "compressed data")
    end = at - len(decoder.unused_data if decoder.eof else b"")
    return Unpacked(content=target.getvalue(), end=end, failure=failure)


def unpack_deflate64(data: bytes, start: int, stop: int, budget: Budget) -> Unpacked:
    from stream_inflate import stream_inflate64

    target = BytesIO()
    fed = start

    def chunks() -> Iterator[bytes]:
        nonlocal fed
        while fed < stop:
            chunk = data[fed : min(fed + _IN, stop)]
            fed += len(chunk)
            yield chunk

    pieces, is_done, unconsumed = stream_inflate64()
    failure: CannotRead | None = None
    try:
        for piece in pieces(chunks()):
            budget.expand(len(piece))
            target.write(piece)
    except CannotRead as refusal:
        failure = refusal
        target.truncate(_KEPT)
    except Exception:  # noqa: BLE001 - its own errors have no common class
        failure = CannotRead(GapKind.DAMAGED, "compressed data")
    if failure is None and not is_done():
        failure = CannotRead(GapKind.DAMAGED, "cut off")
    end = fed - unconsumed() if failure is None else fed
    return Unpacked(content=target.getvalue(), end=end, failure=failure)


def zstd_decoder() -> Decoder:
    """Its windows are bounded to 128 MB by default."""
    try:
        from compression.zstd import ZstdDecompressor  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        from backports.zstd import ZstdDecompressor
    decoder: Decoder = ZstdDecompressor()
    return decoder


def lzma_decoder(properties: bytes) -> Decoder:
    """Raw LZMA as zip has it. properties: one octet and the size of the dictionary."""
    if len(properties) != 5 or properties[0] >= 225:
        raise CannotRead(GapKind.DAMAGED, "compressed data")
    size = int.from_bytes(properties[1:], "little")
    if size > MEMORY:
        raise CannotRead(GapKind.TOO_LARGE, "memory to unpack it")
    rest, lc = divmod(properties[0], 9)
    pb, lp = divmod(rest, 5)
    chain = [{"id": lzma.FILTER_LZMA1, "dict_size": max(size, 4096), "lc": lc, "lp": lp, "pb": pb}]
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=chain)
