"""Drawings of Windows: their text comes from their records, as the eye reads it."""

from __future__ import annotations

import struct

from PIL import Image

from leakguard.model.content import GapKind, Role
from tests.unit.extract.make import gap_kinds, place_of, read_file, texts
from tests.unit.extract.make_pictures import emf, emf_font, emf_plus, emf_text, picture, record, saved, wmf, wmf_font
from tests.unit.extract.make_pictures import wmf_text as drawn


def test_pieces_of_a_word_are_glued_and_pieces_of_a_sentence_are_not() -> None:
    found = read_file(
        emf(
            emf_font(1, -20),
            emf_text("rec", 0, 50, widths=(10, 10, 10)),
            emf_text("ord", 30, 50, widths=(10, 10, 10)),
            emf_text("low", 67, 50, widths=(10, 10, 10)),
        )
    )

    assert texts(found)[0] == "record low"
    assert found.gaps == ()


def test_cells_are_separated_and_rows_are_lines() -> None:
    found = read_file(
        emf(
            emf_font(1, -20),
            emf_text("Wales", 0, 50, widths=(10,) * 5),
            emf_text("4.7", 300, 50, widths=(10,) * 3),
            emf_text("London", 0, 80, widths=(10,) * 6),
            emf_text("6.1", 300, 80, widths=(10,) * 3),
        )
    )

    assert texts(found) == ["Wales\t4.7\nLondon\t6.1"]


def test_a_table_drawn_by_columns_is_read_by_rows_too() -> None:
    cells = [("Wales", 0, 50), ("London", 0, 80), ("4.7", 300, 50), ("6.1", 300, 80)]

    found = read_file(emf(emf_font(1, -20), *(emf_text(text, x, y) for text, x, y in cells)))

    assert "Wales\t4.7\nLondon\t6.1" in texts(found)


def test_text_that_follows_the_last_one_needs_no_position() -> None:
    follows = record(22, struct.pack("<I", 1))
    start = record(27, struct.pack("<ii", 10, 50))

    found = read_file(emf(emf_font(1, -20), follows, start, emf_text("fell ", 0, 0), emf_text("to 4.1%", 0, 0)))

    assert "fell to 4.1%" in texts(found)


def test_small_text_and_text_in_the_code_page_of_its_font_are_read() -> None:
    small = record(108, struct.pack("<iiIIIff", 0, 20, 5, 0x300, 1, 1.0, 1.0) + b"small\0\0\0")

    found = read_file(emf(small))

    assert texts(found) == ["small"]


def test_strings_of_the_other_language_are_read() -> None:
    text = "GDP grew"
    string = struct.pack("<III4f", 0, 0, len(text), 10.0, 20.0, 100.0, 20.0) + text.encode("utf-16-le")

    found = read_file(emf(emf_plus((0x401C, 0, string))))

    assert texts(found) == ["GDP grew"]


def test_glyphs_without_letters_are_a_gap() -> None:
    glyphs = "".join(chr(ord(letter) - 29) for letter in "secret")

    found = read_file(emf(emf_text(glyphs, 0, 0, options=0x10)))

    assert texts(found, Role.HIDDEN) == ["secret"]
    assert gap_kinds(found) == [GapKind.UNSUPPORTED]


def test_a_drawing_without_text_is_read() -> None:
    found = read_file(emf(record(54, struct.pack("<ii", 5, 5))))

    assert (found.spans, found.gaps) == ((), ())


def test_a_bitmap_in_a_drawing_is_a_picture() -> None:
    bitmap = saved(picture("hidden words"), "BMP")
    header, bits = bitmap[14:54], bitmap[54:]
    body = b"\0" * 40 + struct.pack("<4I", 80, len(header), 80 + len(header), len(bits)) + b"\0" * 16 + header + bits

    found = read_file(emf(record(81, body)))

    assert gap_kinds(found) == [GapKind.UNSUPPORTED]
    assert found.gaps[0].part == "2!1"


def test_a_drawing_that_ends_too_early_says_so_and_keeps_its_text() -> None:
    found = read_file(emf(emf_text("kept", 0, 0), is_whole=False))

    assert texts(found) == ["kept"]
    assert gap_kinds(found) == [GapKind.DAMAGED]


def test_an_old_drawing_is_read_in_the_code_page_of_its_font() -> None:
    found = read_file(wmf(wmf_font(-20, 204), (0x012D, b"\0\0"), drawn("рост 5%".encode("cp1251"), 10, 50)))

    assert texts(found) == ["рост 5%"]
    assert place_of(found, "рост").endswith("drawing")
    assert found.gaps == ()


def test_plain_text_records_of_old_drawings_are_read() -> None:
    record_of_text = struct.pack("<h", 4) + b"fell" + struct.pack("<hh", 50, 10)

    found = read_file(wmf((0x0521, record_of_text)))

    assert texts(found) == ["fell"]


def test_an_old_drawing_that_ends_too_early_says_so() -> None:
    found = read_file(wmf(drawn(b"kept", 0, 0), is_whole=False)[:-2])

    assert GapKind.DAMAGED in gap_kinds(found)


def test_a_newer_drawing_inside_an_old_one_is_read() -> None:
    inner = emf(emf_text("inside", 0, 0))
    head = struct.pack("<HH4sIIHIIIII", 15, 34 + len(inner), b"WMFC", 1, 0x10000, 0, 0, 1, len(inner), 0, len(inner))

    found = read_file(wmf((0x0626, head + inner)))

    assert "inside" in texts(found)


def test_a_tiny_bitmap_in_a_drawing_is_no_gap() -> None:
    bitmap = saved(Image.new("RGB", (16, 16), "red"), "BMP")
    body = b"\0" * 40 + struct.pack("<4I", 80, 40, 120, len(bitmap) - 54) + b"\0" * 16 + bitmap[14:]

    assert read_file(emf(record(81, body))).gaps == ()
