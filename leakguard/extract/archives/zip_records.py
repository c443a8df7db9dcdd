"""Where the records of a zip archive lie: its directory, and what the directory does not list. Unpacks nothing.

ref: PKWARE APPNOTE (zip)
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

LOCAL, ENTRY, END = b"PK\3\4", b"PK\1\2", b"PK\5\6"
RECORD = re.compile(
    rb"PK(?:\x03\x04[\x00-\x63][\x00-\xff]{3}[\x00-\x63]\x00|\x01\x02|\x05[\x05\x06]|\x06[\x06-\x08]|\x07\x08|00)"
)
_END64 = b"PK\6\6"
_LOCAL = struct.Struct("<4s5H3L2H")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END64_RECORD = struct.Struct("<4sQ2H2L4Q")
_FULL = 0xFFFFFFFF
_END_RECORDS = 8  # tried from the end, when the last ones lead nowhere
_LOCKED = 1
_SIZES_FOLLOW = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file as the directory or its own header describes it.

    names: every spelling, without repeats; the first is the directory's. packed: octets, or None where only the
    stream can tell. methods: what the two headers say, which may differ. is_locked_in_doubt: they differ about that.
    start, header: offsets.
    """

    names: tuple[bytes, ...] = field(repr=False)
    comment: bytes = field(default=b"", repr=False)
    methods: tuple[int, ...]
    locked: bool
    is_locked_in_doubt: bool = False
    utf8: bool
    ends_marked: bool = False
    crc: int
    packed: int | None
    size: int
    header: int
    start: int
    extra: bytes = field(default=b"", repr=False)
    stamp: bytes = b""

    @property
    def is_folder(self) -> bool:
        return self.names[0].endswith(b"/") and not self.packed


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """start, end: of the directory with its end record. lost: entries that lead to no file header."""

    members: tuple[Member, ...] = ()
    lost: int = 0
    start: int = 0
    end: int = 0
    comment: bytes = field(default=b"", repr=False)
    is_found: bool = False
    is_part: bool = False
    is_cut: bool = False


def read_directory(data: bytes, most: int) -> Directory:
    """By the last end record that leads to a directory. is_cut: there are more than `most` entries."""
    at = len(data)
    for _ in range(_END_RECORDS):
        at = data.rfind(END, 0, at)
        if at < 0:
            break
        if at + _END.size <= len(data):
            found = _directory_of(data, at, most)
            if found is not None:
                return found
    return Directory()


def _directory_of(data: bytes, end_at: int, most: int) -> Directory | None:
    _, disk, _, _, count, size, offset, comment_size = _END.unpack_from(data, end_at)
    stop = end_at
    if count == 0xFFFF or _FULL in (size, offset):
        at64 = data.rfind(_END64, 0, end_at)
        if at64 >= 0 and at64 + _END64_RECORD.size <= len(data):
            count, size, offset = _END64_RECORD.unpack_from(data, at64)[-3:]
            stop = at64
    after = end_at + _END.size
    comment = data[after : after + comment_size]
    end = after + len(comment)
    if count == 0 and size == 0:
        return Directory(start=end_at, end=end, comment=comment, is_found=True, is_part=disk > 0)
    start = next((each for each in (stop - size, offset) if each >= 0 and data.startswith(ENTRY, each)), None)
    if start is None:
        return None
    members, lost, is_cut, read_to = _entries(data, start, stop, start - offset, most)
    return Directory(
        members=members,
        lost=lost,
        start=start,
        end=end if read_to <= end_at else read_to,
        comment=comment,
        is_found=True,
        is_part=disk > 0,
        is_cut=is_cut,
    )


def _entries(data: bytes, start: int, stop: int, shift: int, most: int) -> tuple[tuple[Member, ...], int, bool, int]:
    """shift: how far everything lies behind where it says, as something else was put before."""
    members: dict[Member, None] = {}
    lost, at = 0, start
    while at + _ENTRY.size <= stop and data.startswith(ENTRY, at):
        if len(members) + lost >= most:
            return tuple(members), lost, True, at
        entry = _ENTRY.unpack_from(data, at)
        member = _member(data, at, entry, shift)
        if member is None:
            lost += 1
        else:
            members[member] = None
        at += _ENTRY.size + sum(entry[10:13])
    return tuple(members), lost, False, at


def _member(data: bytes, at: int, entry: tuple[int, ...], shift: int) -> Member | None:
    _, _, _, flags, method, _, _, crc, packed, size, name_size, extra_size, comment_size, _, _, _, offset = entry
    texts = at + _ENTRY.size
    name = data[texts : texts + name_size]
    extra = data[texts + name_size : texts + name_size + extra_size]
    comment_at = texts + name_size + extra_size
    comment = data[comment_at : comment_at + comment_size]
    size, packed, offset = _large_sizes(extra, size, packed, offset)
    header = next((each for each in (offset + shift, offset) if data.startswith(LOCAL, each)), None)
    local = None if header is None else local_member(data, header)
    if header is None or local is None:
        return None
    return Member(
        names=tuple(dict.fromkeys((name, *local.names, *_unicode_name(extra)))),
        comment=comment,
        methods=tuple(dict.fromkeys((method, *local.methods))),
        locked=bool(flags & _LOCKED) and local.locked,
        is_locked_in_doubt=bool(flags & _LOCKED) != local.locked,
        utf8=bool(flags & 0x800),
        ends_marked=local.ends_marked,
        crc=crc or local.crc,
        packed=max(packed, local.packed or 0),
        size=max(size, local.size),
        header=header,
        start=local.start,
        extra=local.extra or extra,
        stamp=local.stamp,
    )


