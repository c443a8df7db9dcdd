"""Places in Word documents."""

from __future__ import annotations

import zipfile
from io import BytesIO

import docx
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.planted.index import plant

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def _new() -> Document:
    document = docx.Document()
    document.add_paragraph("As agreed.")
    return document


def _saved(document: Document) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The package with one more part, to which nothing need refer."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info, old.read(info))
        new.writestr(name, part)
    return out.getvalue()


def _paragraph(inner: str) -> bytes:
    document = _new()
    document.element.body.insert(0, parse_xml(f"<w:p {nsdecls('w', 'wp', 'a', 'm')}>{inner}</w:p>"))
    return _saved(document)


@plant("Word", "paragraph", says="paragraph 2")
def paragraph(phrase: str) -> bytes:
    document = _new()
    document.add_paragraph(phrase)
    return _saved(document)


@plant("Word", "runs cut inside a word", says="paragraph 1")
def runs(phrase: str) -> bytes:
    return _paragraph("".join(f'<w:r><w:t xml:space="preserve">{letter}</w:t></w:r>' for letter in phrase))


@plant("Word", "cells of a row")
def cells(phrase: str) -> bytes:
    document = _new()
    words = phrase.split()
    table = document.add_table(rows=1, cols=len(words))
    for cell, word in zip(table.rows[0].cells, words, strict=True):
        cell.text = word
    return _saved(document)


@plant("Word", "header", says="header")
def header(phrase: str) -> bytes:
    document = _new()
    document.sections[0].header.paragraphs[0].text = phrase
    return _saved(document)


@plant("Word", "footer of first page", says="footer")
def first_footer(phrase: str) -> bytes:
    document = _new()
    document.sections[0].different_first_page_header_footer = True
    document.sections[0].first_page_footer.paragraphs[0].text = phrase
    return _saved(document)


@plant("Word", "comment", says="comment")
def comment(phrase: str) -> bytes:
    document = _new()
    document.add_comment(document.paragraphs[0].runs, text=phrase, author="Ana")
    return _saved(document)


@plant("Word", "title property", says="property")
def title(phrase: str) -> bytes:
    document = _new()
    document.core_properties.title = phrase
    return _saved(document)


@plant("Word", "tracked insertion")
def inserted(phrase: str) -> bytes:
    return _paragraph(f'<w:ins w:id="1" w:author="Ana"><w:r><w:t>{phrase}</w:t></w:r></w:ins>')


@plant("Word", "tracked deletion")
def deleted(phrase: str) -> bytes:
    return _paragraph(f'<w:del w:id="1" w:author="Ana"><w:r><w:delText>{phrase}</w:delText></w:r></w:del>')


@plant("Word", "hidden text")
def vanished(phrase: str) -> bytes:
    return _paragraph(f"<w:r><w:rPr><w:vanish/></w:rPr><w:t>{phrase}</w:t></w:r>")


