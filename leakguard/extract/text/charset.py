"""Bytes to text: which charset it is, when what is declared is missing, wrong or no charset at all."""

from __future__ import annotations

import codecs
import re

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
_LATIN = frozenset(
    {"", "ascii", "us-ascii", "iso-8859-1", "iso-8859-15", "latin-1", "latin1", "windows-1252", "cp1252"}
)
_UTF7_RUN = re.compile(rb"\+[A-Za-z0-9+/]{2,}+(-?)")  # with or without its end, as looking for that is quadratic
_ISO_2022 = ("iso-2022-jp", "iso-2022-jp-2", "iso-2022-jp-ext", "iso-2022-kr")
_EBCDIC_LETTERS = bytes(
    code for first in (0x81, 0x91, 0xA1, 0xC0, 0xD0, 0xE0, 0xF0) for code in range(first, first + 10) if code < 0xFA
)
_HIGH = bytes(range(128, 256))
CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\x0b\f\r\x1b") + b"\x7f"


def decode(raw: bytes, charset: str = "") -> str:
    """The most likely reading. Never fails."""
    if not charset and raw.isascii() and b"\0" not in raw:
        return raw.decode("ascii")
    return readings(raw, charset)[0]


def readings(raw: bytes, charset: str = "") -> tuple[str, ...]:
    """Every likely reading, without repeats: a wrong declaration must not hide what another program would show."""
    if raw.isascii() and charset.lower() in _ASCII_COMPATIBLE and b"\0" not in raw:
        return _readings_of_ascii(raw)
    candidates = [sniffed_charset(raw), charset, "utf-8"]
    texts = dict.fromkeys(text for name in candidates if name and (text := _strictly(raw, name)) is not None)
    if raw.isascii():
        texts |= dict.fromkeys(_readings_of_ascii(raw) if b"\0" not in raw else ())
    if not texts:
        likely = [_likely_charset(raw), charset or "windows-1252"]
        return tuple(dict.fromkeys(_guess(raw, name) for name in likely))
    if len(texts) == 1 and charset.lower() in _LATIN and _is_mostly_high(raw) and _strictly(raw, "utf-8") is None:
        texts[_guess(raw, _likely_charset(raw))] = None
    return tuple(texts)


def _readings_of_ascii(raw: bytes) -> tuple[str, ...]:
    """Seven bits carry other alphabets too, by escapes: those of Japanese and Korean mail, UTF-7, HZ."""
    plain = raw.decode("ascii")
    others: list[str | None] = []
    if b"\x1b" in raw:
        others += [_strictly(raw, name) for name in _ISO_2022]
        if any(each is not None for each in others):
            first = next(each for each in others if each is not None)
            return tuple(dict.fromkeys((first, plain)))  # not every program switches alphabets that nobody declared
    if b"~{" in raw:
        others.append(_strictly(raw, "hz"))
    if b"+" in raw and b"-" in raw:
        others.append(_UTF7_RUN.sub(_from_utf7, raw).decode("utf-8", "replace"))
    return tuple(dict.fromkeys((plain, *(each for each in others if each is not None)))) if others else (plain,)


def _from_utf7(match: re.Match[bytes]) -> bytes:
    text = _strictly(match[0], "utf-7") if match[1] else None
    return match[0] if text is None else text.encode("utf-8", "replace")


def _is_mostly_high(raw: bytes) -> bool:
    sample = raw[:4096]
    return (len(sample) - len(sample.translate(None, _HIGH))) * 6 > len(sample)


def sniffed_charset(raw: bytes) -> str:
    """A charset that the bytes announce: a byte order mark, the columns of UTF-16 text, the letters of EBCDIC."""
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return name
    head = raw[:512]
    zeros = head.count(0)
    if not zeros or zeros * 3 < len(head):
        return _sniffed_from_columns(head) if len(head.translate(None, CONTROLS)) != len(head) else _ebcdic(head)
    even, odd = head[::2].count(0), head[1::2].count(0)
    if zeros * 3 > len(head) * 2:
        return "utf-32-be" if head[:1] == b"\0" else "utf-32-le"
    return "utf-16-be" if even > odd else "utf-16-le"


def _sniffed_from_columns(head: bytes) -> str:
    """Text of one small alphabet in UTF-16: every other octet is the number of the alphabet, or that of a blank."""
    head = head[: len(head) // 2 * 2]
    for start, name in ((0, "utf-16-be"), (1, "utf-16-le")):
        column, other = head[start::2], head[1 - start :: 2]
        row = max(set(column), key=column.count, default=0)
        is_row = 0 < row < 0x20 and column.count(row) + column.count(0) >= len(column) * 0.9
        if len(column) >= 8 and is_row and len(set(other)) > 5 and _strictly(head, name) is not None:
            return name
    return _ebcdic(head)


def _ebcdic(head: bytes) -> str:
    """Blanks are 0x40 and nearly all else is a letter or a figure, where ASCII has nothing."""
    blanks = head.count(0x40)
    if len(head) < 16 or blanks * 16 < len(head) or blanks > len(head) // 2 or head.count(0x20) * 8 > blanks:
        return ""
    letters = len(head) - len(head.translate(None, _EBCDIC_LETTERS))
    return "cp037" if (letters + blanks) * 100 >= len(head) * 85 else ""


def without_nuls(raw: bytes) -> bytes:
    """Text without the octets that mail programs leave out; those of UTF-16 stay."""
    return raw.replace(b"\0", b"") if b"\0" in raw and not sniffed_charset(raw) else raw


def looks_like_text(raw: bytes, charset: str = "") -> bool:
    """Whether people could read these bytes in some charset; binary formats have many control characters."""
    sniffed = sniffed_charset(raw)
    if sniffed:
        return _strictly(raw[: len(raw) // 4 * 4][:4096], sniffed) is not None
    if charset[:3].lower() in ("utf", "ucs", "cp0", "ibm") and charset.lower() not in _UTF:
        text = _strictly(raw[:4096], charset)
        if text is not None and sum(char < " " and char not in "\t\n\f\r" for char in text) * 200 <= len(text):
            return True
    sample = raw[:65536]
    return len(sample) - len(sample.translate(None, CONTROLS)) <= len(sample) // 200


def is_plain(raw: bytes) -> bool:
    """ASCII without control characters: no format of numbers and no packed one is so, but by a long chance."""
    return raw.isascii() and len(raw.translate(None, CONTROLS)) == len(raw)


def _strictly(raw: bytes, charset: str) -> str | None:
    try:
        if codecs.lookup(charset).name in _NOT_CHARSETS:
            return None
        text = raw.decode(charset)
        return text.replace("\x85", "\n") if charset[:3] in ("cp0", "cp5", "cp1") and "\x85" in text else text
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
