"""OLE files: whichever main document is in them, then properties, embedded objects, and strings of what is left.

ref: MS-CFB, MS-OLEDS
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.old_office import doc, ppt, xls
from leakguard.extract.old_office.chunks import chunk_text
from leakguard.extract.old_office.compound import Path, paths, rebuilt
from leakguard.extract.old_office.drawing import carved, drawing_texts, metafile, picture_items
from leakguard.extract.old_office.locked import read_locked
from leakguard.extract.old_office.native import read_native
from leakguard.extract.old_office.properties import STREAMS, read_properties
from leakguard.extract.old_office.strings import strings
from leakguard.extract.ole import OLE, has_stream, open_ole, read_stream
from leakguard.model.content import GapKind, Role, Span

if TYPE_CHECKING:
    from olefile import OleFileIO

_MAIN = frozenset(
    {"worddocument", "workbook", "book", "powerpoint document", "pp40", "pp97_dualstorage", "encryptedpackage"}
    | {"visiodocument", "contents", "package", "\x01ole10native", "__properties_version1.0", "ole10native"}
    | {"fileheader", "mm"}
)
# Without words of the document: what programs keep for themselves.
_BENIGN = frozenset(
    {"\x01compobj", "\x01ole", "\x03objinfo", "\x03linkinfo", "\x01ole10itemname", "\x02olepres000", "\x02olepres001"}
    | {"\x03eprint", "\x03meta", "\x03pic", "\x03print", "equation native", "current user", "1table", "0table"}
    | {"\x03printer", "\x02olepres002", "\x03accessobjsiteorigname", "user names", "revision log", "\x06primary"}
    | {"dataspacemap", "version", "strongencryptiontransform", "strongencryptiondataspace", "\x09drmcontent"}
    | {"\x03ocxname", "\x01moniker", "\x03linkstream", "msodatastore"}
)
_PICTURES = ("\x02olepres000", "\x02olepres001", "\x03eprint", "\x03meta")
_MACROS = frozenset({"vba", "_vba_project_cur", "macros", "_vba_project"})
_UNSUPPORTED = {
    "visiodocument": "Visio drawing",
    "quill": "Publisher document",
    "pp40": "PowerPoint 95 presentation",
    "fileheader": "Hangul document",
    "mm": "OLE document",
    "matost": "Works document",
    "props": "Project plan",
}
_FREE = 0xFFFFFFFF
_CONTROL = "\x03ocxname"
_PP95_TEXT = "text_content"
_DRM = "drmencrypteddataspace"


def is_old_office(blob: Blob) -> bool:
    """Any OLE file that is not an Outlook message as a whole; one may be embedded in it."""
    if not blob.data.startswith(OLE):
        return False
    if not has_stream(blob.data, "__properties_version1.0"):
        return True
    try:
        ole = open_ole(blob.data)
    except CannotRead:
        return False
    with ole:
        return not any(path[0].lower() == "__properties_version1.0" for path in paths(ole))


def read_old_office(blob: Blob, budget: Budget) -> Iterator[Item]:
    try:
        ole = open_ole(blob.data)
    except CannotRead:
        if text := strings(blob.data):
            yield blob.span(text, role=Role.HIDDEN)
        raise
    with ole:
        yield from read_behind(blob, ole)
        items = (each for each in _File(blob, ole, budget).items() if not isinstance(each, Span) or each.text.strip())
        first = next(items, None)
        if first is not None:
            yield first
            yield from items
        elif text := strings(blob.data):  # no stream has words; a broken directory may hide some
            yield blob.span(text, role=Role.HIDDEN)


def read_behind(blob: Blob, ole: OleFileIO) -> Iterator[Item]:
    """A file, or words, put behind an OLE file."""
    behind = _behind(blob.data, ole)
    if _is_file(behind) or b"PK\5\6" in behind:
        yield blob.inner(900, behind, place="data behind the file")
    elif text := strings(behind):
        yield blob.span(text, role=Role.HIDDEN, place=f"{blob.place}, behind the file")


def _behind(data: bytes, ole: OleFileIO) -> bytes:
    """What was put behind the last sector in use; a few programs open that and not the OLE file."""
    table = ole.fat
    last = len(table)
    while last and table[last - 1] == _FREE:
        last -= 1
    return data[(last + 1) * int(ole.sector_size) :]


class _File:
    """streams: by name in lower case, those of the file itself and not of an object in it."""

    def __init__(self, blob: Blob, ole: OleFileIO, budget: Budget) -> None:
        self.blob = blob
        self.ole = ole
        self.budget = budget
        self.paths = paths(ole)
        self.streams = {path[0].lower(): path for path in self.paths if len(path) == 1}
        self.taken: set[Path] = set()
        self.understood = False
        self.locked: CannotRead | None = None

    def items(self) -> Iterator[Item]:
        for reader in (self._package, self._word, self._excel, self._powerpoint, self._native):
            try:
                yield from reader()
            except CannotRead as refusal:
                if refusal.kind is GapKind.ENCRYPTED:
                    self.locked = refusal
                else:
                    yield self.blob.gap(refusal.kind, refusal.detail)
        yield from self._properties()
        yield from self._objects()
        yield from self._rest()
        if self.locked is not None:
            raise self.locked

    def _read(self, name: str) -> bytes:
        path = self.streams.get(name)
        if path is None:
            return b""
        self.taken.add(path)
        return read_stream(self.ole, list(path), self.budget)

    def _package(self) -> Iterator[Item]:
        names = {part.lower() for path in self.paths for part in path}
        if _DRM in names or "\x09drmcontent" in names:
            self.understood = True
            self.taken.update(self.paths)
            raise CannotRead(GapKind.ENCRYPTED, "Office file with managed rights")
        if "encryptedpackage" in names:
            self.understood = True
            self.taken.update(path for path in self.paths if path[0].lower() in ("encryptedpackage", "encryptioninfo"))
            self.taken.update(path for path in self.paths if path[0].lower() == "\x06dataspaces")
            yield from read_locked(self.blob, self.ole, self.budget, "Office file")

    def _word(self) -> Iterator[Item]:
        if "worddocument" not in self.streams:
            return
        self.understood = True
        word = self._read("worddocument")
        if doc.is_locked(word):
            self._close("1table", "0table", "data")
            yield from read_locked(self.blob, self.ole, self.budget, "Word document")
            return
        table = doc.table_name(word).lower()
        other = {"1table": "0table", "0table": "1table"}[table]
        yield from doc.read_doc(self.blob, word, self._read(table) or self._read(other), self.budget)
        yield from self._drawn(word, self._read("data"))

    def _drawn(self, word: bytes, data: bytes) -> Iterator[Item]:
        found, rest = carved(data, self.budget)
        floating, _ = carved(word, self.budget)
        yield from picture_items(self.blob, [*found, *floating])
        if described := drawing_texts(rest):
            yield self.blob.span("\n\n".join(described), place=f"{self.blob.place}, drawing")
        if hidden := strings(rest):
            yield self.blob.span(hidden, role=Role.HIDDEN, place=f"{self.blob.place}, hidden text")

    def _excel(self) -> Iterator[Item]:
        for name in ("workbook", "book"):
            if name not in self.streams:
                continue
            self.understood = True
            stream = self._read(name)
            if xls.is_locked(stream):
                yield from read_locked(self.blob, self.ole, self.budget, "Excel workbook")
            else:
                yield from xls.read_xls(self.blob, stream, self.budget)
        for path in self.paths:
            if path[0].lower() in ("_sx_db_cur", "_sx_db") and self.locked is None:
                self.taken.add(path)
                if words := xls.pivot_strings(read_stream(self.ole, list(path), self.budget)):
                    yield self.blob.span(words, role=Role.HIDDEN, place=f"{self.blob.place}, pivot table")

    def _powerpoint(self) -> Iterator[Item]:
        if "powerpoint document" not in self.streams:
            return
        self.understood = True
        stream, pictures = self._read("powerpoint document"), self._read("pictures")
        if ppt.is_locked(self._read("current user")):
            yield from read_locked(self.blob, self.ole, self.budget, "PowerPoint presentation")
        else:
            yield from ppt.read_ppt(self.blob, stream, pictures, self.budget)
        if old := strings(self._read(_PP95_TEXT)):
            yield self.blob.span(old)

    def _native(self) -> Iterator[Item]:
        """A file that was put into a document as it is."""
        for name in ("\x01ole10native", "ole10native"):
            if name in self.streams:
                self.understood = True
                yield from read_native(self.blob, self._read(name))
        for name in ("package", "contents"):
            if name in self.streams and len(self.streams) < 12:
                content = self._read(name)
                if _is_file(content):
                    self.understood = True
                    yield self.blob.inner(2, content, place="embedded file")
                else:
                    self.taken.discard(self.streams[name])

    def _close(self, *names: str) -> None:
        self.taken.update(self.streams[name] for name in names if name in self.streams)

    def _properties(self) -> Iterator[Item]:
        for path in self.paths:
            if path in self.taken or not path[-1].startswith("\x05") or len(path) > 1:
                continue
            try:
                stream = read_stream(self.ole, list(path), self.budget)
            except CannotRead:
                continue  # swept below as far as it can be read
            self.taken.add(path)
            yield from read_properties(self.blob, stream)
            if path[0] not in STREAMS and (rest := strings(stream)):
                yield self.blob.span(rest, role=Role.HIDDEN, place=f"{self.blob.place}, properties")

    def _objects(self) -> Iterator[Item]:
        """Storages that are documents: outermost ones, as each is opened on its own."""
        storages: dict[Path, None] = {}
        for path in self.paths:
            for depth in range(1, len(path)):
                if path[depth].lower() in _MAIN and "quill" not in path[0].lower() and path not in self.taken:
                    storages.setdefault(path[:depth])
                    break
        for number, (storage, inside) in enumerate(_grouped(storages, self.paths).items(), 1):
            self.taken.update(inside)
            content = rebuilt(self.ole, storage, inside, self.budget)
            yield self.blob.inner(100 + number, content, place=f"embedded object {number}")

    def _rest(self) -> Iterator[Item]:
        """Streams that nobody took."""
        swept: list[str] = []
        seen = 0
        for content in self._unread():
            if _is_file(content):
                self.understood = True
                yield self.blob.inner(500 + len(swept), content, place="embedded file")
            if words := chunk_text(content):
                self.understood = True
                yield self.blob.span(words)
            swept.append(strings(content))
            seen += len(content)
        if text := "\n\n".join(filter(None, swept)):
            yield self.blob.span(text, role=Role.HIDDEN, place=f"{self.blob.place}, hidden text")
        has_macros = any(part.lower() in _MACROS for path in self.paths for part in path)
        is_control = _CONTROL in self.streams  # short texts and numbers, all of which were swept
        if not (self.understood or has_macros or is_control):
            yield from self._unknown(seen)

    def _unread(self) -> Iterator[bytes]:
        """Content of streams that are neither taken nor known to have no words; macros are code."""
        for path in self.paths:
            is_code = any(part.lower() in _MACROS for part in path[:-1])
            if path in self.taken or path[-1].lower() in _BENIGN or is_code:
                continue
            try:
                yield read_stream(self.ole, list(path), self.budget)
            except CannotRead as refusal:
                if refusal.kind is GapKind.TOO_LARGE:
                    raise

    def _unknown(self, seen: int) -> Iterator[Item]:
        """An object of a program that is not known shows its picture, which is read instead."""
        pictured = False
        for number, name in enumerate(_PICTURES, 1):
            if picture := metafile(self._read(name)):
                pictured = True
                yield self.blob.inner(800 + number, picture, place="picture of the object", within_text=True)
        names = {part.lower() for path in self.paths for part in path}
        kind = next((kind for name, kind in _UNSUPPORTED.items() if name in names), "")
        if kind or (seen and not pictured):
            yield self.blob.gap(GapKind.UNSUPPORTED, kind or "OLE object")


def _grouped(storages: dict[Path, None], everything: list[Path]) -> dict[Path, list[Path]]:
    """The streams of each storage that is in no other of them."""
    found: dict[Path, list[Path]] = {}
    for path in everything:
        outermost = next((path[:depth] for depth in range(1, len(path)) if path[:depth] in storages), None)
        if outermost is not None:
            found.setdefault(outermost, []).append(path)
    return found


def _is_file(content: bytes) -> bool:
    starts = (b"%PDF", b"PK\3\4", OLE, b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"BM", b"<?xml", b"<html")
    return content.startswith(starts) or b"%PDF-" in content[:1024]
