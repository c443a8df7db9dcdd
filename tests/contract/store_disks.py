"""Disks that fill up, fail, make one wait, and lose what was not fsynced: SQLite VFSs around the real one."""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import apsw

SECTOR = 512
_REAL = apsw.vfs_names()[0]
_WATCHED = apsw.SQLITE_OPEN_MAIN_DB | apsw.SQLITE_OPEN_WAL


@contextmanager
def mounted(disk: apsw.VFS):
    """Databases opened in this block are on this disk."""
    apsw.set_default_vfs(disk.name)
    try:
        yield disk
    finally:
        apsw.set_default_vfs(_REAL)


class WatchedDisk(apsw.VFS):
    """before_write(end of the write, is it the WAL) and before_sync() may wait or raise."""

    name = "watched"

    def __init__(self):
        self.before_write: Callable[[int, bool], None] = lambda end, is_wal: None
        self.before_sync: Callable[[], None] = lambda: None
        self.syncs = 0
        super().__init__(self.name, _REAL)

    def xOpen(self, name, flags):  # noqa: N802
        return _WatchedFile(self, name, flags) if flags[0] & _WATCHED else super().xOpen(name, flags)


class _WatchedFile(apsw.VFSFile):
    def __init__(self, disk: WatchedDisk, name, flags):
        self._disk = disk
        self._is_wal = bool(flags[0] & apsw.SQLITE_OPEN_WAL)
        super().__init__(_REAL, name, flags)

    def xWrite(self, data, offset):  # noqa: N802
        self._disk.before_write(offset + len(data), self._is_wal)
        super().xWrite(data, offset)

    def xSync(self, flags):  # noqa: N802
        self._disk.syncs += 1
        self._disk.before_sync()
        super().xSync(flags)


class SmallDisk:
    """Files of a megabyte at most, until somebody makes room."""

    def __init__(self, disk: WatchedDisk):
        self.largest = 1 << 20
        disk.before_write = self._check

    def _check(self, end: int, _is_wal: bool) -> None:
        if end > self.largest:
            raise apsw.FullError("a test said so")


@contextmanager
def small_disk():
    """What is opened in this block is on a small disk, and is closed at its end."""
    with mounted(WatchedDisk()) as disk:
        yield SmallDisk(disk)
    gc.collect()
    disk.unregister()


@dataclass
class Image:
    """One file: what is surely on the disk, what the program sees, and the changes in between."""

    safe: bytearray
    seen: bytearray
    unsynced: list[tuple[int, bytes | None]] = field(default_factory=list)

    def change(self, offset: int, data: bytes | None) -> None:
        _apply(self.seen, offset, data)
        self.unsynced.append((offset, data))

    def sync(self) -> None:
        for offset, data in self.unsynced:
            _apply(self.safe, offset, data)
        self.unsynced.clear()

    def after_power_cut(self, random: Random) -> bytes:
        """A random half of the unsynced writes arrived, some of them torn."""
        left = bytearray(self.safe)
        for offset, data in self.unsynced:
            if random.random() < 0.5:
                continue
            torn = data is not None and random.random() < 0.3
            _apply(left, offset, data[: SECTOR * random.randrange(len(data) // SECTOR + 1)] if torn else data)
        return bytes(left)


def _apply(content: bytearray, offset: int, data: bytes | None) -> None:
    """Write there; None means: truncate there."""
    if data is None:
        del content[offset:]
        return
    if offset > len(content):
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


class LosingDisk(apsw.VFS):
    """Nothing works after `lives` operations; then `leave` writes what a power cut leaves of the files."""

    def __init__(self, name: str, lives: int):
        self.name = name
        self.lives = lives
        self.images: dict[str, Image] = {}
        super().__init__(name, _REAL)

    def tick(self) -> None:
        self.lives -= 1
        self.check()

    def check(self) -> None:
        if self.lives < 0:
            raise apsw.IOError("no power")

    def leave(self, folder: Path, random: Random) -> None:
        folder.mkdir()
        for name, image in self.images.items():
            (folder / Path(name).name).write_bytes(image.after_power_cut(random))

    def xOpen(self, name, flags):  # noqa: N802
        return _LosingFile(self, name, flags) if flags[0] & _WATCHED else super().xOpen(name, flags)

    def xDelete(self, name, sync):  # noqa: N802
        self.check()
        super().xDelete(name, sync)


class _LosingFile(apsw.VFSFile):
    def __init__(self, disk: LosingDisk, name, flags):
        self._disk = disk
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        super().__init__(_REAL, name, flags)
        self._image = disk.images.setdefault(path, Image(bytearray(), bytearray()))

    def xRead(self, amount, offset):  # noqa: N802
        self._disk.check()
        return bytes(self._image.seen[offset : offset + amount])

    def xWrite(self, data, offset):  # noqa: N802
        self._disk.tick()
        self._image.change(offset, bytes(data))

    def xTruncate(self, size):  # noqa: N802
        self._disk.tick()
        self._image.change(size, None)

    def xSync(self, flags):  # noqa: N802
        self._disk.tick()
        self._image.sync()

    def xFileSize(self):  # noqa: N802
        self._disk.check()
        return len(self._image.seen)
