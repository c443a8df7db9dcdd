"""All text of any XML part of an office file: what runs on is joined, what stands apart is separated.

Shown text and the rest (descriptions, prompts, field codes, deleted words) are kept apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from leakguard.extract.office.numbers import render
from leakguard.extract.text.flow import Break, Flow
from leakguard.extract.text.xml import local, run

_BLOCKS = frozenset(
    {"p", "h", "tbl", "table", "txbxContent", "comment", "threadedComment", "footnote", "endnote", "si", "sp", "title"}
    | {"graphicFrame", "list-item", "note", "annotation", "definedName", "ser", "subject", "description", "keywords"}
    | {"category", "creator", "lastModifiedBy", "Company", "Manager", "lpwstr", "lpstr", "displayName", "text", "cm"}
    | {"oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter", "textbox"}
)
_LINES = frozenset({"br", "cr", "line-break", "div", "tx", "cat", "val", "xVal", "yVal", "dLbl", "pt"})
_ROWS = frozenset({"tr", "table-row"})
_CELLS = frozenset({"tc", "table-cell", "covered-table-cell"})
_GAPS = frozenset({"tab", "ptab", "v", "s"})
# Numbers of the layout, which would run into the words around them.
_NOT_TEXT = frozenset(
    {"posOffset", "align", "pctWidth", "pctHeight", "pctPosHOffset", "pctPosVOffset", "col", "colOff", "row", "rowOff"}
    | {"formatCode", "sizeRelH", "sizeRelV", "Anchor", "Row", "Column", "rPh", "binData", "binary-data", "Template"}
    | {"TotalTime", "Pages", "Words", "Characters", "Lines", "Paragraphs", "AppVersion", "DocSecurity", "ScaleCrop"}
    | {
        "LinksUpToDate",
        "tableStyleId",
        "CharactersWithSpaces",
        "SharedDoc",
        "HyperlinksChanged",
        "Application",
        "i4",
        "bool",
    }
)
_ASIDE = frozenset({"instrText", "delInstrText", "f", "Fallback"})
_DELETES = frozenset({"del", "moveFrom"})
_READABLE = frozenset(
    {
        "descr",
        "title",
        "alt",
        "tooltip",
        "prompt",
        "promptTitle",
        "error",
        "errorTitle",
        "display",
        "caption",
        "altText",
    }
    | {"string", "alias", "tag", "displayName", "desc"}
)
_UNREADABLE = frozenset({"style", "typeface", "script", "panose", "Type", "ContentType", "Target", "schemaLocation"})
# "Text Box 2", "Title Placeholder 1": nobody wrote these.
_NAMED_BY_PROGRAMS = frozenset({"cNvPr", "docPr", "cSld"})
_WORDS = re.compile(r"[^\W\d_]{2}\s+[^\W\d_]{2}")


class Sweep:
    """An XML handler. `known`: the vocabulary is one of text documents, whose unknown elements do not part words."""

    def __init__(self, *, known: bool) -> None:
        self.shown = Flow()
        self.hidden = Flow()
        self.hyphen = "-"
        self._otherwise = Break.NONE if known else Break.LINE
        self._not_text = 0
        self._aside = 0
        self._deleted = 0
        self._paragraph: list[str] = []
        self._has_deletion = False
        self._code: str | None = None  # number format of the chart values that follow

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if attributes:
            self._attributes(name, attributes)
        if name == "formatCode":
            self._code = ""
        self._not_text += name in _NOT_TEXT
        self._aside += name in _ASIDE
        self._deleted += name in _DELETES
        if name in _CELLS:
            self.shown.open_cell()
        elif name == "noBreakHyphen":
            self.text("-")
        else:
            self._break(name)

    def end(self, name: str) -> None:
        self._not_text -= name in _NOT_TEXT
        self._aside -= name in _ASIDE
        self._deleted -= name in _DELETES
        if name in _CELLS:
            self.shown.close_cell()
        elif name in _ROWS:
            self.shown.close_row()
        else:
            self._break(name)
        if name in ("p", "ser"):
            self._end_paragraph()
        if name in _ASIDE:
            self.hidden.interrupt(Break.BLOCK)
        elif name in ("numCache", "numLit"):
            self._code = None

    def text(self, text: str) -> None:
        if self._not_text:
            if self._code is not None:
                self._code += text
        elif self._aside:
            self.hidden.write(text)
        elif "\n" not in text or not text.isspace():  # white space with line ends is indentation
            self._write(text)

    def _write(self, text: str) -> None:
        if self._code:
            text = render(text, self._code)
        self._paragraph.append(text)
        if self._deleted:
            self._has_deletion = True
        else:
            self.shown.write(text)

    def _break(self, name: str) -> None:
        flow = self.hidden if self._aside else self.shown
        if name in _BLOCKS:
            flow.interrupt(Break.BLOCK)
        elif name in _LINES or name in _ROWS:
            flow.interrupt(Break.LINE)
        elif name in _GAPS:
            flow.interrupt(Break.CELL)
            self._paragraph.append(" ")
        elif self._otherwise:
            flow.interrupt(self._otherwise)

    def _end_paragraph(self) -> None:
        """A paragraph with tracked deletions is read a second time, as it was before they are accepted."""
        if self._has_deletion:
            self.hidden.interrupt(Break.BLOCK)
            self.hidden.write("".join(self._paragraph))
            self.hidden.interrupt(Break.BLOCK)
        self._paragraph.clear()
        self._has_deletion = False

    def _attributes(self, element: str, attributes: dict[str, str]) -> None:
        for key, value in attributes.items():
            name = local(key)
            if name == "name" and element in _NAMED_BY_PROGRAMS:
                continue
            if name in _READABLE or (name not in _UNREADABLE and len(value) > 4 and _WORDS.search(value)):
                self.hidden.interrupt(Break.BLOCK)
                self.hidden.write(value)
                self.hidden.interrupt(Break.BLOCK)


def sweep(xml: bytes, *, known: bool) -> Sweep:
    handler = Sweep(known=known)
    run(xml, handler)
    return handler


class Paragraphs:
    """Paragraphs met so far, so that what many parts repeat (layouts, fallbacks) is handed over once."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def add(self, text: str) -> None:
        self._seen.update(text.split("\n\n"))

    def fresh(self, texts: Iterable[str]) -> str:
        """The paragraphs that are new, and from now on are not."""
        wanted = dict.fromkeys(each for text in texts for each in text.split("\n\n") if each.strip())
        new = [each for each in wanted if each not in self._seen]
        self._seen.update(new)
        return "\n\n".join(new)
