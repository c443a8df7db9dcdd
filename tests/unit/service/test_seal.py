"""A text that is sealed is read with its key, about what it is about, unchanged; and in no other way."""

from __future__ import annotations

import pytest

from leakguard.model.errors import Refused
from leakguard.service.seal import Seal, Unsealable, as_word, key_of, new_key, of_word

KEY = key_of(new_key())
ABOUT = ("consent", "T1", "U1")


def test_what_was_sealed_is_read_with_the_same_key_about_the_same_thing():
    sealed = Seal(KEY).close("xoxp-quokka", *ABOUT)

    assert b"quokka" not in sealed
    assert Seal(KEY).open(sealed, *ABOUT) == "xoxp-quokka"


def test_the_same_text_is_never_sealed_to_the_same_bytes():
    seal = Seal(KEY)

    assert len({seal.close("x", *ABOUT) for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "about",
    [
        ("consent", "T1", "U2"),
        ("consent", "T2", "U1"),
        ("state", "T1", "U1"),
        ("consent", "T1"),
        ("consent", 'T1", "U1'),
    ],
)
def test_it_cannot_be_put_in_the_place_of_another(about):
    sealed = Seal(KEY).close("xoxp-quokka", *ABOUT)

    with pytest.raises(Unsealable):
        Seal(KEY).open(sealed, *about)


def test_with_another_key_nothing_is_read_and_nothing_is_said():
    sealed = Seal(KEY).close("xoxp-quokka", *ABOUT)

    with pytest.raises(Unsealable) as caught:
        Seal(key_of(new_key())).open(sealed, *ABOUT)
    assert caught.value.__context__ is None
    assert repr(Seal(KEY)) == "Seal(...)"


def test_no_changed_byte_goes_unnoticed():
    sealed = Seal(KEY).close("xoxp-quokka", *ABOUT)
    changed = [sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(len(sealed))]

    for each in (*changed, b"", sealed[:5], sealed[:-1], sealed + b"x"):
        with pytest.raises(Unsealable):
            Seal(KEY).open(each, *ABOUT)


def test_in_an_address_it_is_letters_and_comes_back():
    sealed = Seal(KEY).close("x", *ABOUT)

    assert of_word(as_word(sealed)) == sealed
    assert as_word(sealed).replace("-", "").replace("_", "").isalnum()
    with pytest.raises(Unsealable):
        of_word("no word!")


@pytest.mark.parametrize("line", ["", "quokka", "é" * 44, new_key()[:-4], new_key() + "AAAA"])
def test_what_is_no_key_is_refused_without_a_word_of_it(line):
    with pytest.raises(Refused) as caught:
        key_of(line)
    assert not line or line not in str(caught.value)


def test_a_key_is_thirty_two_bytes_in_one_line_and_never_the_same():
    assert key_of(f"{new_key()}\n") != key_of(new_key())
    assert {len(key_of(new_key())) for _ in range(20)} == {32}
