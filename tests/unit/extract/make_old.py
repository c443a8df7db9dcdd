"""Files of old Office, made in code: OLE containers, Word pieces, Excel records, PowerPoint records."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

from leakguard.extract.old_office.compound import written

SUMMARY = bytes.fromhex("e0859ff2f94f6810ab9108002b27b3d9")


def doc(text: str, *, notes: str = "", header: str = "", deleted: bytes = b"", locked: bool = False) -> bytes:
    """A Word 97 document: the main text in 8 bits, the rest in UTF-16 and in a second piece."""
    main, rest = text.encode("cp1252"), (notes + header).encode("utf-16-le")
    fib = bytearray(0x600)
    fib[:4] = struct.pack("<HH", 0xA5EC, 0xC1)
    fib[10:12] = struct.pack("<H", 0x0200 | (0x0100 if locked else 0))
    struct.pack_into("<III", fib, 0x4C, len(text), len(notes), len(header))
    ends = (0, len(text), len(text) + len(rest) // 2)
    first = struct.pack("<HIH", 0, 0x600 * 2 | 0x40000000, 0)
    second = struct.pack("<HIH", 0, 0x600 + len(main), 0)
    table = struct.pack("<III", *ends) + first + second
    clx = b"\2" + struct.pack("<I", len(table)) + table
    struct.pack_into("<II", fib, 0x1A2, 0, len(clx))
    return written({("WordDocument",): bytes(fib) + main + rest + deleted, ("1Table",): clx})


def record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def bof(kind: int, version: int = 0x600) -> bytes:
    return record(0x809, struct.pack("<HH", version, kind) + bytes(12))


def text8(text: str, size: int = 2, *, wide: bool = False) -> bytes:
    """A string of BIFF 8."""
    raw = text.encode("utf-16-le" if wide else "latin-1")
    return len(text).to_bytes(size, "little") + bytes([wide]) + raw


def sheet_stream(*cells: bytes, globals_: bytes = b"", title: str = "Figures", hidden: int = 0) -> bytes:
    """A workbook of one sheet."""

    def head(start: int) -> bytes:
        name = struct.pack("<IH", start, hidden) + text8(title, 1)
        return bof(5) + record(0x42, b"\xb0\4") + globals_ + record(0x85, name) + record(0x0A)

    return head(len(head(0))) + bof(0x10) + b"".join(cells) + record(0x0A)


def xls(*cells: bytes, globals_: bytes = b"", **more: bytes) -> bytes:
    return written({("Workbook",): sheet_stream(*cells, globals_=globals_), **{(k,): v for k, v in more.items()}})


def label(row: int, column: int, text: str) -> bytes:
    return record(0x204, struct.pack("<HHH", row, column, 0) + text8(text))


def number(row: int, column: int, value: float, style: int = 0) -> bytes:
    return record(0x203, struct.pack("<HHHd", row, column, style, value))


def strings_table(*texts: str) -> bytes:
    return record(0xFC, struct.pack("<II", len(texts), len(texts)) + b"".join(map(text8, texts)))


def atom(kind: int, content: bytes, instance: int = 0) -> bytes:
    return struct.pack("<HHI", instance << 4, kind, len(content)) + content


def container(kind: int, *inner: bytes, instance: int = 0) -> bytes:
    content = b"".join(inner)
    return struct.pack("<HHI", instance << 4 | 0xF, kind, len(content)) + content


def chars(text: str) -> bytes:
    return atom(0xFA0, text.encode("utf-16-le"))


def persist(reference: int, identifier: int) -> bytes:
    return atom(0x3F3, struct.pack("<IIIII", reference, 0, 0, identifier, 0))


def ppt(*slides: bytes, notes: bytes = b"", more: bytes = b"") -> bytes:
    """Slides in the order of the list, each a container that stands behind the document."""
    listed = b"".join(persist(10 + index, 256 + index) for index in range(len(slides)))
    document = container(0x3E8, container(0xFF0, listed), more)
    body, offsets = bytearray(document), []
    for slide in slides:
        offsets.append(len(body))
        body += container(0x3EE, slide)
    if notes:
        body += container(0x3F0, atom(0x3F1, struct.pack("<II", 256, 0)), notes)
    directory = struct.pack("<I", 10 | len(slides) << 20) + struct.pack(f"<{len(slides)}I", *offsets)
    user = atom(0xFF6, struct.pack("<II", 0x14, 0xE391C05F) + bytes(12))
    return written({("PowerPoint Document",): bytes(body) + atom(0x1772, directory), ("Current User",): user})


def embedded(content: bytes) -> bytes:
    """An object in a presentation, compressed."""
    return atom(0x1011, len(content).to_bytes(4, "little") + zlib.compress(content), instance=1)


def package(name: str, content: bytes) -> bytes:
    """A file in a document, as it is."""
    raw = name.encode("cp1252") + b"\0"
    path = b"C:\\temp\\" + raw
    inside = b"\2\0" + raw + path + b"\0\0\3\0" + struct.pack("<I", len(path)) + path
    inside += struct.pack("<I", len(content)) + content
    return struct.pack("<I", len(inside)) + inside


def summary(title: str, codepage: int = 1252, charset: str = "cp1252") -> bytes:
    """A property set with a title."""
    raw = title.encode(charset) + b"\0"
    values = struct.pack("<IHH", 2, codepage, 0) + struct.pack("<II", 30, len(raw)) + raw + bytes(-len(raw) % 4)
    inner = struct.pack("<IIIIII", 24 + len(values), 2, 1, 24, 2, 32) + values
    return b"\xfe\xff\0\0" + bytes(20) + struct.pack("<I", 1) + SUMMARY + struct.pack("<I", 48) + inner


def rc4_locked(stream: bytes, password: str) -> bytes:
    """A workbook stream locked with RC4 of 40 bits, as Excel 97 does: record headers stay clear."""
    from msoffcrypto.method.rc4 import _makekey

    salt, verifier = bytes(range(16)), b"sixteen octets!!"
    first = _keystream(_makekey(password, salt, 0), 32)
    from hashlib import md5

    clear = verifier + md5(verifier).digest()
    guarded = bytes(a ^ b for a, b in zip(clear, first, strict=True))
    filepass = record(0x2F, struct.pack("<HHH", 1, 1, 1) + salt + guarded)
    whole = stream[:20] + filepass + stream[20:]
    keys = b"".join(_keystream(_makekey(password, salt, block), 1024) for block in range(len(whole) // 1024 + 1))
    out, at = bytearray(whole), 0
    while at + 4 <= len(whole):
        kind, size = struct.unpack_from("<HH", whole, at)
        if kind not in (0x809, 0x2F):
            clear_octets = 4 if kind == 0x85 else 0
            for index in range(at + 4 + clear_octets, at + 4 + size):
                out[index] ^= keys[index]
        at += 4 + size
    return bytes(out)


def _keystream(key: bytes, size: int) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) & 255
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for _ in range(size):
        i = (i + 1) & 255
        j = (j + state[i]) & 255
        state[i], state[j] = state[j], state[i]
        out.append(state[(state[i] + state[j]) & 255])
    return bytes(out)


def locked_package(content: bytes, password: str) -> bytes:
    """A modern file locked with a password."""
    from msoffcrypto.format.ooxml import OOXMLFile

    target = BytesIO()
    OOXMLFile(BytesIO(content)).encrypt(password, target)
    return target.getvalue()
