"""Office documents that are one XML file: OpenDocument, Word and the parts of a package, one after the other.

ref: ODF 1.3 part 3 (OpenDocument schema), ECMA-376 part 2 (flat packages)
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from xml.parsers import expat

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.office.docx import Document
from leakguard.extract.office.odf import read_content
from leakguard.extract.office.office import read_package
from leakguard.extract.office.package import Package, place_part, relate
from leakguard.extract.office.properties import Properties
from leakguard.extract.office.spreadsheetml import read_spreadsheet
from leakguard.extract.office.sweep import Paragraphs, swept
from leakguard.extract.text.charset import decode
from leakguard.extract.text.xml import is_xml, run
from leakguard.model.content import GapKind, Role, Span

_HEAD = 4096
_KINDS = (
    ("urn:oasis:names:tc:opendocument:xmlns:office", "document"),
    ("http://schemas.microsoft.com/office/2006/xmlPackage", "package"),
    ("http://schemas.microsoft.com/office/word/2003/wordml", "wordDocument"),
    ("urn:schemas-microsoft-com:office:spreadsheet", "Workbook"),
)
_ROOT = r"<(?:[\w.-]{1,40}:)?%s[\s>/]"
_PART = re.compile(r"(?:.*:)?part\Z")
_CHARSET = re.compile(rb"""(<\?xml[^>]{0,80}?)\sencoding\s*=\s*["'][^"']*["']""")


def is_flat_office(blob: Blob) -> bool:
    return is_xml(blob.data) and _kind(blob.data) != ""


def _kind(data: bytes) -> str:
    head = decode(data[:_HEAD])
    found = (kind for address, kind in _KINDS if address in head and re.search(_ROOT % kind, head))
    return next(found, "")


def read_flat_office(blob: Blob, budget: Budget) -> Iterator[Item]:
    kind, xml = _kind(blob.data), _in_utf8(blob.data)
    if kind == "package":
        yield from _package(blob, xml, budget)
    elif kind == "Workbook":
        yield from read_spreadsheet(blob, xml, budget)
    elif kind == "document":
        yield from read_content(blob, xml, budget, Paragraphs(), "")
        yield from _properties(blob, xml, "meta")
    else:
        yield from _word(blob, xml)
        yield from _properties(blob, xml, "DocumentProperties", "CustomDocumentProperties")


def _in_utf8(data: bytes) -> bytes:
    """So that positions in the bytes mean something; what the file says of its charset goes."""
    if data.isascii() or data.startswith(b"\xef\xbb\xbf"):
        return data
    text = decode(data)
    return _CHARSET.sub(rb"\1", text.encode("utf-8", "replace"), count=1)


class _OldWord(Document):
    """Deletions and comments of Word 2003 are annotations, told apart by their type; pictures stand in the text."""

    def __init__(self) -> None:
        super().__init__()
        self.binaries: list[bytes] = []
        self._binary: list[str] | None = None
        self._annotations: list[bool] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "annotation":
            kind = next((value for key, value in attributes.items() if key.endswith(":type")), "")
            self._annotations.append(kind == "Word.Deletion")
            self._deleted += kind == "Word.Deletion"
        elif name == "binData":
            self._binary = []
        elif name in ("DocumentProperties", "CustomDocumentProperties", "fonts", "lists"):
            self._not_text += 1
        super().start(name, attributes)

    def end(self, name: str) -> None:
        super().end(name)
        if name == "annotation" and self._annotations:
            self._deleted -= self._annotations.pop()
        elif name == "binData" and self._binary is not None:
            self.binaries.append(_decoded("".join(self._binary)))
            self._binary = None
        elif name in ("DocumentProperties", "CustomDocumentProperties", "fonts", "lists"):
            self._not_text -= 1

    def text(self, text: str) -> None:
        if self._binary is not None:
            self._binary.append(text)
        else:
            super().text(text)

    def _break(self, name: str) -> None:
        if name != "annotation":
            super()._break(name)


def _word(blob: Blob, xml: bytes) -> Iterator[Item]:
    handler = _OldWord()
    yield from swept(blob, xml, handler, Paragraphs(), blob.place)
    for count, content in enumerate(handler.binaries, 1):
        yield blob.inner(count, content, place=f"picture {count}", within_text=True)


class _Some(Properties):
    """Only what is within some elements of a larger file."""

    def __init__(self, *within: str) -> None:
        super().__init__()
        self._within = frozenset(within)
        self._depth = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._depth or name in self._within:
            self._depth += 1
            super().start(name, attributes)

    def text(self, text: str) -> None:
        if self._depth:
            super().text(text)

    def end(self, name: str) -> None:
        if self._depth:
            self._depth -= 1
            super().end(name)


def _properties(blob: Blob, xml: bytes, *within: str) -> Iterator[Item]:
    handler = _Some(*within)
    try:
        run(xml, handler)
    except CannotRead:
        return  # whoever read the text has said so
    yield Span(
        text=handler.shown.text(), part=blob.part, role=blob.role, marks=tuple(handler.shown.marks), within=blob.place
    )
    if handler.people:
        yield blob.span("\n".join(handler.people), role=Role.NAME, place="property author")


def _package(blob: Blob, xml: bytes, budget: Budget) -> Iterator[Item]:
    package = Package()
    try:
        for ordinal, (name, content) in enumerate(_parts(xml, budget), 1):
            place_part(package, ordinal, name.lstrip("/"), content, budget)
    except expat.ExpatError:
        package.gaps.append(blob.gap(GapKind.DAMAGED, "xml"))
    relate(package)
    yield from read_package(blob, package, budget)


def _parts(xml: bytes, budget: Budget) -> Iterator[tuple[str, bytes]]:
    """Name and content of each part: XML as it stands in the file, other content from base64."""
    handler = _Parts(xml)
    try:
        handler.run()
    finally:
        for name, start, end, base64_text in handler.found:
            content = _decoded(base64_text) if base64_text else xml[start:end]
            budget.expand(len(content))
            yield name, content


class _Parts:
    """Remembers where the content of each part begins and ends."""

    def __init__(self, xml: bytes) -> None:
        self.found: list[tuple[str, int, int, str]] = []
        self._xml = xml
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._name = ""
        self._start = 0
        self._binary: list[str] | None = None
        self._depth = 0

    def run(self) -> None:
        self._parser.StartElementHandler = self._opens
        self._parser.EndElementHandler = self._closes
        self._parser.CharacterDataHandler = self._text
        self._parser.Parse(self._xml, True)

    def _opens(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 2 and _PART.match(name):
            self._name = next((value for key, value in attributes.items() if key.endswith(":name")), "")
        elif self._depth == 3:
            self._start = self._parser.CurrentByteIndex
            self._binary = [] if name.endswith("binaryData") else None

    def _closes(self, _name: str) -> None:
        if self._depth == 3:
            start = self._xml.find(b">", self._start) + 1
            text = "".join(self._binary) if self._binary is not None else ""
            self.found.append((self._name, start, self._parser.CurrentByteIndex, text))
            self._binary = None
        self._depth -= 1

    def _text(self, text: str) -> None:
        if self._binary is not None:
            self._binary.append(text)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return text.encode("utf-8", "replace")
