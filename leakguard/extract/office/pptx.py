"""Presentations: slides in the order of the show, hidden ones too, and the notes of each."""

from __future__ import annotations

from collections.abc import Iterator

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.office.package import Package
from leakguard.extract.office.sweep import Paragraphs, Sweep
from leakguard.extract.text.xml import elements, reference, run
from leakguard.model.content import Role


def read_presentation(
    blob: Blob, package: Package, _budget: Budget, seen: Paragraphs, read: set[str]
) -> Iterator[Item]:
    numbers = {name: number for number, name in enumerate(_in_order(package), 1)}
    for name, number in numbers.items():
        yield from _read_part(blob, package, seen, name, f"slide {number}")
    for name in package.with_root("notes"):
        of = next((numbers[each] for each in package.targets(name).values() if each in numbers), None)
        yield from _read_part(blob, package, seen, name, f"slide {of} notes" if of else "notes")
    read.update(numbers, package.with_root("notes"))


def _in_order(package: Package) -> list[str]:
    slides = package.with_root("sld")
    ordered: list[str] = []
    for name in package.with_root("presentation"):
        targets = package.targets(name)
        ids = (reference(each) for _, each in elements(package.parts[name], "sldId"))
        ordered += [targets[each] for each in ids if targets.get(each) in slides]
    return list(dict.fromkeys([*ordered, *slides]))


def _read_part(blob: Blob, package: Package, seen: Paragraphs, name: str, place: str) -> Iterator[Item]:
    handler = Sweep(known=True)
    try:
        run(package.parts[name], handler)
    except CannotRead as refusal:
        yield blob.gap(refusal.kind, refusal.detail)
    seen.add(handler.shown.text())
    yield blob.span(handler.shown.text(), place=place)
    if hidden := seen.fresh([handler.hidden.text()]):
        yield blob.span(hidden, role=Role.HIDDEN, place=f"{place}, hidden text")
