"""Tables of dBase, and files of SPSS, Stata and SAS where their reader is installed."""

from __future__ import annotations

import struct

from leakguard.model.content import GapKind, Role
from tests.unit.extract.make import gap_kinds, place_of, read_file, texts


def dbf(*rows: tuple[str, str]) -> bytes:
    fields = b"".join(
        name.ljust(11, b"\0") + b"C" + bytes(4) + bytes([20]) + bytes(15) for name in (b"REGION", b"RATE")
    )
    header = struct.pack("<4BLHH20x", 3, 126, 1, 20, len(rows), 32 + len(fields) + 1, 41)
    records = b"".join(b" " + region.encode().ljust(20) + rate.encode().ljust(20) for region, rate in rows)
    return header + fields + b"\r" + records + b"\x1a"


def test_a_dbase_table_is_rows_and_cells() -> None:
    found = read_file(dbf(("North", "4.1"), ("South", "4.3")))

    assert texts(found, Role.ATTACHMENT) == ["REGION\tRATE\nNorth\t4.1\nSouth\t4.3\n"]
    assert place_of(found, "4.3") == "attachment, record 2, field RATE"
    assert found.gaps == ()


def test_a_dbase_table_that_is_cut_off_is_damaged() -> None:
    assert gap_kinds(read_file(dbf(("North", "4.1"), ("South", "4.3"))[:-20])) == [GapKind.DAMAGED]


def test_a_damaged_data_file_is_swept_and_a_gap() -> None:
    found = read_file(b"$FL2@(#) SPSS DATA FILE words" + bytes(200))

    assert "words" in " ".join(texts(found, Role.HIDDEN))
    assert gap_kinds(found)[0] in (GapKind.DAMAGED, GapKind.UNSUPPORTED)
