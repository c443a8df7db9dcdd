"""CSV tables of releases or grants, as offices keep them in spreadsheets -> the same documents as YAML gives."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
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
        "passwords",
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
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = _rows(reader, text)
    except csv.Error as problem:
        line = max(reader.line_num, 1)
        report.found.append(Diagnostic(file=file, line=line, column=1, code="syntax", sentence=f"not CSV: {problem}"))
        return []
    if not rows:
        source.error("syntax", (), "the table is empty; its first row names the columns")
        return []
    header = [name.strip().lower() for name, _ in rows[0]]
    known = RELEASE_COLUMNS if "release_at" in header else GRANT_COLUMNS
    if not _header_is_good(header, known, source, rows[0]):
        return []
    table = "releases" if known is RELEASE_COLUMNS else "grants"
    entries = [_entry(header, row, (table, number), source) for number, row in enumerate(rows[1:])]
    if table == "releases":
        return [Document({"schema": "leakguard/releases/v1", "releases": entries}, source)]
    return [Document(_access(entries, source), source)]


_Row = list[tuple[str, Place]]  # cells with their places
_CELL = re.compile(r'(?:"(?:[^"]|"")*"|[^,\r\n]*)(,|\r\n|\r|\n|$)')


def _rows(reader: Iterable[list[str]], text: str) -> list[_Row]:
    rows = zip(reader, _places(text), strict=False)
    return [list(zip(cells, places, strict=False)) for cells, places in rows if any(cell.strip() for cell in cells)]


def _places(text: str) -> Iterator[list[Place]]:
    """For each row, an empty one too, where its cells begin. The text is known to be CSV."""
    line, begins, row = 1, 0, []
    for match in _CELL.finditer(text):
        row.append((line, match.start() - begins + 1))
        cell, end = match.group()[: match.start(1) - match.start()], match.group(1)
        breaks = [each.end() for each in _BREAK.finditer(cell)]
        line += len(breaks)
        begins = match.start() + breaks[-1] if breaks else begins
        if end != ",":
            yield row
            line, begins, row = line + 1, match.end(), []


_BREAK = re.compile(r"\r\n|\r|\n")


def _header_is_good(header: list[str], known: frozenset[str], source: Source, row: _Row) -> bool:
    good = True
    for number, (name, (_, place)) in enumerate(zip(header, row, strict=True)):
        path: Path = ("header", number)
        source.places[path] = place
        if name not in known:
            source.error("unknown-key", path, f"there is no column `{name}`; known are {', '.join(sorted(known))}")
            good = False
        elif header.count(name) > 1:
            source.error("duplicate-key", path, f"the column `{name}` is there twice")
            good = False
    return good


def _entry(header: list[str], row: _Row, path: Path, source: Source) -> dict[str, Any]:
    source.places[path] = row[0][1]
    if len(row) > len(header):
        source.places[*path, "?"] = row[len(header)][1]
        source.error("syntax", (*path, "?"), "this row has more cells than the first row names")
    entry: dict[str, Any] = {}
    for name, (cell, place) in zip(header, row, strict=False):
        source.places[*path, name] = place
        if cell.strip():
            entry[name] = _value(name, cell.strip(), (*path, name), source)
    return entry


def _value(name: str, cell: str, path: Path, source: Source) -> Any:
    if name in ("suspended", "declaration_required"):
        if cell.lower() not in _TRUE | _FALSE:
            source.error("bad-value", path, f"`{name}` must be yes or no")
        return cell.lower() in _TRUE
    if name in ("handles", "releases", "passwords"):
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
            for key in ((), *((name,) for name in about)):
                source.places["people", len(people), *key] = source.place(("grants", number, *key))
            people[who] = {"id": who, **about}
        grants.append({**entry, "zone": zone} if zone else entry)
    return {"schema": "leakguard/access/v1", "people": list(people.values()), "grants": grants}
