"""Where the words of rich text are collected: bytes are decoded only when their run ends.

A double-byte character may be cut by control words and groups, so bytes wait until the code page changes.
"""

from __future__ import annotations

import codecs

from leakguard.extract.text.flow import Break, Flow
from leakguard.extract.text.rtf_codes import DOUBLE
from leakguard.model.content import Role

_MARKED = 20_000  # items with a place of their own; beyond, every hundredth, as places cost memory


class Sink:
    """The text of one kind of place. role: None for what is on the page like the body.

    verbatim: white space and breaks are those of a source text (HTML within rich text).
    """

    __slots__ = ("_codec", "_flow", "_pieces", "_raw", "count", "length", "place", "role", "verbatim")

    def __init__(self, place: str = "", role: Role | None = None, *, verbatim: bool = False) -> None:
        self.place = place
        self.role = role
        self.verbatim = verbatim
        self.count = 0
        self.length = 0
        self._flow = Flow()
        self._pieces: list[str] = []
        self._raw = bytearray()
        self._codec = ""

    def add_bytes(self, raw: bytes, codec: str) -> None:
        if codec != self._codec:
            self._decode()
            self._codec = codec
        self._raw += raw
        self.length += len(raw)

    def add(self, text: str) -> None:
        if self._raw:
            self._decode()
        self._pieces.append(text)
        self.length += len(text)

    def _decode(self) -> None:
        if self._raw:
            self._pieces.append(bytes(self._raw).decode(self._codec, "replace"))
            self._raw.clear()

    def _write(self) -> None:
        self._decode()
        if self._pieces:
            self._flow.write("".join(self._pieces))
            self._pieces.clear()

    def interrupt(self, strength: Break, word: bytes = b"") -> None:
        if self.verbatim:
            self.add("\t" if strength is Break.CELL else "\r\n")
            return
        self._write()
        if word in (b"cell", b"nestcell"):
            self._flow.close_cell()
        elif word in (b"row", b"nestrow"):
            self._flow.close_row()
        elif strength is Break.LINE:
            self._flow.new_line()
        else:
            self._flow.interrupt(strength)

    def next_item(self, prefix: str) -> None:
        """What comes has the next number: "paragraph 3"."""
        self._write()
        self._flow.interrupt(Break.BLOCK)
        self.step(prefix)

    def step(self, prefix: str) -> None:
        self.count += 1
        if self.count <= _MARKED or not self.count % 100:
            self._flow.mark(f"{prefix}{self.place} {self.count}")

    def text(self) -> str:
        """All of it so far."""
        if self.verbatim:
            self._decode()
            return "".join(self._pieces)
        self._write()
        return self._flow.text()

    @property
    def marks(self) -> list[tuple[int, str]]:
        return self._flow.marks


def cut_within_character(raw: bytes, codec: str) -> bool:
    """Whether the last byte is the first half of a character of a double-byte code page."""
    if codec not in DOUBLE or raw[-1] < 0x81:
        return False
    decoder = codecs.getincrementaldecoder(codec)("replace")
    decoder.decode(raw)
    return bool(decoder.getstate()[0])
