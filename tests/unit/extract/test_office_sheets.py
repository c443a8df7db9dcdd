"""Workbooks: what stands where, when it is not in a cell."""

from __future__ import annotations

from leakguard.extract import Limits
from leakguard.model.content import GapKind, Role
from tests.unit.extract.make import gap_kinds, place_of, read_file, texts, words, zipped

_TYPES = {"[Content_Types].xml": b"<Types/>"}
_BOOK = b"<workbook xmlns:r='r'><sheets><sheet name='Front' r:id='r1'/></sheets></workbook>"


def _rels(*targets: str) -> bytes:
    found = "".join(f"<Relationship Id='r{number}' Target='{each}'/>" for number, each in enumerate(targets, 1))
    return f"<Relationships>{found}</Relationships>".encode()


def _book(sheet: str, *targets: str, **parts: str) -> bytes:
    """targets: what the sheet refers to. parts: further parts by name."""
    members = {
        **_TYPES,
        "xl/workbook.xml": _BOOK,
        "xl/_rels/workbook.xml.rels": _rels("worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f"<worksheet>{sheet}</worksheet>".encode(),
        "xl/worksheets/_rels/sheet1.xml.rels": _rels(*targets),
    }
    return zipped({**members, **{f"xl/{name}.xml": each.encode() for name, each in parts.items()}})


_ROW = "<sheetData><row r='1'><c r='A1'><v>1</v></c></row></sheetData>"


def test_notes_and_threads_have_the_cell_and_authors_are_names() -> None:
    notes = (
        "<comments><authors><author>Bob Person</author></authors><commentList><comment ref='B4'><text><t>words of "
        "a note</t></text></comment></commentList></comments>"
    )
    thread = "<threadedComment ref='C5'><text>words of a thread</text></threadedComment>"
    thread = f"<ThreadedComments>{thread}</ThreadedComments>"
    people = "<personList><person displayName='Ann Other'/></personList>"
    found = read_file(_book(_ROW, "../comments1.xml", "../thread1.xml", comments1=notes, thread1=thread, person=people))

    assert place_of(found, "words of a note") == "attachment, Front!B4, comment"
    assert place_of(found, "words of a thread") == "attachment, Front!C5, comment"
    assert "Bob Person" in words(found, Role.NAME)
    assert "Ann Other" in words(found, Role.NAME)
    assert "Bob" not in words(found, Role.ATTACHMENT)


def test_headers_lose_their_codes_and_nothing_else() -> None:
    code = '&amp;L&amp;"Arial,Bold"&amp;14R&amp;&amp;D up&amp;C&amp;K01+000now'
    margins = f"<headerFooter><oddHeader>{code}</oddHeader></headerFooter>"
    found = read_file(_book(_ROW + margins))

    assert "R&D up\tnow" in texts(found)
    assert place_of(found, "R&D up") == "attachment, Front, header"


def test_lists_of_choices_filters_and_conditions_are_read() -> None:
    more = (
        "<autoFilter><filterColumn><filters><filter val='Wales'/></filters></filterColumn></autoFilter>"
        '<dataValidations><dataValidation><formula1>"up,down"</formula1></dataValidation></dataValidations>'
        '<extLst><x14:dataValidation><x14:formula1><xm:f>"later,sooner"</xm:f></x14:formula1></x14:dataValidation></extLst>'
        "<conditionalFormatting><cfRule text='falling'><formula>A1</formula></cfRule></conditionalFormatting>"
    )
    found = words(read_file(_book(_ROW + more)))

    for each in ("Wales", "up,down", "later,sooner", "falling"):
        assert each in found


def test_a_chart_is_a_table_with_its_numbers_as_displayed() -> None:
    cache = "<c:numCache><c:formatCode>0.0%</c:formatCode><c:pt idx='0'><c:v>0.051</c:v></c:pt></c:numCache>"
    chart = (
        "<c:chartSpace><c:chart><c:title><a:p><a:r><a:t>words of a title</a:t></a:r></a:p></c:title><c:ser>"
        "<c:tx><c:strRef><c:strCache><c:pt idx='0'><c:v>Rate</c:v></c:pt></c:strCache></c:strRef></c:tx>"
        "<c:cat><c:strLit><c:pt idx='0'><c:v>North</c:v></c:pt></c:strLit></c:cat>"
        f"<c:val><c:numRef>{cache}</c:numRef></c:val></c:ser></c:chart></c:chartSpace>"
    )
    found = read_file(_book(_ROW, "../drawing1.xml", drawing1="<wsDr/>", chart1=chart))

    assert "words of a title\n\nRate\nNorth\t5.1%" in texts(found)
    assert place_of(found, "North\t5.1%") == "attachment, chart"


def test_a_drawing_says_which_cell_it_hangs_on() -> None:
    drawing = (
        "<xdr:wsDr><xdr:twoCellAnchor>"
        "<xdr:from><xdr:col>1</xdr:col><xdr:colOff>9</xdr:colOff><xdr:row>3</xdr:row></xdr:from>"
        "<xdr:to><xdr:col>5</xdr:col><xdr:row>6</xdr:row></xdr:to><xdr:sp><xdr:nvSpPr><xdr:cNvPr id='2' name='Box 1' "
        "descr='words of alt'/></xdr:nvSpPr><xdr:txBody><a:p><a:r><a:t>rec</a:t></a:r><a:r><a:t>ord</a:t></a:r></a:p>"
        "</xdr:txBody></xdr:sp></xdr:twoCellAnchor></xdr:wsDr>"
    )
    found = read_file(_book(_ROW, "../drawing1.xml", drawing1=drawing))

    assert place_of(found, "record") == "attachment, Front!B4, drawing"
    assert "words of alt" in words(found, Role.ATTACHMENT)


def test_the_records_behind_a_pivot_table_are_rows() -> None:
    fields = (
        "<pivotCacheDefinition><cacheFields><cacheField name='Area'><sharedItems><s v='North'/></sharedItems>"
        "</cacheField>"
        "<cacheField name='Rate' numFmtId='10'><sharedItems/></cacheField></cacheFields></pivotCacheDefinition>"
    )
    records = "<pivotCacheRecords><r><x v='0'/><n v='0.0512'/></r></pivotCacheRecords>"
    members = {
        **_TYPES,
        "xl/workbook.xml": _BOOK,
        "xl/pivotCache/d1.xml": fields.encode(),
        "xl/pivotCache/_rels/d1.xml.rels": _rels("r1.xml"),
        "xl/pivotCache/r1.xml": records.encode(),
    }
    found = read_file(zipped(members))

    assert "North\t5.12%" in texts(found)
    assert "Area" in words(found)


def test_cells_of_other_workbooks_are_read() -> None:
    link = (
        "<externalLink><externalBook><sheetNames><sheetName val='Secret'/></sheetNames>"
        "<sheetDataSet><sheetData><row r='1'>"
        "<cell r='A1' t='str'><v>North</v></cell><cell r='B1'><v>5.1</v></cell></row></sheetData></sheetDataSet>"
        "</externalBook></externalLink>"
    )
    found = read_file(_book(_ROW, externalLink1=link))

    assert "North\t5.1" in texts(found, Role.HIDDEN)
    assert "Secret" in texts(found, Role.HIDDEN)


def test_excel_of_2003_is_read_as_displayed() -> None:
    xml = (
        "<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet' xmlns:ss='urn:s'>"
        "<Styles><Style ss:ID='p'><NumberFormat ss:Format='0.0%'/></Style></Styles><Worksheet ss:Name='Front'><Table>"
        "<Row ss:Index='2'><Cell ss:Index='3'><Data ss:Type='String'>Rate</Data></Cell><Cell ss:StyleID='p'>"
        "<Data ss:Type='Number'>0.051</Data><Comment ss:Author='Bob'><ss:Data>a note</ss:Data></Comment></Cell></Row>"
        "</Table></Worksheet></Workbook>"
    )
    found = read_file(xml.encode())

    assert texts(found)[0] == "Rate\t5.1%"
    assert place_of(found, "5.1%") == "attachment, Front!D2"
    assert place_of(found, "a note") == "attachment, Front!D2, comment"


def test_one_long_string_in_many_cells_is_a_gap() -> None:
    rows = "".join("<row><c t='s'><v>0</v></c></row>" for _ in range(2_000))
    strings = f"<sst><si><t>{'words ' * 2_000}</t></si></sst>"
    found = read_file(_book(f"<sheetData>{rows}</sheetData>", sharedStrings=strings), Limits(text_chars=1_000_000))

    assert GapKind.TOO_LARGE in gap_kinds(found)


def test_elements_nested_without_end_are_a_gap() -> None:
    found = read_file(_book("<a>" * 100_000 + "</a>" * 100_000))

    assert gap_kinds(found) == [GapKind.TOO_DEEP]
