"""Word documents of before 2007: what is read, and where."""

from __future__ import annotations

import struct

from leakguard.extract.old_office.compound import written
from leakguard.model.content import GapKind, Role
from tests.unit.extract.make import gap_kinds, place_of, read_file, texts, words
from tests.unit.extract.make_old import doc, summary


def test_paragraphs_of_a_document_have_their_places() -> None:
    found = read_file(doc("First words\rSecond words\r"))

    assert texts(found, Role.ATTACHMENT) == ["First words\n\nSecond words"]
    assert place_of(found, "Second") == "attachment, paragraph 2"
    assert found.gaps == ()


def test_footnotes_and_headers_are_read_with_their_places() -> None:
    found = read_file(doc("Main text\r", notes="A foot note\r", header="The heading\r"))

    assert place_of(found, "foot note") == "attachment, footnote"
    assert place_of(found, "heading") == "attachment, header or footer"


def test_a_field_shows_its_result_and_hides_its_code() -> None:
    found = read_file(doc("rec\x13 HYPERLINK secret.example \x14ord\x15 high\r"))

    assert texts(found, Role.ATTACHMENT) == ["record high"]
    assert "secret.example" in words(found, Role.HIDDEN)


def test_cells_of_a_row_are_parted_by_tabs_and_rows_by_lines() -> None:
    found = read_file(doc("North\x074.1\x07\x07South\x074.3\x07\x07"))

    assert texts(found, Role.ATTACHMENT) == ["North\t4.1\nSouth\t4.3"]


def test_special_characters_are_read_as_they_look() -> None:
    assert texts(read_file(doc("un\x1femployment non\x1estop\x0bline\r")), Role.ATTACHMENT) == [
        "unemployment non-stop\nline"
    ]


def test_text_that_no_piece_refers_to_is_hidden_text() -> None:
    found = read_file(doc("Shown\r", deleted=b"deleted words of before"))

    assert "deleted words of before" in words(found, Role.HIDDEN)
    assert "deleted" not in words(found, Role.ATTACHMENT)


def test_a_locked_document_says_so() -> None:
    assert gap_kinds(read_file(doc("words", locked=True))) == [GapKind.ENCRYPTED]


def test_a_document_without_its_piece_table_is_swept_and_is_a_gap() -> None:
    fib = struct.pack("<HH", 0xA5EC, 0xC1) + bytes(0x600) + b"words that remain"
    found = read_file(written({("WordDocument",): fib}))

    assert "words that remain" in words(found)
    assert gap_kinds(found) == [GapKind.DAMAGED]


def test_word_95_reads_text_of_its_fonts_charset_too() -> None:
    text = "Безработица выросла".encode("cp1251")
    font = bytes([12, 0, 0, 0, 204, 0]) + b"Times\0\0"
    word = bytearray(0x400)
    word[:4] = struct.pack("<HH", 0xA5DC, 104)
    struct.pack_into("<II", word, 24, 0x300, 0x300 + len(text))
    struct.pack_into("<I", word, 0x34, len(text))
    struct.pack_into("<II", word, 0xD0, 0x200, len(font) + 2)
    word[0x202 : 0x202 + len(font)] = font
    word[0x300 : 0x300 + len(text)] = text

    assert "Безработица выросла" in words(read_file(written({("WordDocument",): bytes(word)})), Role.ATTACHMENT)


def test_word_2_is_read_and_called_unsupported() -> None:
    head = b"\xdb\xa5\x2d\0" + bytes(20) + struct.pack("<II", 400, 420) + bytes(368)
    found = read_file(head + b"Words of long ago...")

    assert "Words of long ago" in words(found)
    assert gap_kinds(found) == [GapKind.UNSUPPORTED]


def test_properties_are_read_in_their_code_page() -> None:
    titled = summary("Безработица", 1251, "cp1251")
    found = read_file(written({("\x05SummaryInformation",): titled, ("WordDocument",): b"\xec\xa5" + bytes(600)}))

    assert place_of(found, "Безработица") == "attachment, property title"
