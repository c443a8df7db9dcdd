"""One worksheet as its readers see it: rows by line, cells by tab, numbers as displayed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from leakguard.extract.limits import Budget
from leakguard.extract.office.numbers import render, render_text
from leakguard.extract.text.xml import local

_MARGINS = {
    **dict.fromkeys(("oddHeader", "evenHeader", "firstHeader"), "header"),
    **dict.fromkeys(("oddFooter", "evenFooter", "firstFooter"), "footer"),
}
_ASIDES = frozenset({"formula1", "formula2", "formula", "f"})
_MARGIN_CODE = re.compile(r'&(?:"[^"]*"|K(?:[0-9A-Fa-f]{6}|\d\d[+-]\d{3})|\d{1,3}|([A-Za-z&]))')
_SIDES = frozenset("LCRlcr")
_ATTRIBUTES = frozenset(
    {"prompt", "promptTitle", "error", "errorTitle", "tooltip", "display", "descr", "title", "text"}
)
_NAMES = {"filter": "val", "customFilter": "val", "inputCells": "val", "protectedRange": "name"}
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})\Z")
_SPACES = re.compile(r"\s+")
_NUMBERED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(slots=True, kw_only=True)
class Workbook:
    """What all sheets share."""

    strings: list[str]
    formats: list[str]
    since_1904: bool
    used: set[int] = field(default_factory=set)

    def string(self, index: str) -> str:
        try:
            number = int(index) if len(index) < 10 else -1
        except ValueError:
            return ""
        if not 0 <= number < len(self.strings):
            return ""
        self.used.add(number)
        return self.strings[number]

    def format(self, style: str) -> str:
        index = int(style) if style.isdecimal() and len(style) < 9 else 0
        return self.formats[index] if index < len(self.formats) else "General"

    def unused(self) -> list[str]:
        """Strings that no cell shows, such as those of deleted cells."""
        return [text for index, text in enumerate(self.strings) if index not in self.used]


class Sheet:
    """An XML handler for a worksheet. A row left out in the file is a blank line, as on screen.

    margins: (header or footer, text). said: choices, tips and what filters look for. asides: what only the bytes have.
    """

    def __init__(self, *, title: str, workbook: Workbook, budget: Budget) -> None:
        self.marks: list[tuple[int, str]] = []
        self.margins: list[tuple[str, str]] = []
        self.said: list[str] = []
        self.asides: list[str] = []
        self.lists: list[str] = []
        self.title = title
        self._workbook = workbook
        self._budget = budget
        self._pieces: list[str] = []
        self._length = 0
        self._row = 0
        self._written_row = 0
        self._column = 0
        self._cell: dict[str, str] | None = None
        self._value: list[str] = []
        self._formula: list[str] = []
        self._into: list[str] | None = None
        self._other: list[str] = []
        self._phonetic = False
        self._sounds: list[str] = []  # how a word is said, above it in small letters

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._cell = attributes
            self._value, self._formula = [], []
            self._column += 1
        elif name == "v":
            self._into = self._value
        elif name == "row":
            self._row = int(row) if (row := attributes.get("r", "")).isdecimal() and len(row) < 9 else self._row + 1
            self._column = 0
        elif name == "t":
            self._into = self._sounds if self._phonetic else self._value
        elif name == "f" and self._cell is not None:
            self._into = self._formula
        else:
            self._rare(name, attributes)

    def _rare(self, name: str, attributes: dict[str, str]) -> None:
        if name in _MARGINS or name in _ASIDES:
            self._other = []
            self._into = self._other
        elif name == "rPh":
            self._phonetic = True
        elif name == "scenario":
            self.said += [attributes.get(key, "") for key in ("name", "comment")]
        elif name in _NAMES:
            self.said.append(attributes.get(_NAMES[name], ""))
        if attributes:
            self.said += [value for key, value in attributes.items() if local(key) in _ATTRIBUTES]

    def end(self, name: str) -> None:
        self._into = None
        if name in ("v", "t"):
            return
        if name == "c":
            self._close_cell()
        elif name in _MARGINS:
            if words := _margin("".join(self._other)):
                self.margins.append((_MARGINS[name], words))
        elif name in _ASIDES and self._cell is None:
            self.lists.append("".join(self._other))
            self._other = []
        elif name == "rPh":
            self._phonetic = False
            self.asides.append("".join(self._sounds))
            self._sounds.clear()

    def text(self, text: str) -> None:
        if self._into is not None:
            self._into.append(text)

    def _close_cell(self) -> None:
        cell = self._cell
        self._cell = None
        if cell is None:
            return
        if self._formula and '"' in (formula := "".join(self._formula)):
            self.asides.append(formula)
        raw = "".join(self._value)
        if not raw:
            return
        shown = self._display(raw, cell)
        if not shown.isalnum():
            shown = _SPACES.sub(" ", shown).strip()
        if shown:
            self._write(shown, cell.get("r", ""))
        elif raw.strip():
            self.asides.append(raw)  # a format may show nothing at all of a number

    def _display(self, raw: str, cell: dict[str, str]) -> str:
        kind = cell.get("t", "n")
        if kind == "n":
            code = self._workbook.format(cell.get("s", "0"))
            if code == "General" and raw.isdecimal() and len(raw) < 11:
                return raw
            return render(raw, code, since_1904=self._workbook.since_1904)
        if kind == "b":
            return "TRUE" if raw.strip() == "1" else "FALSE"
        text = self._workbook.string(raw) if kind == "s" else unescaped(raw)
        return render_text(text, self._workbook.format(cell["s"])) if kind != "e" and "s" in cell else text

    def _write(self, shown: str, reference: str) -> None:
        budget = self._budget
        budget.fill_cell()
        new_row = self._row != self._written_row
        if self._pieces:
            separator = "\t"
            if new_row:
                separator = "\n" if self._row - self._written_row == 1 else "\n\n"
            self._pieces.append(separator)
            self._length += len(separator)
        if new_row or budget.marks_cell():
            if not _REFERENCE.match(reference):
                reference = f"{letters(self._column)}{self._row}"
            self.marks.append((self._length, f"{self.title}!{reference}"))
        self._pieces.append(shown)
        self._length += len(shown)
        self._written_row = self._row
        budget.check_text(self._length)

    @property
    def length(self) -> int:
        return self._length

    def take(self) -> tuple[str, tuple[tuple[int, str], ...]]:
        """The text so far with its places; what follows starts anew."""
        found = "".join(self._pieces), tuple(self.marks)
        self._pieces, self.marks, self._length = [], [], 0
        return found


def unescaped(text: str) -> str:
    """Characters that may be written as their number: `_x0041_` is A."""
    return _NUMBERED.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if 0xD800 <= code < 0xE000 else chr(code)


def letters(column: int) -> str:
    """Name of a column, from 1."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def _margin(text: str) -> str:
    """A header without its codes: left, middle and right apart."""
    shown = _MARGIN_CODE.sub(_of_code, text)
    return "\t".join(" ".join(each.split()) for each in shown.split("\0") if each.strip())


def _of_code(match: re.Match[str]) -> str:
    if match[1] == "&":
        return "&"
    return "\0" if match[1] in _SIDES else ""
