"""Outlook messages: every text that Outlook shows, attachments, and items in items."""

from __future__ import annotations

import struct

from leakguard.model.content import GapKind, Role
from tests.unit.extract.make import gap_kinds, mail, place_of, read_file, texts, words
from tests.unit.extract.make_outlook import attached, msg, named, packed_rtf, streams, wide, within

UTF8, CYRILLIC = 65001, 1251


def test_subject_body_and_people_are_read_with_their_places() -> None:
    person = within("__recip_version1.0_#00000000", streams({"3001001F": "Bob Reader"}, header=8))
    found = read_file(msg(streams({"0037001F": "record high", "1000001F": "claims fell to 1.2m"}), person))

    assert "record high" in texts(found, Role.SUBJECT)
    assert place_of(found, "claims fell") == "attachment, body"
    assert "Bob Reader" in texts(found, Role.NAME)
    assert not found.gaps


def test_8_bit_text_is_read_in_the_code_page_of_the_message() -> None:
    found = read_file(msg(streams({"0037001E": "рекорд".encode("cp1251")}, fixed_values={0x3FFD: CYRILLIC})))

    assert texts(found, Role.SUBJECT)[0] == "рекорд"


def test_an_html_body_is_read_in_its_code_page() -> None:
    page = "<html><body>re<b>cord</b> <i>élevé</i></body></html>".encode()
    found = read_file(msg(streams({"10130102": page}, fixed_values={0x3FDE: UTF8})))

    assert "record élevé" in words(found, Role.ATTACHMENT)


def test_a_packed_rich_text_body_is_read() -> None:
    found = read_file(msg(streams({"10090102": packed_rtf(rb"{\rtf1\ansi re{\b cord} high}")})))

    assert "record high" in words(found, Role.ATTACHMENT)
    assert not found.gaps


def test_a_packed_body_that_is_cut_off_gives_its_start_and_a_gap() -> None:
    found = read_file(msg(streams({"10090102": packed_rtf(rb"{\rtf1\ansi record high and a long tail}")[:-12]})))

    assert "record high" in words(found)
    assert set(gap_kinds(found)) == {GapKind.DAMAGED}


def test_attachments_have_names_and_are_opened() -> None:
    found = read_file(msg(streams({}), attached(0, {"3707001F": "draft figures.txt", "37010102": b"record high"})))

    assert "draft figures.txt" in texts(found, Role.NAME)
    assert place_of(found, "record high") == "attachment, attachment 1"


def test_a_message_in_a_message_is_read_with_the_names_of_its_properties() -> None:
    inner = streams({"0037001F": "inner subject", "8000001F": "Room of records"}, header=24)
    holder = within("__attach_version1.0_#00000000", within("__substg1.0_3701000D", inner))
    found = read_file(msg(streams({}), holder, named((0x8208, 0))))

    assert "inner subject" in texts(found, Role.SUBJECT)
    assert place_of(found, "Room of records") == "attachment, attachment 1, property location"


def test_a_property_that_nobody_knows_is_hidden_text() -> None:
    name = wide("Embargoed field")
    texts_of_names = struct.pack("<I", len(name)) + name
    found = read_file(msg(streams({"8000001F": "value of it"}), named((0, 1), texts=texts_of_names)))

    assert "value of it" in words(found, Role.HIDDEN)
    assert "embargoed field" in words(found, Role.HIDDEN).lower()


def test_every_value_of_a_property_with_several_is_read() -> None:
    values = {"8000101F": b"\x0a\0\0\0\x0a\0\0\0", "8000101F-00000000": "first one", "8000101F-00000001": "second one"}
    found = read_file(msg(streams(values)))

    assert "first one" in words(found, Role.HIDDEN)
    assert "second one" in words(found, Role.HIDDEN)


def test_header_lines_are_read_as_those_of_a_mail_and_say_nothing_of_the_content() -> None:
    lines = "Subject: =?utf-8?q?rec=6Frd?=\r\nContent-Type: multipart/encrypted\r\nX-Note: planted words\r\n\r\n"
    found = read_file(msg(streams({"007D001F": lines})))

    assert "record" in texts(found, Role.SUBJECT)
    assert "planted words" in words(found, Role.HIDDEN)
    assert not found.gaps


def test_a_rights_managed_message_says_so() -> None:
    found = read_file(msg(streams({}), attached(0, {"37010102": b"\x76\xe8\x04\x60\xc4\x11\xe3\x86" + bytes(99)})))

    assert gap_kinds(found) == [GapKind.ENCRYPTED]


def test_a_signed_mail_within_is_read_as_a_mail() -> None:
    entity = b"Content-Type: multipart/signed; boundary=B\r\n\r\n--B\r\n\r\nsigned words\r\n--B--\r\n"
    found = read_file(msg(streams({}), attached(0, {"370E001F": "multipart/signed", "37010102": entity})))

    assert "signed words" in words(found)


def test_an_attached_mail_is_read() -> None:
    content = mail(b"mailed words", "Subject: inner", "Date: Mon, 1 Jan 2024 00:00:00 +0000")
    found = read_file(msg(streams({}), attached(0, {"37010102": content})))

    assert "mailed words" in words(found)


def test_a_damaged_file_gives_its_words_and_a_gap() -> None:
    whole = msg(streams({"1000001F": "record high in every region " * 300}))
    found = read_file(whole[:8] + bytes(72) + whole[80:])

    assert "record high in every region" in words(found, Role.HIDDEN)
    assert gap_kinds(found) == [GapKind.DAMAGED]


def test_what_only_programs_read_is_left_out() -> None:
    found = read_file(msg(streams({"001A001F": "IPM.Note", "0037001F": "hello"})))

    assert "IPM.Note" not in words(found)


def test_an_item_without_words_in_its_body_is_no_gap() -> None:
    """ref: MS-OXRTFCP (a body is always packed rich text, also of an item that is nothing but attachments)"""
    found = read_file(msg(streams({"0037001F": "minutes", "10090102": packed_rtf(rb"{\rtf1\ansi\fromtext }")})))

    assert not found.gaps
