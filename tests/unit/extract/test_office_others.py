"""Books, pages for the printer and drawings, which are zip files with XML in them too."""

from __future__ import annotations

from leakguard.model.content import GapKind, Role
from tests.unit.extract.make import gap_kinds, place_of, read_file, texts, words, zipped

_TYPES = {"[Content_Types].xml": b"<Types/>"}


def test_a_book_is_read_in_the_order_of_its_chapters() -> None:
    opf = (
        "<package><metadata><dc:title>words of a title</dc:title></metadata><manifest><item id='b' href='b.xhtml'/>"
        "<item id='a' href='a.xhtml'/></manifest><spine><itemref idref='b'/><itemref idref='a'/></spine></package>"
    )
    page = "<html xmlns='http://www.w3.org/1999/xhtml'><body><p>rec<b>ord</b> {}</p></body></html>"
    members = {
        "mimetype": b"application/epub+zip",
        "META-INF/container.xml": b"<container/>",
        "x/book.opf": opf.encode(),
        "x/a.xhtml": page.format("second").encode(),
        "x/b.xhtml": page.format("first").encode(),
        "x/s.css": b"p { content: 'words of a style' }",
    }
    found = read_file(zipped(members))

    assert place_of(found, "words of a title") == "attachment, property title"
    assert [text for text in texts(found) if text.startswith("record")] == ["record first", "record second"]
    assert "chapter 1" in place_of(found, "record first")
    assert "words of a style" in words(found, Role.HIDDEN)


def test_glyphs_on_a_page_become_lines() -> None:
    glyph = "<Glyphs OriginX='{}' OriginY='{}' FontRenderingEmSize='10' UnicodeString='{}' Indices='{}'/>"
    page = (
        glyph.format(0, 20, "rec", ",50;,50;,50")
        + glyph.format(15, 20, "ord", ",50;,50;,50")
        + glyph.format(35, 20, "high", "")
        + glyph.format(0, 40, "{}next", "")
    )
    found = read_file(zipped({**_TYPES, "Pages/1.fpage": f"<FixedPage>{page}</FixedPage>".encode()}))

    assert texts(found)[0] == "record high\nnext"
    assert place_of(found, "next") == "attachment, page 1"


def test_shapes_of_a_drawing_and_their_data_are_read() -> None:
    page = (
        "<PageContents><Shapes><Shape ID='1' NameU='Sheet'><Text><cp IX='0'/>rec<cp IX='1'/>ord</Text>"
        "<Section N='Property'><Row N='Row_1'><Cell N='Value' V='words of data'/></Row></Section></Shape></Shapes>"
        "</PageContents>"
    )
    found = read_file(zipped({**_TYPES, "visio/pages/page1.xml": page.encode()}))

    assert texts(found)[0] == "record"
    assert place_of(found, "record") == "attachment, page 1"
    assert "words of data" in words(found, Role.ATTACHMENT)


def test_documents_of_iwork_are_one_gap_and_their_preview_is_looked_at() -> None:
    members = {
        "Index/Document.iwa": b"\0\1\2\3" * 9,
        "Index/Metadata.iwa": b"\0\1\2",
        "preview.txt": b"words of a preview",
    }
    found = read_file(zipped(members))

    assert gap_kinds(found) == [GapKind.UNSUPPORTED]
    assert "words of a preview" in words(found)


def test_master_and_comments_of_slides_are_read() -> None:
    slide = b"<p:sld><p:sp><a:p><a:r><a:t>rec</a:t></a:r><a:r><a:t>ord</a:t></a:r></a:p></p:sp></p:sld>"
    comments = b"<p:cmLst><p:cm authorId='1'><p:text>words of a comment</p:text></p:cm></p:cmLst>"
    rels = b"<Relationships><Relationship Id='r1' Target='../comments/c1.xml'/></Relationships>"
    members = {
        **_TYPES,
        "ppt/slides/slide1.xml": slide,
        "ppt/slides/_rels/slide1.xml.rels": rels,
        "ppt/comments/c1.xml": comments,
        "ppt/authors.xml": b"<p:cmAuthorLst><p:cmAuthor name='Bob Person' id='1'/></p:cmAuthorLst>",
        "ppt/slideMasters/m.xml": b"<p:sldMaster><a:p><a:t>words of a master</a:t></a:p></p:sldMaster>",
    }
    found = read_file(zipped(members))

    assert place_of(found, "record") == "attachment, slide 1"
    assert place_of(found, "words of a comment") == "attachment, slide 1, comment 1"
    assert "words of a master" in words(found, Role.ATTACHMENT)
    assert "Bob Person" in words(found, Role.NAME)
