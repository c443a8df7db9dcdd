"""Places in OpenDocument files, written by hand."""

from __future__ import annotations

import zipfile
from io import BytesIO

from leakguard.model.content import GapKind
from tests.planted.index import plant

_NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{uri}:1.0"'
    for prefix, uri in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"), ("svg", "svg-compatible"),
        ("presentation", "presentation"), ("style", "style"), ("meta", "meta"), ("chart", "chart"),
    )
) + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'  # fmt: skip


def _package(kind: str, body: str, **others: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        content = f"<office:document-content {_NAMES}><office:body>{body}</office:body></office:document-content>"
        archive.writestr("content.xml", content)
        for name, xml in others.items():
            archive.writestr(f"{name}.xml" if name != "manifest" else "META-INF/manifest.xml", xml)
    return out.getvalue()


def _text(inner: str, **others: str) -> bytes:
    return _package("text", f"<office:text><text:p>As agreed</text:p>{inner}</office:text>", **others)


def _sheet(inner: str) -> bytes:
    table = f'<table:table table:name="Front">{inner}</table:table>'
    return _package("spreadsheet", f"<office:spreadsheet>{table}</office:spreadsheet>")


@plant("OpenDocument", "paragraph")
def paragraph(phrase: str) -> bytes:
    return _text(f"<text:p>{phrase[:4]}<text:span>{phrase[4:]}</text:span></text:p>")


@plant("OpenDocument", "spaces as elements")
def spaces(phrase: str) -> bytes:
    return _text(f"<text:p>{phrase.replace(' ', '<text:s/>')}</text:p>")


@plant("OpenDocument", "tracked deletion")
def deletion(phrase: str) -> bytes:
    region = f"<text:changed-region><text:deletion><text:p>{phrase}</text:p></text:deletion></text:changed-region>"
    return _text(f"<text:tracked-changes>{region}</text:tracked-changes>")


@plant("OpenDocument", "comment", says="comment")
def annotation(phrase: str) -> bytes:
    return _text(
        f"<text:p>see<office:annotation><dc:creator>Ana</dc:creator><text:p>{phrase}</text:p></office:annotation></text:p>"
    )


@plant("OpenDocument", "footnote")
def footnote(phrase: str) -> bytes:
    body = f"<text:note-citation>1</text:note-citation><text:note-body><text:p>{phrase}</text:p></text:note-body>"
    return _text(f"<text:p>see<text:note>{body}</text:note></text:p>")


@plant("OpenDocument", "text box")
def text_box(phrase: str) -> bytes:
    return _text(f"<text:p><draw:frame><draw:text-box><text:p>{phrase}</text:p></draw:text-box></draw:frame></text:p>")


@plant("OpenDocument", "alternative text")
def alternative(phrase: str) -> bytes:
    return _text(f"<text:p><draw:frame><svg:desc>{phrase}</svg:desc></draw:frame></text:p>")


@plant("OpenDocument", "header")
def header(phrase: str) -> bytes:
    page = f"<style:master-page><style:header><text:p>{phrase}</text:p></style:header></style:master-page>"
    styles = (
        f"<office:document-styles {_NAMES}><office:master-styles>{page}</office:master-styles></office:document-styles>"
    )
    return _text("", styles=styles)


@plant("OpenDocument", "title property", says="property")
def title(phrase: str) -> bytes:
    inner = f"<office:meta><dc:title>{phrase}</dc:title></office:meta>"
    meta = f"<office:document-meta {_NAMES}>{inner}</office:document-meta>"
    return _text("", meta=meta)


@plant("OpenDocument", "cell", says="Front!B1")
def cell(phrase: str) -> bytes:
    cells = f"<table:table-cell/><table:table-cell><text:p>{phrase}</text:p></table:table-cell>"
    return _sheet(f"<table:table-row>{cells}</table:table-row>")


@plant("OpenDocument", "cells of a row")
def row(phrase: str) -> bytes:
    cells = "".join(f"<table:table-cell><text:p>{word}</text:p></table:table-cell>" for word in phrase.split())
    return _sheet(f"<table:table-row>{cells}</table:table-row>")


@plant("OpenDocument", "note of a cell")
def cell_note(phrase: str) -> bytes:
    note = f"<office:annotation><text:p>{phrase}</text:p></office:annotation>"
    return _sheet(f"<table:table-row><table:table-cell>{note}<text:p>1</text:p></table:table-cell></table:table-row>")


@plant("OpenDocument", "speaker notes")
def notes(phrase: str) -> bytes:
    box = f"<draw:frame><draw:text-box><text:p>{phrase}</text:p></draw:text-box></draw:frame>"
    inner = f"<presentation:notes>{box}</presentation:notes>"
    return _package("presentation", f"<office:presentation><draw:page>{inner}</draw:page></office:presentation>")


@plant("OpenDocument", "flat file")
def flat(phrase: str) -> bytes:
    line = f"<text:p>{phrase[:6]}<text:span>{phrase[6:]}</text:span></text:p>"
    body = f"<office:body><office:text>{line}</office:text></office:body>"
    return f'<?xml version="1.0"?><office:document {_NAMES}>{body}</office:document>'.encode()


@plant("OpenDocument", "encrypted", gap=GapKind.ENCRYPTED)
def encrypted(phrase: str) -> bytes:
    name = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    data = '<manifest:encryption-data manifest:checksum-type="SHA1/1K" manifest:checksum="x"/>'
    entry = f'<manifest:file-entry manifest:full-path="content.xml">{data}</manifest:file-entry>'
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{name}">{entry}</manifest:manifest>'
        )
        archive.writestr("content.xml", bytes(range(256)) * 8)
    return out.getvalue()
