"""What stands encoded in running text that nobody declared: files written as letters, and words written as codes.

ref: RFC 2045 (base64, quoted-printable), RFC 2047, RFC 8259 (JSON), RFC 1741 (BinHex)
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from urllib.parse import unquote

from leakguard.extract.limits import Budget
from leakguard.extract.mail.headers import decode_words
from leakguard.extract.mail.transfer import decode_base64, is_readable, uuencoded
from leakguard.extract.text.charset import decode

_RUN = re.compile(rb"\n(?:> ?)*+[A-Za-z0-9+/]{16,}={0,2}[ \t]*\r?(?=\n|\Z)")
_RUN_LINES = re.compile(rb"(?:\n(?:> ?)*+[A-Za-z0-9+/]{2,}={0,2}[ \t]*\r?(?=\n|\Z))++")
_FILES = (
    b"PK\3\4",
    b"%PDF",
    b"\xd0\xcf\x11\xe0",
    b"{\\rt",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
    b"Salted__",
)
_CMS = bytes.fromhex("06092a864886f70d0107")
_ANY = re.compile(
    rb"\n(?:begin[ -]|=ybegin |\(This file must|(?:> ?)*+[A-Za-z0-9+/]{16})"
)  # one look for ordinary text
_YENC = re.compile(rb"(?m)^=ybegin [^\r\n]*?name=([^\r\n]*)\r?\n(?:=ypart [^\r\n]*\r?\n)?")
_YENC_SHIFT = bytes((code - 42) % 256 for code in range(256))
_YENC_ESCAPED = re.compile(rb"=(.)", re.DOTALL)
_BINHEX = b"must be converted with BinHex"
_BINHEX_LETTERS = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"
_BASE64_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_TO_BASE64 = bytes.maketrans(_BINHEX_LETTERS, _BASE64_LETTERS)
_BINHEX_JUNK = bytes(set(range(256)) - set(_BINHEX_LETTERS))
_REPEATS = re.compile(rb"\x90(.)", re.DOTALL)

_QUOTED = re.compile(
    r"=(?:(?<=[^=\s]=)[ \t]*\r?\n(?=\S)|20(?=[A-Za-z])|3[Dd]|0[Dd]|[Cc][23]=|[Ee]2=80|[0-9A-Fa-f]{2}=[0-9A-Fa-f]{2})"
)
_SOFT_BREAK = re.compile(rb"=[ \t]+(\r?\n)")
_UNICODE = re.compile(r"\\u[0-9a-fA-F]{4}")
_ESCAPE = re.compile(r"""\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(["'\\/bfnrt]))""")
_SIMPLE_ESCAPES = {"n": "\n", "r": "\n", "t": "\t", "b": " ", "f": " "}
_ENCODED_WORD = re.compile(r"=\?[^?\s]{1,64}\?[bBqQ]\?")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,2000}>")
_RIGHT_TO_LEFT = re.compile("\u202e([^\u202c\u202d\u2066-\u2069\n]+)")


def files_in(raw: bytes, budget: Budget) -> Iterator[tuple[bytes, bytes, str]]:
    """(name, content, what to call it) of every file that is written as letters within the text."""
    if _ANY.search(b"\n" + raw) is None and b"\n" in raw:
        return
    for name, content in uuencoded(raw):
        yield name, content, "uuencoded file"
    if b"=ybegin " in raw:
        for name, content in _yencoded(raw):
            yield name, content, "encoded file"
    if b"BinHex" in raw and _BINHEX in raw:
        yield from _binhexed(raw, budget)
    for content in _base64_runs(raw):
        yield b"", content, "base64 text"


def _base64_runs(raw: bytes) -> Iterator[bytes]:
    """Whole lines of base64 that stand for words or for a known kind of file; others are keys and tokens."""
    source = b"\n" + (raw if b"\n" in raw else raw.replace(b"\r", b"\n"))
    match = _RUN.search(source)
    while match is not None:
        lines = _RUN_LINES.match(source, match.start())
        assert lines is not None, "a run is at least the line that was found"
        letters = lines[0].replace(b">", b"") if b">" in lines[0] else lines[0]
        content = decode_base64(letters)
        if is_readable(content) or content.startswith(_FILES) or _CMS in content[:24]:
            yield content
        match = _RUN.search(source, lines.end())


def _yencoded(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    for match in _YENC.finditer(raw):
        end = raw.find(b"\n=yend", match.end() - 1)
        block = raw[match.end() : end if end >= 0 else len(raw)].translate(None, b"\r\n")
        plain = _YENC_ESCAPED.sub(lambda found: bytes(((found[1][0] - 64) % 256,)), block)
        yield match[1].strip(), plain.translate(_YENC_SHIFT)
        if end < 0:
            return


def _binhexed(raw: bytes, budget: Budget) -> Iterator[tuple[bytes, bytes, str]]:
    start = raw.find(b":", raw.find(b"\n", raw.find(_BINHEX)))
    end = raw.find(b":", start + 1)
    if start < 0 or end < 0:
        return
    packed = decode_base64(raw[start + 1 : end].translate(None, _BINHEX_JUNK).translate(_TO_BASE64))
    unpacked = _repeat(packed, budget)
    size = unpacked[0] if unpacked else 0
    length = int.from_bytes(unpacked[size + 12 : size + 16], "big")
    yield unpacked[1 : 1 + size], unpacked[size + 22 : size + 22 + length], "BinHex file"


def _repeat(packed: bytes, budget: Budget) -> bytes:
    """Undo the run lengths: an octet, 0x90, how often; 0x90 0 is 0x90 itself."""
    out: list[bytes] = []
    at, last = 0, b""
    for match in _REPEATS.finditer(packed):
        before = packed[at : match.start()]
        count = match[1][0]
        last = before[-1:] or last
        out += (before, last * (count - 1) if count else b"\x90")
        last = last if count else b"\x90"
        budget.expand(count)
        at = match.end()
    return b"".join([*out, packed[at:]])


def decoded_lines(text: str) -> str:
    """Lines that read differently once their codes are undone: quoted-printable, encoded words, escapes, links."""
    found: dict[str, None] = {}
    if "=" in text and _QUOTED.search(text) is not None:
        raw = _SOFT_BREAK.sub(rb"=\1", text.encode("utf-8", "replace"))
        found |= _changed(text, decode(binascii.a2b_qp(raw), "utf-8"))
    if "?" in text and "=?" in text and _ENCODED_WORD.search(text):
        lines = text.replace("\n ", " ").replace("\n\t", " ").split("\n")
        found |= dict.fromkeys(decode_words(line.encode("utf-8", "replace")) for line in lines if "=?" in line)
    if "\\" in text and (text.lstrip()[:1] in ("{", "[", '"') or _UNICODE.search(text)):
        found |= _changed(text, _unescaped(text))
    if "<" in text and "</" in text and _TAG.search(text):
        found |= _changed(text, _TAG.sub("", text))
    if "%" in text and "%20" in text:
        found |= _changed(text, unquote(text))
    if "\u202e" in text:
        found |= dict.fromkeys(run[::-1] for run in _RIGHT_TO_LEFT.findall(text))
    return "\n".join(found)


def _changed(before: str, after: str) -> dict[str, None]:
    known = set(before.split("\n"))
    return dict.fromkeys(line for line in after.split("\n") if line not in known)


def _unescaped(text: str) -> str:
    plain = _ESCAPE.sub(_unescape, text)
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _unescape(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _SIMPLE_ESCAPES.get(match[3], match[3])
