"""Runs a handler over an XML part. Knows expat and its dangers, no vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol
from xml.parsers import expat

from leakguard.extract.limits import CannotRead
from leakguard.extract.text.charset import decode
from leakguard.model.content import GapKind

_ROOT = re.compile(r"(?:\s|\ufeff|<\?[^>]*\?>|<![^>\[]*>)*<(?:[\w.-]+:)?([\w.-]+)")
_XML_STARTS = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<", b"\xfe\xff\0<", b"\0<\0")
_DECLARED = re.compile(rb"""<\?xml[^>]{0,80}?encoding\s*=\s*["']([\w.:-]{2,40})["'][^>]*>""")
_UNDERSTOOD = (b"utf-8", b"utf-16", b"us-ascii", b"iso-8859-1")  # by expat itself
_NAMES = 5_000  # elements of one vocabulary; the largest has some 2,000
_DEEPEST = 5_000  # elements in elements; documents have some 50


class Handler(Protocol):
    """Gets local names: prefixes are chosen by whoever wrote the file."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, text: str) -> None: ...


def run(xml: bytes, handler: Handler) -> None:
    """Refuses document types that declare anything, as the formats read here do not and entities can only harm."""
    for _ in steps(xml, handler, len(xml) + 1):
        pass


def steps(xml: bytes, handler: Handler, size: int) -> Iterator[None]:
    """The same, stopping after each `size` octets, so that the caller can hand over what has been read."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    names, start, end, depth = _Locals(), handler.start, handler.end, 0

    def opens(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise CannotRead(GapKind.TOO_DEEP, "xml")
        start(names[name], attributes)

    def closes(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(names[name])

    parser.StartElementHandler, parser.EndElementHandler = opens, closes
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = _refuse
    xml = _understandable(xml)
    try:
        for start_of_step in range(0, len(xml), size):
            parser.Parse(xml[start_of_step : start_of_step + size], False)
            yield
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise CannotRead(GapKind.DAMAGED, "xml") from None


class _Locals(dict[str, str]):
    """Local name of each name met: asking is faster than cutting."""

    def __missing__(self, name: str) -> str:
        found = local(name)
        if len(self) < _NAMES:
            self[name] = found
        return found


def _refuse(_name: str, _system: str | None, _public: str | None, has_declarations: int) -> None:
    if has_declarations:
        raise CannotRead(GapKind.UNSUPPORTED, "xml with a document type")


def _understandable(xml: bytes) -> bytes:
    """In UTF-8 where the XML says that it is in a charset that expat does not know."""
    declared = _DECLARED.match(xml[:300])
    if declared is None or declared[1].lower() in _UNDERSTOOD:
        return xml
    return decode(xml[declared.end() :], declared[1].decode("ascii")).encode("utf-8", "replace")


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
