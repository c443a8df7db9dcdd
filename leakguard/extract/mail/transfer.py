"""Undoes transfer encodings as mail readers do: leniently, and both ways when in doubt."""

from __future__ import annotations

import binascii
import re

_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
_BASE64_PIECE = re.compile(rb"[^=]+")
_BASE64_ONLY = re.compile(rb"[A-Za-z0-9+/\r\n\t ]+={0,2}\s*\Z")
_SHORTEST_RUN = 16  # shorter ones are words
_TWO_WORDS = re.compile(rb"[A-Za-z\x80-\xff]{2,}[,.:;]?[ \t]+[A-Za-z0-9\x80-\xff]{2,}")
_LETTERS = re.compile(r"[^\W\d_]{3}")
_MOST_PIECES = 1_000
_SOFT_BREAK = re.compile(rb"=[ \t]+(\r?\n)")
_UU_BEGIN = re.compile(rb"(?m)^begin(?:-base64)? [0-7]{3,4} ([^\r\n]*)\r?\n")
_UU_NAMES = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})


def transfer_readings(raw: bytes, encoding: str) -> tuple[bytes, ...]:
    """What the bytes may stand for; `encoding` is tidied. More than one when the declaration leaves it open."""
    if encoding == "base64":
        return _from_base64(raw)
    if encoding == "quoted-printable":
        decoded = binascii.a2b_qp(_SOFT_BREAK.sub(rb"=\1", raw))
        return (decoded, decode_base64(decoded)) if is_bare_base64(decoded) else (decoded,)
    if encoding in _UU_NAMES:
        return tuple(content for _, content in uuencoded(raw)) or (_decode_uu(raw), raw)
    return (decode_base64(raw), raw) if is_bare_base64(raw) else (raw,)


def _from_base64(raw: bytes) -> tuple[bytes, ...]:
    decoded = decode_base64(raw)
    end = raw.find(b"=")
    if end >= 0 and raw[end:].strip(b"= \t\r\n"):  # most programs stop at the padding
        return tuple(dict.fromkeys((decoded, decode_base64(raw[:end]), *_without_prose(raw, decoded))))
    return _without_prose(raw, decoded)


def _without_prose(raw: bytes, decoded: bytes) -> tuple[bytes, ...]:
    if b" " not in raw or _TWO_WORDS.search(raw) is None:
        return (decoded,)
    # Programs differ in whether letters of a line of prose count as base64.
    lines = [line for line in raw.splitlines() if not _TWO_WORDS.search(line)]
    kept = decode_base64(b"\n".join(lines))
    if not any(lines):
        return (raw, decoded) if is_readable(decoded) else (raw,)
    return (kept, decoded) if kept != decoded and is_readable(decoded) else (kept or decoded,)


def is_bare_base64(raw: bytes) -> bool:
    """Nothing but base64, and what it stands for is text, or it is too long for anything else."""
    if raw[:200].count(b" ") > 4 or len(raw) < _SHORTEST_RUN:
        return False
    if _BASE64_ONLY.match(raw) is None:
        return False
    letters = raw.split()
    return is_readable(decode_base64(raw[:4000])) or (len(raw) >= 60 and len(letters[0]) >= 60)


def is_readable(content: bytes) -> bool:
    """Whether a short guess at what bytes stand for came out as words; most wrong guesses are no UTF-8 at all."""
    sample = content[:256]
    text = sample.replace(b"\0", b"").decode("utf-8", "ignore" if len(content) > 256 else "replace")
    bad = text.count("\ufffd") + sum(char < " " and char not in "\r\n\t\f" for char in text)
    return len(text) >= len(sample) // 2 - 2 and bad * 50 <= len(text) and _LETTERS.search(text) is not None


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


def text_beside_base64(raw: bytes) -> bytes:
    """Text that a mailing list or a person put before, between or behind the lines of base64."""
    if b" " not in raw:
        return b""
    end = raw.find(b"=")
    tail = raw[end:].lstrip(b"=").strip() if end >= 0 else b""
    before = raw[:end] if end >= 0 else raw
    lines = [line for line in before.splitlines() if _TWO_WORDS.search(line)]
    return b"\n".join([*lines, tail] if b" " in tail else lines)


def uuencoded(raw: bytes) -> list[tuple[bytes, bytes]]:
    """(name, content) of each file that is uuencoded in running text."""
    files: list[tuple[bytes, bytes]] = []
    match = _UU_BEGIN.search(raw) if b"begin" in raw else None
    while match is not None:
        in_base64 = match[0].startswith(b"begin-base64")
        end = raw.find(b"\n====" if in_base64 else b"\nend", match.end() - 1)
        if end < 0:
            end = len(raw)
        block = raw[match.end() : end]
        files.append((match[1], decode_base64(block) if in_base64 else _decode_uu(block)))
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
