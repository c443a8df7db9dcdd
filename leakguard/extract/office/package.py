"""The zip container of modern office files: XML parts, other files, pictures, and who refers to whom."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from leakguard.extract.archives.zip import open_zip, read_member
from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.ole import is_wordless
from leakguard.extract.pictures.picture import is_picture
from leakguard.extract.text.charset import looks_like_text
from leakguard.extract.text.xml import elements, is_xml, root_name
from leakguard.model.content import Gap, GapKind, Role

# Parts without words: readers of the file see their effect and not them. Names are safe to go by here, because a
# program shows nothing of a part under these names either.
_WORDLESS = re.compile(
    r"(?:^|/)(?:printerSettings\d*\.bin|thumbnail\.\w+|[^/]*\.(?:odttf|fntdata|ttf|otf|woff2?|sigs|rsa|sf)|mimetype"
    r"|calcChain\.(?:xml|bin)|customProperty\d*\.bin|\[Content_Types\]\.xml|vbaProjectSignature\w*\.bin"
    r"|layout-cache|ObjectReplacements/[^/.]*|manifest\.rdf|hdphoto\d*\.wdp)$"
    r"|^\[trash\]/|^_xmlsignatures/|^Configurations2/|^Thumbnails/",
    re.IGNORECASE,
)
_WORDLESS_ROOTS = frozenset({"Types", "calcChain", "Signature", "RDF", "acceleratorlist"})
_MIME_TYPE = re.compile(rb"[\w./+-]{1,100}\s*")
_OPENED = (b"%PDF", b"{\\rt", b"\xd0\xcf\x11\xe0", b"PK", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"MSCF", b"BZh")
_ZIP_END, _ZIP_END_WITHIN = b"PK\5\6", 70_000
_CONTROL = re.compile(r"(?:^|/)activeX\d*\.bin$", re.IGNORECASE)
_WRITTEN = re.compile(rb"(?:[\x20-\x7e\xa0-\xff]\0){4,400}|[\x20-\x7e]{6,400}")
_MEDIA = (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf1", b"OggS", b"MThd", b"fLaC", b"\x30\x26\xb2\x75\x8e\x66\xcf\x11")
_MORE_MEDIA = (b"\x1a\x45\xdf\xa3", b"\0\0\1\xba", b"\0\0\1\xb3", b"FLV\1", b"FORM")
_MARKUP = frozenset({"html", "svg"})
_SHARED = frozenset({"sldLayout", "sldMaster", "notesMaster", "handoutMaster", "presentation", "workbook", "theme"})
_MOST_EXTERNAL = 20_000  # links out of one file


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A part that is no XML of the vocabularies read here."""

    ordinal: int
    name: str
    content: bytes = field(repr=False)


@dataclass(slots=True, kw_only=True)
class Package:
    """parts: XML by name. roots: name of the root element by part name. gaps: what could not be unpacked.

    owners: the sheet or slide that a part belongs to, in words of its place. relations: of each part, its references.
    """

    parts: dict[str, bytes] = field(default_factory=dict)
    roots: dict[str, str] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)
    pictures: list[File] = field(default_factory=list)
    owners: dict[str, str] = field(default_factory=dict)
    relations: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)

    def with_root(self, *roots: str) -> list[str]:
        return [name for name, root in self.roots.items() if root in roots]

    def targets(self, name: str) -> dict[str, str]:
        """Relationship id -> part name, for the part `name`."""
        folder = "/" + posixpath.dirname(name)
        return {
            each.get("Id", ""): posixpath.normpath(posixpath.join(folder, each.get("Target", ""))).lstrip("/")
            for each in self.relations.get(name, ())
            if each.get("TargetMode") != "External"
        }

    def links(self) -> Iterator[str]:
        """What the file refers to outside of itself: addresses, files, mails with their subject."""
        external = (each for found in self.relations.values() for each in found if each.get("TargetMode") == "External")
        for count, each in enumerate(external):
            if count >= _MOST_EXTERNAL:
                return
            yield unquote(each.get("Target", ""))

    def belongs(self, name: str, owner: str) -> None:
        """This part, and whatever it alone refers to, is part of `owner`."""
        stack = [name]
        while stack:
            each = stack.pop()
            if each in self.owners or (each != name and self.roots.get(each) in _SHARED):
                continue
            self.owners[each] = owner
            stack += self.targets(each).values()

    def place_of(self, name: str, what: str) -> str:
        owner = self.owners.get(name)
        return f"{owner}, {what}" if owner else what

    def inner_items(self, blob: Blob) -> Iterator[Item]:
        """What the readers of the words leave: gaps, pictures, embedded files."""
        yield from self.gaps
        for count, each in enumerate(self.pictures, 1):
            place = self.place_of(each.name, f"picture {count}")
            yield blob.inner(each.ordinal, each.content, place=place, within_text=True)
        for each in self.files:
            if _CONTROL.search(each.name):
                yield blob.span(_strings(each.content), role=Role.HIDDEN, place=f"{blob.place}, form control")
            elif _is_media(each.content):
                yield Gap(part=f"{blob.part}!{each.ordinal}", kind=GapKind.UNSUPPORTED, detail="audio or video")
            else:
                declared = "text/html" if self.roots.get(each.name) == "html" else ""
                place = self.place_of(each.name, f"embedded file {each.ordinal}")
                yield blob.inner(each.ordinal, each.content, place=place, declared=declared)


