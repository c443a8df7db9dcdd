"""Office files in a zip container: whichever reader knows the main part, then a sweep of every part it left.

The sweep finds what structured readers forget: charts, comments, headers, alternative text, properties.
"""

from __future__ import annotations

from collections.abc import Iterator

from leakguard.extract.archives.zip import is_zip, member_names
from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.office.docx import read_document
from leakguard.extract.office.package import Package, open_package
from leakguard.extract.office.pptx import read_presentation
from leakguard.extract.office.sweep import Paragraphs, sweep
from leakguard.extract.office.xlsx import read_workbook
from leakguard.extract.text.charset import decode
from leakguard.extract.text.html import Page
from leakguard.model.content import Role

_MARKERS = frozenset({"[Content_Types].xml", "content.xml", "_rels/.rels"})
_SEEN_BY_READERS = {
    "chartSpace": "chart",
    "comments": "comment",
    "ThreadedComments": "comment",
    "cmLst": "comment",
    "hdr": "header",
    "ftr": "footer",
    "footnotes": "footnote",
    "endnotes": "endnote",
    "wsDr": "drawing",
    "notes": "notes",
    "dataModel": "diagram",
    "drawing": "diagram",
    "document-content": "text",
    "document-styles": "header or footer",
    "FixedPage": "page",
    "pivotCacheDefinition": "pivot table",
    "pivotCacheRecords": "pivot table",
    "document": "text",
    "sld": "slide",
    "worksheet": "sheet",
}
_UNKNOWN_VOCABULARY = frozenset({"pivotCacheDefinition", "pivotCacheRecords", "worksheet", "styleSheet", "properties"})
# Their attributes are names of fonts and styles, several hundred in an empty file.
_STYLES = frozenset({"styles", "theme", "fonts", "tblStyleLst", "styleSheet", "sldMaster"})
_TEXT_VOCABULARY = frozenset(
    {"styles", "settings", "sldMaster", "sldLayout", "notesMaster", "handoutMaster", "glossaryDocument"}
)


def is_office(blob: Blob) -> bool:
    return is_zip(blob) and not _MARKERS.isdisjoint(member_names(blob.data))


def read_office(blob: Blob, budget: Budget) -> Iterator[Item]:
    package = open_package(blob, budget)
    seen = Paragraphs()
    read: set[str] = set()
    for reader in (read_workbook, read_document, read_presentation):
        yield from reader(blob, package, budget, seen, read)
    yield from _rest(blob, package, seen, read)
    yield from package.inner_items(blob, budget)


def _rest(blob: Blob, package: Package, seen: Paragraphs, read: set[str]) -> Iterator[Item]:
    """Every part that no reader took: in plain sight if its kind is, else hidden."""
    asides: list[str] = []
    for name, xml in package.parts.items():
        if name in read or name.endswith(".rels"):
            continue
        root = package.roots[name]
        try:
            shown, hidden = _sweep(xml, root)
        except CannotRead as refusal:
            asides.append(_as_html(xml))
            if root != "xml":  # old drawings are no proper XML, and office programs read them all the same
                yield blob.gap(refusal.kind, refusal.detail)
            continue
        asides.append(hidden)
        kind = _SEEN_BY_READERS.get(root)
        if kind is None:
            asides.append(shown)
        elif text := seen.fresh([shown]):
            yield blob.span(text, place=f"{blob.place}, {kind}")
    if rest := seen.fresh(asides):
        yield blob.span(rest, role=Role.HIDDEN, place=f"{blob.place}, hidden text")


def _sweep(xml: bytes, root: str) -> tuple[str, str]:
    known = root in _TEXT_VOCABULARY or (root in _SEEN_BY_READERS and root not in _UNKNOWN_VOCABULARY)
    swept = sweep(xml, known=known)
    return swept.shown.text(), "" if root in _STYLES else swept.hidden.text()


def _as_html(xml: bytes) -> str:
    page = Page(decode(xml))
    page.read()
    return f"{page.shown.text()}\n\n{page.hidden.text()}"
