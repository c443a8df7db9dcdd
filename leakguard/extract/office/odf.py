"""OpenDocument: texts, presentations, drawings and charts; the sheets are in `odf_sheet`.

ref: ODF 1.3 part 3 (OpenDocument schema)
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from urllib.parse import unquote

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget
from leakguard.extract.office.package import Package
from leakguard.extract.office.sweep import Paragraphs, Sweep, block, swept
from leakguard.extract.text.flow import Break
from leakguard.extract.text.xml import local
from leakguard.model.content import Role

_CONTENT = re.compile(rb"<(?:[\w.-]+:)?(spreadsheet|presentation|drawing|chart|text|formula|database)[\s/>]")
_FIELDS = frozenset({"title", "subject", "description", "keywords", "s"})  # of the running text
_SILENT = frozenset({"styles", "automatic-styles", "font-face-decls", "settings", "scripts"})
_MARGINS = {"header": "header", "header-left": "header", "header-first": "header", "footer": "footer",
            "footer-left": "footer", "footer-first": "footer"}  # fmt: skip
_FORMS = frozenset(
    {"text", "textarea", "listbox", "combobox", "option", "item", "fixed-text", "formatted-text", "value"}
)
_WORDS = frozenset({"value", "help-message", "expression", "condition", "formula", "string-value", "address-field"})
_COMMANDS = b"VCLMTF"  # how to draw an object that is read itself
_PAGE = re.compile(r"(?:page|slide|folie|Seite|Slide|dp)\W?\d+\Z")
_CHANGES = frozenset({"changed-region", "deletion", "insertion", "change", "change-start"})
_IDS = frozenset({"id", "change-id"})
_OWN = ("#", "..", "./", "../", "Pictures/", "Object", "ObjectReplacements", "media/")


class OpenText(Sweep):
    """What stands in a paragraph without being of it (notes, comments, boxes) follows behind it."""

    framed = {"note": "footnote", "annotation": "comment", "frame": "text box", "custom-shape": "text box"}  # noqa: RUF012

    def __init__(self, *, page: str = "", counts: bool = False) -> None:
        """page: what a page is called, where the document consists of them. counts: paragraphs are numbered."""
        super().__init__(known=True)
        self.binaries: list[bytes] = []
        self.links: dict[str, None] = {}
        self._binary: list[str] | None = None
        self._page_kind = page
        self._page = 0
        self._counts_paragraphs = counts
        self._in_body = False
        self._paragraphs = 0
        self._counts: dict[str, int] = {}
        self._silent = 0
        self._in_change = False
        self._region = ""
        self._cut: list[str] | None = None
        self._deletions: dict[str, str] = {}
        self._insertions: set[str] = set()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("p", "h"):
            self._paragraph()
        super().start(name, attributes)
        self._started(name, attributes)

    def _started(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("document", "body"):
            self._in_body = name == "body"
        elif self._is_silent(name):
            self._silent += 1
        elif name in ("page", "notes") and self._page_kind:
            self._begin_page(name)
        elif name == "binary-data":
            self._binary = []
        elif name in _MARGINS:
            self.shown.mark(_MARGINS[name])
        elif name in _CHANGES:
            self._change(name, attributes)
        elif name in ("change-info", "annotation", "note-citation", "script", "previous"):
            self._begin(name)

    def _change(self, name: str, attributes: dict[str, str]) -> None:
        """Deleted text stands before all other text; only its number stands where it was."""
        number = next((value for key, value in attributes.items() if local(key) in _IDS), "")
        frame = self._frames[-1]
        if name == "changed-region":
            self._region = number
        elif name == "deletion":
            self._cut = []
        elif name == "insertion":
            self._insertions.add(self._region)
        elif name == "change" and number in self._deletions:
            text = self._deletions.pop(number)
            frame.paragraph.append(text)
            frame.original.append(text)
            frame.has_deletion = True
        elif name == "change-start" and number in self._insertions:
            self._inserted = 1

    def _begin_page(self, name: str) -> None:
        self._page += name == "page"
        self.shown.interrupt(Break.BLOCK)
        self.shown.mark(f"{self._page_kind} {self._page}{' notes' if name == 'notes' else ''}")

    def _is_silent(self, name: str) -> bool:
        return name in _SILENT or (name == "meta" and not self._in_body)

    def _begin(self, name: str) -> None:
        if name == "previous":
            self._deleted += 1
        elif name in ("script", "note-citation"):
            self._not_text += 1
        else:
            self._in_change = True

    def end(self, name: str) -> None:
        super().end(name)
        if name == "deletion" and self._cut is not None:
            self._deletions[self._region] = "".join(self._cut)
            self._cut = None
        elif name == "change-end":
            self._inserted = 0
        elif self._is_silent(name):
            self._silent -= 1
        elif name == "binary-data" and self._binary is not None:
            self._decode("".join(self._binary))
            self._binary = None
        elif name == "previous":
            self._deleted -= 1
        elif name in ("script", "note-citation"):
            self._not_text -= 1
        elif name == "change-info":
            self._in_change = False

    def text(self, text: str) -> None:
        if self._binary is not None:
            self._binary.append(text)
        elif not self._silent and (not self._in_change or self._name is not None):
            if self._cut is not None and self._name is None:
                self._cut.append(text)
            super().text(text)

    def _paragraph(self) -> None:
        self._in_change = False
        if self._cut:
            self._cut.append("\n")
        if self._counts_paragraphs and len(self._frames) == 1 and not self._deleted:
            self._paragraphs += 1
            self.shown.mark(f"paragraph {self._paragraphs}")

    def _break(self, name: str) -> None:
        if name in _FIELDS:
            self.shown.interrupt(Break.SPACE if name == "s" else Break.NONE)
            for pieces in (self._frames[-1].paragraph, self._frames[-1].original, self._cut):
                if pieces is not None:
                    pieces.append(" ")
        else:
            super()._break(name)

    def _place_of_frame(self, name: str, _attributes: dict[str, str]) -> str | None:
        kind = self.framed[name]
        if name not in ("note", "annotation"):
            return kind
        self._counts[name] = self._counts.get(name, 0) + 1
        where = f"{kind} {self._counts[name]}"
        return f"{self._page_kind} {self._page}, {where}" if self._page_kind else where

    def _attributes(self, element: str, attributes: dict[str, str]) -> None:
        if self._silent:
            return
        super()._attributes(element, attributes)
        for key, value in attributes.items():
            name = key.rpartition(":")[2]
            if name == "href" and not value.startswith(_OWN):
                self.links[unquote(value)] = None
            elif name == "name" and element in ("page", "bookmark", "bookmark-start") and not _PAGE.match(value):
                block(self.hidden, value)
            elif name in _WORDS and (element in _FORMS or '"' in value):
                block(self.said, value)

    def _decode(self, text: str) -> None:
        try:
            content = base64.b64decode(text)
        except (binascii.Error, ValueError):
            content = text.encode("utf-8", "replace")
        if not content.startswith(_COMMANDS):
            self.binaries.append(content)


class _Pages(OpenText):
    """Boxes on a page stand for themselves."""

    framed = {"annotation": "comment"}  # noqa: RUF012


class _Chart(_Pages):
    """Its table says in descriptions which cells the numbers came from."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._silent += name == "desc"
        super().start(name, attributes)

    def end(self, name: str) -> None:
        super().end(name)
        self._silent -= name == "desc"

    def _break(self, name: str) -> None:
        if not self._silent:
            super()._break(name)


