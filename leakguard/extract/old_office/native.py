"""Packages: files that were put into a document whatever they are, with the names they had.

ref: MS-OLEDS
"""

from __future__ import annotations

from collections.abc import Iterator

from leakguard.extract.blob import Blob, Item
from leakguard.extract.old_office.strings import strings
from leakguard.model.content import Role

_MOST_NAME = 1_024
_FORMULA = 4_096


def read_native(blob: Blob, stream: bytes) -> Iterator[Item]:
    """The file within. A stream of another layout is data of its program."""
    package = _package(stream)
    if package is None:
        yield from _data(blob, stream[4:])
        return
    names, content = package
    if names:
        yield blob.span("\n".join(names), role=Role.NAME, place=f"{blob.place}, embedded file name")
    yield blob.inner(1, content, place="embedded file")


def _data(blob: Blob, content: bytes) -> Iterator[Item]:
    """What the object's program reads. Small ones are formulas, whose picture is in the text."""
    if content.startswith(b"BM"):
        content = content[: int.from_bytes(content[2:6], "little")]
    if len(content) > _FORMULA or content.startswith((b"BM", b"%PDF", b"PK\3\4", b"{\\rtf", b"\xd0\xcf\x11\xe0")):
        yield blob.inner(1, content, place="embedded file")
    elif text := strings(content):
        yield blob.span(text, role=Role.HIDDEN)


def _package(stream: bytes) -> tuple[list[str], bytes] | None:
    if stream[4:6] != b"\2\0":
        return None
    label, at = _name(stream, 6)
    path, at = _name(stream, at)
    at += 4
    size = int.from_bytes(stream[at : at + 4], "little")
    if size > _MOST_NAME:
        return None
    temporary = stream[at + 4 : at + 4 + size]
    at += 4 + size
    length = int.from_bytes(stream[at : at + 4], "little")
    content = stream[at + 4 : at + 4 + length]
    if not content:
        return None
    wide = _wide_names(stream[at + 4 + length :])
    said = [label, path, temporary.decode("cp1252", "replace").strip("\0"), *wide]
    return list(dict.fromkeys(each.replace("\\", "/").rpartition("/")[2] for each in said if each)), content


def _name(stream: bytes, at: int) -> tuple[str, int]:
    end = stream.find(b"\0", at, at + _MOST_NAME)
    if end < 0:
        return "", at
    return stream[at:end].decode("cp1252", "replace"), end + 1


def _wide_names(rest: bytes) -> list[str]:
    """The same names in UTF-16, which newer programs add."""
    found: list[str] = []
    at = 0
    while at + 4 <= len(rest) and len(found) < 3:
        size = int.from_bytes(rest[at : at + 4], "little") * 2
        if size > 2 * _MOST_NAME:
            break
        found.append(rest[at + 4 : at + 4 + size].decode("utf-16-le", "replace").strip("\0"))
        at += 4 + size
    return found
