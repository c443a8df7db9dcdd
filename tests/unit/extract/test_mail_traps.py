"""Where mail programs disagree, every reading is searched; where the disagreement can be used, it is a gap."""

from __future__ import annotations

import base64
import binascii

import pytest

from leakguard.model.content import GapKind, Role
from tests.unit.extract.make import gap_kinds, mail, multipart, part, read, texts, words

SECRET = "record employment"
BASE64 = base64.b64encode(SECRET.encode()).decode()
INNER = b"--XX\r\nContent-Type: text/html\r\n\r\n<p>record <b>emp</b>loyment</p>\r\n--XX--\r\n"


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(["Content-Type: text/plain", "Content-Type: text/html"], id="types"),
        pytest.param(["Content-Transfer-Encoding: 7bit", "Content-Transfer-Encoding: base64"], id="encodings"),
        pytest.param(["Content-Type: text/plain; charset=utf-8; charset=koi8-r"], id="charset twice"),
        pytest.param(['Content-Type: multipart/mixed; boundary="XX"; boundary="YY"'], id="boundary twice"),
    ],
)
def test_contradicting_headers_are_a_gap(headers: list[str]) -> None:
    assert GapKind.AMBIGUOUS in gap_kinds(read(mail(b"words", *headers)))


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(["Content-Type: text/plain", "Content-Type: text/plain"], id="same type"),
        pytest.param(["Content-Transfer-Encoding: 7bit", "Content-Transfer-Encoding: 8BIT"], id="no encoding"),
        pytest.param(["Content-Disposition: inline; filename=\"a.txt\"; filename*=utf-8''b.txt"], id="fallback name"),
    ],
)
def test_headers_that_come_to_the_same_are_no_gap(headers: list[str]) -> None:
    assert gap_kinds(read(mail(b"words", *headers))) == []


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("Content-Transfer-Encoding: base64;", id="semicolon"),
        pytest.param("Content-Transfer-Encoding: 'base64'", id="quotes"),
        pytest.param("Content-Transfer-Encoding: (a (b)) base64", id="comment"),
        pytest.param("Content-Transfer-Encoding: base64 foo", id="more words"),
        pytest.param("Content-Transfer-Encoding: =?us-ascii?q?base64?=", id="encoded"),
        pytest.param("Content-Transfer-Encoding : base64", id="space before the colon"),
        pytest.param("Content-Transfer-Encoding (comment): base64", id="comment before the colon"),
        pytest.param("Content-Transfer-Encoding(comment): base64", id="comment in the name"),
        pytest.param("Content-Transfer\0-Encoding: base64", id="nul"),
        pytest.param("Content-Transfer-Encoding:\r\n base64", id="folded"),
        pytest.param("Content-Transfer-Encoding: x-unknown", id="unknown"),
        pytest.param("Content-Transfer-Encoding: 7bit", id="declared as nothing"),
        pytest.param("X-Nothing: here", id="missing"),
        pytest.param("Content-Transfer-Encoding: quoted-printable", id="declared as another"),
    ],
)
def test_base64_is_decoded_however_it_is_declared(header: str) -> None:
    assert SECRET in words(read(mail(BASE64.encode(), header)))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"hello all\r\n\r\n{BASE64}\r\n\r\nbye", id="between lines"),
        pytest.param(f"> hello\r\n> {BASE64}\r\n", id="quoted"),
        pytest.param("Subject: =?utf-8?q?record_employment?=\r\n", id="encoded words"),
        pytest.param("record=20employ=\r\nment\r\n", id="quoted-printable"),
        pytest.param("=72=65cord employment", id="quoted-printable letters"),
        pytest.param("see https://x.example/?q=record%20employment", id="link"),
        pytest.param('{"text": "\\u0072ecord\\u0020employment"}', id="escapes"),
        pytest.param("\u202etnemyolpme drocer\u202c", id="right to left"),
    ],
)
def test_codes_in_running_text_are_read(body: str) -> None:
    assert SECRET in words(read(mail(body.encode(), "Content-Transfer-Encoding: 8bit")))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("Title\r\n=====\r\nwords\r\n", id="underline"),
        pytest.param("see https://x.example/?id=20&n=30\r\n", id="link"),
        pytest.param("internationalisation\r\nresponsibilities\r\n", id="long words"),
        pytest.param("C:\\users\\new", id="path"),
    ],
)
def test_ordinary_text_is_read_once(body: str) -> None:
    assert len(read(mail(body.encode())).spans) == 2  # the sender's name and the body


def test_lines_of_prose_between_lines_of_base64_spoil_nothing() -> None:
    lines = base64.encodebytes(b"some long text " * 20 + SECRET.encode()).split(b"\n")
    body = b"\r\n".join([*lines[:2], b"a line of the list server", *lines[2:]])
    found = words(read(mail(body, "Content-Transfer-Encoding: base64")))

    assert SECRET in found
    assert "a line of the list server" in found


