"""Storages within an OLE file: found by what is in them, and written as files of their own.

ref: MS-CFB
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.ole import OLE, read_stream

if TYPE_CHECKING:
    from olefile import OleFileIO

Path = tuple[str, ...]

_SECTOR = 512
_MINI = 64
_CUTOFF = 4096
_END = 0xFFFFFFFE
_FREE = 0xFFFFFFFF
_TABLE = 0xFFFFFFFD
_IDS = _SECTOR // 4
_STORAGE, _STREAM, _ROOT = 1, 2, 5


def paths(ole: OleFileIO) -> list[Path]:
    """All streams, in the order of the directory."""
    return [tuple(each) for each in ole.listdir()]


def rebuilt(ole: OleFileIO, storage: Path, inside: list[Path], budget: Budget) -> bytes:
    """The storage with its streams as an OLE file. Streams that cannot be read are left out."""
    streams: dict[Path, bytes] = {}
    for path in inside:
        try:
            streams[path[len(storage) :]] = read_stream(ole, list(path), budget)
        except CannotRead as refusal:
            if refusal.detail != "OLE stream":
                raise
    return written(streams)


def written(streams: dict[Path, bytes]) -> bytes:
    """An OLE file with these streams."""
    nodes = _nodes(streams)
    body, chain = bytearray(), list[int]()
    mini, mini_chain = bytearray(), list[int]()
    for node in nodes:
        content = streams.get(node.path, b"") if node.kind == _STREAM else b""
        node.size = len(content)
        if len(content) >= _CUTOFF:
            node.start = _append(body, chain, content, _SECTOR)
        elif content:
            node.start = _append(mini, mini_chain, content, _MINI)
    nodes[0].size = len(mini)
    nodes[0].start = _append(body, chain, bytes(mini), _SECTOR)
    mini_start = _append(body, chain, struct.pack(f"<{len(mini_chain)}I", *mini_chain), _SECTOR, fill=b"\xff")
    directory = b"".join(node.packed() for node in nodes)
    directory_start = _append(body, chain, directory, _SECTOR)
    return _with_tables(body, chain, directory_start, mini_start, -(-len(mini_chain) // _IDS))


class _Node:
    def __init__(self, path: Path, kind: int) -> None:
        self.path = path
        self.kind = kind
        self.start = _END
        self.size = 0
        self.left = self.right = self.child = _FREE

    def packed(self) -> bytes:
        name = (self.path[-1] if self.path else "Root Entry").encode("utf-16-le")[:62]
        return (
            name.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(name) + 2, self.kind, 1, self.left, self.right, self.child)
            + bytes(36)
            + struct.pack("<IQ", self.start, self.size)
        )


def _nodes(streams: dict[Path, bytes]) -> list[_Node]:
    """The directory, root first; siblings make a balanced tree, as the order of names demands."""
    nodes: dict[Path, _Node] = {(): _Node((), _ROOT)}
    for path in streams:
        for depth in range(1, len(path)):
            nodes.setdefault(path[:depth], _Node(path[:depth], _STORAGE))
        nodes[path] = _Node(path, _STREAM)
    ordered = list(nodes.values())
    index = {node.path: number for number, node in enumerate(ordered)}
    children: dict[Path, list[Path]] = {}
    for node in ordered[1:]:
        children.setdefault(node.path[:-1], []).append(node.path)
    for parent, names in children.items():
        names.sort(key=lambda path: (len(path[-1]), path[-1].upper()))
        nodes[parent].child = _balanced(nodes, index, names)
    return ordered


def _balanced(nodes: dict[Path, _Node], index: dict[Path, int], names: list[Path]) -> int:
    if not names:
        return _FREE
    middle = len(names) // 2
    node = nodes[names[middle]]
    node.left = _balanced(nodes, index, names[:middle])
    node.right = _balanced(nodes, index, names[middle + 1 :])
    return index[names[middle]]


def _append(body: bytearray, chain: list[int], content: bytes, sector: int, fill: bytes = b"\0") -> int:
    """Adds the sectors and their chain; the first sector of it."""
    if not content:
        return _END
    start = len(chain)
    count = -(-len(content) // sector)
    chain.extend([*range(start + 1, start + count), _END])
    body += content + fill * (count * sector - len(content))
    return start


def _with_tables(body: bytearray, chain: list[int], directory: int, mini: int, minis: int) -> bytes:
    tables = difats = 0
    while tables * _IDS < len(chain) + tables + difats or difats * (_IDS - 1) < tables - 109:
        tables += 1
        difats = max(0, -(-(tables - 109) // (_IDS - 1)))
    first = len(chain)
    ids = list(range(first, first + tables))
    chain = [*chain, *[_TABLE] * tables, *[_FREE - 3] * difats]
    chain += [_FREE] * (tables * _IDS - len(chain))
    header = OLE + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    difat_start = first + tables if difats else _END
    header += struct.pack(
        "<IIIIIIIII", 0, tables, directory, 0, _CUTOFF, mini, minis, difat_start, difats
    ) + struct.pack("<109I", *(ids[:109] + [_FREE] * (109 - min(len(ids), 109))))
    body += struct.pack(f"<{len(chain)}I", *chain)
    body += b"".join(_difat_sectors(ids[109:], difat_start))
    return header + bytes(body)


def _difat_sectors(ids: list[int], start: int) -> Iterator[bytes]:
    step = _IDS - 1
    for number, at in enumerate(range(0, len(ids), step), 1):
        part = ids[at : at + step]
        following = start + number if at + step < len(ids) else _END
        yield struct.pack(f"<{_IDS}I", *part, *[_FREE] * (step - len(part)), following)
