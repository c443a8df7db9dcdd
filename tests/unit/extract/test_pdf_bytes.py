"""PDF: what is in its bytes and on no page, damaged files, and bombs."""

from __future__ import annotations

import base64
import zlib

import pytest

from leakguard.extract import Limits
from leakguard.extract.limits import Budget
from leakguard.extract.pdf.filters import unpacked
from leakguard.extract.pdf.strings import strings, text_of
from leakguard.model.content import GapKind, Role
from tests.unit.extract.make import gap_kinds, pdf, place_of, read_file, shown, words


def stream(number: int, dictionary: bytes, content: bytes) -> bytes:
    return b"%d 0 obj<<%s/Length %d>>stream\n%s\nendstream endobj\n" % (number, dictionary, len(content), content)


def packed(number: int, dictionary: bytes, content: bytes) -> bytes:
    return stream(number, dictionary + b"/Filter/FlateDecode", zlib.compress(content))


IN_STREAM = b"201 0 202 24 <</Title(hidden one)>>    <</Alt(hidden two)>>    "


@pytest.mark.parametrize(
    "more",
    [
        pytest.param(b"100 0 obj<</S/URI/URI(mailto:a@b?subject=hidden%20words)>>endobj", id="link"),
        pytest.param(b"100 0 obj<</S/JavaScript/JS(hidden words)>>endobj", id="script"),
        pytest.param(packed(100, b"", b"app.alert('hidden words');"), id="script in a stream"),
        pytest.param(b"100 0 obj<</Type/StructElem/Alt(hidden words)>>endobj", id="alternate text"),
        pytest.param(b"100 0 obj<</Type/Sig/Reason(hidden words)>>endobj", id="signature"),
        pytest.param(b"100 0 obj<</Type/OCG/Name(hidden words)>>endobj", id="layer"),
        pytest.param(b"100 0 obj<</S/D/P(hidden words)>>endobj", id="page label"),
        pytest.param(b"100 0 obj<</T(hidden \\(\\) words (x))/V(hidden words)>>endobj", id="brackets"),
        pytest.param(b"100 0 obj<</V<FEFF00680069006400640065006E00200077006F007200640073>>>endobj", id="hex UTF-16"),
        pytest.param(packed(100, b"/Type/Metadata/Subtype/XML", b"<x:a><dc:d>hidden words</dc:d></x:a>"), id="XMP"),
        pytest.param(packed(100, b"/Type/Metadata", b'<rdf:D dc:title="hidden words"/>'), id="XMP attribute"),
        pytest.param(stream(100, b"", b"BT /F 9 Tf [(hid)-20(den)-400(words)] TJ ET"), id="drawing of no page"),
        pytest.param(packed(100, b"/Type/EmbeddedFile", b"hidden words"), id="file by type"),
        pytest.param(
            b"100 0 obj<</Type/Filespec/F(a.txt)/EF<</F 101 0 R>>>>endobj\n" + packed(101, b"", b"hidden words"),
            id="file by reference",
        ),
        pytest.param(
            b"100 0 obj<</XFA[(a) 101 0 R(b) 102 0 R]>>endobj\n"
            + packed(101, b"", b"<xdp><v>hidden ")
            + packed(102, b"", b"words</v></xdp>"),
            id="form in XML",
        ),
        pytest.param(packed(100, b"/Type/ObjStm/N 1/First 6", b"201 0 <</Alt(hidden words)>>"), id="object stream"),
    ],
)
def test_what_no_page_shows_is_read(more: bytes) -> None:
    found = read_file(pdf(shown("page"), more=more))

    assert "hidden words" in words(found)
    assert found.gaps == ()


def test_what_the_pages_show_is_not_repeated() -> None:
    found = read_file(pdf(shown("shown words"), more=b"100 0 obj<</Alt(Shown  words)>>endobj"))

    assert words(found).lower().count("shown") == 1


def test_names_of_attached_files_are_names() -> None:
    more = b"100 0 obj<</Type/Filespec/UF(figures.txt)/EF<</F 101 0 R>>>>endobj\n" + stream(101, b"", b"words")

    assert "figures.txt" in words(read_file(pdf(shown("page"), more=more)), Role.NAME)


def test_text_that_an_update_took_away_is_read() -> None:
    first = pdf(shown("the embargoed rate"))
    update = stream(11, b"", shown("nothing to see")) + b"trailer<</Root 1 0 R/Prev 0>>\nstartxref\n0\n%%EOF\n"
    found = read_file(first + update)

    assert "nothing to see" in words(found, Role.ATTACHMENT)
    assert "the embargoed rate" in words(found, Role.HIDDEN)
    assert place_of(found, "the embargoed rate") == "attachment, earlier revision, page 1"


