"""Finds many literals in one text, overlapping ones too: a native automaton, or the same in plain Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

ahocorasick_rs: Any
try:
    import ahocorasick_rs
except ImportError:  # no wheel for this platform: slower, with the same findings
    ahocorasick_rs = None

_HEAD = 3  # characters that decide whether a literal may begin here


class Matcher(Protocol):
    def find_matches_as_indexes(self, text: str, overlapping: bool) -> Iterable[tuple[int, int, int]]:
        """(number of the literal, start, end) of every occurrence of every literal."""


MakeMatcher = Callable[[Sequence[str]], Matcher]


class PlainMatcher:
    """Each place of a text is asked by its first characters which lengths of literals may begin there."""

    def __init__(self, literals: Sequence[str]) -> None:
        self._numbers: dict[str, list[int]] = {}
        lengths: dict[str, set[int]] = {}
        for number, literal in enumerate(literals):
            self._numbers.setdefault(literal, []).append(number)
            lengths.setdefault(literal[:_HEAD], set()).add(len(literal))
        self._lengths = {head: tuple(sorted(found)) for head, found in lengths.items()}
        self._heads = sorted({len(head) for head in lengths})

    def find_matches_as_indexes(self, text: str, overlapping: bool = True) -> list[tuple[int, int, int]]:
        assert overlapping, "the engine needs every literal, whatever stands in it"
        found: list[tuple[int, int, int]] = []
        for size in self._heads:
            possible = self._lengths
            for start in range(len(text) - size + 1):
                head = text[start : start + size]
                if head in possible:
                    self._from(text, start, possible[head], found)
        return found

    def _from(self, text: str, start: int, lengths: Iterable[int], found: list[tuple[int, int, int]]) -> None:
        for length in lengths:
            for number in self._numbers.get(text[start : start + length], ()):
                if start + length <= len(text):
                    found.append((number, start, start + length))


class _NativeMatcher:
    """ASCII is scanned as octets, which need no way back to characters: a quarter to a half faster."""

    __slots__ = ("_octets", "_text")

    def __init__(self, literals: Sequence[str]) -> None:
        kind = ahocorasick_rs.MatchKind.Standard
        self._text = ahocorasick_rs.AhoCorasick(literals, matchkind=kind, store_patterns=False)
        self._octets = ahocorasick_rs.BytesAhoCorasick([each.encode() for each in literals], matchkind=kind)

    def find_matches_as_indexes(self, text: str, overlapping: bool = True) -> list[tuple[int, int, int]]:
        find, content = (self._octets, text.encode()) if text.isascii() else (self._text, text)
        found: list[tuple[int, int, int]] = find.find_matches_as_indexes(content, overlapping=overlapping)
        return found


def native_matcher(literals: Sequence[str]) -> Matcher:
    return _NativeMatcher(literals)


best_matcher: MakeMatcher = PlainMatcher if ahocorasick_rs is None else native_matcher