def local_member(data: bytes, header: int) -> Member | None:
    """As its own header says; None when the data ends within it."""
    if header + _LOCAL.size > len(data):
        return None
    _, _, flags, method, _, _, crc, packed, size, name_size, extra_size = _LOCAL.unpack_from(data, header)
    texts = header + _LOCAL.size
    extra = data[texts + name_size : texts + name_size + extra_size]
    size, packed, _ = _large_sizes(extra, size, packed, 0)
    unknown = bool(flags & _SIZES_FOLLOW) and not packed
    return Member(
        names=tuple(dict.fromkeys((data[texts : texts + name_size], *_unicode_name(extra)))),
        methods=(method,),
        locked=bool(flags & _LOCKED),
        utf8=bool(flags & 0x800),
        ends_marked=bool(flags & 2),
        crc=crc,
        packed=None if unknown else packed,
        size=size,
        header=header,
        start=min(texts + name_size + extra_size, len(data)),
        extra=extra,
        stamp=data[header : header + 14],
    )


def _large_sizes(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    """Of the zip64 field, which has only those that do not fit into their own field."""
    if _FULL not in (size, packed, offset):
        return size, packed, offset
    body = next((body for kind, body in extras(extra) if kind == 1), b"")
    values = [int.from_bytes(body[at : at + 8], "little") for at in range(0, len(body) - 7, 8)]
    fields = (size, packed, offset)
    size, packed, offset = (values.pop(0) if each == _FULL and values else each for each in fields)
    return size, packed, offset


def extras(extra: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        yield kind, extra[at + 4 : at + 4 + size]
        at += 4 + size


def _unicode_name(extra: bytes) -> Iterator[bytes]:
    yield from (body[5:] for kind, body in extras(extra) if kind == 0x7075 and len(body) > 5)


def size_of_record(data: bytes, at: int, stop: int) -> int:
    """Octets of a record other than a file, from its signature on; at least those of the signature."""
    kind = data[at : at + 4]
    rest = stop - at
    if kind == ENTRY and rest >= _ENTRY.size:
        return _ENTRY.size + int(sum(_ENTRY.unpack_from(data, at)[10:13]))
    if kind == END and rest >= _END.size:
        return _END.size + int(_END.unpack_from(data, at)[-1])
    if kind == _END64 and rest >= _END64_RECORD.size:
        return 12 + int(_END64_RECORD.unpack_from(data, at)[1])
    if kind == b"PK\7\x08":
        return size_of_descriptor(data, at + 4, stop) + 4
    if kind == b"PK\5\5" and rest >= 6:
        return 6 + int.from_bytes(data[at + 4 : at + 6], "little")
    if kind == b"PK\6\x08" and rest >= 8:
        return 8 + int.from_bytes(data[at + 4 : at + 8], "little")
    return 20 if kind == b"PK\6\7" else 4


def size_of_descriptor(data: bytes, at: int, stop: int) -> int:
    """Octets of the sizes behind a file whose header had none: with short or long sizes, or 0 when nothing fits."""
    for size in (12, 20):
        if at + size == stop or RECORD.match(data, at + size, stop):
            return size
    return 0


def end_of_stored(data: bytes, start: int, stop: int) -> int:
    """Of a stored file that has its size behind it: at the next record."""
    found = RECORD.search(data, start, stop)
    return found.start() if found else stop


def entry_texts(data: bytes, at: int) -> tuple[bytes, bytes]:
    """(name, comment) of a directory entry that belongs to no directory."""
    if at + _ENTRY.size > len(data):
        return b"", b""
    name_size, extra_size, comment_size = _ENTRY.unpack_from(data, at)[10:13]
    texts = at + _ENTRY.size
    comment_at = texts + name_size + extra_size
    return data[texts : texts + name_size], data[comment_at : comment_at + comment_size]


def alone(member: Member, data: bytes) -> bytes:
    """An archive of this one member, for a reader that knows more methods. Sizes as found, flags as they were."""
    name = b"x"
    packed = data[member.start : member.start + (member.packed or 0)]
    flags = int.from_bytes(member.stamp[6:8], "little") & ~0x0800  # the test of a password rests on them
    extra = b"".join(
        struct.pack("<HH", kind, len(body)) + body for kind, body in extras(member.extra) if kind == 0x9901
    )
    common = struct.pack("<4H", 51, flags, member.methods[-1], int.from_bytes(member.stamp[10:12], "little"))
    common += member.stamp[12:14].ljust(2, b"\0") + struct.pack(
        "<3L2H", member.crc, len(packed), member.size, 1, len(extra)
    )
    local = LOCAL + common + name + extra + packed
    entry = ENTRY + struct.pack("<H", 51) + common + struct.pack("<3H2L", 0, 0, 0, 0, 0) + name + extra
    return local + entry + _END.pack(END, 0, 0, 1, 1, len(entry), len(local), 0)
