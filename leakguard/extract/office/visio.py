"""Visio drawings: the text of each shape, and the data that people attach to shapes.

ref: MS-VSDX
"""

from __future__ import annotations

from collections.abc import Iterator

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget
from leakguard.extract.office.package import Package
from leakguard.extract.office.sweep import Paragraphs, Sweep, swept
from leakguard.extract.text.flow import Break
from leakguard.extract.text.xml import elements, reference

_TEXTS = frozenset(
    {"Value", "Label", "Prompt", "Comment", "Description", "Address", "SubAddress", "ExtraInfo", "Format"}
)
_SECTIONS = frozenset({"Property", "User", "Hyperlink", "Actions", "Annotation", "SmartTags", "Comment"})
_FEWER = frozenset({"Value", "Prompt"})  # of user cells, which programs fill with numbers


class _Shapes(Sweep):
    def __init__(self) -> None:
        super().__init__(known=True)
        self._section = ""
        self._in_text = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Section":
            self._section = attributes.get("N", "")
        elif name == "Text":
            self._in_text = True
        elif name in ("Shape", "Page", "Master"):
            self._called(attributes)
        elif name == "Cell" and (self._section in _SECTIONS or attributes.get("N") in ("Comment", "ScreenTip")):
            self._cell(attributes)
            return
        super().start(name, {} if name in ("Cell", "Row", "Shape", "Page", "Master") else attributes)

    def text(self, text: str) -> None:
        if self._in_text:
            for number, line in enumerate(text.replace("\u2028", "\n").split("\n")):
                if number:
                    self.shown.interrupt(Break.LINE)
                self.shown.write(line)
        else:
            super().text(text)

    def end(self, name: str) -> None:
        if name == "Section":
            self._section = ""
        elif name == "Text":
            self._in_text = False
        super().end(name)

    def _cell(self, attributes: dict[str, str]) -> None:
        wanted = _FEWER if self._section == "User" else _TEXTS
        value = attributes.get("V", "")
        if attributes.get("N", "") in wanted | {"ScreenTip"} and any(each.isalpha() for each in value):
            flow = self.hidden if self._section == "User" else self.said
            flow.interrupt(Break.BLOCK)
            flow.write(value)

    def _called(self, attributes: dict[str, str]) -> None:
        for key in ("Name", "Prompt"):
            if value := attributes.get(key):
                self.said.interrupt(Break.BLOCK)
                self.said.write(value)


def read_visio(blob: Blob, package: Package, _budget: Budget, seen: Paragraphs, read: set[str]) -> Iterator[Item]:
    for number, name in enumerate(_in_order(package), 1):
        package.belongs(name, f"page {number}")
        yield from swept(blob, package.parts[name], _Shapes(), seen, f"page {number}")
        read.add(name)
    for root, place in (("Pages", "page names"), ("MasterContents", "master shape"), ("Masters", "master shape names")):
        for name in package.with_root(root):
            yield from swept(blob, package.parts[name], _Shapes(), seen, place)
            read.add(name)


def _in_order(package: Package) -> list[str]:
    pages = package.with_root("PageContents")
    ordered: list[str] = []
    for name in package.with_root("Pages"):
        targets = package.targets(name)
        ordered += [targets.get(reference(each), "") for _, each in elements(package.parts[name], "Rel")]
    return list(dict.fromkeys([*(each for each in ordered if package.roots.get(each) == "PageContents"), *pages]))
