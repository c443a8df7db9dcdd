"""Pieces of text with their positions, as drawings hold them -> lines of text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget

_MOST_PICTURES = 100
_BMP_HEADER = 14
_SPACE, _NO_SPACE = 0.2, 0.03  # of the height: the narrowest gap that is a space, and the widest that is none
_JPEG, _PNG = 4, 5  # kinds of compression that are files of their own
CHARSETS = {
    0: "cp1252", 1: "cp1252", 77: "mac-roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251",
    222: "cp874", 238: "cp1250", 255: "cp437",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Text from x to end on the base line y, in letters of this height. is_exact: its end is known, not estimated."""

    text: str = field(repr=False)
    x: float
    y: float
    end: float
    height: float
    is_exact: bool = True


@dataclass(slots=True)
class Drawing:
    """pieces: in the order of drawing. pictures: files of their own. hidden: text that is not drawn."""

    pieces: list[Piece] = field(default_factory=list)
    pictures: list[bytes] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    length: int = 0

    def draw(self, text: str, x: float, y: float, *, width: float | None, height: float, budget: Budget) -> None:
        """width: where it is known; else a letter is half as wide as it is high."""
        text = text.replace("\0", "")
        if not text:
            return
        self.length += len(text) + 1
        budget.check_text(self.length)
        end = x + (width if width is not None else 0.5 * height * len(text))
        self.pieces.append(Piece(text=text, x=x, y=y, end=end, height=height, is_exact=width is not None))

    def place(self, header: bytes, bits: bytes) -> None:
        """A bitmap without the header that it would have as a file."""
        if len(self.pictures) >= _MOST_PICTURES or len(header) < 16:
            return
        kind = int.from_bytes(header[16:20], "little") if len(header) >= 40 else 0
        if kind in (_JPEG, _PNG):
            self.pictures.append(bits)
            return
        start = _BMP_HEADER + len(header)
        size = (start + len(bits)).to_bytes(4, "little")
        self.pictures.append(b"BM" + size + b"\0\0\0\0" + start.to_bytes(4, "little") + header + bits)


def items(blob: Blob, drawing: Drawing, first: int = 1) -> Iterator[Item]:
    """The text as it was drawn, and by rows where that is another; then the pictures."""
    place = blob.place if blob.within_text else f"{blob.place}, drawing"
    drawn = _text(drawing.pieces, _between)
    yield blob.span(drawn, place=place)
    by_rows = sorted(drawing.pieces, key=lambda each: (round(2 * each.y / max(each.height, 1)), each.x))
    across = _text(by_rows, _otherwise_between)
    if across.split() != drawn.split():
        yield blob.span(across, place=place)
    for ordinal, picture in enumerate(drawing.pictures, first):
        yield blob.inner(ordinal, picture, place=f"picture {ordinal}", within_text=True)


def _text(pieces: Iterable[Piece], between: Callable[[Piece, Piece], str]) -> str:
    text: list[str] = []
    before: Piece | None = None
    for piece in pieces:
        if before is not None:
            text.append(between(before, piece))
        text.append(piece.text)
        before = piece
    return "".join(text)


def _between(before: Piece, piece: Piece) -> str:
    height = max(before.height, piece.height, 1)
    if abs(piece.y - before.y) > 0.45 * height:
        return "\n"
    gap = piece.x - before.end
    if gap > (1.5 * height if before.is_exact else 1.5 * height + 0.3 * (before.end - before.x)) or piece.x < before.x:
        return "\t"
    return " " if gap > _SPACE * height or not before.is_exact else ""


def _otherwise_between(before: Piece, piece: Piece) -> str:
    """Where the gap leaves it open whether there is a space, the other answer."""
    likely = _between(before, piece)
    if likely == " " and not before.is_exact:
        return ""
    is_open = likely == "" and len(before.text) > 1 and len(piece.text) > 1
    return " " if is_open and piece.x - before.end > _NO_SPACE * max(before.height, piece.height) else likely


def colour_table(header: bytes) -> int:
    """Octets of the colours behind a bitmap's header; 0 if it is none."""
    size = int.from_bytes(header[:4], "little")
    if size == 12:
        depth = int.from_bytes(header[10:12], "little")
        return 3 << depth if depth <= 8 else 0
    depth, used = int.from_bytes(header[14:16], "little"), int.from_bytes(header[32:36], "little")
    masks = 12 if size == 40 and header[16:20] == b"\3\0\0\0" else 0
    count = min(used, 256) if used else (1 << depth if depth <= 8 else 0)
    return masks + 4 * count
