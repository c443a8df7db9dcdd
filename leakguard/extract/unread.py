"""Content that is known and not read: locked things, signatures, old Office, archives. Each says why.

ref: MS-CFB (OLE), MS-OFFCRYPTO, RFC 5652 (CMS), RFC 4880 (PGP)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget
from leakguard.extract.text.charset import decode
from leakguard.model.content import GapKind, Role

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RTF = b"{\\rt"
_CMS = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"
_CMS_SIGNED = b"\x02"
_CMS_LOCKED = (b"\x03", b"\x06")
_CMS_AUTHENTICATED = b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17"
_SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})
_PGP_BINARY = re.compile(rb"[\x84\x85\xc1][\x00-\xff]{1,4}\x03")

_ARCHIVES = (
    (b"\x1f\x8b", "gzip file"),
    (b"BZh", "bzip2 file"),
    (b"\xfd7zXZ\0", "xz file"),
    (b"7z\xbc\xaf\x27\x1c", "7z archive"),
    (b"Rar!\x1a\x07", "rar archive"),
    (b"\x28\xb5\x2f\xfd", "zstd file"),
    (b"MSCF", "cabinet archive"),
    (b"\x78\x9f\x3e\x22", "Outlook winmail.dat"),
)


def is_unread(blob: Blob) -> bool:
    data = blob.data
    if data.startswith((_OLE, _RTF)) or _is_cms(data) or any(data.startswith(magic) for magic, _ in _ARCHIVES):
        return True
    return data[257:262] == b"ustar" or _is_armoured_signature(blob) or _is_pgp(blob)


def read_unread(blob: Blob, _budget: Budget) -> Iterator[Item]:
    """One gap that says what it is; nothing for a signature, which has no words."""
    data = blob.data
    if data.startswith(_OLE):
        yield _ole(blob)
    elif data.startswith(_RTF):
        yield blob.span(decode(data), role=Role.HIDDEN)  # control words are in between, but words can be seen
        yield blob.gap(GapKind.UNSUPPORTED, "rich text format")
    elif _is_cms(data):
        yield from _cms(blob)
    elif _is_pgp(blob):
        yield blob.gap(GapKind.ENCRYPTED, "PGP message")
    elif not _is_armoured_signature(blob):
        kinds = (kind for magic, kind in _ARCHIVES if data.startswith(magic))
        yield blob.gap(GapKind.UNSUPPORTED, next(kinds, "tar archive"))


def _ole(blob: Blob) -> Item:
    if _utf16("EncryptedPackage") in blob.data:
        return blob.gap(GapKind.ENCRYPTED, "Office file")
    for stream, kind in (("WordDocument", "Word"), ("Workbook", "Excel"), ("PowerPoint Document", "PowerPoint")):
        if _utf16(stream) in blob.data:
            return blob.gap(GapKind.UNSUPPORTED, f"{kind} file of before 2007")
    if _utf16("__properties_version1.0") in blob.data:
        return blob.gap(GapKind.UNSUPPORTED, "Outlook message file")
    return blob.gap(GapKind.UNSUPPORTED, "OLE object")


def is_macro_project(data: bytes) -> bool:
    """A VBA project: code, which readers of the file do not see."""
    return data.startswith(_OLE) and _utf16("_VBA_PROJECT") in data


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-le")


def _is_cms(data: bytes) -> bool:
    return data[:1] == b"\x30" and (_CMS in data[:32] or _CMS_AUTHENTICATED in data[:32])


def _cms(blob: Blob) -> Iterator[Item]:
    start = blob.data[:32].find(_CMS)
    kind = blob.data[start + len(_CMS) : start + len(_CMS) + 1] if start >= 0 else b""
    if start < 0 or kind in _CMS_LOCKED:
        yield blob.gap(GapKind.ENCRYPTED, "S/MIME message")
    elif kind != _CMS_SIGNED or blob.declared not in _SIGNATURES:
        yield blob.gap(GapKind.UNSUPPORTED, "S/MIME envelope")


def _is_armoured_signature(blob: Blob) -> bool:
    """Only the armour itself is silent: words before or behind it are text like any other."""
    if blob.declared not in _SIGNATURES or len(blob.data) > 20_000:
        return False
    stripped = blob.data.strip()
    return (
        stripped.startswith(b"-----BEGIN PGP SIGNATURE-----")
        and stripped.endswith(b"-----END PGP SIGNATURE-----")
        and stripped.count(b"-----") == 4
    )


def _is_pgp(blob: Blob) -> bool:
    if blob.declared == "application/pgp-encrypted":
        return not blob.data.isascii()
    return _PGP_BINARY.match(blob.data[:8]) is not None
