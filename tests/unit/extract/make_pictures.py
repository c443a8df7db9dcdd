"""Pictures and drawings for the tests of the extract room."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageFont

Box = tuple[int, int]


def picture(
    *lines: str, size: Box = (900, 260), letters: int = 24, ink: Any = "black", paper: Any = "white", mode: str = "RGB"
) -> Image.Image:
    """Lines of text on plain paper, in the font that comes with Pillow."""
    drawn = Image.new(mode, size, paper)
    pen = ImageDraw.Draw(drawn)
    for index, line in enumerate(lines):
        pen.text((letters, letters + index * letters * 1.5), line, fill=ink, font=ImageFont.load_default(letters))
    return drawn


def saved(drawn: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    target = BytesIO()
    drawn.save(target, kind, **options)
    return target.getvalue()


def png_with(*chunks: tuple[bytes, bytes]) -> bytes:
    """A white PNG with these chunks before its end."""
    plain = saved(Image.new("L", (100, 100), 255))
    return plain[:-12] + b"".join(_chunk(*each) for each in chunks) + plain[-12:]


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def jpeg_with(*segments: tuple[int, bytes]) -> bytes:
    plain = saved(Image.new("L", (100, 100), 255), "JPEG")
    return plain[:2] + b"".join(_segment(*each) for each in segments) + plain[2:]


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def iptc(**records: str) -> bytes:
    """caption_120="..." -> the segment that Photoshop writes."""
    body = b"".join(
        bytes((0x1C, 2, int(name.rpartition("_")[2]))) + struct.pack(">H", len(text)) + text.encode()
        for name, text in records.items()
    )
    return b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + struct.pack(">I", len(body)) + body


def record(kind: int, body: bytes) -> bytes:
    """One of an enhanced metafile."""
    return struct.pack("<II", kind, 8 + len(body)) + body


def emf(*records: bytes, is_whole: bool = True) -> bytes:
    header = struct.pack("<4i4i", 0, 0, 900, 300, 0, 0, 9000, 3000) + b" EMF" + b"\0" * 56
    return record(1, header + b"\0" * 8) + b"".join(records) + (record(14, b"\0" * 12) if is_whole else b"")


def emf_text(text: str, x: int, y: int, *, widths: Sequence[int] = (), options: int = 0) -> bytes:
    raw = text.encode("utf-16-le")
    raw += b"\0" * (-len(raw) % 4)
    start = 76
    spread = struct.pack(f"<{len(widths)}I", *widths)
    head = b"\0" * 16 + struct.pack("<Iff", 1, 1.0, 1.0)
    body = struct.pack("<iiIII4iI", x, y, len(text), start, options, 0, 0, 0, 0, start + len(raw) if widths else 0)
    return record(84, head + body + raw + spread)


def emf_font(number: int, height: int) -> bytes:
    """Made and taken."""
    made = (
        struct.pack("<Iiiiii", number, height, 0, 0, 0, 400) + bytes(8) + "Arial".encode("utf-16-le").ljust(64, b"\0")
    )
    return record(82, made) + record(37, struct.pack("<I", number))


def emf_plus(*records: tuple[int, int, bytes]) -> bytes:
    """A comment with records of EMF+: (kind, flags, data)."""
    body = b"".join(
        struct.pack("<HHII", kind, flags, 12 + len(data), len(data)) + data for kind, flags, data in records
    )
    return record(70, struct.pack("<I", len(body) + 4) + b"EMF+" + body)


def wmf(*records: tuple[int, bytes], is_whole: bool = True) -> bytes:
    body = b"".join(struct.pack("<IH", 3 + len(data) // 2, kind) + data for kind, data in records)
    end = struct.pack("<IH", 3, 0) if is_whole else b""
    return struct.pack("<HHHIHIH", 1, 9, 0x300, 0, 4, 0, 0) + body + end


def wmf_font(height: int, charset: int = 0) -> tuple[int, bytes]:
    return 0x02FB, struct.pack("<5h4B4B", height, 0, 0, 0, 400, 0, 0, 0, charset, 0, 0, 0, 0) + b"Arial\0"


def wmf_text(text: bytes, x: int, y: int) -> tuple[int, bytes]:
    return 0x0A32, struct.pack("<hhhh", y, x, len(text), 0) + text + b"\0" * (len(text) % 2)
