"""Which pictures on a page may carry words, and how they look: handed on as pictures, for whoever reads pictures.

The rule, for a page with pictures or with drawn lines:
* A page with less than 200 letters, or with letters that mean nothing to PDFium, is rendered as a whole.
* On any other page a picture of at least an eighth of the page and of 200 x 100 pixels is rendered by itself, and so
  are many small ones that fill as much together. Smaller ones are logos.
* A picture with more than 200 letters of the page's text on it is a background, or a scan that somebody has read.

Words drawn with a font whose table of letters lies are found on rendered pages only.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget
from leakguard.extract.pictures.picture import can_look
from leakguard.model.content import GapKind

_FEW_LETTERS = 200
_MANY_LINES = 20
_SEGMENTS = 5  # of a rectangle; a letter that is drawn has some 30, and a whole text may be one path
_SHARE = 1 / 8
_WIDTH, _HEIGHT = 200, 100
_DOTS_PER_POINT = 200 / 72
_LONGEST_SIDE = 3_000
_MOST_OBJECTS = 20_000
_MOST_PIXELS = 50_000_000  # of one picture before it is drawn
_DEPTH = 5
_LEVELS_OF_ROTATION = {0: (0, 1, 2, 3), 1: (1, 2, 3, 0), 2: (2, 3, 0, 1), 3: (3, 0, 1, 2)}

_Matrix = tuple[float, float, float, float, float, float]
_UNMOVED: _Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True, slots=True)
class _Box:
    """left, bottom, right, top in points of the page; pixels of the picture."""

    left: float
    bottom: float
    right: float
    top: float
    width: int = _WIDTH
    height: int = _HEIGHT

    @property
    def area(self) -> float:
        return max(self.right - self.left, 0) * max(self.top - self.bottom, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """A part of a page that is to be looked at. page: its index."""

    page: int
    whole: _Box
    box: _Box

    @property
    def is_page(self) -> bool:
        return self.box == self.whole


class Pictures:
    """Notes one page after the other what is to be looked at on it, and hands that on when the text has been read.

    has_pictures: whether any are in the file; most have none, and their pages need no look at each object.
    """

    def __init__(self, blob: Blob, budget: Budget, *, has_pictures: bool) -> None:
        self._blob = blob
        self._budget = budget
        self._has_pictures = has_pictures
        self._wanted: list[_Wanted] = []
        self._has_unread_page = False

    def note(self, page: Any, index: int, *, letters: int, has_meaning: bool) -> None:
        """letters: how many the page has. has_meaning: they are not only numbers of glyphs."""
        if letters >= _FEW_LETTERS and has_meaning and not self._has_pictures:
            return
        boxes, lines, strings = _drawn(page)
        if not boxes and lines < _MANY_LINES and has_meaning and (letters or not strings):
            return
        whole = _Box(*page.get_bbox())
        if letters < _FEW_LETTERS or not has_meaning:
            has_words = letters and has_meaning and not _with_words(boxes, whole)
            if can_look(self._budget):
                self._wanted.append(_Wanted(page=index, whole=whole, box=whole))
            elif not has_words:
                self._has_unread_page = True
            return
        seen = (box for box in _with_words(boxes, whole) if not _is_under_text(page, box))
        self._wanted.extend(_Wanted(page=index, whole=whole, box=box) for box in seen)

    def items(self, document: Any) -> Iterator[Item]:
        """Pages without text come before pictures on pages with text."""
        if self._has_unread_page:
            yield self._blob.gap(GapKind.UNSUPPORTED, "page without text")
        for ordinal, each in enumerate(sorted(self._wanted, key=lambda each: not each.is_page), start=1):
            if not can_look(self._budget):
                yield self._blob.gap(GapKind.UNSUPPORTED, "picture on a page")
                return
            if self._budget.ocr_pictures <= 0 or self._budget.ocr_work <= 0:
                yield self._blob.gap(GapKind.TOO_MANY, "pictures on pages")
                return
            yield self._seen(document, each, ordinal)

    def _seen(self, document: Any, wanted: _Wanted, ordinal: int) -> Item:
        if wanted.box.width * wanted.box.height > _MOST_PIXELS:
            return self._blob.gap(GapKind.TOO_LARGE, "picture on a page")
        page = document[wanted.page]
        try:
            picture, pixels = _rendered(page, wanted.whole, wanted.box)
        finally:
            page.close()
        self._budget.ocr_work -= pixels  # to draw it takes time as well
        place = f"page {wanted.page + 1}, picture"
        return self._blob.inner(1000 + ordinal, picture, place=place, within_text=True)


def _drawn(page: Any) -> tuple[list[_Box], int, int]:
    """The pictures on the page; how many lines and shapes; how many strings that are not blank."""
    import pypdfium2.raw as pdfium

    boxes: list[_Box] = []
    lines = strings = 0
    for kind, each, matrix in _objects(page):
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            boxes.append(_box(each, matrix))
        elif kind == pdfium.FPDF_PAGEOBJ_TEXT:
            strings += not strings and _box(each, _UNMOVED).area > 0
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            lines += max(1, pdfium.FPDFPath_CountSegments(each) // _SEGMENTS)
        else:
            lines += 1
    return boxes, lines, strings


def _objects(page: Any) -> Iterator[tuple[int, Any, _Matrix]]:
    import pypdfium2.raw as pdfium

    left = _MOST_OBJECTS
    stack = [(pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject, page.raw, _UNMOVED, 0)]
    while stack:
        count, get, holder, matrix, depth = stack.pop()
        for index in range(min(count(holder), left)):
            each = get(holder, index)
            kind = pdfium.FPDFPageObj_GetType(each)
            left -= 1
            if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEPTH:
                inner = (pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, each)
                stack.append((*inner, _times(_matrix_of(each), matrix), depth + 1))
            else:
                yield kind, each, matrix


def without_replacements(page: Any) -> bool:
    """Take away what is said to stand for the letters of an open page. False if there is no such thing."""
    import pypdfium2.raw as pdfium

    found = False
    for kind, each, _ in _objects(page):
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            for index in reversed(range(pdfium.FPDFPageObj_CountMarks(each))):
                mark = pdfium.FPDFPageObj_GetMark(each, index)
                if pdfium.FPDFPageObjMark_GetParamValueType(mark, b"ActualText") == pdfium.FPDF_OBJECT_STRING:
                    found = bool(pdfium.FPDFPageObj_RemoveMark(each, mark)) or found
    return found


def _matrix_of(form: Any) -> _Matrix:
    import pypdfium2.raw as pdfium

    found = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(form, found):
        return _UNMOVED
    return found.a, found.b, found.c, found.d, found.e, found.f


def _times(inner: _Matrix, outer: _Matrix) -> _Matrix:
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _box(shown: Any, matrix: _Matrix) -> _Box:
    import pypdfium2.raw as pdfium

    sides = [ctypes.c_float() for _ in range(4)]
    pdfium.FPDFPageObj_GetBounds(shown, *sides)
    left, bottom, right, top = (each.value for each in sides)
    a, b, c, d, e, f = matrix
    across = [a * x + c * y + e for x in (left, right) for y in (bottom, top)]
    upward = [b * x + d * y + f for x in (left, right) for y in (bottom, top)]
    width, height = ctypes.c_uint(), ctypes.c_uint()
    pdfium.FPDFImageObj_GetImagePixelSize(shown, width, height)
    return _Box(min(across), min(upward), max(across), max(upward), width.value, height.value)


def _with_words(boxes: list[_Box], whole: _Box) -> list[_Box]:
    """The pictures that are large enough for words; all of them as one if only together they are."""
    least = whole.area * _SHARE
    large = [box for box in boxes if box.area >= least and box.width >= _WIDTH and box.height >= _HEIGHT]
    tiles = [box for box in boxes if box.area < least]
    if large or sum(box.area for box in tiles) < least:
        return large
    sides = (min(box.left for box in tiles), min(box.bottom for box in tiles))
    return [_Box(*sides, max(box.right for box in tiles), max(box.top for box in tiles))]


def _is_under_text(page: Any, box: _Box) -> bool:
    textpage = page.get_textpage()
    try:
        text = textpage.get_text_bounded(box.left, box.bottom, box.right, box.top)
    finally:
        textpage.close()
    return len("".join(text.split())) > _FEW_LETTERS


def _rendered(page: Any, whole: _Box, box: _Box) -> tuple[bytes, int]:
    """A PNG in grey of this part of the page, at 200 dots per inch unless that is too large; its pixels."""
    margins = (box.left - whole.left, box.bottom - whole.bottom, whole.right - box.right, whole.top - box.top)
    turned = _LEVELS_OF_ROTATION[page.get_rotation() // 90 % 4]
    crop = tuple(max(margins[side], 0) for side in turned)
    longest = max(box.right - box.left, box.top - box.bottom, 1)
    bitmap = page.render(scale=min(_DOTS_PER_POINT, _LONGEST_SIDE / longest), crop=crop, grayscale=True)
    try:
        out = BytesIO()
        bitmap.to_pil().save(out, "PNG", compress_level=1)
        return out.getvalue(), bitmap.width * bitmap.height
    finally:
        bitmap.close()
