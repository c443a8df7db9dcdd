"""StarView metafiles, in which LibreOffice keeps previews of tables and charts: their text and the bitmaps in them.

The format has no standard; its records are those of the program that writes it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget
from leakguard.extract.pictures.drawing import Drawing, items
from leakguard.model.content import GapKind

START = b"VCLMTF"
_RECORD = struct.Struct("<HHI")  # kind, version, size
_TEXT, _TEXT_ARRAY, _STRETCHED, _TEXT_BOX, _FONT = 112, 113, 114, 115, 138
_TEXTS = frozenset({_TEXT, _TEXT_ARRAY, _STRETCHED, _TEXT_BOX})
_BITMAPS = range(116, 125)
_POINT, _BOX = 8, 16
_MOST_HEIGHT = 1_000_000
_MOST_INNER = 100


def read_svm(blob: Blob, budget: Budget) -> Iterator[Item]:
    reader = _Svm(budget)
    is_whole = reader.walk(blob.data)
    yield from items(blob, reader.drawing)
    for ordinal, picture in enumerate(reader.inner, 1):
        yield blob.inner(ordinal, picture, place=f"picture {ordinal}", within_text=True)
    if not is_whole:
        yield blob.gap(GapKind.DAMAGED, "svm picture")


class _Svm:
    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.drawing = Drawing()
        self.inner: list[bytes] = []
        self.height = 12.0

    def walk(self, data: bytes) -> bool:
        """Whether the records fill the file."""
        position = len(START) + 6 + int.from_bytes(data[len(START) + 2 : len(START) + 6], "little")
        while position + _RECORD.size <= len(data):
            kind, _, size = _RECORD.unpack_from(data, position)
            position += _RECORD.size
            self._record(kind, data[position : position + size])
            position += size
        return position == len(data)

    def _record(self, kind: int, body: bytes) -> None:
        if kind in _TEXTS:
            self._text(kind, body)
        elif kind == _FONT:
            self._font(body)
        elif kind in _BITMAPS and len(self.inner) < _MOST_INNER and (start := body.find(b"BM", 0, 64)) >= 0:
            self.inner.append(body[start:])
        elif len(self.inner) < _MOST_INNER and (start := body.find(START)) >= 0:
            self.budget.expand(len(body) - start)
            self.inner.append(body[start:])

    def _text(self, kind: int, body: bytes) -> None:
        x, y = _number(body, 0), _number(body, 4)
        text, at = _string(body, _BOX if kind == _TEXT_BOX else _POINT)
        width: float | None = None
        if kind == _TEXT_ARRAY:  # where each letter ends
            count = _number(body, at + 4)
            width = float(_number(body, at + 4 + 4 * count)) if 0 < count <= len(body) // 4 else None
        elif kind == _STRETCHED:
            width = float(_number(body, at))
        self.drawing.draw(text, x, y, width=width, height=self.height, budget=self.budget)

    def _font(self, body: bytes) -> None:
        at = 6
        for _ in range(2):  # name of the font and of its style
            at += 2 + int.from_bytes(body[at : at + 2], "little")
        height = abs(_number(body, at + 4))
        if 0 < height < _MOST_HEIGHT:
            self.height = float(height)


def _string(body: bytes, at: int) -> tuple[str, int]:
    """The text and where it ends: in UTF-16 behind a long count, or in octets behind a short one."""
    count = int.from_bytes(body[at : at + 4], "little")
    end = at + 4 + 2 * count
    if count > 0 and end <= len(body):
        return body[at + 4 : end].decode("utf-16-le", "replace"), end
    end = at + 2 + int.from_bytes(body[at : at + 2], "little")
    return body[at + 2 : end].decode("cp1252", "replace"), end


def _number(body: bytes, at: int) -> int:
    return int.from_bytes(body[at : at + 4], "little", signed=True)
