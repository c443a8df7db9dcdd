"""The winmail.dat of Outlook (TNEF): texts, names, attachments and items of a mail whose parts only Outlook knows.

Sizes are believed only as far as there are bytes, checksums not at all.
ref: MS-OXTNEF
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from leakguard.extract.binary import strings_of
from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget
from leakguard.extract.outlook.mapi import (
    BINARY,
    OBJECT,
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
from leakguard.extract.outlook.mapi_ids import ATTACHED
from leakguard.extract.text.charset import readings
from leakguard.extract.text.rtf_codes import page_codec
from leakguard.model.content import GapKind, Role

_MAGIC = b"\x78\x9f\x3e\x22"
_HEADER = 6
_OWN, _OF_ATTACHMENT = 1, 2
_CODEPAGE = 0x9007
_PROPERTIES, _PEOPLE = 0x9003, 0x9004
_NEW_ATTACHMENT, _ATTACHMENT, _DATA, _TITLE, _TRANSPORT_NAME = 0x9002, 0x9005, 0x800F, 0x8010, 0x9001
_SUBJECT, _BODY, _FROM = 0x8004, 0x800C, 0x8000
_MACHINE = frozenset({0x8008, 0x8009, 0x800B, 0x0600, 0x0006})  # classes and identifiers
_NUMBERS = frozenset({3, 4, 5, 7, 8})  # and dates
_TEXTS = frozenset({0, 1, 2})  # types of attributes: names with addresses, strings, texts
_SIZES = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16, 0x01: 4}
_LENGTHS = frozenset({STRING8, UNICODE, BINARY, OBJECT})
_MOST = 100_000  # properties of one table
_NAMED = 0x8000
_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")
_STORAGE = bytes.fromhex("0b00000000000000c000000000000046")
_SHOWN: dict[int, tuple[str, Role | None]] = {
    _SUBJECT: ("subject", Role.SUBJECT),
    _BODY: ("body", None),
    0x0000: ("owner", Role.NAME),
    0x0001: ("sent for", Role.NAME),
    0x0002: ("delegate", Role.NAME),
}


def is_tnef(blob: Blob) -> bool:
    return blob.data.startswith(_MAGIC)


def read_tnef(blob: Blob, budget: Budget) -> Iterator[Item]:
    """The item's own texts, then people, then attachments."""
    parts = _Parts()
    try:
        parts.read(blob.data)
    except ValueError:
        parts.damaged = True
    yield from or_sweep(blob, parts.items(blob, budget), "winmail.dat")
    if parts.damaged:
        yield blob.gap(GapKind.DAMAGED, "winmail.dat")


@dataclass(slots=True)
class _Attachment:
    """names: as other programs show them. contents: its bytes, of which there should be one."""

    names: list[bytes] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)
    properties: list[Property] = field(default_factory=list)


class _Parts:
    """What the attributes say, in order."""

    def __init__(self) -> None:
        self.codepage = ""
        self.own: list[Property] = []
        self.texts: list[tuple[int, bytes]] = []
        self.people: list[Property] = []
        self.attachments: list[_Attachment] = []
        self.damaged = False

    def read(self, data: bytes) -> None:
        """Raises ValueError where the bytes end too early."""
        at = _HEADER
        while at < len(data) and data[at] in (_OWN, _OF_ATTACHMENT):
            if at + 9 > len(data):
                raise ValueError("attribute")
            (attribute, kind, size) = struct.unpack_from("<HHI", data, at + 1)
            content = data[at + 9 : at + 9 + size]
            at += 9 + size + 2
            self._attribute(attribute, kind, content)
            if at - 2 > len(data):
                raise ValueError("attribute")
        self.damaged = self.damaged or bool(data[at:].strip(b"\0\r\n\t ")) or not at > _HEADER

    def _attribute(self, attribute: int, kind: int, content: bytes) -> None:
        if attribute == _CODEPAGE:
            self.codepage = page_codec(int.from_bytes(content[:4], "little"))
        elif attribute == _PROPERTIES:
            self._table(_Table(content), self.own)
        elif attribute == _PEOPLE:
            self._people(content)
        elif attribute in (_NEW_ATTACHMENT, _ATTACHMENT, _DATA, _TITLE, _TRANSPORT_NAME):
            self._of_attachment(attribute, content)
        elif kind in _TEXTS and attribute not in _MACHINE:
            self.texts.append((attribute, content))
        elif kind not in _NUMBERS and attribute not in _MACHINE:
            self.texts.append((attribute, strings_of(content).encode("utf-8")))

    def _of_attachment(self, attribute: int, content: bytes) -> None:
        if attribute == _NEW_ATTACHMENT or not self.attachments:
            self.attachments.append(_Attachment())
        attachment = self.attachments[-1]
        if attribute == _DATA:
            attachment.contents.append(content)
        elif attribute in (_TITLE, _TRANSPORT_NAME):
            attachment.names.append(content)
        elif attribute == _ATTACHMENT:
            self._table(_Table(content), attachment.properties)

    def _people(self, content: bytes) -> None:
        table = _Table(content)
        try:
            for _ in range(min(table.number(), _MOST)):
                table.properties(self.people)
        except ValueError:
            self.damaged = True

    def _table(self, table: _Table, target: list[Property]) -> None:
        try:
            table.properties(target)
        except ValueError:
            self.damaged = True

    def items(self, blob: Blob, budget: Budget) -> Iterator[Item]:
        counter = Counter()
        codec = self.codepage or codec_of(self.own)
        for attribute, content in self.texts:
            yield from _text(blob, attribute, content, codec)
        yield from read_item(blob, self.own, codec, counter, budget)
        yield from read_item(blob, self.people, codec, counter, budget)
        for number, attachment in enumerate(self.attachments, 1):
            if number > budget.limits.parts:
                yield blob.gap(GapKind.TOO_MANY, "attachments in winmail.dat")
                return
            yield from _attached(blob, attachment, codec, number, counter, budget)


