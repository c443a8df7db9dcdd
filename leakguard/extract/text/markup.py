"""XML of no kind that another reader knows: the text of its elements, and the words in its attributes.

ref: https://www.w3.org/TR/xml/ (entities, CDATA)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers import expat

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget
from leakguard.extract.text.charset import decode, looks_like_text, readings
from leakguard.extract.text.flow import Break, Flow
from leakguard.extract.text.inline import decoded_lines
from leakguard.extract.text.xml import local
from leakguard.model.content import Role

_DECLARATION = re.compile(r"\ufeff?\s*<\?xml\b[^>]*>")
_CHARSET = re.compile(r"encoding\s*=\s*[\"']([\w.:-]{1,40})")
_ELEMENT = re.compile(r"\ufeff?\s*(?:<!--|<!DOCTYPE\b|<!\[CDATA|<[A-Za-z_][\w:.-]*(?:\s+[\w:.-]+\s*=|\s*/?>))")
_CLOSING = re.compile(r"</[\w:.-]+\s*>|/>")
_INLINE = frozenset(
    "a abbr b big code em emph emphasis font hi i ins italic mark r s small span strong sub subscript sup superscript t"
    " term tspan tt u ulink wbr bold underline".split()
)
_CELLS = frozenset({"td", "th", "cell", "entry"})
_ROWS = frozenset({"tr", "row"})
_BLOCKS = frozenset({"p", "para", "section", "chapter", "item", "title", "description", "record", "div", "table"})
_NOT_WORDS = re.compile(r"[\d\s.,:;#%/+-]*\Z|https?://www\.w3\.org/|(?:true|false|yes|no|preserve)\Z")
_MACHINE = frozenset(
    {"id", "class", "style", "type", "version", "encoding", "d", "points", "transform", "schemaLocation"}
)
_NAMES = re.compile(r"[<>/=\"]+|xmlns[\w:.-]*=\"[^\"]*\"")
_TAGS = re.compile(r"<[^<>]*>")


def is_markup(blob: Blob) -> bool:
    if not (b"<" in blob.data[:256] and looks_like_text(blob.data, blob.charset)):
        return False
    head = decode(blob.data[:4096], blob.charset)
    if _DECLARATION.match(head):
        return True
    if _ELEMENT.match(head) is None:
        return False
    return "xml" in blob.declared or (blob.role is Role.ATTACHMENT and _CLOSING.search(head) is not None)


def read_markup(blob: Blob, budget: Budget) -> Iterator[Item]:
    """Shown and hidden text; what is behind an error in the XML is read without its tags."""
    declared = _CHARSET.search(decode(blob.data[:300], blob.charset))
    charset = blob.charset or (declared[1] if declared else "")
    ordinal = 0
    for index, reading in enumerate(readings(blob.data, charset)):
        handler = _Handler()
        rest = _parse(reading, handler)
        shown, hidden = handler.shown.text(), handler.hidden.text()
        budget.check_text(len(shown) + len(hidden))
        if shown:
            yield blob.span(shown, role=Role.HIDDEN if index else None)
        if hidden:
            yield blob.span(hidden, role=Role.HIDDEN, place=f"{blob.place}, hidden text")
        if rest:
            yield blob.span(_TAGS.sub("", rest), role=Role.HIDDEN if index else None)
        if others := decoded_lines(shown):
            yield blob.span(others, role=Role.HIDDEN, place=f"{blob.place}, encoded text")
        if not index and b"<svg" not in blob.data[:1024]:  # names of elements are words, where a text editor shows it
            yield blob.span(_NAMES.sub(" ", reading), role=Role.HIDDEN, place=f"{blob.place}, source")
        if not index and "</" in shown:  # a page within the text, as in news feeds
            ordinal += 1
            yield blob.inner(ordinal, shown.encode(), place="page", declared="text/html", charset="utf-8")


def _parse(text: str, handler: _Handler) -> str:
    """Feeds the handler; the source from the first error on, or nothing."""
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.UseForeignDTD(False)
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.text
    parser.CommentHandler = handler.comment
    parser.ProcessingInstructionHandler = lambda _target, words: handler.comment(words)
    raw = text.lstrip("\ufeff \t\r\n").encode("utf-8", "replace")
    try:
        parser.Parse(raw, True)
    except expat.ExpatError:
        parser.buffer_text = False  # hands over what it has kept
        return raw[max(0, parser.ErrorByteIndex) :].decode("utf-8", "replace")
    return ""


class _Handler:
    """Unknown elements part words, except those that every vocabulary uses within a line."""

    def __init__(self) -> None:
        self.shown = Flow()
        self.hidden = Flow()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        for key, value in attributes.items():
            if local(key) not in _MACHINE and not key.startswith("xmlns") and not _NOT_WORDS.match(value):
                self.comment(value)
        kind = local(name).lower()
        if kind in _CELLS:
            self.shown.open_cell()
        elif kind not in _INLINE:
            self.shown.interrupt(Break.BLOCK if kind in _BLOCKS else Break.LINE)

    def end(self, name: str) -> None:
        kind = local(name).lower()
        if kind in _CELLS:
            self.shown.close_cell()
        elif kind in _ROWS:
            self.shown.close_row()
        elif kind not in _INLINE:
            self.shown.interrupt(Break.BLOCK if kind in _BLOCKS else Break.LINE)

    def text(self, text: str) -> None:
        self.shown.write(text)

    def comment(self, text: str) -> None:
        self.hidden.interrupt(Break.BLOCK)
        self.hidden.write(text)
        self.hidden.interrupt(Break.BLOCK)
