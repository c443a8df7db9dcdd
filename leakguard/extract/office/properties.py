"""Properties of a document: title, subject, keywords, company and what people add, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import CannotRead
from leakguard.extract.office.sweep import unreadable
from leakguard.extract.text.flow import Break, Flow
from leakguard.extract.text.xml import run
from leakguard.model.content import Role, Span

ROOTS = frozenset({"coreProperties", "Properties", "document-meta", "DocumentProperties", "CustomDocumentProperties"})
_VALUES = frozenset({"lpstr", "lpwstr", "bstr", "vector", "variant", "i4", "i8", "r8", "bool", "filetime", "int"})
_COUNTS = frozenset(
    {
        "application",
        "appversion",
        "docsecurity",
        "scalecrop",
        "linksuptodate",
        "shareddoc",
        "hyperlinkschanged",
        "pages",
    }
    | {
        "words",
        "characters",
        "characterswithspaces",
        "lines",
        "paragraphs",
        "slides",
        "notes",
        "hiddenslides",
        "language",
    }
    | {"mmclips", "totaltime", "created", "modified", "revision", "lastprinted", "headingpairs", "generator", "date"}
    | {"creation-date", "print-date", "editing-cycles", "editing-duration", "presentationformat", "digsig", "lastsaved"}
)
_PEOPLE = frozenset({"creator", "lastmodifiedby", "initial-creator", "printed-by", "author", "lastauthor", "manager"})
_CAPITALS = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Properties:
    """Handler: the text of each innermost element under the name of the element, or the name that people gave it."""

    def __init__(self) -> None:
        self.shown = Flow()
        self.people: dict[str, None] = {}
        self.given: dict[str, None] = {}
        self._names: list[str] = []
        self._text: list[str] = []
        self._last = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        given = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "name"), "")
        if given:
            self.given[given] = None
        inherited = self._names[-1] if self._names else ""
        self._names.append(inherited if name in _VALUES else given[:80] or name)
        self._text.clear()
        if name == "template":  # the title of what the document was made from
            self._text += [value for key, value in attributes.items() if key.endswith(":title")]

    def text(self, text: str) -> None:
        self._text.append(text)

    def end(self, _name: str) -> None:
        name = self._names.pop() if self._names else ""
        text = "".join(self._text).strip()
        self._text.clear()
        if not text or name.lower() in _COUNTS:
            return
        if name.lower() in _PEOPLE:
            self.people[text] = None
        else:
            self.shown.interrupt(Break.LINE if name == self._last else Break.BLOCK)
            self._last = name
            self.shown.mark(f"property {_CAPITALS.sub(' ', name).lower()}")
            self.shown.write(text)


def read_properties(blob: Blob, xml: bytes) -> Iterator[Item]:
    handler = Properties()
    try:
        run(xml, handler)
    except CannotRead as refusal:
        yield from unreadable(blob, xml, refusal)
    yield Span(
        text=handler.shown.text(), part=blob.part, role=blob.role, marks=tuple(handler.shown.marks), within=blob.place
    )
    if handler.given:
        yield blob.span("\n\n".join(handler.given), role=Role.HIDDEN, place="name of a property")
    if handler.people:
        yield blob.span("\n".join(handler.people), role=Role.NAME, place="property author")
