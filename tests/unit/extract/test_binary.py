"""Unknown bytes: their strings are seen, and a gap says that nobody read them."""

from __future__ import annotations

import pytest

from leakguard.extract.binary import strings_of
from leakguard.model.content import GapKind, Role
from tests.unit.extract.make import read_file, words

_NOISE = bytes(range(1, 9)) * 4


@pytest.mark.parametrize("charset", ["utf-8", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("text", ["record employment", "résultat officiel"])
def test_text_within_binary_data_is_seen(charset: str, text: str) -> None:
    assert text in strings_of(_NOISE + b"\0\0" + text.encode(charset) + b"\0\0" + _NOISE).split("\n")


@pytest.mark.parametrize("charset", ["utf-8", "utf-16-le", "utf-16-be"])
def test_other_scripts_are_seen(charset: str) -> None:
    assert "безработица" in strings_of(_NOISE + "безработица".encode(charset) + _NOISE)


def test_text_across_the_border_of_two_windows_is_seen() -> None:
    raw = bytes(1024 * 1024 - 6) + b"record employment" + bytes(100)

    assert "record employment" in strings_of(raw)


@pytest.mark.parametrize(
    ("start", "detail"),
    [
        (b"MZ\x90\0\3\0", "program"),
        (b"\x7fELF\2\1\1", "program"),
        (b"ID3\4\0\0", "audio or video"),
        (b"SQLite format 3\0\x10", "data base"),
        (b"PAR1\x15\0", "data file"),
        (b"\xde\xad\xbe\xef", "unknown format"),
    ],
)
def test_what_nobody_reads_is_swept_and_a_gap(start: bytes, detail: str) -> None:
    found = read_file(start + _NOISE * 20 + b"record employment" + _NOISE)

    assert "record employment" in words(found, Role.HIDDEN)
    assert [(gap.kind, gap.detail) for gap in found.gaps] == [(GapKind.UNSUPPORTED, detail)]


def test_what_macos_adds_to_archives_is_no_gap() -> None:
    assert read_file(b"\0\x05\x16\x07\0\2\0\0Mac OS X        " + _NOISE * 4).gaps == ()
