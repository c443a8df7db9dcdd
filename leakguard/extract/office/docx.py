"""Word documents: the running text with its paragraphs, before the sweep reads the rest."""

from __future__ import annotations

from collections.abc import Iterator

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.office.package import Package
from leakguard.extract.office.sweep import Paragraphs, Sweep
from leakguard.extract.text.xml import run
from leakguard.model.content import Role, Span


class _Document(Sweep):
    """Notes where each paragraph starts; page numbers exist only in the program that shows the file."""

    def __init__(self) -> None:
        super().__init__(known=True)
        self.paragraphs = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        super().start(name, attributes)
        if name == "p" and not self._aside:
            self.paragraphs += 1
            self.shown.mark(f"paragraph {self.paragraphs}")


def read_document(blob: Blob, package: Package, _budget: Budget, seen: Paragraphs, read: set[str]) -> Iterator[Item]:
    for name in package.with_root("document"):
        handler = _Document()
        try:
            run(package.parts[name], handler)
        except CannotRead as refusal:
            yield blob.gap(refusal.kind, refusal.detail)
        read.add(name)
        text, hidden = handler.shown.text(), handler.hidden.text()
        seen.add(text)
        yield Span(text=text, part=blob.part, role=blob.role, marks=tuple(handler.shown.marks))
        if hidden := seen.fresh([hidden]):
            yield blob.span(hidden, role=Role.HIDDEN, place=f"{blob.place}, hidden text")
