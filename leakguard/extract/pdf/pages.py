"""Pages as PDFium shows them: their text, what annotations and forms draw on them, their notes and pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget
from leakguard.extract.pdf.notes import has_appearances, notes
from leakguard.extract.pdf.pictures import Pictures, without_replacements
from leakguard.extract.pdf.spacing import are_glued, spaced
from leakguard.extract.pdf.sweep import compact
from leakguard.model.content import GapKind, Role

# PDFium writes these where a word is hyphenated at the end of a line.
_HYPHENATION = re.compile("(?:\ufffe|\u00ad|\x02)(?:[ \t]*\r?\n)?")
_BESIDE = 120  # characters before and behind a division
_MOST_DIVIDED = 300  # on one page; with more, the page as a whole is less than what is around each
_NO_LETTERS = re.compile("[\x01-\x08\x0e-\x1f\ufffd\ue000-\uf8ff]")
_FEW = 20  # one in so many
_SAMPLE = 40  # letters of a page
_LINE_ENDS = re.compile(r"\r\n?")
_MOST_BOOKMARKS = 5_000


class Pages:
    """Reads the text of the pages in order, and notes their pictures for later: words in text come first.

    broken: pages that PDFium could not open.
    """

    def __init__(self, blob: Blob, document: Any, budget: Budget, *, has_pictures: bool, has_replaced: bool) -> None:
        self._blob = blob
        self._document = document
        self._budget = budget
        self._pictures = Pictures(blob, budget, has_pictures=has_pictures)
        self._has_replaced = has_replaced
        self._shown: list[str] = []
        self.broken = 0

    @property
    def shown(self) -> str:
        """All that they show, without blanks and cases, for who must not repeat it."""
        return "".join(self._shown)

    def pictures(self) -> Iterator[Item]:
        """What was noted while the pages were read."""
        yield from self._pictures.items(self._document)

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
            read = _read(page)
            text = read.text
            apart = _clean(spaced(page)) if are_glued(text) else text
            words = list(notes(self._document, page))
            draws = has_appearances(page)
            bare = compact(text)
            self._pictures.note(page, index, letters=len(bare), has_meaning=read.has_meaning)
        finally:
            page.close()
        if draws:
            flat = self._flattened(index)
            if not compact(flat).startswith(bare):
                yield from self._said(text, place, bare)
            text, bare = flat, compact(flat)
        yield from self._said(text, place, bare)
        if apart.split() != text.split():
            yield self._blob.span(apart, place=f"{self._blob.place}, {place}")
        if read.divided:
            yield self._blob.span(read.divided, role=Role.HIDDEN, place=f"{self._blob.place}, {place}")
        if self._has_replaced:
            yield from self._letters(index, place, text)
        if words:
            joined = "\n\n".join(words)
            yield from self._said(joined, f"{place}, note or form", compact(joined))

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

    def _letters(self, index: int, place: str, text: str) -> Iterator[Item]:
        """The page as its letters are drawn, where it says that they stand for others."""
        page = self._document[index]
        try:
            drawn = page_text(page) if without_replacements(page) else text
        finally:
            page.close()
        if compact(drawn) != compact(text):
            yield from self._said(drawn, place, compact(drawn))

    def _said(self, text: str, place: str, bare: str) -> Iterator[Item]:
        if bare:
            self._shown.append(bare)
            yield self._blob.span(text, place=f"{self._blob.place}, {place}")

    def _bookmarks(self) -> Iterator[Item]:
        for number, bookmark in enumerate(self._document.get_toc(max_depth=15), start=1):
            if number > _MOST_BOOKMARKS:
                return
            title = bookmark.get_title()
            yield from self._said(title, f"bookmark {number}", compact(title))

    def _properties(self) -> Iterator[Item]:
        for key, value in self._document.get_metadata_dict(skip_empty=True).items():
            if not key.endswith("Date"):
                self._shown.append(compact(value))
                role = Role.NAME if key == "Author" else Role.HIDDEN
                yield self._blob.span(value, role=role, place=f"{self._blob.place}, property {key.lower()}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """text: words that are divided at the end of a line joined. divided: those lines again, with the hyphen, as it may
    be of the word ("year-on-" and "year"). has_meaning: whether letters are letters and not numbers of glyphs.
    """

    text: str
    divided: str
    has_meaning: bool


def page_text(page: Any) -> str:
    return _read(page).text


def _read(page: Any) -> _Text:
    textpage = page.get_textpage()
    try:
        raw = textpage.get_text_range()
        text = _clean(raw)
        return _Text(text=text, divided=_divided(raw), has_meaning=_has_meaning(textpage, text))
    finally:
        textpage.close()


def _divided(raw: str) -> str:
    places = list(islice(_HYPHENATION.finditer(raw), _MOST_DIVIDED + 1))
    if len(places) > _MOST_DIVIDED:
        return _LINE_ENDS.sub("\n", _HYPHENATION.sub("-\n", raw))
    around = (raw[max(0, each.start() - _BESIDE) : each.end() + _BESIDE] for each in places)
    return "\n\n".join(_LINE_ENDS.sub("\n", _HYPHENATION.sub("-\n", each)) for each in around)


def _clean(text: str) -> str:
    return _LINE_ENDS.sub("\n", _HYPHENATION.sub("", text))


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
