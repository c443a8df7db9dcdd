"""Properties of Outlook items as spans and inner files, whichever way they were stored.

Rule of this file: every string is read; only what its number says is for machines is left out.
ref: MS-OXPROPS, MS-OXCMSG
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from leakguard.extract.binary import strings_of
from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.outlook import mapi_ids as ids
from leakguard.extract.outlook.packed_rtf import unpack_rtf
from leakguard.extract.text.charset import readings
from leakguard.extract.text.rtf_codes import page_codec
from leakguard.model.content import GapKind, Role, Span

STRING8, UNICODE, BINARY, OBJECT, INTEGER, BOOLEAN = 0x1E, 0x1F, 0x102, 0x0D, 0x03, 0x0B
SEVERAL = 0x1000
_CONTENT = re.compile(rb"(?im)^content-[^\n]*\n(?:[ \t][^\n]*\n)*")
_NAMED = 0x8000
_THEME = b"theme/theme"  # fonts and colours for the next reply
_INLINE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """One value. kind: its type without the flag of several values. name: within its set, for named ones."""

    id: int
    kind: int
    value: bytes = field(repr=False)
    name: int | str = ""


class Counter:
    """Ordinals of the inner files of one item."""

    def __init__(self) -> None:
        self.last = 0

    def next(self) -> int:
        self.last += 1
        return self.last


def codec_of(properties: Iterable[Property], default: str = "") -> str:
    """The charset of 8-bit strings: the message's code page, else that of its language."""
    numbers = {each.id: int.from_bytes(each.value[:4], "little") for each in properties if each.kind == INTEGER}
    for key in (ids.MESSAGE_CODEPAGE, ids.INTERNET_CODEPAGE):
        if codec := page_codec(numbers.get(key, 0)):
            return codec
    return default or (ids.language_codec(numbers[ids.LOCALE]) if ids.LOCALE in numbers else "")


def texts_of(each: Property, codec: str) -> tuple[str, ...]:
    """Its likely readings, likeliest first."""
    if each.kind == UNICODE:
        return (each.value.decode("utf-16-le", "replace").rstrip("\0"),)
    return tuple(text.rstrip("\0") for text in readings(each.value.rstrip(b"\0"), codec))


def or_sweep(blob: Blob, items: Iterable[Item], kind: str) -> Iterator[Item]:
    """The items; if none of them says anything, whatever text is in the bytes."""
    silent = True
    for item in items:
        silent = silent and isinstance(item, Span) and not item.text.strip()
        yield item
    if silent:
        found = strings_of(blob.data)
        yield blob.span(found, role=Role.HIDDEN) if found else blob.gap(GapKind.DAMAGED, kind)


def read_item(blob: Blob, properties: list[Property], codec: str, counter: Counter, budget: Budget) -> Iterator[Item]:
    """A message, contact, appointment ...: its texts, its other bodies, and the rest of its strings in one span."""
    reader = _Reader(blob, codec, counter, budget)
    internet = codec_of([each for each in properties if each.id == ids.INTERNET_CODEPAGE], codec)
    for each in properties:
        if each.id == ids.HTML and each.kind in (BINARY, STRING8, UNICODE):
            yield from reader.page(each, internet)
        elif each.id == ids.PACKED_RTF and each.kind == BINARY:
            yield from reader.rich_text(each)
        elif each.id == ids.HEADERS and each.kind in (STRING8, UNICODE):
            yield from reader.headers(each)
        elif each.kind in (STRING8, UNICODE):
            yield from reader.string(each)
        elif each.kind == BINARY and each.id >= _NAMED and _THEME not in each.value:
            reader.others[strings_of(each.value)] = None
    yield reader.rest()