def read_open_document(
    blob: Blob, package: Package, budget: Budget, seen: Paragraphs, read: set[str]
) -> Iterator[Item]:
    contents = package.with_root("document-content")
    contents.sort(key=lambda name: ("/" in name, name))
    for name in contents:
        yield from read_content(blob, package.parts[name], budget, seen, "embedded object" if "/" in name else "")
        read.add(name)
    for name in package.with_root("document-styles"):
        yield from _read(blob, package.parts[name], OpenText(), seen, "header or footer")
        read.add(name)


def read_content(blob: Blob, xml: bytes, budget: Budget, seen: Paragraphs, place: str) -> Iterator[Item]:
    """One content.xml, or a whole document in one XML file."""
    from leakguard.extract.office.odf_sheet import read_sheets  # which builds upon this module

    body = xml.find(b":body")
    found = _CONTENT.search(xml, max(body, 0))
    kind = found[1] if found else b"text"
    if kind == b"spreadsheet":
        yield from read_sheets(blob, xml, budget, seen)
    elif kind in (b"presentation", b"drawing"):
        yield from _read(
            blob, xml, _Pages(page="slide" if kind == b"presentation" else "page"), seen, place or blob.place
        )
    elif kind == b"chart":
        yield from _read(blob, xml, _Chart(), seen, "chart")
    else:
        yield from _read(blob, xml, OpenText(counts=not place), seen, place or blob.place)


def _read(blob: Blob, xml: bytes, handler: OpenText, seen: Paragraphs, place: str) -> Iterator[Item]:
    yield from swept(blob, xml, handler, seen, place)
    yield from found_beside(blob, handler)


def found_beside(blob: Blob, handler: OpenText) -> Iterator[Item]:
    if handler.links:
        yield blob.span("\n\n".join(handler.links), role=Role.HIDDEN, place=f"{blob.place}, link")
    for count, content in enumerate(handler.binaries, 1):
        yield blob.inner(count, content, place=f"picture or embedded file {count}", within_text=True)
