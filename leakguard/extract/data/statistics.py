"""Data files of SPSS, Stata and SAS: variables, labels, notes, and the cases as rows of cells.

The reading itself is pyreadstat's, which is an extra; without it there is a gap.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

from leakguard.extract.binary import strings_of
from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.model.content import Gap, GapKind, Role, Span

_SAS = bytes.fromhex("000000000000000000000000c2ea8160b31411cfbd92080009c7318c181f1011")
_TRANSPORT = b"HEADER RECORD*******LIB"
_STATA = tuple(bytes([version]) for version in range(102, 116))
_PORTABLE = b"ASCII SPSS PORT FILE"
_DECIMALS = re.compile(r"^(?:%-?\d*[.,](\d+)f|(?:F|COMMA|DOT|DOLLAR|PCT|BEST|N)\d*\.(\d+))", re.IGNORECASE)
_MOST_DECIMALS = 15
_WIDEST = 64  # octets of a column whose width is not known


def is_statistics(blob: Blob) -> bool:
    return bool(_reader_name(blob.data))


def _reader_name(data: bytes) -> str:
    if data.startswith((b"$FL2", b"$FL3")):
        return "read_sav"
    if data.startswith(b"<stata_dta>") or _is_old_stata(data):
        return "read_dta"
    if data.startswith(_SAS):
        return "read_sas7bdat"
    if data.startswith(_TRANSPORT):
        return "read_xport"
    return "read_por" if _PORTABLE in data[:600] else ""


def _is_old_stata(data: bytes) -> bool:
    """By its version, its order of octets, and the two octets that never change."""
    return data[:1] in _STATA and data[1:2] in (b"\1", b"\2") and data[2:4] in (b"\1\0", b"\0\0")


def read_statistics(blob: Blob, budget: Budget) -> Iterator[Item]:
    try:
        import pyreadstat
    except ImportError:
        yield blob.span(strings_of(blob.data), role=Role.HIDDEN)
        raise CannotRead(GapKind.UNSUPPORTED, "pyreadstat is not installed") from None
    reader = getattr(pyreadstat, _reader_name(blob.data))
    try:
        about = _read(reader, blob.data, metadataonly=True)[1]
        yield from _descriptions(blob, about)
        yield from _cases(blob, budget, reader, about)
    except CannotRead:
        yield blob.span(strings_of(blob.data), role=Role.HIDDEN)
        raise


def _read(reader: Callable[..., Any], data: bytes, **options: Any) -> tuple[Any, Any]:
    try:
        found: tuple[Any, Any] = reader(BytesIO(data), output_format="dict", **options)
    except MemoryError:
        raise CannotRead(GapKind.TOO_LARGE, "data file") from None
    except Exception:  # noqa: BLE001 - its errors have no common class
        raise CannotRead(GapKind.DAMAGED, "data file") from None
    return found


def _descriptions(blob: Blob, about: Any) -> Iterator[Item]:
    if title := about.file_label:
        yield blob.span(str(title), place=f"{blob.place}, label of the file")
    if name := about.table_name:
        yield blob.span(str(name), role=Role.NAME, place=f"{blob.place}, name of the table")
    for number, note in enumerate(about.notes or (), 1):
        yield blob.span(str(note), place=f"{blob.place}, note {number}")
    lines: list[str] = []
    marks: list[tuple[int, str]] = []
    length = 0
    for name, label in zip(about.column_names, about.column_labels, strict=False):
        marks.append((length, f"{blob.place}, variable {name}"))
        values = about.variable_value_labels.get(name, {})
        line = "\n".join(
            [f"{name}\t{label or ''}", *(f"{_shown(code, None)}\t{text}" for code, text in values.items())]
        )
        lines.append(line)
        length += len(line) + 2
    yield Span(text="\n\n".join(lines), part=blob.part, role=blob.role, marks=tuple(marks), within=blob.place)


def _cases(blob: Blob, budget: Budget, reader: Callable[..., Any], about: Any) -> Iterator[Item]:
    """As many rows as the budget has cells and octets for: what one row takes is known before it is read."""
    names = about.column_names
    if not names:
        return
    widths = about.variable_storage_width or {}
    wide = sum(min(int(widths.get(name) or _WIDEST), 1 << 20) for name in names)
    most = max(1, min(budget.cells // len(names), max(budget.expanded, 0) // max(wide, 1)))
    columns, _ = _read(reader, blob.data, row_limit=most + 1)
    rows = max((len(column) for column in columns.values()), default=0)
    budget.expand(min(rows * wide, budget.expanded))
    yield from _table(blob, budget, columns, min(rows, most), _decimals(about))
    if rows > most:
        yield blob.gap(GapKind.TOO_MANY, "cells")


def _decimals(about: Any) -> list[int | None]:
    """Per column: the digits behind the point that its display format asks for."""
    formats = about.original_variable_types or {}
    matches = [_DECIMALS.match(str(formats.get(name, ""))) for name in about.column_names]
    return [min(int(match[1] or match[2]), _MOST_DECIMALS) if match else None for match in matches]


def _table(
    blob: Blob, budget: Budget, columns: dict[str, Any], rows: int, decimals: list[int | None]
) -> Iterator[Item]:
    pieces = ["\t".join(columns) + "\n"]
    marks: list[tuple[int, str]] = [(0, f"{blob.place}, names of variables")]
    length, refusal = len(pieces[0]), None
    try:
        for number, row in enumerate(_rows(columns, rows), 1):
            for name, value, places in zip(columns, row, decimals, strict=False):
                budget.fill_cell()
                if budget.marks_cell():
                    marks.append((length, f"{blob.place}, row {number}, variable {name}"))
                pieces.append(_shown(value, places) + "\t")
                length += len(pieces[-1])
            pieces[-1] = pieces[-1][:-1] + "\n"
            if not budget.marks_cell():
                marks.append((length, f"{blob.place}, row {number + 1}"))
            budget.check_text(length)
    except CannotRead as reason:
        refusal = Gap(part=blob.part, kind=reason.kind, detail=reason.detail)
    yield Span(text="".join(pieces), part=blob.part, role=blob.role, marks=tuple(marks), within=blob.place)
    if refusal is not None:
        yield refusal


def _rows(columns: dict[str, Any], rows: int) -> Iterator[tuple[Any, ...]]:
    lists = [list(column) for column in columns.values()]
    for index in range(rows):
        yield tuple(column[index] if index < len(column) else None for column in lists)


def _shown(value: Any, decimals: int | None) -> str:
    """A cell as the program shows it: nothing for what is missing."""
    if value is None or value != value:  # noqa: PLR0124 - not a number is not itself
        return ""
    if isinstance(value, float):
        if decimals is not None:
            return f"{value:.{decimals}f}"
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.10g}"
    return " ".join(str(value).split())