def read_attachment(
    blob: Blob, properties: list[Property], codec: str, number: int, counter: Counter, budget: Budget
) -> Iterator[Item]:
    """Names and content of one attachment; embedded items come with `ATTACHED` as a file of their own."""
    place = f"attachment {number}"
    reader = _Reader(blob, codec, counter, budget)
    first: dict[int, str] = {}
    for each in (each for each in properties if each.kind in (STRING8, UNICODE)):
        texts = texts_of(each, codec)
        first.setdefault(each.id, texts[0])
        if each.id in ids.FILE_NAMES:
            yield from (reader.span(name, Role.NAME, f"name of {place}") for name in texts)
        elif each.id not in ids.MACHINE:
            reader.others.update(dict.fromkeys(texts))
    yield reader.rest()
    declared = first.get(ids.MIME_TAG, "").strip().lower()
    if declared.startswith("multipart/"):
        declared = "message/rfc822"  # a signed mail, kept whole
    within = bool(first.get(ids.CONTENT_ID)) and any(map(_is_inline, properties))
    for each in properties:
        if each.id == ids.ATTACHED:
            kind = declared if each.kind == BINARY else ""
            yield blob.inner(counter.next(), each.value, place=place, declared=kind, within_text=within)


def _is_inline(each: Property) -> bool:
    """Shown within the text, and not in the list of attachments."""
    if each.id == ids.ATTACH_FLAGS and each.kind == INTEGER:
        return bool(int.from_bytes(each.value[:4], "little") & _INLINE)
    return each.id == ids.ATTACH_HIDDEN and each.kind == BOOLEAN and any(each.value[:2])


class _Reader:
    """others: strings without a place of their own, in order, once each."""

    def __init__(self, blob: Blob, codec: str, counter: Counter, budget: Budget) -> None:
        self.blob = blob
        self.codec = codec
        self.counter = counter
        self.budget = budget
        self.others: dict[str, None] = {}

    def span(self, text: str, role: Role | None, place: str) -> Item:
        return self.blob.span(text, role=role, place=f"{self.blob.place}, {place}")

    def rest(self) -> Item:
        return self.span("\n\n".join(filter(None, self.others)), Role.HIDDEN, "other properties")

    def string(self, each: Property) -> Iterator[Item]:
        known = ids.KNOWN_NAMED.get(each.name) if each.id >= _NAMED else ids.KNOWN.get(each.id)
        if known is None:
            if each.id not in ids.MACHINE:
                self.others.update(dict.fromkeys(texts_of(each, self.codec)))
            return
        place, role = known
        for index, text in enumerate(texts_of(each, self.codec)):
            yield self.span(text.replace("\r\n", "\n"), Role.HIDDEN if index else role, place)
            if each.id == ids.BODY and "-----BEGIN PGP MESSAGE-----" in text:
                yield self.blob.gap(GapKind.ENCRYPTED, "PGP message")

    def page(self, each: Property, codec: str) -> Iterator[Item]:
        data, charset = each.value, codec
        if each.kind == UNICODE:
            data, charset = texts_of(each, "")[0].encode("utf-8", "replace"), "utf-8"
        yield self.blob.inner(
            self.counter.next(), data.rstrip(b"\0"), place="body", declared="text/html", charset=charset
        )

    def rich_text(self, each: Property) -> Iterator[Item]:
        try:
            text, whole = unpack_rtf(each.value, self.budget)
        except CannotRead as refusal:
            yield self.blob.gap(refusal.kind, refusal.detail)
            return
        body = self.blob.inner(self.counter.next(), text, place="body", declared="text/rtf", within_text=True)
        yield replace(body, quiet=True)
        if not whole:
            yield self.blob.gap(GapKind.DAMAGED, "packed rich text")

    def headers(self, each: Property) -> Iterator[Item]:
        """The lines of the mail before it came into Outlook. What they say of the content is no longer so."""
        text = texts_of(each, self.codec)[0].replace("\r\n", "\n").strip("\n") + "\n"
        yield self.span(text, Role.HIDDEN, "header lines")
        lines = _CONTENT.sub(b"", text.encode("utf-8", "replace"))
        yield self.blob.inner(self.counter.next(), lines + b"\n", place="header", declared="message/rfc822")
