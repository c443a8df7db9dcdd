"""Word documents: the running text with its paragraphs, before the sweep reads the rest."""

from __future__ import annotations

from collections.abc import Iterator

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget
from leakguard.extract.office.package import Package
from leakguard.extract.office.sweep import Paragraphs, Sweep, swept


class Document(Sweep):
    """Notes where each paragraph starts; page numbers exist only in the program that shows the file."""

    def __init__(self) -> None:
        super().__init__(known=True)
        self.paragraphs = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        super().start(name, attributes)
        if name == "p" and not self._aside and len(self._frames) == 1:
            self.paragraphs += 1
            self.shown.mark(f"paragraph {self.paragraphs}")


def read_document(blob: Blob, package: Package, _budget: Budget, seen: Paragraphs, read: set[str]) -> Iterator[Item]:
    for name in package.with_root("document"):
        yield from swept(blob, package.parts[name], Document(), seen, blob.place)
        read.add(name)
