"""PDF, tables, archives, and the kinds of file that are known and not read."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO

import pytest

from leakguard.extract import Limits, extract_blob
from leakguard.model.content import GapKind, Role
from tests.unit.extract.make import LIMITS, gap_kinds, mail, pdf, place_of, png, read_file, shown, texts, words, zipped


def test_pdf_pages_are_read_each_with_its_place() -> None:
    found = read_file(pdf(shown("first words"), shown("second words")))

    assert [text.strip() for text in texts(found, Role.ATTACHMENT)] == ["first words", "second words"]
    assert place_of(found, "second words") == "attachment, page 2"
    assert "Document title" in words(found, Role.HIDDEN)
    assert found.gaps == ()


def test_an_empty_pdf_page_is_no_gap() -> None:
    assert read_file(pdf(b"", shown("words"))).gaps == ()


def test_notes_and_form_values_in_a_pdf_are_read() -> None:
    notes = (
        b"101 0 obj<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(words of a note)>>endobj\n"
        b"102 0 obj<</Type/Annot/Subtype/Widget/FT/Tx/T(f)/Rect[0 0 9 9]/V(words of a form)>>endobj"
    )
    found = words(read_file(pdf(shown("page"), more=notes, annotations=b"/Annots[101 0 R 102 0 R]")))

    assert "words of a note" in found
    assert "words of a form" in found


def test_a_damaged_pdf_is_a_gap() -> None:
    assert gap_kinds(read_file(b"%PDF-1.7\n\xff\xfe nothing of a PDF")) == [GapKind.DAMAGED]


def test_more_pdf_pages_than_allowed_is_a_gap() -> None:
    assert gap_kinds(read_file(pdf(*[shown("words")] * 5), Limits(pdf_pages=3))) == [GapKind.TOO_MANY]


def test_a_locked_pdf_is_encrypted() -> None:
    lock = (
        b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<" + b"ab" * 32 + b">/U<" + b"cd" * 32 + b">>>"
        b"/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]"
    )
    locked = pdf(shown("words")).replace(b"trailer<<", b"trailer<<" + lock)

    assert gap_kinds(read_file(locked)) == [GapKind.ENCRYPTED]


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"Region,Rate\nNorth,4.1\nSouth,4.3\n", id="commas"),
        pytest.param(b"Region\tRate\nNorth\t4.1\nSouth\t4.3\n", id="tabs"),
        pytest.param(b'Region;"Rate"\r\nNorth;"4.1"\r\nSouth;4.3\r\n', id="semicolons"),
    ],
)
def test_a_table_is_rows_and_cells_with_a_place_for_each(raw: bytes) -> None:
    found = read_file(raw)

    assert texts(found)[0].strip() == "Region\tRate\nNorth\t4.1\nSouth\t4.3"
    assert place_of(found, "4.3") == "attachment, row 3, column 2"


def test_prose_with_commas_is_no_table() -> None:
    prose = b"Well, this is prose.\nIt has commas, here, and there, too.\nNot here.\n\nNor, I say, in columns, no.\n"

    assert texts(read_file(prose)) == [prose.decode()]


def test_a_zip_is_opened_and_its_file_names_are_read_but_not_in_parts() -> None:
    found = read_file(
        zipped({"record employment.txt": b"words of a file", "inner.zip": zipped({"b": b"words within"})})
    )

    assert {"words of a file", "words within", "record employment.txt"} <= set(texts(found))
    assert {span.part for span in found.spans if "words" in span.text} == {"2!1", "2!2!1"}


def test_a_zip_behind_a_picture_is_opened() -> None:
    found = read_file(b"GIF89a\x01\0\x01\0" + zipped({"a.txt": b"secret words"}))

    assert "secret words" in words(found)


def test_a_locked_zip_member_is_a_gap_and_the_clear_one_is_read() -> None:
    raw = bytearray(zipped({"locked": b"locked words", "clear": b"clear words"}))
    for signature, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        raw[raw.find(signature) + flags] |= 1
    found = read_file(bytes(raw))

    assert gap_kinds(found) == [GapKind.ENCRYPTED]
    assert "clear words" in words(found)


def test_a_zip_with_wrong_contents_is_damaged() -> None:
    raw = zipped({"a": b"words " * 50})

    assert gap_kinds(read_file(raw[:40] + b"\xff\xff\xff" + raw[43:])) == [GapKind.DAMAGED]
    assert gap_kinds(read_file(raw[:60])) == [GapKind.DAMAGED]


def test_unpacking_stops_at_the_limit_whatever_the_directory_says() -> None:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", b"\n" * 50_000_000)
    raw = bytearray(target.getvalue())
    entry = raw.find(b"PK\1\2")
    raw[entry + 24 : entry + 28] = struct.pack("<I", 100)

    assert gap_kinds(read_file(bytes(raw), Limits(expanded_bytes=1_000_000)))[0] in (GapKind.TOO_LARGE, GapKind.DAMAGED)
    assert gap_kinds(read_file(target.getvalue(), Limits(expanded_bytes=1_000_000))) == [GapKind.TOO_LARGE]


def test_archives_in_archives_end_at_the_depth_limit() -> None:
    raw = b"words"
    for _ in range(12):
        raw = zipped({"a": raw})

    assert gap_kinds(read_file(raw, Limits(depth=5))) == [GapKind.TOO_DEEP]


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        pytest.param(
            _OLE + "EncryptedPackage".encode("utf-16-le"), GapKind.DAMAGED, id="remains of a locked Office file"
        ),
        pytest.param(_OLE + "WordDocument".encode("utf-16-le"), GapKind.DAMAGED, id="what is left of an old Word file"),
        pytest.param(_OLE, GapKind.DAMAGED, id="what is left of an OLE file"),
        pytest.param(b"\x1f\x8b\x08" + bytes(30), GapKind.DAMAGED, id="gzip"),
        pytest.param(b"\x78\x9f\x3e\x22" + bytes(30), GapKind.DAMAGED, id="winmail.dat"),
        pytest.param(b"{\\rtf1 words", GapKind.DAMAGED, id="rtf"),
        pytest.param(b"\x7fELF" + bytes(range(32)) * 9, GapKind.UNSUPPORTED, id="program"),
    ],
)
def test_what_cannot_be_read_is_a_gap(raw: bytes, kind: GapKind) -> None:
    assert gap_kinds(read_file(raw)) == [kind]


def test_a_file_that_did_not_come_by_mail_is_read_with_its_name() -> None:
    found = extract_blob(b"plain words", part="1", name="record employment.txt", limits=LIMITS)

    assert texts(found, Role.NAME) == ["record employment.txt"]
    assert texts(found, Role.ATTACHMENT) == ["plain words"]


def test_an_attached_file_is_told_from_a_mail_by_its_header() -> None:
    assert place_of(read_file(mail(b"body", "Subject: words")), "words") == "attachment, subject"


def test_a_file_of_pictures_without_words_is_a_gap_and_a_picture_alone_is_none() -> None:
    small = png(20, 20)

    assert [gap.detail for gap in read_file(zipped({"[Content_Types].xml": b"<Types/>", "a.png": small})).gaps] == [
        "a file without a word in it"
    ]
    assert read_file(small).gaps == ()
