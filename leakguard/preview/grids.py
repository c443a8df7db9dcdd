"""Sheets and tables as cells, from the places that their reader marked; and the cells around evidence.

Only marks say where a cell is. A reader that ran out of marks has them for the first cell of a row alone: those
behind it are counted from there, as how far apart they stood is not known.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from leakguard.model.content import Span
from leakguard.model.preview import Block, Row, Segment
from leakguard.preview.characters import visible
from leakguard.preview.segments import Mark, segments

_REFERENCES = (
    re.compile(r"(?P<title>.*)!(?P<column>[A-Z]{1,3})(?P<row>\d{1,7})\Z", re.DOTALL),
    re.compile(r"(?P<title>.*?),? ?row (?P<row>\d+), column (?P<column>\d+)\Z", re.DOTALL),
    re.compile(r"(?P<title>.*?),? ?row (?P<row>\d+), variable (?P<column>.+)\Z", re.DOTALL),
    re.compile(r"(?P<title>.*?),? ?record (?P<row>\d+), field (?P<column>.+)\Z", re.DOTALL),
)
_AROUND = 3  # rows and columns on each side of evidence
_TOP = 2  # rows that are most likely headings
_PLAIN_ROWS, _PLAIN_COLUMNS = 8, 12  # of a sheet without evidence
_LONGEST_CELL = 2_000
_MOST_COLUMNS = 60
_MOST_CELLS = 2_000

_Key = tuple[int, str, int]


@dataclass(frozen=True, slots=True)
class Cell:
    start: int
    end: int
    row: int
    column: str


class Grid:
    """The cells of one span, by rows as they come. title: the sheet's, with what is around it."""

    def __init__(self, title: str, cells: list[Cell], text: str) -> None:
        self.title = title
        self.cells = cells
        self._text = text
        self._starts = [cell.start for cell in cells]
        order = dict.fromkeys(cell.column for cell in cells)
        self.columns = sorted(order, key=_column_key(order))
        self._rank = {column: number for number, column in enumerate(self.columns)}
        rows: dict[int, list[Cell]] = {}
        for cell in cells:
            rows.setdefault(cell.row, []).append(cell)
        self._rows = rows
        self.rows = list(rows)

    def overview(self, marks: Sequence[Mark], begun: set[int], most: int) -> Iterator[Block]:
        """A window around each cell with evidence, those that another window shows already left out."""
        seen: set[int] = set()
        for mark in marks:
            index = self._index(mark.start)
            if index in seen or most <= 0:
                continue
            chosen = self._around(self.cells[index])
            seen.update(self._index(cell.start) for cell in chosen)
            most -= 1
            yield self._block(chosen, marks, begun)
        if not seen:
            columns = set(self.columns[:_PLAIN_COLUMNS])
            rows = self.rows[:_PLAIN_ROWS]
            yield self._block(
                [each for row in rows for each in self._rows[row] if each.column in columns], marks, begun
            )

    def page(self, start: int, stop: int, marks: Sequence[Mark], begun: set[int]) -> tuple[Block, int]:
        """All cells from an offset on, as many as fit, and where the next page begins."""
        chosen: list[Cell] = []
        columns: set[str] = set()
        for cell in self.cells[self._index(start) :]:
            columns.add(cell.column)
            if cell.start >= stop or len(columns) > _MOST_COLUMNS or len(chosen) >= _MOST_CELLS:
                break
            first, last = max(cell.start, start), min(cell.end, stop)
            if first < last:
                chosen.append(Cell(first, last, cell.row, cell.column))
        end = chosen[-1].end if chosen else stop
        return self._block(chosen, marks, begun, whole=True), end

    def is_small(self) -> bool:
        return len(self.cells) <= 400 and len(self.columns) <= 24

    def _index(self, offset: int) -> int:
        return max(bisect_left(self._starts, offset + 1) - 1, 0)

    def _around(self, cell: Cell) -> list[Cell]:
        at, rank = bisect_left(self.rows, cell.row), self._rank[cell.column]
        near = self.columns[max(rank - _AROUND, 0) : rank + _AROUND + 1]
        columns = {self.columns[0], *near}
        rows = dict.fromkeys((*self.rows[:_TOP], *self.rows[max(at - _AROUND, 0) : at + _AROUND + 1]))
        return [each for row in rows for each in self._rows[row] if each.column in columns]

    def _block(self, chosen: Iterable[Cell], marks: Sequence[Mark], begun: set[int], whole: bool = False) -> Block:
        cells = list(chosen)
        columns = sorted({cell.column for cell in cells}, key=self._rank.__getitem__)
        rows: dict[int, dict[str, tuple[Segment, ...]]] = {}
        for cell in cells:
            last = cell.end if whole else self._cut(cell, marks)
            found = segments(self._text, cell.start, last, marks, begun)
            more = (Segment(text=f" … {cell.end - last:,} characters more", written=""),) if last < cell.end else ()
            row = rows.setdefault(cell.row, {})
            row[cell.column] = (*row.get(cell.column, ()), *found, *more)
        return Block(
            start=cells[0].start if cells else 0,
            end=cells[-1].end if cells else 0,
            columns=tuple(map(visible, columns)),
            rows=tuple(
                Row(label=str(number), cells=tuple(row.get(column, ()) for column in columns))
                for number, row in rows.items()
            ),
        )

    def _cut(self, cell: Cell, marks: Sequence[Mark]) -> int:
        """Where a very long cell is cut: behind the evidence in it."""
        here = [min(mark.end, cell.end) for mark in marks if mark.start < cell.end and mark.end > cell.start]
        return min(cell.end, max([cell.start + _LONGEST_CELL, *here[:20]]))


def grid_of(span: Span) -> Grid | None:
    """The span as a grid, if every mark of it is that of a cell of one sheet."""
    if not span.marks or span.marks[0][0] > 0:
        return None
    pattern = next((each for each in _REFERENCES if each.match(span.marks[0][1])), None)
    if pattern is None:
        return None
    first = pattern.match(span.place_at(0))
    title = first["title"] if first else span.within
    cells: list[Cell] = []
    ends = [at for at, _ in span.marks[1:]] + [len(span.text)]
    for (start, place), end in zip(span.marks, ends, strict=True):
        match = pattern.match(place)
        if match is None:
            return None
        cells += _cells(span.text, start, end, int(match["row"]), match["column"])
    ordered = all(one.row <= other.row for one, other in pairwise(cells))
    return Grid(title, cells, span.text) if ordered else None


def _cells(text: str, start: int, end: int, row: int, column: str) -> Iterator[Cell]:
    stop = start + len(text[start:end].rstrip("\t\n"))
    for number, piece in enumerate(text[start:stop].split("\t")):
        yield Cell(start, start + len(piece), row, column if not number else f"{column}+{number}")
        start += len(piece) + 1


def _column_key(order: Iterable[str]) -> Callable[[str], _Key]:
    places = {column: number for number, column in enumerate(order)}

    def key(column: str) -> _Key:
        bare, _, more = column.partition("+")
        extra = int(more) if more.isdecimal() else 0
        if bare.isdecimal():
            return int(bare), "", extra
        if bare.isascii() and bare.isupper() and len(bare) <= 3:
            return len(bare), bare, extra
        return places[column], "", extra

    return key
