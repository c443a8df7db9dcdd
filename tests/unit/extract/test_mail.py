"""Mail as its readers see it, however it is packed."""

from __future__ import annotations

import base64
import binascii

import pytest

from leakguard.extract import Limits
from leakguard.model.content import GapKind, Role
from tests.unit.extract.make import attachment, gap_kinds, mail, multipart, part, place_of, read, texts, words

SECRET = "record employment"


def test_a_plain_body_is_read_as_it_is_written() -> None:
    found = read(mail(b"First line\r\nsecond line\r\n\r\nNew paragraph\r\n"))

    assert texts(found, Role.BODY) == ["First line\nsecond line\n\nNew paragraph\n"]
    assert found.gaps == ()


def test_subject_and_display_names_are_read_and_addresses_are_not_names() -> None:
    found = read(mail(b"x", "To: Bob Jones <bob@dwp.example>, carol@dwp.example", "Subject: Ready at last"))

    assert texts(found, Role.SUBJECT) == ["Ready at last"]
    assert texts(found, Role.NAME) == ["Alice", "Bob Jones"]
    assert place_of(found, "Ready") == "subject"
    assert place_of(found, "Bob") == "display name"


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param("=?utf-8?q?record=20employment?=", id="quoted"),
        pytest.param("=?UTF-8?B?cmVjb3JkIGVtcGxveW1lbnQ=?=", id="base64"),
        pytest.param("=?utf-8?b?cmVjb3JkIGVt?=\r\n =?utf-8?b?cGxveW1lbnQ?=", id="two words without padding"),
        pytest.param("record =?utf-8?q?employment?=", id="half encoded"),
        pytest.param("record\r\n employment", id="folded"),
        pytest.param("=?utf-8*en?q?record_employment?=", id="with language"),
        pytest.param('"=?us-ascii?q?record_employment?="', id="inside quotes"),
    ],
)
def test_a_subject_is_decoded(subject: str) -> None:
    assert SECRET in texts(read(mail(b"x", f"Subject: {subject}")), Role.SUBJECT)[0]


def test_a_character_split_between_two_encoded_words_is_put_together() -> None:
    found = read(mail(b"x", "Subject: =?utf-8?q?caf=C3?= =?utf-8?q?=A9?="))

    assert texts(found, Role.SUBJECT) == ["café"]


def test_a_second_subject_is_read_too() -> None:
    found = read(mail(b"x", "Subject: nothing", f"Subject: {SECRET}"))

    assert texts(found, Role.SUBJECT) == ["nothing", SECRET]


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        pytest.param("base64", base64.encodebytes(SECRET.encode()), id="base64"),
        pytest.param("BASE64 (comment)", base64.b64encode(SECRET.encode()), id="comment"),
        pytest.param('"base64"', base64.b64encode(SECRET.encode()), id="quoted name"),
        pytest.param("base64", b"cmVjb3Jk\r\n*junk!\xff IGVtcGxveW1lbnQ".replace(b"junk", b""), id="junk"),
        pytest.param("base64", base64.b64encode(b"record e") + b"\r\n" + base64.b64encode(b"mployment"), id="two runs"),
        pytest.param("quoted-printable", b"record=20em=\r\nployment", id="quoted-printable"),
        pytest.param("quoted-printable", b"record em=  \r\nploy=6dent", id="space behind a soft break"),
        pytest.param("x-uuencode", b"begin 644 a\r\n" + binascii.b2a_uu(SECRET.encode()) + b"`\r\nend\r\n", id="uu"),
        pytest.param("8bit", SECRET.encode(), id="8bit"),
        pytest.param("nonsense", SECRET.encode(), id="unknown"),
        pytest.param("nonsense", base64.encodebytes(SECRET.encode() * 9), id="unknown, but base64"),
    ],
)
def test_a_transfer_encoding_is_undone(encoding: str, body: bytes) -> None:
    assert SECRET in words(read(mail(body, f"Content-Transfer-Encoding: {encoding}")))


def test_two_transfer_encodings_give_two_readings() -> None:
    body = base64.b64encode(SECRET.encode())
    found = read(mail(body, "Content-Transfer-Encoding: 7bit", "Content-Transfer-Encoding: base64"))

    assert SECRET in words(found)


def test_text_behind_the_end_of_base64_is_read() -> None:
    body = base64.encodebytes(b"some body te") + b"=\r\n" + f"-- list footer: {SECRET}".encode()

    assert SECRET in words(read(mail(body, "Content-Transfer-Encoding: base64")))


def test_both_alternatives_are_read() -> None:
    found = read(
        multipart(
            part(b"plain words", "Content-Type: text/plain"),
            part(b"<p>other words</p>", "Content-Type: text/html"),
            kind="alternative",
        )
    )

    assert texts(found, Role.BODY) == ["plain words", "other words"]
    assert [span.part for span in found.spans if span.role is Role.BODY] == ["1", "2"]


