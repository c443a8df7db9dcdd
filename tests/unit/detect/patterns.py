"""Random regular expressions, bounded and not, and texts in which they find something."""

from __future__ import annotations

import random
import re

PARTS = ["ab", "abc", "bca", "cab", "b-a", "a b", "a", "b", "c", " ", "-", r"4\.1", "abcb", "K", "s"]
CLASSES = ["[ab]", "[^a]", "[ -]", r"\w", r"\d", ".", r"\s", "[a-c1-4]", r"[\d.]", r"[^\x1e]", r"[a\x62]", "(?s:.)"]
EDGES = [r"\b", r"\B", "$", "^", r"(?=b)", r"(?!a)", "(?<=a)", "(?<! )", r"(?=\w\w)", r"(?![abc]+4)", r"\Z", r"\A"]
REPEATS = ["?", "*", "+", "{2}", "{0,2}", "{1,3}", "{,2}", "{2,}", "{0}", "*?", "+?", "??", "{1,2}?", "?+", "++"]
FILLING = ["", " ", "a", "b", "c", "-", "4", "\n", ". ", "\u00ad", "\u200b", "  ", "é", "ﬁ", "A", "K", "\u017f", "x"]


def a_pattern(source: random.Random, depth: int = 0) -> str:
    parts = "".join(_part(source, depth) for _ in range(source.randint(1, 4)))
    if depth or source.random() > 0.1:
        return parts
    return rf"({a_pattern(source, 1)}){parts}\1"  # what its first group matched, again


def _part(source: random.Random, depth: int) -> str:
    chance = source.random()
    if chance < 0.5:
        return source.choice(PARTS)
    if chance < 0.62:
        return source.choice(EDGES)
    if chance < 0.74:
        return source.choice(CLASSES) + source.choice(["", "", *REPEATS])
    if depth > 1:
        return source.choice(PARTS)
    inner = "|".join(a_pattern(source, depth + 1) for _ in range(source.randint(1, 3)))
    opening = source.choice(["(", "(?:", "(?:", "(?:", "(?>", "(?=", "(?!", f"(?P<g{source.randrange(10**9)}>"])
    return f"{opening}{inner})" + (source.choice(["", "", *REPEATS]) if opening not in ("(?=", "(?!") else "")


def words_of(source: random.Random, pattern: str) -> str:
    """A text of the pattern's own letters, with things between that fold, vanish or break."""
    own = re.findall(r"[abc4KS. -]+", pattern, re.IGNORECASE) or ["a"]
    pieces = [source.choice(own if source.random() < 0.6 else FILLING) for _ in range(source.randint(1, 30))]
    return "".join(piece.upper() if source.random() < 0.1 else piece for piece in pieces)
