"""Outlook messages and templates (.msg, .oft): texts, names, attachments and items within items.

ref: MS-OXMSG
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

from leakguard.extract.binary import strings_of
from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.old_office.compound import paths, written
from leakguard.extract.old_office.objects import read_behind, read_old_office
from leakguard.extract.ole import has_stream, is_ole, open_ole, read_stream
from leakguard.extract.outlook.mapi import (
    BINARY,
    BOOLEAN,
    INTEGER,
    SEVERAL,
    STRING8,
    UNICODE,
    Counter,
    Property,
    codec_of,
    or_sweep,
    read_attachment,
    read_item,
)
from leakguard.extract.outlook.mapi_ids import ATTACHED, PICTURE_OF_FILE
from leakguard.extract.outlook.streams import Path, Stream, read_entry, streams_of
from leakguard.model.content import GapKind, Role

if TYPE_CHECKING:
    from olefile import OleFileIO

_FIXED = "__properties_version1.0"
_NAMES = "__nameid_version1.0"
_ATTACHMENT = "__attach_version1.0_"
_RECIPIENT = "__recip_version1.0_"
_VALUE = "__substg1.0_"
_OBJECT = f"{ATTACHED:04X}000D"
_FIXED_KINDS = frozenset({INTEGER, BOOLEAN})
_READ = frozenset({STRING8, UNICODE, BINARY})
_MOST_NAMED = 0x7FFE
_LONGEST_NAME = 1_000
_OFFICE = ("WordDocument", "Workbook", "Book", "PowerPoint Document")


def is_msg(blob: Blob) -> bool:
    return is_ole(blob.data) and has_stream(blob.data, _FIXED) and _is_item(blob.data)


def _is_item(data: bytes) -> bool:
    """Not a document in which such an item is embedded; a document may be embedded in an item, too."""
    if not any(has_stream(data, name) for name in _OFFICE):
        return True
    try:
        found: bool = open_ole(data).exists(_FIXED)
    except CannotRead:
        return False
    return found


def read_msg(blob: Blob, budget: Budget) -> Iterator[Item]:
    """The item's own texts, then people, then attachments."""
    try:
        ole = open_ole(blob.data)
        message = _Message(ole, budget)
    except CannotRead:
        yield blob.span(strings_of(blob.data), role=Role.HIDDEN)
        raise
    yield from or_sweep(blob, message.items(blob), "Outlook message")
    if message.damaged:
        yield blob.gap(GapKind.DAMAGED, "streams of an Outlook message")
    yield from read_behind(blob, ole)
    others = [path for path in paths(ole) if not path[0].startswith("__")]
    if any(path[0] in _OFFICE for path in others):  # a document as well, and its program shows that
        yield from read_old_office(blob, budget)
    elif others:
        texts = [strings_of(read_stream(ole, list(path), budget)) for path in others]
        yield blob.span("\n".join(texts), role=Role.HIDDEN, place=f"{blob.place}, other streams")


