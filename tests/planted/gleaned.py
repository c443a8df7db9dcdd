"""Places that files of other writers held and a first reading overlooked."""

from __future__ import annotations

import base64
import struct

from leakguard.model.content import GapKind
from tests.planted.excel import _written as workbook
from tests.planted.index import plant
from tests.planted.mails import _mail as mail
from tests.planted.opendocument import _text
from tests.planted.others import _zip as zipped
from tests.planted.word import _new, _paragraph, _part, _saved, with_part


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


@plant("Word", "sentence that a text box hangs on", says="paragraph 1")
def beside_box(phrase: str) -> bytes:
    inner = f"<w:txbxContent><w:p>{_run('boxed')}</w:p></w:txbxContent>"
    shape = f'<v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox>{inner}</v:textbox></v:shape>'
    return _paragraph(_run(phrase[:9]) + f"<w:r><w:pict>{shape}</w:pict></w:r>" + _run(phrase[9:]))


@plant("Word", "sentence that a picture hangs on", says="paragraph 1")
def beside_picture(phrase: str) -> bytes:
    pic = '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"/>'
    graphic = f'<a:graphic><a:graphicData uri="picture">{pic}</a:graphicData></a:graphic>'
    drawing = f"<w:r><w:drawing><wp:anchor>{graphic}</wp:anchor></w:drawing></w:r>"
    return _paragraph(_run(phrase[:9]) + drawing + _run(phrase[9:]))


@plant("Word", "words before they were changed", says="deleted")
def before_change(phrase: str) -> bytes:
    old = f'<w:del w:id="1" w:author="Ana"><w:r><w:delText xml:space="preserve">{phrase[4:9]}</w:delText></w:r></w:del>'
    new = f'<w:ins w:id="2" w:author="Ana">{_run("other")}</w:ins>'
    return _paragraph(_run(phrase[:4]) + new + old + _run(phrase[9:]))


