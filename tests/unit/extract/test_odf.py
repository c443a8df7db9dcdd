"""OpenDocument files: each text once, in its place."""

from __future__ import annotations

from leakguard.extract import Limits
from leakguard.model.content import GapKind, Role
from tests.unit.extract.make import gap_kinds, place_of, read_file, texts, words, zipped


def _content(kind: str, body: str, **others: str) -> bytes:
    xml = f"<office:body><office:{kind}>{body}</office:{kind}></office:body>"
    xml = f"<office:document-content>{xml}</office:document-content>"
    members = {f"{name}.xml": each.encode() for name, each in others.items()}
    return zipped({"mimetype": b"application/vnd.oasis.opendocument", "content.xml": xml.encode(), **members})


def _p(text: str) -> str:
    return f"<text:p>{text}</text:p>"


def test_what_hangs_on_a_paragraph_does_not_part_it() -> None:
    note = f"<text:note-citation>1</text:note-citation><text:note-body>{_p('words of a note')}</text:note-body>"
    note = f"<text:note>{note}</text:note>"
    comment = f"<dc:creator>Bob Person</dc:creator><dc:date>2026</dc:date>{_p('a comment')}"
    comment = f"<office:annotation>{comment}</office:annotation>"
    box = f"<draw:text-box>{_p('words of a box')}</draw:text-box><svg:desc>words of alt</svg:desc>"
    box = f"<draw:frame>{box}</draw:frame>"
    found = read_file(_content("text", _p(f"rec{note}{comment}{box}ord") + _p("next")))

    assert texts(found)[0] == "record\n\nwords of a note\n\na comment\n\nwords of a box\n\nwords of alt\n\nnext"
    assert place_of(found, "words of a note") == "attachment, footnote 1"
    assert place_of(found, "a comment") == "attachment, comment 1"
    assert place_of(found, "next") == "attachment, paragraph 2"
    assert "Bob Person" in words(found, Role.NAME)


def test_spaces_fields_and_breaks_are_read_as_they_look() -> None:
    found = read_file(
        _content("text", _p("a<text:s text:c='3'/>b<text:tab/>c<text:line-break/>d <text:date>31 March</text:date>"))
    )

    assert texts(found)[0] == "a b\tc\nd 31 March"


def test_tracked_deletions_are_hidden_text() -> None:
    change = f"<text:deletion><dc:creator>Bob</dc:creator>{_p('deleted words')}</text:deletion>"
    change = f"<text:changed-region>{change}</text:changed-region>"
    found = read_file(_content("text", f"<text:tracked-changes>{change}</text:tracked-changes>{_p('stays')}"))

    assert texts(found, Role.ATTACHMENT) == ["stays"]
    assert "deleted words" in words(found, Role.HIDDEN)


def test_headers_are_read_and_styles_are_not() -> None:
    styles = (
        "<office:document-styles><office:styles><number:text>per cent</number:text></office:styles>"
        "<office:master-styles>"
        f"<style:header>{_p('words of a header')}</style:header></office:master-styles></office:document-styles>"
    )
    found = read_file(_content("text", _p("x"), styles=styles))

    assert place_of(found, "words of a header") == "attachment, header"
    assert "per cent" not in words(found)


def test_cells_have_places_and_repeated_ones_end() -> None:
    cells = (
        "<table:table table:name='Front'><table:table-row table:number-rows-repeated='1048000'>"
        "<table:table-cell table:number-columns-repeated='16000'/></table:table-row><table:table-row>"
        f"<table:table-cell><office:annotation>{_p('a comment')}</office:annotation>{_p('North')}{_p('East')}"
        "</table:table-cell><table:table-cell office:value-type='percentage' office:value='0.051'><text:p>5.1%</text:p>"
        "</table:table-cell><table:table-cell table:number-columns-repeated='16000' office:value='7'/>"
        "</table:table-row></table:table>"
    )
    found = read_file(_content("spreadsheet", cells))

    assert texts(found)[0] == "North East\t5.1%" + "\t7" * 8
    assert place_of(found, "5.1%") == "attachment, Front!B1048001"
    assert place_of(found, "a comment") == "attachment, Front!A1048001, comment"


def test_slides_and_their_notes_have_numbers() -> None:
    page = "<draw:page draw:name='page1'><draw:frame><draw:text-box>{}</draw:text-box></draw:frame>{}</draw:page>"
    notes = f"<presentation:notes><draw:frame>{_p('words of notes')}</draw:frame></presentation:notes>"
    found = read_file(_content("presentation", page.format(_p("one"), "") + page.format(_p("two"), notes)))

    assert place_of(found, "two") == "attachment, slide 2"
    assert place_of(found, "words of notes") == "attachment, slide 2 notes"


def test_a_flat_file_is_read_once_and_with_its_properties() -> None:
    xml = (
        "<?xml version='1.0' encoding='UTF-8'?>"
        "<office:document xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0'>"
        "<office:meta><dc:title>words of a title</dc:title></office:meta><office:settings>setting</office:settings>"
        f"<office:body><office:text>{_p('rec<text:span>ord</text:span>')}</office:text></office:body></office:document>"
    )
    found = read_file(xml.encode())

    assert texts(found) == ["record", "words of a title"]
    assert place_of(found, "words of a title") == "attachment, property title"


def test_a_locked_file_says_so_and_nothing_else() -> None:
    manifest = (
        "<manifest:manifest><manifest:file-entry manifest:full-path='content.xml'><manifest:encryption-data/>"
        "</manifest:file-entry></manifest:manifest>"
    )
    found = read_file(zipped({"META-INF/manifest.xml": manifest.encode(), "content.xml": bytes(range(128, 256)) * 9}))

    assert gap_kinds(found) == [GapKind.ENCRYPTED]


def test_more_cells_than_allowed_is_a_gap_and_the_rest_is_read() -> None:
    rows = "".join(
        f"<table:table-row><table:table-cell>{_p(f'cell {n}')}</table:table-cell></table:table-row>" for n in range(99)
    )
    found = read_file(_content("spreadsheet", f"<table:table table:name='T'>{rows}</table:table>"), Limits(cells=50))

    assert gap_kinds(found) == [GapKind.TOO_MANY]
    assert "cell 49" in words(found)
