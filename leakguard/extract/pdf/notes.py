"""Words of annotations on a page, and what forms are filled in with."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

_MOST_ANNOTATIONS = 2_000
_LONGEST_NOTE = 100_000
_KEYS = (b"Contents", b"Subj", b"V", b"TU")


def notes(document: Any, page: Any) -> Iterator[str]:
    import pypdfium2.raw as pdfium

    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), _MOST_ANNOTATIONS)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, index)
        if not annotation:
            continue
        try:
            texts = [_string(pdfium.FPDFAnnot_GetStringValue, annotation, key) for key in _KEYS]
            if document.formenv is not None:
                texts.append(_string(pdfium.FPDFAnnot_GetFormFieldValue, document.formenv.raw, annotation))
            yield from dict.fromkeys(text for text in texts if text.strip())
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)


def has_appearances(page: Any) -> bool:
    """Whether annotations other than links draw something on the page."""
    import pypdfium2.raw as pdfium

    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), _MOST_ANNOTATIONS)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, index)
        if not annotation:
            continue
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        pdfium.FPDFPage_CloseAnnot(annotation)
        if kind not in (pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP):
            return True
    return False


def _string(function: Any, *arguments: Any) -> str:
    """Call a PDFium function that fills a buffer with UTF-16."""
    import pypdfium2.raw as pdfium

    size = min(function(*arguments, None, 0), _LONGEST_NOTE)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    function(*arguments, ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size)
    return buffer.raw[:size].decode("utf-16-le", "replace").rstrip("\0")
