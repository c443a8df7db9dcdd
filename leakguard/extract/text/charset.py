"""Bytes to text: which charset it is, when what is declared is missing, wrong or no charset at all."""

from __future__ import annotations

import codecs

# Text codecs by name only: they decode something else than a mail's text, and some of them slowly.
_NOT_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "unicode-escape", "raw_unicode_escape", "undefined"})
_ASCII_COMPATIBLE = frozenset({"", "ascii", "us-ascii", "utf-8", "utf8", "iso-8859-1", "iso-8859-15", "windows-1252"})
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UTF = frozenset({"utf-8", "utf8"})  # has been tried strictly before anything is guessed
_SAMPLE = 32 * 1024  # enough to tell a charset; guessing costs about 1 ms per KB
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\x0b\f\r\x1b") + b"\x7f"


def decode(raw: bytes, charset: str = "") -> str:
    """The most likely reading. Never fails."""
    if not charset and raw.isascii() and b"\0" not in raw:
        return raw.decode("ascii")
    return readings(raw, charset)[0]


def readings(raw: bytes, charset: str = "") -> tuple[str, ...]:
    """Every likely reading, without repeats: a wrong declaration must not hide what another program would show."""
    if raw.isascii() and charset.lower() in _ASCII_COMPATIBLE and b"\0" not in raw:
        return (raw.decode("ascii"),)
    candidates = [sniffed_charset(raw), charset, "utf-8"]
    texts = dict.fromkeys(text for name in candidates if name and (text := _strictly(raw, name)) is not None)
    if texts:
        return tuple(texts)
    return tuple(dict.fromkeys(_guess(raw, name) for name in (_likely_charset(raw), charset or "windows-1252")))


def sniffed_charset(raw: bytes) -> str:
    """A charset that the bytes themselves announce: a byte order mark, or the zeros of UTF-16 text."""
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return name
    head = raw[:512]
    zeros = head.count(0)
    if not zeros or zeros * 3 < len(head):
        return ""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if zeros * 3 > len(head) * 2:
        return "utf-32-be" if head[:1] == b"\0" else "utf-32-le"
    return "utf-16-be" if even > odd else "utf-16-le"


def looks_like_text(raw: bytes) -> bool:
    """Whether people could read these bytes in some charset; binary formats have many control characters."""
    if sniffed_charset(raw):
        return _strictly(raw[: len(raw) // 4 * 4][:4096], sniffed_charset(raw)) is not None
    sample = raw[:65536]
    return len(sample) - len(sample.translate(None, _CONTROLS)) <= len(sample) // 200


def _strictly(raw: bytes, charset: str) -> str | None:
    try:
        if codecs.lookup(charset).name in _NOT_CHARSETS:
            return None
        return raw.decode(charset)
    except (LookupError, ValueError):  # ValueError: UnicodeError, and names with a NUL
        return None


def _likely_charset(raw: bytes) -> str:
    from charset_normalizer import from_bytes  # costs 15 ms to load, and ordinary mail never needs it

    best = from_bytes(raw[:_SAMPLE]).best()
    return best.encoding if best else ""


def _guess(raw: bytes, charset: str) -> str:
    """With signs of loss where the bytes do not fit. A guess at a few words is often wrong: it is not the only one."""
    for name in (charset, "windows-1252"):
        try:
            if name and name not in _UTF and codecs.lookup(name).name not in _NOT_CHARSETS:
                return raw.decode(name, "replace")
        except (LookupError, ValueError):
            continue
    return raw.decode("latin-1")
