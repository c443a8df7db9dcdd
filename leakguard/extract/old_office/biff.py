"""Records of old Excel files (BIFF 2 to 8), their strings, and strings that go on in the next record.

ref: MS-XLS
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from leakguard.extract.old_office.properties import charset_of

CONTINUE = 0x3C
_HEADER = struct.Struct("<HH")
_UNICODE = 1200  # what version 8 says, whose strings know themselves
_RK_HUNDREDTH, _RK_INTEGER = 1, 2


@dataclass(slots=True)
class Record:
    """pieces: the record's own bytes, then those of each CONTINUE behind it."""

    kind: int
    start: int
    pieces: list[bytes]

    @property
    def data(self) -> bytes:
        return self.pieces[0]

    @property
    def whole(self) -> bytes:
        return b"".join(self.pieces)


def records(stream: bytes) -> Iterator[Record]:
    """In order, to the end or to the first that is cut off (which is given as far as it goes)."""
    at = 0
    current: Record | None = None
    while at + 4 <= len(stream):
        kind, size = _HEADER.unpack_from(stream, at)
        data = stream[at + 4 : at + 4 + size]
        if kind == CONTINUE and current is not None:
            current.pieces.append(data)
        else:
            if current is not None:
                yield current
            current = Record(kind, at, [data])
        at += 4 + size
    if current is not None:
        yield current


class Reader:
    """Reads through the pieces of a record. Characters that go on in the next piece start with a new flag there."""

    def __init__(self, pieces: list[bytes], at: int = 0) -> None:
        self._pieces = pieces
        self._piece = 0
        self._at = at

    @property
    def at_end(self) -> bool:
        while self._piece < len(self._pieces) and self._at >= len(self._pieces[self._piece]):
            self._at -= len(self._pieces[self._piece])
            self._piece += 1
        return self._piece >= len(self._pieces)

    def number(self, size: int) -> int:
        return int.from_bytes(self.octets(size), "little")

    def octets(self, size: int) -> bytes:
        out = bytearray()
        while len(out) < size and not self.at_end:
            taken = self._pieces[self._piece][self._at : self._at + size - len(out)]
            self._at += len(taken)
            out += taken
        return bytes(out)

    def skip(self, size: int) -> None:
        while size > 0 and not self.at_end:
            step = min(size, len(self._pieces[self._piece]) - self._at)
            self._at += step
            size -= step

    def string(self, length_size: int = 2) -> str:
        """A string of BIFF 8 with its length in front; formats and pronunciation are skipped."""
        count = self.number(length_size)
        if self.at_end:
            return ""
        flags = self.number(1)
        runs = self.number(2) if flags & 8 else 0
        extra = self.number(4) if flags & 4 else 0
        text = self.characters(count, wide=bool(flags & 1))
        self.skip(runs * 4 + extra)
        return text

    def characters(self, count: int, *, wide: bool) -> str:
        out: list[str] = []
        while count > 0 and self._piece < len(self._pieces):
            piece = self._pieces[self._piece]
            width = 2 if wide else 1
            taken = piece[self._at : self._at + count * width]
            out.append(taken.decode("utf-16-le" if wide else "latin-1", "replace"))
            self._at += len(taken)
            count -= max(1, len(taken) // width) if taken else 0
            if count > 0:
                self._piece += 1
                self._at = 1
                if self._piece < len(self._pieces):
                    wide = bool(self._pieces[self._piece][:1] and self._pieces[self._piece][0] & 1)
        return "".join(out)


@dataclass(slots=True)
class Dialect:
    """version: 2, 3, 4, 5 or 8. charset: of strings before version 8."""

    version: int = 8
    charset: str = "cp1252"

    def codepage(self, number: int) -> None:
        self.charset = charset_of(number) if number != _UNICODE else "cp1252"

    def string(self, pieces: list[bytes], at: int, length_size: int = 2) -> str:
        """The string at an offset of a record; its length takes one or two bytes."""
        if self.version == 8:
            return Reader(pieces, at).string(length_size)
        data = b"".join(pieces) if len(pieces) > 1 else pieces[0]
        count = int.from_bytes(data[at : at + length_size], "little")
        return data[at + length_size : at + length_size + count].decode(self.charset, "replace")


def rk_number(raw: int) -> str:
    """A number in 30 bits, as text."""
    if raw & _RK_INTEGER:
        value = float((raw >> 2) - (1 << 30 if raw & 0x80000000 else 0))
    else:
        value = struct.unpack("<d", struct.pack("<Q", (raw & 0xFFFFFFFC) << 32))[0]
    return number_text(value / 100 if raw & _RK_HUNDREDTH else value)


def number_text(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
