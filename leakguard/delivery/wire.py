"""SMTP as it looks on the wire, seen from the client: dots, replies and command lines, without a connection.

ref: RFC 5321 section 4.5.2 (transparency), section 4.2 (replies), section 4.1.1 (commands)
"""

from __future__ import annotations

import re

from leakguard.model.errors import LeakGuardError
from leakguard.service.ports import Reply

END_OF_DATA = b".\r\n"
MAX_REPLY_LINES = 100
MAX_REPLY_BYTES = 64 * 1024

# CR and NUL inside a line are refused: a reply is passed on word for word, and must stay one reply there.
_REPLY_LINE = re.compile(rb"([2-5][0-9]{2})(?:([ -])[^\r\n\0]*)?\r\n")
_UNSAFE = re.compile(rb"[\r\n\0]")


class BadReply(LeakGuardError):
    """What the next hop said is not an SMTP reply, or too long for one. Its words are not repeated here."""


class UnsafeArgument(LeakGuardError):
    """A command argument holds CR, LF or NUL, or is no octet string. It was not sent."""


def stuff(content: bytes) -> bytes:
    """Content as it goes before the final dot: leading dots doubled, last line ended.

    Returns the same object when there is nothing to do. ref: RFC 5321 section 4.5.2
    """
    if not content:
        return content
    if b"\r\n." in content:
        content = content.replace(b"\r\n.", b"\r\n..")
    if content.startswith(b"."):
        content = b"." + content
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def unstuff(wire: bytes) -> bytes:
    """The content of what came before the final dot. Returns the same object when there is nothing to do.

    ref: RFC 5321 section 4.5.2
    """
    if b"\r\n." in wire:
        wire = wire.replace(b"\r\n.", b"\r\n")
    return wire[1:] if wire.startswith(b".") else wire


def command(verb: str, address: str, params: str = "") -> bytes:
    """`MAIL FROM:<address> params` without CRLF; the octets of the address are those that were received.

    Raises UnsafeArgument.
    """
    return octets(f"{verb}:<{address}> {params}" if params else f"{verb}:<{address}>")


def octets(line: str) -> bytes:
    """A command line as octets: those it was decoded from. Raises UnsafeArgument."""
    try:
        encoded = line.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise UnsafeArgument("command argument is no octet string") from None
    if _UNSAFE.search(encoded):
        raise UnsafeArgument("command argument holds CR, LF or NUL")
    return encoded


def take_reply(buffer: bytearray) -> Reply | None:
    """Cut the first whole reply off the buffer; None when it has not come yet. Raises BadReply.

    ref: RFC 5321 section 4.2, section 4.2.1 (multi-line replies)
    """
    lines: list[bytes] = []
    code, start = b"", 0
    while end := buffer.find(b"\n", start) + 1:
        match = _REPLY_LINE.fullmatch(buffer, start, end)
        if match is None or (lines and match[1] != code):
            raise BadReply("unparsable reply" if match is None else "codes of a reply disagree")
        code = bytes(match[1])
        lines.append(bytes(buffer[start : end - 2]))
        if len(lines) > MAX_REPLY_LINES or end > MAX_REPLY_BYTES:
            break
        if match[2] != b"-":
            del buffer[:end]
            return Reply(int(code), tuple(lines))
        start = end
    if len(lines) > MAX_REPLY_LINES or len(buffer) > MAX_REPLY_BYTES:
        raise BadReply("reply too long")
    return None
