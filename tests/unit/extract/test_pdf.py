"""PDF: what its pages show, and what stands around them."""

from __future__ import annotations

import zlib
from io import BytesIO

import pikepdf
import pytest

from leakguard.extract import Limits, extract_blob
from leakguard.extract.limits import Budget
from leakguard.extract.pdf import pictures
from leakguard.model.content import GapKind, Role
from tests.unit.extract.make import LIMITS, gap_kinds, pdf, place_of, read_file, shown, texts, words

LONG = shown("plenty of words on this page " * 12)


@pytest.fixture
def no_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "can_look", lambda _budget: False)


def picture(width: int, height: int) -> bytes:
    pixels = zlib.compress(b"\x80" * (width * height))
    return (
        b"100 0 obj<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8"
        b"/Filter/FlateDecode/Length %d>>stream\n%s\nendstream endobj" % (width, height, len(pixels), pixels)
    )


def locked(content: bytes, *, user: str, owner: str = "owner") -> bytes:
    target = BytesIO()
    with pikepdf.open(BytesIO(content)) as document:
        document.save(target, encryption=pikepdf.Encryption(user=user, owner=owner, R=6))
    return target.getvalue()


def test_a_word_that_is_hyphenated_at_the_end_of_a_line_is_one_word() -> None:
    page = b"BT /F 12 Tf 50 700 Td (record unem-) Tj 0 -14 Td (ployment) Tj ET"

    assert "unemployment" in words(read_file(pdf(page)))


def test_text_outside_the_page_is_read() -> None:
    page = b"BT /F 12 Tf 50 700 Td (inside) Tj 5000 5000 Td (far outside) Tj ET"

    assert "far outside" in words(read_file(pdf(page)))


def test_what_a_form_field_shows_stands_with_the_text_of_its_page() -> None:
    look = b"BT /F 12 Tf (fell to 4.1) Tj ET"
    field = (
        b"102 0 obj<</Type/Annot/Subtype/Widget/FT/Tx/T(f)/F 4/Rect[200 690 300 710]/AP<</N 103 0 R>>>>endobj\n"
        b"103 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 100 20]/Resources<</Font<</F 3 0 R>>>>/Length %d>>"
        b"stream\n%s\nendstream endobj" % (len(look), look)
    )
    found = read_file(pdf(shown("the rate"), more=field, annotations=b"/Annots[102 0 R]"))

    assert any("the rate" in text and "fell to 4.1" in text for text in texts(found, Role.ATTACHMENT))


@pytest.mark.parametrize(
    ("extra", "wanted", "place"),
    [
        pytest.param(b"/Contents(secret note)", "secret note", "attachment, page 1, note or form", id="note"),
        pytest.param(b"/Subj(secret subject)", "secret subject", "attachment, page 1, note or form", id="subject"),
        pytest.param(b"/TU(secret help)", "secret help", "attachment, page 1, note or form", id="tooltip"),
        pytest.param(b"/RC(<p>secret rich</p>)", "secret rich", "attachment, note", id="rich text"),
        pytest.param(b"/Opt[(one)(secret option)]", "secret option", "attachment, form options", id="options"),
    ],
)
def test_everything_about_an_annotation_is_read(extra: bytes, wanted: str, place: str) -> None:
    note = b"101 0 obj<</Type/Annot/Subtype/Text/Rect[0 0 9 9]%s>>endobj" % extra
    found = read_file(pdf(shown("page"), more=note, annotations=b"/Annots[101 0 R]"))

    assert place_of(found, wanted) == place


def test_bookmarks_have_their_place() -> None:
    outline = (
        b"100 0 obj<</Type/Outlines/First 101 0 R/Last 102 0 R>>endobj\n"
        b"101 0 obj<</Title(First chapter)/Parent 100 0 R/Next 102 0 R>>endobj\n"
        b"102 0 obj<</Title(Second chapter)/Parent 100 0 R>>endobj"
    )
    content = pdf(shown("page"), more=outline).replace(b"/Pages 2 0 R", b"/Pages 2 0 R/Outlines 100 0 R", 1)

    assert place_of(read_file(content), "Second chapter") == "attachment, bookmark 2"


def test_properties_have_their_place() -> None:
    assert place_of(read_file(pdf(shown("page"))), "Document title") == "attachment, property title"


def test_a_file_that_only_the_owner_may_change_is_read() -> None:
    found = read_file(locked(pdf(shown("words")), user=""))

    assert "words" in words(found)
    assert "Document title" in words(found)
    assert found.gaps == ()


