"""Pictures: their words by OCR where it is installed, what was written into the file beside the pixels, and what was
appended to it. Those too small to carry text are no gap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from leakguard.extract.binary import strings_of
from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.pictures import ocr
from leakguard.extract.pictures.emf import read_emf
from leakguard.extract.pictures.frames import frames, opened
from leakguard.extract.pictures.kinds import DECODED_AS, kind_of
from leakguard.extract.pictures.metadata import read_metadata
from leakguard.extract.pictures.svm import read_svm
from leakguard.extract.pictures.wmf import read_wmf
from leakguard.model.content import GapKind, Role

_DRAWINGS = {"emf": read_emf, "svm": read_svm, "wmf": read_wmf}
_LOWEST_LINE = 9  # pixels
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def is_picture(blob: Blob) -> bool:
    return kind_of(blob.data) != ""


def read_picture(blob: Blob, budget: Budget) -> Iterator[Item]:
    kind = kind_of(blob.data)
    if kind in _DRAWINGS:
        yield from _DRAWINGS[kind](blob, budget)
        return
    yield from read_metadata(blob, kind, budget)
    if kind == "postscript":
        yield blob.span(strings_of(blob.data), role=Role.HIDDEN)
    if kind not in DECODED_AS:
        yield _unread(blob, budget, f"{kind} picture")
    elif can_look(budget):
        yield from _words(blob, kind, budget)
    elif not is_small(blob.data, budget.limits.small_image_px) and not _is_small_inside(blob, kind, budget):
        why = "OCR is not installed" if budget.limits.ocr_pictures else "OCR is switched off"
        yield _unread(blob, budget, f"picture not read: {why}")


def can_look(budget: Budget) -> bool:
    """Whether words are looked for in pictures at all."""
    return budget.limits.ocr_pictures > 0 and ocr.is_available()


def _words(blob: Blob, kind: str, budget: Budget) -> Iterator[Item]:
    place = blob.place if blob.within_text else f"{blob.place}, picture"
    size = picture_size(blob.data)
    if size is not None and _is_icon(size, budget):
        return
    for ordinal, picture in frames(blob.data, kind, budget):
        if _is_icon(picture.size, budget):
            continue
        budget.look_at_picture()
        words = ocr.words_in(picture)
        budget.ocr_work -= words.cost
        where = place if ordinal == 1 else f"{place}, page {ordinal}"
        for reading in words.readings:
            yield replace(blob.span(reading), marks=((0, where),))
        if not words.in_time:
            yield blob.gap(GapKind.TIMED_OUT, "words of a picture")


def _is_icon(size: tuple[int, int], budget: Budget) -> bool:
    """Too small for a word; one line of words may be low, but then it is wide."""
    return max(size) <= budget.limits.small_image_px or min(size) < _LOWEST_LINE


def _unread(blob: Blob, budget: Budget, why: str) -> Item:
    return blob.gap(unread(len(blob.data), budget, within_text=blob.within_text), why)


def _is_small_inside(blob: Blob, kind: str, budget: Budget) -> bool:
    """The same question for kinds whose size only the decoder knows."""
    try:
        return min(opened(blob.data, kind).size) <= budget.limits.small_image_px
    except CannotRead:
        return False


def unread(size: int, budget: Budget, *, within_text: bool) -> GapKind:
    """What a picture of so many octets is, as nobody read it."""
    is_logo = within_text and size <= budget.limits.inline_picture_bytes
    return GapKind.INLINE_PICTURE if is_logo else GapKind.UNSUPPORTED


def is_small(data: bytes, most: int) -> bool:
    """Whether it is certainly too low or too narrow for text. Unknown sizes are not small."""
    size = picture_size(data)
    return size is not None and 0 < min(size) <= most


def picture_size(data: bytes) -> tuple[int, int] | None:
    """(width, height) in pixels where the header tells."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if data[:4] == b"GIF8" and len(data) >= 10:
        return _gif_size(data)
    if data[:3] == b"\xff\xd8\xff":
        return _jpeg_size(data)
    return None


def _gif_size(data: bytes) -> tuple[int, int] | None:
    """Of the screen; not known when its first frame is larger, as programs then show the frame."""
    width, height = int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    at = 13 + (3 << (data[10] & 7) + 1 if data[10:11] and data[10] & 0x80 else 0)
    for _ in range(100):  # extensions before the frame; real files have three at most
        if data[at : at + 1] != b"!":
            break
        at += 2
        while at < len(data) and data[at]:
            at += 1 + data[at]
        at += 1
    if data[at : at + 1] != b"," or at + 10 > len(data):
        return None if data[at : at + 1] == b"!" else (width, height)
    left, top, across, down = (int.from_bytes(data[each : each + 2], "little") for each in range(at + 1, at + 9, 2))
    return (width, height) if left + across <= width and top + down <= height else None


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