class _Message:
    def __init__(self, ole: OleFileIO, budget: Budget) -> None:
        self.ole = ole
        self.budget = budget
        self.damaged = False
        self.storages: dict[str, list[Stream]] = {}
        for stream in streams_of(ole):
            self.storages.setdefault(stream.path[0] if len(stream.path) > 1 else "", []).append(stream)
        self.names, self.names_text = self._names()

    def items(self, blob: Blob) -> Iterator[Item]:
        counter = Counter()
        own = self._properties("")
        codec = codec_of(own)
        yield from read_item(blob, own, codec, counter, self.budget)
        yield from self._people(blob, codec)
        yield blob.span("\n".join(self.names_text), role=Role.HIDDEN, place=f"{blob.place}, names of properties")
        attachments = [name for name in self.storages if name.lower().startswith(_ATTACHMENT)]
        for number, storage in enumerate(attachments, 1):
            properties = self._properties(storage)
            yield from read_attachment(blob, properties, codec, number, counter, self.budget)
            yield from self._embedded(blob, storage, number, counter)

    def _people(self, blob: Blob, codec: str) -> Iterator[Item]:
        storages = [name for name in self.storages if name.lower().startswith(_RECIPIENT)]
        people = [each for storage in storages for each in self._properties(storage)]
        yield from read_item(blob, people, codec, Counter(), self.budget)

    def _embedded(self, blob: Blob, storage: str, number: int, counter: Counter) -> Iterator[Item]:
        """An item or object within: written as an OLE file of its own, with the names that its numbers need."""
        inner: dict[Path, bytes] = {}
        for stream in self.storages[storage]:
            if len(stream.path) > 2 and stream.path[1].upper().endswith(_OBJECT):
                inner[stream.path[2:]] = self._stream(stream)
        if not inner:
            return
        declared = ""
        if (_FIXED,) in inner:
            declared = "application/vnd.ms-outlook"
            inner.update((stream.path, self._stream(stream)) for stream in self.storages.get(_NAMES, ()))
        yield blob.inner(counter.next(), written(inner), place=f"attachment {number}", declared=declared)

    def _properties(self, storage: str) -> list[Property]:
        """Those of one item, attachment or person."""
        found: list[Property] = []
        depth = 2 if storage else 1
        for stream in self.storages.get(storage, ()):
            if len(stream.path) != depth:
                continue
            name = stream.path[-1]
            if name.lower() == _FIXED:
                found.extend(self._fixed(self._stream(stream), is_root=not storage))
            elif name.lower().startswith(_VALUE):
                found.extend(self._variable(stream, name[len(_VALUE) :]))
        return found

    def _variable(self, stream: Stream, code: str) -> Iterator[Property]:
        """The number and the type are in the name of the stream; several values have a stream each."""
        code, several, _ = code.partition("-")
        try:
            key, kind = int(code[:4], 16), int(code[4:8], 16)
        except ValueError:
            return
        if kind & SEVERAL and not several and kind & ~SEVERAL in (STRING8, UNICODE, BINARY):
            return  # only their lengths
        kind &= ~SEVERAL
        if kind in _READ and key != PICTURE_OF_FILE:
            yield Property(id=key, kind=kind, value=self._stream(stream), name=self.names.get(key, ""))

    def _fixed(self, content: bytes, *, is_root: bool) -> Iterator[Property]:
        """Entries of 16 octets behind a header: 32 or 24 long for items, 8 for attachments and people."""
        start = 8 if not is_root else 32 if len(content) % 16 == 0 else 24
        for at in range(start, len(content) - 15, 16):
            kind, key = struct.unpack_from("<HH", content, at)
            if kind in _FIXED_KINDS:
                yield Property(id=key, kind=kind, value=content[at + 8 : at + 16])

    def _stream(self, stream: Stream) -> bytes:
        try:
            return read_entry(self.ole, stream, self.budget)
        except CannotRead as refusal:
            if refusal.kind is not GapKind.DAMAGED:
                raise
            self.damaged = True
            return b""

    def _names(self) -> tuple[dict[int, int | str], list[str]]:
        """Named properties have numbers from 0x8000 on, in the order of their names."""
        entries = self._of_names("00030102")
        strings = self._of_names("00040102")
        found: dict[int, int | str] = {}
        texts: dict[str, None] = {}
        for at in range(0, min(len(entries), 8 * _MOST_NAMED) - 7, 8):
            name, kind, index = struct.unpack_from("<IHH", entries, at)
            if kind & 1:
                size = int.from_bytes(strings[name : name + 4], "little")
                text = strings[name + 4 : name + 4 + min(size, _LONGEST_NAME)].decode("utf-16-le", "replace")
                texts[text] = None
                found[0x8000 + index] = text.lower()
            else:
                found[0x8000 + index] = name
        return found, list(texts)

    def _of_names(self, code: str) -> bytes:
        wanted = f"{_VALUE}{code}"
        return next((self._stream(each) for each in self.storages.get(_NAMES, ()) if each.path[-1] == wanted), b"")
