"""A listener that would be an open relay does not come to be; what EHLO says, and what Received shows."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from ipaddress import ip_address
from typing import Any

import pytest

from leakguard.channels.smtp import offer
from leakguard.channels.smtp.received import Client, received_line
from leakguard.channels.smtp.terms import ListenerSettings, is_in, networks, peer_address
from leakguard.channels.smtp.xforward import parse_xforward
from leakguard.model.errors import Refused


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"host": "0.0.0.0"}, "allowed"),
        ({"host": "::"}, "allowed"),
        ({"host": "192.0.2.1"}, "allowed"),
        ({"host": "192.0.2.1", "allowed": ("0.0.0.0/0",)}, "open relay"),
        ({"host": "192.0.2.1", "allowed": ("10.0.0.0/8", "::/0")}, "open relay"),
        ({"allowed": ("0.0.0.0/0",)}, "open relay"),
        ({"allowed": ("10.0.0.1/8",)}, "not a network"),
        ({"xforward_from": ("everybody",)}, "not a network"),
        ({"normalise_from": ("::/0",)}, "everybody"),
        ({"host": "relay.example"}, "IP address"),
        ({"hostname": ""}, "hostname"),
        ({"hostname": "two words"}, "hostname"),
    ],
)
def test_what_must_not_listen_is_refused_with_its_reason(settings: dict[str, Any], word: str) -> None:
    with pytest.raises(Refused, match=word):
        ListenerSettings(**{"hostname": "relay.example"} | settings)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
def test_a_loopback_listener_needs_no_list(host: str) -> None:
    assert ListenerSettings(hostname="relay.example", host=host).bind_address.is_loopback


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        (("10.1.2.3", 1), True),
        (("::ffff:10.1.2.3", 1, 0, 0), True),
        (("fe80::1%eth0", 1, 0, 2), True),
        (("11.1.2.3", 1), False),
        (("::1", 1, 0, 0), False),
        ("/run/socket", False),
        (None, False),
    ],
)
def test_a_peer_is_looked_up_by_its_address(peer: object, expected: bool) -> None:
    assert is_in(peer_address(peer), networks(("10.0.0.0/8", "fe80::/10"), "allowed")) is expected


@pytest.mark.parametrize(
    ("extensions", "keywords", "size"),
    [
        ({"SIZE 50", "DSN", "STARTTLS", "AUTH PLAIN"}, {"SIZE", "DSN"}, 50),
        ({"SIZE 500"}, {"SIZE"}, 100),
        ({"SIZE"}, {"SIZE"}, 100),
        ({"SIZE 0"}, {"SIZE"}, 100),
        ({"PIPELINING"}, {"PIPELINING"}, 100),
        (set(), set(), 100),
    ],
)
def test_only_what_both_sides_can_do_is_offered(extensions: set[str], keywords: set[str], size: int) -> None:
    common = offer.common("relay.example", 100, extensions)

    assert common.keywords == keywords
    assert common.max_size == size
    assert (f"SIZE {size}\r\n".encode() in common.wire) is ("SIZE" in keywords)


def test_an_offer_is_one_reply_whose_last_line_says_so() -> None:
    lines = offer.common("relay.example", 100, {"DSN", "SIZE"}).wire.split(b"\r\n")

    assert lines == [b"250-relay.example", b"250-DSN", b"250 SIZE 100", b""]
    assert offer.nothing("relay.example", 100).wire == b"250 relay.example\r\n"


AT = datetime(2016, 1, 20, 9, 29, 59, tzinfo=UTC)


def test_our_received_line_is_one_folded_header() -> None:
    client = Client(address="192.0.2.7", helo="spike.example", name="spike.example")

    line = received_line(client, hostname="relay.example", protocol="ESMTP", reference="LG-1", at=AT)

    assert line == (
        b"Received: from spike.example (spike.example [192.0.2.7])\r\n"
        b"\tby relay.example (LeakGuard) with ESMTP id LG-1;\r\n"
        b"\tWed, 20 Jan 2016 09:29:59 +0000\r\n"
    )


@pytest.mark.parametrize("helo", ["a(by relay.example (LeakGuard)", "x;y", "<a@b>", "j\ufffdrgen", "a" * 256])
def test_a_client_cannot_write_our_received_line(helo: str) -> None:
    client = Client(address="2001:db8::1", helo=helo, name=helo)

    line = received_line(client, hostname="relay.example", protocol="SMTP", reference="LG-1", at=AT)

    assert line.startswith(b"Received: from unknown ([IPv6:2001:db8::1])\r\n")
    assert len(message_from_bytes(line).items()) == 1


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        (b"NAME=spike.example ADDR=192.0.2.7", {"NAME": "spike.example", "ADDR": "192.0.2.7"}),
        (b"addr=IPv6:2001:db8::1", {"ADDR": "2001:db8::1"}),
        (b"HELO=[UNAVAILABLE] SOURCE=LOCAL", {"HELO": "", "SOURCE": "LOCAL"}),
        (b"IDENT=a+2Db", {"IDENT": "a-b"}),
        (b"NAME=a+0D+0Ab", {"NAME": ""}),
        (b"NAME=a(b)", {"NAME": ""}),
        (b"PASSWORD=x", None),
        (b"NAME", None),
        (b"", None),
    ],
)
def test_xforward_attributes_are_plain_words_or_nothing(argument: bytes, expected: dict[str, str] | None) -> None:
    assert parse_xforward(argument) == expected


def test_addresses_are_shown_as_people_write_them() -> None:
    assert peer_address(("::ffff:192.0.2.1", 25, 0, 0)) == ip_address("192.0.2.1")
