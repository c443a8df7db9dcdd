"""Books: chapters in reading order. The chapters themselves are HTML, which has its own reader.

ref: EPUB 3.3 (package documents)
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget
from leakguard.extract.office.package import Package
from leakguard.extract.office.properties import read_properties
from leakguard.extract.office.sweep import Paragraphs
from leakguard.extract.text.charset import decode
from leakguard.extract.text.xml import elements
from leakguard.model.content import Role


def read_book(blob: Blob, package: Package, _budget: Budget, _seen: Paragraphs, read: set[str]) -> Iterator[Item]:
    books = [name for name in package.with_root("package") if name.lower().endswith((".opf", ".hpf"))]
    for name in books:
        order = {each: number for number, each in enumerate(_spine(package, name), 1)}
        for part, number in order.items():
            package.owners.setdefault(part, f"chapter {number}")
        package.files.sort(key=lambda each: order.get(each.name, len(order) + each.ordinal))
        yield from read_properties(blob, package.parts[name])
        read.add(name)
    if books:
        yield from _style_sheets(blob, package)


def _spine(package: Package, name: str) -> Iterator[str]:
    """Names of the parts in the order they are read."""
    folder = posixpath.dirname(name)
    items: dict[str, str] = {}
    for element, attributes in elements(package.parts[name], "item", "itemref"):
        if element == "item":
            target = posixpath.normpath(posixpath.join(folder, unquote(attributes.get("href", ""))))
            items[attributes.get("id", "")] = target
        elif (target := items.get(attributes.get("idref", ""), "")) != "":
            yield target


def _style_sheets(blob: Blob, package: Package) -> Iterator[Item]:
    for each in [each for each in package.files if each.name.lower().endswith((".css", ".js"))]:
        package.files.remove(each)
        yield blob.span(decode(each.content), role=Role.HIDDEN, place=f"{blob.place}, style sheet or script")
