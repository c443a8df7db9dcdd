"""Zip archives: what their directory lists, what it hides, and what locks them."""

from __future__ import annotations

import zipfile
import zlib

import pytest

from leakguard.extract import Limits
from leakguard.model.content import GapKind, Role
from tests.unit.extract.make import attachment, gap_kinds, mail, multipart, part, read, read_file, texts, words, zipped
from tests.unit.extract.make_archives import zip_crypto, zip_end, zip_entry, zip_member, zipped_with


def test_a_file_that_the_directory_does_not_list_is_read() -> None:
    raw = zip_member(b"hidden.txt", b"words of the hidden") + zipped({"seen.txt": b"words of the seen"})
    found = read_file(raw)

    assert {"words of the hidden", "words of the seen", "hidden.txt", "seen.txt"} <= set(texts(found))
    assert found.gaps == ()


def test_both_names_of_a_file_are_read() -> None:
    local = zip_member(b"one.txt", b"words")
    entry = zip_entry(b"two.txt", 5, 0)
    found = read_file(local + entry + zip_end(1, len(entry), len(local)))

    assert {"one.txt", "two.txt", "words"} <= set(texts(found))


def test_comments_of_the_archive_and_of_a_file_are_read() -> None:
    raw = zipped({"a": b"x y"})[:-2] + len(b"words of a comment").to_bytes(2, "little") + b"words of a comment"

    assert "words of a comment" in words(read_file(raw), Role.ATTACHMENT)


def test_data_before_and_behind_an_archive_is_read() -> None:
    raw = b"words at the very beginning of it\n" + zipped({"a": b"inside"}) + b"words at the very end of it all\n"
    found = words(read_file(raw))

    assert "words at the very beginning" in found
    assert "words at the very end" in found
    assert "inside" in found


@pytest.mark.parametrize("size", [0, 3])
def test_a_size_in_the_directory_may_be_too_small(size: int) -> None:
    local = zip_member(b"a", b"all of the words")
    entry = zip_entry(b"a", size, 0)

    assert "all of the words" in words(read_file(local + entry + zip_end(1, len(entry), len(local))))


def test_packed_data_is_read_to_its_end_whatever_the_sizes_say() -> None:
    local = zip_member(b"a", b"all of the words " * 20, method=8)
    entry = zip_entry(b"a", 1, 0, packed=1, method=8)

    assert words(read_file(local + entry + zip_end(1, len(entry), len(local)))).count("all of the words") == 20


def test_wrong_contents_are_read_and_a_gap() -> None:
    local = zip_member(b"a", b"words that changed", crc=1)
    entry = zip_entry(b"a", 18, 0)
    found = read_file(local + entry + zip_end(1, len(entry), len(local)))

    assert "words that changed" in words(found)
    assert gap_kinds(found) == [GapKind.DAMAGED]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_usual_method_is_unpacked(method: int) -> None:
    found = read_file(zipped_with(method, {"a": b"some words " * 50}))

    assert words(found).count("some words") == 50
    assert found.gaps == ()


def test_an_unknown_method_is_a_gap() -> None:
    raw = zip_member(b"a", b"words", method=77)
    entry = zip_entry(b"a", 5, 0, method=77)

    assert gap_kinds(read_file(raw + entry + zip_end(1, len(entry), len(raw)))) in (
        [GapKind.UNSUPPORTED],
        [GapKind.DAMAGED],
    )


def test_a_part_of_a_split_archive_is_a_gap() -> None:
    local = zip_member(b"a", b"words")
    entry = zip_entry(b"a", 5, 0)
    found = read_file(local + entry + zip_end(1, len(entry), len(local), disk=2))

    assert gap_kinds(found) == [GapKind.UNSUPPORTED]
    assert "words" in texts(found)


def test_an_archive_without_its_end_is_read_and_a_gap() -> None:
    found = read_file(zip_member(b"a", b"words one") + zip_member(b"b", b"words two"))

    assert {"words one", "words two"} <= set(texts(found))
    assert gap_kinds(found) == [GapKind.DAMAGED]


def test_names_of_other_charsets_are_read() -> None:
    found = texts(
        read_file(zip_member("ŵyth.txt".encode(), b"x y") + zip_member("é.txt".encode("cp437"), b"z")), Role.NAME
    )

    assert {"ŵyth.txt", "é.txt"} <= set(found)


@pytest.mark.parametrize(
    "words_around",
    [
        pytest.param((b"The password is S3cret!", b""), id="body"),
        pytest.param((b"see there", b"S3cret! is the password\n"), id="another attachment"),
    ],
)
def test_a_password_of_the_message_opens_a_locked_file(words_around: tuple[bytes, bytes]) -> None:
    body, other = words_around
    locked = attachment(zip_crypto(b"words behind a lock", b"S3cret!"), name="a.zip")
    found = read(multipart(part(body), locked, attachment(other, "text/plain", "b.txt")))

    assert "words behind a lock" in words(found)
    assert found.gaps == ()


def test_without_its_password_a_locked_file_is_encrypted() -> None:
    locked = attachment(zip_crypto(b"words behind a lock", b"S3cret!"), name="a.zip")
    found = read(multipart(part(b"The password is wrong1"), locked))

    assert gap_kinds(found) == [GapKind.ENCRYPTED]
    assert "words behind" not in words(found)


def test_members_that_share_their_data_are_read_within_the_limits() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(bytes(20_000_000)) + packer.flush()
    header = zip_member(b"a", b"", method=8)[:30]
    pieces = b"".join(header + b"a" for _ in range(100)) + packed
    entries = b"".join(zip_entry(b"a", 0, 31 * at, packed=len(packed), method=0) for at in range(100))
    found = read_file(pieces + entries + zip_end(100, len(entries), len(pieces)))

    assert GapKind.TOO_LARGE in gap_kinds(found) or GapKind.DAMAGED in gap_kinds(found)


def test_a_million_empty_members_are_a_gap() -> None:
    members = zip_member(b"a", b"") * 50_000

    assert GapKind.TOO_MANY in gap_kinds(read_file(members, Limits(parts=500)))


def test_a_mail_within_archives_is_read() -> None:
    inner = mail(b"words of a mail within", "Subject: s")

    assert "words of a mail within" in words(read_file(zipped({"a.zip": zipped({"b.eml": inner})})))
