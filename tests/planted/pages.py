"""Places in PDF, HTML and RTF."""

from __future__ import annotations

import base64
import zlib

from leakguard.model.content import GapKind
from tests.planted.index import plant

_PAPER = "/MediaBox[0 0 595 842]"


def pdf(content: str, *, objects: tuple[str, ...] = (), catalog: str = "", page: str = "", trailer: str = "") -> bytes:
    """A one-page PDF. `objects` are numbered from 6."""
    stream = zlib.compress(content.encode("cp1252"))
    bodies: list[bytes] = [
        f"<</Type/Catalog/Pages 2 0 R{catalog}>>".encode(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R{_PAPER}/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>{page}>>".encode(),
        b"<</Length %d/Filter/FlateDecode>>stream\n" % len(stream) + stream + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        *(each.encode("latin-1") for each in objects),
    ]
    out, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(out))
        out += b"%d 0 obj" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1) + table
    out += f"trailer<</Size {len(bodies) + 1}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def _shown(text: str) -> str:
    return f"BT /F 12 Tf 72 700 Td ({text}) Tj ET"


_AGREED = _shown("As agreed")


@plant("PDF", "page", says="page 1")
def page(phrase: str) -> bytes:
    return pdf(_shown(phrase))


@plant("PDF", "words placed one by one", says="page 1")
def placed(phrase: str) -> bytes:
    moves = "".join(f"1 0 0 1 {72 + 80 * index} 700 Tm ({word}) Tj " for index, word in enumerate(phrase.split()))
    return pdf(f"BT /F 12 Tf {moves} ET")


@plant("PDF", "letters kerned", says="page 1")
def kerned(phrase: str) -> bytes:
    return pdf(f"BT /F 12 Tf 72 700 Td [{'-20 '.join(f'({letter})' for letter in phrase)}] TJ ET")


@plant("PDF", "phrase over two lines", says="page 1")
def two_lines(phrase: str) -> bytes:
    first, _, rest = phrase.partition(" ")
    return pdf(f"BT /F 12 Tf 72 700 Td ({first}) Tj 0 -14 Td ({rest}) Tj ET")


@plant("PDF", "invisible text", says="page 1")
def invisible(phrase: str) -> bytes:
    return pdf(f"BT 3 Tr /F 12 Tf 72 700 Td ({phrase}) Tj ET")


@plant("PDF", "white text off the page")
def outside(phrase: str) -> bytes:
    return pdf(_AGREED + f" BT 1 g /F 12 Tf 72 -900 Td ({phrase}) Tj ET")


@plant("PDF", "note on the page")
def note(phrase: str) -> bytes:
    annotation = f"<</Type/Annot/Subtype/Text/Rect[9 9 29 29]/Contents({phrase})>>"
    return pdf(_AGREED, objects=(annotation,), page="/Annots[6 0 R]")


@plant("PDF", "rich text of a note")
def rich_note(phrase: str) -> bytes:
    rich = f"<body><p>{phrase[:5]}<b>{phrase[5:]}</b></p></body>"
    return pdf(
        _AGREED, objects=(f"<</Type/Annot/Subtype/FreeText/Rect[9 9 299 29]/RC({rich})>>",), page="/Annots[6 0 R]"
    )


@plant("PDF", "value of a form field")
def field(phrase: str) -> bytes:
    widget = f"<</Type/Annot/Subtype/Widget/FT/Tx/T(f)/V({phrase})/Rect[9 9 299 29]>>"
    return pdf(_AGREED, objects=(widget,), page="/Annots[6 0 R]", catalog="/AcroForm<</Fields[6 0 R]>>")


@plant("PDF", "bookmark")
def bookmark(phrase: str) -> bytes:
    objects = (
        "<</Type/Outlines/First 7 0 R/Last 7 0 R/Count 1>>",
        f"<</Title({phrase})/Parent 6 0 R/Dest[3 0 R/Fit]>>",
    )
    return pdf(_AGREED, objects=objects, catalog="/Outlines 6 0 R")


@plant("PDF", "title property in UTF-16", says="property")
def title(phrase: str) -> bytes:
    coded = ("\ufeff" + phrase).encode("utf-16-be").hex()
    return pdf(_AGREED, objects=(f"<</Title<{coded}>>>",), trailer="/Info 6 0 R")


@plant("PDF", "metadata stream")
def metadata(phrase: str) -> bytes:
    xmp = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><d:subject xmlns:d="http://purl.org/dc/elements/1.1/">{phrase}</d:subject></x:xmpmeta>'
    return pdf(
        _AGREED,
        objects=(f"<</Type/Metadata/Subtype/XML/Length {len(xmp)}>>stream\n{xmp}\nendstream",),
        catalog="/Metadata 6 0 R",
    )


