"""Pictures: not read, but those too small to carry text are no gap. Only their headers are looked at."""

from __future__ import annotations

from collections.abc import Iterator

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget
from leakguard.model.content import GapKind

_STARTS = (
    b"\x89PNG\r\n\x1a\n",
    b"GIF87a",
    b"GIF89a",
    b"\xff\xd8\xff",
    b"II*\0",
    b"MM\0*",
    b"\0\0\1\0",  # icon
    b"\xd7\xcd\xc6\x9a",  # WMF
    b"\1\0\0\0\x6c\0\0\0",  # EMF
    b"\0\0\0\x0cjP  ",
)
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def is_picture(blob: Blob) -> bool:
    data = blob.data
    if data.startswith(_STARTS):
        return True
    if data[:4] == b"RIFF":
        return data[8:12] == b"WEBP"
    if data[:2] == b"BM":
        return int.from_bytes(data[2:6], "little") == len(data)
    return data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"mif1", b"avif")


def read_picture(blob: Blob, budget: Budget) -> Iterator[Item]:
    if is_small(blob.data, budget.limits.small_image_px):
        return
    yield blob.gap(unread(len(blob.data), budget, within_text=blob.within_text), "image not read")


def unread(size: int, budget: Budget, *, within_text: bool) -> GapKind:
    """What a picture of so many octets is, as nobody read it."""
    is_logo = within_text and size <= budget.limits.inline_picture_bytes
    return GapKind.INLINE_PICTURE if is_logo else GapKind.UNSUPPORTED


def is_small(data: bytes, most: int) -> bool:
    """Whether it is certainly too low or too narrow for text. Unknown sizes are not small."""
    size = picture_size(data)
    return size is not None and min(size) <= most


def picture_size(data: bytes) -> tuple[int, int] | None:
    """(width, height) in pixels where the header tells."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if data[:4] == b"GIF8" and len(data) >= 10:
        return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    if data[:3] == b"\xff\xd8\xff":
        return _jpeg_size(data)
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    position = 2
    for _ in range(1_000):  # segments before the frame; real files have some 20
        if position + 9 > len(data) or data[position] != 0xFF:
            return None
        if data[position + 1] in _FRAMES:
            width, height = data[position + 7 : position + 9], data[position + 5 : position + 7]
            return int.from_bytes(width, "big"), int.from_bytes(height, "big")
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
    return None
