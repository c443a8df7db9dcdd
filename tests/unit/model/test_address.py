"""Two spellings of one mailbox are one; two mailboxes never become one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakguard.model.address import canonical, domain_of


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        pytest.param("Lm@ONS.Example", "lm@ons.example", id="case"),
        pytest.param("  lm@ons.example ", "lm@ons.example", id="blanks around"),
        pytest.param("lm@ons.example.", "lm@ons.example", id="trailing dot"),
        pytest.param("lm+tag@ons.example", "lm+tag@ons.example", id="a subaddress stays another address"),
        pytest.param('"lm"@ons.example', "lm@ons.example", id="needless quotes"),
        pytest.param('"l\\m"@ons.example', "lm@ons.example", id="needless backslash"),
        pytest.param('"Lm.Press"@ons.example', "lm.press@ons.example", id="quotes and a dot"),
        pytest.param('"l m"@ons.example', '"l m"@ons.example', id="needed quotes"),
        pytest.param('"l\\ m"@ons.example', '"l m"@ons.example', id="needed quotes, needless backslash"),
        pytest.param('"a@b"@ons.example', '"a@b"@ons.example', id="an at in quotes"),
        pytest.param('"\\"lm\\""@ons.example', '"\\"lm\\""@ons.example', id="quotes that are part of the name"),
        pytest.param("lm@bücher.example", "lm@xn--bcher-kva.example", id="international"),
        pytest.param("lm@BÜCHER.example", "lm@xn--bcher-kva.example", id="international, upper case"),
        pytest.param("lm@XN--BCHER-KVA.example", "lm@xn--bcher-kva.example", id="already encoded"),
        pytest.param("lm@bücher.example。", "lm@xn--bcher-kva.example", id="international full stop"),
        pytest.param("JÜRGEN@ons.example", "jürgen@ons.example", id="international name"),
        pytest.param("lm@[192.0.2.1]", "lm@[192.0.2.1]", id="address literal"),
        pytest.param("U012ABC", "u012abc", id="not an e-mail address"),
        pytest.param("", "", id="null sender"),
    ],
)
def test_one_mailbox_has_one_form(address: str, expected: str) -> None:
    assert canonical(address) == expected
    assert canonical(expected) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("lm+tag@ons.example", "lm@ons.example", id="subaddress"),
        pytest.param('"\\"lm\\""@ons.example', "lm@ons.example", id="quotes in the name"),
        pytest.param('" lm"@ons.example', "lm@ons.example", id="a blank in the name"),
        pytest.param("l.m@ons.example", "lm@ons.example", id="a dot in the name"),
        pytest.param("lm@ons.example.net", "lm@ons.example", id="a longer domain"),
        pytest.param("lm@ons.example", "lm@оns.example", id="a Cyrillic look-alike domain"),
    ],
)
def test_two_mailboxes_stay_two(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)
    assert canonical(canonical(one)) != canonical(canonical(other))


@given(st.text("ab\".\\@ +'<>()Éß。", max_size=12), st.sampled_from(["x.example", "X.example.", "bücher.example", ""]))
def test_the_form_of_a_form_is_itself(local: str, domain: str) -> None:
    once = canonical(f"{local}@{domain}")

    assert canonical(once) == once


def test_the_domain_is_what_follows_the_last_at() -> None:
    assert domain_of('"a@b"@ONS.example.') == "ons.example"
    assert domain_of("") == ""
    assert domain_of("lm") == ""
