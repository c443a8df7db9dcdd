"""Rich text: the running text, what stands beside it, what is hidden in it, and the files and pictures it carries.

ref: RTF 1.9.1, MS-OXRTFEX (a page of HTML within rich text)
"""

from __future__ import annotations

from collections.abc import Iterator

from leakguard.extract.binary import strings_of
from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.text.charset import decode, looks_like_text
from leakguard.extract.text.rtf_codes import DOUBLE
from leakguard.extract.text.rtf_document import Document
from leakguard.extract.text.rtf_objects import as_picture, content_of, unpack_object
from leakguard.extract.text.rtf_state import Grab
from leakguard.extract.text.rtf_words import ACTS
from leakguard.model.content import Role, Span

_START = b"{\\rt"
_BEFORE = b" \t\r\n\0\xef\xbb\xbf"
_BEHIND = b" \t\r\n\0\x1a}"
_DECLARED = frozenset({"application/rtf", "text/rtf", "text/richtext", "application/x-rtf", "application/msword"})
_HEAD = 1024
_LITTLE = 64 * 1024  # of rich text without a word, which is shown as it is written


def is_rtf(blob: Blob) -> bool:
    head = blob.data[:_HEAD]
    return head.lstrip(_BEFORE).startswith(_START) or (blob.declared in _DECLARED and _START in head)


def read_rtf(blob: Blob, budget: Budget) -> Iterator[Item]:
    """The text as Word shows it; further readings of its bytes as hidden text, where another is likely."""
    start = blob.data.find(_START)
    data = blob.data[start:]
    document = _read(blob, data, budget)
    silent = True
    for item in _items(blob, document, budget):
        silent = False
        yield item
    for reading in _other_readings(blob, data, budget, document):
        yield blob.span(reading, role=Role.HIDDEN, place=f"{blob.place}, other reading")
    rest = data[document.rest_at :].lstrip(_BEHIND).rstrip(_BEFORE)
    if rest:
        silent = False
        budget.expand(len(rest))
        yield blob.inner(1_000_000, _as_rich_text(rest), place="behind the end of the text")
    if silent:
        yield blob.span(decode(data[:_LITTLE]), role=Role.HIDDEN)
    if document.problem is not None:
        yield blob.gap(*document.problem)


def _read(blob: Blob, data: bytes, budget: Budget, *, western: str = "", raw_codec: str = "") -> Document:
    document = Document(data, budget, f"{blob.place}, ", ACTS, western=western, raw_codec=raw_codec)
    document.read()
    return document


def _items(blob: Blob, document: Document, budget: Budget) -> Iterator[Item]:
    for sink in (document.body, *document.sinks.values()):
        if text := sink.text():
            yield Span(
                text=text, part=blob.part, role=sink.role or blob.role, marks=tuple(sink.marks), within=blob.place
            )
    ordinal = 0
    if document.html is not None and (page := document.html.text()).strip():
        ordinal += 1
        content = page.encode("utf-8", "replace")
        yield blob.inner(ordinal, content, place="page", declared="text/html", charset="utf-8")
    for grab in document.grabs:
        for item in _grabbed(blob, ordinal, grab, budget):
            ordinal += isinstance(item, Blob)
            yield item


def _grabbed(blob: Blob, ordinal: int, grab: Grab, budget: Budget) -> Iterator[Item]:
    content = content_of(grab, budget)
    if grab.kind == "data":
        yield blob.span(strings_of(content), role=Role.HIDDEN, place=f"{blob.place}, data")
    elif grab.kind == "object":
        yield from _object(blob, ordinal, content)
    elif content:
        picture = as_picture(grab.kind, content)
        yield blob.inner(ordinal + 1, picture, place=f"picture {ordinal + 1}", within_text=True)


def _object(blob: Blob, ordinal: int, content: bytes) -> Iterator[Item]:
    packed = unpack_object(content)
    for name in packed.names:
        yield blob.span(name, role=Role.NAME, place=f"{blob.place}, name of an object")
    for note in packed.notes:
        yield blob.span(note, role=Role.HIDDEN, place=f"{blob.place}, object")
    for number, payload in enumerate(packed.payloads, ordinal + 1):
        yield blob.inner(number, payload, place=f"object {number}")


def _other_readings(blob: Blob, data: bytes, budget: Budget, first: Document) -> Iterator[str]:
    """Old programs write bytes of the system's code page, whatever the font says; some write UTF-8."""
    seen = {text for sink in (first.body, *first.sinks.values()) if (text := sink.text())}
    for western, raw in ((_likely_western(first), ""), ("", "utf-8" if first.raw_in_doubt else "")):
        if not western and not raw:
            continue
        try:
            other = _read(blob, data, budget, western=western, raw_codec=raw)
        except CannotRead:
            return
        for sink in (other.body, *other.sinks.values()):
            text = sink.text()
            if text and text not in seen:
                seen.add(text)
                yield text


def _likely_western(document: Document) -> str:
    """The code page that text in a Western font may have been written in."""
    if not document.ansi_in_doubt:
        return ""
    if document.default != "cp1252":
        return document.default
    return next((codec for codec in document.fonts.values() if codec in DOUBLE), "")


def _as_rich_text(rest: bytes) -> bytes:
    """What stands behind the last brace: often the rest of a text in which braces do not match."""
    if rest.startswith(_START) or not (b"\\" in rest and looks_like_text(rest)):
        return rest
    return b"{\\rtf1 " + rest + b"}"
