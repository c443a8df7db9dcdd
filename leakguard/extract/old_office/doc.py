"""Word 97-2003 documents: the text through its piece table, then what no piece refers to.

ref: MS-DOC
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget
from leakguard.extract.old_office.drawing import drawing_texts
from leakguard.extract.old_office.properties import charset_of
from leakguard.extract.old_office.strings import strings
from leakguard.model.content import Gap, GapKind, Role, Span

MAGIC = b"\xec\xa5"
_MAGICS = (MAGIC, b"\xdc\xa5", b"\x99\xa6", b"\x98\xa6", b"\x97\xa6")  # the last three: Word 6 and 95 of East Asia
_WORD_2 = b"\xdb\xa5"
_WORD_97 = 0xC1  # of the FIB; before it text is 8 bits and tables lie in the same stream
_FONT_CHARSETS = {204: "cp1251", 238: "cp1250", 161: "cp1253", 162: "cp1254", 177: "cp1255", 178: "cp1256",
                  186: "cp1257", 128: "cp932", 129: "cp949", 134: "cp936", 136: "cp950", 222: "cp874"}  # fmt: skip
_PLACES = ("", "footnote", "header or footer", "macro", "comment", "endnote", "text box", "text box of a header")
_MOST_MARKS = 100_000
_ROW_END = "\ue007"  # a cell mark that ends its row, in place of the character that all cell marks share
_PAGE = 512
_ROW_SPRM = b"\x17\x24\x01"
_ROW_SPRM_95 = b"\x19\x01"
_FIELD = re.compile("[\x13\x14\x15]")
_DROPPED = dict.fromkeys([0, 1, 2, 3, 4, 5, 6, 8, 0x1F])
_SHOWN = str.maketrans({"\x0b": "\n", "\x0c": "\r", "\x0e": "\r", "\x1e": "-", "\x07": "\t", _ROW_END: "\n"})
_RAW_MARKS = re.compile("\x07+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A stretch of text in the stream. width: bytes of a character."""

    start: int
    characters: int
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    """What the FIB says. counts: characters of the main text, footnotes, headers ... in `_PLACES`' order."""

    old: bool
    counts: tuple[int, ...]
    pieces: bytes
    paragraphs: bytes
    charset: str


def is_locked(word: bytes) -> bool:
    return word[:2] in _MAGICS and len(word) > 12 and bool(word[11] & 1)


def table_name(word: bytes) -> str:
    return "1Table" if len(word) > 12 and word[11] & 2 else "0Table"


def read_doc(blob: Blob, word: bytes, table: bytes, budget: Budget) -> Iterator[Item]:
    """word, table: the two streams of the document; `table` is empty in those of Word 6 and 95."""
    header = _header(word, table)
    pieces = _pieces(header, word) if header else []
    if header is None or not pieces:
        yield from _lost(blob, word)
        return
    used = [(piece.start, piece.start + piece.characters * piece.width) for piece in pieces]
    for charset in _charsets(header, word):
        text = _text(header, word, pieces, charset)
        budget.check_text(len(text))
        yield from _stories(blob, header, text)
    unused = _unused(word, used)
    if rest := strings(unused, header.charset):
        yield blob.span(rest, role=Role.HIDDEN, place=f"{blob.place}, deleted text")
    if described := drawing_texts(table):
        yield blob.span("\n\n".join(described), place=f"{blob.place}, drawing")
    if names := strings(table, header.charset):
        yield blob.span(names, role=Role.HIDDEN, place=f"{blob.place}, hidden text")


def is_word_2(blob: Blob) -> bool:
    """Word 1 and 2 for Windows: a file without container."""
    return blob.data.startswith(_WORD_2) and len(blob.data) > 384


def read_word_2(blob: Blob, _budget: Budget) -> Iterator[Item]:
    yield from _lost(blob, blob.data)


def _lost(blob: Blob, word: bytes) -> Iterator[Span | Gap]:
    """Text of a layout that is not known stands between the two limits that all versions have."""
    first, last = int.from_bytes(word[24:28], "little"), int.from_bytes(word[28:32], "little")
    if 32 <= first < last <= len(word) and word[:2] in (*_MAGICS, _WORD_2):
        yield blob.span(_plain(word[first:last].decode("cp1252", "replace"))[0])
    if rest := strings(word):
        yield blob.span(rest, role=Role.HIDDEN)
    yield blob.gap(GapKind.DAMAGED if word.startswith(MAGIC) else GapKind.UNSUPPORTED, "Word document")


