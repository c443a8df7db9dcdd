"""Streams that nobody here reads: which of them may hold something that a recipient could see or hear.

Ordinary files are full of streams without a word: fonts, colours, maps of letters, pictures in small, and what the
program that drew a page keeps for itself. Each is known by its dictionary, or by the name that it is referred to under.
ref: ISO 32000
"""

from __future__ import annotations

import re

from leakguard.extract.pdf.objects import Object

_PLAYED = re.compile(rb"/Type\s*/(?:3D|Sound|Movie)\b|/Subtype\s*/(?:U3D|PRC|STEP)\b|/E\s*/(?:Raw|Signed|muLaw|ALaw)\b")
_BENIGN = re.compile(
    rb"/(?:FunctionType|ShadingType|PatternType|HalftoneType|CMapName|Length[123]|Alternate|CIDToGIDMap|BitsPerSample"
    rb"|BitsPerComponent|BBox|Private|AIMetaData|AIPrivateData\d{0,5}|Linearized)\b"
    rb"|/Type\s*/(?:XRef|ObjStm|CMap|Font\w{0,20}|XObject|Metadata|Page|Halftone|Pattern)\b"
    rb"|/S\s{1,5}\d{1,9}\b"  # the hints for the first page of a file for the web
)
_BENIGN_SPOILT = re.compile(rb"/(?:FunctionType|ShadingType|HalftoneType|CMapName|Alternate|BitsPerComponent)\b")
_REFERRED = re.compile(
    rb"/(?:FontFile[23]?|CIDToGIDMap|CIDSet|ToUnicode|Encoding|DestOutputProfile|ICCBased|Thumb|TR2?|BG2?|UCR2?|HT|"
    rb"AIPrivateData\d{0,5}|AIMetaData|AIPDFPrivateData\d{0,5}|Private|NumBlock|RoundtripStreamData|Function|SMask|Mask|JBIG2Globals|"
    rb"PTEX\.InfoDict|SPS|Container\w{0,20}|StdCF|Perms|DSS|VRI|OCSPs?|CRLs?|Certs?)\s{0,5}"
    rb"((?:\[\s{0,5})?(?:\d{1,10}\s{1,5}\d{1,5}\s{1,5}R\s{0,5}){1,2000})"
)
_INDEXED = re.compile(rb"/(?:Indexed|I)\b[^\[\]]{0,200}\s(\d{1,10})\s{1,5}\d{1,5}\s{1,5}R\s{0,5}\]")
_INDEXED_LONG = re.compile(rb"\]\s{0,5}\d{1,3}\s{1,5}(\d{1,10})\s{1,5}\d{1,5}\s{1,5}R\s{0,5}\]")
_NUMBER = re.compile(rb"(\d{1,10})\s{1,5}\d{1,5}\s{1,5}R\b")
_PROFILE = slice(36, 40)  # of an ICC profile; it has its mark there
_LEAST = 256  # octets; what is smaller is a table of some kind
_KNOWN_HEADS = (b"\0\1\0\0", b"OTTO", b"true", b"ttcf", b"%!PS", b"\x80\x01", b"\1\0\4", b"<<", b"/CIDInit")


def is_played(body: bytes) -> bool:
    """A sound, a film, or a model in three dimensions."""
    return _PLAYED.search(body) is not None


def unknown(streams: list[tuple[Object, bytes]], objects: list[Object]) -> list[tuple[Object, bytes]]:
    """Those that ordinary files do not have: a file without a name, as LibreOffice adds one. Each with its content."""
    left = [(found, content) for found, content in streams if not _is_known(found, content)]
    known = _known_by_name(objects) if left else set()
    return [(found, content) for found, content in left if found.number not in known]


def matters(spoilt: list[Object], objects: list[Object]) -> bool:
    """Whether any of these streams, which could not be read, might have had words."""
    left = [each for each in spoilt if not each.has_no_words and _BENIGN_SPOILT.search(each.body) is None]
    known = _known_by_name(objects) if left else set()
    return any(each.number not in known for each in left)


def _known_by_name(objects: list[Object]) -> set[int]:
    """Numbers of streams that are referred to under a name that tells what they are."""
    numbers: list[bytes] = []
    for each in objects:
        numbers += _NUMBER.findall(b" ".join(_REFERRED.findall(each.body)))
        numbers += _INDEXED.findall(each.body) + _INDEXED_LONG.findall(each.body)
    return set(map(int, numbers))


def _is_known(found: Object, content: bytes) -> bool:
    return (
        len(content) < _LEAST
        or content[_PROFILE] == b"acsp"
        or content.startswith(_KNOWN_HEADS)
        or _BENIGN.search(found.body) is not None
    )
