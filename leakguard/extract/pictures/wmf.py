"""Windows metafiles: the text that their records draw, and the bitmaps that they place.

ref: MS-WMF
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget
from leakguard.extract.pictures.drawing import CHARSETS, Drawing, colour_table, items
from leakguard.model.content import GapKind

_PLACEABLE = b"\xd7\xcd\xc6\x9a"
_TEXT, _EXT_TEXT, _FONT, _SELECT, _DELETE = 0x0521, 0x0A32, 0x02FB, 0x012D, 0x01F0
_MOVE, _ORIGIN, _ALIGN, _ESCAPE = 0x0214, 0x020B, 0x012E, 0x0626
_OTHER_OBJECTS = frozenset({0x02FA, 0x02FC, 0x00F7, 0x01F9, 0x0142, 0x06FF})
_BITMAPS = {0x0F43: 22, 0x0B41: 20, 0x0940: 16, 0x0D33: 18}  # record -> where its bitmap starts
_HAS_BOX = 6
_FOLLOWS = 1  # text starts where the last one ended
_EMBEDDED = b"\x0f\0"
_COMMENT = b"WMFC"
_SYMBOL = 2


def read_wmf(blob: Blob, budget: Budget) -> Iterator[Item]:
    reader = _Wmf(budget)
    is_whole = reader.walk(blob.data)
    yield from items(blob, reader.drawing, first=2)
    if reader.enhanced:
        yield blob.inner(1, bytes(reader.enhanced), place="drawing")
    if not is_whole:
        yield blob.gap(GapKind.DAMAGED, "wmf picture")


class _Wmf:
    """fonts: (height, charset) by the number of the object; other objects have numbers too."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.drawing = Drawing()
        self.enhanced = bytearray()
        self.objects: dict[int, tuple[int, int] | None] = {}
        self.free: list[int] = []
        self.font = (12, 0)
        self.align = 0
        self.x = self.y = self.left = self.top = 0

    def walk(self, data: bytes) -> bool:
        """Whether its last record was reached, and nothing stands behind it."""
        position = 22 if data.startswith(_PLACEABLE) else 0
        position += 18
        while position + 6 <= len(data):
            size = 2 * int.from_bytes(data[position : position + 4], "little")
            kind = int.from_bytes(data[position + 4 : position + 6], "little")
            if kind == 0:
                return size == 6 and not data[position + size :].strip(b"\0")
            if size < 6:
                return False
            self._record(kind, data[position + 6 : position + size])
            position += size
        return position == len(data)

    def _record(self, kind: int, body: bytes) -> None:
        if kind in (_TEXT, _EXT_TEXT):
            self._text(kind, body)
        elif kind in _OTHER_OBJECTS or kind == _FONT:
            self._create((_short(body, 0), body[13] if len(body) > 13 else 0) if kind == _FONT else None)
        elif kind in (_SELECT, _DELETE):
            self._take(kind, _short(body, 0))
        elif kind in (_ALIGN, _MOVE, _ORIGIN):
            self._state(kind, _short(body, 0), _short(body, 2))
        elif kind == _ESCAPE and body[:2] == _EMBEDDED and body[4:8] == _COMMENT:
            self.enhanced += body[38:]
            self.budget.expand(len(body))
        elif kind in _BITMAPS:
            self._bitmap(body[_BITMAPS[kind] :])

    def _state(self, kind: int, first: int, second: int) -> None:
        if kind == _ALIGN:
            self.align = first
        elif kind == _MOVE:
            self.y, self.x = first, second
        else:
            self.top, self.left = first, second

    def _bitmap(self, dib: bytes) -> None:
        header = int.from_bytes(dib[:4], "little")
        if 12 <= header <= 124:
            header += colour_table(dib)
            self.drawing.place(dib[:header], dib[header:])

    def _create(self, made: tuple[int, int] | None) -> None:
        """New objects take the lowest number that is free."""
        number = min(self.free) if self.free else len(self.objects)
        if self.free:
            self.free.remove(number)
        if number < 65_536:
            self.objects[number] = made

    def _take(self, kind: int, number: int) -> None:
        if kind == _SELECT:
            self.font = self.objects.get(number) or self.font
        elif number in self.objects and number not in self.free[-64:] and len(self.free) < 64:
            self.free.append(number)

    def _text(self, kind: int, body: bytes) -> None:
        widths: float | None = None
        if kind == _TEXT:
            count = max(_short(body, 0), 0)
            raw, after = body[2 : 2 + count], 2 + count + count % 2
            y, x = _short(body, after), _short(body, after + 2)
        else:
            y, x, count, options = (_short(body, at) for at in (0, 2, 4, 6))
            start = 16 if options & _HAS_BOX else 8
            raw = body[start : start + max(count, 0)]
            widths = _sum(body[start + count + count % 2 :], len(raw))
        height = abs(self.font[0]) or 12
        if self.align & _FOLLOWS:
            x, y = self.x, self.y
        text = _decoded(raw, self.font[1])
        self.drawing.draw(text, x - self.left, y - self.top, width=widths, height=height, budget=self.budget)
        self.x, self.y = round(x + (widths if widths is not None else 0.5 * height * len(raw))), y


def _decoded(raw: bytes, charset: int) -> str:
    if charset == _SYMBOL:
        return raw.decode("latin-1")
    return raw.decode(CHARSETS.get(charset, "cp1252"), "replace")


def _short(body: bytes, at: int) -> int:
    return int.from_bytes(body[at : at + 2], "little", signed=True)


def _sum(body: bytes, count: int) -> float | None:
    """The widths of so many letters, if they are there."""
    return float(sum(struct.unpack_from(f"<{count}h", body))) if count and len(body) >= 2 * count else None
