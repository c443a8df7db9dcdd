"""Archives for tests, and the one place that says whether libarchive is here."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib

import pytest

from leakguard.extract.archives.libarchive import is_here

needs_libarchive = pytest.mark.skipif(
    not is_here(), reason="ARCHIVES OF LIBARCHIVE ARE NOT TESTED: no libarchive here: run scripts/readers"
)

LOCAL, ENTRY = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L")


def zip_member(name: bytes, content: bytes, *, method: int = 0, flags: int = 0, crc: int | None = None) -> bytes:
    """A file with its own header and no directory."""
    packed = content
    if method == 8:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = packer.compress(content) + packer.flush()
    check = zlib.crc32(content) if crc is None else crc
    header = (b"PK\3\4", 20, flags, method, 0, 0, check, len(packed), len(content), len(name), 0)
    return LOCAL.pack(*header) + name + packed


def zip_entry(name: bytes, size: int, offset: int, *, packed: int | None = None, method: int = 0) -> bytes:
    stored = size if packed is None else packed
    return ENTRY.pack(b"PK\1\2", 20, 20, 0, method, 0, 0, 0, stored, size, len(name), 0, 0, 0, 0, 0, offset) + name


def zip_end(count: int, size: int, offset: int, comment: bytes = b"", disk: int = 0) -> bytes:
    return struct.pack("<4s4H2LH", b"PK\5\6", disk, 0, count, count, size, offset, len(comment)) + comment


def zipped_with(method: int, members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def tarred(members: dict[str, bytes], kind: int = tarfile.PAX_FORMAT, pax: dict[str, str] | None = None) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=kind) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size, info.pax_headers = len(content), pax or {}
            archive.addfile(info, io.BytesIO(content))
    return target.getvalue()


def cpio(name: bytes, content: bytes) -> bytes:
    """The portable format of old: octal digits."""

    def record(name: bytes, content: bytes) -> bytes:
        digits = b"070707" + b"000000" * 2 + b"100644" + b"000000" * 4 + b"0" * 11
        return digits + b"%06o%011o" % (len(name) + 1, len(content)) + name + b"\0" + content

    return record(name, content) + record(b"TRAILER!!!", b"")


def zip_crypto(content: bytes, password: bytes, name: bytes = b"locked.txt") -> bytes:
    """A whole archive with one stored member, locked as PKWARE's first programs did."""
    keys = [0x12345678, 0x23456789, 0x34567890]

    def step(octet: int) -> None:
        keys[0] = _crc(keys[0], octet)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = _crc(keys[2], keys[1] >> 24)

    for octet in password:
        step(octet)
    check = zlib.crc32(content)
    out = bytearray()
    for octet in bytes(11) + bytes([check >> 24]) + content:
        mask = keys[2] | 2
        out.append(octet ^ (((mask * (mask ^ 1)) >> 8) & 0xFF))
        step(octet)
    header = LOCAL.pack(b"PK\3\4", 20, 1, 0, 0, 0, check, len(out), len(content), len(name), 0)
    local = header + name + bytes(out)
    entry = (b"PK\1\2", 20, 20, 1, 0, 0, 0, check, len(out), len(content), len(name), 0, 0, 0, 0, 0, 0)
    directory = ENTRY.pack(*entry) + name
    return local + directory + zip_end(1, len(directory), len(local))


def _crc(value: int, octet: int) -> int:
    value ^= octet
    for _ in range(8):
        value = (value >> 1) ^ (0xEDB88320 if value & 1 else 0)
    return value
