"""CSV tables of releases or grants, as offices keep them in spreadsheets -> the same documents as YAML gives."""

from __future__ import annotations

import csv
import io
from typing import Any

from leakguard.notation.diagnostics import Diagnostic, Path, Place, Report, Source
from leakguard.notation.strict_yaml import Document

RELEASE_COLUMNS = frozenset(
    [
        "id",
        "title",
        "producer",
        "series",
        "release_at",
        "zone",
        "pre_release_from",
        "sensitive_from",
        "status",
        "lift",
        "confirmed_at",
        "declaration_required",
    ]
)
GRANT_COLUMNS = frozenset(
    [
        "who",
        "name",
        "role",
        "organisation",
        "handles",
        "release",
        "releases",
        "series",
        "basis",
        "from",
        "until",
        "zone",
        "declaration_signed",
        "justification",
        "granted_by",
        "suspended",
    ]
)
_PERSON = ("name", "role", "organisation", "handles")
_TRUE, _FALSE = frozenset({"true", "yes", "y", "1"}), frozenset({"false", "no", "n", "0"})


def read_csv(file: str, text: str, report: Report) -> list[Document]:
    """One document of the table's kind, told by its columns. A cell may hold several values, separated by `;`."""
    places: dict[Path, Place] = {}
    source = Source(file, places, report)
    try:
        rows = list(_rows(text))
    except csv.Error as problem:
        report.found.append(Diagnostic(file=file, line=1, column=1, code="syntax", sentence=f"not CSV: {problem}"))
        return []
    if not rows:
        source.error("syntax", (), "the table is empty; its first row names the columns")
        return []
    header = [name.strip().lower() for name, _ in rows[0][1]]
    known = RELEASE_COLUMNS if "release_at" in header else GRANT_COLUMNS
    if not _header_is_good(header, known, source, rows[0]):
        return []
    table = "releases" if known is RELEASE_COLUMNS else "grants"
    entries = [_entry(header, row, (table, number), source) for number, row in enumerate(rows[1:])]
    if table == "releases":
        return [Document({"schema": "leakguard/releases/v1", "releases": entries}, source)]
    return [Document(_access(entries, source), source)]


_Row = tuple[int, list[tuple[str, int]]]  # line, and cells with their columns


def _rows(text: str) -> list[_Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: list[_Row] = []
    line = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            column, placed = 1, []
            for cell in cells:
                placed.append((cell, column))
                column += len(cell) + 1
            found.append((line, placed))
        line = reader.line_num + 1
    return found


def _header_is_good(header: list[str], known: frozenset[str], source: Source, row: _Row) -> bool:
    good = True
    for name, (_, column) in zip(header, row[1], strict=True):
        path: Path = ("header", column)
        source.places[path] = (row[0], column)
        if name not in known:
            source.error("unknown-key", path, f"there is no column `{name}`; known are {', '.join(sorted(known))}")
            good = False
        elif header.count(name) > 1:
            source.error("duplicate-key", path, f"the column `{name}` is there twice")
            good = False
    return good


def _entry(header: list[str], row: _Row, path: Path, source: Source) -> dict[str, Any]:
    line, cells = row
    source.places[path] = (line, 1)
    if len(cells) > len(header):
        source.places[*path, "?"] = (line, cells[len(header)][1])
        source.error("syntax", (*path, "?"), "this row has more cells than the first row names")
    entry: dict[str, Any] = {}
    for name, (cell, column) in zip(header, cells, strict=False):
        source.places[*path, name] = (line, column)
        if cell.strip():
            entry[name] = _value(name, cell.strip(), (*path, name), source)
    return entry


def _value(name: str, cell: str, path: Path, source: Source) -> Any:
    if name in ("suspended", "declaration_required"):
        if cell.lower() not in _TRUE | _FALSE:
            source.error("bad-value", path, f"`{name}` must be yes or no")
        return cell.lower() in _TRUE
    if name in ("handles", "releases"):
        return [part.strip() for part in cell.split(";") if part.strip()]
    return cell


def _access(entries: list[dict[str, Any]], source: Source) -> dict[str, Any]:
    people: dict[str, dict[str, Any]] = {}
    grants = []
    for number, entry in enumerate(entries):
        about = {key: entry.pop(key) for key in _PERSON if key in entry}
        zone = entry.pop("zone", None)
        who = entry.get("who", "")
        if "handles" in about and who not in people:
            source.places["people", len(people)] = source.place(("grants", number))
            people[who] = {"id": who, **about}
        grants.append({**entry, "zone": zone} if zone else entry)
    return {"schema": "leakguard/access/v1", "people": list(people.values()), "grants": grants}
