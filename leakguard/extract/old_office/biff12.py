"""Records of binary workbooks (xlsb): type and length in 7-bit groups, strings in UTF-16.

ref: MS-XLSB
"""

from __future__ import annotations

from collections.abc import Iterator

_LONG = 0xFFFFFFFF  # the length of a string that is not there


def records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """(type, content), to the end or to the first that is cut off."""
    at = 0
    while at < len(part):
        kind = part[at]
        at += 1
        if kind & 0x80 and at < len(part):
            kind = (kind & 0x7F) | (part[at] & 0x7F) << 7
            at += 1
        size = 0
        for group in range(4):
            if at >= len(part):
                return
            size |= (part[at] & 0x7F) << 7 * group
            at += 1
            if not part[at - 1] & 0x80:
                break
        yield kind, part[at : at + size]
        at += size


def is_records(part: bytes) -> bool:
    """Whether the lengths lead exactly to the end, and each part begins with the record that opens it."""
    if len(part) < 3 or part[0] < 0x80:
        return False
    at = 0
    for _, content in records(part):
        at += len(content)
    return at < len(part)


def text(content: bytes, at: int) -> tuple[str, int]:
    """A string with its length in front, and where it ends."""
    count = int.from_bytes(content[at : at + 4], "little")
    if count == _LONG or at + 4 > len(content):
        return "", at + 4
    end = min(at + 4 + 2 * count, len(content))
    return content[at + 4 : end].decode("utf-16-le", "replace"), end


def rich_text(content: bytes, at: int = 0) -> str:
    """A string with a flag in front, and formats behind that are no text."""
    return text(content, at + 1)[0]
