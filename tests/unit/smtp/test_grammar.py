"""Which octets are an address, and that they are kept as they came."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakguard.channels.smtp.grammar import Path, parse_mail, parse_rcpt
from leakguard.service.ports import Reply

EVERYTHING = frozenset({"SIZE", "8BITMIME", "SMTPUTF8", "DSN"})


def mail(argument: bytes, offered: frozenset[str] = EVERYTHING) -> Path | Reply:
    return parse_mail(argument, offered, 1000)


def rcpt(argument: bytes, *, is_utf8: bool = False) -> Path | Reply:
    return parse_rcpt(argument, EVERYTHING, is_utf8=is_utf8)


GOOD = [
    "a@b.c",
    "Smiles@Some.EXAMPLE",
    "a@localhost",
    "o'neill+tag/x=y{1}|~^`?*&%$#!@x-y.example",
    "=?utf-8?q?collab=40evil.com?=@internal.gov.uk",
    "=?iso-8859-1?q?=61?=bc@internal.gov.uk",
    "user%other.example@x.example",
    "host!user@x.example",
    '"a b"@c.d',
    '"a@b"@c.d',
    '"a>b<c"@c.d',
    '"a\\"b\\\\"@c.d',
    '""@c.d',
    "a@[192.0.2.1]",
    "a@[IPv6:2001:db8::1]",
    "a" * 200 + "@b.c",
    "a@" + "b" * 63 + "." + "c" * 63,
]


@pytest.mark.parametrize("address", GOOD)
def test_an_address_in_order_is_kept_octet_by_octet(address: str) -> None:
    assert mail(f"FROM:<{address}>".encode()) == Path(address, "")
    assert rcpt(f"TO:<{address}>".encode()) == Path(address, "")


# Rows of section 3 of the SMTP notes come first: what aiosmtpd "repairs".
BAD = [
    "<@evil.example:a@b.c>",
    "<a(comment)@b.c>",
    "(c)a@b.c",
    "<a@ b.c>",
    "<a@b.c",
    "<a b@c.d>",
    "<a@b.c>> NOTIFY=NEVER",
    "a@b.c",
    "<a>",
    "<@b.c>",
    "<a@>",
    "<a@b@c>",
    "<.a@b.c>",
    "<a.@b.c>",
    "<a..b@c.d>",
    "<a@b.c.>",
    "<a@.b.c>",
    "<a@b..c>",
    "<a@-b.c>",
    "<a@b-.c>",
    "<a@b_c.d>",
    "<a@" + "b" * 64 + ".c>",
    "<a@" + "b." * 128 + "c>",
    "<a@[192.0.2.256]>",
    "<a@[192.0.2]>",
    "<a@[IPv6:2001:db8:::1]>",
    "<a@[2001:db8::1]>",
    "<a@[]>",
    '<"a@b.c>',
    '<"a"b@c.d>',
    '<"a\\"@b.c>',
    "<<a@b.c>>",
    "<a@b.c>NOTIFY=NEVER",
    "<a@b.c> NOTIFY",
    "<a@b.c> =x",
    "<a@b.c> SIZE=1=2",
    "<a@b.c>\tSIZE=1",
    "<a@b\0.c>",
    "<a@b.c>\0",
    "< a@b.c>",
    "<a@b.c >",
    "",
]


@pytest.mark.parametrize("text", BAD)
def test_anything_else_is_refused_and_not_repaired(text: str) -> None:
    for reply in (mail(f"FROM:{text}".encode()), rcpt(f"TO:{text}".encode())):
        assert isinstance(reply, Reply)
        assert reply.code in (501, 553, 555)


@pytest.mark.parametrize("argument", [b"FRM:<a@b.c>", b"<a@b.c>", b"TO:<a@b.c>", b"FROM <a@b.c>", b""])
def test_mail_without_its_from_is_refused(argument: bytes) -> None:
    assert isinstance(mail(argument), Reply)


def test_the_word_before_the_address_has_no_case_and_may_have_a_blank_after_it() -> None:
    assert mail(b"from: <a@b.c> ") == Path("a@b.c", "")
    assert rcpt(b"to: <a@b.c>") == Path("a@b.c", "")


def test_the_null_sender_sends_and_never_receives() -> None:
    assert mail(b"FROM:<>") == Path("", "")
    assert isinstance(rcpt(b"TO:<>"), Reply)


def test_the_postmaster_needs_no_domain_to_receive() -> None:
    assert rcpt(b"TO:<PostMaster>") == Path("PostMaster", "")
    assert isinstance(mail(b"FROM:<postmaster>"), Reply)


def test_parameters_keep_their_order_and_case() -> None:
    params = "SIZE=10 body=8BITMIME Ret=hdrs ENVID=QqQ"
    assert mail(f"FROM:<a@b.c> {params}".encode()) == Path("a@b.c", params)
    params = "NOTIFY=SUCCESS,Delay ORCPT=rfc822;Bob+40x@Y.Example"
    assert rcpt(f"TO:<a@b.c> {params}".encode()) == Path("a@b.c", params)


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ("SIZE=1001", 552),
        ("SIZE=1000 SIZE=1000", 501),
        ("SIZE=", 501),
        ("SIZE", 501),
        ("SIZE=-1", 501),
        ("SIZE=1e3", 501),
        ("BODY=BINARYMIME", 501),
        ("BODY", 501),
        ("SMTPUTF8=YES", 501),
        ("RET=ALL", 501),
        ("ENVID=" + "x" * 101, 501),
        ("AUTH=<>", 555),
        ("REQUIRETLS", 555),
        ("MT-PRIORITY=3", 555),
        ("NOTIFY=NEVER", 555),
        ("XOORG=x.example", 555),
    ],
)
def test_a_mail_parameter_that_is_wrong_or_not_offered_is_refused(params: str, code: int) -> None:
    reply = mail(f"FROM:<a@b.c> {params}".encode())

    assert isinstance(reply, Reply)
    assert reply.code == code


@pytest.mark.parametrize("params", ["SIZE=1", "BODY=7BIT", "RET=FULL", "SMTPUTF8"])
def test_a_parameter_that_the_next_hop_does_not_know_is_refused(params: str) -> None:
    reply = mail(f"FROM:<a@b.c> {params}".encode(), frozenset())

    assert isinstance(reply, Reply)
    assert reply.code == 555


@pytest.mark.parametrize("notify", ["NEVER,SUCCESS", "", "ALWAYS", "SUCCESS,,DELAY"])
def test_a_notify_that_is_none_is_refused(notify: str) -> None:
    assert isinstance(rcpt(f"TO:<a@b.c> NOTIFY={notify}".encode()), Reply)


def test_utf8_needs_smtputf8() -> None:
    address = "jürgen@bücher.example"

    assert mail(f"FROM:<{address}> SMTPUTF8".encode()) == Path(address, "SMTPUTF8", True)
    assert rcpt(f"TO:<{address}>".encode(), is_utf8=True) == Path(address, "", True)
    for reply in (mail(f"FROM:<{address}>".encode()), rcpt(f"TO:<{address}>".encode())):
        assert isinstance(reply, Reply)
        assert reply.summary == "553 5.6.7"


@pytest.mark.parametrize(
    "octets", [b"\xff", b"\xc3", "\x85".encode(), "\u2028".encode(), "\u202e".encode(), "\u200b".encode()]
)
def test_octets_that_are_no_utf8_or_that_nobody_sees_are_refused(octets: bytes) -> None:
    assert isinstance(mail(b"FROM:<a" + octets + b"@b.c> SMTPUTF8"), Reply)
    assert isinstance(rcpt(b"TO:<a@b" + octets + b".c>", is_utf8=True), Reply)


@given(st.binary(max_size=60))
def test_any_octets_are_refused_or_kept(octets: bytes) -> None:
    path = mail(b"FROM:<" + octets + b"> SMTPUTF8")

    if isinstance(path, Path):
        assert (b"FROM:<" + path.address.encode() + b"> " + path.params.encode()) == b"FROM:<" + octets + b"> SMTPUTF8"
        assert not set(path.address) & set("\r\n\0")
