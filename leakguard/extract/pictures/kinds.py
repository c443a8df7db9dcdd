"""Which kind of picture some bytes are, by their first bytes."""

from __future__ import annotations

import re

_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"),
    (b"MM\0+", "tiff"),
    (b"\0\0\1\0", "ico"),
    (b"\0\0\2\0", "cur"),
    (b"icns", "icns"),
    (b"8BPS\0\1", "psd"),
    (b"\0\0\0\x0cjP  ", "jpeg2000"),
    (b"\xff\x4f\xff\x51", "jpeg2000"),
    (b"\xd7\xcd\xc6\x9a", "wmf"),
    (b"\1\0\x09\0\0\3", "wmf"),
    (b"\2\0\x09\0\0\3", "wmf"),
    (b"VCLMTF", "svm"),
    (b"%!PS", "postscript"),
    (b"\xc5\xd0\xd3\xc6", "postscript"),
    (b"AT&TFORM", "djvu"),
    (b"\xff\x0a", "jpeg xl"),
    (b"\0\0\0\x0cJXL ", "jpeg xl"),
    (b"qoif", "qoi"),
    (b"\xb1\x68\xde\x3a", "dcx"),
)
_BRANDS = {b"avif": "avif", b"avis": "avif", b"heic": "heif", b"heix": "heif", b"hevc": "heif", b"mif1": "heif"}
_ANYMAP = re.compile(rb"P[1-6]\s{1,4}(?:#[^\n]{0,200}\n)?\d{1,6}\s{1,4}\d{1,6}\s")
_BITMAP_HEADERS = (12, 40, 52, 56, 64, 108, 124)
_TARGA = b"TRUEVISION-XFILE.\0"

# What Pillow may decode, and as what: never anything that starts another program or parses a language.
DECODED_AS: dict[str, tuple[str, ...]] = {
    "png": ("PNG",),
    "gif": ("GIF",),
    "jpeg": ("JPEG", "MPO"),
    "tiff": ("TIFF",),
    "ico": ("ICO",),
    "cur": ("CUR",),
    "icns": ("ICNS",),
    "psd": ("PSD",),
    "jpeg2000": ("JPEG2000",),
    "webp": ("WEBP",),
    "avif": ("AVIF",),
    "bmp": ("BMP",),
    "dib": ("DIB",),
    "qoi": ("QOI",),
    "pcx": ("PCX",),
    "dcx": ("DCX",),
    "ppm": ("PPM",),
    "tga": ("TGA",),
}


def kind_of(data: bytes) -> str:
    """One of the kinds above, or "" for what is no picture."""
    for start, kind in _STARTS:
        if data.startswith(start) and (kind not in ("ico", "cur") or _is_icon(data)):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp":
        return _of_brand(data)
    if data[:4] == b"\1\0\0\0" and data[40:44] == b" EMF":
        return "emf"
    return _of_weak_start(data)


def _of_weak_start(data: bytes) -> str:
    if data[:2] == b"BM" and data[14:15] and data[14] in _BITMAP_HEADERS and data[15:18] == b"\0\0\0":
        return "bmp"
    if (
        data[:4] == b"\x28\0\0\0"
        and data[12:14] == b"\1\0"
        and data[14:16] in (b"\1\0", b"\4\0", b"\x08\0", b"\x18\0", b" \0")
    ):
        return "dib"
    if data[:1] == b"\x0a" and data[1:2] in (b"\0", b"\2", b"\3", b"\5") and data[2:3] == b"\1" and len(data) > 128:
        return "pcx" if data[3] in (1, 2, 4, 8) and data[64] == 0 and data[65] in (1, 3, 4) else ""
    if data[-18:] == _TARGA:
        return "tga"
    return "ppm" if data[:1] == b"P" and _ANYMAP.match(data[:300]) else ""


def _of_brand(data: bytes) -> str:
    """AVIF and HEIF share their container; the list of brands tells which."""
    length = min(int.from_bytes(data[:4], "big"), 64)
    brands = [data[at : at + 4] for at in range(8, length, 4) if at != 12]
    kinds = [_BRANDS[each] for each in brands if each in _BRANDS]
    return "avif" if "avif" in kinds else (kinds[0] if kinds else "")


def _is_icon(data: bytes) -> bool:
    """Its directory names images that lie behind it."""
    count = int.from_bytes(data[4:6], "little")
    first = int.from_bytes(data[18:22], "little")
    return 0 < count < 256 and len(data) >= 22 and 6 + 16 * count <= first < len(data)
