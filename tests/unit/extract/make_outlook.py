"""Outlook's files for tests: messages as OLE files, winmail.dat, packed rich text."""

from __future__ import annotations

import struct

from leakguard.extract.old_office.compound import Path, written

INTEGER, BOOLEAN = 3, 11


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def fixed(values: dict[int, int], header: int) -> bytes:
    entries = (struct.pack("<HHIQ", INTEGER, key, 6, value) for key, value in values.items())
    return bytes(header) + b"".join(entries)


def streams(values: dict[str, bytes | str], *, fixed_values: dict[int, int] | None = None, header: int = 32) -> dict:
    """Property streams by number and type ("0037001F")."""
    found: dict[Path, bytes] = {("__properties_version1.0",): fixed(fixed_values or {}, header)}
    for code, value in values.items():
        found[(f"__substg1.0_{code}",)] = wide(value) if isinstance(value, str) else value
    return found


def within(storage: str, inner: dict[Path, bytes]) -> dict[Path, bytes]:
    return {(storage, *path): content for path, content in inner.items()}


def msg(*parts: dict[Path, bytes]) -> bytes:
    return written({path: content for part in parts for path, content in part.items()})


def attached(number: int, values: dict[str, bytes | str]) -> dict[Path, bytes]:
    return within(f"__attach_version1.0_#{number:08X}", streams(values, header=8))


def named(*entries: tuple[int, int], texts: bytes = b"") -> dict[Path, bytes]:
    """Names of the properties from 0x8000 on: (number or offset in texts, 1 for a text)."""
    packed = b"".join(struct.pack("<IHH", name, kind, index) for index, (name, kind) in enumerate(entries))
    storage = "__nameid_version1.0"
    return {(storage, "__substg1.0_00030102"): packed, (storage, "__substg1.0_00040102"): texts}


def packed_rtf(text: bytes) -> bytes:
    """Without references, as only the end needs one."""
    out = b""
    for at in range(0, len(text), 8):
        piece = text[at : at + 8]
        out += b"\0" + piece if len(piece) == 8 else b""
    rest = text[len(text) // 8 * 8 :]
    out += bytes([1 << len(rest)]) + rest + struct.pack(">H", (207 + len(text)) % 4096 << 4)
    return struct.pack("<II4sI", len(out) + 12, len(text), b"LZFu", 0) + out


def attribute(number: int, content: bytes, level: int = 1, kind: int = 2) -> bytes:
    return struct.pack("<BHHI", level, number, kind, len(content)) + content + struct.pack("<H", sum(content) & 0xFFFF)


def prop(key: int, kind: int, value: bytes) -> bytes:
    """A property of one value with a length."""
    return struct.pack("<HHII", kind, key, 1, len(value)) + value + bytes(-len(value) % 4)


def table(*properties: bytes) -> bytes:
    return struct.pack("<I", len(properties)) + b"".join(properties)


def tnef(*attributes: bytes) -> bytes:
    return b"\x78\x9f\x3e\x22\1\0" + b"".join(attributes)
