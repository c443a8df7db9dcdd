"""PDF: what cannot be read says so, though other pages gave text; what is of no interest does not."""

from __future__ import annotations

import zlib

import pytest

from leakguard.extract import Limits
from leakguard.extract.blob import Blob
from leakguard.extract.limits import Budget
from leakguard.extract.pdf import pictures
from leakguard.extract.pdf.pdf import read_pdf
from leakguard.model.content import GapKind, Span
from tests.unit.extract.make import gap_kinds, pdf, read_file, shown, words
from tests.unit.extract.test_pdf import LONG, picture
from tests.unit.extract.test_pdf_bytes import packed, stream

BYTES = bytes(range(256)) * 4  # of no format


def paged(second: bytes) -> bytes:
    """Two pages; the second one's content is this stream, with its dictionary."""
    whole = pdf(shown("the first page"), shown("second"))
    start = whole.index(b"13 0 obj")
    return whole[:start] + second + whole[whole.index(b"endobj", start) + 6 :]


def spoilt(content: bytes) -> bytes:
    coded = bytearray(zlib.compress(content, 1))
    coded[10:30] = b"\xff" * 20
    return bytes(coded)


@pytest.mark.parametrize(
    ("second", "kind"),
    [
        pytest.param(stream(13, b"/Filter/FlateDecode", spoilt(shown("lost words"))), GapKind.DAMAGED, id="spoilt"),
        pytest.param(
            stream(13, b"/Filter/FlateDecode", zlib.compress(shown("lost words " * 9))[:25]), GapKind.DAMAGED, id="cut"
        ),
        pytest.param(stream(13, b"/Filter/OtherDecode", b"lost words"), GapKind.UNSUPPORTED, id="unknown packing"),
        pytest.param(
            stream(14, b"", shown("lost words")).replace(b"14 0 obj", b"14 x obj"), GapKind.DAMAGED, id="gone"
        ),
    ],
)
def test_a_page_that_cannot_be_read_is_a_gap_beside_one_that_can(second: bytes, kind: GapKind) -> None:
    found = read_file(paged(second))

    assert "the first page" in words(found)
    assert kind in gap_kinds(found)


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        pytest.param(stream(100, b"/Type/3D/Subtype/U3D", BYTES), GapKind.UNSUPPORTED, id="model"),
        pytest.param(stream(100, b"/Type/Sound/R 8000/E/Raw", BYTES), GapKind.UNSUPPORTED, id="sound"),
        pytest.param(stream(100, b"", BYTES), GapKind.UNSUPPORTED, id="nobody knows"),
        pytest.param(
            stream(100, b"/Type/ObjStm/N 1/First 6/Filter/FlateDecode", spoilt(b"201 0 <</Alt(lost)>>" * 9)),
            GapKind.DAMAGED,
            id="objects",
        ),
    ],
)
def test_a_stream_that_nobody_reads_is_a_gap(more: bytes, kind: GapKind) -> None:
    assert gap_kinds(read_file(pdf(shown("page"), more=more))) == [kind]


@pytest.mark.parametrize(
    "more",
    [
        pytest.param(b"100 0 obj<</FontFile3 101 0 R>>endobj\n" + stream(101, b"", BYTES), id="font"),
        pytest.param(b"100 0 obj[/ICCBased 101 0 R]endobj\n" + packed(101, b"/N 3", BYTES), id="colours"),
        pytest.param(b"100 0 obj[/Indexed/DeviceRGB 255 101 0 R]endobj\n" + packed(101, b"", BYTES), id="palette"),
        pytest.param(b"100 0 obj<</Thumb 101 0 R>>endobj\n" + packed(101, b"/Width 9/Height 9", BYTES), id="thumbnail"),
        pytest.param(b"100 0 obj<</CIDToGIDMap 101 0 R>>endobj\n" + packed(101, b"", BYTES), id="glyphs"),
        pytest.param(b"100 0 obj<</JBIG2Globals 101 0 R>>endobj\n" + stream(101, b"", BYTES), id="part of a picture"),
        pytest.param(b"100 0 obj<</AIPrivateData1 101 0 R>>endobj\n" + stream(101, b"", BYTES), id="Illustrator"),
        pytest.param(packed(100, b"/FunctionType 0/BitsPerSample 8", BYTES), id="function"),
        pytest.param(stream(100, b"/Length1 9/Filter/FlateDecode", spoilt(BYTES)), id="a spoilt font"),
        pytest.param(
            b"100 0 obj<</ToUnicode 101 0 R>>endobj\n" + stream(101, b"/Filter/FlateDecode", spoilt(BYTES)),
            id="a spoilt map of letters",
        ),
        pytest.param(
            stream(100, b"/Subtype/Form/BBox[0 0 9 9]/Filter/FlateDecode", zlib.compress(shown("page"))[:-4]),
            id="no check sum",
        ),
    ],
)
def test_what_every_file_has_is_no_gap(more: bytes) -> None:
    assert read_file(pdf(shown("page"), more=more)).gaps == ()


