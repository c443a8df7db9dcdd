"""S/MIME: what is signed or compressed is opened, what is encrypted is a gap, a mere signature is nothing.

Walks BER by hand: mail programs write indefinite lengths and octet strings in pieces.
ref: RFC 5652 (CMS), RFC 8551 (S/MIME), RFC 3274 (compressed data)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from leakguard.extract.binary import strings_of
from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.mail.unpack import inflate
from leakguard.model.content import GapKind, Role

_PKCS7 = bytes.fromhex("2a864886f70d0107")
_SMIME = bytes.fromhex("2a864886f70d01091001")
_DATA = _PKCS7 + b"\x01"
_COMPRESSED = _SMIME + b"\x09"
_LOCKED = frozenset({_PKCS7 + b"\x03", _PKCS7 + b"\x04", _PKCS7 + b"\x06", _SMIME + b"\x17"})
_WRAPPERS = frozenset({_PKCS7 + b"\x02", _PKCS7 + b"\x05", _SMIME + b"\x02", _COMPRESSED})
_NOT_FOR_READERS = frozenset({_SMIME + b"\x04"})  # the token of a time stamp
_SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature"})
_ENTITY = re.compile(rb"\s*(?:Content-[A-Za-z-]+|MIME-Version|Received|From|To|Subject|Date)[ \t]*:", re.IGNORECASE)
_SEQUENCE, _OID, _EXPLICIT, _OCTETS, _END_OF_CONTENT = 0x30, 0x06, 0xA0, 0x04, 0


class _Broken(Exception):
    """The bytes end, or are no BER."""


@dataclass(frozen=True, slots=True)
class _Element:
    """stop: None for an indefinite length, which ends with a mark."""

    tag: int
    start: int
    stop: int | None


def is_cms(blob: Blob) -> bool:
    return (
        blob.data[:1] == b"\x30"
        and (_PKCS7 in blob.data[:32] or _SMIME in blob.data[:32])
        and _content_type(blob.data) in _LOCKED | _WRAPPERS | {_DATA}
    )


def read_cms(blob: Blob, budget: Budget) -> Iterator[Item]:
    kind = _content_type(blob.data)
    if kind in _LOCKED:
        yield blob.gap(GapKind.ENCRYPTED, "S/MIME message")
        return
    try:
        inner, content = _content(blob.data)
    except _Broken:
        if blob.declared in _SIGNATURES:
            yield blob.span(strings_of(blob.data), role=Role.HIDDEN)
            return
        raise CannotRead(GapKind.DAMAGED, "S/MIME envelope") from None
    if kind == _COMPRESSED and content:
        content, all_of_it = inflate(content, budget)
        if not all_of_it:
            yield blob.gap(GapKind.DAMAGED, "S/MIME compression")
    if content and inner not in _NOT_FOR_READERS:
        declared = "message/rfc822" if _ENTITY.match(content[:200]) else ""
        yield blob.inner(1, content, place="signed content", declared=declared)


def _content_type(data: bytes) -> bytes:
    try:
        outer = _element(data, 0)
        oid = _element(data, outer.start)
        return data[oid.start : oid.stop] if oid.tag == _OID and oid.stop else b""
    except _Broken:
        return b""


def _content(data: bytes) -> tuple[bytes, bytes]:
    """(type of the inner content, its octets); no octets for a signature that stands beside what it signs."""
    outer = _element(data, 0)
    oid = _element(data, outer.start)
    explicit = _element(data, _after(data, oid))
    if data[oid.start : oid.stop] == _DATA:
        return _DATA, _octets(data, explicit.start)
    wrapper = _element(data, explicit.start)
    at, limit = wrapper.start, len(data) if wrapper.stop is None else wrapper.stop
    while at < limit:
        child = _element(data, at)
        if child.tag == _END_OF_CONTENT:
            break
        if child.tag == _SEQUENCE and (found := _encapsulated(data, child)) is not None:
            return found
        at = _after(data, child)
    return b"", b""


def _encapsulated(data: bytes, sequence: _Element) -> tuple[bytes, bytes] | None:
    """A type followed by explicitly tagged octets. Other sequences here (algorithms) look different."""
    oid = _element(data, sequence.start)
    if oid.tag != _OID:
        return None
    at = _after(data, oid)
    if sequence.stop is not None and at >= sequence.stop:
        return None
    explicit = _element(data, at)
    if explicit.tag != _EXPLICIT:
        return None
    return data[oid.start : oid.stop], _octets(data, explicit.start)


def _element(data: bytes, at: int) -> _Element:
    if at + 2 > len(data):
        raise _Broken
    tag, length, start = data[at], data[at + 1], at + 2
    if tag & 0x1F == 0x1F:
        raise _Broken  # long tags do not occur in CMS
    if length == 0x80:
        return _Element(tag, start, None)
    if length > 0x80:
        count = length & 0x7F
        if count > 8:
            raise _Broken
        length = int.from_bytes(data[start : start + count], "big")
        start += count
    return _Element(tag, start, start + length)


def _after(data: bytes, element: _Element) -> int:
    """Where the next element starts."""
    if element.stop is not None:
        return element.stop
    at, open_elements = element.start, 1
    while open_elements:
        inner = _element(data, at)
        at = inner.start if inner.stop is None else inner.stop
        if inner.stop is None:
            open_elements += 1
        elif inner.tag == _END_OF_CONTENT:
            open_elements -= 1
    return at


def _octets(data: bytes, at: int) -> bytes:
    """The octet string at `at`, put together from however many pieces. What is cut off is read up to there."""
    pieces: list[bytes] = []
    ends: list[int | None] = []
    while at < len(data):
        try:
            element = _element(data, at)
        except _Broken:
            break
        at = element.start
        if element.tag == _OCTETS and element.stop is not None:
            pieces.append(data[element.start : element.stop])
            at = element.stop
        elif element.tag == _OCTETS | 0x20:
            ends.append(element.stop)
        elif element.tag == _END_OF_CONTENT and ends and ends[-1] is None:
            ends.pop()
        else:
            break
        while ends and ends[-1] is not None and at >= ends[-1]:
            ends.pop()
        if not ends:
            break
    return b"".join(pieces)
