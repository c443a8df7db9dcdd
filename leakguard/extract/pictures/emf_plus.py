"""The records of EMF+, which stand in comments of enhanced metafiles: text and pictures.

ref: MS-EMFPLUS
"""

from __future__ import annotations

import struct

from leakguard.extract.limits import Budget
from leakguard.extract.pictures.drawing import Drawing

_STRING, _DRIVER_STRING, _OBJECT, _SET_WORLD, _RESET_WORLD = 0x401C, 0x4036, 0x4008, 0x402A, 0x402B
_IMAGE, _FONT = 5, 6
_CONTINUES = 0x8000
_BITMAP, _METAFILE, _PACKED = 1, 2, 1
_ARE_LETTERS = 1
_GLYPH_OFFSET = 29
_HEIGHT = 12.0


class EmfPlus:
    """drawing: what its records draw. glyphs: whether some text has only the numbers of its glyphs."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.drawing = Drawing()
        self.glyphs = False
        self._world = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
        self._heights: dict[int, float] = {}
        self._object = bytearray()

    def walk(self, body: bytes) -> None:
        position = 0
        while position + 12 <= len(body):
            kind, flags, size, length = struct.unpack_from("<HHII", body, position)
            if size < 12:
                return
            self._record(kind, flags, body[position + 12 : position + 12 + min(length, size - 12)])
            position += size

    def _record(self, kind: int, flags: int, data: bytes) -> None:
        if kind == _STRING and len(data) >= 28:
            count, x, y = struct.unpack_from("<Iff", data, 8)
            text = data[28 : 28 + 2 * count].decode("utf-16-le", "replace")
            self._draw(text, x, y, self._heights.get(flags & 0xFF, _HEIGHT))
        elif kind == _DRIVER_STRING and len(data) >= 16:
            self._driver_string(flags, data)
        elif kind == _OBJECT:
            self._define(flags, data)
        elif kind == _SET_WORLD and len(data) >= 24:
            self._world = struct.unpack_from("<6f", data)
        elif kind == _RESET_WORLD:
            self._world = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

    def _driver_string(self, flags: int, data: bytes) -> None:
        options, _, count = struct.unpack_from("<III", data, 4)
        if not 0 < count <= len(data) // 10:
            return
        raw = data[16 : 16 + 2 * count]
        places = 16 + 2 * count
        height = self._heights.get(flags & 0xFF, _HEIGHT)
        if not options & _ARE_LETTERS:
            self.glyphs = True
            numbers = struct.unpack(f"<{count}H", raw)
            self.drawing.hidden.append(
                "".join(chr(each + _GLYPH_OFFSET) if 3 <= each <= 97 else "?" for each in numbers)
            )
            return
        points = struct.unpack_from(f"<{2 * count}f", data, places) if len(data) >= places + 8 * count else (0.0, 0.0)
        width = points[-2] - points[0] + 0.5 * height
        self._draw(raw.decode("utf-16-le", "replace"), points[0], points[1], height, width if len(points) > 2 else None)

    def _draw(self, text: str, x: float, y: float, height: float, width: float | None = None) -> None:
        a, b, c, d, right, down = self._world
        left, top = a * x + c * y + right, b * x + d * y + down
        scale = abs(a * d - b * c) ** 0.5 or 1.0
        wide = (width if width is not None else 0.5 * height * len(text)) * scale
        if abs(left) + abs(top) + wide < 1e12:  # neither infinite nor no number
            self.drawing.draw(text, left, top, width=wide, height=height * scale, budget=self.budget)
        else:
            self.drawing.draw(text, 0.0, 0.0, width=0.0, height=_HEIGHT, budget=self.budget)

    def _define(self, flags: int, data: bytes) -> None:
        """Objects come whole, or in pieces each after the size of the whole."""
        if flags & _CONTINUES:
            whole = int.from_bytes(data[:4], "little")
            self._object += data[4:]
            if len(self._object) < whole:
                return
            data, self._object = bytes(self._object), bytearray()
        kind = flags >> 8 & 0x7F
        if kind == _FONT and len(data) >= 8:
            (height,) = struct.unpack_from("<f", data, 4)
            self._heights[flags & 0xFF] = height if 0 < height < 10_000 else _HEIGHT
        elif kind == _IMAGE and len(data) >= 16:
            self._image(data)

    def _image(self, data: bytes) -> None:
        kind = int.from_bytes(data[4:8], "little")
        if kind == _METAFILE:
            self.drawing.pictures.append(data[16:])
        elif kind == _BITMAP and int.from_bytes(data[24:28], "little") == _PACKED:
            self.drawing.pictures.append(data[28:])
        elif kind == _BITMAP and len(data) > 28:
            self._pixels(data)

    def _pixels(self, data: bytes) -> None:
        """As a bitmap file whose rows run downwards, for the common depths."""
        width, height, stride, pixel_format = struct.unpack_from("<iiiI", data, 8)
        depth = pixel_format >> 8 & 0xFF
        if depth in (24, 32) and min(width, height) > 0 and stride == (width * depth // 8 + 3) // 4 * 4:
            header = struct.pack("<IiiHHIIiiII", 40, width, -height, 1, depth, 0, 0, 0, 0, 0, 0)
            self.drawing.place(header, data[28:])
