"""Workbooks: every sheet as rows and cells as they are displayed, hidden or not, with a place for each cell.

ref: ECMA-376 part 1, 18 (SpreadsheetML)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.office.numbers import BUILT_IN
from leakguard.extract.office.package import Package
from leakguard.extract.office.pivot import PivotFields, PivotRecords, Remembered
from leakguard.extract.office.sheet import Sheet, Workbook, unescaped
from leakguard.extract.office.sweep import Paragraphs, besides, unreadable
from leakguard.extract.text.xml import Handler, reference, run, steps
from leakguard.model.content import Role, Span

_STEP = 1_000_000  # octets of XML; time may run out in a large sheet, and what was read until then counts
_LONG = 1_000_000  # characters of one text
_TITLE = 80  # programs allow 31; every cell repeats it
_SHEETS = ("worksheet", "macrosheet")
_OWN_NAMES = ("_xlnm.", "_xlfn.", "_xlws.", "_xlpm.")


def read_workbook(blob: Blob, package: Package, budget: Budget, seen: Paragraphs, read: set[str]) -> Iterator[Item]:
    sheets = package.with_root(*_SHEETS)
    books = package.with_root("workbook")
    if not sheets and not books:
        return
    tabs = _Tabs()
    for name in books:
        yield from _run(blob, package.parts[name], tabs.of(package.targets(name)))
    titles = tabs.titles
    strings, styles = _Strings(), _CellStyles()
    for root, handler in (("sst", strings), ("styleSheet", styles)):
        for name in package.with_root(root):
            yield from _run(blob, package.parts[name], handler)
    workbook = Workbook(strings=strings.found, formats=styles.formats(), since_1904=tabs.since_1904)
    in_order = dict.fromkeys([*(name for name in titles if name in package.parts), *sheets])
    for number, name in enumerate(in_order, 1):
        title = titles.get(name, f"sheet {number}")
        package.belongs(name, title)
        if package.roots[name] in _SHEETS:
            yield from _sheet(blob, package.parts[name], Sheet(title=title, workbook=workbook, budget=budget), seen)
            read.add(name)
    yield blob.span("\n\n".join(tabs.full), place="sheet names")
    yield blob.span("\n\n".join(tabs.names), place="defined name")
    yield blob.span(seen.fresh(workbook.unused()), role=Role.HIDDEN, place="text of deleted cells")
    yield blob.span(seen.fresh(["".join(strings.sounds)]), role=Role.HIDDEN, place="text above words")
    yield from _behind(blob, package, budget, seen, styles.codes, read)
    read.update(package.with_root("sst", "styleSheet", "workbook"))


def _run(blob: Blob, xml: bytes, handler: Handler) -> Iterator[Item]:
    """What the handler has got when the XML is damaged or the limits are reached stays in it."""
    try:
        run(xml, handler)
    except CannotRead as refusal:
        yield from unreadable(blob, xml, refusal)


def _sheet(blob: Blob, xml: bytes, sheet: Sheet, seen: Paragraphs) -> Iterator[Item]:
    title = sheet.title
    try:
        for _ in steps(xml, sheet, _STEP):
            if sheet.length > _LONG:
                text, marks = sheet.take()
                yield Span(text=text, part=blob.part, role=blob.role, marks=marks, within=blob.place)
    except CannotRead as refusal:
        yield from unreadable(blob, xml, refusal)
    text, marks = sheet.take()
    yield Span(text=text, part=blob.part, role=blob.role, marks=marks, within=blob.place)
    for place, words in dict.fromkeys(sheet.margins):
        yield blob.span(words, place=f"{title}, {place}")
    if said := seen.fresh(sheet.said):
        yield blob.span(said, place=f"{title}, description")
    if lists := seen.fresh(sheet.lists):
        yield blob.span(lists, place=f"{title}, list of choices or condition")
    if hidden := seen.fresh(sheet.asides):
        yield blob.span(hidden, role=Role.HIDDEN, place=f"{title}, hidden text")


def _behind(
    blob: Blob, package: Package, budget: Budget, seen: Paragraphs, codes: dict[int, str], read: set[str]
) -> Iterator[Item]:
    """Pivot caches and the cells of other workbooks."""
    for name in package.with_root("pivotCacheDefinition"):
        fields = PivotFields(budget, codes)
        yield from _run(blob, package.parts[name], fields)
        yield blob.span(fields.shown.text(), place="pivot table")
        yield from besides(blob, fields, seen, "pivot table")
        read.add(name)
        for target in package.targets(name).values():
            if package.roots.get(target) == "pivotCacheRecords" and target not in read:
                records = PivotRecords(budget, fields)
                yield from _run(blob, package.parts[target], records)
                yield blob.span("\n".join(records.rows), place="pivot table, records")
                read.add(target)
    for count, name in enumerate(package.with_root("externalLink"), 1):
        other = Remembered(budget)
        yield from _run(blob, package.parts[name], other)
        place = f"linked workbook {count}"
        yield blob.span("\n".join(other.lines), role=Role.HIDDEN, place=place)
        yield blob.span("\n\n".join(other.titles), role=Role.HIDDEN, place=f"{place}, names")


@dataclass(slots=True)
class _Tabs:
    """Handler: titles of the sheets by part name in the order of the tabs, defined names, and the first day."""

    titles: dict[str, str] = field(default_factory=dict)
    full: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    since_1904: bool = False
    targets: dict[str, str] = field(default_factory=dict)
    name: str | None = None

    def of(self, targets: dict[str, str]) -> _Tabs:
        self.targets = targets
        return self

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            target = self.targets.get(reference(attributes), f"sheet {len(self.titles) + 1}")
            self.titles.setdefault(target, attributes.get("name", "")[:_TITLE])
            self.full.append(attributes.get("name", ""))
        elif name == "workbookPr":
            self.since_1904 |= attributes.get("date1904", "0") in ("1", "true")
        elif name == "definedName":
            called = attributes.get("name", "")
            said = [attributes.get(key, "") for key in ("comment", "description", "help", "statusBar", "customMenu")]
            self.name = "" if called.startswith(_OWN_NAMES) else " ".join(each for each in (called, *said) if each)

    def text(self, text: str) -> None:
        if self.name is not None:
            self.name += text if self.name.endswith("=") or "=" in self.name else f" ={text}"

    def end(self, name: str) -> None:
        if name == "definedName" and self.name is not None:
            self.names.append(self.name)
            self.name = None


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
            self.codes.setdefault(_number(attributes.get("numFmtId", "")), attributes.get("formatCode", ""))
        elif name == "xf" and self.in_cells:
            self.styles.append(_number(attributes.get("numFmtId", "0")))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self.in_cells = False

    def text(self, text: str) -> None: ...

    def formats(self) -> list[str]:
        """Number format of each cell style."""
        codes = {**BUILT_IN, **self.codes}
        return [codes.get(each, "General") for each in self.styles]


@dataclass(slots=True)
class _Strings:
    """Handler: the shared strings, rich text joined, how they are said kept apart."""

    found: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    sounds: list[str] = field(default_factory=list)
    phonetic: bool = False
    in_text: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.in_text = name == "t"
        self.phonetic = self.phonetic or name == "rPh"

    def end(self, name: str) -> None:
        self.in_text = False
        if name == "rPh":
            self.phonetic = False
            self.sounds.append("\n\n")
        elif name == "si":
            self.found.append(unescaped("".join(self.pieces)))
            self.pieces.clear()

    def text(self, text: str) -> None:
        if self.in_text:
            (self.sounds if self.phonetic else self.pieces).append(text)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
