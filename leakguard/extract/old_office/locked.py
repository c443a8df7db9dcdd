"""Old and new Office files locked with a password: opened with the ones at hand, or reported.

ref: MS-OFFCRYPTO
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.old_office.compound import Path, paths, written
from leakguard.extract.ole import read_stream
from leakguard.model.content import GapKind

if TYPE_CHECKING:
    from olefile import OleFileIO

# Programs open files locked with these without asking: read-only workbooks and presentations.
_BUILT_IN = ("VelvetSweatshop", "/01Hannes Ruescher/01")
_SPINS = re.compile(rb'spinCount="(\d{1,12})"')
_MOST_SPINS = 1_000_000  # Office writes 100,000, which costs some 0.1 s for each password
_STEP = 1_000_000


def read_locked(blob: Blob, ole: OleFileIO, budget: Budget, kind: str) -> Iterator[Item]:
    """The file as it would be without its password. Raises CannotRead when no password fits."""
    data = _readable(blob, ole, budget)
    words = dict.fromkeys((*_BUILT_IN, *budget.passwords, *(each[:15] for each in budget.passwords)))
    for word in words:
        opened = _opened(data, word, budget)
        if opened:
            yield blob.inner(1, opened, place="unlocked")
            return
    raise CannotRead(GapKind.ENCRYPTED, kind)


def _readable(blob: Blob, ole: OleFileIO, budget: Budget) -> bytes:
    """The file for the decryption library. Refuses a lock that costs seconds for each password."""
    names = {path[-1].lower(): path for path in paths(ole) if len(path) == 1}
    if "encryptioninfo" in names:
        info = read_stream(ole, list(names["encryptioninfo"]), budget)
        spins = max((int(found) for found in _SPINS.findall(info)), default=0)
        if spins > _MOST_SPINS:
            raise CannotRead(GapKind.ENCRYPTED, "Office file, costly password")
        return blob.data
    if "workbook" not in names and "book" in names:
        streams: dict[Path, bytes] = {("Workbook",): read_stream(ole, list(names["book"]), budget)}
        return written(streams)
    return blob.data


def _opened(data: bytes, word: str, budget: Budget) -> bytes:
    """Empty when the password does not fit. The library raises whatever a damaged file makes it raise."""
    import msoffcrypto  # loaded when the first locked file comes

    target = _Counted(budget)
    try:
        file = msoffcrypto.OfficeFile(BytesIO(data))
        if file.format == "ooxml":
            file.load_key(password=word, verify_password=True)
        else:
            file.load_key(password=word)
        file.decrypt(target)
    except CannotRead:
        raise
    except Exception:  # noqa: BLE001 - a wrong password and a damaged file look alike, in many exceptions
        return b""
    return target.getvalue()


class _Counted(BytesIO):
    """Where the library writes: counted."""

    def __init__(self, budget: Budget) -> None:
        super().__init__()
        self._budget = budget

    def write(self, content: bytes) -> int:  # type: ignore[override]
        self._budget.expand(len(content))
        return super().write(content)
