"""Objects and pictures that rich text carries as digits: OLE 1 objects, packaged files, pictures without their header.

ref: MS-OLEDS section 2.2 (OLE 1), RTF 1.9.1
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from leakguard.extract.binary import strings_of
from leakguard.extract.limits import Budget
from leakguard.extract.ole import OLE
from leakguard.extract.text.charset import decode
from leakguard.extract.text.rtf_state import Grab

_STEP = 1024 * 1024
_HEX = b"0123456789abcdefABCDEF"
_NOT_HEX = bytes(code for code in range(256) if code not in _HEX)
_LINKED, _EMBEDDED = 1, 2
_PLACEABLE = struct.pack("<IHhhhhHIH", 0x9AC6CDD7, 0, 0, 0, 1440, 1440, 1440, 0, 0)


def content_of(grab: Grab, budget: Budget) -> bytes:
    """The bytes that the digits say, then those that were given as such."""
    digits = bytes(grab.digits).translate(None, _NOT_HEX)
    out = bytearray()
    for start in range(0, len(digits), 2 * _STEP):
        piece = digits[start : start + 2 * _STEP]
        budget.expand(len(piece) // 2)
        out += bytes.fromhex(piece[: len(piece) // 2 * 2].decode("ascii"))
    budget.expand(len(grab.binary))
    return bytes(out + grab.binary)


def as_picture(kind: str, content: bytes) -> bytes:
    """With the header that a file has; rich text leaves it out."""
    if kind == "wmf" and content[:4] in (b"\1\0\x09\0", b"\2\0\x09\0"):
        return _PLACEABLE + content
    if kind == "dib" and content[:4] == b"\x28\0\0\0" and len(content) >= 40:
        (bits,) = struct.unpack_from("<H", content, 14)
        (used,) = struct.unpack_from("<I", content, 32)
        colours = min(used or (1 << bits if bits <= 8 else 0), 256)
        return b"BM" + struct.pack("<IHHI", 14 + len(content), 0, 0, 54 + 4 * colours) + content
    return content


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """What an object holds. names: of the file, as people see them. notes: other texts in its header."""

    payloads: tuple[bytes, ...] = field(default=(), repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)
    notes: tuple[str, ...] = field(default=(), repr=False)


def unpack_object(content: bytes) -> Packed:
    """An OLE 1 object. Bytes that are none are their own payload."""
    reader = _Reader(content)
    try:
        reader.skip(4)
        kind = reader.number()
        if kind not in (_LINKED, _EMBEDDED):
            return Packed(payloads=_found_within(content))
        program, topic, item = (reader.text() for _ in range(3))
        if kind == _LINKED:
            return Packed(notes=tuple(map(_shown, filter(None, (topic, item)))))
        native = reader.take(reader.number())
    except ValueError:
        if content[4:8] == b"\1\0\0\0":
            return Packed(notes=(strings_of(content),))  # a link without its end
        return Packed(payloads=_found_within(content))
    if program.lower() == b"package":
        return _package(native)
    if program.lower() in (b"metafilepict", b"dib", b"bitmap"):
        return Packed()  # how an object looks, in a form that the result beside it has too
    return Packed(payloads=_found_within(native))


def _found_within(content: bytes) -> tuple[bytes, ...]:
    """From the start of an OLE file on, if there is one: headers in front of it are often wrong on purpose."""
    at = content.find(OLE)
    if at > 0:
        return (content[at:], content[:at]) if at > 4096 else (content[at:],)
    return (content,) if content.strip(b"\0") else ()


def _package(native: bytes) -> Packed:
    """A file that was dropped into the text, with the names it had."""
    reader = _Reader(native)
    try:
        reader.skip(2)
        label, path = reader.ended(), reader.ended()
        if reader.number() == _LINKED << 16:
            return Packed(names=(_shown(label),), notes=(_shown(path),))
        temporary = reader.take(reader.number())
        content = reader.take(reader.number())
    except ValueError:
        return Packed(payloads=_found_within(native))
    plain = [_shown(name) for name in (label, path.rpartition(b"\\")[2])]
    wide = [name.rpartition("\\")[2] for name in reader.wide()]
    names = tuple(dict.fromkeys(filter(None, [*plain, *wide])))
    notes = tuple(dict.fromkeys(_shown(name.rstrip(b"\0")) for name in (path, temporary)))
    return Packed(payloads=(content,), names=names, notes=notes)


def _shown(name: bytes) -> str:
    return decode(name[:1_000])


class _Reader:
    """Numbers and strings one after the other. Raises ValueError where the bytes end."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def skip(self, size: int) -> None:
        self.take(size)

    def take(self, size: int) -> bytes:
        if size > len(self._content) - self._at:
            raise ValueError("bytes end")
        self._at += size
        return self._content[self._at - size : self._at]

    def number(self) -> int:
        return int.from_bytes(self.take(4), "little")

    def text(self) -> bytes:
        return self.take(self.number()).rstrip(b"\0")

    def wide(self) -> list[str]:
        """The three names again in UTF-16, which newer programs add: the others have one code page."""
        found = []
        try:
            for _ in range(3):
                found.append(self.take(2 * self.number()).decode("utf-16-le", "replace").rstrip("\0"))
        except ValueError:
            pass
        return found

    def ended(self) -> bytes:
        """A string that ends with a zero."""
        end = self._content.find(b"\0", self._at)
        if end < 0:
            raise ValueError("string without end")
        start, self._at = self._at, end + 1
        return self._content[start:end]
