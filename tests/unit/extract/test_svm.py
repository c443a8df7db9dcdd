"""Previews that LibreOffice keeps in its own kind of metafile."""

from __future__ import annotations

import struct

from leakguard.model.content import GapKind
from tests.planted.gleaned import letters, metafile
from tests.unit.extract.make import gap_kinds, read_file, words


def test_pieces_that_touch_are_one_word_and_pieces_apart_are_not() -> None:
    font = (138, struct.pack("<HI", 4, 59) + struct.pack("<HHii", 0, 0, 0, 600) + bytes(40))

    found = read_file(metafile(font, letters("rec", 0), letters("ord", 900), letters("5.1%", 9_000)))

    assert words(found) == "record 5.1%"
    assert not found.gaps


def test_octets_are_read_as_octets() -> None:
    body = struct.pack("<iiH", 0, 0, 9) + b"caf\xe9 rose" + struct.pack("<HH", 0, 9)

    assert "café rose" in words(read_file(metafile((112, body))))


def test_a_metafile_within_is_opened() -> None:
    found = read_file(metafile((145, metafile(letters("figures", 0)))))

    assert "figures" in words(found)


def test_a_metafile_that_is_cut_says_so_and_keeps_what_it_read() -> None:
    found = read_file(metafile(letters("figures", 0), letters("more", 0))[:-20])

    assert "figures" in words(found)
    assert GapKind.DAMAGED in gap_kinds(found)


def test_sizes_that_lie_are_harmless() -> None:
    for size in (0, 1, 0xFFFF_FFFF):
        lying = b"VCLMTF" + struct.pack("<HI", 1, 0) + struct.pack("<HHI", 113, 2, size) + b"\xff" * 40
        assert GapKind.DAMAGED in gap_kinds(read_file(lying))
