"""Strings in the bytes of a PDF: found with the name they stand under, and decoded as a viewer does.

ref: ISO 32000
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from urllib.parse import unquote

from leakguard.extract.text.charset import decode

_NAME = re.compile(rb"/([^\s/<>\[\](){}%]{1,60})\s{0,20}\[?\s{0,20}$")
_OPENING = re.compile(rb"\(|<<|<([0-9A-Fa-f\s]*+)>")
_BRACKET = re.compile(rb"[^()\\]*+(\\[\s\S]|[()]|\\$)")
_PLAIN = re.compile(rb"[^()\\]*+\)")
_ESCAPE = re.compile(rb"\\(\r\n|[0-7]{1,3}|[\s\S])")
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"", b"f": b"\n", b"\r\n": b"", b"\r": b"", b"\n": b""}
_NOT_HEX = re.compile(rb"[^0-9A-Fa-f]+")
_LANGUAGE_CODE = re.compile("\x1b[^\x1b]{0,10}\x1b")
# What PDFDocEncoding has where Latin-1 has control characters. ref: ISO 32000
_DOC = {
    **dict(zip(range(0x18, 0x20), "˘ˇˆ˙˝˛˚˜", strict=True)),
    **dict(zip(range(0x80, 0x9F), "•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž", strict=True)),
    0xA0: "€",
}


def strings(data: bytes) -> Iterator[tuple[str, bytes]]:
    """(name before it or "", bytes of the string) for each one in an object. Linear: no byte is looked at twice."""
    at, name = 0, ""
    while found := _OPENING.search(data, at):
        start = found.start()
        before = _NAME.search(data, max(at, start - 90), start)
        if before:
            name = before[1].decode("latin-1")
        elif data[at:start].strip():
            name = ""
        at = found.end()
        if found[0] == b"(":
            at = _end(data, start + 1)
            yield name, unescaped(data[start + 1 : at - 1])
        elif found[1] is not None:
            yield name, unhexed(found[1])


def _end(data: bytes, start: int) -> int:
    """The offset behind the bracket that closes the string; the end of the object if none does."""
    plain = _PLAIN.match(data, start)
    if plain:
        return plain.end()
    depth, at = 1, start
    while found := _BRACKET.match(data, at):
        at = found.end()
        depth += {b"(": 1, b")": -1}.get(found[1], 0)
        if not depth:
            return at
    return len(data) + 1


def unescaped(raw: bytes) -> bytes:
    if b"\\" not in raw:
        return raw
    return _ESCAPE.sub(_unescape, raw)


def _unescape(match: re.Match[bytes]) -> bytes:
    escape = match[1]
    if escape[:1].isdigit() and escape[:1] < b"8":
        return bytes([int(escape, 8) & 0xFF])
    return _ESCAPED.get(escape, escape)


def unhexed(raw: bytes) -> bytes:
    digits = _NOT_HEX.sub(b"", raw)
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))


def text_of(raw: bytes) -> str:
    """A text string: UTF-16 or UTF-8 with its mark, else PDFDocEncoding; "" for what cannot be text."""
    if raw.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)):
        text = raw[: len(raw) // 2 * 2].decode("utf-16", "replace")
        return _LANGUAGE_CODE.sub("", text).replace("\0", "")
    if raw.startswith(codecs.BOM_UTF8):
        return raw[3:].decode("utf-8", "replace").replace("\0", "")
    if raw.isascii() and b"\0" not in raw:
        return raw.decode("ascii")
    if raw.count(0) * 3 >= len(raw):  # UTF-16 without its mark
        return decode(raw)
    text = raw.rstrip(b"\0").decode("latin-1").translate(_DOC)
    return text if _is_readable(text) else ""


def _is_readable(text: str) -> bool:
    """Encrypted or binary strings have as many control and symbol characters as letters."""
    fit = sum(each.isalnum() or each.isspace() for each in text)
    return fit * 10 >= len(text) * 7


def link_of(text: str) -> str:
    """A link with its escapes as the mail program would show them: the subject of a mailto."""
    return f"{text}\n\n{unquote(text)}" if "%" in text else text
