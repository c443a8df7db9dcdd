"""What a PDF stream is packed in, undone step by step and counted.

Pictures stay packed: only their own reader looks into them. ref: ISO 32000
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from leakguard.extract.limits import Budget, CannotRead
from leakguard.model.content import GapKind

_STEP = 1 << 20
_NAMES = re.compile(rb"/([A-Za-z0-9]+)")
_FILTER = re.compile(rb"/F(?:ilter)?\s*(\[[^\]]{0,400}\]|/[A-Za-z0-9]+)")
_PREDICTOR = re.compile(rb"/Predictor\s+(\d{1,2})")
_COLUMNS = re.compile(rb"/Columns\s+(\d{1,6})")
_MOST_FILTERS = 8
_BLANKS = bytes(range(33))
_MOST_ASCII85 = 15_000_000  # some 3 s
_ZERO = 33 * (85**4 + 85**3 + 85**2 + 85 + 1)  # "!!!!!"
_CLEAR, _END = 256, 257
_FLUSHED = b"\0\0\xff\xff"  # the end of all that was written, by programs that forget to say that it is the end
_PICTURES = frozenset("DCTDecode DCT JPXDecode CCITTFaxDecode CCF JBIG2Decode".split())


class _Broken(Exception):
    """What comes next in the stream cannot be read; what came before counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a stream holds. fault: why that is not all of it: DAMAGED, or UNSUPPORTED if it is packed in an unknown way.

    packing: the one of a picture that `data` is still packed in, or "".
    """

    data: bytes = field(repr=False)
    fault: GapKind | None = None
    packing: str = ""


def unpacked(dictionary: bytes, data: bytes, budget: Budget) -> Content:
    """The content of the stream as far as it can be read."""
    found = _FILTER.search(dictionary)
    names = [name.decode("ascii") for name in _NAMES.findall(found[1])] if found else []
    fault: GapKind | None = None
    for name in names[:_MOST_FILTERS]:
        if name in _PICTURES:
            return Content(data=data, packing=name, fault=fault)
        undo = _FILTERS.get(name)
        if undo is None:
            return Content(data=b"", fault=GapKind.UNSUPPORTED)
        data, is_whole = _joined(undo(data), budget)
        fault = fault if is_whole else GapKind.DAMAGED
    if len(names) > _MOST_FILTERS:
        return Content(data=b"", fault=GapKind.UNSUPPORTED)
    predictor = _PREDICTOR.search(dictionary) if names else None
    if predictor and int(predictor[1]) >= 10:
        columns = _COLUMNS.search(dictionary)
        data = _unpredicted(data, int(columns[1]) if columns else 1)
    return Content(data=data, fault=fault)


def _joined(steps: Iterator[bytes], budget: Budget) -> tuple[bytes, bool]:
    out, is_whole = [], True
    try:
        for step in steps:
            budget.expand(len(step))
            out.append(step)
    except _Broken:
        is_whole = False
    return out[0] if len(out) == 1 else b"".join(out), is_whole


def _flate(data: bytes) -> Iterator[bytes]:
    """As much as is whole. A wrong head is passed over, and a wrong or missing check sum, as viewers do."""
    for wbits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        engine, rest, some = zlib.decompressobj(wbits), data if wbits > 0 else data[2:], False
        try:
            while rest and not engine.eof:
                step = engine.decompress(rest, _STEP)
                rest = engine.unconsumed_tail
                some = some or bool(step)
                yield step
            if engine.eof or not data.strip() or data.endswith(_FLUSHED):
                return
            engine.decompress(bytes(4), _STEP)  # in place of the sum
        except zlib.error as error:
            if "data check" in str(error):
                return
        if some:
            break
    raise _Broken


def _hex(data: bytes) -> Iterator[bytes]:
    from leakguard.extract.pdf.strings import unhexed

    yield unhexed(data.partition(b">")[0])


def _ascii85(data: bytes) -> Iterator[bytes]:
    body = data.translate(None, _BLANKS).removeprefix(b"<~").partition(b"~")[0]
    if len(body) + 4 * body.count(b"z") > _MOST_ASCII85:
        raise CannotRead(GapKind.TOO_LARGE, "PDF stream")
    body = body.replace(b"z", b"!!!!!")
    missing = -len(body) % 5
    body += b"u" * missing
    groups = zip(*(body[at::5] for at in range(5)), strict=True)
    values = [((((a * 85 + b) * 85 + c) * 85 + d) * 85 + e - _ZERO) & 0xFFFFFFFF for a, b, c, d, e in groups]
    out = struct.pack(f">{len(values)}I", *values)
    yield out[: len(out) - missing]


def _run_length(data: bytes) -> Iterator[bytes]:
    out, at = bytearray(), 0
    while at < len(data) and data[at] != 128:
        length = data[at]
        if length < 128:
            out += data[at + 1 : at + 2 + length]
            at += length + 2
        else:
            out += data[at + 1 : at + 2] * (257 - length)
            at += 2
        if len(out) >= _STEP:
            yield bytes(out)
            out.clear()
    yield bytes(out)


def _lzw(data: bytes) -> Iterator[bytes]:
    """Codes of 9 to 12 bits, the width changing one code early, as nearly all writers do."""
    table, last, width = [bytes([code]) for code in range(256)] + [b"", b""], b"", 9
    bits = held = 0
    out = bytearray()
    for octet in data:
        held, bits = (held << 8 | octet) & 0xFFFFFF, bits + 8
        if bits < width:
            continue
        bits -= width
        code = held >> bits & (1 << width) - 1
        if code == _END:
            break
        if code == _CLEAR:
            del table[258:]
            last, width = b"", 9
            continue
        if code > len(table) or (code == len(table) and not last):
            yield bytes(out)
            raise _Broken
        entry = table[code] if code < len(table) else last + last[:1]
        if last and len(table) < 4096:
            table.append(last + entry[:1])
        last = entry
        out += entry
        width = min(max((len(table) + 1).bit_length(), 9), 12)
        if len(out) >= _STEP:
            yield bytes(out)
            out.clear()
    yield bytes(out)


def _unpredicted(data: bytes, columns: int) -> bytes:
    """Undo the PNG predictors "none", "sub" and "up" of object streams; rows of other kinds stay as they are."""
    above, out = bytes(columns), bytearray()
    for at in range(0, len(data), columns + 1):
        kind, row = data[at], bytearray(data[at + 1 : at + 1 + columns])
        if kind == 1:
            for index in range(1, len(row)):
                row[index] = (row[index] + row[index - 1]) & 0xFF
        elif kind == 2:
            row = bytearray((one + other) & 0xFF for one, other in zip(row, above, strict=False))
        out += row
        above = bytes(row).ljust(columns, b"\0")
    return bytes(out)


_FILTERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    **dict.fromkeys(("FlateDecode", "Fl"), _flate),
    **dict.fromkeys(("LZWDecode", "LZW"), _lzw),
    **dict.fromkeys(("ASCIIHexDecode", "AHx"), _hex),
    **dict.fromkeys(("ASCII85Decode", "A85"), _ascii85),
    **dict.fromkeys(("RunLengthDecode", "RL"), _run_length),
    **dict.fromkeys(("Crypt",), lambda data: iter([data])),
}