def test_text_declared_as_base64_is_read_as_it_is() -> None:
    assert SECRET in words(read(mail(f"The {SECRET} is high.".encode(), "Content-Transfer-Encoding: base64")))


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param('multipart/mixed; boundary="  XX  "', id="outer blanks"),
        pytest.param("multipart/mixed boundary=XX", id="no semicolon"),
        pytest.param("multipart/mixed; boundary=XX (comment)", id="comment"),
        pytest.param("multipart/mixed; boundary=(comment)XX", id="comment before"),
        pytest.param('multipart/mixed; boundary="XX', id="open quote"),
        pytest.param("multipart/mixed; boundary*=us-ascii''%58X", id="extended"),
        pytest.param("multipart/mixed; boundary*0*=us-ascii''%58; boundary*1=X", id="continued and extended"),
        pytest.param('multipart/mixed; boundary="=?us-ascii?q?XX?="', id="encoded"),
        pytest.param("multipart/mixed; boundary=", id="empty"),
        pytest.param("text/plain\r\nContent-Type: multipart/mixed; boundary=XX", id="second type"),
    ],
)
def test_parts_are_found_whatever_the_boundary_looks_like(kind: str) -> None:
    assert SECRET in words(read(mail(INNER, f"Content-Type: {kind}")))


def test_blanks_within_a_boundary_stay() -> None:
    body = INNER.replace(b"XX", b"X  X")

    assert SECRET in words(read(mail(body, 'Content-Type: multipart/mixed; boundary="X  X"')))


def test_a_guessed_boundary_is_ambiguous() -> None:
    assert GapKind.AMBIGUOUS in gap_kinds(read(mail(INNER, 'Content-Type: multipart/mixed; boundary="ZZ"')))


def test_what_stands_before_between_and_behind_the_parts_is_read_with_its_codes() -> None:
    before, behind = (base64.b64encode(f"{where} the parts".encode()) for where in ("before", "behind"))
    found = words(read(multipart(part(b"body"), preamble=before, epilogue=behind + b"\r\n--XX\r\n\r\nafter the end")))

    assert all(each in found for each in ("before the parts", "behind the parts", "after the end"))


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "x-none"])
def test_parts_that_are_encoded_as_a_whole_are_read(encoding: str) -> None:
    whole = binascii.b2a_qp(INNER.replace(b"X", b"=X")) if encoding == "quoted-printable" else base64.encodebytes(INNER)
    edge = "=X=X" if encoding == "quoted-printable" else "XX"
    found = read(
        mail(whole, f'Content-Type: multipart/mixed; boundary="{edge}"', f"Content-Transfer-Encoding: {encoding}")
    )

    assert SECRET in words(found)
    assert GapKind.AMBIGUOUS in gap_kinds(found)


@pytest.mark.parametrize(
    "encoding", ["base64", "quoted-printable", "nonsense", "7bit\r\nContent-Transfer-Encoding: base64"]
)
def test_an_attached_mail_that_is_encoded_is_read(encoding: str) -> None:
    inner = mail(b"x", f"Subject: {SECRET}")
    raw = binascii.b2a_qp(inner) if encoding == "quoted-printable" else base64.encodebytes(inner)
    found = read(multipart(part(raw, "Content-Type: message/rfc822", f"Content-Transfer-Encoding: {encoding}")))

    assert SECRET in texts(found, Role.SUBJECT)


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(b"From: a@b.example\r\nno colon here\r\nContent-Type: text/html", id="line without colon"),
        pytest.param(b"From: a@b.example\r\n \r\nContent-Type: text/html", id="blank line of spaces"),
        pytest.param(b"From: a@b.example\rContent-Type: text/html", id="bare cr"),
        pytest.param(b"From: a@b.example\r\n>From someone\r\nContent-Type: text/html", id="quoted From line"),
        pytest.param(b"\r\r\nFrom: a@b.example\r\r\nContent-Type: text/html\r", id="two cr"),
    ],
)
def test_headers_behind_an_odd_line_count(block: bytes) -> None:
    assert SECRET in words(read(block + b"\r\n\r\n<p>record <b>emp</b>loyment</p>"))


def test_what_some_programs_take_for_the_body_is_read_as_one() -> None:
    block = f"From: a@b.example\r\nno colon here\r\nX-Signature: {BASE64}\r\nX: \r\n{BASE64}\r\n\r\nbody"

    assert SECRET in words(read(block.encode()))


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(f"X-Note: {SECRET}", id="extended"),
        pytest.param("X-Note: =?utf-8?b?cmVjb3JkIGVtcGxveW1lbnQ=?=", id="encoded"),
        pytest.param(f"Comments: {SECRET}", id="comments"),
        pytest.param(f"X-MS-Exchange-Note: {SECRET}", id="family of a program"),
        pytest.param(f"X-Mailer: {SECRET}", id="program"),
        pytest.param(f"Message-ID: <a@b.example> ({SECRET})", id="comment beside an id"),
        pytest.param("Received: =?utf-8?q?record_employment?=", id="encoded word of a machine"),
        pytest.param(f'Content-Type: text/plain; x-note="{SECRET}"', id="parameter"),
        pytest.param(f"Content-Type: text/plain ({SECRET})", id="comment in a type"),
        pytest.param(f'Content-Type: text/plain; charset="{SECRET}"', id="charset that is none"),
        pytest.param(f'Content-Disposition: inline; note="{SECRET}"', id="parameter of the disposition"),
    ],
)
def test_words_in_any_header_are_read(header: str) -> None:
    assert SECRET in words(read(mail(b"x", header)), Role.HIDDEN)


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(f"Content-Description: {SECRET}", id="description"),
        pytest.param("Content-Location: https://x.example/record%20employment", id="location"),
        pytest.param(f"Content-ID: <{SECRET}@x>", id="id"),
        pytest.param(f"X-Anything: {SECRET}", id="extended"),
        pytest.param(f"Subject: {SECRET}", id="subject of a part"),
    ],
)
def test_words_in_the_header_of_a_part_are_read(header: str) -> None:
    assert SECRET in words(read(multipart(part(b"body", header))), Role.HIDDEN)


