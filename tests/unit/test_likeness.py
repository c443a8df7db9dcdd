"""Copies of one message are alike, whoever they are addressed to; messages that say something else are not."""

from __future__ import annotations

import base64
import quopri
from io import BytesIO
from zipfile import ZipFile

from leakguard.extract import Limits
from leakguard.inspection import inspect
from leakguard.model.message import Channel, Direction
from tests.corpus.judging import rulebook

WORDS = "Dear all,\r\n\r\nThe unemployment rate rose to 5.1% in March 2031 – the highest since 2021.\r\n\r\nJo\r\n"
HTML = "<p>The unemployment rate rose to <b>5.1%</b> – the highest since 2021.</p>"


def likeness(content: bytes) -> str:
    book = rulebook()
    verdict = inspect(
        content,
        detector=book.detector,
        digest=book.digest,
        limits=Limits(),
        direction=Direction.OUTBOUND,
        channel=Channel.EMAIL,
    )
    return verdict.likeness


def encoded(words: str, how: str) -> bytes:
    octets = words.encode()
    coded = base64.encodebytes(octets) if how == "base64" else quopri.encodestring(octets)
    return (
        b"Content-Transfer-Encoding: "
        + how.encode()
        + b"\r\n\r\n"
        + coded.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    )


def copy(to: str, *, words: str = WORDS, how: str = "base64", edge: str = "b1", file: bytes = b"") -> bytes:
    """One mail of text and HTML, and a file. What is not named differs from copy to copy all the same."""
    head = (
        f"Received: from relay-of-{to.partition('@')[0]} by mx.example; Mon, 17 Mar 2031 09:00:00 +0000\r\n"
        f"Message-ID: <{to}.{edge}@stats.example>\r\nDate: Mon, 17 Mar 2031 09:0{len(edge)}:00 +0000\r\n"
        f"From: Jo <jo@stats.example>\r\nTo: {to.partition('@')[0].title()} <{to}>\r\nSubject: Labour market\r\n"
        f'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="{edge}"\r\n\r\n'
    ).encode()
    parts = [
        b"Content-Type: text/plain; charset=utf-8\r\n" + encoded(words, how),
        b"Content-Type: text/html; charset=utf-8\r\n" + encoded(HTML, how),
    ]
    if file:
        parts.append(
            b"Content-Type: application/octet-stream; name=figures.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + base64.encodebytes(file).replace(b"\n", b"\r\n")
        )
    line = b"--" + edge.encode()
    return head + b"".join(line + b"\r\n" + part + b"\r\n" for part in parts) + line + b"--\r\n"


def test_copies_that_differ_in_addresses_dates_and_boundaries_are_alike() -> None:
    assert likeness(copy("amy@news.example")) == likeness(copy("ben@dept.example", edge="other_edge")) != ""


def test_copies_that_differ_in_transfer_encoding_are_alike() -> None:
    assert likeness(copy("amy@news.example")) == likeness(copy("ben@dept.example", how="quoted-printable"))


def test_a_single_text_is_alike_in_either_encoding() -> None:
    one, other = (
        f"From: jo@stats.example\r\nTo: {to}\r\nSubject: x\r\nContent-Type: text/plain; charset=utf-8\r\n".encode()
        + encoded(WORDS, how)
        for to, how in (("amy@news.example", "base64"), ("ben@dept.example", "quoted-printable"))
    )

    assert likeness(one) == likeness(other) != ""


def test_one_other_figure_is_not_alike() -> None:
    assert likeness(copy("amy@news.example")) != likeness(copy("amy@news.example", words=WORDS.replace("5.1", "5.2")))


def test_another_subject_is_not_alike() -> None:
    mail = copy("amy@news.example")

    assert likeness(mail) != likeness(mail.replace(b"Subject: Labour", b"Subject: Secret labour"))


def test_files_that_nobody_read_are_alike_only_if_they_are_the_same() -> None:
    first, second = locked(b"a"), locked(b"b")

    assert likeness(copy("amy@news.example", file=first)) == likeness(copy("ben@dept.example", file=first, edge="b2"))
    assert likeness(copy("amy@news.example", file=first)) != likeness(copy("amy@news.example", file=second))


def test_a_message_without_evidence_has_none() -> None:
    assert likeness(b"From: jo@stats.example\r\nSubject: tea\r\n\r\nTea at four?\r\n") == ""


def locked(salt: bytes) -> bytes:
    """A zip that says of its one file that it is encrypted."""
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("x", b"unread " + salt)
    packed = bytearray(file.getvalue())
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(sign) + at] |= 1
    return bytes(packed)