def open_package(blob: Blob, budget: Budget) -> Package:
    package = Package()
    with open_zip(blob.data, budget) as archive:
        for ordinal, info in enumerate(archive.infolist(), 1):
            if info.is_dir():
                continue
            wordless = _WORDLESS.search(info.filename) is not None
            try:
                content = read_member(archive, info, budget)
            except CannotRead as refusal:
                if not wordless or refusal.kind is not GapKind.DAMAGED:
                    package.gaps.append(Gap(part=f"{blob.part}!{ordinal}", kind=refusal.kind, detail=refusal.detail))
                if refusal.kind is GapKind.TOO_LARGE:
                    break
                continue
            if not (wordless and _is_wordless(content)):
                place_part(package, ordinal, info.filename.replace("\\", "/").lstrip("/"), content, budget)
    relate(package)
    return package


def _is_wordless(content: bytes) -> bool:
    """Whether it is what its name says. A program that is sent to a part by its number does not look at the name."""
    if is_xml(content):
        return root_name(content) in _WORDLESS_ROOTS
    return _MIME_TYPE.fullmatch(content) is not None or not (
        content.startswith(_OPENED) or looks_like_text(content) or _ZIP_END in content[-_ZIP_END_WITHIN:]
    )


def place_part(package: Package, ordinal: int, name: str, content: bytes, budget: Budget) -> None:
    """Sort one member by what it is."""
    key = name if name not in package.parts else f"{name}#{ordinal}"
    if is_xml(content):
        package.roots[key] = root = root_name(content)
        if root.lower() not in _MARKUP and not key.lower().endswith((".htm", ".html", ".svg")):
            package.parts[key] = content
            return
    if is_picture(Blob(data=content, part="")):
        package.pictures.append(File(ordinal=ordinal, name=key, content=content))
    elif content.strip(b"\0 \r\n\t") and not is_wordless(content):
        package.files.append(File(ordinal=ordinal, name=key, content=content))


def relate(package: Package) -> None:
    """Move the parts that say who refers to whom out of the parts that are read."""
    for name in package.with_root("Relationships"):
        folder, base = posixpath.split(name)
        if not name.endswith(".rels"):
            continue
        source = posixpath.join(posixpath.dirname(folder), base.removesuffix(".rels"))
        found = [each for _, each in elements(package.parts[name], "Relationship")]
        package.relations.setdefault(source, []).extend(found)
        del package.parts[name], package.roots[name]


def _is_media(data: bytes) -> bool:
    if data.startswith(_MEDIA) or data.startswith(_MORE_MEDIA):
        return True
    return data[4:8] in (b"ftyp", b"moov", b"mdat", b"wide") or (
        data[:4] == b"RIFF" and data[8:12] in (b"WAVE", b"AVI ", b"RMID")
    )


def _strings(data: bytes) -> str:
    """Runs of characters in a binary file, in both widths."""
    return "\n\n".join(_each_string(_WRITTEN.findall(data)))


def _each_string(found: Iterable[bytes]) -> Iterator[str]:
    for each in found:
        yield each.decode("utf-16-le", "replace") if each[1:2] == b"\0" else each.decode("latin-1")
