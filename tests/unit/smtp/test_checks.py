"""Which octets cannot be a message that is passed on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakguard.channels.smtp.checks import has_bare_newlines, normalised, refusal
from leakguard.channels.smtp.reading import DataScanner

TRICKY = st.lists(st.sampled_from([b"\r", b"\n", b".", b"a", b"\r\n"]), max_size=40).map(b"".join)


def code(content: bytes) -> int | None:
    reply = refusal(content, max_size=1000, max_received=3, hostname="relay.example")
    return reply.code if reply else None


@pytest.mark.parametrize("octets", [b"a\nb", b"a\rb", b"\n\r", b"a\r\r\n", b"a\r\n\n", b"\r", b"a\r\nb\rc\nd"])
def test_a_newline_without_its_partner_is_bare(octets: bytes) -> None:
    assert has_bare_newlines(octets)


@pytest.mark.parametrize("octets", [b"", b"a", b"\r\n", b"a\r\n\r\nb\r\n"])
def test_pairs_are_not_bare(octets: bytes) -> None:
    assert not has_bare_newlines(octets)


@given(TRICKY)
def test_what_is_normalised_has_only_pairs_and_keeps_those_it_had(octets: bytes) -> None:
    result = normalised(octets)

    assert not has_bare_newlines(result)
    assert has_bare_newlines(octets) or result == octets


@given(TRICKY)
def test_nothing_normalised_ends_data_once_its_dots_are_stuffed(octets: bytes) -> None:
    wire = (b"\r\n" + normalised(octets) + b"\r\n").replace(b"\r\n.", b"\r\n..")[2:]

    assert DataScanner(1000).feed(wire) is None


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"x" * 1000, None),
        (b"x" * 1001, 552),
        (b"a\0b", 550),
        (b"Received: x\r\n" * 3 + b"\r\n", None),
        (b"Received: x\r\n" * 4 + b"\r\n", 554),
        (b"X: y\r\nreCEIVED: x\r\n" * 4 + b"\r\n", 554),
        (b"Received: x\r\n\r\n" + b"Received: x\r\n" * 9, None),
        (b"Subject: received:received:received:received:\r\n\r\n", None),
        (b"Received: from a\r\n\tby relay.example (LeakGuard) with SMTP\r\n" * 2, 554),
        (b"Received: from a\r\n\tby relay.example (LeakGuard) with SMTP\r\nReceived: b\r\n", None),
        (b"Received: from a\r\n\tby relay.example (Postfix) with SMTP\r\n" * 2, None),
        (b"Received: from a\r\n\tby another.example (LeakGuard) with SMTP\r\n" * 2, None),
    ],
)
def test_the_form_of_a_message_decides_what_is_refused(content: bytes, expected: int | None) -> None:
    assert code(content) == expected
