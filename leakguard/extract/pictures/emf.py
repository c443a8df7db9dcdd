"""Enhanced metafiles: the text that their records draw (in both of their languages), and the bitmaps that they place.

ref: MS-EMF
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget
from leakguard.extract.pictures.drawing import CHARSETS, Drawing, items
from leakguard.extract.pictures.emf_plus import EmfPlus
from leakguard.model.content import GapKind, Role

_TEXT_A, _TEXT_W, _POLY_A, _POLY_W, _SMALL_TEXT = 83, 84, 96, 97, 108
_FONT, _SELECT, _ALIGN, _MOVE, _SAVE, _RESTORE = 82, 37, 22, 27, 33, 34
_SET_WORLD, _MODIFY_WORLD, _WINDOW_ORIGIN, _COMMENT, _END = 35, 36, 10, 70, 14
_BITMAPS = {76: 84, 77: 84, 78: 84, 79: 84, 114: 84, 116: 84, 80: 48, 81: 48}  # record -> where its bitmap is named
_FOLLOWS, _GLYPHS, _NO_BOX, _NARROW = 1, 0x10, 0x100, 0x200
_PLUS, _PUBLIC, _INNER_WMF = b"EMF+", b"GDIC", 0x80000001
_GLYPH_OFFSET = 29  # from glyph to letter in most TrueType fonts
_SAVED = 64
_PLAIN = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

Matrix = tuple[float, float, float, float, float, float]


def read_emf(blob: Blob, budget: Budget) -> Iterator[Item]:
    reader = _Emf(budget)
    is_whole = reader.walk(blob.data)
    yield from items(blob, reader.drawing)
    yield from items(blob, reader.plus.drawing, first=1 + len(reader.drawing.pictures))
    for text in (*reader.drawing.hidden, *reader.plus.drawing.hidden):
        yield blob.span(text, role=Role.HIDDEN)
    if reader.glyphs or reader.plus.glyphs:
        yield blob.gap(GapKind.UNSUPPORTED, "text by the numbers of its glyphs")
    if not is_whole:
        yield blob.gap(GapKind.DAMAGED, "emf picture")


class _Emf:
    """What is drawn, and the state that decides where."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.drawing = Drawing()
        self.plus = EmfPlus(budget)
        self.glyphs = False
        self.fonts: dict[int, tuple[int, int]] = {}
        self.font = (12, 0)
        self.align = 0
        self.world: Matrix = _PLAIN
        self.origin = (0, 0)
        self.at = (0.0, 0.0)
        self.saved: list[tuple[tuple[int, int], int, Matrix, tuple[int, int]]] = []

    def walk(self, data: bytes) -> bool:
        """Whether its last record was reached, and nothing stands behind it."""
        position = 0
        self._title(data)
        while position + 8 <= len(data):
            kind, size = struct.unpack_from("<II", data, position)
            if kind == _END:
                return not data[position + max(size, 20) :].strip(b"\0")
            if size < 8:
                return False
            self._record(kind, data[position : position + size])
            position += size
        return False

    def _title(self, data: bytes) -> None:
        """Program and title, which some programs show."""
        count, start = _int(data, 60), _int(data, 64)
        if 0 < count < 1_000 and 88 <= start <= len(data):
            title = data[start : start + 2 * count].decode("utf-16-le", "replace").replace("\0", "\n").strip()
            self.drawing.hidden.append(title)

    def _record(self, kind: int, record: bytes) -> None:
        if kind in (_TEXT_A, _TEXT_W) and len(record) >= 76:
            self._text(record, 36, is_wide=kind == _TEXT_W)
        elif kind in (_POLY_A, _POLY_W):
            for index in range(min(max(_int(record, 36), 0), len(record) // 40)):
                self._text(record, 40 + 40 * index, is_wide=kind == _POLY_W)
        elif kind == _SMALL_TEXT:
            self._small_text(record)
        elif kind == _COMMENT:
            self._comment(record)
        elif kind in _BITMAPS:
            self._bitmap(record, _BITMAPS[kind])
        else:
            self._state(kind, record)

    def _state(self, kind: int, record: bytes) -> None:
        if kind == _FONT and len(record) > 36:
            self.fonts[_int(record, 8)] = (_int(record, 12), record[35])
        elif kind == _SELECT:
            self.font = self.fonts.get(_int(record, 8), self.font)
        elif kind == _ALIGN:
            self.align = _int(record, 8)
        elif kind == _MOVE:
            self.at = (_int(record, 8), _int(record, 12))
        else:
            self._space(kind, record)

    def _space(self, kind: int, record: bytes) -> None:
        if kind == _WINDOW_ORIGIN:
            self.origin = (_int(record, 8), _int(record, 12))
        elif kind == _SAVE and len(self.saved) < _SAVED:
            self.saved.append((self.font, self.align, self.world, self.origin))
        elif kind == _RESTORE and self.saved:
            self.font, self.align, self.world, self.origin = self.saved.pop()
        elif kind in (_SET_WORLD, _MODIFY_WORLD) and len(record) >= 32:
            self._transform(kind, record)

    def _transform(self, kind: int, record: bytes) -> None:
        given: Matrix = struct.unpack_from("<6f", record, 8)
        mode = _int(record, 32) if kind == _MODIFY_WORLD else 4
        if mode == 1:
            self.world = _PLAIN
        elif mode == 2:
            self.world = times(given, self.world)
        elif mode == 3:
            self.world = times(self.world, given)
        else:
            self.world = given

    def _text(self, record: bytes, at: int, *, is_wide: bool) -> None:
        count, start, options = (_int(record, at + offset) for offset in (8, 12, 16))
        if not 0 < count <= len(record):
            return
        raw = record[start : start + (2 * count if is_wide else count)]
        widths = _sum(record, _int(record, at + 36), count)
        self._draw(raw, (_int(record, at), _int(record, at + 4)), options, is_wide=is_wide, width=widths)

    def _small_text(self, record: bytes) -> None:
        count, options = _int(record, 16), _int(record, 20)
        start = 36 if options & _NO_BOX else 52
        is_wide = not options & _NARROW
        raw = record[start : start + (2 * count if is_wide else count)] if count > 0 else b""
        self._draw(raw, (_int(record, 8), _int(record, 12)), options, is_wide=is_wide, width=None)

    def _draw(self, raw: bytes, at: tuple[float, float], options: int, *, is_wide: bool, width: float | None) -> None:
        if options & _GLYPHS:
            self.glyphs = True
            self.drawing.hidden.append(letters_of(raw))
            return
        height, charset = self.font
        text = raw.decode("utf-16-le", "replace") if is_wide else raw.decode(CHARSETS.get(charset, "cp1252"), "replace")
        size = abs(height) or 12
        x, y = self.at if self.align & _FOLLOWS else at
        end = x + (width if width is not None else 0.5 * size * len(text))
        self.at = (end, y)
        left, top = _moved(self.world, x - self.origin[0], y - self.origin[1])
        right, below = _moved(self.world, end - self.origin[0], y - self.origin[1])
        scale = (abs(self.world[0] * self.world[3] - self.world[1] * self.world[2])) ** 0.5 or 1.0
        length = ((right - left) ** 2 + (below - top) ** 2) ** 0.5
        self.drawing.draw(text, left, top, width=length, height=size * scale, budget=self.budget)

    def _comment(self, record: bytes) -> None:
        name, body = record[12:16], record[16 : 12 + max(_int(record, 8), 0)]
        if name == _PLUS:
            self.plus.walk(body)
        elif name == _PUBLIC and int.from_bytes(body[:4], "little") == _INNER_WMF:
            self.drawing.pictures.append(record[36:])

    def _bitmap(self, record: bytes, at: int) -> None:
        header_at, header, bits_at, bits = (_int(record, at + offset) for offset in (0, 4, 8, 12))
        if min(header_at, header, bits_at, bits) > 0:
            self.drawing.place(record[header_at : header_at + header], record[bits_at : bits_at + bits])


def letters_of(glyphs: bytes) -> str:
    """The likeliest letters of numbers that only the font could tell."""
    numbers = struct.unpack(f"<{len(glyphs) // 2}H", glyphs[: len(glyphs) // 2 * 2])
    return "".join(chr(each + _GLYPH_OFFSET) if 3 <= each <= 97 else "\ufffd" for each in numbers)


def times(one: Matrix, other: Matrix) -> Matrix:
    """First one, then the other."""
    a, b, c, d, x, y = one
    e, f, g, h, v, w = other
    return (a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h, x * e + y * g + v, x * f + y * h + w)


def _moved(world: Matrix, x: float, y: float) -> tuple[float, float]:
    return world[0] * x + world[2] * y + world[4], world[1] * x + world[3] * y + world[5]


def _int(record: bytes, at: int) -> int:
    return int.from_bytes(record[at : at + 4], "little", signed=True)


def _sum(record: bytes, start: int, count: int) -> float | None:
    """The widths of so many letters, if they are there."""
    if start <= 0 or start + 4 * count > len(record):
        return None
    return float(sum(struct.unpack_from(f"<{count}I", record, start)))
