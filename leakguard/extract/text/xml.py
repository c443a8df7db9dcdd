"""Runs a handler over an XML part. Knows expat and its dangers, no vocabulary."""

from __future__ import annotations

import re
from typing import Protocol
from xml.parsers import expat

from leakguard.extract.limits import CannotRead
from leakguard.extract.text.charset import decode
from leakguard.model.content import GapKind

_ROOT = re.compile(r"(?:\s|\ufeff|<\?[^>]*\?>|<!--[^>]*-->)*<(?:[\w.-]+:)?([\w.-]+)")
_XML_STARTS = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<", b"\xfe\xff\0<")


class Handler(Protocol):
    """Gets local names: prefixes are chosen by whoever wrote the file."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, text: str) -> None: ...


def run(xml: bytes, handler: Handler) -> None:
    """Refuses document types, as the formats read here have none and entities can only harm."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: handler.start(local(name), attributes)
    parser.EndElementHandler = lambda name: handler.end(local(name))
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(xml, True)
    except expat.ExpatError:
        raise CannotRead(GapKind.DAMAGED, "xml") from None


def _refuse(*_declaration: object) -> None:
    raise CannotRead(GapKind.UNSUPPORTED, "xml with a document type")


def local(name: str) -> str:
    return name.rpartition(":")[2]


def is_xml(content: bytes) -> bool:
    return content[:64].lstrip().startswith(_XML_STARTS)


def root_name(content: bytes) -> str:
    """Local name of the first element, or ""."""
    match = _ROOT.match(decode(content[:2048]))
    return match[1] if match else ""


class Elements:
    """Keeps the attributes of some elements, in order: for small parts that are lists of references."""

    def __init__(self, *names: str) -> None:
        self._names = frozenset(names)
        self.found: list[tuple[str, dict[str, str]]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in self._names:
            self.found.append((name, attributes))

    def end(self, name: str) -> None: ...

    def text(self, text: str) -> None: ...


def reference(attributes: dict[str, str]) -> str:
    """The relationship id of an element: `r:id`, whatever its prefix; an `id` without one is something else."""
    return next((value for key, value in attributes.items() if ":" in key and local(key) == "id"), "")


def elements(xml: bytes, *names: str) -> list[tuple[str, dict[str, str]]]:
    """(element, attributes) of the named elements, as far as the XML is readable."""
    handler = Elements(*names)
    try:
        run(xml, handler)
    except CannotRead:
        return handler.found  # whoever reads the part for its text reports the damage
    return handler.found
