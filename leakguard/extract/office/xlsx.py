"""Workbooks: every sheet as rows and cells as they are displayed, hidden or not, with a place for each cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.office.numbers import BUILT_IN
from leakguard.extract.office.package import Package
from leakguard.extract.office.sheet import Sheet, Workbook
from leakguard.extract.office.sweep import Paragraphs
from leakguard.extract.text.xml import elements, reference, run
from leakguard.model.content import Role, Span


def read_workbook(blob: Blob, package: Package, budget: Budget, seen: Paragraphs, read: set[str]) -> Iterator[Item]:
    sheets = package.with_root("worksheet")
    if not sheets:
        return
    titles, since_1904 = _titles(package)
    workbook = Workbook(strings=_shared_strings(package), formats=_formats(package), since_1904=since_1904)
    in_order = dict.fromkeys([*(name for name in titles if name in package.parts), *sheets])
    for number, name in enumerate(in_order, 1):
        title = titles.get(name, f"sheet {number}")
        sheet = Sheet(title=title, workbook=workbook, budget=budget)
        try:
            run(package.parts[name], sheet)
        except CannotRead as refusal:
            yield blob.gap(refusal.kind, refusal.detail)
        yield from _spans(blob, title, sheet, seen)
        read.add(name)
    names = "\n\n".join(titles.values())
    if names:
        yield blob.span(names, place="sheet names")
    if orphans := seen.fresh(workbook.unused()):
        yield blob.span(orphans, role=Role.HIDDEN, place="text of deleted cells")
    read.update(package.with_root("sst", "styleSheet"))


def _spans(blob: Blob, title: str, sheet: Sheet, seen: Paragraphs) -> Iterator[Item]:
    text = sheet.text_of()
    if text:
        yield Span(text=text, part=blob.part, role=blob.role, marks=tuple(sheet.marks))
    if sheet.margins:
        yield blob.span("\n\n".join(sheet.margins), place=f"{title}, header or footer")
    if hidden := seen.fresh(sheet.asides):
        yield blob.span(hidden, role=Role.HIDDEN, place=f"{title}, hidden text")


def _titles(package: Package) -> tuple[dict[str, str], bool]:
    """Part name -> title of the sheet in the order of the tabs, and whether days count from 1904."""
    titles: dict[str, str] = {}
    since_1904 = False
    for name in package.with_root("workbook"):
        targets = package.targets(name)
        for element, each in elements(package.parts[name], "sheet", "workbookPr"):
            if element == "workbookPr":
                since_1904 |= each.get("date1904", "0") in ("1", "true")
            else:
                titles.setdefault(targets.get(reference(each), ""), each.get("name", ""))
    return titles, since_1904


def _formats(package: Package) -> list[str]:
    """Number format of each cell style."""
    codes, formats, inside = dict(BUILT_IN), list[str](), _CellStyles()
    for name in package.with_root("styleSheet"):
        run(package.parts[name], inside)
        codes.update(inside.codes)
        formats += [codes.get(each, "General") for each in inside.styles]
    return formats


@dataclass(slots=True)
class _CellStyles:
    """Handler: number formats, and those that cells use (and not those that named styles use)."""

    codes: dict[int, str] = field(default_factory=dict)
    styles: list[int] = field(default_factory=list)
    in_cells: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "cellXfs":
            self.in_cells = True
        elif name == "numFmt":
            self.codes[_number(attributes.get("numFmtId", ""))] = attributes.get("formatCode", "")
        elif name == "xf" and self.in_cells:
            self.styles.append(_number(attributes.get("numFmtId", "0")))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self.in_cells = False

    def text(self, text: str) -> None: ...


@dataclass(slots=True)
class _Strings:
    """Handler: the shared strings, rich text joined, pronunciation left out."""

    found: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    phonetic: bool = False
    in_text: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.in_text = name == "t" and not self.phonetic
        self.phonetic = self.phonetic or name == "rPh"

    def end(self, name: str) -> None:
        self.in_text = False
        if name == "rPh":
            self.phonetic = False
        elif name == "si":
            self.found.append("".join(self.pieces))
            self.pieces.clear()

    def text(self, text: str) -> None:
        if self.in_text:
            self.pieces.append(text)


def _shared_strings(package: Package) -> list[str]:
    strings = _Strings()
    for name in package.with_root("sst"):
        run(package.parts[name], strings)
    return strings.found


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