def test_text_before_and_behind_the_parts_is_read() -> None:
    found = read(multipart(part(b"body"), preamble=b"before the parts", epilogue=b"behind the parts"))

    assert "before the parts" in words(found, Role.HIDDEN)
    assert "behind the parts" in words(found, Role.HIDDEN)


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("multipart/mixed", id="absent"),
        pytest.param('multipart/mixed; boundary="other"', id="wrong"),
        pytest.param('multipart/mixed; boundary="YY"; boundary="XX"', id="twice"),
        pytest.param('multipart/mixed; boundary=" XX"', id="space"),
        pytest.param('multipart/mixed; boundary="X\\X"', id="backslash"),
        pytest.param("multipart/mixed; boundary*0=X; boundary*1=X", id="continued"),
    ],
)
def test_a_mail_with_an_odd_boundary_is_read(kind: str) -> None:
    body = b"--XX\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(SECRET.encode()) + b"\r\n--XX--\r\n"

    assert SECRET in words(read(mail(body, f"Content-Type: {kind}")))


def test_two_content_types_give_two_readings() -> None:
    found = read(mail(b"<p>record <b>emp</b>loyment</p>", "Content-Type: text/plain", "Content-Type: text/html"))

    assert SECRET in words(found)


def test_an_attached_mail_is_read_with_its_subject_and_attachments() -> None:
    inner = multipart(part(b"inner body"), attachment(b"inner file"))
    found = read(multipart(part(b"outer"), part(b"Subject: inner subject\r\n" + inner, "Content-Type: message/rfc822")))

    assert {"outer", "inner body", "inner file", "inner subject"} <= set(texts(found))
    assert [text for text in texts(found, Role.SUBJECT) if "inner" in text] == ["inner subject"]


def test_an_attached_mail_in_base64_or_without_its_type_is_read() -> None:
    inner = mail(b"inner body", "Subject: inner subject")
    found = read(multipart(attachment(inner, "message/rfc822")))
    sniffed = read(multipart(attachment(inner, "application/octet-stream")))

    assert "inner subject" in words(found)
    assert "inner subject" in words(sniffed)


def test_flowed_text_is_joined() -> None:
    found = read(
        mail(b"record \r\nemployment\r\nnew line\r\n> quo \r\n> ted", "Content-Type: text/plain; format=flowed")
    )

    assert texts(found, Role.BODY) == ["record employment\nnew line\n> quo ted"]


def test_flowed_text_that_deletes_its_spaces_is_joined_without() -> None:
    found = read(mail(b"rec \r\nord", "Content-Type: text/plain; format=flowed; delsp=yes"))

    assert texts(found, Role.BODY) == ["record"]


@pytest.mark.parametrize(
    ("charset", "raw"),
    [
        pytest.param("utf-8", "naïve".encode(), id="right"),
        pytest.param("utf-8", "naïve".encode("latin-1"), id="utf-8 declared, latin-1 sent"),
        pytest.param("iso-8859-1", "naïve".encode(), id="latin-1 declared, utf-8 sent"),
        pytest.param("x-unknown", "naïve".encode(), id="unknown"),
        pytest.param("rot13", "naïve".encode(), id="no charset"),
        pytest.param("utf-16", "naïve".encode("utf-16"), id="utf-16"),
        pytest.param("utf-16", "naïve".encode(), id="utf-16 declared, utf-8 sent"),
        pytest.param("", "naïve words to be read".encode("utf-16-le"), id="utf-16 without a mark"),
        pytest.param("utf-7", "naïve".encode("utf-7"), id="utf-7"),
    ],
)
def test_a_body_is_decoded_whatever_is_declared(charset: str, raw: bytes) -> None:
    found = read(mail(raw, f"Content-Type: text/plain; charset={charset}", "Content-Transfer-Encoding: 8bit"))

    assert any("naïve" in text for text in texts(found))


@pytest.mark.parametrize(
    "disposition",
    [
        pytest.param('attachment; filename="record employment.txt"', id="plain"),
        pytest.param("attachment; filename*=utf-8''record%20employment.txt", id="extended"),
        pytest.param('attachment; filename*0="record emp"; filename*1="loyment.txt"', id="continued"),
        pytest.param("attachment; filename*0*=utf-8''record%20emp; filename*1=loyment.txt", id="continued, extended"),
        pytest.param('attachment; filename="=?utf-8?q?record_employment.txt?="', id="encoded words"),
    ],
)
def test_a_file_name_is_read_and_stays_out_of_part_and_place(disposition: str) -> None:
    found = read(multipart(part(b"body"), part(b"text", f"Content-Disposition: {disposition}")))

    assert texts(found, Role.NAME)[-1] == "record employment.txt"
    assert place_of(found, SECRET) == "attachment name 1"
    assert all(SECRET not in span.part + span.marks[0][1] for span in found.spans)


def test_a_line_that_is_no_header_is_read() -> None:
    content = b"From: a@b.example\r\nrecord employment\r\nTo: c@d.example\r\n\r\nbody"

    assert SECRET in words(read(content))