@plant("Word", "text box")
def text_box(phrase: str) -> bytes:
    box = (
        f'<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent><w:p><w:r>'
        f"<w:t>{phrase}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )
    return _paragraph(box)


@plant("Word", "alternative text of a picture")
def alternative(phrase: str) -> bytes:
    drawing = (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="Picture 1" descr="{phrase}"/></wp:inline></w:drawing></w:r>'
    )
    return _paragraph(drawing)


@plant("Word", "field code")
def field_code(phrase: str) -> bytes:
    return _paragraph(f"<w:r><w:instrText>MERGEFIELD {phrase}</w:instrText></w:r>")


@plant("Word", "entries of a drop-down list")
def drop_down(phrase: str) -> bytes:
    entry = f'<w:listItem w:displayText="{phrase}" w:value="1"/>'
    return _paragraph(f"<w:sdt><w:sdtPr><w:dropDownList>{entry}</w:dropDownList></w:sdtPr><w:sdtContent/></w:sdt>")


@plant("Word", "equation")
def equation(phrase: str) -> bytes:
    return _paragraph(f"<m:oMath><m:r><m:t>{phrase}</m:t></m:r></m:oMath>")


def _part(root: str, inner: str) -> bytes:
    return f'<?xml version="1.0"?><w:{root} xmlns:w="{_W}">{inner}</w:{root}>'.encode()


@plant("Word", "footnote", says="footnote")
def footnote(phrase: str) -> bytes:
    inner = f'<w:footnote w:id="2"><w:p><w:r><w:t>{phrase}</w:t></w:r></w:p></w:footnote>'
    return with_part(_saved(_new()), "word/footnotes.xml", _part("footnotes", inner))


@plant("Word", "endnote", says="endnote")
def endnote(phrase: str) -> bytes:
    inner = f'<w:endnote w:id="2"><w:p><w:r><w:t>{phrase}</w:t></w:r></w:p></w:endnote>'
    return with_part(_saved(_new()), "word/endnotes.xml", _part("endnotes", inner))


@plant("Word", "building block")
def glossary(phrase: str) -> bytes:
    inner = f"<w:docPart><w:docPartBody><w:p><w:r><w:t>{phrase}</w:t></w:r></w:p></w:docPartBody></w:docPart>"
    part = _part("glossaryDocument", f"<w:docParts>{inner}</w:docParts>")
    return with_part(_saved(_new()), "word/glossary/document.xml", part)


@plant("Word", "data bound to the document")
def custom_xml(phrase: str) -> bytes:
    return with_part(_saved(_new()), "customXml/item9.xml", f"<form><answer>{phrase}</answer></form>".encode())


@plant("Word", "title of a chart")
def chart_title(phrase: str) -> bytes:
    return with_part(_saved(_new()), "word/charts/chart1.xml", chart(phrase))


@plant("Word", "diagram")
def diagram(phrase: str) -> bytes:
    a = "http://schemas.openxmlformats.org/drawingml/2006/main"
    model = f"<dgm:pt><dgm:t><a:p><a:r><a:t>{phrase}</a:t></a:r></a:p></dgm:t></dgm:pt>"
    names = f'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" xmlns:a="{a}"'
    xml = f"<dgm:dataModel {names}>{model}</dgm:dataModel>"
    return with_part(_saved(_new()), "word/diagrams/data1.xml", xml.encode())


@plant("Word", "part in UTF-16 under an unexpected name")
def odd_part(phrase: str) -> bytes:
    line = f"<w:p><w:r><w:t>{phrase}</w:t></w:r></w:p>"
    xml = f'<?xml version="1.0" encoding="UTF-16"?><w:hdr xmlns:w="{_W}">{line}</w:hdr>'
    return with_part(_saved(_new()), "word/odd.bin", xml.encode("utf-16"))


@plant("Word", "document embedded in a document")
def embedded(phrase: str) -> bytes:
    inner = _new()
    inner.add_paragraph(phrase)
    return with_part(_saved(_new()), "word/embeddings/Microsoft_Word_Document1.docx", _saved(inner))


@plant("Word", "HTML chunk")
def chunk(phrase: str) -> bytes:
    return with_part(_saved(_new()), "word/afchunk.htm", f"<html><body><p>{phrase}</p></body></html>".encode())


@plant("Word", "flat XML file")
def flat(phrase: str) -> bytes:
    body = f'<w:document xmlns:w="{_W}"><w:body><w:p><w:r><w:t>{phrase}</w:t></w:r></w:p></w:body></w:document>'
    part = f'<pkg:part pkg:name="/word/document.xml"><pkg:xmlData>{body}</pkg:xmlData></pkg:part>'
    head = '<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
    return f'{head}<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">{part}</pkg:package>'.encode()


@plant("Word", "flat XML file of 2003")
def flat_2003(phrase: str) -> bytes:
    w = "http://schemas.microsoft.com/office/word/2003/wordml"
    half = len(phrase) // 2
    runs = f'<w:r><w:t>{phrase[:half]}</w:t></w:r><w:r><w:t xml:space="preserve">{phrase[half:]}</w:t></w:r>'
    body = f"<w:body><w:p>{runs}</w:p></w:body>"
    return f'<?xml version="1.0"?><w:wordDocument xmlns:w="{w}">{body}</w:wordDocument>'.encode()


def chart(title: str) -> bytes:
    """A chart part with this title."""
    text = f"<c:title><c:tx><c:rich><a:p><a:r><a:t>{title}</a:t></a:r></a:p></c:rich></c:tx></c:title>"
    names = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    return f"<c:chartSpace {names}><c:chart>{text}</c:chart></c:chartSpace>".encode()
