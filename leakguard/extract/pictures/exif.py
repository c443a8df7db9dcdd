"""EXIF (which is a TIFF directory) and IPTC: what people wrote, not what cameras measured.

ref: TIFF 6.0, EXIF 2.32, IPTC IIM 4.2
"""

from __future__ import annotations

from collections.abc import Iterator

from leakguard.extract.text.charset import decode
from leakguard.model.content import Role

# Everything else is machine values: dates, places, apertures, programs, thumbnails.
_TAGS = {
    269: ("title", None),
    270: ("description", None),
    285: ("title", None),
    315: ("author", Role.NAME),
    33432: ("copyright", None),
    37510: ("comment", None),
    40091: ("title", None),
    40092: ("comment", None),
    40093: ("author", Role.NAME),
    40094: ("keywords", None),
    40095: ("subject", None),
    42032: ("owner", Role.NAME),
}
_INNER = (34665,)
_IPTC_TAG, _XMP_TAG, _PHOTOSHOP_TAG = 33723, 700, 34377
_WIDE = range(40091, 40096)
_DIRECTORIES = 200  # pages of a TIFF, each with its tags
_ENTRIES = 400
_LONGEST = 1_000_000
_BYTE, _ASCII, _UNDEFINED, _UTF8 = 1, 2, 7, 129
# Numbers of IPTC records without words: dates, versions, codes.
_WORDLESS = frozenset({0, 3, 7, 8, 10, 30, 35, 37, 38, 42, 45, 47, 50, 55, 60, 62, 63, 65, 70, 75, 100, 130, 131, 135})
_IPTC_NAMES = {5: "title", 25: "keywords", 80: "author", 105: "title", 120: "description", 122: "author"}
_IPTC_RESOURCE = b"\x04\x04"

Found = tuple[str, str, Role | None]


def read_exif(data: bytes) -> Iterator[Found]:
    """(property, text, role) of every directory. Never raises."""
    order = {b"II": "little", b"MM": "big"}.get(data[:2])
    if order is None:
        return
    waiting, seen = [_number(data, 4, 4, order)], set[int]()
    while waiting and len(seen) < _DIRECTORIES:
        start = waiting.pop(0)
        if start in seen or not 8 <= start <= len(data) - 2:
            continue
        seen.add(start)
        count = min(_number(data, start, 2, order), _ENTRIES)
        for at in range(start + 2, min(start + 2 + 12 * count, len(data) - 11), 12):
            tag = _number(data, at, 2, order)
            if tag in _INNER:
                waiting.append(_number(data, at + 8, 4, order))
            elif tag in _TAGS or tag in (_IPTC_TAG, _XMP_TAG, _PHOTOSHOP_TAG):
                yield from _entry(tag, _number(data, at + 2, 2, order), _value(data, at, order), order)
        waiting.append(_number(data, start + 2 + 12 * count, 4, order))


def read_iptc(data: bytes) -> Iterator[Found]:
    """Of Photoshop's resources the one with the caption, or the caption alone. Never raises."""
    if not data.startswith(b"8BIM"):
        yield from _records(data)
        return
    position = 0
    while data[position : position + 4] == b"8BIM":
        name_length = data[position + 6] if position + 6 < len(data) else 0
        start = position + 6 + (name_length + 2) // 2 * 2
        size = int.from_bytes(data[start : start + 4], "big")
        if data[position + 4 : position + 6] == _IPTC_RESOURCE:
            yield from _records(data[start + 4 : start + 4 + size])
        position = start + 4 + size + size % 2


def _records(data: bytes) -> Iterator[Found]:
    position = 0
    while position + 5 <= len(data) and data[position] == 0x1C:
        record, number = data[position + 1], data[position + 2]
        size = int.from_bytes(data[position + 3 : position + 5], "big")
        if size >= 0x8000:
            return
        text = decode(data[position + 5 : position + 5 + size])
        if record == 2 and number not in _WORDLESS:
            name = _IPTC_NAMES.get(number, "of the picture")
            yield name, text, Role.NAME if name == "author" else None
        position += 5 + size


def _entry(tag: int, kind: int, raw: bytes, order: str) -> Iterator[Found]:
    if tag == _IPTC_TAG:
        yield from read_iptc(_swapped(raw) if kind == 4 and order == "little" and raw[:1] != b"\x1c" else raw)
    elif tag == _PHOTOSHOP_TAG:
        yield from read_iptc(raw)
    elif tag == _XMP_TAG:
        yield "xmp", decode(raw), None
    elif text := _text(tag, raw, order):
        name, role = _TAGS[tag]
        yield name, text, role


def _text(tag: int, raw: bytes, order: str) -> str:
    if tag in _WIDE:
        return raw.decode("utf-16-le", "replace").strip("\0 ")
    if tag == 37510:
        code, raw = raw[:8], raw[8:]
        if code.startswith(b"UNICODE"):
            return raw.decode("utf-16-le" if order == "little" else "utf-16-be", "replace").strip("\0 ")
    return decode(raw.strip(b"\0 ")).replace("\0", "\n") if raw.strip(b"\0 ") else ""


def _value(data: bytes, at: int, order: str) -> bytes:
    size = {3: 2, 4: 4, 5: 8, 9: 4, 10: 8}.get(_number(data, at + 2, 2, order), 1) * _number(data, at + 4, 4, order)
    if size <= 4:
        return data[at + 8 : at + 8 + size]
    start = _number(data, at + 8, 4, order)
    return data[start : start + min(size, _LONGEST)]


def _number(data: bytes, at: int, size: int, order: str) -> int:
    return int.from_bytes(data[at : at + size], "little" if order == "little" else "big")


def _swapped(raw: bytes) -> bytes:
    """Octets that were declared to be numbers of four."""
    return b"".join(raw[at : at + 4][::-1] for at in range(0, len(raw), 4))
