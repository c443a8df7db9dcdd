"""Property sets: title, author, keywords and the like, which all OLE formats keep in the same way.

ref: MS-OLEPS
"""

from __future__ import annotations

import codecs
import struct
from collections.abc import Iterator

from leakguard.extract.blob import Blob
from leakguard.model.content import Role, Span

STREAMS = ("\x05SummaryInformation", "\x05DocumentSummaryInformation")

_SUMMARY = bytes.fromhex("e0859ff2f94f6810ab9108002b27b3d9")
_DOCUMENT = bytes.fromhex("02d5cdd59c2e1b10939708002b2cf9ae")
_CUSTOM = bytes.fromhex("05d5cdd59c2e1b10939708002b2cf9ae")
_NAMES = {
    _SUMMARY: {2: "title", 3: "subject", 4: "author", 5: "keywords", 6: "comments", 8: "last author"},
    _DOCUMENT: {2: "category", 14: "manager", 15: "company", 13: "parts", 27: "content type", 28: "status"},
}
_PEOPLE = frozenset({"author", "last author", "manager"})
_MOST = 2_000  # properties of one set, and strings of one vector
_INTEGERS = {2: "<h", 3: "<i", 4: "<f", 5: "<d", 18: "<H", 19: "<I", 20: "<q", 21: "<Q", 22: "<i", 23: "<I"}


def read_properties(blob: Blob, stream: bytes) -> Iterator[Span]:
    """The text properties, each with its name as place. Damaged ones are left out: they show nothing."""
    if stream[:2] != b"\xfe\xff" or len(stream) < 48:
        return
    for index in range(min(int.from_bytes(stream[24:28], "little"), 4)):
        kind = stream[28 + 20 * index : 44 + 20 * index]
        start = int.from_bytes(stream[44 + 20 * index : 48 + 20 * index], "little")
        yield from _set(blob, kind, stream[start:])


def _set(blob: Blob, kind: bytes, data: bytes) -> Iterator[Span]:
    offsets = _offsets(data)
    codepage = int.from_bytes(data[offsets[1] + 4 : offsets[1] + 6], "little") if 1 in offsets else 1252
    own = _dictionary(data, offsets[0], codepage) if 0 in offsets else {}
    names = own or _NAMES.get(kind, {})
    for identifier, offset in offsets.items():
        name = names.get(identifier, "")
        if identifier < 2 or (not name and kind in _NAMES):
            continue
        text = "\n".join(each for each in _values(data, offset, codepage) if each.strip())
        role = Role.NAME if name in _PEOPLE else Role.HIDDEN
        if text:
            yield blob.span(text, role=role, place=f"{blob.place}, property {name}".rstrip())
    if own:
        yield blob.span("\n".join(own.values()), role=Role.HIDDEN, place=f"{blob.place}, property names")


def _offsets(data: bytes) -> dict[int, int]:
    count = min(int.from_bytes(data[4:8], "little"), _MOST, max(0, len(data) - 8) // 8)
    return dict(struct.unpack_from("<II", data, 8 + 8 * index) for index in range(count))


def _dictionary(data: bytes, at: int, codepage: int) -> dict[int, str]:
    """Names that people gave to properties of their own."""
    names: dict[int, str] = {}
    count = int.from_bytes(data[at : at + 4], "little")
    at += 4
    for _ in range(min(count, _MOST)):
        if at + 8 > len(data):
            break
        identifier, length = struct.unpack_from("<II", data, at)
        size = length * 2 if codepage == 1200 else length
        names[identifier] = _decoded(data[at + 8 : at + 8 + min(size, 1024)], codepage)
        at += 8 + size + (-size % 4 if codepage == 1200 else 0)
    return names


def _values(data: bytes, at: int, codepage: int) -> Iterator[str]:
    kind = int.from_bytes(data[at : at + 4], "little")
    if not kind & 0x1000:
        yield _scalar(data, at, codepage)[0]
        return
    count = int.from_bytes(data[at + 4 : at + 8], "little")
    element = kind & 0xFFF
    at += 8
    for _ in range(min(count, _MOST)):
        if at + 4 > len(data):
            return
        text, at = _scalar(data, at, codepage) if element == 12 else _string(data, at, element, codepage)
        yield text


def _scalar(data: bytes, at: int, codepage: int) -> tuple[str, int]:
    """A typed value and where the next one starts."""
    kind = int.from_bytes(data[at : at + 4], "little")
    if kind in (8, 30, 31):
        return _string(data, at + 4, kind, codepage)
    form = _INTEGERS.get(kind)
    if form and at + 4 + struct.calcsize(form) <= len(data):
        return f"{struct.unpack_from(form, data, at + 4)[0]:.15g}", at + 4 + max(4, struct.calcsize(form))
    return "", at + 8


def _string(data: bytes, at: int, kind: int, codepage: int) -> tuple[str, int]:
    length = int.from_bytes(data[at : at + 4], "little")
    size = length * 2 if kind == 31 else length
    raw = data[at + 4 : at + 4 + size]
    padded = size + (-size % 4 if kind == 31 else 0)
    return _decoded(raw, 1200 if kind == 31 else codepage), at + 4 + padded


def _decoded(raw: bytes, codepage: int) -> str:
    return raw.decode(charset_of(codepage), "replace").partition("\0")[0]


def charset_of(codepage: int) -> str:
    """The codec for a Windows code page; Western when there is none."""
    special = {1200: "utf-16-le", 65001: "utf-8", 10000: "mac_roman", 10007: "mac_cyrillic", 32768: "mac_roman"}
    name = special.get(codepage, f"cp{codepage}")
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name