@plant("PDF", "attached file")
def attached(phrase: str) -> bytes:
    body = f"<</Type/EmbeddedFile/Length {len(phrase)}>>stream\n{phrase}\nendstream"
    spec = "<</Type/Filespec/F(note.txt)/EF<</F 6 0 R>>>>"
    names = "/Names<</EmbeddedFiles<</Names[(note.txt)7 0 R]>>>>"
    return pdf(_AGREED, objects=(body, spec), catalog=names)


@plant("PDF", "name of an attached file")
def attached_name(phrase: str) -> bytes:
    body = "<</Type/EmbeddedFile/Length 2>>stream\nno\nendstream"
    spec = f"<</Type/Filespec/F({phrase}.txt)/EF<</F 6 0 R>>>>"
    return pdf(_AGREED, objects=(body, spec), catalog="/Names<</EmbeddedFiles<</Names[(a)7 0 R]>>>>")


@plant("PDF", "file attached to no list")
def attached_loose(phrase: str) -> bytes:
    return pdf(_AGREED, objects=(f"<</Type/EmbeddedFile/Length {len(phrase)}>>stream\n{phrase}\nendstream",))


@plant("PDF", "address of a link")
def link(phrase: str) -> bytes:
    address = f"mailto:a@b.example?subject={phrase.replace(' ', '%20')}"
    target = f"<</Type/Annot/Subtype/Link/Rect[9 9 99 29]/A<</S/URI/URI({address})>>>>"
    return pdf(_AGREED, objects=(target,), page="/Annots[6 0 R]")


@plant("PDF", "earlier revision")
def revision(phrase: str) -> bytes:
    before = pdf(_shown(phrase))
    at = len(before)
    stream = _AGREED.encode()
    update = b"4 0 obj<</Length %d>>stream\n" % len(stream) + stream + b"\nendstream endobj\n"
    start = at + len(update)
    table = b"xref\n4 1\n%010d 00000 n \n" % at
    return (
        before
        + update
        + table
        + b"trailer<</Size 6/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (before.rfind(b"xref\n0"), start)
    )


@plant("PDF", "alternative text of a figure")
def figure(phrase: str) -> bytes:
    tree = ("<</Type/StructTreeRoot/K 7 0 R>>", f"<</Type/StructElem/S/Figure/P 6 0 R/Alt({phrase})>>")
    return pdf(_AGREED, objects=tree, catalog="/StructTreeRoot 6 0 R")


@plant("PDF", "junk before the header")
def junk(phrase: str) -> bytes:
    return b"junk\n" * 40 + pdf(_shown(phrase))


@plant("PDF", "lost cross-reference table")
def lost_table(phrase: str) -> bytes:
    content = pdf(_shown(phrase))
    return content[: content.rfind(b"xref\n0")]


def _html(inner: str) -> bytes:
    return f"<!DOCTYPE html><html><body><p>As agreed</p>{inner}</body></html>".encode()


@plant("HTML", "inline tags inside a word")
def inline(phrase: str) -> bytes:
    return _html(f"<p>{phrase[:3]}<b>{phrase[3:6]}</b><span>{phrase[6:]}</span></p>")


@plant("HTML", "entities")
def entities(phrase: str) -> bytes:
    return _html("<p>" + "".join(f"&#{ord(letter)};" for letter in phrase))


@plant("HTML", "cells of a row")
def html_row(phrase: str) -> bytes:
    return _html(f"<table><tr>{''.join(f'<td>{word}</td>' for word in phrase.split())}</tr></table>")


@plant("HTML", "element not displayed")
def not_displayed(phrase: str) -> bytes:
    return _html(f'<div style="display: none">{phrase}</div>')


@plant("HTML", "comment")
def html_comment(phrase: str) -> bytes:
    return _html(f"<!-- {phrase} -->")


@plant("HTML", "conditional comment for Outlook")
def conditional(phrase: str) -> bytes:
    return _html(f"<!--[if mso]><p>{phrase}</p><![endif]-->")


@plant("HTML", "comment that never ends")
def endless_comment(phrase: str) -> bytes:
    return _html(f"<!-- {phrase}").replace(b"</body></html>", b"")


@plant("HTML", "alternative text")
def alt(phrase: str) -> bytes:
    return _html(f"<img src=x alt='{phrase}'>")


@plant("HTML", "value of an input")
def html_input(phrase: str) -> bytes:
    return _html(f'<form><input type=hidden value="{phrase}"></form>')


@plant("HTML", "frame with its own document")
def srcdoc(phrase: str) -> bytes:
    return _html(f'<iframe srcdoc="&lt;p&gt;{phrase}&lt;/p&gt;"></iframe>')


@plant("HTML", "document in an address")
def data_uri(phrase: str) -> bytes:
    return _html(f'<iframe src="data:text/html;base64,{base64.b64encode(f"<p>{phrase}".encode()).decode()}"></iframe>')


