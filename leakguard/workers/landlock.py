"""No files but those of the libraries, no TCP, no signals to others: Linux Landlock, by its system calls.

ref: landlock(7)
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same on every machine
_VERSION = 1
_BENEATH = 1
_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3
_FILE_RIGHTS = ((5, 16), (3, 15), (2, 14), (1, 13))  # (from this version on, so many rights are known)
_NET_TCP = 0b11  # bind and connect, from version 4 on
_SCOPES = 0b11  # abstract sockets and signals, from version 6 on


def version(libc: ctypes.CDLL) -> int:
    """What this kernel offers; 0 is nothing. A version newer than we know is used as the newest that we know."""
    return max(0, int(libc.syscall(_CREATE, None, 0, _VERSION)))


def ruleset(folders: Iterable[str], libc: ctypes.CDLL) -> int | None:
    """A file descriptor of rules that deny everything but reading below these folders; None where there are none."""
    offered = version(libc)
    rights = next((count for since, count in _FILE_RIGHTS if offered >= since), 0)
    if not rights:
        return None
    attributes = struct.pack("=Q", (1 << rights) - 1)
    if offered >= 4:
        attributes += struct.pack("=Q", _NET_TCP)
    if offered >= 6:
        attributes += struct.pack("=Q", _SCOPES)
    rules = int(libc.syscall(_CREATE, attributes, ctypes.c_size_t(len(attributes)), 0))
    if rules < 0:
        return None
    for folder in folders:
        _allow(rules, folder, libc)
    return rules


def restrict(rules: int, libc: ctypes.CDLL) -> bool:
    """Put them in force for this process, for ever. PR_SET_NO_NEW_PRIVS must be set."""
    return bool(libc.syscall(_RESTRICT, rules, 0) == 0)


def _allow(rules: int, folder: str, libc: ctypes.CDLL) -> None:
    """What is not there needs no rule."""
    try:
        opened = os.open(folder, os.O_PATH | os.O_CLOEXEC)  # type: ignore[attr-defined,unused-ignore]  # Linux only
    except OSError:
        return
    rights = _READ_FILE | _READ_FOLDER if os.path.isdir(folder) else _READ_FILE  # noqa: PTH112 - a name, not a path of ours
    try:
        libc.syscall(_ADD, rules, _BENEATH, struct.pack("=Qi", rights, opened), 0)
    finally:
        os.close(opened)