def test_a_header_with_a_space_before_its_colon_counts() -> None:
    assert texts(read(mail(b"x", f"Subject : {SECRET}")), Role.SUBJECT) == [SECRET]


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"], ids=["lf", "crlf", "cr"])
def test_any_line_ending_is_understood(ending: bytes) -> None:
    found = read(ending.join([b"Subject: one", b"To: two@x.example", b"", b"body"]))

    assert texts(found, Role.SUBJECT, Role.BODY) == ["one", "body"]


def test_a_uuencoded_file_in_running_text_is_opened() -> None:
    body = b"hello\r\nbegin 644 notes.txt\r\n" + binascii.b2a_uu(SECRET.encode()) + b"`\r\nend\r\nbye\r\n"
    found = read(mail(body))

    assert SECRET in words(found, Role.ATTACHMENT)


def test_calendar_lines_are_unfolded() -> None:
    body = b"BEGIN:VCALENDAR\r\nDESCRIPTION:record emp\r\n loyment\\, soon\r\nEND:VCALENDAR\r\n"

    assert "record employment, soon" in words(read(mail(body, "Content-Type: text/calendar")))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        pytest.param("text/plain", b"-----BEGIN PGP MESSAGE-----\r\nabc\r\n-----END PGP MESSAGE-----", id="pgp"),
        pytest.param("multipart/encrypted; boundary=XX", b"--XX\r\n\r\nVersion: 1\r\n--XX--", id="pgp mime"),
        pytest.param("application/pkcs7-mime", bytes.fromhex("308006092a864886f70d010703a080"), id="smime"),
    ],
)
def test_encrypted_mail_is_a_gap(kind: str, body: bytes) -> None:
    assert GapKind.ENCRYPTED in gap_kinds(read(mail(body, f"Content-Type: {kind}")))


@pytest.mark.parametrize("kind", ["message/partial", "message/external-body"])
def test_mail_that_is_elsewhere_is_a_gap(kind: str) -> None:
    assert gap_kinds(read(mail(b"x", f"Content-Type: {kind}"))) == [GapKind.UNSUPPORTED]


def test_signatures_are_no_gap() -> None:
    pgp = b"-----BEGIN PGP SIGNATURE-----\r\n\r\niQEz\r\n-----END PGP SIGNATURE-----\r\n"
    smime = bytes.fromhex("308006092a864886f70d010702a080")
    found = read(
        multipart(
            part(b"signed text"),
            attachment(smime, "application/pkcs7-signature"),
            part(pgp, "Content-Type: application/pgp-signature"),
            kind="signed",
        )
    )

    assert found.gaps == ()
    assert texts(found, Role.BODY) == ["signed text"]


def test_a_file_behind_the_type_of_a_signature_is_read() -> None:
    assert SECRET in words(read(multipart(attachment(SECRET.encode(), "application/pgp-signature"))))


def test_a_file_of_an_unknown_kind_is_a_gap_without_its_name() -> None:
    found = read(multipart(part(b"body"), attachment(bytes(range(256)) * 4, name="record employment.bin")))

    assert [(gap.part, gap.kind) for gap in found.gaps] == [("2", GapKind.UNSUPPORTED)]
    assert "record" not in repr(found.gaps)


def test_text_declared_as_a_program_is_read_and_a_program_declared_as_text_is_a_gap() -> None:
    found = read(multipart(attachment(b"plain words"), attachment(b"\0\1\2\3\5\6" * 50, "text/plain")))

    assert "plain words" in texts(found)
    assert gap_kinds(found) == [GapKind.UNSUPPORTED]


def test_parts_in_parts_end_at_the_depth_limit_with_a_gap_and_their_text_is_still_seen() -> None:
    content = part(SECRET.encode())
    for level in range(100):
        edge = b"B%d" % level
        content = b'Content-Type: multipart/mixed; boundary="%s"\r\n\r\n--%s\r\n%s\r\n--%s--' % (
            edge,
            edge,
            content,
            edge,
        )
    found = read(content)

    assert GapKind.TOO_DEEP in gap_kinds(found)
    assert SECRET in words(found)


def test_more_parts_than_allowed_is_a_gap() -> None:
    found = read(multipart(*[part(b"text %d" % number) for number in range(50)]), Limits(parts=20))

    assert GapKind.TOO_MANY in gap_kinds(found)


def test_a_message_over_the_limit_is_read_up_to_there_and_leaves_a_gap() -> None:
    found = read(mail(b"word " * 1000), Limits(message_bytes=1000))

    assert gap_kinds(found) == [GapKind.TOO_LARGE]
    assert len(words(found)) > 500


def test_a_header_block_over_the_limit_is_a_gap_and_still_text() -> None:
    found = read(mail(b"", "X: " + "y" * 3000, f"Subject: {SECRET}"), Limits(header_bytes=1000))

    assert GapKind.TOO_LARGE in gap_kinds(found)
    assert SECRET in words(found)


def test_text_over_the_limit_is_cut_and_leaves_a_gap() -> None:
    found = read(mail(b"word " * 1000), Limits(text_chars=100))

    assert GapKind.TOO_LARGE in gap_kinds(found)
    assert sum(map(len, texts(found))) == 100
