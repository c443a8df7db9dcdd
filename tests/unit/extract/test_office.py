"""Workbooks, documents and presentations: what readers see, wherever in the file it is."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import docx
import openpyxl
import pptx
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from leakguard.extract import Limits
from leakguard.extract.office.numbers import render
from leakguard.model.content import GapKind, Role
from tests.unit.extract.make import gap_kinds, place_of, png, read_file, texts, words, zipped


def _saved(file: object) -> bytes:
    target = BytesIO()
    file.save(target)  # type: ignore[attr-defined]
    return target.getvalue()


def _workbook() -> openpyxl.Workbook:
    workbook = openpyxl.Workbook()
    workbook.active.title = "Table 2"
    return workbook


def test_a_sheet_is_rows_and_cells_with_a_place_for_each_cell() -> None:
    workbook = _workbook()
    workbook.active.append(["Region", "Rate"])
    workbook.active.append(["North East", "high"])
    found = read_file(_saved(workbook))

    assert texts(found)[0] == "Region\tRate\nNorth East\thigh"
    assert place_of(found, "high") == "attachment, Table 2!B2"
    assert found.gaps == ()


def test_an_empty_row_is_a_blank_line() -> None:
    workbook = _workbook()
    workbook.active["A1"], workbook.active["A3"] = "one", "two"

    assert texts(read_file(_saved(workbook)))[0] == "one\n\ntwo"


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        pytest.param("0.051", "0.0%", "5.1%", id="per cent"),
        pytest.param("1234567", "#,##0", "1,234,567", id="thousands"),
        pytest.param("-1234", "#,##0_);[Red](#,##0)", "(1,234)", id="negative in brackets"),
        pytest.param("-0.25", "0.0", "-0.3", id="half away from zero"),
        pytest.param("2.675", "0.00", "2.68", id="as written, not as stored"),
        pytest.param("0.30000000000000004", "General", "0.3", id="general"),
        pytest.param("34250", "General", "34250", id="whole"),
        pytest.param("46112", "dd/mm/yyyy", "31/03/2026", id="date"),
        pytest.param("46112", "mmm yyyy", "Mar 2026", id="month"),
        pytest.param("46112.395833333", "d mmmm yyyy hh:mm", "31 March 2026 09:30", id="instant"),
        pytest.param("1234567", '£0.0,,"m"', "£1.2m", id="millions"),
        pytest.param("0.2", '+0.0" points";-0.0', "+0.2 points", id="sign and words"),
        pytest.param("12345", "0.0E+00", "1.2E+04", id="scientific"),
        pytest.param("1e999", "0", "1e999", id="beyond all sheets"),
        pytest.param("nonsense", "0", "nonsense", id="no number"),
    ],
)
def test_a_number_is_read_as_it_is_displayed(value: str, code: str, expected: str) -> None:
    assert render(value, code) == expected


def test_numbers_and_dates_in_cells_are_formatted() -> None:
    workbook = _workbook()
    sheet = workbook.active
    sheet["A1"], sheet["B1"], sheet["C1"] = 0.051, 1234567, date(2026, 3, 31)
    sheet["A1"].number_format, sheet["B1"].number_format = "0.0%", "#,##0"
    sheet["C1"].number_format = "dd/mm/yyyy"

    assert texts(read_file(_saved(workbook)))[0] == "5.1%\t1,234,567\t31/03/2026"


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_text_in_a_hidden_sheet_is_read(state: str) -> None:
    workbook = _workbook()
    workbook.create_sheet("Workings")["B2"] = "secret words"
    workbook["Workings"].sheet_state = state
    found = read_file(_saved(workbook))

    assert place_of(found, "secret words") == "attachment, Workings!B2"


def test_everything_else_in_a_workbook_is_read() -> None:
    workbook = _workbook()
    sheet = workbook.active
    sheet["A1"] = "visible"
    sheet["A1"].comment = Comment("words of a note", "Bob")
    sheet.row_dimensions[2].hidden = True
    sheet["A2"] = "words of a hidden row"
    sheet["A3"] = '=IF(A1="x","words of a formula","")'
    sheet.oddFooter.left.text = "words of a footer"
    workbook.properties.title = "words of a property"
    workbook.defined_names["N"] = DefinedName("N", attr_text='"words of a name"')
    found = words(read_file(_saved(workbook)))

    for each in ("note", "hidden row", "formula", "footer", "property", "name"):
        assert f"words of a {each}" in found


def test_charts_text_boxes_and_cached_values_are_read() -> None:
    target = BytesIO()
    workbook = xlsxwriter.Workbook(target)
    sheet = workbook.add_worksheet("Data")
    sheet.write_formula("A1", "=1+1", workbook.add_format({"num_format": "0.0"}), 4.1)
    sheet.insert_textbox("C3", "words of a box")
    chart = workbook.add_chart({"type": "line"})
    chart.add_series({"name": "words of a series", "values": "=Data!$A$1:$A$1"})
    chart.set_title({"name": "words of a title"})
    sheet.insert_chart("E5", chart)
    other = workbook.add_chart({"type": "bar"})
    other.add_series({"name": "words of a chart sheet", "values": "=Data!$A$1:$A$1"})
    workbook.add_chartsheet("Chart 1").set_chart(other)
    sheet.data_validation("B1", {"validate": "list", "source": ["words of a list"], "input_message": "words of a hint"})
    sheet.insert_image("A9", "x.png", {"image_data": BytesIO(_picture(300)), "description": "words of a picture"})
    workbook.close()
    found = read_file(target.getvalue())

    for each in ("box", "series", "chart sheet", "title", "list", "hint", "picture"):
        assert f"words of a {each}" in words(found)
    assert place_of(found, "4.1") == "attachment, Data!A1"


def _picture(size: int) -> bytes:
    from PIL import Image

    target = BytesIO()
    Image.new("RGB", (size, size)).save(target, "PNG")
    return target.getvalue()


def test_more_cells_than_allowed_is_a_gap_and_the_rest_is_read() -> None:
    workbook = _workbook()
    for number in range(100):
        workbook.active.append([f"cell {number}"])
    found = read_file(_saved(workbook), Limits(cells=50))

    assert gap_kinds(found) == [GapKind.TOO_MANY]
    assert "cell 49" in words(found)


def test_a_document_is_read_by_paragraph_with_its_runs_joined() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("record ")
    paragraph.add_run("emp").bold = True
    paragraph.add_run("loyment")
    table = document.add_table(2, 2)
    for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = "abcd"[number]
    document.add_paragraph("after")
    found = read_file(_saved(document))

    assert texts(found)[0] == "record employment\n\na\tb\nc\td\n\nafter"
    assert place_of(found, "employment") == "attachment, paragraph 1"
    assert found.gaps == ()


def test_everything_else_in_a_document_is_read() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("visible")
    document.sections[0].header.paragraphs[0].text = "words of a header"
    document.sections[0].footer.paragraphs[0].text = "words of a footer"
    document.core_properties.subject = "words of a property"
    document.add_comment(paragraph.runs, text="words of a comment", author="Bob")
    found = words(read_file(_saved(document)))

    for each in ("header", "footer", "property", "comment"):
        assert f"words of a {each}" in found


def _document(body: str) -> bytes:
    xml = f'<w:document xmlns:w="w"><w:body>{body}</w:body></w:document>'
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": xml.encode()})


def test_a_tracked_deletion_is_hidden_text_and_does_not_part_the_words_around_it() -> None:
    found = read_file(
        _document(
            "<w:p><w:r><w:t>record </w:t></w:r><w:del><w:r><w:delText>low </w:delText></w:r></w:del>"
            "<w:r><w:t>employment</w:t></w:r></w:p>"
        )
    )

    assert texts(found, Role.ATTACHMENT) == ["record employment"]
    assert texts(found, Role.HIDDEN) == ["record low employment"]


def test_text_boxes_and_field_codes_are_read() -> None:
    found = read_file(
        _document(
            "<w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>words of a box</w:t></w:r></w:p></w:txbxContent></w:pict>"
            '</w:r><w:r><w:instrText>QUOTE "words of a field"</w:instrText></w:r></w:p>'
        )
    )

    assert "words of a box" in texts(found, Role.ATTACHMENT)
    assert "words of a field" in words(found, Role.HIDDEN)


def test_part_names_do_not_matter() -> None:
    xml = b'<a:document xmlns:a="w"><a:p><a:r><a:t>secret words</a:t></a:r></a:p></a:document>'

    assert "secret words" in words(read_file(zipped({"[Content_Types].xml": b"<Types/>", "odd/name.bin": xml})))


def test_a_presentation_is_read_by_slide_with_notes_and_charts() -> None:
    show = pptx.Presentation()
    for number in (1, 2):
        slide = show.slides.add_slide(show.slide_layouts[5])
        slide.shapes.title.text = f"title {number}"
        slide.notes_slide.notes_text_frame.text = f"words of note {number}"
    table = slide.shapes.add_table(1, 2, Inches(1), Inches(2), Inches(3), Inches(1)).table
    table.cell(0, 0).text, table.cell(0, 1).text = "left", "right"
    data = CategoryChartData(number_format="0.0%")
    data.categories = ["North"]
    data.add_series("Rate", (0.051,))
    slide.shapes.add_chart(XL_CHART_TYPE.PIE, Inches(1), Inches(3), Inches(3), Inches(3), data)
    slide._element.set("show", "0")
    found = read_file(_saved(show))

    assert place_of(found, "title 2") == "attachment, slide 2"
    assert place_of(found, "words of note 2") == "attachment, slide 2 notes"
    assert any("left\tright" in text for text in texts(found))
    assert "5.1%" in words(found)
    assert found.gaps == ()


def test_an_embedded_workbook_is_opened() -> None:
    workbook = _workbook()
    workbook.active["A1"] = "secret words"
    members = {
        "[Content_Types].xml": b"<Types/>",
        "word/document.xml": b"<document/>",
        "word/embeddings/x": _saved(workbook),
    }
    found = read_file(zipped(members))

    assert place_of(found, "secret words") == "attachment, embedded file 3, Table 2!A1"


def test_each_picture_goes_to_the_reader_of_pictures_and_small_ones_do_not() -> None:
    pictures = {f"word/media/image{number}.png": png(size, size) for number, size in enumerate((300, 301, 40))}
    found = read_file(zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>", **pictures}))

    assert {gap.part for gap in found.gaps} == {"2!3", "2!4"}


_DOCUMENT = b"<document><p>words</p></document>"


@pytest.mark.parametrize(
    "name", ["xl/printerSettings/printerSettings1.bin", "docProps/thumbnail.jpeg", "word/fonts/f.odttf"]
)
def test_parts_without_words_are_no_gap(name: str) -> None:
    found = read_file(
        zipped(
            {
                "[Content_Types].xml": b"<Types/>",
                "word/document.xml": b"<document><p>words</p></document>",
                name: b"\0\1\2" * 99,
            }
        )
    )

    assert found.gaps == ()


def test_damaged_xml_is_a_gap_and_its_words_are_read() -> None:
    found = read_file(zipped({"[Content_Types].xml": b"<Types/>", "x/comments.xml": b"<comments><p>secret words</q>"}))

    assert gap_kinds(found) == [GapKind.DAMAGED]
    assert "secret words" in words(found)


def test_entities_are_refused_with_a_gap() -> None:
    bomb = b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><document><p>&b;</p></document>'
    found = read_file(zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": bomb}))

    assert GapKind.UNSUPPORTED in gap_kinds(found)
