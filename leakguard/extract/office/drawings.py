"""What lies over the cells of a sheet: boxes, shapes and pictures, each with the cell it hangs on."""

from __future__ import annotations

from leakguard.extract.office.sheet import letters
from leakguard.extract.office.sweep import Sweep

_ANCHORS = frozenset({"oneCellAnchor", "twoCellAnchor", "absoluteAnchor"})


class Anchored(Sweep):
    """owner: title of the sheet, or ""."""

    def __init__(self, owner: str) -> None:
        super().__init__(known=True)
        self._owner = owner
        self._number: list[str] | None = None
        self._cell: list[int] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        super().start(name, attributes)
        if name in _ANCHORS:
            self._cell = []
        elif name in ("col", "row") and len(self._cell) < 2:
            self._number = []

    def text(self, text: str) -> None:
        if self._number is not None:
            self._number.append(text)
        else:
            super().text(text)

    def end(self, name: str) -> None:
        super().end(name)
        if self._number is None or name not in ("col", "row"):
            return
        digits = "".join(self._number).strip()
        self._number = None
        self._cell.append(int(digits) + 1 if digits.isdecimal() and len(digits) < 8 else 1)
        if len(self._cell) == 2:
            cell = f"{letters(self._cell[0])}{self._cell[1]}"
            self.shown.mark(f"{self._owner}!{cell}, drawing" if self._owner else f"drawing at {cell}")
