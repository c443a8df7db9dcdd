"""Presentations: slides in the order of the show, hidden ones too, and the notes of each."""

from __future__ import annotations

from collections.abc import Iterator

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget
from leakguard.extract.office.package import Package
from leakguard.extract.office.sweep import Paragraphs, Sweep, swept
from leakguard.extract.text.xml import elements, reference


def read_presentation(
    blob: Blob, package: Package, _budget: Budget, seen: Paragraphs, read: set[str]
) -> Iterator[Item]:
    numbers = {name: number for number, name in enumerate(_in_order(package), 1)}
    of_notes: dict[str, int] = {}
    for name, number in numbers.items():
        for target in package.targets(name).values():
            if package.roots.get(target) == "notes":
                of_notes.setdefault(target, number)
        package.belongs(name, f"slide {number}")
        yield from swept(blob, package.parts[name], Sweep(known=True), seen, f"slide {number}")
    for name in package.with_root("notes"):
        of = of_notes.get(name)
        if of is None:
            of = next((numbers[each] for each in package.targets(name).values() if each in numbers), None)
        yield from swept(blob, package.parts[name], Sweep(known=True), seen, f"slide {of} notes" if of else "notes")
    read.update(numbers, package.with_root("notes"))


def _in_order(package: Package) -> list[str]:
    slides = package.with_root("sld")
    ordered: list[str] = []
    for name in package.with_root("presentation"):
        targets = package.targets(name)
        ids = (reference(each) for _, each in elements(package.parts[name], "sldId"))
        ordered += [targets[each] for each in ids if package.roots.get(targets.get(each, "")) == "sld"]
    return list(dict.fromkeys([*ordered, *slides]))
