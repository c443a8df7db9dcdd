"""PowerPoint presentations of before 2007: every text record, in the order of the slides.

ref: MS-PPT
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.old_office.drawing import carved, drawing_texts, inflate, picture_items
from leakguard.extract.old_office.strings import strings
from leakguard.extract.ole import is_wordless
from leakguard.model.content import GapKind, Role

_DOCUMENT, _SLIDE, _NOTES, _MASTER, _HANDOUT = 0x3E8, 0x3EE, 0x3F0, 0x3F8, 0xFC9
_NOTES_ATOM, _SLIDE_PERSIST, _LIST = 0x3F1, 0x3F3, 0xFF0
_CHARS, _BYTES, _CSTRING = 0xFA0, 0xFA8, 0xFBA
_PERSIST, _OBJECT = 0x1772, 0x1011
_COMMENT, _MARGINS, _BINARY_TAG = 0x2EE0, 0xFD9, 0x138B
_HEADER = struct.Struct("<HHI")
_LISTS = {0: "slide", 1: "master", 2: "notes"}
_MOST_DEPTH = 30
_ZEROS = re.compile(rb"\x00+")


@dataclass(slots=True)
class _Text:
    """Where the words of one slide, of its notes, or of all masters are collected."""

    shown: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    margins: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Container:
    kind: int
    end: int


def is_locked(user: bytes) -> bool:
    """The stream "Current User" says so."""
    return user[12:16] == b"\xdf\xc4\xd1\xf3"


def read_ppt(blob: Blob, stream: bytes, pictures: bytes, budget: Budget) -> Iterator[Item]:
    """stream: "PowerPoint Document". pictures: the stream of that name, or empty."""
    show = _Show(blob, stream, budget)
    show.walk()
    yield from show.spans()
    yield from show.objects
    if described := drawing_texts(stream):
        yield blob.span("\n\n".join(described), place=f"{blob.place}, drawing")
    if not show.records:
        if rest := strings(stream):
            yield blob.span(rest, role=Role.HIDDEN)
        yield blob.gap(GapKind.DAMAGED, "PowerPoint records")
    yield from picture_items(blob, carved(pictures, budget)[0])


class _Show:
    """One walk over all records. texts: by place, in the order of the slides as far as the file tells it."""

    def __init__(self, blob: Blob, stream: bytes, budget: Budget) -> None:
        self.blob = blob
        self.stream = stream
        self.budget = budget
        self.texts: dict[str, _Text] = {}
        self.objects: list[Item] = []
        self.records = 0
        self._live = _live_offsets(stream)
        self._slides: dict[int, str] = {}  # where a container starts -> its place
        self._by_identifier: dict[int, str] = {}
        self._counts = {0: 0, 1: 0, 2: 0}
        self._list = -1
        self._place = "presentation"
        self._top = 0

    def walk(self) -> None:
        """The document first, as it says which slide is which."""
        starts = list(_top_level(self.stream))
        for wanted in (True, False):
            for at, kind, end in starts:
                if (kind == _DOCUMENT) is wanted:
                    self._enter(at, kind)
                    self._walk(at, end)

    def _enter(self, at: int, kind: int) -> None:
        self._top = kind
        self._list = -1
        place = self._slides.get(at)
        if kind in (_MASTER, _HANDOUT):
            place = "master"
        elif place is None:
            place = {_SLIDE: "deleted slide", _NOTES: "notes"}.get(kind, "presentation")
        self._place = place

    def _walk(self, at: int, end: int) -> None:
        stack: list[_Container] = []
        while at + 8 <= end:
            while stack and at >= stack[-1].end:
                stack.pop()
            head, kind, size = _HEADER.unpack_from(self.stream, at)
            stop = min(at + 8 + size, stack[-1].end if stack else end)
            self.records += 1
            if len(stack) == 1 and self._top == _DOCUMENT:
                self._place = "presentation"  # a list of slides has ended
            if head & 0xF == 0xF or kind == _BINARY_TAG:
                if kind == _LIST:
                    self._list = head >> 4
                if len(stack) < _MOST_DEPTH:
                    stack.append(_Container(kind=kind, end=stop))
                    at += 8
                    continue
            self._atom(head >> 4, kind, at + 8, stop, [each.kind for each in stack])
            at = stop

    def _atom(self, instance: int, kind: int, at: int, stop: int, within: list[int]) -> None:
        data = self.stream[at:stop]
        if kind == _CHARS:
            self._text().shown.append(_paragraphs(data.decode("utf-16-le", "replace")))
        elif kind == _BYTES:
            self._text().shown.append(_paragraphs(data.decode("latin-1")))
        elif kind == _CSTRING:
            self._string(data.decode("utf-16-le", "replace").strip("\0"), within)
        elif kind == _SLIDE_PERSIST and _LIST in within:
            self._persist(data)
        elif kind == _NOTES_ATOM and self._top == _NOTES:
            slide = self._by_identifier.get(int.from_bytes(data[:4], "little"))
            self._place = f"{slide}, notes" if slide else self._place
        elif kind == _OBJECT:
            self._object(instance, data)

    def _string(self, text: str, within: list[int]) -> None:
        into = self._text()
        if text.startswith("___PPT"):  # the name of a program's own tag
            return
        if _COMMENT in within:
            into.comments.append(text)
        elif _MARGINS in within:
            into.margins.append(text)
        else:
            into.hidden.append(text)

    def _text(self) -> _Text:
        return self.texts.setdefault(self._place, _Text())

    def _persist(self, data: bytes) -> None:
        """A slide, or its notes, in the list that gives their order. Its outline follows."""
        if self._list not in _LISTS or len(data) < 16:
            return
        self._counts[self._list] += 1
        reference, identifier = int.from_bytes(data[:4], "little"), int.from_bytes(data[12:16], "little")
        self._place = {0: f"slide {self._counts[0]}", 1: "master", 2: "notes"}[self._list]
        start = self._live.get(reference)
        if start is not None:
            self._slides[start] = self._place
        if self._list == 0:
            self._by_identifier[identifier] = self._place
            self._text()

    def _object(self, instance: int, data: bytes) -> None:
        number = len(self.objects) + 1
        try:
            content = inflate(data[4:], self.budget) if instance == 1 else data
        except zlib.error:
            self.objects.append(self.blob.gap(GapKind.DAMAGED, "embedded object"))
            return
        except CannotRead as refusal:
            self.objects.append(self.blob.gap(refusal.kind, refusal.detail))
            return
        if not is_wordless(content):
            self.objects.append(self.blob.inner(number, content, place=f"embedded object {number}"))

    def spans(self) -> Iterator[Item]:
        blob = self.blob
        for place, text in self.texts.items():
            where = place if place.startswith("slide") else f"{blob.place}, {place}"
            role = Role.HIDDEN if place == "deleted slide" else blob.role
            for kind, said in (("", text.shown), ("comment", text.comments), ("header or footer", text.margins)):
                if words := "\n\n".join(dict.fromkeys(each for each in said if each.strip())):
                    yield blob.span(words, role=role, place=f"{where}, {kind}" if kind else where)
            if words := "\n".join(dict.fromkeys(each for each in text.hidden if each.strip())):
                yield blob.span(words, role=Role.HIDDEN, place=f"{where}, hidden text")


def _paragraphs(text: str) -> str:
    shown = text.replace("\r", "\n\n").replace("\x0b", "\n").strip("\n\0")
    return "" if shown == "*" else shown  # where the number of the slide stands


def _top_level(stream: bytes) -> Iterator[tuple[int, int, int]]:
    at = 0
    while at + 8 <= len(stream):
        _, kind, size = _HEADER.unpack_from(stream, at)
        if kind == 0 and (padding := _ZEROS.match(stream, at)) and padding.end() > at + 4:
            at = padding.end()  # some programs leave room between records
            continue
        end = min(at + 8 + size, len(stream))
        yield at, kind, end
        at = end


def _live_offsets(stream: bytes) -> dict[int, int]:
    """Persist reference -> where the object's last version starts."""
    found: dict[int, int] = {}
    for at, kind, end in _top_level(stream):
        if kind == _PERSIST:
            found.update(_directory(stream[at + 8 : end]))
    return found


def _directory(data: bytes) -> Iterator[tuple[int, int]]:
    at = 0
    while at + 4 <= len(data):
        entry = int.from_bytes(data[at : at + 4], "little")
        first, count = entry & 0xFFFFF, entry >> 20
        at += 4
        for index in range(count):
            if at + 4 > len(data):
                return
            yield first + index, int.from_bytes(data[at : at + 4], "little")
            at += 4
