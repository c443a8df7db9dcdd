"""Tables as files: read back by other people's code they say what they should, and nothing in them can run."""

from __future__ import annotations

import csv
import io
import zipfile

import openpyxl
import pytest

from leakguard.service.tables import LONGEST_CELL, Table, as_csv, as_xlsx
from tests.unit.service.world import T

HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "\uff1d1+1",
    '=HYPERLINK("http://x.example","y")',
    "=1\u202etxt",
]


def table(*cells: str, title: str = "Access") -> Table:
    return Table(title=title, header=("Name", "Role"), rows=tuple((each, "x") for each in cells))


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def sheets(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.mark.parametrize("cell", HOSTILE)
def test_no_cell_of_a_csv_begins_a_formula(cell):
    [_, [read, _]] = read_csv(as_csv(table(cell)))

    assert read[0] == "'"
    assert "\u202e" not in read


@pytest.mark.parametrize("cell", HOSTILE)
def test_no_cell_of_a_workbook_is_a_formula_or_a_link(cell):
    sheet = sheets(as_xlsx([table(cell)], T)).active

    assert sheet["A2"].data_type == "s"
    assert sheet["A2"].hyperlink is None


@pytest.mark.parametrize(
    "cell", ["http://x.example", "mailto:a@x.example", "12.5", "1e5", "", 'O\'Brien, "Ann"', "Gr\u00e4f\nin"]
)
def test_what_is_harmless_is_as_it_was(cell):
    sheet = sheets(as_xlsx([table(cell)], T)).active

    assert read_csv(as_csv(table(cell))) == [["Name", "Role"], [cell, "x"]]
    assert (sheet["A2"].value or "") == cell
    assert sheet["A2"].hyperlink is None


def test_a_csv_begins_with_the_mark_that_spreadsheets_look_for():
    assert as_csv(table("a")) == b'\xef\xbb\xbf"Name","Role"\r\n"a","x"\r\n'


@pytest.mark.parametrize("cell", ["a\0b", "j\udce9", "\x1b[2J", "\ufeff", "\u200b"])
def test_what_hides_or_cannot_be_written_is_shown(cell):
    sheet = sheets(as_xlsx([table(cell)], T)).active
    written = [read_csv(as_csv(table(cell)))[1][0], sheet["A2"].value]

    for text in written:
        assert text.isprintable()
        assert "\\u" in text


def test_a_sheet_has_its_head_in_view_and_columns_as_wide_as_their_words():
    book = sheets(as_xlsx([table("a" * 30), table("b" * 500, title="Viewed")], T))

    assert book.sheetnames == ["Access", "Viewed"]
    assert [each.freeze_panes for each in book] == ["A2", "A2"]
    assert 30 <= book["Access"].column_dimensions["A"].width <= 35
    assert book["Viewed"].column_dimensions["A"].width < 80


def test_sheets_have_names_that_a_workbook_takes():
    titles = ["a/b:c*d?[e]\\", "x" * 40, "X" * 40, "", "x" * 31]

    names = sheets(as_xlsx([table("a", title=each) for each in titles], T)).sheetnames

    assert len({each.casefold() for each in names}) == 5
    assert all(0 < len(each) <= 31 for each in names)


def test_a_cell_too_long_for_a_workbook_is_cut_and_says_so():
    sheet = sheets(as_xlsx([table("a" * (LONGEST_CELL + 1), "b" * LONGEST_CELL)], T)).active

    assert len(sheet["A2"].value) == LONGEST_CELL
    assert "cut" in sheet["A2"].value
    assert sheet["A3"].value == "b" * LONGEST_CELL


def test_a_workbook_names_no_user_and_no_machine():
    content = as_xlsx([table("a")], T)
    properties = sheets(content).properties

    assert (properties.creator, properties.lastModifiedBy) == ("LeakGuard", "LeakGuard")
    assert properties.created == T.replace(tzinfo=None)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not any("vba" in each or "external" in each for each in archive.namelist())


def test_an_empty_table_has_its_head():
    assert read_csv(as_csv(table())) == [["Name", "Role"]]
    assert sheets(as_xlsx([table()], T)).active["A1"].value == "Name"