def test_a_page_that_was_taken_out_is_read() -> None:
    whole = pdf(shown("first page"), shown("second page"))
    found = read_file(whole.replace(b"/Kids[10 0 R 12 0 R]/Count 2", b"/Kids[10 0 R]/Count 1"))

    assert "second page" in words(found, Role.HIDDEN)


def test_what_stands_behind_the_end_is_read() -> None:
    found = read_file(pdf(shown("page")) + b"\nSome words that somebody wrote behind the end of the file.\n")

    assert "behind the end" in words(found)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\r\n\r\n" + pdf(shown("words")), id="blanks before it"),
        pytest.param(b"\xff\xfe\0\0junk" * 40 + pdf(shown("words")), id="junk before it"),
        pytest.param(pdf(shown("words")).replace(b"%%EOF", b""), id="no end mark"),
        pytest.param(pdf(shown("words")).partition(b"trailer")[0], id="no trailer"),
        pytest.param(pdf(shown("words")).replace(b"/Length ", b"/Length 9"), id="wrong lengths"),
        pytest.param(pdf(shown("words")).replace(b"/Kids[", b"/Kidz["), id="no list of pages"),
    ],
)
def test_a_damaged_file_is_read_as_far_as_it_goes(content: bytes) -> None:
    assert "words" in words(read_file(content), Role.ATTACHMENT)


def test_a_file_that_nothing_can_open_gives_its_strings_and_a_gap() -> None:
    broken = b"%PDF-1.7\n" + stream(5, b"", shown("some words")) + b"6 0 obj<</Title(other words)>>endobj"
    found = read_file(broken)

    assert "some words" in words(found)
    assert "other words" in words(found)
    assert gap_kinds(found) == [GapKind.DAMAGED]


def _form(number: int, content: bytes) -> bytes:
    inner = b"/Resources<</XObject<</X %d 0 R>>>>" % (number + 1)
    return stream(number, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]" + inner, content)


@pytest.mark.parametrize(
    ("content", "more", "kind"),
    [
        pytest.param(b"(a) Tj " * 400_000, b"", GapKind.TOO_LARGE, id="very many strings"),
        pytest.param(
            b"q Q", b"".join(_form(100 + n, b"/X Do " * 10) for n in range(9)), GapKind.TOO_LARGE, id="forms in forms"
        ),
        pytest.param(b"q Q", packed(100, b"", b" " * 6_000_000), GapKind.TOO_LARGE, id="a stream of blanks"),
        pytest.param(
            b"q Q",
            stream(100, b"/Filter[/FlateDecode/FlateDecode]", zlib.compress(zlib.compress(b" " * 6_000_000))),
            GapKind.TOO_LARGE,
            id="packed twice",
        ),
    ],
)
def test_a_bomb_is_a_gap_before_pdfium_sees_it(content: bytes, more: bytes, kind: GapKind) -> None:
    found = read_file(pdf(content, more=more), Limits(expanded_bytes=5_000_000))

    assert kind in gap_kinds(found)


def test_beginnings_without_ends_take_linear_time() -> None:
    assert GapKind.DAMAGED in gap_kinds(read_file(b"%PDF-1.4\n" + b"1 0 obj<<>>stream\n" * 50_000))


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("FlateDecode", zlib.compress(b"some words")),
        ("ASCIIHexDecode", b"736f6d65 20776f726473>"),
        ("ASCII85Decode", base64.a85encode(b"some words") + b"~>"),
        ("RunLengthDecode", b"\x04some \x04words\x80"),
    ],
)
def test_every_packing_is_undone(name: str, encoded: bytes) -> None:
    content = unpacked(b"<</Filter/" + name.encode() + b">>", encoded, Budget(Limits()))

    assert (content.data, content.fault) == (b"some words", None)


def test_the_example_of_the_standard_is_unpacked() -> None:
    """ref: ISO 32000, LZWDecode"""
    encoded = bytes.fromhex("800B6050220C0C8501")

    assert unpacked(b"<</Filter/LZWDecode>>", encoded, Budget(Limits())).data == b"-----A---B"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"plain", "plain"),
        (b"\xfe\xff\0a\0b", "ab"),
        (b"\xef\xbb\xbfcaf\xc3\xa9", "café"),
        (b"caf\xe9 \x84 bar", "café — bar"),
        (b"\x01\x92\xf3\x88\x99\xaa\xa0\xff", ""),
    ],
)
def test_text_strings_have_several_encodings(raw: bytes, text: str) -> None:
    assert text_of(raw) == text


def test_strings_know_the_name_before_them() -> None:
    body = rb"<</T(a \(b\) (c) \101)/Kids[1 0 R]/V<6162>/Opt[(x)(y)]>>"

    assert list(strings(body)) == [("T", b"a (b) (c) A"), ("V", b"ab"), ("Opt", b"x"), ("Opt", b"y")]
