"""OLE containers: what is embedded, what nobody knows, and what is hostile."""

from __future__ import annotations

import struct

import pytest

from leakguard.extract import Limits
from leakguard.extract.limits import Budget, CannotRead
from leakguard.extract.old_office.compound import paths, rebuilt, written
from leakguard.extract.old_office.drawing import metafile
from leakguard.extract.ole import OLE, is_wordless, open_ole, read_stream
from leakguard.model.content import GapKind, Role
from tests.unit.extract.make import gap_kinds, read_file, words, zipped
from tests.unit.extract.make_old import chars, doc, embedded, label, package, ppt, sheet_stream, xls


def _streams(whole: bytes) -> dict[tuple[str, ...], bytes]:
    ole, budget = open_ole(whole), Budget(Limits())
    return {path: read_stream(ole, list(path), budget) for path in paths(ole)}


def test_what_is_written_is_what_was_given() -> None:
    streams = {("a",): b"x", ("b", "c"): b"y" * 5_000, ("b", "d", "e"): b"z" * 64, ("empty",): b""}
    streams |= {("many", f"s{index}"): bytes([index]) * index for index in range(200)}

    assert _streams(written(streams)) == streams


def test_a_large_file_is_written_whole() -> None:
    streams = {("large",): bytes(range(256)) * 40_000}  # more than the first 109 tables hold

    assert _streams(written(streams)) == streams


def test_a_storage_becomes_a_file_of_its_own() -> None:
    ole = open_ole(written({("in", "a"): b"x", ("in", "b", "c"): b"y", ("out",): b"z"}))

    assert _streams(rebuilt(ole, ("in",), [("in", "a"), ("in", "b", "c")], Budget(Limits()))) == {
        ("a",): b"x",
        ("b", "c"): b"y",
    }


def test_a_workbook_in_a_document_is_read() -> None:
    streams = _streams(doc("Shown\r"))
    streams[("ObjectPool", "_1234", "Workbook")] = sheet_stream(label(0, 0, "words of a sheet"))
    found = read_file(written(streams))

    assert "words of a sheet" in words(found, Role.ATTACHMENT)
    assert found.gaps == ()


def test_documents_in_documents_are_read() -> None:
    storage = {("ObjectPool", "_1", *path): content for path, content in _streams(doc("Inner words\r")).items()}
    storage |= {
        ("ObjectPool", "_1", "ObjectPool", "_2", *p): c for p, c in _streams(xls(label(0, 0, "Inmost"))).items()
    }
    found = read_file(written(_streams(doc("Outer words\r")) | storage))

    assert all(each in words(found, Role.ATTACHMENT) for each in ("Outer words", "Inner words", "Inmost"))


def test_a_file_in_a_package_is_opened_and_its_name_is_a_name() -> None:
    found = read_file(written({("\x01Ole10Native",): package("secret.txt", b"words of a package")}))

    assert "words of a package" in words(found, Role.ATTACHMENT)
    assert "secret.txt" in words(found, Role.NAME)
    assert found.gaps == ()


def test_a_pdf_or_zip_as_contents_is_opened() -> None:
    content = zipped({"a.txt": b"words of a member"})

    assert "words of a member" in words(read_file(written({("CONTENTS",): content, ("\x01Ole",): bytes(20)})))


@pytest.mark.parametrize(
    "stream",
    [
        pytest.param(b"\0\1\2words in eight bits\0\1", id="8 bits"),
        pytest.param(b"\0\1\2\0" + "words in sixteen bits".encode("utf-16-le") + b"\0\1", id="UTF-16"),
        pytest.param(b"\0\1\2\0" + "слова в потоке".encode("utf-16-le") + b"\0\1", id="Cyrillic"),
    ],
)
def test_strings_of_unknown_streams_are_hidden_text_and_a_gap(stream: bytes) -> None:
    found = read_file(written({("Unknown",): stream}))

    assert any(each in words(found, Role.HIDDEN) for each in ("eight bits", "sixteen bits", "слова в потоке"))
    assert gap_kinds(found) == [GapKind.UNSUPPORTED]


def test_publisher_text_is_read() -> None:
    text = "Words of a page".encode("utf-16-le")
    entry = struct.pack("<H4sHHH4sII", 0x18, b"TEXT", 0, 1, 0, b"TEXT", 0x200, len(text))
    stream = (b"CHNKINK " + bytes(24) + entry).ljust(0x200, b"\0") + text
    found = read_file(written({("Quill", "QuillSub", "CONTENTS"): stream, ("Contents",): bytes(40)}))

    assert "Words of a page" in words(found, Role.ATTACHMENT)
    assert found.gaps == ()


def test_macros_alone_are_no_gap() -> None:
    assert read_file(written({("VBA", "dir"): b"\1\2\3\4" * 30, ("PROJECT",): b"ID=1"})).gaps == ()


def test_an_empty_container_in_a_presentation_is_no_gap() -> None:
    assert is_wordless(written({}))
    assert not is_wordless(written({("CONTENTS",): b"words"}))
    assert read_file(ppt(chars("As agreed"), more=embedded(written({})))).gaps == ()


def test_a_zip_behind_the_last_sector_is_opened_too() -> None:
    found = read_file(doc("Shown\r") + zipped({"a.txt": b"words behind"}))

    assert "words behind" in words(found)
    assert "Shown" in words(found)


def test_a_damaged_container_is_swept_and_is_a_gap() -> None:
    found = read_file(OLE + bytes(600) + b"words that remain")

    assert "words that remain" in words(found, Role.HIDDEN)
    assert gap_kinds(found) == [GapKind.DAMAGED]


def test_a_table_larger_than_its_file_is_refused() -> None:
    whole = bytearray(written({("a",): b"x"}))
    whole[44:48] = struct.pack("<I", 10_000_000)

    with pytest.raises(CannotRead):
        open_ole(bytes(whole))


def test_a_stream_longer_than_the_file_is_refused() -> None:
    whole = bytearray(written({("large",): b"x" * 5_000}))
    entry = whole.index("large".encode("utf-16-le"))
    whole[entry + 120 : entry + 124] = struct.pack("<I", 2_000_000_000)

    with pytest.raises(CannotRead):
        read_stream(open_ole(bytes(whole)), "large", Budget(Limits()))


def test_the_picture_of_an_object_is_found() -> None:
    head = b"\1\0\0\0\x6c\0\0\0" + bytes(32) + b" EMF" + bytes(40)

    assert metafile(bytes(40) + head) == head
    assert metafile(b"nothing of a picture") == b""


def test_a_form_control_is_no_gap() -> None:
    text = b"\0\2\x24\0" + bytes(20) + b"chosen by hand"

    found = read_file(written({("contents",): text, ("\x03OCXNAME",): b"T\0\0\0"}))

    assert "chosen by hand" in words(found, Role.HIDDEN)
    assert not found.gaps


def test_an_object_that_is_a_file_under_another_name_is_no_gap() -> None:
    found = read_file(written({("package_stream",): zipped({"a.txt": b"the words"}), ("\x01CompObj",): b"\1\0"}))

    assert "the words" in words(found)
    assert not found.gaps
