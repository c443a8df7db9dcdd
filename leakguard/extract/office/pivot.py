"""Tables kept behind tables: the records of pivot tables, and the cells of other workbooks that a workbook remembers.

ref: ECMA-376 part 1, 18.10 (pivot tables), 18.14 (external workbooks)
"""

from __future__ import annotations

from collections.abc import Iterator

from leakguard.extract.limits import Budget
from leakguard.extract.office.numbers import BUILT_IN, render
from leakguard.extract.office.sweep import Sweep
from leakguard.extract.text.flow import Break

_VALUES = frozenset({"s", "n", "d", "b", "e"})
_CALLED = frozenset({"cacheField", "cacheHierarchy", "dataField", "pivotTableDefinition", "tableColumn", "slicer"})
_TITLES = frozenset({"name", "caption", "displayName", "dataCaption", "c", "comment", "totalsRowLabel", "description"})
_MORE_CALLED = frozenset({"table", "level", "item", "slicerCacheDefinition", "calculatedMember", "timeline", "i"})


class Named(Sweep):
    """Also reads names that people gave in attributes: of fields, of columns, of slicers."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in _CALLED or name in _MORE_CALLED:
            self._say(value for key, value in attributes.items() if key in _TITLES)
        super().start(name, attributes)

    def _say(self, texts: Iterator[str]) -> None:
        for text in texts:
            self.shown.interrupt(Break.LINE)
            self.shown.write(text)
            self.shown.interrupt(Break.LINE)


class PivotFields(Named):
    """The fields of a pivot table with the values that each can have, as rows of one line."""

    def __init__(self, budget: Budget, codes: dict[int, str]) -> None:
        super().__init__(known=True)
        self.items: list[list[str]] = []
        self.codes: list[str] = []
        self._budget = budget
        self._formats = {**BUILT_IN, **codes}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        super().start(name, attributes)
        if name == "cacheField":
            self.items.append([])
            number = attributes.get("numFmtId", "0")
            self.codes.append(
                self._formats.get(int(number) if number.isdecimal() and len(number) < 9 else 0, "General")
            )
        elif name in _VALUES and self.items and "v" in attributes:
            self._budget.fill_cell()
            text = shown(name, attributes["v"], self.codes[-1])
            self.items[-1].append(text)
            self._say(iter((text,)))


class PivotRecords:
    """Handler: each record as a row; values that repeat are numbers into those of the fields."""

    def __init__(self, budget: Budget, fields: PivotFields) -> None:
        self.rows: list[str] = []
        self._budget = budget
        self._fields = fields
        self._row: list[str] = []
        self._column = 0
        self._length = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "r":
            self._row, self._column = [], 0
        elif name == "x" or name in _VALUES or name == "m":
            self._budget.fill_cell()
            self._row.append(self._value(name, attributes.get("v", "")))
            self._column += 1

    def _value(self, name: str, value: str) -> str:
        column = self._column
        if name == "x":
            items = self._fields.items[column] if column < len(self._fields.items) else []
            return items[int(value)] if value.isdecimal() and len(value) < 9 and int(value) < len(items) else ""
        code = self._fields.codes[column] if column < len(self._fields.codes) else "General"
        return shown(name, value, code)

    def end(self, name: str) -> None:
        if name == "r":
            row = "\t".join(each for each in self._row if each)
            self._length += len(row) + 1
            self._budget.check_text(self._length)
            self.rows.append(row)

    def text(self, text: str) -> None: ...


def shown(kind: str, value: str, code: str) -> str:
    if kind == "n":
        return render(value, code)
    if kind == "d":
        return value.removesuffix("T00:00:00")
    return value


class Remembered:
    """Handler: cells of other workbooks, by sheet, row and cell; numbers without their formats."""

    def __init__(self, budget: Budget) -> None:
        self.titles: list[str] = []
        self.lines: list[str] = []
        self._budget = budget
        self._row: list[str] = []
        self._value: list[str] | None = None
        self._numeric = True
        self._length = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("sheetName", "definedName", "ddeItem"):
            self.titles.append(attributes.get("val", attributes.get("name", "")))
        elif name in ("cell", "value"):
            self._numeric = attributes.get("t", "n") == "n"
        elif name in ("v", "val"):
            self._value = []

    def text(self, text: str) -> None:
        if self._value is not None:
            self._value.append(text)

    def end(self, name: str) -> None:
        if name in ("v", "val") and self._value is not None:
            self._budget.fill_cell()
            text = "".join(self._value)
            self._length += len(text) + 1
            self._budget.check_text(self._length)
            self._row.append(render(text, "General") if self._numeric else text)
            self._value = None
        elif name in ("row", "values"):
            self.lines.append("\t".join(self._row))
            self._row = []
