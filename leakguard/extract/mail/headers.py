"""Header syntax of mail: fields, encoded words, parameters. Linear, and tolerant where mail readers are.

ref: RFC 5322, RFC 2045, RFC 2047, RFC 2231
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from leakguard.extract.limits import Limits
from leakguard.extract.mail.transfer import decode_base64
from leakguard.extract.text.charset import decode

_END = re.compile(rb"\n\r{0,2}\n")
_END_OF_CR = re.compile(rb"\n\r?\n|\r\r(?!\n)|\n\r\r\n")
_FIELD = re.compile(rb"\n([!-9;-~]+)[ \t]*(?:\([^()\n]*\)[ \t]*)?:(.*(?:\n[ \t].*)*)")
# A blank line, or one that is neither a field nor the continuation of one: some programs see the body begin here.
_STRAY = re.compile(rb"\n(?:[ \t]*(?=\n)|(?![!-9;-~]+[ \t]*(?:\([^()\n]*\)[ \t]*)?:|[ \t\n]|>?From )(?=.))")
_ENVELOPE = re.compile(rb"\n(>?From [^\n]*)")  # of a mailbox file; anybody can write words into it
_BLANK = re.compile(rb"\n[ \t]*\n")
_WORD = re.compile(r"=\?([^?\s]{1,64})\?([bBqQ])\?([^?]*(?:\?(?!=)[^?]*){0,8})(?:\?=|\??\Z)")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?[^?\s]{1,64}\?[bBqQ]\?)")
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*+"?|[^;]*)')
_COMMENT = re.compile(r"\([^()]*\)")
_ESCAPED = re.compile(r"\\(.)")
_EXTENDED = re.compile(r"(.*?)(?:\*(\d{1,4}))?(\*)?\Z", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The header block of one part.

    fields: raw values by name in lower case, in order. body_at: where the body starts. stray: lines that are no field.
    cut: the block is longer, or has more fields, than allowed.
    """

    fields: dict[bytes, list[bytes]] = field(repr=False)
    body_at: int
    stray: bytes = field(default=b"", repr=False)
    cut: bool = False

    def raw(self, name: bytes) -> list[bytes]:
        return self.fields.get(name, [])

    def texts(self, name: bytes) -> list[str]:
        """Each value of this field as people see it."""
        return [decode_words(value) for value in self.raw(name)]


def read_header(content: bytes, start: int, end: int, limits: Limits) -> Header:
    """The header of the part between `start` and `end`."""
    stop = min(end, start + limits.header_bytes)
    cut = False
    if content[start : start + 1] == b"\n" or content[start : start + 2] == b"\r\n":
        return Header(fields={}, body_at=start + (1 if content[start] == 10 else 2))
    match = _end_of(content, start, stop).search(content, start, stop)
    if match is not None:
        block, body_at = content[start : match.start()], match.end()
    else:
        block, body_at, cut = content[start:stop], stop, stop < end
    if b"\r" in block:
        block = block.replace(b"\r\r\n", b"\n").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    block = b"\n" + block.replace(b"\0", b"").lstrip()
    found = _FIELD.findall(block)
    fields: dict[bytes, list[bytes]] = {}
    for name, value in found[: limits.headers]:
        fields.setdefault(name.lower() if b"(" not in name else _bare(name), []).append(value)
    stray = b""
    if sum(len(name) + len(value) + 2 for name, value in found) != len(block) or _BLANK.search(block):
        first_stray = _STRAY.search(block)
        stray = block[first_stray.start() :] if first_stray is not None else b""
    if b"From " in block and (lines := _ENVELOPE.findall(block)):
        stray = b"\n".join([*lines, stray])
    if len(found) > limits.headers:
        cut, stray = True, block
    return Header(fields=fields, body_at=body_at, stray=stray, cut=cut)


def _end_of(content: bytes, start: int, stop: int) -> re.Pattern[bytes]:
    """Lone carriage returns end lines only in a mail whose first line ends so."""
    first = content.find(b"\r", start, stop)
    alone = first >= 0 and content[first : first + 3] != b"\r\r\n" and content[first + 1 : first + 2] != b"\n"
    return _END_OF_CR if alone and content.find(b"\n", start, first) < 0 else _END


def _bare(name: bytes) -> bytes:
    """A field name without the comment behind it."""
    return name.partition(b"(")[0].lower() or name.lower()


