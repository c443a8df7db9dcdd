"""Undoes transfer encodings as mail readers do: leniently, and both ways when in doubt."""

from __future__ import annotations

import binascii
import re

_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
_BASE64_PIECE = re.compile(rb"[^=]+")
_BASE64_ONLY = re.compile(rb"[A-Za-z0-9+/\r\n]{60,}={0,2}\s*\Z")
_MOST_PIECES = 1_000
_SOFT_BREAK = re.compile(rb"=[ \t]+(\r?\n)")
_UU_BEGIN = re.compile(rb"(?m)^begin [0-7]{3,4} ([^\r\n]*)\r?\n")


def transfer_readings(raw: bytes, encoding: str) -> tuple[bytes, ...]:
    """What the bytes may stand for; `encoding` is tidied. More than one when the declaration leaves it open."""
    if encoding == "base64":
        return (decode_base64(raw),)
    if encoding == "quoted-printable":
        return (binascii.a2b_qp(_SOFT_BREAK.sub(rb"=\1", raw)),)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return tuple(content for _, content in uuencoded(raw)) or (raw,)
    if encoding not in ("7bit", "8bit", "binary") and is_bare_base64(raw):
        return decode_base64(raw), raw
    return (raw,)


def is_bare_base64(raw: bytes) -> bool:
    """Nothing but base64, and enough of it not to be a word."""
    return len(raw) >= 60 and _BASE64_ONLY.match(raw.strip()) is not None


def decode_base64(raw: bytes) -> bytes:
    """Junk is skipped, missing padding added, and padding in the middle starts anew."""
    letters = raw.translate(None, _NOT_BASE64)
    pieces = _BASE64_PIECE.findall(letters)
    if len(pieces) > _MOST_PIECES:
        pieces = [letters.replace(b"=", b"")]
    return b"".join(map(_decode_piece, pieces))


def _decode_piece(piece: bytes) -> bytes:
    if len(piece) % 4 == 1:
        piece = piece[:-1]
    return binascii.a2b_base64(piece + b"=" * (-len(piece) % 4))


def after_base64(raw: bytes) -> bytes:
    """Text that a mailing list or a person put behind the end of base64."""
    end = raw.find(b"=")
    tail = raw[end:].lstrip(b"=").strip() if end >= 0 else b""
    return tail if b" " in tail else b""


def uuencoded(raw: bytes) -> list[tuple[bytes, bytes]]:
    """(name, content) of each file that is uuencoded in running text."""
    files: list[tuple[bytes, bytes]] = []
    match = _UU_BEGIN.search(raw) if b"begin " in raw else None
    while match is not None:
        end = raw.find(b"\nend", match.end() - 1)
        if end < 0:
            end = len(raw)
        files.append((match[1], _decode_uu(raw[match.end() : end])))
        match = _UU_BEGIN.search(raw, end)
    return files


def _decode_uu(block: bytes) -> bytes:
    """Lines up to the first that is not uuencoded: prose may contain the word "begin"."""
    out = bytearray()
    for line in block.splitlines():
        size = (((line[0] - 32) & 63) * 4 + 2) // 3 if line else 0
        try:
            # Encoders pad lines differently; what counts is the length that the line starts with.
            out += binascii.a2b_uu(line[: size + 1].ljust(size + 1))
        except binascii.Error:
            break
    return bytes(out)
