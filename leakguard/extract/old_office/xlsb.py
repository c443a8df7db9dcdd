"""Binary workbooks (xlsb): a zip as other workbooks are, whose parts are records instead of XML.

ref: MS-XLSB
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.office.numbers import BUILT_IN, render
from leakguard.extract.office.package import File, Package
from leakguard.extract.office.sweep import Paragraphs
from leakguard.extract.old_office.biff import ERRORS, number_text, rk_number
from leakguard.extract.old_office.biff12 import is_records, records, rich_text, text
from leakguard.extract.old_office.grid import Grid, reference
from leakguard.extract.old_office.margins import without_codes
from leakguard.extract.old_office.strings import strings
from leakguard.model.content import GapKind, Role

_BOOK, _SHEET, _STRINGS, _STYLES, _COMMENTS = 131, 129, 159, 278, 628
_ROW, _SHARED, _FORMAT, _STYLE, _TAB, _NAME, _BOOK_PROPERTIES = 0, 19, 44, 47, 156, 39, 153
_CELL_STYLES, _CELL_STYLES_END = 617, 618
_MARGINS, _COMMENT, _COMMENT_TEXT, _AUTHOR = 479, 635, 637, 632
_RK, _ERROR, _TRUTH, _REAL, _TEXT, _INDEX, _RICH = 2, 3, 4, 5, 6, 7, 62
_PAGE_MARGINS = 476  # numbers
_SHORT = 11  # what a cell without its column adds to the type of the record
_FORMULAS = {8: _TEXT, 9: _REAL, 10: _TRUTH, 11: _ERROR}
_WORDLESS = re.compile(r"(?:binaryIndex|printerSettings|calcChain)\d*\.bin$", re.IGNORECASE)


def read_binary_workbook(
    blob: Blob, package: Package, budget: Budget, seen: Paragraphs, _read: set[str]
) -> Iterator[Item]:
    files = {each.name: each for each in package.files if each.name.lower().endswith(".bin")}
    parts = {name: each for name, each in files.items() if is_records(each.content)}
    books = [name for name, each in parts.items() if _opens(each) == _BOOK]
    if not books:
        return
    book = _Book(blob, budget, package)
    for wanted in (_BOOK, _STYLES, _STRINGS):
        for name, each in parts.items():
            if _opens(each) == wanted:
                yield from book.read(name, each)
    yield from _sheets(book, parts)
    rest = [each for each in parts.values() if _opens(each) not in (_BOOK, _STYLES, _STRINGS, _SHEET, _COMMENTS)]
    swept = [strings(each.content) for each in rest if not _WORDLESS.search(each.name)]
    if hidden := seen.fresh([*book.asides, *filter(None, swept)]):
        yield blob.span(hidden, role=Role.HIDDEN, place=f"{blob.place}, hidden text")
    taken = {each.name for each in parts.values()} | {name for name in files if _WORDLESS.search(name)}
    package.files = [each for each in package.files if each.name not in taken]


def _opens(file: File) -> int:
    """The type of the first record, which says what the part is."""
    return next(records(file.content))[0]


def _sheets(book: _Book, parts: dict[str, File]) -> Iterator[Item]:
    blob = book.blob
    lower = {name.lower(): name for name in parts}
    order = dict.fromkeys([*(lower.get(name.lower(), "") for name in book.titles), *parts])
    number = 0
    for name in order:
        if not name or _opens(parts[name]) != _SHEET:
            continue
        number += 1
        title = book.titles.get(name) or f"sheet {number}"
        book.package.belongs(name, title)
        yield from _Sheet(book, title).read(parts[name].content)
    for name, each in parts.items():
        if _opens(each) == _COMMENTS:
            yield from _comments(blob, each.content, book.package.owners.get(name, "sheet"))
    if names := "\n\n".join(book.titles.values()):
        yield blob.span(names, place="sheet names")
    if orphans := "\n".join(each for index, each in enumerate(book.strings) if index not in book.used and each.strip()):
        yield blob.span(orphans, role=Role.HIDDEN, place="text of deleted cells")


class _Book:
    """What all sheets share. titles: by name of the part, in the order of the tabs."""

    def __init__(self, blob: Blob, budget: Budget, package: Package) -> None:
        self.blob = blob
        self.budget = budget
        self.package = package
        self.titles: dict[str, str] = {}
        self.strings: list[str] = []
        self.used: set[int] = set()
        self.asides: list[str] = []
        self._formats: dict[int, str] = dict(BUILT_IN)
        self._styles: list[int] = []
        self._in_cell_styles = False
        self._since_1904 = False

    def read(self, name: str, file: File) -> Iterator[Item]:
        targets = self.package.targets(name)
        for kind, content in records(file.content):
            if kind == _SHARED:
                self._keep(rich_text(content))
            elif kind == _TAB:
                target, at = text(content, 8)
                self.titles[targets.get(target, f"?{len(self.titles)}")] = text(content, at)[0]
            elif kind == _NAME:
                self.asides.append(strings(content))
            elif kind == _BOOK_PROPERTIES:
                self._since_1904 = bool(content[:1] and content[0] & 1)
            else:
                self._style(kind, content)
        yield from ()

    def _keep(self, words: str) -> None:
        self.strings.append(words)
        if len(self.strings) > self.budget.limits.cells:
            raise CannotRead(GapKind.TOO_MANY, "shared strings")

    def _style(self, kind: int, content: bytes) -> None:
        if kind in (_CELL_STYLES, _CELL_STYLES_END):
            self._in_cell_styles = kind == _CELL_STYLES
        elif kind == _STYLE and self._in_cell_styles:
            self._styles.append(int.from_bytes(content[2:4], "little"))
        elif kind == _FORMAT:
            self._formats[int.from_bytes(content[:2], "little")] = text(content, 2)[0]

    def display(self, number: str, style: int) -> str:
        index = self._styles[style] if style < len(self._styles) else 0
        code = self._formats.get(index, "General")
        if code == "General" and number.isdigit() and len(number) < 11:
            return number
        return render(number, code, since_1904=self._since_1904)


class _Sheet:
    def __init__(self, book: _Book, title: str) -> None:
        self._book = book
        self._title = title
        self._grid = Grid(book.budget)
        self._margins: list[str] = []
        self._hidden: dict[str, None] = {}
        self._row = 0
        self._column = -1

    def read(self, content: bytes) -> Iterator[Item]:
        try:
            for kind, record in records(content):
                self._take(kind, record)
        except CannotRead as refusal:
            yield self._book.blob.gap(refusal.kind, refusal.detail)
        blob = self._book.blob
        if (cells := self._grid.span(blob, self._title)) is not None:
            yield cells
        if self._margins:
            yield blob.span("\n\n".join(self._margins), place=f"{self._title}, header or footer")
        if hidden := "\n".join(self._hidden):
            yield blob.span(hidden, role=Role.HIDDEN, place=f"{self._title}, hidden text")

    def _take(self, kind: int, record: bytes) -> None:
        if kind == _ROW:
            self._row, self._column = int.from_bytes(record[:4], "little"), -1
        elif 1 <= kind <= 11 or kind == _RICH:
            self._column = int.from_bytes(record[:4], "little")
            self._cell(_FORMULAS.get(kind, kind), int.from_bytes(record[4:7], "little"), record[8:], kind in _FORMULAS)
        elif 12 <= kind <= 18:
            self._column += 1
            self._cell(kind - _SHORT, int.from_bytes(record[:3], "little"), record[4:], formula=False)
        elif kind == _MARGINS:
            self._margin(record)
        elif kind != _PAGE_MARGINS and len(record) > 8 and (found := strings(record)):
            self._hidden[found] = None

    def _cell(self, kind: int, style: int, value: bytes, formula: bool) -> None:
        shown = self._value(kind, style, value)
        if shown.strip():
            self._grid.write(self._row, self._column, shown)
        if formula and (found := strings(value[_sizes(kind, value) :])):
            self._hidden[found] = None

    def _value(self, kind: int, style: int, value: bytes) -> str:
        number = ""
        if kind == _RK and len(value) >= 4:
            number = rk_number(int.from_bytes(value[:4], "little"))
        elif kind == _REAL and len(value) >= 8:
            number = number_text(struct.unpack_from("<d", value)[0])
        if number:
            shown = self._book.display(number, style)
            if not shown.strip():
                self._hidden[number] = None
            return shown
        return self._words(kind, value)

    def _words(self, kind: int, value: bytes) -> str:
        if kind == _TEXT:
            return text(value, 0)[0]
        if kind == _RICH:
            return rich_text(value)
        if kind == _TRUTH:
            return "TRUE" if value[:1] == b"\1" else "FALSE"
        if kind == _ERROR:
            return ERRORS.get(value[0] if value else 42, "#N/A")
        index = int.from_bytes(value[:4], "little")
        if kind == _INDEX and index < len(self._book.strings):
            self._book.used.add(index)
            return self._book.strings[index]
        return ""

    def _margin(self, record: bytes) -> None:
        at = 2
        for _ in range(6):
            words, at = text(record, at)
            if shown := without_codes(words):
                self._margins.append(shown)


def _sizes(kind: int, value: bytes) -> int:
    """How long the value of a formula is, before the formula itself."""
    return text(value, 0)[1] if kind == _TEXT else {_REAL: 8}.get(kind, 1)


def _comments(blob: Blob, content: bytes, owner: str) -> Iterator[Item]:
    place = owner
    for kind, record in records(content):
        if kind == _COMMENT and len(record) >= 20:
            row, column = int.from_bytes(record[4:8], "little"), int.from_bytes(record[12:16], "little")
            place = f"{owner}, comment on {reference(row, column % 16_384)}"
        elif kind == _COMMENT_TEXT:
            yield blob.span(rich_text(record), place=place)
        elif kind == _AUTHOR:
            yield blob.span(text(record, 0)[0], role=Role.NAME, place=f"{owner}, author of a comment")
