"""How much one message may cost to read, and the running account of it.

Rule of this file: what comes OUT of a part is counted, never the size that the part declares.
"""

from __future__ import annotations

from dataclasses import dataclass

from leakguard.model.content import GapKind

NOT_OPENED = "not opened"  # the detail of the gap of what is no plain text, when only plain text is to be read


class CannotRead(Exception):
    """This part ends here, for a reason the policy knows. Never leaves the room: the walk makes a Gap of it.

    detail: for an operator; no file name and no excerpt.
    """

    def __init__(self, kind: GapKind, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail


class OutOfTime(BaseException):
    """The whole message ends here. Raised from outside, at any point of a reading, so no reader may catch it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds for one message with everything inside it.

    message_bytes: twice what mail systems usually accept (25 MiB), so that only odd mail meets it.
    header_bytes: the header block of one part; real ones with many hops and signatures stay under 64 KiB.
    headers: fields in one block; 2,000 keeps the reading of hostile blocks in milliseconds.
    parts: payloads opened, of every kind; a workbook has some 100, a forwarded thread some 50.
    depth: containers in containers; people reach 6, self-reproducing archives reach any number.
    expanded_bytes: output of all decompressors; a 10 MB workbook unpacks to about 80 MB.
    text_chars: text handed to detection; some 10,000 printed pages.
    pdf_pages: the longest statistical report has some 600.
    cells: filled spreadsheet cells; more is a data base, not a table for readers.
    marked_cells: cells that get a place of their own, as places cost memory; beyond, each row has one.
    inline_picture_bytes: a picture within a text up to this size is most likely a logo; a chart is larger.
    small_image_px: a picture not wider or not higher than this is a logo or a rule, not text.
    picture_pixels: of one picture, before it is decoded; a scan of A3 at 300 dpi has 17 million, a telephone 12 or 50.
    all_pixels: of all pictures together; decoding costs some 10 ms per million.
    ocr_pictures: pictures, pages and frames in which words are looked for; a slide deck has some 40.
    ocr_work: pixels looked at in them, a word counting as 50,000; some 4 s of the time of one message, which is
        20 charts or 6 scanned pages of dense print.
    boundaries: delimiter lines of one multipart; ten for each part that may be opened.
    passwords: tried on one locked file; each costs some 0.1 s.
    """

    message_bytes: int = 50 * 1024 * 1024
    header_bytes: int = 256 * 1024
    headers: int = 2_000
    parts: int = 5_000
    depth: int = 40
    expanded_bytes: int = 100_000_000
    text_chars: int = 20_000_000
    pdf_pages: int = 2_000
    cells: int = 2_000_000
    marked_cells: int = 300_000
    small_image_px: int = 48
    inline_picture_bytes: int = 20_000
    picture_pixels: int = 50_000_000
    all_pixels: int = 200_000_000
    ocr_pictures: int = 60
    ocr_work: int = 120_000_000
    boundaries: int = 50_000
    passwords: int = 12


class Budget:
    """What is left of the limits. One object travels with the reading of one message.

    passwords: to try on locked files, likeliest first: configured ones, and later those found in the message.
    plain_only: formats that are no plain text stay closed.
    """

    __slots__ = (
        "cells",
        "expanded",
        "limits",
        "ocr_pictures",
        "ocr_work",
        "parts",
        "passwords",
        "pixels",
        "plain_only",
        "text",
    )

    def __init__(self, limits: Limits, passwords: tuple[str, ...] = (), *, plain_only: bool = False) -> None:
        self.limits = limits
        self.plain_only = plain_only
        self.passwords = passwords[: limits.passwords]
        self.parts = limits.parts
        self.expanded = limits.expanded_bytes
        self.text = limits.text_chars
        self.cells = limits.cells
        self.pixels = limits.all_pixels
        self.ocr_pictures = limits.ocr_pictures
        self.ocr_work = limits.ocr_work

    def expand(self, size: int) -> None:
        """Account for bytes that a decompressor has just produced."""
        self.expanded -= size
        if self.expanded < 0:
            raise CannotRead(GapKind.TOO_LARGE, "unpacked size")

    def decode_pixels(self, count: int) -> None:
        """Account for the pixels of one picture or frame, before it is decoded."""
        self.pixels -= count
        if count > self.limits.picture_pixels or self.pixels < 0:
            raise CannotRead(GapKind.TOO_LARGE, "pixels")

    def look_at_picture(self) -> None:
        """Account for one more picture in which words are looked for."""
        self.ocr_pictures -= 1
        if self.ocr_pictures < 0 or self.ocr_work <= 0:
            raise CannotRead(GapKind.TOO_MANY, "pictures")

    def fill_cell(self) -> None:
        self.cells -= 1
        if self.cells < 0:
            raise CannotRead(GapKind.TOO_MANY, "cells")

    def marks_cell(self) -> bool:
        """Whether the cell just filled gets a place of its own."""
        return self.limits.cells - self.cells <= self.limits.marked_cells

    def check_text(self, size: int) -> None:
        """Stop a reader that builds one long text before the text is handed over and counted."""
        if size > self.text:
            raise CannotRead(GapKind.TOO_LARGE, "text")
