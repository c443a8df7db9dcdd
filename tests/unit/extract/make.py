"""Mails and files for the tests of the extract room, made in code so that each says what it is."""

from __future__ import annotations

import base64
import struct
import zipfile
import zlib
from io import BytesIO

from leakguard.extract import Limits, extract, extract_blob
from leakguard.model.content import Extraction, GapKind, Role

LIMITS = Limits(ocr_pictures=0)  # the same everywhere, with OCR installed or not; test_ocr.py looks at pictures


def mail(body: bytes = b"", *headers: str, sender: str = "From: Alice <alice@ons.example>") -> bytes:
    return "".join(f"{line}\r\n" for line in (sender, *headers)).encode() + b"\r\n" + body


def multipart(*parts: bytes, kind: str = "mixed", preamble: bytes = b"", epilogue: bytes = b"") -> bytes:
    body = preamble + b"".join(b"\r\n--XX\r\n" + part for part in parts) + b"\r\n--XX--\r\n" + epilogue
    return mail(body, f'Content-Type: multipart/{kind}; boundary="XX"')


def part(body: bytes, *headers: str) -> bytes:
    return "".join(f"{line}\r\n" for line in headers).encode() + b"\r\n" + body


def attachment(content: bytes, kind: str = "application/octet-stream", name: str = "file.bin") -> bytes:
    return part(
        base64.encodebytes(content),
        f"Content-Type: {kind}",
        f'Content-Disposition: attachment; filename="{name}"',
        "Content-Transfer-Encoding: base64",
    )


def read(content: bytes, limits: Limits = LIMITS) -> Extraction:
    return extract(content, limits)


def read_file(content: bytes, limits: Limits = LIMITS, declared: str = "") -> Extraction:
    return extract_blob(content, part="2", name="", limits=limits, declared=declared)


def texts(found: Extraction, *roles: Role) -> list[str]:
    return [span.text for span in found.spans if not roles or span.role in roles]


def words(found: Extraction, *roles: Role) -> str:
    """All text with single spaces."""
    return " ".join(" ".join(texts(found, *roles)).split())


def place_of(found: Extraction, wanted: str) -> str:
    """Where a reviewer is sent for these words."""
    span = next(each for each in found.spans if wanted in each.text)
    return span.place_at(span.text.index(wanted))


def gap_kinds(found: Extraction) -> list[GapKind]:
    return [gap.kind for gap in found.gaps]


def zipped(members: dict[str, bytes]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def png(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunk = b"IHDR" + header
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


def pdf(*pages: bytes, more: bytes = b"", annotations: bytes = b"") -> bytes:
    """A PDF whose pages are these content streams, in one standard font. more: objects from number 100 on."""
    kids = b" ".join(b"%d 0 R" % (10 + 2 * index) for index in range(len(pages)))
    objects = [
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
        b"2 0 obj<</Type/Pages/Kids[%s]/Count %d>>endobj" % (kids, len(pages)),
        b"3 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj",
        b"4 0 obj<</Title(Document title)>>endobj",
    ]
    for index, stream in enumerate(pages):
        objects.append(
            b"%d 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents %d 0 R"
            b"/Resources<</Font<</F 3 0 R>>/XObject<</I 100 0 R>>>>%s>>endobj"
            % (10 + 2 * index, 11 + 2 * index, annotations)
        )
        objects.append(b"%d 0 obj<</Length %d>>stream\n%s\nendstream endobj" % (11 + 2 * index, len(stream), stream))
    body = b"%PDF-1.4\n" + b"\n".join(objects) + b"\n" + more
    return body + b"\ntrailer<</Root 1 0 R/Info 4 0 R>>\nstartxref\n0\n%%EOF\n"


def shown(text: str) -> bytes:
    """A PDF content stream that shows one line."""
    return b"BT /F 12 Tf 50 700 Td (%s) Tj ET" % text.encode("ascii")
