"""Builds running text from pieces and breaks: what a screen shows of marked-up text, in one pass."""

from __future__ import annotations

import re
from enum import IntEnum

_WHITE = re.compile(r"[ \t\r\n\f]+")


class Break(IntEnum):
    """What separates two pieces; of several breaks in a row the strongest stays."""

    NONE = 0
    SPACE = 1
    CELL = 2
    LINE = 3
    BLOCK = 4


_SEPARATORS = {Break.NONE: "", Break.SPACE: " ", Break.CELL: "\t", Break.LINE: "\n", Break.BLOCK: "\n\n"}


class Flow:
    """Collects text. Breaks are remembered and written only between two pieces of text."""

    __slots__ = ("_cell_opened", "_pending", "_pieces", "_place", "_quote_at", "_quoted", "_quotes", "length", "marks")

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._pending = Break.NONE
        self._cell_opened = False
        self._place: str | None = None
        self.length = 0
        self.marks: list[tuple[int, str]] = []
        self._quotes = self._quote_at = 0  # how many quotations are open, and where the outermost began
        self._quoted: list[tuple[int, int]] = []

    def write(self, text: str) -> None:
        """Add text, white space collapsed as a browser does."""
        words = _WHITE.sub(" ", text)
        stripped = words.strip(" ")
        if not stripped:
            self.interrupt(Break.SPACE if words else Break.NONE)
            return
        if words[0] == " ":
            self.interrupt(Break.SPACE)
        self._put(stripped)
        self._pending = Break.SPACE if words[-1] == " " else Break.NONE

    def write_exactly(self, text: str) -> None:
        """Add text whose white space is meant (preformatted)."""
        if text:
            self._put(text)
            self._pending = Break.NONE

    def _put(self, text: str) -> None:
        if self._pieces and self._pending:
            separator = _SEPARATORS[self._pending]
            self._pieces.append(separator)
            self.length += len(separator)
        if self._place is not None:
            self.marks.append((self.length, self._place))
            self._place = None
        self._pieces.append(text)
        self.length += len(text)
        self._cell_opened = False

    def interrupt(self, strength: Break) -> None:
        """Text before and text after are apart at least by this. A block that opens a cell does not part cells."""
        if strength > self._pending and not (self._cell_opened and strength > Break.CELL):
            self._pending = strength

    def new_line(self) -> None:
        """A forced line break; two in a row make a blank line, as on screen."""
        self.interrupt(Break.BLOCK if self._pending is Break.LINE else Break.LINE)

    def open_cell(self) -> None:
        self.interrupt(Break.CELL)
        self._cell_opened = True

    def close_cell(self) -> None:
        """The paragraphs inside a cell do not part it from its neighbour."""
        self._pending = Break.CELL
        self._cell_opened = False

    def close_row(self) -> None:
        self._pending = Break.LINE
        self._cell_opened = False

    def mark(self, place: str) -> None:
        """The next text has this place."""
        self._place = place

    def open_quote(self) -> None:
        """The next text is a quotation, until as many are closed as were opened."""
        if not self._quotes:
            self._quote_at = self.length
        self._quotes += 1

    def close_quote(self) -> None:
        if self._quotes == 1 and self.length > self._quote_at:
            self._quoted.append((self._quote_at, self.length))
        self._quotes = max(self._quotes - 1, 0)

    def quotations(self) -> tuple[tuple[int, int], ...]:
        """What was quoted; a quotation left open goes to the end."""
        is_open = self._quotes and self.length > self._quote_at
        return (*self._quoted, (self._quote_at, self.length)) if is_open else tuple(self._quoted)

    def text(self) -> str:
        return "".join(self._pieces)
