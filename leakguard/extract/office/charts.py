"""Charts: titles as text, and the numbers behind the lines as the table that a reader could make of them.

ref: ECMA-376 part 1, 21.2 (DrawingML charts)
"""

from __future__ import annotations

from collections.abc import Iterator

from leakguard.extract.limits import Budget
from leakguard.extract.office.numbers import render
from leakguard.extract.office.sweep import Sweep
from leakguard.extract.text.flow import Break

ROOTS = frozenset({"chartSpace", "chart"})
_ROLES = {"tx": 0, "cat": 1, "xVal": 1, "val": 2, "yVal": 2, "bubbleSize": 3}


class Chart(Sweep):
    """Points of series are kept; all other text is swept. Cells of the table are counted like those of sheets."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(known=True)
        self._budget = budget
        self._series: list[dict[int, dict[int, str]]] = []  # role -> point -> text
        self._role: int | None = None
        self._in_series = False
        self._point = 0
        self._point_code: str | None = None
        self._value: list[str] | None = None
        self._in_cache = False
        self._shown_as = ""  # what the axis or the labels say, for numbers without a format
        self._plain: list[tuple[dict[int, str], int]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        super().start(name, attributes)
        if name == "ser":
            self._in_series = True
            self._series.append({})
        elif self._in_series and name in _ROLES and self._role is None:
            self._role = _ROLES[name]
        elif name in ("strCache", "numCache", "multiLvlStrCache", "numLit", "strLit"):
            self._in_cache = True
        elif name == "pt" and self._in_cache:
            index = attributes.get("idx", "")
            self._point = int(index) if index.isdecimal() and len(index) < 9 else 0
            self._point_code = attributes.get("formatCode")
        elif name == "v" and self._role is not None:
            self._value = []
        elif name == "numFmt" and attributes.get("formatCode", "General") != "General":
            self._shown_as = attributes["formatCode"]

    def text(self, text: str) -> None:
        if self._value is not None:
            self._value.append(text)
        else:
            super().text(text)

    def end(self, name: str) -> None:
        if name == "v" and self._value is not None:
            self._keep("".join(self._value))
            self._value = None
        elif name in ("strCache", "numCache", "multiLvlStrCache", "numLit", "strLit"):
            self._in_cache = False
        elif name == "ser":
            self._in_series = False
        if name in _ROLES and self._role == _ROLES[name]:
            self._role = None
        super().end(name)

    def _keep(self, text: str) -> None:
        self._budget.fill_cell()
        assert self._role is not None
        code = self._point_code or self._code
        shown = render(text, code) if code and self._role else text
        points = self._series[-1].setdefault(self._role, {})
        point = self._point if self._in_cache else 0
        if self._role >= _ROLES["val"] and code in (None, "", "General"):
            self._plain.append((points, point))
        points[point] = f"{shown} {points[point]}" if point in points and self._role == 1 else shown

    def close(self) -> None:
        """The table goes behind the titles: a row for each category, under the names of the series."""
        super().close()
        for points, point in self._plain if self._shown_as else ():
            points[point] = render(points[point], self._shown_as)
        for line in self._rows():
            self.shown.interrupt(Break.LINE)
            self.shown.write_exactly(line)

    def _rows(self) -> Iterator[str]:
        if not self._series:
            return
        self.shown.interrupt(Break.BLOCK)
        heads = [" ".join(each.get(0, {}).values()) for each in self._series]
        yield "\t".join(("", *heads)).strip("\t") if any(heads) else ""
        columns = [self._categories()]
        for each in self._series:
            columns += [each[role] for role in (2, 3) if role in each]
            if 1 in each and each[1] is not columns[0]:
                columns.append(each[1])
        columns = [each for index, each in enumerate(columns) if each not in columns[:index][-1:]]
        for point in sorted({point for column in columns for point in column}):
            yield "\t".join(column[point].strip() for column in columns if point in column)

    def _categories(self) -> dict[int, str]:
        """Those of the first series that has any; the others usually repeat them."""
        found = next((each[1] for each in self._series if each.get(1)), {})
        for each in self._series:
            if each.get(1) == found:
                each[1] = found
        return found
