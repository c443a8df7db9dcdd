"""winmail.dat: what Outlook would show of it."""

from __future__ import annotations

import struct

from leakguard.model.content import GapKind, Role
from tests.unit.extract.make import gap_kinds, place_of, read_file, texts, words
from tests.unit.extract.make_outlook import attribute, packed_rtf, prop, table, tnef, wide

SUBJECT, BODY, CODEPAGE, PROPERTIES, RENDERING, DATA, TITLE, ATTACHMENT = (
    *(0x8004, 0x800C, 0x9007, 0x9003),
    *(0x9002, 0x800F, 0x8010, 0x9005),
)
MESSAGE = bytes.fromhex("0703020000000000c000000000000046")


def test_subject_and_body_are_read() -> None:
    found = read_file(tnef(attribute(SUBJECT, b"record high\0", kind=1), attribute(BODY, b"claims fell\0")))

    assert texts(found, Role.SUBJECT) == ["record high"]
    assert place_of(found, "claims fell") == "attachment, body"
    assert not found.gaps


def test_8_bit_text_is_read_in_the_code_page_that_is_declared() -> None:
    codepage = attribute(CODEPAGE, struct.pack("<II", 1251, 0), kind=6)
    found = read_file(tnef(codepage, attribute(SUBJECT, "рекорд".encode("cp1251"), kind=1)))

    assert texts(found, Role.SUBJECT)[0] == "рекорд"


def test_properties_of_every_kind_are_read() -> None:
    properties = table(
        struct.pack("<HHI", 3, 0x3FFD, 1252),
        prop(0x0037, 0x1F, wide("wide subject\0")),
        prop(0x1013, 0x102, b"<p>page re<b>cord</b></p><p>x</p>"),
        prop(0x1009, 0x102, packed_rtf(rb"{\rtf1 rich words}")),
        struct.pack("<HH16sIIHHI", 0x1F, 0x8001, bytes(16), 1, 4, 0x61, 0, 1) + struct.pack("<I", 8) + wide("room"),
        struct.pack("<HHI", 0x101E, 0x3A58, 2) + struct.pack("<I4sI4s", 4, b"Ann\0", 4, b"Bob\0"),
    )
    found = read_file(tnef(attribute(PROPERTIES, properties, kind=6)))

    assert "wide subject" in texts(found, Role.SUBJECT)
    for each in ("page record", "rich words", "room", "Ann", "Bob"):
        assert each in words(found), each
    assert not found.gaps


def test_attachments_have_names_and_are_opened() -> None:
    found = read_file(
        tnef(
            attribute(RENDERING, bytes(14), 2, 6),
            attribute(TITLE, b"DRAFT~1.TXT\0", 2, 1),
            attribute(DATA, b"record high", 2, 6),
            attribute(ATTACHMENT, table(prop(0x3707, 0x1F, wide("draft figures.txt\0"))), 2, 6),
        )
    )

    assert {"DRAFT~1.TXT", "draft figures.txt"} <= set(texts(found, Role.NAME))
    assert place_of(found, "record high") == "attachment, attachment 1"


def test_a_message_within_is_read() -> None:
    inner = MESSAGE + tnef(attribute(SUBJECT, b"inner subject\0", kind=1))
    found = read_file(
        tnef(
            attribute(RENDERING, bytes(14), 2, 6),
            attribute(ATTACHMENT, table(prop(0x3701, 0x0D, inner)), 2, 6),
        )
    )

    assert texts(found, Role.SUBJECT) == ["inner subject"]


def test_what_is_cut_off_gives_its_start_and_a_gap() -> None:
    whole = tnef(attribute(SUBJECT, b"record high\0", kind=1), attribute(BODY, b"claims fell to a new low\0"))
    found = read_file(whole[:-12])

    assert "claims fell" in words(found)
    assert gap_kinds(found) == [GapKind.DAMAGED]


def test_a_property_that_is_cut_off_gives_its_start_and_a_gap() -> None:
    properties = table(prop(0x1000, 0x1E, b"claims fell to a new low"))[:-9]
    found = read_file(tnef(attribute(PROPERTIES, properties, kind=6)))

    assert "claims fell" in words(found)
    assert gap_kinds(found) == [GapKind.DAMAGED]


def test_only_the_first_bytes_are_damage() -> None:
    assert gap_kinds(read_file(b"\x78\x9f\x3e\x22\1\0")) == [GapKind.DAMAGED]
