"""Who a mail says it is from: every claimed address, and anything unclear as an unknown author."""

from __future__ import annotations

import pytest

from tests.unit.extract.make import mail, multipart, part, read


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("From: alice@ons.example", ("alice@ons.example",), id="bare"),
        pytest.param("From: Alice Smith <alice@ons.example>", ("alice@ons.example",), id="named"),
        pytest.param('From: "Smith, Alice" <alice@ons.example>', ("alice@ons.example",), id="comma in the name"),
        pytest.param("From: a@x.example, B <b@y.example>", ("a@x.example", "b@y.example"), id="two"),
        pytest.param("From: alice@ons.example (Alice, at work)", ("alice@ons.example",), id="comment"),
        pytest.param("From: Team: a@x.example, b@y.example;", ("a@x.example", "b@y.example"), id="group"),
        pytest.param('From: "a b"@x.example', ('"a b"@x.example',), id="quoted local part"),
        pytest.param("From: =?utf-8?q?A=2C_B?= <a@x.example>", ("a@x.example",), id="encoded name"),
        pytest.param("From: Alice\r\n <alice@ons.example>", ("alice@ons.example",), id="folded"),
        pytest.param("From: nonsense", ("nonsense",), id="no address"),
        pytest.param("From: <>", ("<>",), id="empty"),
    ],
)
def test_an_author_is_a_bare_address_or_the_text_that_is_not_one(line: str, expected: tuple[str, ...]) -> None:
    assert read(mail(b"x", sender=line)).authors == expected


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("From: a@x.example b@y.example", id="two without a comma"),
        pytest.param("From: <a@x.example> <b@y.example>", id="two in angles"),
        pytest.param("From: a@x.example <b@y.example>", id="an address as a name"),
        pytest.param("From: <a@x.example", id="open angle"),
        pytest.param("From: a@x.example, nonsense", id="one of two"),
    ],
)
def test_a_doubtful_author_field_counts_as_an_unknown_author(line: str) -> None:
    assert line.removeprefix("From: ") in read(mail(b"x", sender=line)).authors


def test_all_author_fields_count_repeated_ones_too() -> None:
    content = mail(
        b"x",
        "From: two@x.example",
        "Sender: three@x.example",
        "Resent-From: four@x.example",
        "Resent-Sender: five@x.example",
        "Reply-To: not@x.example",
        sender="From: one@x.example",
    )

    assert read(content).authors == tuple(f"{each}@x.example" for each in ("one", "two", "three", "four", "five"))


def test_authors_of_an_attached_mail_are_not_authors() -> None:
    inner = part(mail(b"x", sender="From: other@x.example"), "Content-Type: message/rfc822")

    assert read(multipart(inner)).authors == ("alice@ons.example",)
