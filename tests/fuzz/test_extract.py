"""The invariant of the extract room: any bytes give spans or gaps, never an exception, and never silence."""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
from functools import cache
from io import BytesIO

import docx
import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from leakguard.extract import Limits, extract, extract_blob
from leakguard.model.content import Extraction, Gap, Span
from tests.planted.gleaned import letters, metafile
from tests.unit.extract.make import attachment, mail, multipart, part, pdf, png, shown, zipped
from tests.unit.extract.make_archives import cpio, tarred, zip_crypto, zip_member
from tests.unit.extract.make_old import chars, doc, embedded, label, number, ppt, xls
from tests.unit.extract.make_outlook import attached, attribute, msg, packed_rtf, prop, streams, table, tnef
from tests.unit.extract.make_pictures import emf, emf_text, png_with, wmf, wmf_font, wmf_text

SMALL = Limits(ocr_pictures=0, parts=200, expanded_bytes=5_000_000, text_chars=1_000_000)
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
    b"-----BEGIN PGP MESSAGE-----\n",
    b"-----END PGP MESSAGE-----\n",
    b"=ybegin name=a\n",
    b"(This file must be converted with BinHex 4.0)\n:",
    b"ATTACH;ENCODING=BASE64:",
    b"From a 10:00 2024\nA: b\n\n",
    b"cmVjb3JkIGVtcGxveW1lbnQ=\n",
    b"<?xml version='1.0'?>",
    b"<![CDATA[",
    b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80",
    b"\xa3\x01",
    b"\xcb\x03b\0",
    b"%PDF-",
    b"PK\5\6",
)
_RICH = (
    rb"{\rtf1\ansi{\fonttbl{\f0\fcharset128 A;}}\f0 w\'e9\u8217?{\*\x y}{\pict\bin2 {}}"
    rb"{\*\shpinst{\sp{\sn a}{\sv b}}}{\v c}}"
)
_RICH_PIECES = (
    b"{",
    b"}",
    b"\\*",
    b"\\u-10179",
    b"\\bin3 ",
    b"\\'e9",
    b"\\pict ",
    b"\\fldinst ",
    b"\\sp",
    b"\\sv ",
    b"\\upr",
    b"\\ud",
)
_RICH_WORDS = (
    b"\\fonttbl",
    b"\\f1 ",
    b"\\fcharset128 ",
    b"\\fromhtml1 ",
    b"\\htmltag ",
    b"\\v ",
    b"\\footnote ",
    b"\\objdata 01",
    b"\x83",
)
RICH_PIECES = st.sampled_from([*_RICH_PIECES, *_RICH_WORDS, b"word"])
PIECES = st.sampled_from([*_MARKUP, *_MAIL, b"word"])


_ODS_SEED = (
    b"<office:document-content><office:body><office:spreadsheet><table:table table:name='T'><table:table-row>"
    b"<table:table-cell table:number-columns-repeated='9'><office:annotation><text:p>note</text:p></office:annotation>"
    b"<text:p>words</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body>"
    b"</office:document-content>"
)
_FLAT_SEED = (
    b"<pkg:package xmlns:pkg='http://schemas.microsoft.com/office/2006/xmlPackage'><pkg:part pkg:name='/a.xml'>"
    b"<pkg:xmlData><w:document><w:p><w:r><w:t>words</w:t></w:r></w:p></w:document></pkg:xmlData></pkg:part>"
    b"<pkg:part pkg:name='/b'><pkg:binaryData>d29yZHMK</pkg:binaryData></pkg:part></pkg:package>"
)
_OLD_EXCEL_SEED = (
    b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'><Worksheet ss:Name='T'>"
    b"<Table><Row><Cell ss:Index='2'><Data ss:Type='DateTime'>2026-03-31T00:00:00.000</Data></Cell></Row></Table>"
    b"</Worksheet></Workbook>"
)


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
    properties = table(prop(0x1000, 0x1E, b"words"), prop(0x1009, 0x102, packed_rtf(_RICH)))
    return [
        _RICH,
        msg(streams({"0037001F": "words", "10090102": packed_rtf(_RICH)}), attached(0, {"37010102": b"words"})),
        tnef(attribute(0x8004, b"words\0", kind=1), attribute(0x9003, properties, kind=6)),
        _saved(workbook),
        _saved(document),
        zipped({"mimetype": b"x", "content.xml": _ODS_SEED}),
        _FLAT_SEED,
        _OLD_EXCEL_SEED,
        zipped({"a.txt": b"words", "b.zip": zipped({"c": html})}),
        zip_member(b"a", b"words of a file", method=8) * 3,
        zip_crypto(b"words of a file", b"secret"),
        gzip.compress(tarred({"a": b"words " * 50, "b": b"x"})),
        tarred({"a": b"words " * 50}, pax={"comment": "words"}),
        bz2.compress(b"words " * 50),
        lzma.compress(b"words " * 50),
        cpio(b"a", b"words"),
        pdf(shown("words")),
        pdf(
            shown("words"),
            annotations=b"/Annots[101 0 R]",
            more=b"101 0 obj<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(a \\(b\\) c)/RC<616263>>>endobj\n"
            b"102 0 obj<</Type/ObjStm/N 1/First 6/Length 20>>stream\n103 0 <</Alt(words)>>\nendstream endobj\n"
            b"104 0 obj<</Type/EmbeddedFile/Filter[/A85/RL/LZW]/Length 12>>stream\n9jqo^BlbD-~>\nendstream endobj",
        ),
        doc("words\x07more\x07\x07", notes="note\r", header="head\r"),
        xls(label(0, 0, "words"), number(1, 1, 4.1)),
        ppt(chars("words"), more=embedded(b"words")),
        png(100, 100),
        png_with((b"tEXt", b"Title\0words")),
        emf(emf_text("words", 0, 0)),
        metafile(letters("words", 0)),
        wmf(wmf_font(-20), wmf_text(b"words", 0, 0)),
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


@given(st.lists(RICH_PIECES, max_size=40))
def test_any_rich_text_gives_spans_or_gaps(pieces: list[bytes]) -> None:
    found = extract_blob(b"{\\rtf1 " + b"".join(pieces), part="1", name="", limits=SMALL)

    _check(found)
    assert found.spans or found.gaps


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
    assert found.spans or found.gaps or not re.sub(rb"<[^<>]*>?", b"", bytes(raw)).strip()
