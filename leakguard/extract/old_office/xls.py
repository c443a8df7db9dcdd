"""Excel workbooks of before 2007 (BIFF 2 to 8): cells as displayed, and every other record's words.

ref: MS-XLS
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.office.numbers import BUILT_IN, render
from leakguard.extract.old_office.biff import ERRORS, Dialect, Reader, Record, number_text, records, rk_number
from leakguard.extract.old_office.drawing import carved, drawing_texts, picture_items
from leakguard.extract.old_office.grid import Grid, reference
from leakguard.extract.old_office.margins import without_codes
from leakguard.extract.old_office.strings import strings
from leakguard.model.content import GapKind, Role

_BOF = {0x09: 2, 0x209: 3, 0x409: 4, 0x809: 5}
_EOF, _FILEPASS = 0x0A, 0x2F
_CHART, _GLOBALS = 0x20, 0x05
_MOST_OPEN = 20  # a chart in a sheet is the second
# No words of the workbook: layout, fonts and styles, printers, protection, tables of places in the file.
_WORDLESS = frozenset(
    {0x31, 0x231, 0x293, 0x92, 0x896, 0x4D, 0x208, 0x08, 0xD7, 0x20B, 0x0B, 0xBE, 0x201, 0x01, 0x7D, 0x55, 0x225, 0x200}
    | {0x00, 0x0A, 0x0C, 0x0D, 0x0E, 0x0F, 0x10, 0x11, 0x12, 0x13, 0x1D, 0x3D, 0x41, 0x5B, 0x5F, 0x63, 0x80, 0x81, 0x82}
    | {0xA1, 0xE1, 0xE2, 0xBF, 0xC0, 0xC1, 0xDA, 0xE0, 0xE5, 0xEB, 0xEC, 0xED, 0xFF, 0x13D, 0x160, 0x161, 0x1AF, 0x1B0}
    | {0x1B1, 0x1B7, 0x1BC, 0x1C0, 0x1C1, 0x23E, 0x862, 0x863, 0x87D, 0x87C, 0x88E, 0x892, 0x8A3, 0x89B, 0x243, 0x443}
    | {0x1BA, 0x1B5, 0x5C, 0x43, 0x45, 0x1001, 0x1002, 0x1003, 0x1006, 0x1007, 0x1009, 0x100A, 0x1014, 0x1017, 0x101D}
)
_PLACES = {0x1C: "comment", 0x14: "header", 0x15: "footer", 0x89C: "header or footer", 0x100D: "chart"}


def is_bare_workbook(blob: Blob) -> bool:
    """Excel 2, 3 and 4 write records without a container; so do a few programs in later versions."""
    data = blob.data
    kind = int.from_bytes(data[:2], "little")
    size = int.from_bytes(data[2:4], "little")
    return kind in _BOF and size in (4, 6, 8, 16) and len(data) > 8 and data[6:8] in (b"\x10\0", b"\x05\0", b"\x20\0")


def read_bare_workbook(blob: Blob, budget: Budget) -> Iterator[Item]:
    yield from read_xls(blob, blob.data, budget)


def is_locked(stream: bytes) -> bool:
    """FILEPASS is among the first records."""
    for number, record in enumerate(records(stream[:4096])):
        if record.kind == _FILEPASS:
            return True
        if number > 20:
            break
    return False


def read_xls(blob: Blob, stream: bytes, budget: Budget) -> Iterator[Item]:
    yield from Book(blob, budget).read(stream)


def pivot_strings(stream: bytes) -> str:
    """Words of a pivot table's source, which may be gone from the sheets."""
    return "\n".join(dict.fromkeys(text for each in records(stream) if (text := strings(each.whole))))


