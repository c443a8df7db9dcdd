"""Comma- or tab-separated tables: rows by line, cells by tab, with a place for each cell."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.text.charset import decode, looks_like_text
from leakguard.model.content import Gap, Role, Span

_DECLARED = frozenset({"text/csv", "text/tab-separated-values", "application/csv"})
_DELIMITERS = ",;\t|"
_SAMPLE_ROWS = 12


def is_table(blob: Blob) -> bool:
    """Declared a table, or an attachment most of whose first lines have the same number of cells."""
    if blob.role is not Role.ATTACHMENT or not looks_like_text(blob.data):
        return False
    if blob.declared in _DECLARED:
        return True
    if blob.declared not in ("", "text/plain", "application/octet-stream", "application/vnd.ms-excel"):
        return False
    return _delimiter(decode(blob.data[:8192], blob.charset), strict=True) is not None


def read_table(blob: Blob, budget: Budget) -> Iterator[Item]:
    text = decode(blob.data, blob.charset)
    delimiter = _delimiter(text[:8192], strict=False) or ","
    pieces: list[str] = []
    marks: list[tuple[int, str]] = []
    length = 0
    refusal: Gap | None = None
    try:
        for number, row in enumerate(_rows(text, delimiter), 1):
            for column, cell in enumerate(row, 1):
                budget.fill_cell()
                if column == 1 or budget.marks_cell():
                    marks.append((length, f"{blob.place}, row {number}, column {column}"))
                pieces.append(" ".join(cell.split()) + ("\t" if column < len(row) else ""))
                length += len(pieces[-1])
            pieces.append("\n")
            length += 1
    except CannotRead as reason:
        refusal = blob.gap(reason.kind, reason.detail)
    yield Span(text="".join(pieces), part=blob.part, role=blob.role, marks=tuple(marks), within=blob.place)
    if refusal is not None:
        yield refusal


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    """Lines that the csv reader cannot take are cut at each delimiter instead."""
    plain = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    try:
        yield from csv.reader(StringIO(plain), delimiter=delimiter)
    except csv.Error:
        # Rows from before the bad line come twice; rather that than losing the line.
        yield from (line.split(delimiter) for line in plain.split("\n"))


def _delimiter(head: str, *, strict: bool) -> str | None:
    """The character that cuts the first lines into equally many cells, if one does."""
    best, most = None, 0
    for each in _DELIMITERS:
        if each not in head:
            continue
        rows = [row for row in list(_rows(head, each))[:_SAMPLE_ROWS] if row]
        widths = [len(row) for row in rows]
        usual = max(set(widths), key=widths.count, default=1)
        agree = widths.count(usual)
        if usual > 1 and agree >= 2 and (not strict or agree * 4 >= len(rows) * 3) and agree * usual > most:
            best, most = each, agree * usual
    return best