def _header(word: bytes, table: bytes) -> _Header | None:
    if len(word) < 0x180 or word[:2] not in _MAGICS:
        return None
    old = _number(word, 2, 2) < _WORD_97
    counts = tuple(_number(word, at, 4) for at in range(0x34 if old else 0x4C, 0x54 if old else 0x6C, 4))
    tables = word if old else table
    at_pieces, at_paragraphs = (0x160, 0xC0) if old else (0x1A2, 0x102)
    return _Header(
        old=old,
        counts=counts,
        pieces=_region(word, tables, at_pieces),
        paragraphs=_region(word, tables, at_paragraphs),
        charset=charset_of(_codepage(_number(word, 6, 2))) if old else "cp1252",
    )


def _region(word: bytes, tables: bytes, at: int) -> bytes:
    start = _number(word, at, 4)
    return tables[start : start + _number(word, at + 4, 4)]


def _number(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "little")


def _codepage(language: int) -> int:
    """The Windows code page of a language."""
    pages = {0x19: 1251, 0x02: 1251, 0x22: 1251, 0x05: 1250, 0x0E: 1250, 0x15: 1250, 0x1B: 1250, 0x24: 1250}
    more = {0x08: 1253, 0x1F: 1254, 0x0D: 1255, 0x01: 1256, 0x25: 1257, 0x26: 1257, 0x27: 1257, 0x1E: 874}
    asian = {0x11: 932, 0x12: 949, 0x04: 950 if language in (0x404, 0xC04) else 936}
    return (pages | more | asian).get(language & 0x3FF, 1252)


