"""Hostile mail costs its size and no more, and what is not read of it leaves a gap."""

from __future__ import annotations

import time

import pytest

from leakguard.model.content import GapKind
from tests.unit.extract.make import gap_kinds, read, words

_END = b"record employment"
_HTML, _TEXT, _CALENDAR = (
    b"Content-Type: text/html\r\n\r\n",
    b"\r\n\r\n",
    b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\n",
)


def _nested(count: int, header: bytes) -> bytes:
    return b"".join(header.replace(b"%d", b"%d" % level) for level in range(count))


_MULTIPART = b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n'


@pytest.mark.parametrize(
    ("content", "gap"),
    [
        pytest.param(_nested(1_000_000, b"X%d: y\r\n"), GapKind.TOO_LARGE, id="headers"),
        pytest.param(b"Subject: a\r\n" + b" b\r\n" * 500_000, GapKind.TOO_LARGE, id="one folded header"),
        pytest.param(
            b"Content-Type: text/plain;\r\n" + _nested(20_000, b' name*%d="xxxxxxx";\r\n'),
            GapKind.TOO_LARGE,
            id="continued",
        ),
        pytest.param(b"To: " + _nested(100_000, b"A <a%d@b.example>, "), GapKind.TOO_LARGE, id="addresses"),
        pytest.param(b"To: " + b"(" * 20_000, None, id="brackets"),
        pytest.param(_nested(400, _MULTIPART) + b"--b7x\r\nxxxxxxxx\r\n" * 50_000, GapKind.TOO_DEEP, id="delimiters"),
        pytest.param(_nested(10_000, _MULTIPART), GapKind.TOO_DEEP, id="nested parts"),
        pytest.param(b"Content-Type: message/rfc822\r\n\r\n" * 10_000, GapKind.TOO_DEEP, id="nested mails"),
        pytest.param(_MULTIPART + b"--b%d\r\n\r\nab\r\n" * 100_000, GapKind.TOO_MANY, id="parts"),
        pytest.param(
            b'Content-Type: multipart/mixed; boundary="XX"\r\n\r\n--XX\r\n' * 5_000,
            GapKind.AMBIGUOUS,
            id="one boundary",
        ),
        pytest.param(
            _TEXT + b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=\r\n\r\n" * 30_000, GapKind.TOO_MANY, id="base64 lines"
        ),
        pytest.param(_TEXT + b"-----BEGIN PGP MESSAGE-----\r\n" * 30_000, GapKind.ENCRYPTED, id="armour"),
        pytest.param(_CALENDAR + b"QUOTED-PRINTABLE" * 50_000 + b"=\n", None, id="calendar"),
        pytest.param(_CALENDAR + b"X;QUOTED-PRINTABLE:a=\r\n" * 50_000, None, id="folded calendar"),
        pytest.param(_TEXT + b"=?utf-8?q?" * 100_000, None, id="open encoded words"),
        pytest.param(_TEXT + b"+AGEA-" * 200_000, None, id="utf-7"),
        pytest.param(_TEXT + b"+AA" * 300_000, None, id="open utf-7"),
        pytest.param(b'From: "' + b'"\\' * 100_000, None, id="open quotes"),
        pytest.param(_HTML + b"<a b=c " * 150_000, None, id="unclosed tags"),
        pytest.param(_HTML + b"<!x" * 300_000, None, id="unclosed declarations"),
        pytest.param(_HTML + b"<bdo dir=rtl>" * 80_000, None, id="turned text"),
        pytest.param(_HTML + b"<a href='data:," * 60_000, None, id="data addresses"),
    ],
)
def test_hostile_mail_is_read_in_time(content: bytes, gap: GapKind | None) -> None:
    started = time.process_time()
    found = read(content + b"\r\n\r\n" + _END)

    assert time.process_time() - started < 60  # none of it grows with the square of the text
    assert gap is None or gap in gap_kinds(found)
    assert _END.decode() in words(found)
