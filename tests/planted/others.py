"""Places in texts, archives, pictures and the rest."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile

from PIL import Image, PngImagePlugin

from leakguard.model.content import GapKind
from tests.planted.index import plant
from tests.planted.pages import pdf


def _zip(*members: tuple[str, bytes], comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
        archive.comment = comment
    return out.getvalue()


for _charset in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "utf-7", "cp1252"):

    @plant("text", f"text in {_charset}")
    def text(phrase: str, charset: str = _charset) -> bytes:
        return f"Notes – or £ signs – of the day\n{phrase}\nend\n".encode(charset)


@plant("text", "cell of a table", says="row 2")
def csv_cell(phrase: str) -> bytes:
    return f'name,value\n"{phrase}",1\nb,2\n'.encode()


@plant("text", "cells of a row", says="row 2")
def csv_row(phrase: str) -> bytes:
    return f"a;b;c;d\n{';'.join(phrase.split())}\n1;2;3;4\n".encode()


@plant("text", "JSON with escapes")
def json_text(phrase: str) -> bytes:
    return json.dumps({"note": "– " + phrase}).replace(" ", "\\u0020").encode()


@plant("text", "XML element")
def xml_element(phrase: str) -> bytes:
    return f'<?xml version="1.0"?><report><line>{phrase[:5]}<i>{phrase[5:]}</i></line></report>'.encode()


@plant("text", "XML attribute")
def xml_attribute(phrase: str) -> bytes:
    return f'<?xml version="1.0"?><report><line note="{phrase}"/></report>'.encode()


@plant("text", "drawing")
def svg(phrase: str) -> bytes:
    inner = f'<text x="1" y="9">{phrase[:5]}<tspan>{phrase[5:]}</tspan></text>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{inner}</svg>'.encode()


@plant("text", "contact card")
def card(phrase: str) -> bytes:
    return f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ana\r\nNOTE:{phrase[:7]}\r\n {phrase[7:]}\r\nEND:VCARD\r\n".encode()


@plant("text", "mailbox with two mails")
def mbox(phrase: str) -> bytes:
    one = "From ana@stats.example Mon Nov  2 09:00:00 2026\nFrom: ana@stats.example\nSubject: {}\n\n{}\n\n"
    return (one.format("one", "As agreed") + one.format("two", phrase)).encode()


@plant("text", "web archive")
def mhtml(phrase: str) -> bytes:
    head = "From: <Saved by a browser>\r\nSubject: page\r\nMIME-Version: 1.0\r\n"
    head += 'Content-Type: multipart/related; boundary="cut"\r\n\r\n'
    part = "--cut\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    part += f"<p>{phrase[:5]}=\r\n{phrase[5:]}</p>\r\n--cut--\r\n"
    return (head + part).encode()


@plant("archive", "zip")
def zipped(phrase: str) -> bytes:
    return _zip(("note.txt", phrase.encode()))


@plant("archive", "name of a file", says="name")
def zip_name(phrase: str) -> bytes:
    return _zip((f"{phrase}.txt", b"x"))


@plant("archive", "comment of a zip")
def zip_comment(phrase: str) -> bytes:
    return _zip(("a.txt", b"x"), comment=phrase.encode())


@plant("archive", "file that the directory of a zip leaves out")
def zip_unlisted(phrase: str) -> bytes:
    whole, other = _zip(("note.txt", phrase.encode())), _zip(("a.txt", b"x"))
    local = whole[: whole.find(b"PK\1\2")]
    return local + other


@plant("archive", "zip behind a program")
def zip_behind(phrase: str) -> bytes:
    return b"MZ" + bytes(300) + _zip(("note.txt", phrase.encode()))


@plant("archive", "text behind a zip")
def behind_zip(phrase: str) -> bytes:
    return _zip(("a.txt", b"x")) + phrase.encode()


@plant("archive", "zip, tar and gzip in each other")
def nested(phrase: str) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        inner = _zip(("note.txt", phrase.encode()))
        info = tarfile.TarInfo("inner.zip")
        info.size = len(inner)
        archive.addfile(info, io.BytesIO(inner))
    return _zip(("outer.tgz", out.getvalue()))


@plant("archive", "second member of a gzip file")
def gzip_members(phrase: str) -> bytes:
    return gzip.compress(b"As agreed\n") + gzip.compress(phrase.encode())


@plant("archive", "bzip2")
def bzip2(phrase: str) -> bytes:
    return bz2.compress(phrase.encode())


@plant("archive", "xz")
def xz(phrase: str) -> bytes:
    return lzma.compress(phrase.encode())


@plant("archive", "Zstandard")
def zstandard(phrase: str) -> bytes:
    try:
        from compression import zstd
    except ImportError:
        from backports import zstd
    packed: bytes = zstd.compress(phrase.encode())
    return packed


@plant("archive", "cut off", gap=GapKind.DAMAGED)
def cut_off(phrase: str) -> bytes:
    return gzip.compress(bytes(range(256)) * 50)[:-30]


@plant("archive", "locked zip member", gap=GapKind.ENCRYPTED)
def locked(phrase: str) -> bytes:
    plain = bytearray(_zip(("note.txt", bytes(range(200)))))
    plain[6] |= 1
    plain[plain.find(b"PK\1\2") + 8] |= 1
    return bytes(plain)


def _picture(size: tuple[int, int] = (60, 60)) -> Image.Image:
    return Image.new("RGB", size, "white")


@plant("picture", "comment of a PNG file")
def png_text(phrase: str) -> bytes:
    out, info = io.BytesIO(), PngImagePlugin.PngInfo()
    info.add_itxt("Comment", phrase, zip=True)
    _picture().save(out, "PNG", pnginfo=info)
    return out.getvalue()


@plant("picture", "description of a JPEG file")
def exif(phrase: str) -> bytes:
    out, picture = io.BytesIO(), _picture()
    tags = picture.getexif()
    tags[0x010E] = phrase
    picture.save(out, "JPEG", exif=tags)
    return out.getvalue()


@plant("picture", "zip behind a picture")
def appended(phrase: str) -> bytes:
    out = io.BytesIO()
    _picture().save(out, "PNG")
    return out.getvalue() + _zip(("note.txt", phrase.encode()))


@plant("PDF", "PDF in a zip in a PDF")
def pdf_in_pdf(phrase: str) -> bytes:
    inner = _zip(("a.pdf", pdf(f"BT /F 12 Tf 72 700 Td ({phrase}) Tj ET"))).decode("latin-1")
    body = f"<</Type/EmbeddedFile/Length {len(inner)}>>stream\n{inner}\nendstream"
    return pdf("BT /F 12 Tf 72 700 Td (As agreed) Tj ET", objects=(body, "<</Type/Filespec/F(a.zip)/EF<</F 6 0 R>>>>"))


@plant("others", "bytes of no known kind", gap=GapKind.UNSUPPORTED)
def unknown(phrase: str) -> bytes:
    return bytes(range(256)) * 30


@plant("others", "book")
def epub(phrase: str) -> bytes:
    page = f'<html xmlns="http://www.w3.org/1999/xhtml"><body><p>{phrase[:5]}<i>{phrase[5:]}</i></p></body></html>'
    return _zip(
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", b"<container/>"),
        ("OEBPS/a.xhtml", page.encode()),
    )


@plant("others", "XPS page")
def xps(phrase: str) -> bytes:
    glyphs = f'<Glyphs UnicodeString="{phrase}" OriginX="9" OriginY="9"/>'
    page = f'<FixedPage xmlns="http://schemas.microsoft.com/xps/2005/06">{glyphs}</FixedPage>'
    return _zip(("[Content_Types].xml", b"<Types/>"), ("Documents/1/Pages/1.fpage", page.encode()))


@plant("others", "Visio page")
def visio(phrase: str) -> bytes:
    shape = f'<Shapes><Shape ID="1"><Text><cp IX="0"/>{phrase[:5]}<cp IX="1"/>{phrase[5:]}</Text></Shape></Shapes>'
    page = f'<PageContents xmlns="http://schemas.microsoft.com/office/visio/2012/main">{shape}</PageContents>'
    return _zip(("[Content_Types].xml", b"<Types/>"), ("visio/pages/page1.xml", page.encode()))
