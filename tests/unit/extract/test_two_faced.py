"""Files that are two things at once, parts whose name or first reading hides them, and cuts that nobody told of."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping
from io import BytesIO

import pytest

from tests.unit.extract.make import attachment, gap_kinds, mail, multipart, part, read, read_file, words
from tests.unit.extract.make_archives import cpio, needs_libarchive
from tests.unit.extract.make_outlook import msg, streams, wide
from tests.unit.extract.make_pictures import png_with

SECRET = b"record employment"
PACKED = SECRET * 4
_KIND = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def document(text: bytes) -> str:
    return f'<?xml version="1.0"?><w:document xmlns:w="{_KIND}"><w:p><w:t>{text.decode()}</w:t></w:p></w:document>'


def word(members: Mapping[str, bytes | str]) -> bytes:
    return zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": document(b"tea"), **members})


@pytest.mark.parametrize(
    "body",
    [
        b"From tomorrow 09:30 record employment\r\n\r\nbye\r\n",
        b"From here\r\n\r\nFrom tomorrow 09:30 record employment\r\n\r\nbye\r\n",
    ],
)
def test_a_sentence_that_looks_like_the_start_of_a_mailbox_is_read(body: bytes) -> None:
    assert SECRET.decode() in words(read(mail(body)))
    assert SECRET.decode() in words(read(multipart(attachment(b"From a 09:30\nX: y\n\nz\n\n" + body, name="a.txt"))))


def test_words_of_a_from_line_and_of_machine_fields_in_an_attached_text_are_read() -> None:
    for line in (b"From record employment", b"Received: record employment"):
        content = line + b"\nSubject: x\nDate: y\n\ntea\n"
        assert SECRET.decode() in words(read(multipart(attachment(content, kind="text/plain", name="a.txt"))))


def test_the_same_octets_are_read_again_where_their_part_is_flowed() -> None:
    flowing = b"record employ \r\nment\r\n"
    found = read(multipart(part(flowing), part(flowing, "Content-Type: text/plain; format=flowed; delsp=yes")))

    assert SECRET.decode() in words(found)


def test_more_encodings_or_dispositions_than_are_read_are_a_gap() -> None:
    encodings = [f"Content-Transfer-Encoding: {name}" for name in ("7bit", "8bit", "binary", "", "base64")]
    assert gap_kinds(read(mail(b"tea", *encodings))) == ["ambiguous"]
    names = [f"Content-Disposition: attachment; filename={name}" for name in "abcde"]
    assert gap_kinds(read(mail(b"tea", *names))) == ["ambiguous"]


def test_files_in_a_page_are_read_in_every_charset_of_the_page() -> None:
    page = b"<html><a href='data:text/plain,record%20employment'>tea</a></html>"
    found = read(multipart(attachment(page, kind="text/html; charset=cp037")))

    assert SECRET.decode() in words(found)


def test_ascii_that_may_be_japanese_is_read_as_it_stands_too() -> None:
    assert SECRET.decode() in words(read(mail(b"tea \x1b$B record employment \x1b(B", "Content-Type: text/plain")))


def test_a_file_without_a_word_is_a_gap_in_the_running_text_too() -> None:
    blank = part(zipped({"[Content_Types].xml": "<Types/>"}), "Content-Type: application/zip", "Content-ID: <a>")
    assert gap_kinds(read(multipart(part(b"tea"), blank))) == ["unsupported"]


@pytest.mark.parametrize(
    "name",
    ["word/thumbnail.xml", "[trash]/a.xml", "mimetype", "word/font1.ttf", "_xmlsignatures/a.xml", "word/calcChain.xml"],
)
def test_parts_of_office_files_are_told_by_content_and_not_by_name(name: str) -> None:
    assert SECRET.decode() in words(read_file(word({name: document(SECRET)})))


def test_small_pictures_of_office_files_are_looked_into() -> None:
    picture = png_with((b"tEXt", b"Comment\0" + SECRET))
    assert SECRET.decode() in words(read_file(word({"word/media/image1.png": picture})))
    gif = b"GIF89a\1\0\1\0\0\0\0;"
    assert SECRET.decode() in words(read_file(word({"word/media/image1.gif": gif + zipped({"a.txt": PACKED})})))


@pytest.mark.parametrize("before", [True, False])
def test_what_stands_beside_an_office_file_is_read(before: bool) -> None:
    page = b"<html><body>record employment</body></html>"
    content = page + word({}) if before else word({}) + page

    assert SECRET.decode() in words(read_file(content))


def test_an_office_file_alone_has_nothing_beside_it() -> None:
    found = read_file(word({}))

    assert not any("between" in span.place_at(0) for span in found.spans)
    assert gap_kinds(found) == []


@needs_libarchive
def test_what_stands_around_an_archive_is_read() -> None:
    whole = cpio(b"a.txt", b"tea and cake")
    assert SECRET.decode() in words(read_file(whole + b"\n" + SECRET))
    assert SECRET.decode() in words(read_file(whole + zipped({"a.txt": PACKED})))


def test_what_stands_behind_an_outlook_message_or_beside_it_is_read() -> None:
    plain = msg(streams({"1000001F": "tea and cake"}))
    assert SECRET.decode() in words(read_file(plain + zipped({"a.txt": PACKED})))
    beside = msg(streams({"1000001F": "tea and cake"}), {("Notes",): wide(SECRET.decode())})
    assert SECRET.decode() in words(read_file(beside))


def test_what_stands_beside_the_records_of_a_table_is_read() -> None:
    header = b"\3\x18\1\1" + struct.pack("<IHH", 1, 65, 11) + bytes(20)
    table = header + b"NAME".ljust(11, b"\0") + b"C" + bytes(4) + b"\x0a" + bytes(15) + b"\r" + b" tea       "
    assert SECRET.decode() in words(read_file(table + SECRET * 2))


def test_text_in_a_signature_is_read() -> None:
    armour = b"-----BEGIN PGP SIGNATURE-----\n\n%s\n-----END PGP SIGNATURE-----\n"
    assert SECRET.decode() in words(read_file(armour % SECRET, declared="application/pgp-signature"))
    assert words(read_file(armour % b"iQEzBAAB\n=abcd", declared="application/pgp-signature")) == ""


def test_words_behind_very_long_rubbish_are_read() -> None:
    font = b"\0\1\0\0" + struct.pack(">HHHH", 4, 0, 0, 0)
    rubbish = b"abcde\0" * 800_000 + SECRET
    font += (b"abcd" + struct.pack(">III", 0, 76, len(rubbish))) * 4 + rubbish
    assert SECRET.decode() in words(read_file(font))


def test_more_packets_than_are_read_are_a_gap() -> None:
    found = read_file(b"\xca\x03PGP" * 10_001, declared="application/x-pgp-packets")
    assert "too_many" in gap_kinds(found)
