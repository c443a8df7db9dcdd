"""Octets of a message off the wire: up to the one true end of DATA, or exactly as many as BDAT says.

ref: RFC 5321 section 4.1.1.4 (end of data), section 4.5.2 (transparency); RFC 3030 (BDAT)
"""

# Rule of this file: <CR><LF>.<CR><LF> ends the data, and nothing that looks like it does.

from __future__ import annotations

from asyncio import StreamReader
from collections.abc import Callable

PIECE = 256 * 1024
_END = b"\r\n.\r\n"


class DataScanner:
    """Takes DATA in pieces torn anywhere. Past `max_wire` octets it goes on looking for the end, and keeps nothing."""

    __slots__ = ("_max_wire", "_pieces", "_size", "_tail", "is_too_large")

    def __init__(self, max_wire: int) -> None:
        self._max_wire = max_wire
        self._pieces: list[bytes] = []
        self._size = 0
        self._tail = b"\r\n"  # as if a line had just ended: `.` at once is an empty message
        self.is_too_large = False

    def feed(self, piece: bytes) -> bytes | None:
        """None: more is to come. Octets: the end was found, and these stood behind it."""
        at = (self._tail + piece[:4]).find(_END)
        if at >= 0:
            end = at + len(_END) - len(self._tail)
        elif (at := piece.find(_END)) >= 0:
            end = at + len(_END)
        else:
            self._tail = (self._tail + piece[-4:])[-4:]
            self._keep(piece)
            return None
        self._keep(piece[:end])
        return piece[end:]

    def _keep(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._max_wire:
            self.is_too_large = True
            self._pieces.clear()
        elif not self.is_too_large:
            self._pieces.append(piece)

    @property
    def wire(self) -> bytes:
        """The dot-stuffed octets before the final dot, their last <CR><LF> included."""
        pieces = self._pieces
        if pieces and len(pieces[-1]) >= 3:
            pieces[-1] = pieces[-1][:-3]
            return pieces[0] if len(pieces) == 1 else b"".join(pieces)
        return b"".join(pieces)[:-3]


def unstuff(wire: bytes) -> bytes:
    """Without the dot that the client put before each line that began with one."""
    if wire[:1] == b".":
        wire = wire[1:]
    return wire.replace(b"\r\n.", b"\r\n") if b"\r\n." in wire else wire


def most_stuffed(size: int) -> int:
    """The most octets on the wire, end included, of `size` octets of message: one dot for each line of a dot."""
    return size * 4 // 3 + 8


async def read_data(reader: StreamReader, max_size: int, on_piece: Callable[[], None]) -> DataScanner | None:
    """All of DATA; what was pipelined behind it is put back. None when the client went away first."""
    scanner = DataScanner(most_stuffed(max_size))
    while piece := await reader.read(PIECE):
        on_piece()
        rest = scanner.feed(piece)
        if rest is not None:
            put_back(reader, rest)
            return scanner
    return None


async def read_octets(reader: StreamReader, size: int, on_piece: Callable[[], None], *, keep: bool) -> bytes | None:
    """Exactly `size` octets (none of them, unless `keep`). None when the client went away first."""
    pieces: list[bytes] = []
    while size:
        piece = await reader.read(min(size, PIECE))
        if not piece:
            return None
        on_piece()
        size -= len(piece)
        if keep:
            pieces.append(piece)
    return b"".join(pieces)


def put_back(reader: StreamReader, octets: bytes) -> None:
    """In front of what has not been read yet."""
    if octets:
        buffer_of(reader)[:0] = octets


def take_lines(reader: StreamReader, beginning: bytes, *, most: int, longest: int) -> list[bytes]:
    """Lines that have arrived already and begin with `beginning` (upper case), without their <CR><LF>."""
    buffer, lines = buffer_of(reader), list[bytes]()
    while len(lines) < most and buffer[: len(beginning)].upper() == beginning:
        end = buffer.find(b"\n", 0, longest)
        if end < 1 or buffer[end - 1] != 0x0D:
            break
        lines.append(bytes(buffer[: end - 1]))
        del buffer[: end + 1]
    return lines


def buffer_of(reader: StreamReader) -> bytearray:
    """asyncio has no public way to look ahead; a test says when this one goes."""
    buffer: bytearray = reader._buffer  # type: ignore[attr-defined]
    return buffer