def _text(blob: Blob, attribute: int, content: bytes, codec: str) -> Iterator[Item]:
    place, role = _SHOWN.get(attribute, ("other attribute", Role.HIDDEN))
    if attribute == _FROM:
        content, place, role = content[8:].replace(b"\0", b"\n"), "sender", Role.NAME  # behind four lengths
    content = content.rstrip(b"\0")
    if role in (Role.HIDDEN, Role.NAME):
        content = content.translate(None, bytes(range(9)))
    for index, text in enumerate(readings(content, codec)):
        shown = text.replace("\r\n", "\n")
        yield blob.span(shown, role=Role.HIDDEN if index else role, place=f"{blob.place}, {place}")


def _attached(
    blob: Blob, attachment: _Attachment, codec: str, number: int, counter: Counter, budget: Budget
) -> Iterator[Item]:
    for name in attachment.names:
        for text in readings(name.rstrip(b"\0"), codec):
            yield blob.span(text, role=Role.NAME, place=f"{blob.place}, name of attachment {number}")
    budget.expand(sum(map(len, attachment.contents)) + sum(len(each.value) for each in attachment.properties))
    properties = [_opened(each) for each in attachment.properties]
    has_object = any(each.id == ATTACHED for each in properties)
    if attachment.contents and not has_object:
        properties += [Property(id=ATTACHED, kind=BINARY, value=each) for each in attachment.contents]
    yield from read_attachment(blob, properties, codec, number, counter, budget)


def _opened(each: Property) -> Property:
    """An embedded item or file without the interface number in front of it."""
    if each.id != ATTACHED or each.kind not in (OBJECT, BINARY):
        return each
    if each.value[:16] in (_MESSAGE, _STORAGE) or (each.kind == OBJECT and len(each.value) >= 16):
        return Property(id=each.id, kind=each.kind, value=each.value[16:])
    return each


class _Table:
    """A list of properties. Raises ValueError where the bytes end, or do not say how many there are."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def properties(self, target: list[Property]) -> None:
        for _ in range(min(self.number(), _MOST)):
            (kind, key) = struct.unpack("<HH", self._bytes(4))
            name = self._name() if key >= _NAMED else ""
            for value in self._values(kind):
                target.append(Property(id=key, kind=kind & ~SEVERAL, value=value, name=name))

    def _name(self) -> int | str:
        self._bytes(16)
        if not self.number():
            return self.number()
        return self._padded(self.number()).decode("utf-16-le", "replace").rstrip("\0").lower()

    def _values(self, kind: int) -> Iterator[bytes]:
        bare = kind & ~SEVERAL
        if bare in _LENGTHS:
            for _ in range(min(self.number(), _MOST)):
                size = self.number()
                if size > len(self._content) - self._at:
                    yield self._content[self._at :]  # cut short, and better than nothing
                yield self._padded(size)
            return
        if bare not in _SIZES:
            raise ValueError("type")
        for _ in range(min(self.number(), _MOST) if kind & SEVERAL else 1):
            yield self._bytes(_SIZES[bare])

    def number(self) -> int:
        return int.from_bytes(self._bytes(4), "little")

    def _padded(self, size: int) -> bytes:
        content = self._bytes(size)
        self._at += -size % 4
        return content

    def _bytes(self, size: int) -> bytes:
        if size > len(self._content) - self._at:
            raise ValueError("bytes end")
        self._at += size
        return self._content[self._at - size : self._at]
