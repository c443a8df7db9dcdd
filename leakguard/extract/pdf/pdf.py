"""PDF: the pages as they are shown, then everything else in the bytes.

PDFium may die on hostile files; that is why the caller runs this room in a process that may be lost. What unpacks to
too much is refused before PDFium sees it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.pdf.locks import document_of, mended, opened
from leakguard.extract.pdf.pages import Pages
from leakguard.extract.pdf.revisions import earlier, left_over
from leakguard.extract.pdf.sweep import Sweep
from leakguard.extract.text.charset import decode, looks_like_text
from leakguard.model.content import GapKind, Role

_HEAD = 4096
_MARK = b"%%EOF"
_LEAST_TAIL = 32


def is_pdf(blob: Blob) -> bool:
    at = blob.data[:_HEAD].find(b"%PDF-")
    if at < 0:
        return False
    return not blob.data[:at].strip() or (b"endobj" in blob.data and not looks_like_text(blob.data))


def read_pdf(blob: Blob, budget: Budget) -> Iterator[Item]:
    start = blob.data.find(b"%PDF-")
    data = blob.data[start:] if start > 0 else blob.data
    sweep = Sweep(data, budget)
    if sweep.refusal is None:
        try:
            found = opened(data, budget)
        except CannotRead:
            yield from sweep.properties(blob)
            raise
        if found.data is not data:  # it had a lock
            sweep = Sweep(found.data, budget)
    if sweep.refusal is not None:
        yield from _without_pages(blob, sweep)
        raise sweep.refusal
    document = found.document or _repaired(found.data, sweep)
    if document is None:
        yield from _without_pages(blob, sweep)
        raise CannotRead(GapKind.DAMAGED, "PDF")
    yield from _behind(blob, data)
    try:
        yield from _document(blob, document, sweep, found.data, budget)
    finally:
        document.close()


def _repaired(data: bytes, sweep: Sweep) -> Any:
    rebuilt = document_of(sweep.rebuilt()) if sweep.pages else None
    return rebuilt or mended(data)


def _document(blob: Blob, document: Any, sweep: Sweep, data: bytes, budget: Budget) -> Iterator[Item]:
    pages = Pages(blob, document, budget, has_pictures=sweep.has_pictures, has_replaced=sweep.has_replaced)
    yield from pages.items()
    shown = pages.shown
    yield from sweep.items(blob, shown)
    yield from earlier(blob, data, shown, budget)
    if pages.broken or len(sweep.pages) > len(document):
        role = blob.role if pages.broken else Role.HIDDEN
        yield from left_over(blob, sweep.rebuilt(), shown, budget, role)
    yield from (blob.gap(*fault) for fault in sweep.faults)
    yield from pages.pictures()


def _without_pages(blob: Blob, sweep: Sweep) -> Iterator[Item]:
    """What can be read without PDFium."""
    drawn = sweep.drawn()
    if drawn:
        yield blob.span(drawn)
    yield from sweep.items(blob, "")
    yield from (blob.gap(*fault) for fault in sweep.faults)
    if looks_like_text(blob.data):
        yield blob.span(decode(blob.data), role=Role.HIDDEN)


def _behind(blob: Blob, data: bytes) -> Iterator[Item]:
    """What stands behind the end of the file."""
    end = data.rfind(_MARK)
    tail = data[end + len(_MARK) :].strip(b"\0\r\n\t ") if end >= 0 else b""
    if len(tail) >= _LEAST_TAIL:
        yield blob.inner(999, tail, place="behind the end")
