"""What a PDF showed before it was changed: earlier revisions within the file, and pages that were taken out.

An update is written behind the file and what it replaces stays in front of it, up to the end mark of then.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget
from leakguard.extract.pdf.locks import document_of
from leakguard.extract.pdf.pages import open_page, page_text
from leakguard.extract.pdf.sweep import compact
from leakguard.model.content import GapKind, Role

_MARK = b"%%EOF"
_MOST_REVISIONS = 40
_FAST_WEB = 2_048  # octets in which a file says that its first page stands first


def earlier(blob: Blob, data: bytes, shown: str, budget: Budget) -> Iterator[Item]:
    """Pages of earlier revisions that are not shown now."""
    ends = _ends(data)
    if len(ends) > _MOST_REVISIONS:
        yield blob.gap(GapKind.TOO_MANY, "PDF revisions")
    for end in ends[-_MOST_REVISIONS:]:
        document = document_of(data[:end])
        if document is not None:
            yield from _other_pages(blob, document, shown, budget, "earlier revision", Role.HIDDEN)


def left_over(blob: Blob, rebuilt: bytes, shown: str, budget: Budget, role: Role) -> Iterator[Item]:
    """Pages that are in the file and in no list of its pages."""
    document = document_of(rebuilt)
    if document is not None:
        yield from _other_pages(blob, document, shown, budget, "unlisted", role)


def _ends(data: bytes) -> list[int]:
    """Where an earlier revision ends: each end mark but the last, and but the one after the first page."""
    ends, at = [], data.find(_MARK)
    while at >= 0:
        ends.append(at + len(_MARK))
        at = data.find(_MARK, at + 1)
    first = 1 if b"/Linearized" in data[:_FAST_WEB] else 0
    return [end for end in ends[first:-1] if b"startxref" in data[max(end - 60, 0) : end]]


def _other_pages(blob: Blob, document: Any, shown: str, budget: Budget, name: str, role: Role) -> Iterator[Item]:
    try:
        for index in range(min(len(document), budget.limits.pdf_pages)):
            page = open_page(document, index)
            text = page_text(page) if page is not None else ""
            if compact(text) not in shown:
                yield blob.span(text, role=role, place=f"{blob.place}, {name}, page {index + 1}")
    finally:
        document.close()
