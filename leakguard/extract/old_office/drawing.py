"""Drawings of old Office, wherever they lie: their pictures, descriptions and word art.

ref: MS-ODRAW
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.model.content import GapKind

_PROPERTIES = re.compile(rb"[\x03-\xf3][\x00-\x0f][\x0b\x21\x22]\xf0", re.DOTALL)
_BLIP = re.compile(rb"[\x00-\xf0][\x10-\x7b][\x1a-\x1f\x29\x2a]\xf0", re.DOTALL)
_TEXTS = frozenset({0xC0, 0x380, 0x381, 0x38D})  # word art; name, description and tooltip of a shape
_NAME = 0x380
_STARTS = {
    0xF01D: (b"\xff\xd8",),
    0xF02A: (b"\xff\xd8",),
    0xF01E: (b"\x89PNG",),
    0xF029: (b"II*", b"MM\0*"),
}
_METAFILES = frozenset({0xF01A, 0xF01B, 0xF01C})
_STEP = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """start, end: where it lies in what was searched."""

    start: int
    end: int
    data: bytes
    is_macintosh: bool = False


def drawing_texts(data: bytes) -> list[str]:
    """Word art, and what people wrote about shapes; not the names that programs give to shapes."""
    found: dict[str, None] = {}
    end = 0
    for match in _PROPERTIES.finditer(data):
        at = match.start()
        if at < end:
            continue
        count = int.from_bytes(data[at : at + 2], "little") >> 4
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if count * 6 <= size <= len(data) - at - 8 and data[at] & 0xF == 3:
            end = at + 8 + size
            found.update(dict.fromkeys(_complex(data[at + 8 : end], count)))
    return [text for text in found if text]


def _complex(properties: bytes, count: int) -> Iterator[str]:
    """Values too long for their entry stand behind the entries, in the same order."""
    at = count * 6
    for entry in range(0, count * 6, 6):
        identifier = int.from_bytes(properties[entry : entry + 2], "little")
        if identifier & 0x8000:
            size = int.from_bytes(properties[entry + 2 : entry + 6], "little")
            if identifier & 0x3FFF in _TEXTS:
                text = properties[at : at + size].decode("utf-16-le", "replace").partition("\0")[0].strip()
                if identifier & 0x3FFF != _NAME or not _is_given_by_program(text):
                    yield text
            at += size


def _is_given_by_program(name: str) -> bool:
    """ "Text Box 2", "Title Placeholder 1": nobody wrote these."""
    words = name.split(" ")
    return len(words) <= 5 and words[-1].isdigit()


def picture_items(blob: Blob, found: list[Picture]) -> Iterator[Item]:
    """The pictures, to be read by their own reader; those of old Macintosh programs have none."""
    for number, picture in enumerate(found, 1):
        if not picture.is_macintosh:
            yield blob.inner(9000 + number, picture.data, place=f"picture {number}", within_text=True)
    if any(picture.is_macintosh for picture in found):
        yield blob.gap(GapKind.UNSUPPORTED, "Macintosh picture")


def pictures(data: bytes, budget: Budget) -> Iterator[Picture]:
    """Pictures in the order in which they lie. Their record headers are found by their looks."""
    end = 0
    for match in _BLIP.finditer(data):
        if match.start() < end:
            continue
        picture = _picture(data, match.start(), budget)
        if picture is not None:
            end = picture.end
            yield picture


def _picture(data: bytes, at: int, budget: Budget) -> Picture | None:
    """Nothing is copied before its first bytes have been looked at: headers may overlap by thousands."""
    kind = int.from_bytes(data[at + 2 : at + 4], "little")
    size = int.from_bytes(data[at + 4 : at + 8], "little")
    end = min(at + 8 + size, len(data))
    if data[at] & 0xF or size < 30:
        return None
    if kind in _METAFILES:
        return _metafile(data, at, end, budget)
    for identifiers in (16, 32):  # one checksum or two
        start = at + 8 + identifiers + 1
        if data.startswith(_STARTS.get(kind, (b"\x28\0\0\0",)), start):
            content = data[start:end]
            budget.expand(len(content))
            if kind == 0xF01F:
                content = b"BM" + (len(content) + 14).to_bytes(4, "little") + bytes(8) + content
            return Picture(start=at, end=end, data=content)
    return None


def _metafile(data: bytes, at: int, end: int, budget: Budget) -> Picture | None:
    for identifiers in (16, 32):
        start = at + 8 + identifiers
        header = data[start : start + 34]
        if len(header) == 34 and header[33] == 0xFE and header[32] in (0, 0xFE):
            saved = int.from_bytes(header[28:32], "little")
            packed = data[start + 34 : min(start + 34 + saved, end)]
            budget.expand(len(packed))
            try:
                content = packed if header[32] else inflate(packed, budget)
            except zlib.error:
                return None
            if content[:4] not in (b"\1\0\0\0", b"\xd7\xcd\xc6\x9a") and content[:2] in (b"\1\0", b"\2\0"):
                content = _placeable(header) + content
            is_macintosh = int.from_bytes(data[at + 2 : at + 4], "little") == 0xF01C
            return Picture(start=at, end=end, data=content, is_macintosh=is_macintosh)
    return None


def metafile(presentation: bytes) -> bytes:
    """The picture that an object shows in its document; empty when there is none of a known kind."""
    head = presentation[:512]
    at = head.find(b" EMF")
    if at >= 40 and head[at - 40 : at - 36] == b"\1\0\0\0":
        return presentation[at - 40 :]
    at = head.find(b"\1\0\x09\0\0\3")
    return _placeable(bytes(12) + struct.pack("<ii", 9_000, 6_000)) + presentation[at:] if at >= 0 else b""


def _placeable(header: bytes) -> bytes:
    """The header that a Windows metafile has when it stands alone; its size is in points of the page."""
    left, top, right, bottom = (int.from_bytes(header[n : n + 4], "little", signed=True) for n in (4, 8, 12, 16))
    box = b"".join((value & 0xFFFF).to_bytes(2, "little") for value in (left, top, right, bottom))
    head = b"\xd7\xcd\xc6\x9a\0\0" + box + (1440).to_bytes(2, "little") + bytes(4)
    check = 0
    for index in range(0, 20, 2):
        check ^= int.from_bytes(head[index : index + 2], "little")
    return head + check.to_bytes(2, "little")


def inflate(packed: bytes, budget: Budget) -> bytes:
    """Unpacked in counted steps. Raises zlib.error; what was unpacked before damage is kept."""
    unpacker = zlib.decompressobj()
    out: list[bytes] = []
    rest = packed
    while rest and not unpacker.eof:
        try:
            piece = unpacker.decompress(rest, _STEP)
        except zlib.error:
            if not out:
                raise
            break
        budget.expand(len(piece))
        out.append(piece)
        rest = unpacker.unconsumed_tail
        if not piece and not rest:
            break
    return b"".join(out)


def carved(data: bytes, budget: Budget) -> tuple[list[Picture], bytes]:
    """The pictures, and the bytes around them."""
    found: list[Picture] = []
    rest: list[bytes] = []
    at = 0
    try:
        for picture in pictures(data, budget):
            rest.append(data[at : picture.start])
            at = picture.end
            found.append(picture)
    except CannotRead:
        if not found:
            raise
    return found, b"\0".join([*rest, data[at:]])