@plant("HTML", "address of a page", shows=lambda phrase: phrase.replace(" ", "-"))
def slug(phrase: str) -> bytes:
    return _html(f'<p>see <a href="https://news.example/2026/{phrase.replace(" ", "-")}.html">here</a></p>')


@plant("HTML", "script")
def script(phrase: str) -> bytes:
    return _html(f'<script>var x = "{phrase}";</script>')


@plant("HTML", "drawing within the page")
def html_svg(phrase: str) -> bytes:
    return _html(f"<svg><text><tspan>{phrase}</tspan></text></svg>")


@plant("HTML", "description for search engines")
def meta(phrase: str) -> bytes:
    return f'<html><head><meta name="description" content="{phrase}"></head><body>As agreed</body></html>'.encode()


@plant("HTML", "soft hyphens and zero-width spaces")
def ignorable(phrase: str) -> bytes:
    return _html(f"<p>{phrase[:2]}&shy;{phrase[2:4]}&#8203;{phrase[4:]}</p>")


@plant("HTML", "UTF-16")
def html_utf16(phrase: str) -> bytes:
    return f"<html><body><p>{phrase}</p></body></html>".encode("utf-16")


def _rtf(inner: str, head: str = "") -> bytes:
    return (
        r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fnil\fcharset0 Arial;}}"
        + head
        + r"\pard As agreed\par "
        + inner
        + "}"
    ).encode()


@plant("RTF", "paragraph")
def rtf(phrase: str) -> bytes:
    return _rtf(phrase[:3] + r"{\b " + phrase[3:7] + "}" + phrase[7:] + r"\par")


@plant("RTF", "hexadecimal letters")
def rtf_hex(phrase: str) -> bytes:
    return _rtf("".join(rf"\'{ord(letter):02x}" for letter in phrase))


@plant("RTF", "Unicode letters with substitutes")
def rtf_unicode(phrase: str) -> bytes:
    return _rtf(r"\uc1 " + "".join(rf"\u{ord(letter)}?" for letter in phrase))


@plant("RTF", "cells of a row")
def rtf_cells(phrase: str) -> bytes:
    return _rtf(r"\trowd " + "".join(rf"{word}\cell " for word in phrase.split()) + r"\row")


@plant("RTF", "header", says="header")
def rtf_header(phrase: str) -> bytes:
    return _rtf("", r"{\header " + phrase + r"\par}")


@plant("RTF", "footnote", says="footnote")
def rtf_footnote(phrase: str) -> bytes:
    return _rtf(r"see{\footnote " + phrase + "}")


@plant("RTF", "annotation", says="comment")
def rtf_annotation(phrase: str) -> bytes:
    return _rtf(r"{\*\atnid A}{\*\annotation " + phrase + "}")


@plant("RTF", "hidden text")
def rtf_hidden(phrase: str) -> bytes:
    return _rtf(r"{\v " + phrase + "}")


@plant("RTF", "title property", says="property")
def rtf_title(phrase: str) -> bytes:
    return _rtf("", r"{\info{\title " + phrase + "}}")


@plant("RTF", "result of a field")
def rtf_field(phrase: str) -> bytes:
    return _rtf(r"{\field{\*\fldinst HYPERLINK x}{\fldrslt " + phrase + "}}")


@plant("RTF", "text box")
def rtf_box(phrase: str) -> bytes:
    return _rtf(r"{\shp{\*\shpinst{\shptxt " + phrase + r"\par}}}")


@plant("RTF", "Japanese letters of a font")
def rtf_japanese(phrase: str) -> bytes:
    coded = "".join(rf"\'{octet:02x}" for octet in "雇用統計".encode("cp932"))
    return _rtf(r"{\f1 " + coded + " }" + phrase, r"{\fonttbl{\f1\fnil\fcharset128 Mincho;}}")


@plant("RTF", "HTML mail packed in rich text")
def rtf_html(phrase: str) -> bytes:
    inner = (
        r"{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 "
        + phrase[:5]
        + r"{\*\htmltag84 <b>}"
        + phrase[5:]
        + r"\htmlrtf }\htmlrtf0 {\*\htmltag92 </b>}"
    )
    return (r"{\rtf1\ansi\ansicpg1252\fromhtml1 " + inner + "}").encode()


@plant("RTF", "cut off", gap=GapKind.DAMAGED)
def rtf_cut(phrase: str) -> bytes:
    return _rtf(phrase)[:-1]


@plant("PDF", "hyphen at the end of a line", shows=lambda phrase: phrase.replace(" ", "- ", 1))
def end_hyphen(phrase: str) -> bytes:
    first, _, rest = phrase.partition(" ")
    return pdf(f"BT /F 12 Tf 72 700 Td (and {first}-) Tj 0 -14 Td ({rest} it is) Tj ET")