def test_a_locked_file_says_so() -> None:
    assert gap_kinds(read_file(locked(pdf(shown("words")), user="sesame"))) == [GapKind.ENCRYPTED]


def test_a_locked_file_opens_with_a_password_of_the_message() -> None:
    budget = Budget(LIMITS, ("wrong", "sesame"))
    from leakguard.extract.blob import Blob
    from leakguard.extract.pdf.pdf import read_pdf

    note = b"101 0 obj<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/RC(rich note)>>endobj"
    content = locked(pdf(shown("words"), more=note, annotations=b"/Annots[101 0 R]"), user="sesame")
    read = " ".join(item.text for item in read_pdf(Blob(data=content, part="1"), budget) if hasattr(item, "text"))

    assert "words" in read
    assert "rich note" in read


def test_a_locked_file_in_a_file_says_so() -> None:
    inner = locked(pdf(shown("words")), user="sesame")
    attached = b"101 0 obj<</Type/EmbeddedFile/Length %d>>stream\n%s\nendstream endobj" % (len(inner), inner)

    assert gap_kinds(read_file(pdf(shown("cover"), more=attached))) == [GapKind.ENCRYPTED]


@pytest.mark.usefixtures("no_ocr")
@pytest.mark.parametrize(
    ("content", "gaps"),
    [
        pytest.param(LONG + b" q 60 0 0 30 50 750 cm /I Do Q", [], id="logo"),
        pytest.param(LONG + b" q 500 0 0 500 50 100 cm /I Do Q", ["picture on a page"], id="chart"),
        pytest.param(b"q 500 0 0 500 50 100 cm /I Do Q", ["page without text"], id="scan"),
        pytest.param(shown("title") + b" q 60 0 0 30 50 750 cm /I Do Q", [], id="title page with a logo"),
        pytest.param(b"", [], id="blank"),
        pytest.param(b"BT /F 12 Tf 50 700 Td ( ) Tj 0 -14 Td (   ) Tj ET", [], id="only blanks"),
    ],
)
def test_only_pictures_that_may_carry_words_are_gaps(content: bytes, gaps: list[str]) -> None:
    found = read_file(pdf(content, more=picture(400, 300)))

    assert [gap.detail for gap in found.gaps] == gaps


@pytest.mark.usefixtures("no_ocr")
def test_a_scan_with_its_text_on_it_is_no_gap() -> None:
    lines = b" ".join(b"1 0 0 1 50 %d Tm (plenty of words on this page) Tj" % (700 - 14 * n) for n in range(20))
    page = b"q 600 0 0 800 0 0 cm /I Do Q BT /F 12 Tf " + lines + b" ET"

    assert read_file(pdf(page, more=picture(400, 300))).gaps == ()


@pytest.mark.usefixtures("no_ocr")
def test_letters_without_a_meaning_are_a_gap() -> None:
    page = b"BT /F 12 Tf 50 700 Td (\\001\\002\\003\\004\\005\\006\\016\\017) Tj ET"

    assert gap_kinds(read_file(pdf(page))) == [GapKind.UNSUPPORTED]


def test_a_picture_is_handed_on_as_it_looks_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    from leakguard.extract.blob import Blob
    from leakguard.extract.pdf.pdf import read_pdf

    monkeypatch.setattr(pictures, "can_look", lambda _budget: True)
    page = LONG + b" q 300 0 0 400 50 100 cm /I Do Q"
    content = pdf(page, more=picture(400, 300), annotations=b"/Rotate 90")
    inner = [each for each in read_pdf(Blob(data=content, part="1"), Budget(Limits())) if isinstance(each, Blob)]
    seen = Image.open(BytesIO(inner[0].data))

    assert [each.place for each in inner] == ["attachment, page 1, picture"]
    assert seen.width == pytest.approx(400 * 200 / 72, abs=3)
    assert seen.height == pytest.approx(300 * 200 / 72, abs=3)
    assert seen.getextrema() == (128, 128)


def test_pages_beyond_the_limit_are_a_gap_and_the_others_are_read() -> None:
    content = pdf(shown("first"), shown("second"), shown("third"))
    found = extract_blob(content, part="1", name="", limits=Limits(pdf_pages=2))

    assert "second" in words(found)
    assert gap_kinds(found) == [GapKind.TOO_MANY]
