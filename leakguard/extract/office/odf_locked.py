"""OpenDocument files locked with a password: each part is encrypted by itself, with the way to its key in the manifest.

ref: ODF 1.3 part 2 (packages), section 4.8
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from leakguard.extract.archives.zip import open_zip, read_member
from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.text.xml import elements, local
from leakguard.model.content import GapKind

_MOST_ROUNDS = 1_000_000  # LibreOffice writes 100,000, which costs some 40 ms for each part
_MOST_PARTS = 30
_SIGNED = 1024  # octets of a part that its checksum covers
_STEP = 1_000_000
_LOCK = ("encryption-data", "algorithm", "start-key-generation", "key-derivation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """How one part is locked: the attributes of the manifest, by element."""

    path: str
    values: dict[str, dict[str, str]]

    def get(self, element: str, name: str) -> str:
        return self.values.get(element, {}).get(name, "")

    def octets(self, element: str, name: str) -> bytes:
        try:
            return base64.b64decode(self.get(element, name))
        except (binascii.Error, ValueError):
            return b""

    def number(self, element: str, name: str) -> int:
        text = self.get(element, name)
        return int(text) if text.isdecimal() and len(text) < 9 else 0


def locks_of(manifest: bytes) -> list[Lock]:
    """One for each part that the manifest says to be locked."""
    found: list[Lock] = []
    path = ""
    for element, written in elements(manifest, "file-entry", *_LOCK):
        attributes = {local(name): value for name, value in written.items()}
        if element == "file-entry":
            path = attributes.get("full-path", "")
        elif element == "encryption-data":
            found.append(Lock(path=path, values={element: attributes}))
        elif found:
            found[-1].values[element] = attributes
    return found


def unlocked(blob: Blob, locks: list[Lock], budget: Budget) -> Iterator[Item]:
    """The file without its locks. Raises CannotRead when no password fits, or the way to lock it is not known."""
    main = min(locks, key=lambda lock: lock.path != "content.xml")
    with open_zip(blob.data, budget) as archive:
        for password in budget.passwords:
            if _opened(archive, main, password, budget) is not None:
                clear, is_whole = _rebuilt(archive, locks, password, budget)
                yield blob.inner(1, clear, place="unlocked")
                if not is_whole:
                    yield blob.gap(GapKind.ENCRYPTED, "parts of an OpenDocument file")
                return
    raise CannotRead(GapKind.ENCRYPTED, "OpenDocument file")


def _rebuilt(archive: zipfile.ZipFile, locks: list[Lock], password: str, budget: Budget) -> tuple[bytes, bool]:
    """The file, and whether it has all its parts."""
    out, is_whole = BytesIO(), len(locks) <= _MOST_PARTS
    with zipfile.ZipFile(out, "w") as clear:
        for lock in sorted(locks, key=lambda lock: not lock.path.endswith(".xml"))[:_MOST_PARTS]:
            content = _opened(archive, lock, password, budget)
            if content is not None:
                clear.writestr(lock.path, content)
            is_whole = is_whole and content is not None
    return out.getvalue(), is_whole


def _opened(archive: zipfile.ZipFile, lock: Lock, password: str, budget: Budget) -> bytes | None:
    """The part in clear, or None when this is not its password."""
    rounds = lock.number("key-derivation", "iteration-count")
    is_known = lock.get("algorithm", "algorithm-name").endswith("#aes256-cbc") and 0 < rounds <= _MOST_ROUNDS
    if not is_known or not lock.get("key-derivation", "key-derivation-name").endswith("PBKDF2"):
        return None
    try:
        locked = read_member(archive, archive.getinfo(lock.path), budget)
    except KeyError:
        return None
    packed = _decrypted(locked, _key(lock, password, rounds), lock.octets("algorithm", "initialisation-vector"))
    digest = hashlib.sha256 if "sha256" in lock.get("encryption-data", "checksum-type").lower() else hashlib.sha1
    if digest(packed[:_SIGNED]).digest() != lock.octets("encryption-data", "checksum"):
        return None
    return _inflated(packed, budget)


def _key(lock: Lock, password: str, rounds: int) -> bytes:
    name = lock.get("start-key-generation", "start-key-generation-name").lower()
    start = (hashlib.sha256 if "sha256" in name else hashlib.sha1)(password.encode("utf-8", "surrogatepass")).digest()
    return hashlib.pbkdf2_hmac("sha1", start, lock.octets("key-derivation", "salt"), rounds, 32)


def _decrypted(locked: bytes, key: bytes, vector: bytes) -> bytes:
    """Empty when it cannot have been locked so."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # loaded when such a file comes

    if len(vector) != 16 or not locked or len(locked) % 16:
        return b""
    decryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
    padded = decryptor.update(locked) + decryptor.finalize()
    return padded[: -padded[-1]] if 0 < padded[-1] <= 16 else padded


def _inflated(packed: bytes, budget: Budget) -> bytes:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    pieces: list[bytes] = []
    try:
        while not unpacker.eof and packed:
            pieces.append(unpacker.decompress(packed, _STEP))
            budget.expand(len(pieces[-1]))
            packed = unpacker.unconsumed_tail
    except zlib.error:
        raise CannotRead(GapKind.DAMAGED, "OpenDocument part") from None
    return b"".join(pieces)