def _pieces(header: _Header, word: bytes) -> list[_Piece]:
    """In the order of the text. A text in one go has no table in Word 6 and 95."""
    table = _piece_table(header.pieces)
    if not table and header.old:
        start, end = _number(word, 24, 4), min(_number(word, 28, 4), len(word))
        return [_Piece(start=start, characters=end - start, width=1)] if start < end else []
    count = max(0, (len(table) - 4) // 12)
    found: list[_Piece] = []
    room = len(word) * 2  # pieces may repeat a stretch of the stream, but no program writes that often
    for index in range(count):
        first, last = _number(table, 4 * index, 4), _number(table, 4 * index + 4, 4)
        place = _number(table, 4 * (count + 1) + 8 * index + 2, 4)
        narrow = header.old or bool(place & 0x40000000)
        start = (place & 0x3FFFFFFF) // (2 if narrow and not header.old else 1)
        width = 1 if narrow else 2
        characters = min(last - first, max(0, len(word) - start) // width)
        room -= max(characters, 0)
        if characters > 0 and room >= 0:
            found.append(_Piece(start=start, characters=characters, width=width))
    return found


def _piece_table(region: bytes) -> bytes:
    """Behind any number of property lists."""
    at = 0
    while at < len(region) and region[at] == 1:
        at += 3 + _number(region, at + 1, 2)
    return region[at + 5 : at + 5 + _number(region, at + 1, 4)] if region[at : at + 1] == b"\2" else b""


def _charsets(header: _Header, word: bytes) -> list[str]:
    """Those of 8-bit text: that of the language and, in Word 6 and 95, those of the fonts, which know better."""
    if not header.old:
        return [header.charset]
    fonts = _region(word, word, 0xD0)
    found = [header.charset]
    at = 2
    while at + 6 < len(fonts) and len(found) < 3:
        name = _FONT_CHARSETS.get(fonts[at + 4])
        if name and name not in found:
            found.append(name)
        at += 1 + fonts[at]
    return found


def _text(header: _Header, word: bytes, pieces: list[_Piece], charset: str) -> str:
    """The whole text with row ends told from cell ends."""
    ends = _row_ends(header, word)
    out: list[str] = []
    for piece in pieces:
        stop = piece.start + piece.characters * piece.width
        raw = word[piece.start : stop]
        text = raw.decode(charset if piece.width == 1 else "utf-16-le", "replace")
        if piece.width == 1:
            text = text.replace("\ufffd", " ")
        if "\x07" in text and len(text) == piece.characters:
            text = _with_row_ends(text, piece, stop, ends)
        elif "\x07" in text and not ends:
            text = _RAW_MARKS.sub(lambda marks: "\x07" * (len(marks[0]) - 1) + _ROW_END, text)
        out.append(text)
    return "".join(out)


def _with_row_ends(text: str, piece: _Piece, stop: int, ends: list[int]) -> str:
    if not ends:  # two marks in a row are most likely the end of a row
        return text.replace("\x07\x07", "\x07" + _ROW_END)
    out: list[str] = []
    done = 0
    for end in ends[bisect_left(ends, piece.start + 1) : bisect_left(ends, stop + 1)]:
        at = (end - piece.start) // piece.width - 1
        if at >= done and text[at] == "\x07":
            out += [text[done:at], _ROW_END]
            done = at + 1
    return "".join([*out, text[done:]])


def _row_ends(header: _Header, word: bytes) -> list[int]:
    """Where in the stream paragraphs end that end a row of a table."""
    size = 2 if header.old else 4
    count = max(0, (len(header.paragraphs) - 4) // (4 + size))
    found: list[int] = []
    pages = {_number(header.paragraphs, 4 * (count + 1) + size * index, size) for index in range(count)}
    for page in pages:
        found += _row_ends_in(word[page * _PAGE : (page + 1) * _PAGE], old=header.old)
    return sorted(set(found))


def _row_ends_in(page: bytes, *, old: bool) -> Iterator[int]:
    """One page of paragraph properties."""
    if len(page) < _PAGE:
        return
    count = page[511]
    entry = 7 if old else 13
    for index in range(count):
        at = 4 * (count + 1) + entry * index
        if at >= _PAGE - 1:
            return
        offset = page[at] * 2
        size = page[offset] * 2
        properties = page[offset + 1 : offset + 1 + (size or page[offset + 1] * 2 + 1 if offset < 510 else 0)]
        if (_ROW_SPRM_95 if old else _ROW_SPRM) in properties:
            yield _number(page, 4 * index + 4, 4)


def _stories(blob: Blob, header: _Header, text: str) -> Iterator[Item]:
    at = 0
    for count, place in zip(header.counts, _PLACES, strict=False):
        story = text[at : at + count]
        at += count
        if not story.strip():
            continue
        shown, codes = _plain(story)
        where = f"{blob.place}, {place}" if place else blob.place
        yield blob.span(shown, place=where) if place else _paragraphs(blob, shown)
        if codes.strip():
            yield blob.span(codes, role=Role.HIDDEN, place=f"{where}, field codes")
    if rest := _plain(text[at:])[0].strip():
        yield blob.span(rest, role=Role.HIDDEN, place=f"{blob.place}, hidden text")


def _paragraphs(blob: Blob, text: str) -> Span:
    """The main text with a place for each paragraph."""
    marks: list[tuple[int, str]] = []
    at = number = 0
    while 0 <= at < len(text) and len(marks) < _MOST_MARKS:
        number += 1
        marks.append((at, f"{blob.place}, paragraph {number}"))
        at = text.find("\n\n", at)
        at += 2 if at >= 0 else 0
        if at < 2:
            break
    return Span(text=text, part=blob.part, role=blob.role, marks=tuple(marks), within=blob.place)


def _plain(story: str) -> tuple[str, str]:
    """(what is shown, codes of fields): a field shows its result and not its code."""
    shown: list[str] = []
    codes: list[str] = []
    stack: list[bool] = []  # of open fields: whether their result has begun
    at = hidden = 0
    for match in _FIELD.finditer(story):
        (codes if hidden else shown).append(story[at : match.start()])
        at = match.end()
        if match[0] == "\x13":
            stack.append(False)
            hidden += 1
        elif match[0] == "\x14" and stack and not stack[-1]:
            stack[-1] = True
            hidden -= 1
            codes.append("\r")
        elif match[0] == "\x15" and stack and not stack.pop():
            hidden -= 1
            codes.append("\r")
    shown.append(story[at:] if not hidden else "")
    codes.append(story[at:] if hidden else "")
    return _clean("".join(shown)), _clean("".join(codes)).replace("\n\n", "\n")


def _clean(text: str) -> str:
    paragraphs = text.translate(_DROPPED).translate(_SHOWN).replace("\t\n", "\n").split("\r")
    return "\n\n".join(each for each in paragraphs if each.strip()).strip("\n")


def _unused(word: bytes, used: list[tuple[int, int]]) -> bytes:
    """What no piece refers to: text deleted before a fast save, and tables."""
    out: list[bytes] = []
    at = 0
    for start, stop in sorted(used):
        if start > at:
            out.append(word[at:start])
        at = max(at, stop)
    return b"\0".join([*out, word[at:]])
