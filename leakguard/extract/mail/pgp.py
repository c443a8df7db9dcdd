"""OpenPGP: encrypted is a gap; signed and compressed is opened; keys and mere signatures have no words.

ref: RFC 4880 (OpenPGP), RFC 9580
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.mail.transfer import decode_base64
from leakguard.extract.mail.unpack import RAW, bunzip, inflate
from leakguard.model.content import GapKind, Role

PACKETS = "application/x-pgp-packets"  # declared by this room for what it has taken out of armour
_ARMOUR = re.compile(r"-----BEGIN PGP MESSAGE[^\n]{0,40}-----[ \t]*\r?\n?")
_KEY_ARMOUR = re.compile(r"-----BEGIN PGP (?:PUBLIC|PRIVATE|SECRET) KEY BLOCK-----[ \t]*\r?\n?")
_ARMOUR_END = "-----END PGP"
_HEADERS = re.compile(r"(?:[A-Za-z]{3,20}: [^\n]*\n){0,20}")
_CHECKSUM = re.compile(r"^=[A-Za-z0-9+/]{4}\s*\Z", re.MULTILINE)
_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_DASHES = re.compile(r"(?m)^- ")

_SESSION_KEYS = frozenset({1, 3})
_ENCRYPTED = frozenset({9, 18, 20})
_ONE_PASS, _SIGNATURE_TAG, _COMPRESSED, _LITERAL, _USER = 4, 2, 8, 11, 13
_SILENT = frozenset({2, 4, 5, 6, 7, 10, 12, 14, 17, 19, 21})
# What the first octets of a packet's content may be; binary files that begin like a packet differ here.
_FIRST_OCTET = {
    1: b"\x02\x03\x06",
    2: b"\x03\x04\x05\x06",
    3: b"\x04\x05\x06",
    4: b"\x03\x06",
    5: b"\x03\x04\x05\x06",
    6: b"\x03\x04\x05\x06",
    8: b"\x00\x01\x02\x03",
    11: b"btul1m",
    18: b"\x01\x02",
    20: b"\x01",
}
_MOST_PACKETS = 10_000


def messages_in(text: str) -> Iterator[bytes]:
    """The content of each armoured message in running text; nothing but b"" for one that is broken."""
    yield from _armoured(text, _ARMOUR)


def keys_in(text: str) -> Iterator[bytes]:
    """The content of each armoured key, which names its owner."""
    return (content for content in _armoured(text, _KEY_ARMOUR) if content)


def _armoured(text: str, armour: re.Pattern[str]) -> Iterator[bytes]:
    match = armour.search(text)
    while match is not None:
        end = text.find(_ARMOUR_END, match.end())
        block = text[match.end() : end if end >= 0 else len(text)].replace("\r", "")
        body = _HEADERS.sub("", block.lstrip("\n"), count=1)
        yield decode_base64(_CHECKSUM.sub("", body).encode("ascii", "ignore"))
        match = armour.search(text, end) if end >= 0 else None


def opened_message(blob: Blob, ordinal: int, content: bytes) -> Iterator[Item]:
    """What `messages_in` found, on its way to its reader."""
    if content:
        yield blob.inner(ordinal, content, place="PGP message", declared=PACKETS)
    else:
        yield blob.gap(GapKind.ENCRYPTED, "PGP message")


def undashed(text: str) -> str:
    """Clear-signed text as its reader sees it."""
    start = text.find(_SIGNED)
    if start < 0:
        return text
    end = text.rfind(_SIGNATURE)
    end = end if end > start else len(text)
    return text[:start] + _DASHES.sub("", text[start:end]) + text[end:]


def is_pgp(blob: Blob) -> bool:
    """Declared so and binary, or packets from the first octet to the last."""
    data = blob.data
    if blob.declared == PACKETS or (blob.declared == "application/pgp-encrypted" and not data.isascii()):
        return True
    if not data or data[0] < 0x80:
        return False
    tag = data[0] & 0x3F if data[0] & 0x40 else data[0] >> 2 & 0xF
    if tag not in _FIRST_OCTET:
        return False
    first = next(_packets(data), None)
    if first is None or first[1][:1] not in _FIRST_OCTET[tag] or not first[1]:
        return False
    return tag in _SESSION_KEYS or _is_whole(data)


def _is_whole(data: bytes) -> bool:
    return all(whole for _, _, whole in _packets(data))


def read_pgp(blob: Blob, budget: Budget) -> Iterator[Item]:
    ordinal, understood, locked = 0, False, False
    for number, (tag, content, whole) in enumerate(_packets(blob.data), 1):
        if number == _MOST_PACKETS:
            yield blob.gap(GapKind.TOO_MANY, "PGP packets")
        understood = understood or tag in _SILENT or tag == _USER
        locked = locked or tag in _SESSION_KEYS or tag in _ENCRYPTED
        for item in _in_packet(blob, tag, content, ordinal + 1, budget):
            ordinal += isinstance(item, Blob)
            yield item
        if not whole:
            yield blob.gap(GapKind.DAMAGED, "PGP packet")
    if locked or not (ordinal or understood):
        yield blob.gap(GapKind.ENCRYPTED, "PGP message")


def _in_packet(blob: Blob, tag: int, content: bytes, ordinal: int, budget: Budget) -> Iterator[Item]:
    if tag == _COMPRESSED and content:
        unpacked, all_of_it = _unpack(content, budget)
        yield blob.inner(ordinal, unpacked, place="signed content", declared=PACKETS)
        if not all_of_it:
            yield blob.gap(GapKind.DAMAGED, "PGP compression")
    elif tag == _LITERAL and len(content) > 1:
        name_end = 2 + content[1]
        yield blob.span(content[2:name_end].decode("utf-8", "replace"), role=Role.NAME)
        yield blob.inner(ordinal, content[name_end + 4 :], place="signed content")
    elif tag == _USER:
        yield blob.span(content.decode("utf-8", "replace"), role=Role.HIDDEN)


def _unpack(content: bytes, budget: Budget) -> tuple[bytes, bool]:
    packed = content[1:]
    match content[0]:
        case 0:
            return packed, True
        case 1:
            return inflate(packed, budget, RAW)
        case 2:
            return inflate(packed, budget)
        case 3:
            return bunzip(packed, budget)
        case _:
            raise CannotRead(GapKind.UNSUPPORTED, "PGP compression")


def _packets(data: bytes) -> Iterator[tuple[int, bytes, bool]]:
    """(tag, content, whether it is whole), until something is no packet."""
    at = 0
    for _ in range(_MOST_PACKETS):
        if at >= len(data):
            return
        head = data[at]
        if head < 0x80:
            yield 0, b"", False
            return
        tag = head & 0x3F if head & 0x40 else head >> 2 & 0xF
        content, after = _new_content(data, at + 1) if head & 0x40 else _old_content(data, at + 1, head & 3)
        yield tag, content, after <= len(data)
        at = after


def _old_content(data: bytes, at: int, kind: int) -> tuple[bytes, int]:
    if kind == 3:  # until the end
        return data[at:], len(data)
    size = 1 << kind
    start = at + size
    stop = start + int.from_bytes(data[at:start], "big")
    return data[start:stop], stop


def _new_content(data: bytes, at: int) -> tuple[bytes, int]:
    """Content may come in pieces, each with a length of its own."""
    pieces: list[bytes] = []
    while at < len(data):
        first = data[at]
        at += 1
        more = 224 <= first < 255
        if more:
            size = 1 << (first & 0x1F)
        elif first < 192:
            size = first
        elif first < 224:
            size = (first - 192 << 8) + int.from_bytes(data[at : at + 1], "big") + 192
            at += 1
        else:
            size = int.from_bytes(data[at : at + 4], "big")
            at += 4
        pieces.append(data[at : at + size])
        at += size
        if not more:
            break
    else:
        at = max(at, len(data) + 1)  # the length itself is cut off
    return b"".join(pieces), at
