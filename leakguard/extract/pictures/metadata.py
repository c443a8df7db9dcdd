"""What is written into a picture's file beside its pixels, and what was appended behind its end.

ref: W3C PNG (chunks), GIF89a (extensions), T.81 (JPEG segments)
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.pictures.exif import read_exif, read_iptc
from leakguard.extract.text.charset import decode, looks_like_text
from leakguard.model.content import GapKind, Role

_MOST = 5_000  # chunks, segments, blocks with words
_STEP = 65_536
_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd7\xff]")
_PNG_PIXELS = frozenset({b"IHDR", b"IDAT", b"PLTE", b"fdAT", b"fcTL", b"acTL", b"iCCP", b"tRNS", b"IEND", b"hIST"})
_JPEG_SETS = (b"JFIF\0", b"JFXX\0", b"ICC_PROFILE\0", b"MPF\0", b"FPXR\0", b"Adobe")
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_MORE_XMP = b"http://ns.adobe.com/xmp/extension/\0"
_IPTC = b"Photoshop 3.0\0"
# What programs write about themselves; no person wrote it and none reads it.
_MACHINES = re.compile(
    r"software|creat(?:ion|ed?).?time|date:|exif:|png:|icc:|Raw profile|jpeg:|thumb::|signature", re.IGNORECASE
)


@dataclass(slots=True)
class _File:
    """texts: (name, text). unknown: chunks of programs that nobody knows. rest: what is behind the picture's end."""

    texts: list[tuple[str, bytes | str]] = field(default_factory=list)
    exif: list[bytes] = field(default_factory=list)
    iptc: list[bytes] = field(default_factory=list)
    xmp: list[bytes] = field(default_factory=list)
    unknown: list[bytes] = field(default_factory=list)
    rest: bytes = b""


def read_metadata(blob: Blob, kind: str, budget: Budget) -> Iterator[Item]:
    """Captions, comments and names; inner blobs for XMP and for appended data."""
    found = _File()
    try:
        if kind in _READERS:
            _READERS[kind](blob.data, found, budget)
        elif kind in ("tiff", "avif", "jpeg2000"):
            _by_decoder(blob.data, kind, found)
    except CannotRead as refusal:
        yield blob.gap(refusal.kind, refusal.detail)
    yield from _items(blob, found)


def _items(blob: Blob, found: _File) -> Iterator[Item]:
    for name, text in found.texts:
        if not _MACHINES.match(name):
            yield blob.span(decode(text) if isinstance(text, bytes) else text, place=f"{blob.place}, picture {name}")
    ordinal = 0
    for name, text, role in _properties(found):
        if name == "xmp":
            found.xmp.append(text.encode())
        else:
            yield blob.span(text, role=role, place=f"{blob.place}, property {name}")
    for ordinal, raw in enumerate(found.xmp, 1):
        yield blob.inner(ordinal, raw, place="picture description", declared="application/rdf+xml")
    for raw in filter(_is_written, found.unknown):
        yield blob.span(decode(raw), role=Role.HIDDEN)
    if found.rest.strip(b"\0 \r\n\t\xff"):
        yield blob.inner(ordinal + 1, found.rest, place="appended data")


def _properties(found: _File) -> Iterator[tuple[str, str, Role | None]]:
    for raw in found.exif:
        yield from read_exif(raw)
    for raw in found.iptc:
        yield from read_iptc(raw)


def _is_written(raw: bytes) -> bool:
    return len(raw) > 8 and b"\0" not in raw and looks_like_text(raw)


def _png(data: bytes, found: _File, budget: Budget) -> None:
    position, count = 8, 0
    while position + 8 <= len(data):
        size, name = int.from_bytes(data[position : position + 4], "big"), data[position + 4 : position + 8]
        chunk = data[position + 8 : position + 8 + size] if name not in _PNG_PIXELS else b""
        position += 12 + size
        if name == b"IEND":
            found.rest = data[position:]
            return
        if not chunk or name in (b"pHYs", b"sRGB", b"gAMA", b"cHRM", b"sBIT", b"bKGD", b"tIME", b"cICP"):
            continue
        count += 1
        if count > _MOST:
            raise CannotRead(GapKind.TOO_MANY, "texts in a picture")
        _png_chunk(name, chunk, found, budget)


def _png_chunk(name: bytes, chunk: bytes, found: _File, budget: Budget) -> None:
    if name == b"eXIf":
        found.exif.append(chunk)
    elif name in (b"tEXt", b"zTXt", b"iTXt"):
        key, _, text = chunk.partition(b"\0")
        keyword = key.decode("latin-1")[:79]
        if name == b"iTXt":
            text = _international(text, budget)
        elif name == b"zTXt":
            text = _inflated(text[1:], budget)
        if key.startswith(b"XML:com.adobe.xmp"):
            found.xmp.append(text)
        elif key == b"mxfile":  # the drawing itself, as XML
            found.xmp.append(unquote(decode(text)).encode())
        else:
            found.texts.append((keyword, text))
    else:
        found.unknown.append(chunk)


def _international(text: bytes, budget: Budget) -> bytes:
    packed, rest = text[:1] == b"\1", text[2:]
    _, _, rest = rest.partition(b"\0")
    _, _, rest = rest.partition(b"\0")
    return _inflated(rest, budget) if packed else rest


