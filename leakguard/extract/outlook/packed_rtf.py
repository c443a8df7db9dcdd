"""Rich text as Outlook packs it. Own code, as it must give what it can of damaged input, and count as it goes.

ref: MS-OXRTFCP
"""

from __future__ import annotations

from leakguard.extract.limits import Budget

_FIRST = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    + b"\r\n"
    + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_PACKED = b"LZFu"
_PLAIN = b"MELA"
_HEADER = 16
_WINDOW = 4096
_STEP = 1024 * 1024


def unpack_rtf(packed: bytes, budget: Budget) -> tuple[bytes, bool]:
    """(the rich text, whether it is whole). The declared sizes and the checksum are not trusted."""
    kind = packed[8:12]
    if kind == _PLAIN:
        size = int.from_bytes(packed[4:8], "little")
        length = int.from_bytes(packed[:4], "little")
        return packed[_HEADER : _HEADER + size], len(packed) >= min(_HEADER + size, length + 4)
    if kind != _PACKED:
        return b"", not packed
    return _unpack(packed, budget)


def _unpack(packed: bytes, budget: Budget) -> tuple[bytes, bool]:
    """The window is the end of the output itself, as the first text stands in front of it."""
    out = bytearray(_FIRST)
    counted = len(out)
    at, size = _HEADER, len(packed)
    while at < size:
        flags = packed[at]
        at += 1
        for _ in range(8):
            if at >= size:
                return bytes(out[len(_FIRST) :]), False
            if not flags & 1:
                out.append(packed[at])
                at += 1
            else:
                token = int.from_bytes(packed[at : at + 2], "big")
                at += 2
                distance = (len(out) - (token >> 4)) % _WINDOW
                if not distance:
                    budget.expand(len(out) - counted)
                    return bytes(out[len(_FIRST) :]), True
                _copy(out, distance, (token & 15) + 2)
            flags >>= 1
        if len(out) - counted > _STEP:
            budget.expand(len(out) - counted)
            counted = len(out)
    return bytes(out[len(_FIRST) :]), False


def _copy(out: bytearray, distance: int, length: int) -> None:
    start = len(out) - distance
    if start < 0:  # never written: the window begins as spaces
        out += b" " * min(length, -start)
        out += out[: max(0, length + start)]
    elif distance >= length:
        out += out[start : start + length]
    else:
        piece = out[start:]
        out += (piece * (length // distance + 1))[:length]
