"""The zip container of modern office files: XML parts, embedded files, pictures, and who refers to whom."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from leakguard.extract.archives.zip import open_zip, read_member
from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.pictures.picture import is_picture, is_small, unread
from leakguard.extract.text.xml import elements, is_xml, root_name
from leakguard.extract.unread import is_macro_project
from leakguard.model.content import Gap, GapKind

# Parts without words: readers of the file see their effect and not them. Names are safe to go by here, because a
# program shows nothing of a part under these names either.
_WORDLESS = re.compile(
    r"(?:^|/)(?:printerSettings\d*\.bin|thumbnail\.\w+|[^/]*\.(?:odttf|fntdata|ttf|otf)|mimetype"
    r"|calcChain\.(?:xml|bin)|customProperty\d*\.bin|_rels/\.rels|\[Content_Types\]\.xml)$",
    re.IGNORECASE,
)


@dataclass(slots=True, kw_only=True)
class Package:
    """parts: XML by name. roots: name of the root element by part name. gaps: what could not be unpacked.

    largest_picture: octets of the largest one that is not small; 0 when there is none.
    """

    parts: dict[str, bytes] = field(default_factory=dict)
    roots: dict[str, str] = field(default_factory=dict)
    embedded: list[tuple[int, bytes]] = field(default_factory=list)
    largest_picture: int = 0
    gaps: list[Gap] = field(default_factory=list)

    def with_root(self, *roots: str) -> list[str]:
        return [name for name, root in self.roots.items() if root in roots]

    def targets(self, name: str) -> dict[str, str]:
        """Relationship id -> part name, for the part `name`."""
        folder, base = posixpath.split(name)
        xml = self.parts.get(f"{folder}/_rels/{base}.rels", b"")
        return {
            each.get("Id", ""): posixpath.normpath(posixpath.join("/" + folder, each.get("Target", ""))).lstrip("/")
            for _, each in elements(xml, "Relationship")
        }

    def inner_items(self, blob: Blob, budget: Budget) -> Iterator[Item]:
        """What the readers of the words leave: gaps, embedded files, one gap for all pictures."""
        yield from self.gaps
        if self.largest_picture:
            yield blob.gap(unread(self.largest_picture, budget, within_text=True), "image not read")
        for ordinal, content in self.embedded:
            yield blob.inner(ordinal, content, place=f"embedded file {ordinal}")


def open_package(blob: Blob, budget: Budget) -> Package:
    package = Package()
    with open_zip(blob.data, budget) as archive:
        for ordinal, info in enumerate(archive.infolist(), 1):
            if info.is_dir() or _WORDLESS.search(info.filename):
                continue
            try:
                content = read_member(archive, info, budget)
            except CannotRead as refusal:
                package.gaps.append(Gap(part=f"{blob.part}!{ordinal}", kind=refusal.kind, detail=refusal.detail))
                if refusal.kind is GapKind.TOO_LARGE:
                    break
                continue
            _place(package, ordinal, info.filename, content, budget)
    return package


def _place(package: Package, ordinal: int, name: str, content: bytes, budget: Budget) -> None:
    if is_xml(content) and not name.lower().endswith((".htm", ".html", ".svg")):
        key = name.lstrip("/") if name.lstrip("/") not in package.parts else f"{name}#{ordinal}"
        package.parts[key] = content
        package.roots[key] = root_name(content)
    elif is_picture(Blob(data=content, part="")):
        if not is_small(content, budget.limits.small_image_px):
            package.largest_picture = max(package.largest_picture, len(content))
    elif content and not is_macro_project(content):
        package.embedded.append((ordinal, content))