def _inflated(packed: bytes, budget: Budget) -> bytes:
    """What can be unpacked of it."""
    unpacker = zlib.decompressobj()
    out = bytearray()
    try:
        piece = unpacker.decompress(packed, _STEP)
        while piece:
            budget.expand(len(piece))
            out += piece
            piece = unpacker.decompress(unpacker.unconsumed_tail, _STEP)
    except zlib.error:
        if not out:
            raise CannotRead(GapKind.DAMAGED, "text of a picture") from None
    return bytes(out)


def _jpeg(data: bytes, found: _File, _budget: Budget) -> None:
    position, count, more_xmp = 2, 0, []
    while (match := _MARKER.search(data, position)) is not None:
        marker, start = data[match.start() + 1], match.end()
        if marker == 0xD9:
            found.rest = _behind_jpeg(data, start)
            break
        size = int.from_bytes(data[start : start + 2], "big")
        segment = data[start + 2 : start + size]
        position = start + max(size, 2)
        if marker == 0xFE or 0xE0 <= marker <= 0xEF:
            count += 1
            if count > _MOST:
                raise CannotRead(GapKind.TOO_MANY, "texts in a picture")
            if segment.startswith(_MORE_XMP):
                more_xmp.append(segment[len(_MORE_XMP) + 40 :])
            else:
                _jpeg_segment(marker, segment, found)
    if more_xmp:
        found.xmp.append(b"".join(more_xmp))


def _jpeg_segment(marker: int, segment: bytes, found: _File) -> None:
    if marker == 0xFE:
        found.texts.append(("comment", segment.rstrip(b"\0")))
    elif segment.startswith(b"Exif\0"):
        found.exif.append(segment[6:])
    elif segment.startswith(_XMP):
        found.xmp.append(segment[len(_XMP) :])
    elif segment.startswith(_IPTC):
        found.iptc.append(segment[len(_IPTC) :])
    elif not segment.startswith(_JPEG_SETS):
        found.unknown.append(segment)


def _behind_jpeg(data: bytes, end: int) -> bytes:
    """Cameras append a second view of the scene or notes of their own; the first is read as a frame."""
    rest = data[end:]
    if rest.endswith(b"SEFT"):
        return b""
    is_second_view = rest.lstrip(b"\0").startswith(b"\xff\xd8\xff") and b"MPF\0" in data[: min(end, 200_000)]
    return b"" if is_second_view else rest


def _gif(data: bytes, found: _File, _budget: Budget) -> None:
    flags = data[10] if len(data) > 10 else 0
    position = 13 + (3 << ((flags & 7) + 1) if flags & 0x80 else 0)
    count = 0
    while position < len(data):
        kind = data[position]
        if kind == 0x3B:
            found.rest = data[position + 1 :]
            return
        count += 1
        if kind == 0x21:
            position = _gif_extension(data, position, found)
        elif kind == 0x2C and position + 10 < len(data):
            flags = data[position + 9]
            position += 11 + (3 << ((flags & 7) + 1) if flags & 0x80 else 0)
            position, _ = _gif_blocks(data, position, keep=False)
        else:
            return
        if count > 4 * _MOST:
            raise CannotRead(GapKind.TOO_MANY, "frames")


def _gif_extension(data: bytes, position: int, found: _File) -> int:
    label = data[position + 1 : position + 2]
    after, text = _gif_blocks(data, position + 2, keep=label in (b"\xfe", b"\1", b"\xff"))
    if label == b"\xfe":
        found.texts.append(("comment", text))
    elif label == b"\1":
        found.texts.append(("text", text[12:]))
    elif text.startswith(b"XMP DataXMP"):  # stored in one piece, not in blocks
        end = data.find(b"<?xpacket end=", position)
        found.xmp.append(data[position + 14 : end if end >= 0 else after])
    return after


def _gif_blocks(data: bytes, position: int, *, keep: bool) -> tuple[int, bytes]:
    """(where they end, what they hold)."""
    held = bytearray()
    while position < len(data) and (size := data[position]):
        if keep:
            held += data[position + 1 : position + 1 + size]
        position += 1 + size
    return position + 1, bytes(held)


def _webp(data: bytes, found: _File, _budget: Budget) -> None:
    end = 8 + int.from_bytes(data[4:8], "little")
    position = 12
    for _ in range(_MOST):
        if position + 8 > min(end, len(data)):
            break
        name, size = data[position : position + 4], int.from_bytes(data[position + 4 : position + 8], "little")
        chunk = data[position + 8 : position + 8 + size] if name in (b"EXIF", b"XMP ") else b""
        if name == b"EXIF":
            found.exif.append(chunk.removeprefix(b"Exif\0\0"))
        elif chunk:
            found.xmp.append(chunk)
        position += 8 + size + size % 2
    found.rest = data[end + end % 2 :]


def _bmp(data: bytes, found: _File, _budget: Budget) -> None:
    found.rest = data[int.from_bytes(data[2:6], "little") :] if int.from_bytes(data[2:6], "little") > 14 else b""


def _by_decoder(data: bytes, kind: str, found: _File) -> None:
    """Where the tags are spread over the file."""
    from leakguard.extract.pictures.frames import opened

    if kind == "tiff":
        found.exif.append(data)
        return
    info = opened(data, kind).info
    for key, target in (("exif", found.exif), ("xmp", found.xmp)):
        if isinstance(raw := info.get(key), bytes):
            target.append(raw.removeprefix(b"Exif\0\0"))
    comment = info.get("comment")
    if isinstance(comment, (bytes, str)):
        found.texts.append(("comment", comment))


_READERS = {"png": _png, "jpeg": _jpeg, "gif": _gif, "webp": _webp, "bmp": _bmp}
