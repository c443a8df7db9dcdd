"""A locked OpenDocument text, as LibreOffice 7.4 saved it."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

from leakguard.extract import extract
from leakguard.model.content import Extraction, GapKind
from tests.unit.extract.make import LIMITS, attachment, gap_kinds, multipart, part, words

LOCKED = (Path(__file__).parent / "files" / "locked.odt").read_bytes()


def _sent(body: str) -> Extraction:
    return extract(multipart(part(body.encode()), attachment(LOCKED)), LIMITS)


def test_a_locked_text_says_so() -> None:
    assert gap_kinds(_sent("As agreed.")) == [GapKind.ENCRYPTED]


def test_the_password_in_the_mail_opens_it() -> None:
    found = _sent("The password is Rhubarb7, see you tomorrow.")

    assert "secret walnut words" in words(found)
    assert found.gaps == ()


def test_another_word_does_not_open_it() -> None:
    found = _sent("The password is Rhubarb8.")

    assert gap_kinds(found) == [GapKind.ENCRYPTED]
    assert "walnut" not in words(found)


def test_configured_passwords_leave_room_for_those_of_the_message() -> None:
    configured = tuple(f"configured-{number}" for number in range(LIMITS.passwords + 5))
    found = extract(multipart(part(b"The password is Rhubarb7."), attachment(LOCKED)), LIMITS, configured)

    assert "secret walnut words" in words(found)


def test_a_part_that_the_password_does_not_open_is_a_gap() -> None:
    """The properties, whose checksum is spoilt in the manifest."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(LOCKED)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename.endswith("manifest.xml"):
                at = content.index(b'checksum="', content.index(b'full-path="meta.xml"')) + len(b'checksum="')
                content = content[:at] + (b"B" if content[at : at + 1] != b"B" else b"C") + content[at + 1 :]
            new.writestr(info, content)
    found = extract(multipart(part(b"The password is Rhubarb7."), attachment(out.getvalue())), LIMITS)

    assert "secret walnut words" in words(found)
    assert gap_kinds(found) == [GapKind.ENCRYPTED]
