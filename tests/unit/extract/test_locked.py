"""Locked Office files: opened with a password at hand, else said to be encrypted."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from leakguard.extract import Limits
from leakguard.extract.blob import Blob
from leakguard.extract.limits import Budget
from leakguard.extract.old_office.compound import paths, written
from leakguard.extract.ole import open_ole, read_stream
from leakguard.extract.walk import walk
from leakguard.model.content import Extraction, GapKind
from tests.unit.extract.make import attachment, gap_kinds, multipart, part, read, read_file, words
from tests.unit.extract.make_old import label, locked_package, rc4_locked, sheet_stream


def _workbook() -> bytes:
    book, target = openpyxl.Workbook(), BytesIO()
    book.active.append(["locked words"])
    book.save(target)
    return target.getvalue()


def _old(password: str) -> bytes:
    return written({("Workbook",): rc4_locked(sheet_stream(label(0, 0, "locked words")), password)})


def _open(content: bytes, *passwords: str) -> Extraction:
    return walk(Blob(data=content, part="2"), Budget(Limits(), passwords))


@pytest.mark.parametrize(
    "make", [pytest.param(_old, id="old"), pytest.param(lambda p: locked_package(_workbook(), p), id="new")]
)
def test_a_locked_file_opens_with_its_password_only(make) -> None:  # type: ignore[no-untyped-def]
    locked = make("Open-1")

    assert gap_kinds(_open(locked)) == [GapKind.ENCRYPTED]
    assert gap_kinds(_open(locked, "other")) == [GapKind.ENCRYPTED]
    assert "locked words" in words(_open(locked, "other", "Open-1"))
    assert _open(locked, "Open-1").gaps == ()


def test_the_built_in_password_is_tried() -> None:
    assert "locked words" in words(_open(_old("VelvetSweatshop")))
    assert "locked words" in words(_open(locked_package(_workbook(), "VelvetSweatshop")))


def test_a_password_in_the_mail_opens_the_file() -> None:
    locked = attachment(locked_package(_workbook(), "Rhubarb7"))
    found = read(multipart(part(b"The password is Rhubarb7\r\n", "Content-Type: text/plain"), locked))

    assert "locked words" in words(found)
    assert found.gaps == ()


def test_a_lock_that_costs_seconds_is_not_tried() -> None:
    ole = open_ole(locked_package(_workbook(), "VelvetSweatshop"))
    streams = {path: read_stream(ole, list(path), Budget(Limits())) for path in paths(ole)}
    streams[("EncryptionInfo",)] = streams[("EncryptionInfo",)].replace(b'spinCount="100000"', b'spinCount="9999999"')

    found = read_file(written(streams))

    assert [(gap.kind, gap.detail) for gap in found.gaps] == [(GapKind.ENCRYPTED, "Office file, costly password")]


def test_managed_rights_are_a_lock() -> None:
    streams = {
        ("\x06DataSpaces", "DataSpaceInfo", "DRMEncryptedDataSpace"): bytes(40),
        ("EncryptedPackage",): bytes(90),
    }

    assert gap_kinds(read_file(written(streams))) == [GapKind.ENCRYPTED]
