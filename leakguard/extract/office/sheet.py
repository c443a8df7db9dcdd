"""One worksheet as its readers see it: rows by line, cells by tab, numbers as displayed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from leakguard.extract.limits import Budget
from leakguard.extract.office.numbers import render
from leakguard.extract.text.xml import local

_MARGINS = frozenset({"oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"})
_LISTS = frozenset({"formula1", "formula2"})
_MARGIN_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|\d{1,3}|[A-Za-z&])')
_ATTRIBUTES = frozenset({"prompt", "promptTitle", "error", "errorTitle", "tooltip", "display", "descr", "title"})
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})\Z")
_SPACES = re.compile(r"\s+")


@dataclass(slots=True, kw_only=True)
class Workbook:
    """What all sheets share."""

    strings: list[str]
    formats: list[str]
    since_1904: bool
    used: set[int] = field(default_factory=set)

    def string(self, index: str) -> str:
        if not index.isdigit() or len(index) > 9 or int(index) >= len(self.strings):
            return ""
        self.used.add(int(index))
        return self.strings[int(index)]

    def format(self, style: str) -> str:
        index = int(style) if style.isdigit() and len(style) < 9 else 0
        return self.formats[index] if index < len(self.formats) else "General"

    def unused(self) -> list[str]:
        """Strings that no cell shows, such as those of deleted cells."""
        return [text for index, text in enumerate(self.strings) if index not in self.used]


class Sheet:
    """An XML handler for a worksheet. A row left out in the file is a blank line, as on screen."""

    def __init__(self, *, title: str, workbook: Workbook, budget: Budget) -> None:
        self.marks: list[tuple[int, str]] = []
        self.margins: list[str] = []
        self.asides: list[str] = []
        self._title = title
        self._workbook = workbook
        self._budget = budget
        self._pieces: list[str] = []
        self._length = 0
        self._row = 0
        self._written_row = 0
        self._column = 0
        self._cell: dict[str, str] = {}
        self._value: list[str] = []
        self._formula: list[str] = []
        self._into: list[str] | None = None
        self._margin: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._cell = attributes
            self._value, self._formula = [], []
            self._column += 1
        elif name in ("v", "t"):
            self._into = self._value
        elif name == "f":
            self._into = self._formula
        elif name == "row":
            self._row = int(row) if (row := attributes.get("r", "")).isdigit() and len(row) < 9 else self._row + 1
            self._column = 0
        elif name in _MARGINS or name in _LISTS:
            self._margin = []
            self._into = self._margin
        elif attributes:
            self.asides += [value for key, value in attributes.items() if local(key) in _ATTRIBUTES]

    def end(self, name: str) -> None:
        if name == "c":
            self._close_cell()
        elif name in _MARGINS:
            words = _MARGIN_CODE.sub(" ", "".join(self._margin)).strip()
            self.margins += [words] if words else []
        elif name in _LISTS:
            self.asides.append("".join(self._margin))
        self._into = None

    def text(self, text: str) -> None:
        if self._into is not None:
            self._into.append(text)

    def _close_cell(self) -> None:
        formula = "".join(self._formula)
        if '"' in formula:
            self.asides.append(formula)
        raw = "".join(self._value)
        shown = _SPACES.sub(" ", self._display(raw)).strip()
        if shown:
            self._write(shown)
        elif raw.strip():
            self.asides.append(raw)  # a format may show nothing at all of a number

    def _display(self, raw: str) -> str:
        kind = self._cell.get("t", "n")
        if kind == "s":
            return self._workbook.string(raw.strip())
        if kind == "b":
            return "TRUE" if raw.strip() == "1" else "FALSE"
        if kind in ("str", "inlineStr", "e", "d"):
            return raw
        code = self._workbook.format(self._cell.get("s", "0"))
        if code == "General" and raw.isdigit() and len(raw) < 11:
            return raw
        return render(raw, code, since_1904=self._workbook.since_1904) if raw else ""

    def _write(self, shown: str) -> None:
        self._budget.fill_cell()
        new_row = self._row != self._written_row
        separator = "\t"
        if new_row:
            separator = "\n" if self._row - self._written_row == 1 else "\n\n"
        if self._pieces:
            self._pieces.append(separator)
            self._length += len(separator)
        if new_row or self._budget.marks_cell():
            self.marks.append((self._length, f"{self._title}!{self._reference()}"))
        self._pieces.append(shown)
        self._length += len(shown)
        self._written_row = self._row
        self._budget.check_text(self._length)

    def _reference(self) -> str:
        """As the file says; where it does not, counted."""
        reference = self._cell.get("r", "")
        if _REFERENCE.match(reference):
            return reference
        letters, column = "", self._column
        while column:
            column, rest = divmod(column - 1, 26)
            letters = chr(65 + rest) + letters
        return f"{letters}{self._row}"

    def text_of(self) -> str:
        return "".join(self._pieces)
