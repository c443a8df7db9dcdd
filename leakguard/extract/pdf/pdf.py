"""PDF: the text of each page, annotations and form values, document properties, attached files.

PDFium may die on hostile files; that is why the caller runs this room in a process that may be lost.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from typing import Any

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.text.charset import decode, looks_like_text
from leakguard.model.content import GapKind, Role

_HEAD = 4096
# PDFium writes these where a word is hyphenated at the end of a line.
_HYPHENATION = re.compile("(?:\ufffe|\u00ad|\x02)(?:\r?\n)?")
_MOST_ANNOTATIONS = 2_000
_LONGEST_NOTE = 100_000
_IMAGE_DEPTH = 5
_MANY_LINES = 20


def is_pdf(blob: Blob) -> bool:
    at = blob.data[:_HEAD].find(b"%PDF-")
    if at < 0:
        return False
    return not blob.data[:at].strip() or (b"endobj" in blob.data and not looks_like_text(blob.data))


def read_pdf(blob: Blob, budget: Budget) -> Iterator[Item]:
    import pypdfium2  # costs 30 ms to load, and ordinary mail never needs it

    try:
        document = pypdfium2.PdfDocument(blob.data)
    except pypdfium2.PdfiumError as error:
        # 4 is FPDF_ERR_PASSWORD; other versions say it in words only.
        locked = getattr(error, "err_code", None) == 4 or "assword" in str(error)
        if not locked and looks_like_text(blob.data):
            yield blob.span(decode(blob.data), role=Role.HIDDEN)
        raise CannotRead(
            GapKind.ENCRYPTED if locked else GapKind.DAMAGED, "PDF with a password" if locked else "PDF"
        ) from None
    try:
        yield from _document(blob, document, budget)
    finally:
        document.close()


def _document(blob: Blob, document: Any, budget: Budget) -> Iterator[Item]:
    document.init_forms()
    count = len(document)
    if not count:
        raise CannotRead(GapKind.DAMAGED, "PDF without pages")
    for index in range(min(count, budget.limits.pdf_pages)):
        yield from _page(blob, document, index)
    if count > budget.limits.pdf_pages:
        yield blob.gap(GapKind.TOO_MANY, "PDF pages")
    words = [*document.get_metadata_dict(skip_empty=True).values(), *_bookmarks(document)]
    if words:
        yield blob.span("\n\n".join(words), role=Role.HIDDEN, place=f"{blob.place}, properties")
    for ordinal in range(1, document.count_attachments() + 1):
        attachment = document.get_attachment(ordinal - 1)
        yield blob.span(attachment.get_name(), role=Role.NAME, place=f"{blob.place}, file name {ordinal}")
        content = bytes(attachment.get_data())
        budget.expand(len(content))
        yield blob.inner(ordinal, content, place=f"file {ordinal}")


def _bookmarks(document: Any) -> Iterator[str]:
    for number, bookmark in enumerate(document.get_toc(max_depth=8)):
        if number >= _MOST_ANNOTATIONS:
            return
        yield bookmark.get_title()


def _page(blob: Blob, document: Any, index: int) -> Iterator[Item]:
    place = f"page {index + 1}"
    page = document[index]
    try:
        textpage = page.get_textpage()
        text = _HYPHENATION.sub("", textpage.get_text_range()).replace("\r\n", "\n").replace("\r", "\n")
        textpage.close()
        notes = list(_notes(document, page))
        if text.strip():
            yield blob.span(text, place=place)
        elif _has_pictures(page):
            yield blob.gap(GapKind.UNSUPPORTED, "page without text")
        if notes:
            yield blob.span("\n\n".join(notes), place=f"{place}, note or form")
    finally:
        page.close()


def _has_pictures(page: Any) -> bool:
    """A picture, or so many drawn lines that they may be letters."""
    import pypdfium2.raw as pdfium

    lines = 0
    for each in page.get_objects(max_depth=_IMAGE_DEPTH):
        if each.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            return True
        lines += each.type == pdfium.FPDF_PAGEOBJ_PATH
        if lines >= _MANY_LINES:
            return True
    return False


def _notes(document: Any, page: Any) -> Iterator[str]:
    """Words of annotations, and what forms are filled in with."""
    import pypdfium2.raw as pdfium

    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), _MOST_ANNOTATIONS)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, index)
        if not annotation:
            continue
        try:
            texts = [_string(pdfium.FPDFAnnot_GetStringValue, annotation, key) for key in (b"Contents", b"V", b"TU")]
            if document.formenv is not None:
                texts.append(_string(pdfium.FPDFAnnot_GetFormFieldValue, document.formenv.raw, annotation))
            yield from dict.fromkeys(text for text in texts if text.strip())
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)


def _string(function: Any, *arguments: Any) -> str:
    """Call a PDFium function that fills a buffer with UTF-16."""
    import pypdfium2.raw as pdfium

    size = min(function(*arguments, None, 0), _LONGEST_NOTE)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    function(*arguments, ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size)
    return buffer.raw[:size].decode("utf-16-le", "replace").rstrip("\0")
