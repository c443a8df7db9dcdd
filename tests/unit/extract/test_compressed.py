"""gzip and its like: all streams, what lies behind them, and bombs."""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
import zlib
from collections.abc import Callable

import pytest

from leakguard.model.content import GapKind, Role
from tests.unit.extract.make import gap_kinds, read_file, texts, words


def zstd(content: bytes) -> bytes:
    try:
        from compression.zstd import compress
    except ImportError:
        from backports.zstd import compress
    packed: bytes = compress(content)
    return packed


def lzma_alone(content: bytes) -> bytes:
    return lzma.compress(content, lzma.FORMAT_ALONE)


PACKERS = [gzip.compress, bz2.compress, lzma.compress, zstd]
Packer = Callable[[bytes], bytes]


@pytest.mark.parametrize("pack", [*PACKERS, lzma_alone, zlib.compress])
def test_a_packed_file_is_read(pack: Packer) -> None:
    found = read_file(pack(b"words of a packed file"))

    assert texts(found, Role.ATTACHMENT) == ["words of a packed file"]
    assert found.gaps == ()


@pytest.mark.parametrize("pack", PACKERS)
def test_all_streams_are_one_content(pack: Packer) -> None:
    assert "words across streams" in texts(read_file(pack(b"words across ") + pack(b"streams")))


@pytest.mark.parametrize("pack", PACKERS)
def test_what_lies_behind_is_read(pack: Packer) -> None:
    assert "words behind the end" in words(read_file(pack(b"inside") + b"words behind the end"))


@pytest.mark.parametrize("pack", PACKERS)
def test_a_file_that_is_cut_off_is_damaged(pack: Packer) -> None:
    assert GapKind.DAMAGED in gap_kinds(read_file(pack(bytes(range(256)) * 400)[:-12]))


def test_what_came_before_the_cut_is_read() -> None:
    content = b" ".join(b"word%d" % number for number in range(20_000))

    assert "word5000 word5001" in words(read_file(gzip.compress(content)[:-2000]))


@pytest.mark.parametrize("pack", PACKERS)
def test_a_bomb_is_a_gap(pack: Packer) -> None:
    assert GapKind.TOO_LARGE in gap_kinds(read_file(pack(bytes(150_000_000))))


def test_name_and_comment_of_gzip_are_read() -> None:
    header = b"\x1f\x8b\x08\x18" + bytes(6) + b"record employment.txt\0words of a comment\0"
    found = read_file(header + gzip.compress(b"inside")[10:])

    assert texts(found, Role.NAME) == ["record employment.txt"]
    assert "words of a comment" in texts(found, Role.ATTACHMENT)
    assert "inside" in texts(found, Role.ATTACHMENT)


def test_a_frame_that_zstd_skips_is_read() -> None:
    skipped = b"\x50\x2a\x4d\x18" + struct.pack("<I", 20) + b"words in the skipped"

    assert "words in the skipped" in words(read_file(zstd(b"inside") + skipped))
    assert "words in the skipped" in words(read_file(skipped + zstd(b"inside")))


def test_very_many_streams_are_a_gap() -> None:
    assert GapKind.TOO_MANY in gap_kinds(read_file(gzip.compress(b"") * 20_000))
