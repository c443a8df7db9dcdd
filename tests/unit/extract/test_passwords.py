"""Words that may be a password: where people put them, and what hostile text costs."""

from __future__ import annotations

import time

import pytest

from leakguard.extract.passwords import candidates
from leakguard.model.content import Role, Span


def found(text: str, role: Role = Role.BODY) -> tuple[str, ...]:
    return candidates([Span(text=text, part="1", role=role)], 12)


@pytest.mark.parametrize(
    ("text", "password"),
    [
        ('the password is "S3cret!".', "S3cret!"),
        ("Hi\nThe password is: Tulip\nBest,\nBob", "Tulip"),
        ('The passphrase is "hello world 7"', "hello world 7"),
        ("Please find attached the spreadsheet, password Winter2024", "Winter2024"),
        ("pwd=abc123", "abc123"),
        ("Pass: qwerty12", "qwerty12"),
        ("Y cyfrinair yw Caernarfon1.", "Caernarfon1"),
        ("File is protected.\nPassword:\n\nlms-4471\n\nRegards", "lms-4471"),
        ("Use P@ss! as the password", "P@ss!"),
        ("The password for the attached file is June2024!. Please do not share.", "June2024!"),
        ("Password: correct horse battery", "correct horse battery"),
        ("To open the file the password is employment", "employment"),
        ("It is encrypted with the word Zebra", "Zebra"),
        ("password: (x1y2)", "(x1y2)"),
    ],
)
def test_the_password_is_among_the_words_tried(text: str, password: str) -> None:
    assert password in found(text)


def test_a_name_of_a_file_may_hold_it() -> None:
    assert "Tulip99" in found("accounts password Tulip99", Role.NAME)


def test_text_without_a_cue_gives_no_words() -> None:
    assert found("Employment rose to a record 74.1% in the three months to May.") == ()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("password " * 120_000, id="cues"),
        pytest.param('password "' * 100_000, id="quotes"),
        pytest.param("password" + " " * 1_000_000, id="spaces"),
        pytest.param("password" + ":" * 1_000_000, id="colons"),
        pytest.param("password" + "a" * 1_000_000, id="one word"),
    ],
)
def test_a_megabyte_of_hostile_text_costs_little(text: str) -> None:
    start = time.process_time()
    many = [Span(text=text[:1000] + str(number), part="1", role=Role.BODY) for number in range(500)]
    words = candidates([Span(text=text, part="1", role=Role.BODY), *many], 12)

    assert len(words) <= 12
    assert time.process_time() - start < 20
