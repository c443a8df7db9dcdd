"""What hops: whatever a reader written in C, or anything that unpacks, may see. Ordinary text stays."""

from __future__ import annotations

import base64

import pytest

from leakguard.workers.hop import stays_here

PLAIN = b"Subject: x\r\n\r\nunemployment rose\r\n"


def encoded(text: str) -> bytes:
    return b"Subject: x\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(text.encode())


@pytest.mark.parametrize(
    "content",
    [
        encoded("tea"),
        b"Subject: x\r\nContent-Transfer-Encoding:BASE64\r\n\r\ndGVh\r\n",
        b"Subject: x\r\nContent-Transfer-Encoding: x-other\r\n\r\ndGVh\r\n",
        b"Subject: x\r\n\r\n%PDF-1.7\r\n",
        b"Subject: x\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=25P=44F-1.7\r\n",
        b"Subject: x\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n%P=\r\nDF-1.7\r\n",
        b"Subject: x\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nPK=03=04\r\n",
        b"Subject: x\r\n\r\nPK\x03\x04\r\n",
        b"Subject: x\r\n\r\nbegin 644 a.pdf\r\n",
        b"Subject: x\r\n\r\n=ybegin line=128 size=9 name=a.pdf\r\n",
        b"Subject: x\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n",
        b"Subject: x\r\n\r\n{\\rtf1 tea}\r\n",
        b"Content-Type: text/html\r\n\r\n<img src='data:image/png;charset=x,abc'>\r\n",
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n<img src=3D'data=3Aimage/png,a'>\r\n",
        b"Content-Type: text/plain\r\n\r\n<?xml version='1.0'?><a/>\r\n",
        b"Content-Type: application/pdf\r\n\r\ntea\r\n",
        b"Content-Type:\r\n message/rfc822\r\n\r\ntea\r\n",
        b"Subject: x\r\n\r\n" + b"UEsDBBQAAAAIAA0A" * 20,
        b"Subject: x\r\n\r\n\x1f\x8b\x08\r\n",
        b"Subject: x\r\n\r\nBZh91AY&SY\x01\r\n",
        b"Subject: x\r\n\r\n" + b"tea " * 20_000,
        b"Subject: x\r\n\r\n(This file must be converted with BinHex 4.0)\r\n\r\n:abc:\r\n",
        b"Subject: x\r\n\r\ncaf\xe9\r\n",
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\ncaf=E9\r\n",
        b"Subject: " + b"=?a?b?/w==?= " * 30 + b"\r\n\r\n",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 300,
        b"Content-Type: text/plain" + b"; charset=koi8-r" * 20 + b"\r\n\r\ntea\r\n",
    ],
    ids=[
        "base64", "BASE64", "unknown encoding", "pdf", "pdf in escapes", "pdf over a soft break", "zip in escapes",
        "zip", "uuencoded", "yEnc", "pgp", "rtf", "data URI", "data URI in escapes", "xml", "declared",
        "message", "base64 undeclared", "gzip", "bzip2", "large",
        "BinHex", "unknown charset", "unknown charset in escapes", "encoded words", "parts", "charsets",
    ],
)  # fmt: skip
def test_what_a_reader_written_in_c_may_see_is_inspected_outside(content):
    assert not stays_here(content, 64)


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        b"Subject: x\r\nContent-Transfer-Encoding: 8bit\r\n\r\ncaf\xc3\xa9\r\n",
        b"Subject: x\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ncaf=C3=A9 2 =3D 2=\r\n\r\n",
        b"Subject: x\r\nContent-Type: text/html\r\n\r\n<p class=3D>tea</p>\r\n",
        b"Subject: data\r\n\r\nhttps://example.org/" + b"a1" * 60 + b"\r\n",
    ],
    ids=["plain", "8bit", "quoted-printable", "html", "long link"],
)
def test_ordinary_text_stays_here(content):
    assert stays_here(content, 64)
