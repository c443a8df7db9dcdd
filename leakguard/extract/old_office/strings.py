"""Strings in bytes that nobody interprets, in 8 bits and in UTF-16. Better coarse than silent.

Rule of this file: linear time. Scripts without spaces between words are left out of the UTF-16 sweep, as any two bytes
look like one of their characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_LETTERS = rb"\t\n\r\x20-\x7e"
_NARROW = re.compile(rb"[" + _LETTERS + rb"\x91-\x97\xa0-\xff]{4,}+")
_WIDE = re.compile(rb"(?:[" + _LETTERS + rb"\xa0-\xff]\x00|[\x00-\xff][\x01-\x06\x1e]|[\x10-\x3f\xac]\x20){3,}+")
_WORD = re.compile(r"[^\W\d_]{3}|\d[\d.,%]{2}")


def strings(data: bytes, charset: str = "cp1252") -> str:
    """One line for each string that has a word or a figure in it."""
    wide = [match[0].decode("utf-16-le", "replace") for match in _WIDE.finditer(data)]
    return "\n".join(_wordy([*wide, *_narrow(data, charset)]))


def _narrow(data: bytes, charset: str) -> Iterator[str]:
    for match in _NARROW.finditer(data):
        text = match[0].decode(charset, "replace")
        letters = sum(map(text.count, "aeiou \n0123456789")) if len(text) < 12 else 1
        if letters:
            yield text


def _wordy(found: list[str]) -> Iterator[str]:
    for text in dict.fromkeys(found):
        stripped = text.replace("\r", "\n").strip()
        if _WORD.search(stripped) and _is_one_script(stripped):
            yield stripped


def _is_one_script(text: str) -> bool:
    """Whether it looks written: bytes that are no text fall into all scripts at once."""
    sample = text[:200]
    plain = sum(1 for character in sample if character < "\x7f")
    if plain * 2 >= len(sample):
        return True
    blocks = [ord(character) >> 8 for character in sample if character >= "\x7f"]
    most = max(set(blocks), key=blocks.count)
    return most in (3, 4, 5, 6) and blocks.count(most) * 5 >= len(blocks) * 4 and len(set(sample)) * 4 > len(sample)
