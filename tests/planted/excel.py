"""Places in workbooks."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import openpyxl
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from tests.planted.index import plant
from tests.planted.word import with_part


def _written(fill: Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet], None]) -> bytes:
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Front")
    sheet.write(0, 0, "As agreed")
    fill(book, sheet)
    book.close()
    return out.getvalue()


def _openpyxl(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"] = "As agreed"
    fill(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@plant("Excel", "cell", says="Front!C3")
def cell(phrase: str) -> bytes:
    return _written(lambda _, sheet: sheet.write(2, 2, phrase))


@plant("Excel", "rich text in a cell", says="Front!B2")
def rich(phrase: str) -> bytes:
    return _written(
        lambda book, sheet: sheet.write_rich_string(1, 1, phrase[:5], book.add_format({"bold": 1}), phrase[5:])
    )


@plant("Excel", "cells of a row", says="Front!A2")
def row(phrase: str) -> bytes:
    return _written(lambda _, sheet: sheet.write_row(1, 0, phrase.split()))


@plant("Excel", "text cell stored in place")
def inline(phrase: str) -> bytes:
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "in_memory": False})
    book.add_worksheet().write(0, 0, phrase)
    book.close()
    return out.getvalue()


@plant("Excel", "hidden sheet", says="Back!A1")
def hidden_sheet(phrase: str) -> bytes:
    def fill(book: xlsxwriter.Workbook, _: xlsxwriter.worksheet.Worksheet) -> None:
        back = book.add_worksheet("Back")
        back.write(0, 0, phrase)
        back.very_hidden()

    return _written(fill)


@plant("Excel", "hidden row and column", says="Front!E9")
def hidden_row(phrase: str) -> bytes:
    def fill(_: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.write(8, 4, phrase)
        sheet.set_row(8, None, None, {"hidden": True})
        sheet.set_column(4, 4, None, None, {"hidden": True})

    return _written(fill)


@plant("Excel", "note", says="comment")
def note(phrase: str) -> bytes:
    return _written(lambda _, sheet: sheet.write_comment("B4", phrase))


@plant("Excel", "note by another writer", says="comment")
def other_note(phrase: str) -> bytes:
    def fill(book: openpyxl.Workbook) -> None:
        book.active["B4"].comment = Comment(phrase, "Ana")

    return _openpyxl(fill)


@plant("Excel", "threaded comment", says="comment")
def threaded(phrase: str) -> bytes:
    names = 'xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"'
    comment = f'<threadedComment ref="B4" id="1"><text>{phrase}</text></threadedComment>'
    xml = f"<ThreadedComments {names}>{comment}</ThreadedComments>"
    return with_part(_written(lambda *_: None), "xl/threadedComments/threadedComment1.xml", xml.encode())


@plant("Excel", "defined name")
def defined_name(phrase: str) -> bytes:
    def fill(book: openpyxl.Workbook) -> None:
        book.defined_names["area"] = DefinedName("area", attr_text=f'"{phrase}"')

    return _openpyxl(fill)


@plant("Excel", "name of a sheet", says="sheet name")
def sheet_name(phrase: str) -> bytes:
    return _written(lambda book, _: book.add_worksheet(phrase).write(0, 0, 1))


@plant("Excel", "text in a formula")
def in_formula(phrase: str) -> bytes:
    return _written(lambda _, sheet: sheet.write_formula("B2", f'=IF(A1>0,"{phrase}","")', None, ""))


@plant("Excel", "cached value of a formula", says="Front!B2")
def cached(phrase: str) -> bytes:
    return _written(lambda _, sheet: sheet.write_formula("B2", "=Z1", None, phrase))


@plant("Excel", "page header", says="header")
def header(phrase: str) -> bytes:
    return _written(lambda _, sheet: sheet.set_header(f'&L&"Arial,Bold"&14 {phrase}'))


@plant("Excel", "title of a chart", says="chart")
def chart_title(phrase: str) -> bytes:
    def fill(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Front!$A$1:$A$2", "name": "rate"})
        chart.set_title({"name": phrase})
        sheet.insert_chart("D4", chart)

    return _written(fill)


@plant("Excel", "name of a series in a chart sheet", says="chart")
def series(phrase: str) -> bytes:
    def fill(book: xlsxwriter.Workbook, _: xlsxwriter.worksheet.Worksheet) -> None:
        page = book.add_chartsheet("Graph")
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=Front!$A$1:$A$2", "name": phrase})
        page.set_chart(chart)

    return _written(fill)


@plant("Excel", "text box")
def text_box(phrase: str) -> bytes:
    return _written(lambda _, sheet: sheet.insert_textbox("B2", phrase))


@plant("Excel", "alternative text of a text box")
def alternative(phrase: str) -> bytes:
    return _written(lambda _, sheet: sheet.insert_textbox("B2", "see", {"description": phrase}))


@plant("Excel", "message of a data validation")
def validation(phrase: str) -> bytes:
    def fill(book: openpyxl.Workbook) -> None:
        rule = DataValidation(
            type="list", formula1='"yes,no"', promptTitle="Note", prompt=phrase, showInputMessage=True
        )
        book.active.add_data_validation(rule)
        rule.add("B2")

    return _openpyxl(fill)


@plant("Excel", "tooltip of a link")
def tooltip(phrase: str) -> bytes:
    return _written(lambda _, sheet: sheet.write_url("B2", "internal:Front!A1", string="see", tip=phrase))


@plant("Excel", "subject property", says="property")
def subject(phrase: str) -> bytes:
    return _written(lambda book, _: book.set_properties({"subject": phrase}))


@plant("Excel", "custom property", says="property")
def custom(phrase: str) -> bytes:
    return _written(lambda book, _: book.set_custom_property("Status", phrase))


@plant("Excel", "cached cells of another workbook")
def external(phrase: str) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    data = f'<sheetData sheetId="0"><row r="1"><cell r="A1" t="str"><v>{phrase}</v></cell></row></sheetData>'
    xml = (
        f'<externalLink xmlns="{main}"><externalBook><sheetDataSet>{data}</sheetDataSet></externalBook></externalLink>'
    )
    return with_part(_written(lambda *_: None), "xl/externalLinks/externalLink1.xml", xml.encode())


@plant("Excel", "flat XML file of 2003")
def flat(phrase: str) -> bytes:
    ss = "urn:schemas-microsoft-com:office:spreadsheet"
    cells = "".join(f'<Cell><Data ss:Type="String">{word}</Data></Cell>' for word in phrase.split())
    table = f'<Worksheet ss:Name="Front"><Table><Row>{cells}</Row></Table></Worksheet>'
    return f'<?xml version="1.0"?><Workbook xmlns="{ss}" xmlns:ss="{ss}">{table}</Workbook>'.encode()


def _number(value: float, pattern: str) -> bytes:
    return _written(lambda book, sheet: sheet.write_number(1, 1, value, book.add_format({"num_format": pattern})))


def _figure(phrase: str) -> int:
    return int(phrase.split()[2])


@plant("Excel", "percentage", says="Front!B2", shows=lambda phrase: f"{_figure(phrase) / 10:.1f}%")
def percentage(phrase: str) -> bytes:
    return _number(_figure(phrase) / 1000, "0.0%")


@plant("Excel", "thousands", says="Front!B2", shows=lambda phrase: f"{_figure(phrase) * 1000:,}")
def thousands(phrase: str) -> bytes:
    return _number(_figure(phrase) * 1000, "#,##0")


@plant("Excel", "number of pounds with colours", says="Front!B2", shows=lambda phrase: f"-£{_figure(phrase):,}.00")
def pounds(phrase: str) -> bytes:
    return _number(-_figure(phrase), '"£"#,##0.00;[Red]-"£"#,##0.00')
