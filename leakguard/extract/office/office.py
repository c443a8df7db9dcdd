"""Office files in a zip container: whichever reader knows the main part, then a sweep of every part it left.

The sweep finds what structured readers forget: charts, comments, headers, alternative text, properties.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from leakguard.extract.archives.zip import is_zip, member_names, read_beside
from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.office.charts import ROOTS as CHARTS
from leakguard.extract.office.charts import Chart
from leakguard.extract.office.docx import Document, read_document
from leakguard.extract.office.drawings import Anchored
from leakguard.extract.office.epub import read_book
from leakguard.extract.office.notes import KINDS, Notes
from leakguard.extract.office.odf import read_open_document
from leakguard.extract.office.odf_locked import locks_of, unlocked
from leakguard.extract.office.package import Package, open_package
from leakguard.extract.office.pivot import Named
from leakguard.extract.office.pptx import read_presentation
from leakguard.extract.office.properties import ROOTS as PROPERTIES
from leakguard.extract.office.properties import read_properties
from leakguard.extract.office.sweep import Paragraphs, Sweep, as_html, besides, swept, unreadable
from leakguard.extract.office.visio import read_visio
from leakguard.extract.office.xlsx import read_workbook
from leakguard.extract.office.xps import read_pages
from leakguard.extract.old_office.xlsb import read_binary_workbook
from leakguard.extract.text.xml import run
from leakguard.model.content import Gap, GapKind, Role

_MARKERS = frozenset(
    {"[Content_Types].xml", "content.xml", "_rels/.rels", "META-INF/container.xml", "FixedDocSeq.fdseq"}
    | {"Contents/content.hpf", "Index/Document.iwa", "index.apxl", "index.xml.gz", "META-INF/manifest.xml"}
)
_READERS = (
    *(read_workbook, read_binary_workbook, read_document, read_presentation),
    *(read_open_document, read_visio, read_pages, read_book),
)
# What people see of a file: root of the part, what it is called. All other parts are hidden text.
_SEEN = {
    "hdr": "header",
    "ftr": "footer",
    "notes": "notes",
    "dataModel": "diagram",
    "drawing": "diagram",
    "sldLayout": "slide layout",
    "sldMaster": "slide master",
    "notesMaster": "notes master",
    "handoutMaster": "handout master",
    "glossaryDocument": "building blocks",
    "userShapes": "chart",
    "chartsheet": "chart sheet",
    "dialogsheet": "sheet",
    "sec": "text",  # Hangul
    "sst": "text",
    "ncx": "contents",
}
_NAMED = {
    "table": "table",
    "pivotTableDefinition": "pivot table",
    "slicers": "slicer",
    "slicerCacheDefinition": "slicer",
}
_UNKNOWN = frozenset({"worksheet", "styleSheet", "rvData", "sst", "ncx"})  # their elements part words
# Their attributes are names of fonts and styles, several hundred in an empty file.
_STYLES = frozenset({"styles", "theme", "fonts", "tblStyleLst", "styleSheet", "sldMaster", "numbering", "webSettings"})
_TEXT = frozenset({"styles", "settings", "xml"})  # "xml": old drawings
_SILENT = frozenset({"Types", "manifest", "colorsDef", "styleDef", "layoutDef", "document-settings", "datastoreItem"})
_REPEATED = frozenset({"sldLayout", "sldMaster", "notesMaster", "handoutMaster", "dataModel", "drawing"})
_OFFICE = re.compile(
    rb"schemas\.(?:openxmlformats\.org|microsoft\.com)|purl\.oclc\.org|opendocument|urn:schemas-microsoft"
)
_IWORK = ".iwa"


def is_office(blob: Blob) -> bool:
    return is_zip(blob) and not _MARKERS.isdisjoint(member_names(blob.data))


def read_office(blob: Blob, budget: Budget) -> Iterator[Item]:
    package = open_package(blob, budget)
    locks = [lock for name in package.with_root("manifest") for lock in locks_of(package.parts[name])]
    locked = {lock.path for lock in locks}
    package.files = [each for each in package.files if each.name not in locked]
    for name in locked:  # one in a few hundred begins like XML
        package.parts.pop(name, None)
        package.roots.pop(name, None)
    archives = [each for each in package.files if each.name.endswith(_IWORK)]
    if archives:
        package.files = [each for each in package.files if not each.name.endswith((_IWORK, ".plist"))]
        package.gaps.append(Gap(part=blob.part, kind=GapKind.UNSUPPORTED, detail="iWork document"))
    yield from read_package(blob, package, budget)
    yield from read_beside(blob, budget)
    if locks:
        yield from unlocked(blob, locks, budget)


def read_package(blob: Blob, package: Package, budget: Budget) -> Iterator[Item]:
    """The same for parts that did not come in a zip."""
    seen = Paragraphs()
    read: set[str] = set()
    for reader in _READERS:
        yield from reader(blob, package, budget, seen, read)
    for name, root in list(package.roots.items()):
        if name not in read and name in package.parts:
            yield from _placed(blob, package, budget, seen, name, root, read)
    yield from _rest(blob, package, seen, read)
    yield from package.inner_items(blob)


def _placed(
    blob: Blob, package: Package, budget: Budget, seen: Paragraphs, name: str, root: str, read: set[str]
) -> Iterator[Item]:
    """Parts that have a place of their own."""
    xml = package.parts[name]
    read.add(name)
    if root in PROPERTIES:
        yield from read_properties(blob, xml)
    elif root in KINDS:
        yield from swept(
            blob, xml, Notes(root, package.owners.get(name, "")), seen, package.place_of(name, KINDS[root][1])
        )
    elif root in CHARTS:
        yield from swept(blob, xml, Chart(budget), seen, package.place_of(name, "chart"))
    elif root == "wsDr":
        yield from swept(blob, xml, Anchored(package.owners.get(name, "")), seen, package.place_of(name, "drawing"))
    elif root in _NAMED:
        yield from swept(blob, xml, Named(known=True), seen, package.place_of(name, _NAMED[root]))
    elif root == "wordDocument":
        yield from swept(blob, xml, Document(), seen, blob.place)
    elif root in _SEEN and root not in _REPEATED:
        yield from swept(blob, xml, Sweep(known=root not in _UNKNOWN), seen, package.place_of(name, _SEEN[root]))
    else:
        read.discard(name)


def _rest(blob: Blob, package: Package, seen: Paragraphs, read: set[str]) -> Iterator[Item]:
    """Every part that no reader took: in plain sight if its kind is, else hidden."""
    asides: list[str] = []
    for name, xml in package.parts.items():
        if name not in read and package.roots[name] not in _SILENT:
            yield from _left(blob, package, seen, name, xml, asides)
    if rest := seen.fresh(asides):
        yield blob.span(rest, role=Role.HIDDEN, place=f"{blob.place}, hidden text")
    if links := seen.fresh(dict.fromkeys(package.links())):
        yield blob.span(links, role=Role.HIDDEN, place=f"{blob.place}, link")


def _left(blob: Blob, package: Package, seen: Paragraphs, name: str, xml: bytes, asides: list[str]) -> Iterator[Item]:
    root = package.roots[name]
    handler = Sweep(known=root in _TEXT or root in _SEEN, foreign=not _OFFICE.search(xml[:2000]))
    try:
        run(xml, handler)
    except CannotRead as refusal:
        if root != "xml":
            yield from unreadable(blob, xml, refusal)
        else:  # old drawings are no proper XML, and office programs read them all the same
            asides.append(as_html(xml))
        return
    handler.close()
    place = package.place_of(name, _SEEN.get(root, ""))
    if root in _SEEN:
        if text := seen.fresh([handler.shown.text()]):
            yield blob.span(text, place=place)
    else:
        asides.append(handler.shown.text())
    if root in _STYLES:
        return
    if root in _SEEN:
        yield from besides(blob, handler, seen, place)
        return
    asides += [handler.said.text(), handler.hidden.text(), handler.deleted.text()]
    if people := "\n".join(handler.names):
        yield blob.span(people, role=Role.NAME, place=f"{blob.place}, author")
