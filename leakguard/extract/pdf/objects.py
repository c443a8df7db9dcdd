"""Every object in the bytes of a PDF, whether or not a table of the file lists it: current, replaced or left over.

Found by their headings in the bytes and in object streams, so that a broken or lying cross-reference hides nothing.
Each stream is unpacked here, counted, before PDFium sees the file: what is too large never gets there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.pdf.filters import unpacked
from leakguard.model.content import GapKind

_HEADING = re.compile(rb"(?<!\d)(\d{1,10})\s{1,10}\d{1,5}\s{1,10}obj\b")
_END = re.compile(rb">>\s{0,10}stream(\r\n|\n|\r)|endobj")
_MOST_OBJECTS = 500_000  # a tagged report of 600 pages has some 100,000
_LENGTH = re.compile(rb"/Length\s{1,5}(\d{1,10})(?!\s{1,5}\d{1,5}\s{1,5}R)")
_COUNT = re.compile(rb"/N\s{1,5}(\d{1,7})")
_FIRST = re.compile(rb"/First\s{1,5}(\d{1,9})")
_NO_WORDS = re.compile(rb"/Subtype\s*/(?:Type1C|CIDFontType0C|OpenType)\b|/Length1\s|/Alternate\b|/FunctionType\b")
_IS_IMAGE = re.compile(rb"/Subtype\s*/Image\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Object:
    """One object. packed: its stream as it stands in the file, or None if it has none. body: all before the stream.

    fault: of a stream of objects that could not be read to its end.
    """

    number: int
    body: bytes = field(repr=False)
    packed: bytes | None = field(default=None, repr=False)
    fault: GapKind | None = None

    @property
    def is_image(self) -> bool:
        return b"/Image" in self.body and _IS_IMAGE.search(self.body) is not None

    @property
    def has_no_words(self) -> bool:
        """A font, a table of the file or of colours."""
        return _NO_WORDS.search(self.body) is not None


def objects(data: bytes, budget: Budget) -> Iterator[Object]:
    """In the order of the bytes; those of an object stream follow it."""
    last_end = data.rfind(b"endstream")
    heading, end = _HEADING.search(data), None
    at = count = 0
    ended = False
    while heading:
        count += 1
        if count > _MOST_OBJECTS:
            raise CannotRead(GapKind.TOO_MANY, "PDF objects")
        number, start = int(heading[1]), heading.end()
        if not ended and (end is None or end.start() < start):  # else what the object before found is still ahead
            end = _END.search(data, start)
            ended = end is None
        stop = end.start() if end else len(data)
        heading = _HEADING.search(data, start, stop)
        if heading or end is None or end[1] is None:
            at = heading.start() if heading else stop
            yield Object(number=number, body=data[start:at])
        else:
            at = _stream_end(data, data[start:stop], end.end(), last_end)
            found = Object(number=number, body=data[start : stop + 2], packed=data[end.end() : at])
            yield found
            if b"/ObjStm" in found.body:
                yield from _members(found, budget)
        heading = heading or _HEADING.search(data, at)


def _stream_end(data: bytes, body: bytes, start: int, last_end: int) -> int:
    """By the length that it declares where that is true, else by the word behind it."""
    length = _LENGTH.search(body)
    if length:
        end = start + int(length[1])
        if data[end : end + 20].lstrip().startswith(b"endstream"):
            return end
    return data.find(b"endstream", start) if start <= last_end else len(data)


def _members(stream: Object, budget: Budget) -> Iterator[Object]:
    count, first = _COUNT.search(stream.body), _FIRST.search(stream.body)
    unpacking = unpacked(stream.body, stream.packed or b"", budget)
    content = unpacking.data
    if unpacking.fault:
        yield Object(number=0, body=b"", fault=unpacking.fault)
    if not content:
        return
    start = int(first[1]) if first else 0
    head = content[:start].split()[: 2 * int(count[1]) if count else None]
    numbers = [int(each) if each.isdigit() and len(each) < 11 else 0 for each in head]
    starts = [start + offset for offset in numbers[1::2]]
    if starts != sorted(starts) or not starts:  # a lie: the whole of it is one object
        yield Object(number=0, body=content)
        return
    for number, begin, end in zip(numbers[::2], starts, [*starts[1:], len(content)], strict=False):
        yield Object(number=number, body=content[begin:end])
