"""Characters that nobody sees, by name: those that turn text round, have no width, or control a terminal.

ref: Unicode Standard Annex 9 (bidirectional controls)
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_NO_WIDTH = "\u00ad\u034f\u180b-\u180f\u200b-\u200d\u2028\u2029\u2060-\u2065\u206a-\u206f\ufeff\ufff0-\ufffc"
_FILLERS = "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
_TAGS = "\U000e0000-\U000e0fff\ufe00-\ufe0d"  # the two selectors of emoji are ordinary
_CONTROLS = "\\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
UNSEEN = re.compile(f"(?:[{_CONTROLS}{_BIDI}{_NO_WIDTH}{_FILLERS}{_TAGS}]|\r(?!\n))+")
_TURNS = re.compile(f"[{_BIDI}]")
_MOST_NAMES = 4


def visible(text: str) -> str:
    """The same text with what does not show named in brackets."""
    return UNSEEN.sub(lambda match: named(match[0]), text)


def untwisted(text: str) -> str:
    """The same text with only those characters named that turn text round."""
    return _TURNS.sub(lambda match: named(match[0]), text)


def pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """(start, end, name) of each run in this stretch: name is "" for what shows."""
    at = start
    for match in UNSEEN.finditer(text, start, end):
        if match.start() > at:
            yield at, match.start(), ""
        yield match.start(), match.end(), named(match[0])
        at = match.end()
    if at < end:
        yield at, end, ""


def named(run: str) -> str:
    """ "[U+202E right-to-left override]"; of many together, how many and which."""
    kinds = list(dict.fromkeys(run))
    names = [_name(each) for each in kinds[:_MOST_NAMES]]
    if len(run) == 1:
        return f"[{names[0]}]"
    more = f" and {len(kinds) - _MOST_NAMES} other kinds" if len(kinds) > _MOST_NAMES else ""
    return f"[{len(run):,} characters that do not show: {', '.join(names)}{more}]"


def _name(char: str) -> str:
    code = ord(char)
    if 0xD800 <= code < 0xE000:
        return f"U+{code:04X} octet that is no text"
    return f"U+{code:04X} {unicodedata.name(char, 'control character').lower()}"
