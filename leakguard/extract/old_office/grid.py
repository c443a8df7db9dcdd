"""Cells into rows and columns of text, whatever order they come in."""

from __future__ import annotations

import re
from array import array

from leakguard.extract.blob import Blob
from leakguard.extract.limits import Budget
from leakguard.model.content import Span

_SPACES = re.compile(r"\s+")
_COLUMNS = 1 << 14  # of the widest sheet of any version


class Grid:
    """One sheet. A row left out is a blank line, as on screen."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._keys = array("Q")
        self._texts: list[str] = []
        self._length = 0
        self._in_order = True

    def write(self, row: int, column: int, shown: str) -> None:
        text = _SPACES.sub(" ", shown).strip()
        if not text:
            return
        self._budget.fill_cell()
        key = row * _COLUMNS + column % _COLUMNS
        self._in_order &= not self._keys or key >= self._keys[-1]
        self._keys.append(key)
        self._texts.append(text)
        self._length += len(text) + 1
        self._budget.check_text(self._length)

    def span(self, blob: Blob, title: str) -> Span | None:
        """Rows by line, cells by tab, a place for each cell while places last."""
        if not self._texts:
            return None
        order = range(len(self._keys)) if self._in_order else sorted(range(len(self._keys)), key=self._keys.__getitem__)
        pieces: list[str] = []
        marks: list[tuple[int, str]] = []
        length, before = 0, -1
        most = self._budget.limits.marked_cells
        for index in order:
            row, column = divmod(self._keys[index], _COLUMNS)
            separator = "" if before < 0 else "\t" if row == before else "\n" if row == before + 1 else "\n\n"
            length += len(separator)
            if row != before or len(marks) < most:
                marks.append((length, f"{title}!{reference(row, column)}"))
            pieces += (separator, self._texts[index])
            length += len(self._texts[index])
            before = row
        return Span(text="".join(pieces), part=blob.part, role=blob.role, marks=tuple(marks), within=blob.place)


def reference(row: int, column: int) -> str:
    """Both count from 0: (1, 27) is AB2."""
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"
