"""Excel workbooks of before 2007: cells as displayed, and words in all other records."""

from __future__ import annotations

import struct

import pytest

from leakguard.extract import Limits
from leakguard.extract.old_office.compound import written
from leakguard.model.content import GapKind, Role
from tests.unit.extract.make import gap_kinds, place_of, read_file, texts, words
from tests.unit.extract.make_old import bof, label, number, record, sheet_stream, strings_table, text8, xls

PERCENT = record(0x41E, struct.pack("<H", 170) + text8("0.0%"))
STYLES = record(0xE0, bytes(20)) + record(0xE0, struct.pack("<HH", 0, 170) + bytes(16))


def test_cells_are_read_by_row_with_their_places() -> None:
    found = read_file(xls(label(0, 0, "Region"), label(0, 1, "Rate"), label(1, 0, "North"), number(1, 1, 4.1)))

    assert texts(found, Role.ATTACHMENT)[0] == "Region\tRate\nNorth\t4.1"
    assert place_of(found, "4.1") == "attachment, Figures!B2"
    assert found.gaps == ()


def test_cells_out_of_order_are_put_in_order() -> None:
    found = read_file(xls(label(1, 0, "North"), label(0, 1, "Rate"), number(1, 1, 4.1), label(0, 0, "Region")))

    assert texts(found, Role.ATTACHMENT)[0] == "Region\tRate\nNorth\t4.1"


def test_numbers_are_read_as_displayed() -> None:
    found = read_file(xls(number(0, 0, 0.051, style=1), globals_=PERCENT + STYLES))

    assert "5.1%" in words(found, Role.ATTACHMENT)


def test_numbers_in_all_their_forms_are_read() -> None:
    rk = record(0x27E, struct.pack("<HHHI", 0, 0, 0, 4567 << 2 | 3))
    many = record(0xBD, struct.pack("<HHHIHIH", 1, 0, 0, 12 << 2 | 2, 0, 7 << 2 | 2, 1))
    truth = record(0x205, struct.pack("<HHHBB", 2, 0, 0, 1, 0))
    error = record(0x205, struct.pack("<HHHBB", 2, 1, 0, 7, 1))

    assert texts(read_file(xls(rk, many, truth, error)))[0] == "45.67\n12\t7\nTRUE\t#DIV/0!"


def test_what_a_formula_gave_last_is_read() -> None:
    formula = record(0x06, struct.pack("<HHH", 3, 2, 0) + b"\0\0\0\0\0\0\xff\xff" + bytes(8))
    found = read_file(xls(formula, record(0x207, text8("result words"))))

    assert place_of(found, "result words") == "attachment, Figures!C4"


def test_shared_strings_are_read_and_those_of_deleted_cells_are_hidden() -> None:
    cell = record(0xFD, struct.pack("<HHHI", 0, 0, 0, 0))
    found = read_file(xls(cell, globals_=strings_table("shown words", "orphan words")))

    assert "shown words" in words(found, Role.ATTACHMENT)
    assert "orphan words" in words(found, Role.HIDDEN)


def test_a_string_goes_on_in_the_next_record_in_another_width() -> None:
    first = record(0xFC, struct.pack("<II", 1, 1) + struct.pack("<HB", 12, 0) + b"unempl")
    rest = record(0x3C, b"\1" + "oyment".encode("utf-16-le"))
    found = read_file(xls(record(0xFD, struct.pack("<HHHI", 0, 0, 0, 0)), globals_=first + rest))

    assert "unemployment" in words(found, Role.ATTACHMENT)


@pytest.mark.parametrize("hidden", [pytest.param(1, id="hidden"), pytest.param(2, id="very hidden")])
def test_hidden_sheets_are_read(hidden: int) -> None:
    stream = sheet_stream(label(0, 0, "words"), title="Back", hidden=hidden)

    assert place_of(read_file(written({("Workbook",): stream})), "words") == "attachment, Back!A1"


def test_comments_name_their_cell() -> None:
    obj = record(0x5D, struct.pack("<HHHH", 0x15, 18, 0x19, 7) + bytes(14))
    box = record(0x1B6, bytes(10) + struct.pack("<HHI", 9, 0, 0)) + record(0x3C, b"\0note text")
    note = record(0x1C, struct.pack("<HHHH", 4, 1, 0, 7) + text8("Ann"))
    found = read_file(xls(obj, box, note))

    assert place_of(found, "note text") == "attachment, Figures, comment on B5"


def test_text_boxes_headers_and_charts_are_read() -> None:
    box = record(0x1B6, bytes(10) + struct.pack("<HHI", 8, 0, 0)) + record(0x3C, b"\0box text")
    header = record(0x14, text8('&L&"Arial,Bold"&12Head words'))
    chart = bof(0x20) + record(0x100D, b"\0\0" + text8("Series words", 1)) + record(0x0A)
    found = read_file(xls(box, header, chart))

    assert place_of(found, "box text") == "attachment, Figures, text box"
    assert place_of(found, "Head words") == "attachment, Figures, header"
    assert place_of(found, "Series words") == "attachment, Figures, chart, chart"
    assert "Arial" not in words(found, Role.ATTACHMENT)


def test_prompts_links_and_names_are_hidden_text() -> None:
    prompt = b"".join(map(text8, ("Prompt title", "Error title", "Prompt words", "Error words")))
    link = record(0x1B8, bytes(32) + "http://secret.example/".encode("utf-16-le"))
    found = words(read_file(xls(record(0x1BE, bytes(4) + prompt), link)), Role.HIDDEN)

    assert "Prompt words" in found
    assert "secret.example" in found


def test_excel_5_reads_strings_in_its_code_page() -> None:
    text = "Безработица".encode("cp1251")
    cell = record(0x204, struct.pack("<HHHH", 0, 0, 0, len(text)) + text)
    stream = bof(5, 0x500) + record(0x42, struct.pack("<H", 1251)) + record(0x0A)
    stream += bof(0x10, 0x500) + cell + record(0x0A)

    assert "Безработица" in words(read_file(written({("Book",): stream})), Role.ATTACHMENT)


def test_excel_2_is_read_without_a_container() -> None:
    cell = record(0x04, struct.pack("<HH", 0, 0) + bytes(3) + b"\x09old words")
    stream = record(0x09, struct.pack("<HH", 2, 0x10)) + cell + record(0x0A)

    assert "old words" in words(read_file(stream), Role.ATTACHMENT)


def test_a_cut_workbook_gives_what_is_left() -> None:
    whole = sheet_stream(label(0, 0, "kept words"), label(1, 0, "lost words"))
    found = read_file(written({("Workbook",): whole[:-12]}))

    assert "kept words" in words(found)


def test_a_workbook_of_no_records_is_a_gap() -> None:
    assert GapKind.DAMAGED in gap_kinds(read_file(written({("Workbook",): b"nothing of a workbook" * 9})))


def test_more_cells_than_allowed_is_a_gap() -> None:
    many = [label(row, 0, "words") for row in range(20)]

    assert GapKind.TOO_MANY in gap_kinds(read_file(xls(*many), Limits(cells=10)))
