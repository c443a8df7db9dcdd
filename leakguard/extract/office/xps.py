"""XPS and OpenXPS: pages of glyph runs, put together to lines.

ref: ECMA-388 (OpenXPS)
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget
from leakguard.extract.office.package import Package
from leakguard.extract.office.sweep import Paragraphs, Sweep, swept
from leakguard.extract.text.flow import Break
from leakguard.extract.text.xml import elements, local

_WIDE = 0.12  # of the font size: a distance that the eye takes for a space


class _FixedPage(Sweep):
    """Runs on one height are a line. Where the runs say how wide their letters are, distances tell words apart."""

    def __init__(self) -> None:
        super().__init__(known=True)
        self._line: float | None = None
        self._end: float | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Glyphs":
            self._glyphs(attributes)
        else:
            said = {key: value for key, value in attributes.items() if local(key).startswith("AutomationProperties.")}
            super().start(name, {f"x:{key}": value for key, value in said.items()})
            for value in said.values():
                self.said.interrupt(Break.LINE)
                self.said.write(value)

    def _glyphs(self, attributes: dict[str, str]) -> None:
        text = attributes.get("UnicodeString", "").removeprefix("{}")
        left, base, size = (_number(attributes.get(key, "")) for key in ("OriginX", "OriginY", "FontRenderingEmSize"))
        if self._line is None or abs(base - self._line) > max(size, 1) * 0.6:
            self.shown.interrupt(Break.LINE)
        elif self._end is None or not -size < left - self._end < size * _WIDE:
            self.shown.interrupt(Break.SPACE)
        self.shown.write(text)
        self._line = base
        self._end = _end(left, size, attributes.get("Indices", ""), len(text))


def _end(left: float, size: float, indices: str, count: int) -> float | None:
    """Where a run ends, if it gives the advance of all its letters, in hundredths of the font size."""
    entries = indices.split(";")
    if len(entries) != count:
        return None
    advances = [entry.split(",")[1] if "," in entry else "" for entry in entries]
    if not all(advances):
        return None
    return left + size * sum(_number(each) for each in advances) / 100


def read_pages(blob: Blob, package: Package, _budget: Budget, seen: Paragraphs, read: set[str]) -> Iterator[Item]:
    for number, name in enumerate(_in_order(package), 1):
        package.belongs(name, f"page {number}")
        yield from swept(blob, package.parts[name], _FixedPage(), seen, f"page {number}")
        read.add(name)


def _in_order(package: Package) -> list[str]:
    pages = package.with_root("FixedPage")
    ordered: list[str] = []
    for name in package.with_root("FixedDocument"):
        folder = "/" + posixpath.dirname(name)
        for _, attributes in elements(package.parts[name], "PageContent"):
            ordered.append(posixpath.normpath(posixpath.join(folder, attributes.get("Source", ""))).lstrip("/"))
    return list(dict.fromkeys([*(each for each in ordered if package.roots.get(each) == "FixedPage"), *pages]))


def _number(text: str) -> float:
    try:
        value = float(text[:40])
    except ValueError:
        return 0.0
    return value if abs(value) < 1e9 else 0.0
