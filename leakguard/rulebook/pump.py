"""How long a regex takes for text made to keep it busy: long runs of what it likes, with an end that it does not."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from functools import lru_cache

import regex

_SIZE = 32 * 1024
_FIRST_SIZE, _AT_ONCE = 8 * 1024, 0.0005  # so quick for a quarter, it is within its time for the whole, cubes included
_SECONDS = 0.05  # what the engine gives a pattern
_REFUSED = 0.25  # five times that: no machine makes it good
_UNITS = (" ", "a", "7", "\n", "word ", "word\n", "1,", "1 ", "\t", "-", ". ")
_OPERATORS = regex.compile(r"\\[A-Za-z]|\(\?[^)]*?[:=!>]|\{[^}]*\}")
_LITERAL = regex.compile(r"[^\W_]+")
_SYMBOL = regex.compile(r"\\([^\w\s])|([^\w\s\\^$.|?*+()\[\]{}])")
_END = "\x00"
_MOST_REPEATS = 20_000  # counted repetitions inside each other multiply: `(?:a{1,1000}){1,1000}` is a million
_PIECE = regex.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{\d*(?:,(?P<most>\d*))?\}|.", regex.DOTALL)


class Slowness(Enum):
    """SLOW: longer than the engine allows. CATASTROPHIC: several times that, so that anybody could send such a text."""

    NONE = "none"
    SLOW = "slow"
    CATASTROPHIC = "catastrophic"


@lru_cache(maxsize=4096)
def slowness(pattern: str, prefilter: tuple[str, ...]) -> Slowness:
    """The worst that the pumps show. A pattern that is slow once is asked again: the machine may have been busy."""
    if _repeats(pattern) > _MOST_REPEATS:
        return Slowness.CATASTROPHIC
    compiled = regex.compile(pattern, regex.IGNORECASE | regex.VERSION0)
    worst = Slowness.NONE
    for first, unit, end in _pumps(pattern, prefilter):
        if _ends(compiled, first + unit * (_FIRST_SIZE // len(unit)) + end, _AT_ONCE):
            continue
        text = first + unit * (_SIZE // len(unit)) + end
        if _is_within(compiled, text, _SECONDS):
            continue
        if not _is_within(compiled, text, _REFUSED):
            return Slowness.CATASTROPHIC
        worst = Slowness.SLOW
    return worst


def _repeats(pattern: str) -> int:
    """The product of the counted repetitions that stand inside each other, of the deepest such nest."""
    open_groups, last, worst = [1], 1, 1
    for piece in _PIECE.finditer(pattern):
        text, most = piece.group(), piece["most"] or ""
        if text == "(":
            open_groups.append(1)
        elif text == ")":
            last = open_groups.pop() if len(open_groups) > 1 else 1
        elif text.startswith("{") and len(text) > 1:
            last *= max(1, int(most or text.strip("{,}") or "1"))
        elif text not in "?+*":
            last = 1
        open_groups[-1] = max(open_groups[-1], last)
        worst = max(worst, last)
    return worst


def _is_within(pattern: regex.Pattern[str], text: str, seconds: float) -> bool:
    """Within the time of the processor, at the second attempt at the latest."""
    return _ends(pattern, text, seconds) or _ends(pattern, text, seconds)


def _ends(pattern: regex.Pattern[str], text: str, seconds: float) -> bool:
    try:
        for _ in pattern.finditer(text, timeout=seconds):
            pass
    except TimeoutError:
        return False
    return True


def _pumps(pattern: str, prefilter: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """What comes before, what is repeated, and what comes after: with the pattern's own text there, so that an engine
    which looks for its required letters first does not give up at once.
    """
    bare = _OPERATORS.sub(" ", pattern)
    literals = dict.fromkeys((*prefilter, *_LITERAL.findall(bare)))
    own = list(literals)[:16]  # enough to be unlucky with; a long list of words is no repetition
    symbols = dict.fromkeys(one or other for one, other in _SYMBOL.findall(bare))
    signs = [f"{symbol}{after}" for symbol in list(symbols)[:8] for after in ("", "7", "a")]
    first = own[0] if own else ""
    for unit in dict.fromkeys((*_UNITS, *own, *(f"{each} " for each in own), *signs)):
        for end in (_END, f"{_END}\n{pattern}"):
            yield first + " ", unit, end
            yield first, unit, end
