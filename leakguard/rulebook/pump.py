"""How long a regex takes for text made to keep it busy: long runs of what it likes, with an end that it does not."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from functools import lru_cache

import regex

_SIZE = 32 * 1024
_SECONDS = 0.05  # what the engine gives a pattern
_CERTAIN = 1.0  # for a sixteenth of the text: no machine makes that good
_SMALL = 2 * 1024
_UNITS = (" ", "a", "7", "\n", "word ", "word\n", "1,", "1 ", "\t", "-", ". ")
_OPERATORS = regex.compile(r"\\[A-Za-z]|\\.|\(\?[^)]*?[:=!>]|\{[^}]*\}")
_LITERAL = regex.compile(r"[^\W_]+")
_END = "\x00"


class Slowness(Enum):
    """SLOW: longer than the engine allows for a long run. CATASTROPHIC: endless for a short one too."""

    NONE = "none"
    SLOW = "slow"
    CATASTROPHIC = "catastrophic"


@lru_cache(maxsize=4096)
def slowness(pattern: str, prefilter: tuple[str, ...]) -> Slowness:
    """The worst that the pumps show. A pattern that is slow once is asked again: the machine may have been busy."""
    compiled = regex.compile(pattern, regex.IGNORECASE | regex.VERSION0)
    worst = Slowness.NONE
    for first, unit, end in _pumps(pattern, prefilter):
        text = first + unit * (_SIZE // len(unit)) + end
        if _is_within(compiled, text, _SECONDS) or _is_within(compiled, text, _SECONDS):
            continue
        if not _is_within(compiled, first + unit * (_SMALL // len(unit)) + end, _CERTAIN):
            return Slowness.CATASTROPHIC
        worst = Slowness.SLOW
    return worst


def _is_within(pattern: regex.Pattern[str], text: str, seconds: float) -> bool:
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
    literals = dict.fromkeys((*prefilter, *_LITERAL.findall(_OPERATORS.sub(" ", pattern))))
    own = list(literals)[:16]  # enough to be unlucky with; a long list of words is no repetition
    first = own[0] if own else ""
    for unit in (*_UNITS, *own, *(f"{each} " for each in own)):
        for end in (_END, f"{_END}\n{pattern}"):
            yield first + " ", unit, end
            yield first, unit, end
