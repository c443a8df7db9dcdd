"""OpenDocument sheets. Cells carry their text as displayed; what repeats says how often.

ref: ODF 1.3 part 3 (OpenDocument schema)
"""

from __future__ import annotations

from collections.abc import Iterator

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.office.odf import OpenText, found_beside
from leakguard.extract.office.sheet import letters
from leakguard.extract.office.sweep import Paragraphs, besides, unreadable
from leakguard.extract.text.xml import run
from leakguard.model.content import Span

_REPEATS = 8  # of one value in a row; more would only be a rule of dashes
_TITLE = 80  # every cell repeats it
_FAR = 10_000_000
_VALUES = ("string-value", "date-value", "time-value", "boolean-value", "value")


class _Sheets(OpenText):
    """The cells of each sheet become one text; comments and drawings stand beside it."""

    framed = {  # noqa: RUF012
        "annotation": "comment",
        "frame": "drawing",
        "custom-shape": "drawing",
        "table-cell": None,
        "covered-table-cell": None,
    }

    def __init__(self, budget: Budget) -> None:
        super().__init__()
        self.sheets: list[tuple[str, str, tuple[tuple[int, str], ...]]] = []
        self.beside: list[tuple[str, str]] = []
        self._budget = budget
        self._tables = 0
        self._title = ""
        self._row = self._column = self._written_row = 0
        self._rows_repeated = 1
        self._cell: list[tuple[int, str]] = []  # repetitions and value of the cells that are open
        self._begin_sheet("")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table":
            self._tables += 1
            if self._tables == 1:
                self._begin_sheet(_of(attributes, "name"))
        elif name == "table-row" and not self._cell:
            self._row += self._rows_repeated
            self._rows_repeated = _count(_of(attributes, "number-rows-repeated"))
            self._column = 0
        elif name in ("table-cell", "covered-table-cell"):
            value = next((found for key in _VALUES if (found := _of(attributes, key))), "")
            self._cell.append((_count(_of(attributes, "number-columns-repeated")), value))
            if len(self._cell) == 1:
                self._column += 1
        super().start(name, attributes)

    def end(self, name: str) -> None:
        super().end(name)
        if name == "table":
            self._tables -= 1
            if not self._tables:
                self.end_sheet()
        elif name in ("table-cell", "covered-table-cell") and self._cell:
            repeated, _ = self._cell.pop()
            if not self._cell:
                self._column += repeated - 1

    def _close_frame(self) -> None:
        if len(self._frames) == 2 and self._cell and not self._frames[-1].flow.length:
            self.shown.write(self._cell[-1][1])  # some programs write values only
        super()._close_frame()

    def _put_aside(self, text: str, place: str | None) -> None:
        if place is None and len(self._cell) == 1:
            self._write(" ".join(text.split()))
        elif place is None:
            super()._put_aside(text, place)
        else:
            self.beside.append((text, f"{self._title}!{letters(self._column)}{self._row}, {place}"))

    def _place_of_frame(self, name: str, _attributes: dict[str, str]) -> str | None:
        return self.framed[name]

    def _write(self, text: str) -> None:
        if not self._cell or len(self._frames) > 1:
            super()._write(text)
            return
        for repetition in range(min(self._cell[-1][0], _REPEATS)):
            self._budget.fill_cell()
            separator = "\t"
            if self._row != self._written_row:
                separator = "\n" if self._row - self._written_row == 1 else "\n\n"
            if self._pieces:
                self._pieces.append(separator)
                self._length += len(separator)
            if self._row != self._written_row or self._budget.marks_cell():
                self._marks.append((self._length, f"{self._title}!{letters(self._column + repetition)}{self._row}"))
            self._pieces.append(text)
            self._length += len(text)
            self._written_row = self._row
        self._budget.check_text(self._length)

    def _paragraph(self) -> None:
        self._in_change = False

    def _begin_sheet(self, title: str) -> None:
        self._title = title[:_TITLE]
        self._row, self._written_row, self._rows_repeated = 0, 0, 1
        self._length = 0
        self._pieces: list[str] = []
        self._marks: list[tuple[int, str]] = []

    def end_sheet(self) -> None:
        if self._pieces:
            self.sheets.append((self._title, "".join(self._pieces), tuple(self._marks)))
        elif self._title:
            self.sheets.append((self._title, "", ()))
        self._begin_sheet("")


def read_sheets(blob: Blob, xml: bytes, budget: Budget, seen: Paragraphs) -> Iterator[Item]:
    handler = _Sheets(budget)
    try:
        run(xml, handler)
    except CannotRead as refusal:
        yield from unreadable(blob, xml, refusal)
    handler.close()
    handler.end_sheet()
    for _, text, marks in handler.sheets:
        yield Span(text=text, part=blob.part, role=blob.role, marks=marks, within=blob.place)
    for text, place in handler.beside:
        yield blob.span(text, place=place)
    yield blob.span("\n\n".join(title for title, _, _ in handler.sheets), place="sheet names")
    yield blob.span(handler.shown.text(), place=f"{blob.place}, text outside of the cells")
    yield from besides(blob, handler, seen, blob.place)
    yield from found_beside(blob, handler)


def _of(attributes: dict[str, str], name: str) -> str:
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name), "")


def _count(text: str) -> int:
    return min(int(text), _FAR) if text.isascii() and text.isdecimal() and len(text) < 12 else 1
