"""The end of a message is found wherever it is torn, and nothing else is taken for it."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakguard.channels.smtp.reading import (
    DataScanner,
    most_stuffed,
    put_back,
    read_data,
    read_octets,
    take_lines,
    unstuff,
)

LARGE = 1 << 20
TRICKY = st.lists(st.sampled_from([b"\r", b"\n", b".", b"a", b"\r\n", b"\r\n."]), max_size=40).map(b"".join)


def stuffed(content: bytes) -> bytes:
    """What a client does: a dot before each dot that begins a line."""
    return (b"\r\n" + content).replace(b"\r\n.", b"\r\n..")[2:]


def scan(octets: bytes, cuts: list[int], max_wire: int = LARGE) -> tuple[DataScanner, bytes | None]:
    scanner, begin = DataScanner(max_wire), 0
    for cut in [*sorted(cut for cut in cuts if cut < len(octets)), len(octets)]:
        if begin < cut:
            rest = scanner.feed(octets[begin:cut])
            if rest is not None:
                return scanner, rest + octets[cut:]
        begin = cut
    return scanner, None


@pytest.mark.parametrize("content", [b"", b"a\r\n", b"\r\n", b"a\r\n\r\n", b"..\r\n", b".", b"a\r\n."])
def test_an_end_torn_anywhere_is_found(content: bytes) -> None:
    wire = stuffed(content if content.endswith(b"\r\n") or not content else content + b"\r\n")
    octets = wire + b".\r\nQUIT\r\n"

    for cut in range(len(octets)):
        for again in range(cut, len(octets)):
            scanner, rest = scan(octets, [cut, again])
            assert rest == b"QUIT\r\n"
            assert scanner.wire == wire


def test_octet_by_octet_is_enough() -> None:
    scanner, rest = scan(b"one\r\n..two\r\n.\r\nNOOP\r\n", list(range(30)))

    assert (scanner.wire, rest) == (b"one\r\n..two\r\n", b"NOOP\r\n")


@pytest.mark.parametrize(
    "fake",
    [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r.\r\n", b"\r\n.\r", b"\r.\n", b"\r\n.\0\r\n", b"\r\n\0.\r\n"],
)
def test_what_looks_like_the_end_is_content(fake: bytes) -> None:
    scanner, rest = scan(b"one" + fake + b"two\r\n.\r\n", [])

    assert rest == b""
    assert scanner.wire == b"one" + fake + b"two\r\n"


@given(TRICKY, TRICKY, st.lists(st.integers(0, 60)))
def test_content_comes_out_as_it_went_in_however_it_is_torn(content: bytes, behind: bytes, cuts: list[int]) -> None:
    content = content + b"\r\n" if content else b""

    scanner, rest = scan(stuffed(content) + b".\r\n" + behind, cuts)

    assert rest == behind
    assert unstuff(scanner.wire) == content


def test_what_is_too_large_is_read_to_its_end_and_not_kept() -> None:
    scanner = DataScanner(100)

    for _ in range(50):
        assert scanner.feed(b"0123456789\r\n") is None
    rest = scanner.feed(b".\r\nNOOP\r\n")

    assert scanner.is_too_large
    assert (scanner.wire, rest) == (b"", b"NOOP\r\n")


@pytest.mark.parametrize("lines", [1, 2, 3, 100])
def test_a_message_of_dots_may_be_as_large_as_any(lines: int) -> None:
    content = b".\r\n" * lines

    scanner, _ = scan(stuffed(content) + b".\r\n", [], most_stuffed(len(content)))

    assert not scanner.is_too_large
    assert unstuff(scanner.wire) == content


def fed(*pieces: bytes) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    for piece in pieces:
        reader.feed_data(piece)
    reader.feed_eof()
    return reader


def test_what_is_pipelined_behind_the_data_is_read_next() -> None:
    async def run() -> bytes:
        reader = fed(b"a\r\n.\r\nNOOP\r\nQU", b"IT\r\n")
        scanner = await read_data(reader, LARGE, lambda: None)
        assert scanner is not None
        return await reader.readuntil() + await reader.readuntil()

    assert asyncio.run(run()) == b"NOOP\r\nQUIT\r\n"


def test_data_without_its_end_is_no_message() -> None:
    async def run() -> object:
        return await read_data(fed(b"a\r\n", b".\r"), LARGE, lambda: None)

    assert asyncio.run(run()) is None


def test_each_piece_is_announced() -> None:
    async def run() -> int:
        pieces: list[int] = []
        reader = asyncio.StreamReader()
        reading = asyncio.ensure_future(read_data(reader, LARGE, lambda: pieces.append(1)))
        for piece in (b"a\r\n", b"b\r\n", b".\r\n"):
            reader.feed_data(piece)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        await reading
        return len(pieces)

    assert asyncio.run(run()) == 3


def test_a_chunk_is_exactly_its_octets() -> None:
    async def run() -> tuple[bytes | None, bytes | None, bytes | None]:
        reader = fed(b"12345678", b"90")
        keep = await read_octets(reader, 4, lambda: None, keep=True)
        swallowed = await read_octets(reader, 4, lambda: None, keep=False)
        return keep, swallowed, await read_octets(reader, 3, lambda: None, keep=True)

    assert asyncio.run(run()) == (b"1234", b"", None)


def test_only_whole_lines_of_a_kind_are_taken_ahead() -> None:
    async def run() -> tuple[list[bytes], bytes]:
        reader = fed(b"RCPT TO:<a@b>\r\nrcpt to:<b@c>\r\nRCPT TO:<c@d>\nRCPT TO:<d@e>\r\n")
        return take_lines(reader, b"RCPT ", most=9, longest=100), await reader.read(100)

    taken, left = asyncio.run(run())

    assert taken == [b"RCPT TO:<a@b>", b"rcpt to:<b@c>"]
    assert left == b"RCPT TO:<c@d>\nRCPT TO:<d@e>\r\n"


def test_no_more_lines_are_taken_than_asked_for() -> None:
    async def run() -> list[bytes]:
        return take_lines(fed(b"RCPT 1\r\nRCPT 2\r\nRCPT 3\r\n"), b"RCPT ", most=2, longest=100)

    assert asyncio.run(run()) == [b"RCPT 1", b"RCPT 2"]


def test_what_is_put_back_comes_first() -> None:
    async def run() -> bytes:
        reader = fed(b"two")
        put_back(reader, b"one")
        return await reader.read(100)

    assert asyncio.run(run()) == b"onetwo"