class Book:
    """What the globals say, and the substreams that are open: a chart may lie within a sheet."""

    def __init__(self, blob: Blob, budget: Budget) -> None:
        self.blob = blob
        self.budget = budget
        self.dialect = Dialect()
        self.titles: dict[int, str] = {}
        self.strings: list[str] = []
        self.used: set[int] = set()
        self.formats: dict[int, str] = dict(BUILT_IN)
        self.cell_formats: list[int] = []
        self.since_1904 = False
        self.aside: list[str] = []
        self.drawings: list[bytes] = []
        self.open: list[Part] = []
        self.parts = self.pictures = 0

    def read(self, stream: bytes) -> Iterator[Item]:
        for record in records(stream):
            if record.kind in _BOF:
                self._begin(record)
            elif record.kind == _EOF and self.open:
                yield from self.open.pop().items()
            elif self.open:
                self._take(record, self.open[-1])
        while self.open:
            yield from self.open.pop().items()
        yield from self._rest()
        if not self.parts:
            yield self.blob.gap(GapKind.DAMAGED, "Excel records")

    def _begin(self, record: Record) -> None:
        version = _BOF[record.kind]
        if version == 5:
            version = 8 if record.data[1:2] == b"\6" else 5
        kind = int.from_bytes(record.data[2:4], "little")
        if not self.parts:
            self.dialect.version = version
        self.parts += 1
        if len(self.open) >= _MOST_OPEN:
            return
        outer = self.open[-1].title if self.open else ""
        title = self.titles.get(record.start) or outer or f"sheet {self.parts}"
        self.open.append(Part(self, title, is_chart=kind == _CHART, is_globals=kind == _GLOBALS))

    def _take(self, record: Record, part: Part) -> None:
        handler = _GLOBAL_RECORDS.get(record.kind)
        if handler is not None:
            handler(self, record)
        elif record.kind not in _WORDLESS:
            part.take(record)

    def sheet(self, record: Record) -> None:
        start = int.from_bytes(record.data[:4], "little")
        self.titles[start] = self.dialect.string(record.pieces, 6, 1)

    def shared(self, record: Record) -> None:
        reader = Reader(record.pieces, 8)
        while not reader.at_end:
            self.strings.append(reader.string())
            if len(self.strings) > self.budget.limits.cells:
                raise CannotRead(GapKind.TOO_MANY, "shared strings")
        self.budget.check_text(sum(map(len, self.strings)))

    def format(self, record: Record) -> None:
        version = self.dialect.version
        if version >= 5:
            index = int.from_bytes(record.data[:2], "little")
            self.formats[index] = self.dialect.string(record.pieces, 2, 2 if version == 8 else 1)
            return
        index = sum(1 for each in self.formats if each >= 1000)
        self.formats[1000 + index] = self.dialect.string(record.pieces, 2 if version == 4 else 0, 1)

    def style(self, record: Record) -> None:
        at, size = {5: (2, 2), 8: (2, 2), 2: (3, 1)}.get(self.dialect.version, (1, 1))
        index = int.from_bytes(record.data[at : at + size], "little")
        if self.dialect.version < 5:
            index = 1000 + (index & 0x3F)
        self.cell_formats.append(index)

    def codepage(self, record: Record) -> None:
        self.dialect.codepage(int.from_bytes(record.data[:2], "little"))

    def date_mode(self, record: Record) -> None:
        self.since_1904 = record.data[:1] == b"\1"

    def writer(self, record: Record) -> None:
        self.aside.append(strings(record.data, self.dialect.charset))

    def drawing(self, record: Record) -> None:
        self.drawings.append(record.whole)

    def display(self, number: str, style: int) -> str:
        index = self.cell_formats[style] if style < len(self.cell_formats) else 0
        code = self.formats.get(index, "General")
        if code == "General" and number.isdigit() and len(number) < 11:
            return number
        return render(number, code, since_1904=self.since_1904)

    def _rest(self) -> Iterator[Item]:
        if names := "\n\n".join(self.titles.values()):
            yield self.blob.span(names, place="sheet names")
        unused = [text for index, text in enumerate(self.strings) if index not in self.used and text.strip()]
        if hidden := "\n".join(dict.fromkeys([*unused, *self.aside])):
            yield self.blob.span(hidden, role=Role.HIDDEN, place=f"{self.blob.place}, hidden text")
        found, rest = carved(b"".join(self.drawings), self.budget)
        if described := drawing_texts(rest):
            yield self.blob.span("\n\n".join(described), place=f"{self.blob.place}, drawing")
        yield from picture_items(self.blob, found)


