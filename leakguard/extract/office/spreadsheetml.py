"""Excel 2003 XML: the same sheets in one file, with numbers and formats in words of their own.

ref: ECMA-376 part 1, 18.8.30 (number formats)
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.office.numbers import render, render_text
from leakguard.extract.office.properties import Properties
from leakguard.extract.office.sheet import letters
from leakguard.extract.office.sweep import unreadable
from leakguard.extract.text.xml import local, run
from leakguard.model.content import Role, Span

_NAMED_FORMATS = {
    "General Number": "General",
    "General Date": "dd/mm/yyyy hh:mm",
    "Long Date": "d mmmm yyyy",
    "Medium Date": "dd-mmm-yy",
    "Short Date": "dd/mm/yyyy",
    "Long Time": "hh:mm:ss",
    "Medium Time": "hh:mm AM/PM",
    "Short Time": "hh:mm",
    "Currency": "£#,##0.00",
    "Euro Currency": "€#,##0.00",
    "Fixed": "0.00",
    "Standard": "#,##0.00",
    "Percent": "0.00%",
    "Scientific": "0.00E+00",
    "Yes/No": '"Yes";"Yes";"No"',
    "True/False": '"True";"True";"False"',
    "On/Off": '"On";"On";"Off"',
}
_PROPERTIES = frozenset({"DocumentProperties", "CustomDocumentProperties"})
_SAID = frozenset({"InputTitle", "InputMessage", "ErrorTitle", "ErrorMessage", "Value", "Qualifier"})
_TITLE = 80  # programs allow 31; every cell repeats it
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - spreadsheets have no zones


class _Sheets:
    """Handler. sheets: title, text and marks of each. beside: text and place."""

    def __init__(self, budget: Budget) -> None:
        self.sheets: list[tuple[str, str, tuple[tuple[int, str], ...]]] = []
        self.beside: list[tuple[str, str]] = []
        self.people: dict[str, None] = {}
        self.properties = Properties()
        self._budget = budget
        self._codes: dict[str, str] = {}
        self._style = ""
        self._title = ""
        self._pieces: list[str] = []
        self._marks: list[tuple[int, str]] = []
        self._length = self._row = self._column = self._written_row = 0
        self._cell: dict[str, str] = {}
        self._row_style = ""
        self._type = ""
        self._text: list[str] | None = None
        self._in_comment = False
        self._in_properties = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in _PROPERTIES or self._in_properties:
            self._in_properties += 1
            self.properties.start(name, attributes)
            return
        plain = {local(key): value for key, value in attributes.items()} if attributes else {}
        begin = getattr(self, f"_start_{name.lower()}", None)
        if begin is not None:
            begin(plain)
        elif name in _SAID:
            self._text = []
        elif name in ("Header", "Footer") and plain.get("Data"):
            self.beside.append((plain["Data"], f"{self._title}, {name.lower()}"))

    def _start_style(self, attributes: dict[str, str]) -> None:
        self._style = attributes.get("ID", "")

    def _start_numberformat(self, attributes: dict[str, str]) -> None:
        code = attributes.get("Format", "General")
        self._codes[self._style] = _NAMED_FORMATS.get(code, code)

    def _start_worksheet(self, attributes: dict[str, str]) -> None:
        self._title = attributes.get("Name", "")[:_TITLE]
        self._pieces, self._marks = [], []
        self._length = self._row = self._written_row = 0

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._row = _index(attributes, self._row)
        self._column = 0
        self._row_style = attributes.get("StyleID", "")

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._column = _index(attributes, self._column)
        self._cell = attributes
        for key in ("HRef", "HRefScreenTip"):
            if key in attributes:
                self.beside.append((attributes[key], f"{self._title}, link"))
        if '"' in attributes.get("Formula", ""):
            self.beside.append((attributes["Formula"], f"{self._title}, formula"))

    def _start_data(self, attributes: dict[str, str]) -> None:
        self._type = attributes.get("Type", "String")
        self._text = []

    def _start_comment(self, attributes: dict[str, str]) -> None:
        self._in_comment = True
        if attributes.get("Author"):
            self.people[attributes["Author"]] = None

    def _start_namedrange(self, attributes: dict[str, str]) -> None:
        self.beside.append((f"{attributes.get('Name', '')} {attributes.get('RefersTo', '')}", "defined name"))

    def text(self, text: str) -> None:
        if self._in_properties:
            self.properties.text(text)
        elif self._text is not None:
            self._text.append(text)

    def end(self, name: str) -> None:
        if self._in_properties:
            self._in_properties -= 1
            self.properties.end(name)
        elif name == "Data" and self._text is not None:
            self._data(" ".join("".join(self._text).split()))
            self._text = None
        elif name in _SAID and self._text is not None:
            self.beside.append(("".join(self._text), f"{self._title}, description"))
            self._text = None
        elif name == "Comment":
            self._in_comment = False
        elif name == "Cell":
            merged = self._cell.get("MergeAcross", "")
            self._column += int(merged) if merged.isdecimal() and len(merged) < 6 else 0
        elif name == "Worksheet":
            self.end_sheet()

    def end_sheet(self) -> None:
        if self._title or self._pieces:
            self.sheets.append((self._title, "".join(self._pieces), tuple(self._marks)))
        self._title, self._pieces = "", []

    def _data(self, raw: str) -> None:
        place = f"{self._title}!{letters(self._column)}{self._row}"
        if self._in_comment:
            self.beside.append((raw, f"{place}, comment"))
            return
        shown = self._display(raw)
        if not shown:
            return
        self._budget.fill_cell()
        separator = "\t"
        if self._row != self._written_row:
            separator = "\n" if self._row - self._written_row == 1 else "\n\n"
        if self._pieces:
            self._pieces.append(separator)
            self._length += len(separator)
        if self._row != self._written_row or self._budget.marks_cell():
            self._marks.append((self._length, place))
        self._pieces.append(shown)
        self._length += len(shown)
        self._written_row = self._row
        self._budget.check_text(self._length)

    def _display(self, raw: str) -> str:
        style = self._cell.get("StyleID") or self._row_style or "Default"
        code = self._codes.get(style, "General")
        if self._type == "Number":
            return render(raw, code)
        if self._type == "Boolean":
            return "TRUE" if raw == "1" else "FALSE"
        if self._type == "DateTime":
            return _date(raw, code)
        return render_text(raw, code)


def read_spreadsheet(blob: Blob, xml: bytes, budget: Budget) -> Iterator[Item]:
    handler = _Sheets(budget)
    try:
        run(xml, handler)
    except CannotRead as refusal:
        yield from unreadable(blob, xml, refusal)
    handler.end_sheet()
    for _, text, marks in handler.sheets:
        yield Span(text=text, part=blob.part, role=blob.role, marks=marks, within=blob.place)
    for text, place in handler.beside:
        yield blob.span(text, place=place, role=Role.HIDDEN if place.endswith(("formula", "link")) else None)
    yield blob.span("\n\n".join(title for title, _, _ in handler.sheets), place="sheet names")
    shown = handler.properties.shown
    yield Span(text=shown.text(), part=blob.part, role=blob.role, marks=tuple(shown.marks), within=blob.place)
    yield blob.span("\n".join({**handler.people, **handler.properties.people}), role=Role.NAME, place="author")


def _index(attributes: dict[str, str], last: int) -> int:
    text = attributes.get("Index", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else last + 1


def _date(raw: str, code: str) -> str:
    try:
        moment = datetime.fromisoformat(raw[:19])
    except ValueError:
        return raw
    days = (moment.replace(tzinfo=None) - _EPOCH).total_seconds() / 86400
    return render(f"{days:.10f}", code if code != "General" else "dd/mm/yyyy")
