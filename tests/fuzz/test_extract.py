"""The invariant of the extract room: any bytes give spans or gaps, never an exception, and never silence."""

from __future__ import annotations

from functools import cache
from io import BytesIO

import docx
import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from leakguard.extract import Limits, extract, extract_blob
from leakguard.model.content import Extraction, Gap, Span
from tests.unit.extract.make import attachment, mail, multipart, part, pdf, png, shown, zipped

SMALL = Limits(parts=200, expanded_bytes=5_000_000, text_chars=1_000_000)
HEADERS = st.sampled_from(
    [
        "Content-Type: ",
        "Content-Transfer-Encoding: ",
        "Content-Disposition: ",
        "From: ",
        "Subject: ",
        "To: ",
        "Sender: ",
    ]
)
WORDS = st.text("=?*;\"'<>()@,:/\\ \t%_-0123456789abqxUTF\r\né\0", max_size=60)
_MARKUP = (
    b"<!--",
    b"-->",
    b"<p ",
    b"style='display:none'",
    b"'",
    b'"',
    b">",
    b"</",
    b"&#x",
    b"<td>",
    b"<br>",
    b"<script>",
)
_MAIL = (
    b"begin 644 a\n",
    b"end\n",
    b"--XX\r\n",
    b"--XX--",
    b"\r\n\r\n",
    b"BEGIN:VCARD\n",
    b"=?utf-8?q?",
    b"%PDF-",
    b"PK\5\6",
)
PIECES = st.sampled_from([*_MARKUP, *_MAIL, b"word"])


def _saved(file: object) -> bytes:
    target = BytesIO()
    file.save(target)  # type: ignore[attr-defined]
    return target.getvalue()


@cache
def _valid() -> list[bytes]:
    workbook = openpyxl.Workbook()
    workbook.active.append(["words", 4.1])
    document = docx.Document()
    document.add_paragraph("words")
    html = b"<html><p style='display:none'>a</p><table><tr><td>b</td></tr></table></html>"
    return [
        _saved(workbook),
        _saved(document),
        zipped({"a.txt": b"words", "b.zip": zipped({"c": html})}),
        pdf(shown("words")),
        png(100, 100),
        html,
        multipart(part(b"words"), attachment(b"words"), part(mail(b"x"), "Content-Type: message/rfc822")),
    ]


def _check(found: Extraction) -> None:
    assert all(isinstance(each, Span) and each.text and each.part for each in found.spans)
    assert all(isinstance(each, Gap) for each in found.gaps)
    for span in found.spans:
        offsets = [offset for offset, _ in span.marks]
        assert offsets == sorted(offsets)
        assert all(0 <= offset <= len(span.text) for offset in offsets)
        span.text.encode("utf-8", "surrogatepass")


@given(st.binary(max_size=2000))
def test_any_bytes_give_spans_or_gaps(content: bytes) -> None:
    _check(extract(content, SMALL))
    _check(extract_blob(content, part="1", name="", limits=SMALL))


@given(st.lists(st.tuples(HEADERS, WORDS), max_size=6), st.binary(max_size=300))
def test_any_header_gives_spans_or_gaps(headers: list[tuple[str, str]], body: bytes) -> None:
    block = "".join(f"{name}{value}\r\n" for name, value in headers).encode("utf-8", "replace")

    _check(extract(block + b"\r\n" + body, SMALL))


@given(st.lists(PIECES, max_size=40), st.sampled_from(["", "text/html", "text/csv", "message/rfc822", "text/plain"]))
def test_any_markup_gives_spans_or_gaps(pieces: list[bytes], declared: str) -> None:
    _check(extract_blob(b"".join(pieces), part="1", name="", limits=SMALL, declared=declared))


@settings(max_examples=150)
@given(st.data())
def test_damaged_files_give_spans_or_gaps(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from(_valid())))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    raw = raw[: data.draw(st.integers(1, len(raw)))] if data.draw(st.booleans()) else raw

    found = extract_blob(bytes(raw), part="1", name="", limits=SMALL)

    _check(found)
    assert found.spans or found.gaps or not bytes(raw).strip()
