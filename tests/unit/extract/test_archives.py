"""Tar by hand, the other archives by libarchive."""

from __future__ import annotations

import gzip
import tarfile

import pytest

from leakguard.extract.archives import libarchive
from leakguard.model.content import GapKind, Role
from tests.unit.extract.make import attachment, gap_kinds, multipart, part, read, read_file, texts, words, zipped
from tests.unit.extract.make_archives import cpio, needs_libarchive, tarred


@pytest.mark.parametrize("kind", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_files_and_long_names_of_a_tar_are_read(kind: int) -> None:
    long = "/".join(["folder-of-reports"] * 8) + "/record employment.txt"
    found = read_file(tarred({long: b"words of a file", "b": b"words of another"}, kind))

    assert {"words of a file", "words of another"} <= set(texts(found, Role.ATTACHMENT))
    assert long in texts(found, Role.NAME)
    assert found.gaps == ()


def test_a_tar_of_before_ustar_is_read() -> None:
    raw = bytearray(tarred({"a": b"words"}, tarfile.USTAR_FORMAT))
    raw[257:265] = bytes(8)
    raw[148:156] = b"%06o\0 " % (sum(raw[:148]) + 8 * 32 + sum(raw[156:512]))

    assert "words" in texts(read_file(bytes(raw)))


def test_comments_in_a_tar_are_read() -> None:
    assert "words of a comment" in words(read_file(tarred({"a": b"x y"}, pax={"comment": "words of a comment"})))


def test_a_tar_that_is_cut_off_is_read_and_damaged() -> None:
    found = read_file(tarred({"a": b"words of a file " * 100})[:2000])

    assert "words of a file" in words(found)
    assert gap_kinds(found) == [GapKind.DAMAGED]


def test_what_lies_behind_a_tar_is_read() -> None:
    raw = tarred({"a": b"inside"}) + b"words behind the end"

    assert "words behind the end" in words(read_file(raw))


def test_a_file_that_says_it_is_huge_costs_nothing() -> None:
    info = tarfile.TarInfo("a")
    info.size = 10 << 30

    assert gap_kinds(read_file(info.tobuf(tarfile.GNU_FORMAT) + b"words")) == [GapKind.DAMAGED]


def test_archives_in_archives_in_a_mail_are_read() -> None:
    raw = gzip.compress(tarred({"b.zip": zipped({"c.txt": b"words within"})}))
    found = read(multipart(part(b"see there"), attachment(raw, name="a.tar.gz")))

    assert "words within" in words(found)
    assert found.gaps == ()


@needs_libarchive
def test_other_archives_are_read() -> None:
    found = read_file(cpio(b"record.txt", b"words in a cpio"))

    assert texts(found, Role.ATTACHMENT) == ["words in a cpio"]
    assert "record.txt" in texts(found, Role.NAME)


@needs_libarchive
def test_an_ar_archive_is_read() -> None:
    header = b"%-16s%-12d%-6d%-6d%-8s%-10d`\n" % (b"a.txt/", 0, 0, 0, b"100644", 14)

    assert "words in an ar" in words(read_file(b"!<arch>\n" + header + b"words in an ar"))


@needs_libarchive
def test_a_damaged_archive_is_a_gap() -> None:
    assert gap_kinds(read_file(b"7z\xbc\xaf\x27\x1c" + bytes(range(200)))) == [GapKind.DAMAGED]


def test_without_the_library_there_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libarchive, "_library", lambda: None)
    found = read_file(cpio(b"record.txt", b"words in a cpio"))

    assert [(gap.kind, gap.detail) for gap in found.gaps] == [(GapKind.UNSUPPORTED, libarchive.MISSING)]


def test_digits_are_no_archive() -> None:
    assert texts(read_file(b"07070112345 is the number to call\n")) == ["07070112345 is the number to call\n"]
