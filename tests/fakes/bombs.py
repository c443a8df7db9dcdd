"""Messages made to cost their reader time or memory. Each is small; what it would be when opened is not."""

from __future__ import annotations

import base64
import gzip
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from io import BytesIO
from itertools import pairwise

from tests.unit.extract.make import attachment, mail, multipart, part

MIB = 1 << 20
_BODY = part(b"unemployment rose", "Content-Type: text/plain")


def with_file(octets: bytes) -> bytes:
    return multipart(_BODY, attachment(octets))


def zipped(members: Iterable[tuple[str, bytes]]) -> bytes:
    octets = BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return octets.getvalue()


def nested_zip() -> bytes:
    """16 in each of 16 in each of 16, of 16 MiB each."""
    inner = zipped([("a.txt", bytes(16 * MIB))])
    for _ in range(3):
        inner = zipped((f"{number}.zip", inner + b"%d" % number) for number in range(16))
    return inner


def overlapping_zip() -> bytes:
    """A directory of 5,000 names for the same 20 MiB."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packed.compress(bytes(20 * MIB)) + packed.flush()
    crc = zlib.crc32(bytes(20 * MIB))
    sizes = struct.pack("<LLL", crc, len(data), 20 * MIB)
    local = b"PK\3\4" + struct.pack("<HHHHH", 20, 0, 8, 0, 0) + sizes + struct.pack("<HH", 1, 0) + b"a" + data
    entries = b"".join(
        b"PK\1\2"
        + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 0)
        + sizes
        + struct.pack("<HHHHHLL", 5, 0, 0, 0, 0, 0, 0)
        + b"%05d" % number
        for number in range(5000)
    )
    return local + entries + b"PK\5\6" + struct.pack("<HHHHLLH", 0, 0, 5000, 5000, len(entries), len(local), 0)


def entities() -> bytes:
    """A Word file whose text is ten to the tenth of one entity."""
    names = "abcdefghij"
    first = '<!ENTITY a "lollollollol">'
    rest = "".join(f'<!ENTITY {two} "{f"&{one};" * 10}">' for one, two in pairwise(names))
    text = f"<?xml version='1.0'?><!DOCTYPE w [{first}{rest}]><w:document xmlns:w='x'><w:t>&j;</w:t></w:document>"
    return zipped([("[Content_Types].xml", b"<Types/>"), ("word/document.xml", text.encode())])


def huge_sheet() -> bytes:
    """A workbook of three million filled cells."""
    row = '<row r="{0}">' + "".join(f'<c r="{column}{{0}}"><v>1{{0}}</v></c>' for column in "ABCDEFGHIJ") + "</row>"
    sheet = (
        "<worksheet><sheetData>"
        + "".join(row.format(number) for number in range(1, 300_001))
        + "</sheetData></worksheet>"
    )
    workbook = b"<workbook><sheets><sheet name='S' sheetId='1'/></sheets></workbook>"
    names = [("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", workbook)]
    return zipped([*names, ("xl/worksheets/sheet1.xml", sheet.encode())])


def page_tree() -> bytes:
    """200,000 pages that are all the same one."""
    kids = b"3 0 R " * 200_000
    objects = [
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
        b"2 0 obj<</Type/Pages/Kids[" + kids + b"]/Count 200000>>endobj",
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources 6 0 R>>endobj",
        b"4 0 obj<</Length 5>>stream\n/X Do\nendstream endobj",
        b"5 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources 6 0 R/Length 11>>stream\n/X Do /X Do\n"
        b"endstream endobj",
        b"6 0 obj<</XObject<</X 5 0 R>>>>endobj",
    ]
    return b"%PDF-1.7\n" + b"\n".join(objects) + b"\ntrailer<</Root 1 0 R>>\n%%EOF"


def flate() -> bytes:
    """A page whose content is a GiB of operators."""
    packed = zlib.compressobj(9)
    piece = b"BT /F 9 Tf (a) Tj ET\n" * 50_000
    data = b"".join(packed.compress(piece) for _ in range(1000)) + packed.flush()
    head = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    page = b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>endobj\n"
    stream = b"4 0 obj<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream endobj\n" % (len(data), data)
    return head + page + stream + b"trailer<</Root 1 0 R>>\n%%EOF"


def giant_png() -> bytes:
    """60,000 by 60,000 white pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))

    packed = zlib.compressobj(9)
    rows = b"".join(packed.compress(bytes(60_001 * 100)) for _ in range(100)) + packed.flush()
    head = struct.pack(">LLBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def gzip_of_zeros() -> bytes:
    """Two GiB."""
    one = gzip.compress(bytes(64 * MIB), 9)
    return one * 32


def xz_of_zeros() -> bytes:
    return lzma.compress(bytes(512 * MIB), preset=0)


def many_parts() -> bytes:
    return multipart(*(part(b"tea %d" % number, "Content-Type: text/plain") for number in range(10_000)))


def megabytes_of_headers() -> bytes:
    return mail(b"unemployment rose", *(f"X-{number}: {'a' * 60}" for number in range(100_000)))


def one_long_header() -> bytes:
    return mail(b"unemployment rose", "Subject: " + "=?utf-8?b?YQ==?=\r\n " * 200_000 + "x")


def nested_parts() -> bytes:
    head = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (each, each) for each in range(10_000)
    )
    return b"From: a@b.example\r\n" + head + b"\r\ntea"


def page_of_markup() -> bytes:
    body = base64.encodebytes(b"<div " * 2_000_000 + b"<!--" * 500_000)
    return mail(body, "Content-Type: text/html", "Content-Transfer-Encoding: base64")


BOMBS: dict[str, Callable[[], bytes]] = {
    "nested zip": lambda: with_file(nested_zip()),
    "overlapping zip": lambda: with_file(overlapping_zip()),
    "entities": lambda: with_file(entities()),
    "huge sheet": lambda: with_file(huge_sheet()),
    "page tree": lambda: with_file(page_tree()),
    "flate": lambda: with_file(flate()),
    "giant png": lambda: with_file(giant_png()),
    "gzip of zeros": lambda: with_file(gzip_of_zeros()),
    "xz of zeros": lambda: with_file(xz_of_zeros()),
    "10,000 parts": many_parts,
    "megabytes of headers": megabytes_of_headers,
    "one long header": one_long_header,
    "nested parts": nested_parts,
}