@plant("Word", "field code cut in two")
def cut_field(phrase: str) -> bytes:
    codes = "".join(
        f'<w:r><w:instrText xml:space="preserve">{text}</w:instrText></w:r>' for text in (phrase[:8], phrase[8:])
    )
    return _paragraph(
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{codes}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


@plant("Word", "text above words")
def above_words(phrase: str) -> bytes:
    return _paragraph(
        f"<w:r><w:ruby><w:rt>{_run(phrase)}</w:rt><w:rubyBase>{_run('words')}</w:rubyBase></w:ruby></w:r>"
    )


@plant("Word", "name of a property")
def property_name(phrase: str) -> bytes:
    inner = f'<property pid="2" name="{phrase}"><lpwstr>yes</lpwstr></property>'
    return with_part(_saved(_new()), "docProps/custom.xml", f"<Properties>{inner}</Properties>".encode())


@plant("Word", "comment in which a picture stands", says="comment")
def comment_with_picture(phrase: str) -> bytes:
    inner = f"<w:p>{_run(phrase[:6])}<w:r><w:drawing/></w:r>{_run(phrase[6:])}</w:p>"
    return with_part(_saved(_new()), "word/comments.xml", _part("comments", f'<w:comment w:id="0">{inner}</w:comment>'))


_SHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def _sheet(inner: str) -> bytes:
    xml = f"<worksheet {_SHEET}>{inner}</worksheet>"
    return with_part(workbook(lambda *_: None), "xl/worksheets/sheet9.xml", xml.encode())


def _strings(inner: str) -> bytes:
    book = workbook(lambda _, sheet: sheet.write(0, 0, "As agreed"))
    return with_part(book, "xl/sharedStrings.xml", f"<sst {_SHEET}><si>{inner}</si></sst>".encode())


@plant("Excel", "text above words of a cell")
def above_cell(phrase: str) -> bytes:
    return _strings(f'<t>words</t><rPh sb="0" eb="1"><t>{phrase}</t></rPh>')


@plant("Excel", "text above words of a cell stored in place")
def above_inline(phrase: str) -> bytes:
    return _sheet(f'<sheetData><row><c t="inlineStr"><is><t>a</t><rPh><t>{phrase}</t></rPh></is></c></row></sheetData>')


@plant("Excel", "characters written as numbers", says="Front!A1")
def numbered(phrase: str) -> bytes:
    return _strings(f"<t>{phrase.replace(' ', '_x0020_')}</t>")


@plant("Excel", "characters written as numbers in place")
def numbered_inline(phrase: str) -> bytes:
    text = phrase.replace(" ", "_x0020_")
    return _sheet(f'<sheetData><row><c t="inlineStr"><is><t>{text}</t></is></c></row></sheetData>')


@plant("Excel", "comment of a scenario")
def scenario(phrase: str) -> bytes:
    return _sheet(f'<sheetData/><scenarios><scenario name="low" comment="{phrase}"/></scenarios>')


@plant("Excel", "button in two colours")
def button(phrase: str) -> bytes:
    text = f"<div><font>{phrase[:7]}</font><font color='red'>{phrase[7:]}</font></div>"
    names = 'xmlns:v="urn:schemas-microsoft-com:vml"'
    xml = f"<xml {names}><v:shape><v:textbox>{text}</v:textbox></v:shape></xml>"
    return with_part(workbook(lambda *_: None), "xl/drawings/vmlDrawing9.vml", xml.encode())


@plant("mail", "quoted over two lines", is_mail=True)
def quoted(phrase: str) -> bytes:
    first, _, rest = phrase.partition(" ")
    return mail(b"", f"Ana wrote:\r\n> {first}\r\n> {rest}\r\n\r\nAgreed.\r\n".encode())


@plant("mail", "quoted twice over two lines", is_mail=True)
def quoted_twice(phrase: str) -> bytes:
    first, _, rest = phrase.partition(" ")
    return mail(b"", f">> {first}\r\n> > {rest}\r\n".encode())


@plant("mail", "owner of a PGP key", is_mail=True)
def key_owner(phrase: str) -> bytes:
    key = b"\x04" + bytes(4) + b"\x16" + bytes(60)
    packets = b"\x98" + bytes([len(key)]) + key + b"\xb4" + bytes([len(phrase)]) + phrase.encode()
    lines = base64.encodebytes(packets)
    return mail(
        b"", b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n" + lines + b"=AAAA\n-----END PGP PUBLIC KEY BLOCK-----\n"
    )


@plant("others", "file encrypted by openssl", gap=GapKind.ENCRYPTED)
def salted(phrase: str) -> bytes:
    return b"Salted__" + bytes(range(8)) + bytes(range(100, 164))


@plant("others", "file encrypted by openssl, in base64", gap=GapKind.ENCRYPTED)
def salted_letters(phrase: str) -> bytes:
    return base64.encodebytes(salted(phrase))


def metafile(*records: tuple[int, bytes]) -> bytes:
    """As LibreOffice writes its own kind: a header, then records of kind, version and size."""
    body = b"".join(struct.pack("<HHI", kind, 2, len(content)) + content for kind, content in records)
    return b"VCLMTF" + struct.pack("<HI", 1, 49) + bytes(45) + struct.pack("<I", len(records)) + body


def letters(text: str, x: int) -> tuple[int, bytes]:
    """A record that draws text: each letter ends 300 units behind the last."""
    ends = struct.pack(f"<{len(text)}i", *range(300, 300 * len(text) + 1, 300))
    wide = struct.pack("<I", len(text)) + text.encode("utf-16-le")
    return 113, struct.pack("<ii", x, 1700) + wide + struct.pack("<HHI", 0, len(text), len(text)) + ends


@plant("picture", "preview that LibreOffice keeps of a table", says="picture")
def preview(phrase: str) -> bytes:
    font = (138, struct.pack("<HI", 4, 59) + struct.pack("<HHii", 0, 0, 0, 600) + bytes(40))
    return zipped(
        ("mimetype", b"application/vnd.oasis.opendocument.presentation"),
        ("content.xml", b"<document-content/>"),
        ("Pictures/TablePreview1.svm", metafile(font, letters(phrase[:8], 0), letters(phrase[8:], 2400))),
    )


@plant("OpenDocument", "sentence from which words were deleted", says="deleted")
def cut_sentence(phrase: str) -> bytes:
    region = (
        '<text:changed-region text:id="c1"><text:deletion><office:change-info><dc:creator>Ana</dc:creator>'
        f"</office:change-info><text:p>{phrase[4:9]}</text:p></text:deletion></text:changed-region>"
        '<text:changed-region text:id="c2"><text:insertion/></text:changed-region>'
    )
    line = (
        f'<text:p>{phrase[:4]}<text:change text:change-id="c1"/><text:change-start text:change-id="c2"/>other'
        f'<text:change-end text:change-id="c2"/>{phrase[9:]}</text:p>'
    )
    return _text(f"<text:tracked-changes>{region}</text:tracked-changes>{line}")


@plant("OpenDocument", "comment of a version")
def version(phrase: str) -> bytes:
    names = 'xmlns:VL="http://openoffice.org/2001/versions-list"'
    xml = f'<VL:version-list {names}><VL:version-entry VL:title="Version1" VL:comment="{phrase}"/></VL:version-list>'
    return with_part(_text("<text:p>As agreed</text:p>"), "VersionList.xml", xml.encode())
