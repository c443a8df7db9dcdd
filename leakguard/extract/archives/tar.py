"""Tar archives, of any program and age. Every file is a slice of the archive: nothing is unpacked, holes stay out.

ref: POSIX pax (tar)
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

from leakguard.extract.binary import strings_of
from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget
from leakguard.extract.text.charset import decode
from leakguard.model.content import GapKind, Role

_BLOCK = 512
_ZERO = bytes(_BLOCK)
_SPACES = b"        "
_LONG_NAMES = b"LK"  # GNU: the content is the name of the next file, or of what it links to
_PAX = b"xgX"
_WITHOUT_CONTENT = b"123456"  # links, devices, folders, pipes
_SPARSE = b"S"
_MOST_PEOPLE = 1_000
_NOT_WORDS = frozenset(
    {"size", "mtime", "atime", "ctime", "uid", "gid", "SCHILY.dev", "SCHILY.ino", "SCHILY.nlink", "hdrcharset"}
    | {"LIBARCHIVE.creationtime", "SCHILY.fflags"}
)


@dataclass(slots=True, kw_only=True)
class _Reading:
    """What the blocks so far said about the next file. people: names of owners, once each."""

    next_names: list[bytes] = field(default_factory=list)
    next_size: int | None = None
    people: set[bytes] = field(default_factory=set)
    ordinal: int = 0


def is_tar(blob: Blob) -> bool:
    """By the checksum of the first header, as the oldest archives have no signature."""
    return blob.data[:1] != b"\0" and _is_header(blob.data, 0)


def read_tar(blob: Blob, budget: Budget) -> Iterator[Item]:
    data, at, reading = blob.data, 0, _Reading()
    odd_from: int | None = None  # where blocks begin that are no part of an archive
    while at < len(data):
        if _is_header(data, at):
            if odd_from is not None:
                yield from _odd(blob, budget, reading, odd_from, at)
                odd_from = None
            end = yield from _file(blob, budget, reading, at)
            at = max(end, at + _BLOCK)
            continue
        if odd_from is None and data[at : at + _BLOCK].strip(b"\0"):
            odd_from = at
        at += _BLOCK
    if odd_from is not None:
        yield from _odd(blob, budget, reading, odd_from, len(data))


def _odd(blob: Blob, budget: Budget, reading: _Reading, start: int, stop: int) -> Iterator[Item]:
    """Data that no header speaks of."""
    reading.ordinal += 1
    rest = blob.data[start:stop].rstrip(b"\0")
    if rest != blob.data:
        budget.expand(len(rest))
        yield blob.inner(reading.ordinal, rest, place="trailing data")


def _is_header(data: bytes, at: int) -> bool:
    header = data[at : at + _BLOCK]
    if len(header) < _BLOCK or header[148:156] == _SPACES or header == _ZERO:
        return False
    stated = _octal(header[148:156])
    if stated is None:
        return False
    plain = header[:148] + _SPACES + header[156:]
    total = sum(plain)
    if total == stated:
        return True
    above = sum(octet > 0x7F for octet in plain)  # some old programs summed signed octets
    return bool(above) and total - 256 * above == stated


def _octal(raw: bytes) -> int | None:
    """A number as headers have it: octal digits, or binary when its first bit is set."""
    if raw[:1] >= b"\x80":
        return int.from_bytes(raw[1:], "big") if raw[0] == 0x80 else None
    digits = raw.strip(b"\0 ").split(b"\0")[0].strip()
    if not digits.isdigit() or b"8" in digits or b"9" in digits:
        return None
    return int(digits, 8)


def _file(blob: Blob, budget: Budget, reading: _Reading, at: int) -> Generator[Item, None, int]:
    """One header with what follows it; where that ends."""
    data = blob.data
    header = data[at : at + _BLOCK]
    kind = header[156:157]
    start = _after_sparse_map(data, at) if kind == _SPARSE else at + _BLOCK
    size = _octal(header[124:136]) or 0
    if kind not in _LONG_NAMES + _PAX and reading.next_size is not None:
        size = reading.next_size
    if (
        kind
        and kind in _WITHOUT_CONTENT
        and (_is_header(data, start) or not _is_header_or_end(data, start + _up(size)))
    ):
        size = 0
    content = data[start : start + size]
    end = start + _up(size)
    if kind and kind in _LONG_NAMES:
        reading.next_names.append(content.rstrip(b"\0"))
    elif kind and kind in _PAX:
        yield from _pax(blob, reading, content)
    else:
        yield from _names(blob, reading, header)
        if content:
            budget.expand(len(content))
            yield blob.inner(reading.ordinal, content, place=f"file {reading.ordinal}")
    if len(content) < size:
        yield blob.gap(GapKind.DAMAGED, "tar archive cut off")
    elif padding := strings_of(data[start + size : end]):
        yield blob.span(padding, role=Role.HIDDEN)
    return end


def _up(size: int) -> int:
    return (size + _BLOCK - 1) // _BLOCK * _BLOCK


def _is_header_or_end(data: bytes, at: int) -> bool:
    return at >= len(data) or _is_header(data, at) or data[at : at + _BLOCK] == _ZERO


def _after_sparse_map(data: bytes, at: int) -> int:
    """GNU: a flag in each block says whether the map of holes goes on in another one."""
    goes_on, at = data[at + 482 : at + 483], at + _BLOCK
    while goes_on not in (b"", b"\0"):
        goes_on, at = data[at + 504 : at + 505], at + _BLOCK
    return at


def _names(blob: Blob, reading: _Reading, header: bytes) -> Iterator[Item]:
    reading.ordinal += 1
    name, link = header[:100].split(b"\0")[0], header[157:257].split(b"\0")[0]
    if header[257:263] == b"ustar\0" and header[345]:
        name = header[345:500].split(b"\0")[0] + b"/" + name
    place = f"{blob.place}, file name {reading.ordinal}"
    for each in dict.fromkeys((*reading.next_names, name, link)):
        if each:
            yield blob.span(decode(each), role=Role.NAME, place=place)
    if header[257:262] == b"ustar":
        yield from _people(blob, reading, header[265:297].split(b"\0")[0], header[297:329].split(b"\0")[0])
    reading.next_names, reading.next_size = [], None


def _people(blob: Blob, reading: _Reading, *names: bytes) -> Iterator[Item]:
    for name in names:
        if name and name not in reading.people and len(reading.people) < _MOST_PEOPLE:
            reading.people.add(name)
            yield blob.span(decode(name), role=Role.NAME, place=f"{blob.place}, owner")


def _pax(blob: Blob, reading: _Reading, content: bytes) -> Iterator[Item]:
    """Records of "length key=value", length in octets and with itself."""
    at = 0
    while at < len(content):
        digits = content[at : at + 20].split(b" ")[0]
        length = int(digits) if digits.isdigit() else 0
        if length <= len(digits) + 1:
            break
        record = content[at + len(digits) + 1 : at + length].removesuffix(b"\n")
        key, _, value = record.partition(b"=")
        at += length
        yield from _pax_value(blob, reading, key.decode("utf-8", "replace"), value)
    if content[at:].strip(b"\0"):
        yield blob.span(strings_of(content[at:]), role=Role.HIDDEN)


def _pax_value(blob: Blob, reading: _Reading, key: str, value: bytes) -> Iterator[Item]:
    if key in ("path", "linkpath", "GNU.sparse.name"):
        reading.next_names.append(value)
    elif key in ("uname", "gname"):
        yield from _people(blob, reading, value)
    elif key == "size" and value.isdigit() and len(value) < 20:
        reading.next_size = int(value)
    elif key == "comment":
        yield blob.span(decode(value), place=f"{blob.place}, comment")
    elif key not in _NOT_WORDS and not key.startswith("GNU.sparse."):
        yield blob.span(f"{key}={decode(value)}", role=Role.HIDDEN)
