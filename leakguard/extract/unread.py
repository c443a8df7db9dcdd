"""Content that is known and cannot be read: signatures, which have no words, rights-managed mail, encrypted files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget
from leakguard.model.content import GapKind

_RIGHTS_MANAGED = b"\x76\xe8\x04\x60\xc4\x11\xe3\x86"  # message.rpmsg
_SALTED = b"Salted__"  # openssl enc
_ARMOURED = re.compile(
    rb"-----BEGIN PGP SIGNATURE-----[ \t]*\r?\n(?:(?:Version|Hash|Charset|MessageID|Comment): [^\r\n]{0,76}\r?\n){0,4}"
    rb"[A-Za-z0-9+/=\r\n]*-----END PGP SIGNATURE-----"
)
_SIGNATURES = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})


def is_unread(blob: Blob) -> bool:
    return blob.data.startswith((_RIGHTS_MANAGED, _SALTED)) or _is_armoured_signature(blob)


def read_unread(blob: Blob, _budget: Budget) -> Iterator[Item]:
    if blob.data.startswith(_SALTED):
        yield blob.gap(GapKind.ENCRYPTED, "file encrypted with a password")
    elif not _is_armoured_signature(blob):
        yield blob.gap(GapKind.ENCRYPTED, "rights-managed message")


def _is_armoured_signature(blob: Blob) -> bool:
    """Only the armour itself is silent: words before or behind it are text like any other."""
    if blob.declared not in _SIGNATURES or len(blob.data) > 20_000:
        return False
    stripped = blob.data.strip()
    return _ARMOURED.fullmatch(stripped) is not None
