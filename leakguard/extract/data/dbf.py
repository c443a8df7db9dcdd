"""dBase tables: fields by name, records as rows of cells. Deleted records stay in the file and are read too.

ref: dBase table file
"""

from __future__ import annotations

from collections.abc import Iterator

from leakguard.extract.binary import strings_of
from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.text.charset import decode
from leakguard.model.content import Gap, GapKind, Role, Span

_VERSIONS = frozenset(b"\x02\x03\x04\x05\x30\x31\x32\x43\x63\x83\x8b\x8c\xcb\xf5\xfb")
_HEADER = 32
_FIELD = 32
_END_OF_FIELDS = b"\r"
_TYPES = frozenset(b"CNFLDMBGPYTIVXO@+WQ0")
_DELETED = b"*"


def is_dbf(blob: Blob) -> bool:
    """A known version, a date that exists, and fields that fill a record."""
    data = blob.data
    if len(data) < _HEADER + _FIELD or data[0] not in _VERSIONS or not (1 <= data[2] <= 12 and 1 <= data[3] <= 31):
        return False
    fields = _fields(data)
    return bool(fields) and 1 + sum(width for _, width in fields) == int.from_bytes(data[10:12], "little")


def _fields(data: bytes) -> list[tuple[str, int]]:
    """(name, width) of each field; none when one of them is of no known type."""
    start = int.from_bytes(data[8:10], "little")
    found: list[tuple[str, int]] = []
    for at in range(_HEADER, min(start, len(data) - _FIELD) + 1, _FIELD):
        if data[at : at + 1] == _END_OF_FIELDS:
            break
        kind = data[at + 11]
        if kind not in _TYPES:
            return []
        width = data[at + 16] + (256 * data[at + 17] if kind == ord("C") else 0)
        found.append((decode(data[at : at + 11].split(b"\0")[0]), width))
    return found


def read_dbf(blob: Blob, budget: Budget) -> Iterator[Item]:
    data, fields = blob.data, _fields(blob.data)
    start, size = int.from_bytes(data[8:10], "little"), int.from_bytes(data[10:12], "little")
    pieces = ["\t".join(name for name, _ in fields) + "\n"]
    marks: list[tuple[int, str]] = [(0, f"{blob.place}, names of fields")]
    length, refusal = len(pieces[0]), None
    try:
        for number, at in enumerate(range(start, len(data) - size + 1, size), 1):
            for name, text in _cells(data, at, fields):
                budget.fill_cell()
                if budget.marks_cell():
                    marks.append((length, f"{blob.place}, record {number}, field {name}"))
                pieces.append(text + "\t")
                length += len(pieces[-1])
            pieces[-1] = pieces[-1][:-1] + "\n"
    except CannotRead as reason:
        refusal = Gap(part=blob.part, kind=reason.kind, detail=reason.detail)
    yield Span(text="".join(pieces), part=blob.part, role=blob.role, marks=tuple(marks), within=blob.place)
    if refusal is not None:
        yield refusal
    stated = int.from_bytes(data[4:8], "little")
    whole = min(stated, max(0, len(data) - start) // size)
    around = data[_HEADER + _FIELD * len(fields) : start] + b"\n" + data[start + whole * size :]
    yield blob.span(strings_of(around), role=Role.HIDDEN, place=f"{blob.place}, beside the records")
    if start + stated * size > len(data) + 1:
        yield blob.gap(GapKind.DAMAGED, "dBase table cut off")


def _cells(data: bytes, at: int, fields: list[tuple[str, int]]) -> Iterator[tuple[str, str]]:
    at += 1
    for name, width in fields:
        yield name, " ".join(decode(data[at : at + width].strip(b"\0 ")).split())
        at += width
