"""Dots, replies and command lines, as octets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakguard.delivery.wire import BadReply, UnsafeArgument, command, stuff, take_reply, unstuff

STUFFED = [
    pytest.param(b"", b"", id="empty"),
    pytest.param(b"a\r\n", b"a\r\n", id="nothing to do"),
    pytest.param(b".\r\n", b"..\r\n", id="a lone dot is the first line"),
    pytest.param(b"a\r\n.\r\nb\r\n", b"a\r\n..\r\nb\r\n", id="a lone dot line"),
    pytest.param(b"..a\r\n.b\r\n", b"...a\r\n..b\r\n", id="leading dots"),
    pytest.param(b"\r\n.\r\n.\r\n", b"\r\n..\r\n..\r\n", id="dots one after another"),
    pytest.param(b"a", b"a\r\n", id="no final CRLF"),
    pytest.param(b"a\r", b"a\r\r\n", id="final CR only"),
    pytest.param(b"a\n", b"a\n\r\n", id="final LF only"),
    pytest.param(b"a\r\n.", b"a\r\n..\r\n", id="final dot without CRLF"),
    pytest.param(b"a\n.\nb\r\n", b"a\n.\nb\r\n", id="a dot after a bare LF begins no line"),
]


@pytest.mark.parametrize(("content", "wire"), STUFFED)
def test_leading_dots_are_doubled_and_the_last_line_is_ended(content, wire):
    assert stuff(content) == wire


def test_content_with_nothing_to_stuff_is_not_copied():
    content = b"Subject: x\r\n\r\nbody\r\n"

    assert stuff(content) is content
    assert unstuff(content) is content


@given(st.lists(st.sampled_from([b".", b"\r\n", b"\r", b"\n", b"a"])).map(b"".join))
def test_stuffed_content_never_holds_the_end_of_data_and_comes_back_the_same(content):
    wire = stuff(content)

    assert not wire.startswith(b".\r\n")
    assert b"\r\n.\r\n" not in wire
    assert unstuff(wire) in (content, content + b"\r\n")


def test_a_reply_is_kept_word_for_word():
    buffer = bytearray(b"250-first \xff line\r\n250-\r\n250 2.1.5  last\r\n354 next")

    reply = take_reply(buffer)

    assert reply.code == 250
    assert reply.wire == b"250-first \xff line\r\n250-\r\n250 2.1.5  last\r\n"
    assert buffer == b"354 next"


@pytest.mark.parametrize("wire", [b"", b"2", b"250", b"250 ok\r", b"250-a\r\n", b"250-a\r\n250 b\r"])
def test_half_a_reply_is_no_reply_yet(wire):
    buffer = bytearray(wire)

    assert take_reply(buffer) is None
    assert buffer == wire


def test_a_code_without_text_is_a_reply():
    assert take_reply(bytearray(b"250\r\n")).lines == (b"250",)


UNPARSABLE = [
    pytest.param(b"\r\n", id="empty line"),
    pytest.param(b"hello\r\n", id="no code"),
    pytest.param(b"25 ok\r\n", id="short code"),
    pytest.param(b"2500 ok\r\n", id="long code"),
    pytest.param(b"199 ok\r\n", id="code below 200"),
    pytest.param(b"600 ok\r\n", id="code above 599"),
    pytest.param(b"250 ok\n", id="bare LF"),
    pytest.param(b"250 o\rk\r\n", id="bare CR"),
    pytest.param(b"250 o\0k\r\n", id="NUL"),
    pytest.param(b"250-a\r\n550 b\r\n", id="codes disagree"),
    pytest.param("２５０ ok\r\n".encode(), id="digits of another script"),
    pytest.param(b"250-a\r\n" * 101, id="more than 100 lines"),
    pytest.param(b"250-a\r\n" * 100 + b"250 a\r\n", id="101 lines, ended"),
    pytest.param(b"250 " + b"a" * 70000, id="more than 64 KiB, not ended"),
    pytest.param(b"250 " + b"a" * 70000 + b"\r\n", id="more than 64 KiB, ended"),
]


@pytest.mark.parametrize("wire", UNPARSABLE)
def test_what_is_no_reply_raises(wire):
    with pytest.raises(BadReply) as raised:
        take_reply(bytearray(wire))

    assert "hello" not in str(raised.value)


def test_a_reply_of_100_lines_is_a_reply():
    assert len(take_reply(bytearray(b"250-a\r\n" * 99 + b"250 a\r\n")).lines) == 100


@given(st.binary())
def test_any_bytes_are_a_reply_or_not_yet_one_or_a_bad_one(wire):
    try:
        reply = take_reply(bytearray(wire))
    except BadReply:
        return

    assert reply is None or wire.startswith(reply.wire)


@pytest.mark.parametrize("text", ["a\r\nDATA", "a\nb", "a\rb", "a\0b", "a\ud800b"])
@pytest.mark.parametrize("is_param", [False, True])
def test_an_argument_that_could_be_a_second_command_is_refused(text, is_param):
    address, params = ("a@b.example", text) if is_param else (text, "")

    with pytest.raises(UnsafeArgument) as raised:
        command("RCPT TO", address, params)

    assert "DATA" not in str(raised.value)


@given(st.binary().filter(lambda octets: not set(octets) & set(b"\r\n\0")))
def test_the_octets_of_an_address_are_those_received(octets):
    line = command("RCPT TO", octets.decode("utf-8", "surrogateescape"))

    assert line == b"RCPT TO:<" + octets + b">"
