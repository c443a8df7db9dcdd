"""Pages as PDFium shows them: their text, what annotations and forms draw on them, their notes and pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget
from leakguard.extract.pdf.notes import has_appearances, notes
from leakguard.extract.pdf.pictures import Pictures
from leakguard.extract.pdf.sweep import compact
from leakguard.model.content import GapKind, Role

# PDFium writes these where a word is hyphenated at the end of a line.
_HYPHENATION = re.compile("(?:\ufffe|\u00ad|\x02)(?:[ \t]*\r?\n)?")
_NO_LETTERS = re.compile("[\x01-\x08\x0e-\x1f\ufffd\ue000-\uf8ff]")
_FEW = 20  # one in so many
_SAMPLE = 100  # letters of a page
_LINE_ENDS = re.compile(r"\r\n?")
_MOST_BOOKMARKS = 5_000


class Pages:
    """Reads the pages in order. shown: all that they show, without blanks and cases, for who must not repeat it.

    broken: pages that PDFium could not open.
    """

    def __init__(self, blob: Blob, document: Any, budget: Budget, *, has_pictures: bool) -> None:
        self._blob = blob
        self._document = document
        self._budget = budget
        self._pictures = Pictures(blob, budget, has_pictures=has_pictures)
        self._shown: list[str] = []
        self.broken = 0

    @property
    def shown(self) -> str:
        return compact("".join(self._shown))

    def items(self) -> Iterator[Item]:
        count = len(self._document)
        most = self._budget.limits.pdf_pages
        for index in range(min(count, most)):
            page = open_page(self._document, index)
            if page is None:
                self.broken += 1
            else:
                yield from self._page(page, index)
        if self.broken:
            yield self._blob.gap(GapKind.DAMAGED, "PDF page")
        if count > most:
            yield self._blob.gap(GapKind.TOO_MANY, "PDF pages")
        yield from self._bookmarks()
        yield from self._properties()

    def _page(self, page: Any, index: int) -> Iterator[Item]:
        place = f"page {index + 1}"
        try:
            text, has_meaning = _read(page)
            words = list(notes(self._document, page))
            draws = has_appearances(page)
            pictures = list(self._pictures.on(page, place, letters=len(compact(text)), has_meaning=has_meaning))
        finally:
            page.close()
        flat = self._flattened(index) if draws else text
        if not compact(flat).startswith(compact(text)):
            yield from self._said(text, place)
        yield from self._said(flat, place)
        yield from self._said("\n\n".join(words), f"{place}, note or form")
        yield from pictures

    def _flattened(self, index: int) -> str:
        """The text of the page again, with what annotations and forms draw on it."""
        import pypdfium2.raw as pdfium

        page = self._document[index]
        try:
            pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY)
        finally:
            page.close()
        page = self._document[index]
        try:
            return page_text(page)
        finally:
            page.close()

    def _said(self, text: str, place: str) -> Iterator[Item]:
        if text.strip():
            self._shown.append(text)
            yield self._blob.span(text, place=f"{self._blob.place}, {place}")

    def _bookmarks(self) -> Iterator[Item]:
        for number, bookmark in enumerate(self._document.get_toc(max_depth=15), start=1):
            if number > _MOST_BOOKMARKS:
                return
            yield from self._said(bookmark.get_title(), f"bookmark {number}")

    def _properties(self) -> Iterator[Item]:
        for key, value in self._document.get_metadata_dict(skip_empty=True).items():
            if not key.endswith("Date"):
                self._shown.append(value)
                role = Role.NAME if key == "Author" else Role.HIDDEN
                yield self._blob.span(value, role=role, place=f"{self._blob.place}, property {key.lower()}")


def page_text(page: Any) -> str:
    return _read(page)[0]


def _read(page: Any) -> tuple[str, bool]:
    """The text, and whether its letters mean something: some fonts have numbers of glyphs only."""
    textpage = page.get_textpage()
    try:
        text = _LINE_ENDS.sub("\n", _HYPHENATION.sub("", textpage.get_text_range()))
        return text, _has_meaning(textpage, text)
    finally:
        textpage.close()


def _has_meaning(textpage: Any, text: str) -> bool:
    """Few letters without a name, by what PDFium says of a sample and by those that are no letters at all."""
    import pypdfium2.raw as pdfium

    if len(_NO_LETTERS.findall(text)) * _FEW > len(text):
        return False
    count = textpage.count_chars()
    sample = range(0, count, count // _SAMPLE + 1)
    odd = sum(pdfium.FPDFText_HasUnicodeMapError(textpage.raw, index) == 1 for index in sample)
    return bool(odd * _FEW <= len(sample))


def open_page(document: Any, index: int) -> Any:
    """None if it is damaged."""
    import pypdfium2

    try:
        return document[index]
    except pypdfium2.PdfiumError:
        return None