_GLOBAL_RECORDS: dict[int, Callable[[Book, Record], None]] = {
    0x85: Book.sheet,
    0xFC: Book.shared,
    0x41E: Book.format,
    0x1E: Book.format,
    0xE0: Book.style,
    0x243: Book.style,
    0x443: Book.style,
    0x43: Book.style,
    0x42: Book.codepage,
    0x22: Book.date_mode,
    0x5C: Book.writer,
    0xEB: Book.drawing,
    0xEC: Book.drawing,
}


def _is_short(record: Record, dialect: Dialect) -> bool:
    """A cell record of version 2."""
    return dialect.version == 2 or record.kind in (0x02, 0x03, 0x04, 0x05, 0x07)


class Part:
    """A sheet, a chart, or the globals."""

    def __init__(self, book: Book, title: str, *, is_chart: bool, is_globals: bool) -> None:
        self.book = book
        self.title = title
        self.grid = Grid(book.budget)
        self.texts: dict[str, list[str]] = {}
        self.hidden: dict[str, None] = {}
        self._is_chart = is_chart
        self._is_globals = is_globals
        self._last = (0, 0)
        self._objects: dict[int, str] = {}
        self._object = 0

    def take(self, record: Record) -> None:
        try:
            handler = _PART_RECORDS.get(record.kind)
            if handler is not None:
                handler(self, record)
            else:
                self._sweep(record)
        except (struct.error, IndexError, ValueError):
            self._sweep(record)

    def items(self) -> Iterator[Item]:
        blob = self.book.blob
        title = f"{self.title}, chart" if self._is_chart else self.title
        if (cells := self.grid.span(blob, title)) is not None:
            yield cells
        boxes = [text for text in self._objects.values() if text.strip()]
        if boxes:
            yield blob.span("\n\n".join(boxes), place=f"{title}, text box")
        for place, texts in self.texts.items():
            yield blob.span("\n\n".join(texts), place=f"{title}, {place}")
        if hidden := "\n".join(self.hidden):
            where = "hidden text" if self._is_globals else f"{title}, hidden text"
            yield blob.span(hidden, role=Role.HIDDEN, place=where)

    def _sweep(self, record: Record) -> None:
        if found := strings(record.whole, self.book.dialect.charset):
            self.hidden[found] = None

    def _place(self, record: Record) -> tuple[int, int, int, int]:
        """(row, column, style, where the value starts). Charts of old programs keep cells as version 2 did."""
        data = record.data
        if _is_short(record, self.book.dialect):
            row, column, style = struct.unpack_from("<HHB", data)
            return row, column, style & 0x3F, 7
        row, column, style = struct.unpack_from("<HHH", data)
        return row, column, style, 6

    def _write(self, row: int, column: int, shown: str) -> None:
        self.grid.write(row, column, shown)

    def _number(self, row: int, column: int, style: int, number: str) -> None:
        shown = self.book.display(number, style)
        if shown.strip():
            self._write(row, column, shown)
        else:
            self.hidden[number] = None

    def number(self, record: Record) -> None:
        row, column, style, at = self._place(record)
        self._number(row, column, style, number_text(struct.unpack_from("<d", record.data, at)[0]))

    def integer(self, record: Record) -> None:
        row, column, style, at = self._place(record)
        self._number(row, column, style, str(struct.unpack_from("<H", record.data, at)[0]))

    def rk(self, record: Record) -> None:
        row, column, style, at = self._place(record)
        self._number(row, column, style, rk_number(struct.unpack_from("<I", record.data, at)[0]))

    def many_rk(self, record: Record) -> None:
        row, first = struct.unpack_from("<HH", record.data)
        for index, at in enumerate(range(4, len(record.data) - 7, 6)):
            style, raw = struct.unpack_from("<HI", record.data, at)
            self._number(row, first + index, style, rk_number(raw))

    def label(self, record: Record) -> None:
        row, column, _style, at = self._place(record)
        size = 1 if _is_short(record, self.book.dialect) else 2
        self._write(row, column, self.book.dialect.string(record.pieces, at, size))

    def shared_label(self, record: Record) -> None:
        row, column, _style, index = struct.unpack_from("<HHHI", record.data)
        if index < len(self.book.strings):
            self.book.used.add(index)
            self._write(row, column, self.book.strings[index])

    def truth(self, record: Record) -> None:
        row, column, _style, at = self._place(record)
        value, is_error = record.data[at], record.data[at + 1]
        self._write(row, column, ERRORS.get(value, "#N/A") if is_error else "TRUE" if value else "FALSE")

    def formula(self, record: Record) -> None:
        row, column, style, at = self._place(record)
        value = record.data[at : at + 8]
        self._last = (row, column)
        if value[6:8] != b"\xff\xff":
            self._number(row, column, style, number_text(struct.unpack("<d", value)[0]))
        elif value[0] == 1:
            self._write(row, column, "TRUE" if value[2] else "FALSE")
        elif value[0] == 2:
            self._write(row, column, ERRORS.get(value[2], "#N/A"))
        if found := strings(record.whole[at + 14 :], self.book.dialect.charset):
            self.hidden[found] = None

    def formula_text(self, record: Record) -> None:
        size = 1 if _is_short(record, self.book.dialect) else 2
        self._write(*self._last, self.book.dialect.string(record.pieces, 0, size))

    def margin(self, record: Record) -> None:
        if record.data:
            text = self.book.dialect.string(record.pieces, 0, 2 if self.book.dialect.version == 8 else 1)
            self._say(_PLACES[record.kind], without_codes(text))

    def series(self, record: Record) -> None:
        self._say("chart", self.book.dialect.string(record.pieces, 2, 1))

    def note(self, record: Record) -> None:
        row, column, _flags, size = struct.unpack_from("<HHHH", record.data.ljust(8, b"\0"))
        if self.book.dialect.version == 8:
            text = self._objects.pop(size, "")
            self._say(f"comment on {reference(row, column)}", text)
            self.hidden[self.book.dialect.string(record.pieces, 8)] = None
        else:
            text = record.data[6:].decode(self.book.dialect.charset, "replace")
            self._say("comment", text, glue=row == 0xFFFF)

    def _say(self, place: str, text: str, *, glue: bool = False) -> None:
        said = self.texts.setdefault(place, [])
        if glue and said:
            said[-1] += text
        elif text.strip():
            said.append(text)

    def object(self, record: Record) -> None:
        if self.book.dialect.version == 8 and record.data[:2] == b"\x15\0":
            self._object = int.from_bytes(record.data[6:8], "little")
        self._sweep(record)

    def text_box(self, record: Record) -> None:
        count = int.from_bytes(record.data[10:12], "little")
        if count and len(record.pieces) > 1:
            reader = Reader(record.pieces, len(record.data))
            if not reader.at_end:
                wide = bool(reader.number(1) & 1)
                self._objects[self._object or -len(self._objects) - 1] = reader.characters(count, wide=wide)
            self._object = 0

    def validation(self, record: Record) -> None:
        reader = Reader(record.pieces, 4)
        said = [reader.string() for _ in range(4)]
        said += strings(reader.octets(8_000), self.book.dialect.charset).replace("\0", "\n").split("\n")
        self.hidden.update(dict.fromkeys(text for text in said if text.strip("\0 ")))

    def drawing(self, record: Record) -> None:
        self.book.drawings.append(record.whole)


_PART_RECORDS: dict[int, Callable[[Part, Record], None]] = {
    0x03: Part.number,
    0x203: Part.number,
    0x02: Part.integer,
    0x27E: Part.rk,
    0x7E: Part.rk,
    0xBD: Part.many_rk,
    0x04: Part.label,
    0x204: Part.label,
    0xD6: Part.label,
    0xFD: Part.shared_label,
    0x05: Part.truth,
    0x205: Part.truth,
    0x06: Part.formula,
    0x206: Part.formula,
    0x406: Part.formula,
    0x07: Part.formula_text,
    0x207: Part.formula_text,
    0x14: Part.margin,
    0x15: Part.margin,
    0x100D: Part.series,
    0x1C: Part.note,
    0x5D: Part.object,
    0x1B6: Part.text_box,
    0x1BE: Part.validation,
}
