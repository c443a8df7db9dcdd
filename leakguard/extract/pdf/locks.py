"""Opens a PDF: with the empty password, with those of the message, and after a repair. ref: ISO 32000"""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from leakguard.extract.limits import Budget, CannotRead
from leakguard.model.content import GapKind

_MOST_OPEN = 2_000
_LOCKED = 4  # FPDF_ERR_PASSWORD
_LOCKED_WITH_KEY = 5  # FPDF_ERR_SECURITY: by certificate, or by a program nobody here has


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """data: the bytes, without a lock if they had one that opened. document: of PDFium, or None if it refuses."""

    data: bytes = field(repr=False)
    document: Any


def opened(data: bytes, budget: Budget) -> Opened:
    """Raises CannotRead for what stays locked."""
    if _is_hollow(data):
        return Opened(data=data, document=None)
    if b"/Encrypt" in data:
        return _unlocked(data, budget)
    return Opened(data=data, document=_document(data, ""))


def mended(data: bytes) -> Any:
    """A document of PDFium after qpdf has repaired the file, or None."""
    plain = None if _is_hollow(data) else _resaved(data, "")
    return document_of(plain) if plain is not None else None


def _is_hollow(data: bytes) -> bool:
    """Beginnings of objects and streams without their ends: PDFium and qpdf look for each end again to no end."""
    objects = data.count(b" obj") - data.count(b"endobj")
    streams = data.count(b"stream") - 2 * data.count(b"endstream")
    return max(objects, streams) > _MOST_OPEN


def document_of(data: bytes) -> Any:
    """A document of PDFium, or None."""
    try:
        return _document(data, "")
    except CannotRead:
        return None


def _unlocked(data: bytes, budget: Budget) -> Opened:
    refused: CannotRead | None = None
    for password in ("", *budget.passwords):
        try:
            document = _document(data, password)
        except CannotRead as error:
            refused = error
            document = None
        plain = _resaved(data, password, password_only=True)
        if plain is not None and document is None:
            document = document_of(plain)
        if document is not None:
            return Opened(data=plain if plain is not None else data, document=document)
    if refused is not None:
        raise refused
    return Opened(data=data, document=None)


def _document(data: bytes, password: str) -> Any:
    """None if PDFium cannot make anything of it."""
    import pypdfium2  # costs 30 ms to load, and ordinary mail never needs it

    try:
        document = pypdfium2.PdfDocument(data, password=password or None)
    except pypdfium2.PdfiumError as error:
        # Some versions say it in words only.
        if getattr(error, "err_code", None) in (_LOCKED, _LOCKED_WITH_KEY) or "assword" in str(error):
            raise CannotRead(GapKind.ENCRYPTED, "PDF with a password") from None
        return None
    document.init_forms()
    if len(document):
        return document
    document.close()
    return None


def _resaved(data: bytes, password: str, *, password_only: bool = False) -> bytes | None:
    """Mended and without its lock, or None. Streams stay packed. password_only: not if it has no lock."""
    import pikepdf

    out = BytesIO()
    try:
        with pikepdf.open(BytesIO(data), password=password) as pdf:
            if password_only and not pdf.is_encrypted:
                return None
            everything = [each for each in pdf.objects if isinstance(each, pikepdf.Object) and each.is_indirect]
            pdf.Root["/Everything"] = pikepdf.Array(everything)  # else qpdf leaves out what nothing refers to
            pdf.save(
                out,
                encryption=False,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
                compress_streams=False,
                object_stream_mode=pikepdf.ObjectStreamMode.preserve,
            )
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, RuntimeError):
        return None
    return out.getvalue()
