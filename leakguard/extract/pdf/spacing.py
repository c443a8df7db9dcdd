"""Words that PDFium glues: in lines set very tight it takes the narrow blanks between words for letter spacing.

Only pages that look so are measured, letter by letter. It is a second reading; the first one stays.
"""

from __future__ import annotations

import re
from typing import Any

_GLUED = re.compile(r"[a-z]{2}[A-Z][a-z]{2}|[A-Za-z]{23}|[a-z][,;][A-Za-z]{3}")
_LEAST_GLUED = 3  # different ones on one page; there are one or two names such as LibreOffice
_MOST_LETTERS = 20_000  # of one page
_BLANK = 0.08  # of the size of the letters: what is between words at least
_TIGHT = 0.02  # between letters of one word at most, in the middle


def are_glued(text: str) -> bool:
    return len(set(_GLUED.findall(text))) >= _LEAST_GLUED


def spaced(page: Any) -> str:
    """Its text with a blank wherever there is room for one; as it is where all letters are set apart."""
    textpage = page.get_textpage()
    try:
        letters = "".join(_letter(textpage, index) for index in range(min(textpage.count_chars(), _MOST_LETTERS)))
        if not letters:
            return ""
        rooms = _rooms(textpage, letters)
    finally:
        textpage.close()
    inside = sorted(room for room in rooms if room is not None)
    if not inside or inside[len(inside) // 2] > _TIGHT:
        return letters
    return "".join(
        f" {letter}" if room is not None and room > _BLANK else letter
        for letter, room in zip(letters, rooms, strict=True)
    )


def _letter(textpage: Any, index: int) -> str:
    import pypdfium2.raw as pdfium

    code = pdfium.FPDFText_GetUnicode(textpage.raw, index)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def _rooms(textpage: Any, letters: str) -> list[float | None]:
    """How far each letter stands from the one before in its line, by the size of it; None where a word begins."""
    import pypdfium2.raw as pdfium

    box = pdfium.FS_RECTF()
    rooms: list[float | None] = []
    before = " "
    right = bottom = 0.0
    for index, letter in enumerate(letters):
        size = 0.0
        if not letter.isspace() and pdfium.FPDFText_GetLooseCharBox(textpage.raw, index, box):
            size = abs(box.top - box.bottom)
        is_next = size > 0 and before.isalnum() and letter.isalnum() and abs(box.bottom - bottom) < size / 4
        rooms.append((box.left - right) / size if is_next else None)
        if size:
            right, bottom = box.right, box.bottom
        before = letter
    return rooms