def test_a_file_without_a_name_is_read() -> None:
    """LibreOffice puts the document itself into its PDF in this way."""
    inner = pdf(shown("the hidden document"))
    more = b"101 0 obj<</AdditionalStreams[(application/pdf)100 0 R]>>endobj\n" + stream(100, b"", b"\0\0\n" + inner)

    assert "the hidden document" in words(read_file(pdf(shown("page"), more=more)))


def test_a_script_in_utf_16_is_read() -> None:
    script = "\ufeffvar hidden = 'words';".encode("utf-16-be")

    assert "var hidden" in words(read_file(pdf(shown("page"), more=packed(100, b"", script))))


def test_what_letters_stand_for_is_read_beside_the_letters() -> None:
    page = b"BT /F 12 Tf 50 700 Td /Span<</ActualText(the rate)>>BDC (zq xv) Tj EMC ET"
    found = read_file(pdf(page))

    assert "zq xv" in words(found)
    assert "the rate" in words(found)


def test_words_that_are_set_very_tight_are_read_apart() -> None:
    pairs = [("Samuel", "Smith"), ("Federal", "Trade"), ("Bobbie", "Brown"), ("fiscal", "House")]
    lines = b" ".join(b"(%s) Tj 0 -14 Td" % b"".join(each.encode() for each in pair) for pair in pairs)
    tight = b" ".join(b"[(%s)-120(%s)] TJ 0 -14 Td" % (one.encode(), two.encode()) for one, two in pairs)

    assert "Samuel Smith" not in words(read_file(pdf(b"BT /F 12 Tf 50 700 Td " + lines + b" ET")))
    assert "Samuel Smith" in words(read_file(pdf(b"BT /F 12 Tf 50 700 Td " + tight + b" ET")))


def test_text_comes_before_any_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reading that runs out of time has lost pictures only."""
    monkeypatch.setattr(pictures, "can_look", lambda _budget: True)
    page = LONG + b" q 300 0 0 400 50 100 cm /I Do Q"
    content = pdf(page, b"q 300 0 0 400 50 100 cm /I Do Q", shown("the last page"), more=picture(400, 300))
    items = list(read_pdf(Blob(data=content, part="1"), Budget(Limits())))
    kinds = [type(each) for each in items]

    assert kinds == sorted(kinds, key=lambda each: each is Blob)
    assert any(isinstance(each, Span) and "the last page" in each.text for each in items)
    assert [each.place for each in items if isinstance(each, Blob)] == [
        "attachment, page 2, picture",
        "attachment, page 1, picture",
    ]


def test_pictures_beyond_the_work_that_is_left_are_one_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "can_look", lambda _budget: True)
    page = b"q 500 0 0 500 50 100 cm /I Do Q"
    budget = Budget(Limits(ocr_work=1_000_000))
    items = list(read_pdf(Blob(data=pdf(page, page, page, page, more=picture(400, 300)), part="1"), budget))

    assert sum(isinstance(each, Blob) for each in items) == 1
    assert [each.kind for each in items if not isinstance(each, Span | Blob)] == [GapKind.TOO_MANY]


def test_a_page_of_drawn_letters_is_looked_at_or_is_a_gap() -> None:
    letters = " ".join(f"{x} 100 m {x} 140 l {x + 20} 140 l {x + 20} 120 l {x} 120 l" for x in range(10, 500, 7))
    found = read_file(pdf(f"{letters} S".encode()), Limits(ocr_pictures=0))

    assert "page without text" in {gap.detail for gap in found.gaps}


def test_a_page_with_a_frame_and_nothing_in_it_is_no_gap() -> None:
    assert read_file(pdf(b"10 10 500 700 re S", shown("words")), Limits(ocr_pictures=0)).gaps == ()