def test_headers_of_machines_are_not_text() -> None:
    found = read(
        mail(
            b"body",
            "Received: from a.example by b.example with ESMTP id 51; Mon, 1 Jan 2024 10:00:00 +0000",
            "DKIM-Signature: v=1; a=rsa-sha256; b=abc5/1+record",
            "Authentication-Results: x; spf=pass",
            "ARC-Seal: i=1; a=rsa-sha256",
            "Message-ID: <a.1@b.example>",
            "References: <a.2@b.example> <a.3@b.example>",
            "X-MS-Exchange-Organization-SCL: 1",
            "X-Mailer: Microsoft Outlook 16.0",
            "X-Priority: 3",
            "Date: Mon, 1 Jan 2024 10:00:00 +0000",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8; format=fixed",
            "Content-Transfer-Encoding: 8bit",
        )
    )

    assert texts(found) == ["Alice", "body"]


def test_all_names_of_one_file_are_read() -> None:
    found = read(
        multipart(
            part(
                b"x",
                'Content-Type: text/plain; name="one.txt"',
                "Content-Disposition: attachment; filename=\"two.txt\"; filename*=utf-8''three.txt",
            )
        )
    )

    assert {"one.txt", "two.txt", "three.txt"} <= set(texts(found, Role.NAME))


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param("=?utf-7?q?record+ACA-employment?=", id="utf-7"),
        pytest.param("rec=?utf-8?q?ord_em?=ployment", id="inside a word"),
        pytest.param("=?utf-8?q?record_employment", id="without its end"),
        pytest.param("=?UTF-8?Q?record employment?=", id="with blanks"),
        pytest.param("=?utf-16?b?/v8AcgBlAGMAbwByAGQAIABlAG0AcABsAG8AeQBtAGUAbgB0?=", id="utf-16"),
    ],
)
def test_odd_encoded_words_are_decoded(subject: str) -> None:
    assert SECRET in words(read(mail(b"x", f"Subject: {subject}")), Role.SUBJECT)


def test_text_without_its_deleted_spaces_and_with_them_is_read() -> None:
    found = words(read(mail(b"rec \r\nord \r\nhigh", "Content-Type: text/plain; format=flowed; delsp=yes")))

    assert "recordhigh" in found
    assert "rec ord high" in found


_PAGE = "<p>record <b>emp</b>loyment</p>"


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        pytest.param("Content-Type: text/html", "<p>record emp=\r\nloyment</p>", id="quoted-printable page"),
        pytest.param(
            "Content-Type: text/plain",
            f"bounced\r\n\r\n--zz\r\nContent-Type: text/html\r\n\r\n{_PAGE}",
            id="mail as text",
        ),
        pytest.param("Content-Type: text/enriched", "record <bold>emp</bold>loyment", id="enriched"),
        pytest.param("Content-Type: text/x-amp-html", _PAGE, id="amp"),
        pytest.param(
            'Content-Type: multipart/mixed; boundary="X"', f"--X junk\r\n\r\n{_PAGE}\r\n--X--", id="behind the edge"
        ),
        pytest.param(
            'Content-Type: multipart/mixed; boundary="X"', f" --X\r\n\r\n{_PAGE}\r\n --X--", id="before the edge"
        ),
        pytest.param(
            'Content-Type: multipart/mixed; boundary="X"',
            f"--X\r\n\r\nhi\r\n--X--\r\n{_PAGE}",
            id="page behind the end",
        ),
        pytest.param("Content-Type: garbage", f"<html>{_PAGE}", id="no type"),
        pytest.param("Content-Type: image/png; name=a.png", f"<html>{_PAGE}", id="page called a picture"),
        pytest.param("Content-Type: text/plain", "rec\0ord emp\0loyment", id="nul"),
        pytest.param("Content-Type: text/html", "<p>rec\0ord emp\0loyment", id="nul in a page"),
        pytest.param("X: y", "\r\n".join(BASE64[at : at + 4] for at in range(0, len(BASE64), 4)), id="short lines"),
        pytest.param('To: "record employment"@b.example', "", id="quoted local part"),
        pytest.param("Content-Transfer-Encoding: base64", f"{BASE64} ignored", id="word behind the padding"),
    ],
)
def test_words_are_found_in_odd_mail(headers: str, body: str) -> None:
    assert SECRET in words(read(mail(body.encode(), headers)))