def decode_words(value: bytes) -> str:
    """A header value as people see it: unfolded, encoded words decoded, even where they are not allowed."""
    text = " ".join(decode(value).split())
    if "=?" not in text:
        return text
    out: list[str] = []
    position, charset, pending = 0, "", b""
    for match in _WORD.finditer(_BETWEEN_WORDS.sub(r"\1", text)):
        raw = _decode_word(match[2], match[3])
        name = match[1].partition("*")[0].lower()
        # Words that touch may share a character between them, so their bytes are joined before decoding.
        if pending and (match.start() != position or name != charset):
            out.append(decode(pending, charset))
            pending = b""
        out.append(match.string[position : match.start()])
        position, charset, pending = match.end(), name, pending + raw
    out.append(decode(pending, charset) if pending else "")
    out.append(_BETWEEN_WORDS.sub(r"\1", text)[position:])
    return "".join(out)


def _decode_word(encoding: str, payload: str) -> bytes:
    raw = payload.encode("utf-8", "replace")
    if encoding in "bB":
        return decode_base64(raw)
    return binascii.a2b_qp(raw.replace(b" ", b"_"), header=True)


def transfer_encodings(header: Header) -> list[str]:
    """All declared transfer encodings, tidied: quotes, comments and semicolons are not part of the name."""
    return list(dict.fromkeys(map(_tidy_encoding, header.raw(_ENCODING)))) or [""]


def _tidy_encoding(value: bytes) -> str:
    usual = _USUAL_ENCODINGS.get(value.strip().lower())
    if usual is not None:
        return usual
    name = _COMMENT.sub("", decode_words(value)).strip(" \"';").lower()
    if name in _KNOWN_ENCODINGS:
        return name
    letters = _NOT_IN_ENCODING.sub("", name)
    return next((each for each in _KNOWN_ENCODINGS if each in letters), name)


_ENCODING = b"content-transfer-encoding"
_KNOWN_ENCODINGS = ("base64", "quoted-printable", "uuencode", "uue", "7bit", "8bit", "binary", "binhex", "yenc")
_USUAL_ENCODINGS = {name.encode(): name for name in _KNOWN_ENCODINGS}
_NOT_IN_ENCODING = re.compile(r"[^a-z0-9-]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """A value with parameters, such as Content-Type.

    parameters: every value that a name was given, the one that most programs take first.
    conflicting: a name was given two different values in the same spelling.
    """

    value: str
    parameters: dict[str, list[str]] = field(default_factory=dict, repr=False)
    conflicting: bool = False

    def get(self, name: str) -> str:
        return self.parameters.get(name, _NOTHING)[0]

    def all(self, name: str) -> list[str]:
        return self.parameters.get(name, [])


_NOTHING = [""]


def read_parameters(raw: bytes) -> Parameters:
    """`text/plain; charset=utf-8`, continued and extended parameters put together."""
    text = " ".join(decode(raw).split())
    value, semicolon, _ = text.partition(";")
    if "(" in value:
        value = _COMMENT.sub("", value)
    value = value.strip(" \"'").lower()
    if not semicolon:
        return Parameters(value=value)
    plain: dict[str, list[str]] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for name, written in _PARAMETER.findall(text):
        if "*" not in name:
            plain.setdefault(name.lower(), []).append(decode_words(_unquote(written).encode("utf-8", "replace")))
            continue
        key, number, extended = _split_name(name.lower())
        pieces.setdefault(key, []).append((number, extended, _unquote(written)))
    conflicting = any(len(values) > 1 and len(set(values)) > 1 for values in plain.values())
    for key, parts in pieces.items():
        plain[key] = [_join_pieces(parts), *plain.get(key, [])]
    return Parameters(value=value, parameters=plain, conflicting=conflicting)


def _split_name(name: str) -> tuple[str, int, bool]:
    match = _EXTENDED.match(name)
    assert match is not None, "the pattern matches every name"
    return match[1], int(match[2] or 0), bool(match[3])


def _unquote(written: str) -> str:
    written = written.strip()
    if not written.startswith('"'):
        return _COMMENT.sub("", written).strip() if "(" in written else written
    inner = written[1:-1] if written.endswith('"') and len(written) > 1 else written[1:]
    return _ESCAPED.sub(r"\1", inner)


def _join_pieces(pieces: list[tuple[int, bool, str]]) -> str:
    pieces.sort(key=lambda piece: piece[0])
    charset = ""
    raw: list[bytes] = []
    for index, (_, extended, written) in enumerate(pieces):
        text = written
        if extended and index == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        raw.append(unquote_to_bytes(text) if extended else text.encode("utf-8", "replace"))
    joined = b"".join(raw)
    return decode_words(joined) if b"=?" in joined else decode(joined, charset)
