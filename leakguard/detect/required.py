"""Reads off a regular expression what is true of each match: literals one of which it contains, and how long it is.

Only what is plain to see: of a pattern with anything not listed here (verbose and reverse flags, named characters,
named references, sets in sets, fuzziness) nothing is said, and nothing said is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import inf

from leakguard.detect.normalise import fold_phrase
from leakguard.model.rule import Regex

_LEAST = 3  # characters of a literal: a shorter one is in every message
_MOST = 32  # texts that are multiplied out: what starts in more ways is looked for by fewer and shorter ones
_MOST_LITERALS = 96  # of a pattern
_MOST_OF_A_CLASS = 8
_DEEPEST = 50  # groups in groups
_TOKEN = re.compile(
    r"(?P<flags>\(\?[ims]+\))"
    r"|(?P<look>\(\?<?[=!])"
    r"|(?P<open>\((?!\?)|\(\?(?:[ims]*:|>|P?<[a-zA-Z]\w*>))"
    r"|(?P<close>\))"
    r"|(?P<choice>\|)"
    r"|(?P<repeat>(?:[?*+]|\{(?=[\d,])(?P<least>\d*)(?P<comma>,?)(?P<most>\d*)\})[?+]?)"
    r"|(?P<class>\[\^?\]?(?:[^\]\[\\]|\\[dDsSwWnrt]|\\x[0-9a-fA-F]{2}|\\[^\w\s])*\])"
    r"|(?P<again>\\[1-9](?!\d))"
    r"|(?P<edge>\\[bBAZ]|[$^])"
    r"|(?P<any>\\[dDsSwWnrt]|\.)"
    r"|(?P<literal>\\[^\w\s]|[^\\\[\](){}|?*+.^$])"
)
_SMALL_CLASS = re.compile(r"\[(?:[^\W_]-[^\W_]|[^\\^\]\[\-])+-?\]")
_CLASS_MEMBER = re.compile(r"(.)-(.)|(.)")
_KEPT = frozenset("abcdefghijklmnopqrstuvwxyz0123456789 -_/.")  # fold one by one, in whatever text


@dataclass(frozen=True, slots=True)
class Shape:
    """A pattern, or part of one. exact: all it can match, when that is little. literals: one of them is in each match;
    none when none is known. longest: characters of a match. ahead: how far behind its end it looks.
    """

    exact: frozenset[str] | None = None
    literals: frozenset[str] = frozenset()
    longest: float = inf
    ahead: float = inf

    @property
    def is_local(self) -> bool:
        """Whether all matches are found by looking around its literals."""
        return bool(self.literals) and self.longest + self.ahead < inf

    def best(self) -> frozenset[str]:
        """The literals that occur most rarely."""
        return max((_folded(self.exact or ()), self.literals), key=_rarity)


_NOTHING = Shape(frozenset({""}), longest=0, ahead=0)
_ONE = Shape(None, longest=1, ahead=0)
_EDGE = Shape(frozenset({""}), longest=0, ahead=2)  # `$` looks past a line break at the end of the text
_ALWAYS = {"any": _ONE, "edge": _EDGE, "flags": _NOTHING}


class _Unknown(Exception):
    """Something of which this reader knows nothing."""


@lru_cache(maxsize=65536)
def shape(pattern: str) -> Shape:
    """What is known of every match, with literals as they stand in the canonical text."""
    try:
        read = _Reader(pattern).whole()
    except _Unknown:
        return Shape()
    return Shape(None, read.best(), read.longest, read.ahead)


def prefilter(regex: Regex) -> tuple[str, ...]:
    """Folded literals one of which is in every text the pattern matches; none where that is not known. The author is
    asked only where the pattern does not tell.
    """
    found = shape(regex.pattern).literals or frozenset(map(fold_phrase, regex.prefilter))
    return tuple(sorted(found)) if all(found) else ()


class _Reader:
    """Reads a pattern from left to right."""

    def __init__(self, pattern: str) -> None:
        self._tokens = list(_tokens(pattern))
        self._at = self._depth = 0
        self._captured: list[Shape | None] = []  # by groups that others may refer to, in order; None while one is open

    def whole(self) -> Shape:
        read = self._choice()
        if self._at < len(self._tokens):
            raise _Unknown
        return read

    def _kind(self) -> str | None:
        return self._tokens[self._at].lastgroup if self._at < len(self._tokens) else None

    def _next(self) -> re.Match[str]:
        self._at += 1
        return self._tokens[self._at - 1]

    def _choice(self) -> Shape:
        branches = [self._sequence()]
        while self._kind() == "choice":
            self._next()
            branches.append(self._sequence())
        return _one_of(branches) if len(branches) > 1 else branches[0]

    def _sequence(self) -> Shape:
        parts: list[Shape] = []
        while self._kind() not in (None, "choice", "close"):
            part = self._part()
            parts += _repeated(part, self._next()) if self._kind() == "repeat" else [part]
        return _joined(parts)

    def _part(self) -> Shape:
        token = self._next()
        match token.lastgroup:
            case "open":
                return self._captures() if token.group() == "(" else self._group()
            case "again":
                return self._again(int(token.group()[1:]))
            case "look":
                inner = self._group()
                return Shape(_NOTHING.exact, longest=0, ahead=inner.longest + inner.ahead)
            case "literal":
                return Shape(_exact({token.group()[-1]}), longest=1, ahead=0)
            case "class":
                return Shape(_members(token.group()), longest=1, ahead=0)
            case str(kind) if kind in _ALWAYS:
                return _ALWAYS[kind]
        raise _Unknown  # a repetition of nothing

    def _captures(self) -> Shape:
        number = len(self._captured)
        self._captured.append(None)
        inner = self._captured[number] = self._group()
        return inner

    def _again(self, number: int) -> Shape:
        """What a group matched: as long as that. Named groups are counted otherwise: two may have one number."""
        group = self._captured[number - 1] if number <= len(self._captured) else None
        if group is None or any(map(_is_named, self._tokens)):
            raise _Unknown
        return Shape(None, longest=group.longest, ahead=0)

    def _group(self) -> Shape:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _Unknown
        inner = self._choice()
        if self._kind() != "close":
            raise _Unknown
        self._next()
        self._depth -= 1
        return inner


def _tokens(pattern: str) -> Iterator[re.Match[str]]:
    at = 0
    while at < len(pattern):
        token = _TOKEN.match(pattern, at)
        if token is None:
            raise _Unknown
        yield token
        at = token.end()


def _is_named(token: re.Match[str]) -> bool:
    return token.lastgroup == "open" and token.group().startswith(("(?P<", "(?<"))


def _exact(characters: Iterable[str]) -> frozenset[str] | None:
    lower = frozenset(map(str.lower, characters))
    return lower if lower <= _KEPT else None


def _members(written: str) -> frozenset[str] | None:
    """The characters of a small class, without what it excludes or names."""
    if not _SMALL_CLASS.fullmatch(written):
        return None
    found: set[str] = set()
    for first, last, single in _CLASS_MEMBER.findall(written[1:-1]):
        found.update(map(chr, range(ord(first), ord(last) + 1)) if first else single)
    return _exact(found) if len(found) <= _MOST_OF_A_CLASS else None


def _one_of(branches: list[Shape]) -> Shape:
    exact: set[str] | None = set()
    for each in branches:
        exact = None if exact is None or each.exact is None else exact | each.exact
    sets = [each.best() for each in branches]
    literals = frozenset().union(*sets) if all(sets) else frozenset[str]()
    return Shape(
        frozenset(exact) if exact and len(exact) <= _MOST else None,
        literals if len(literals) <= _MOST_LITERALS else frozenset(),
        max(each.longest for each in branches),
        max(each.ahead for each in branches),
    )


def _joined(parts: list[Shape]) -> Shape:
    """One after the other. Neighbours of which all texts are known make longer ones, as long as these are few."""
    runs, is_exact = [frozenset({""})], True
    for part in parts:
        if part.exact is not None and len(runs[-1]) * len(part.exact) <= _MOST:
            runs[-1] = frozenset(map("".join, product(runs[-1], part.exact)))
        else:
            is_exact = False
            runs.append(part.exact or frozenset({""}))
    known = [*map(_folded, runs), *(part.literals for part in parts)]
    return Shape(
        runs[0] if is_exact else None,
        max(known, key=_rarity),
        sum(part.longest for part in parts),
        sum(part.ahead for part in parts),
    )


def _repeated(part: Shape, token: re.Match[str]) -> list[Shape]:
    """A first time that must be, then the others."""
    least, most = _times(token)
    if least:
        return [part, _up_to(most - 1, part)] if most > 1 else [part]
    if most == 1 and part.exact is not None:
        return [Shape(part.exact | {""}, longest=part.longest, ahead=part.ahead)]
    return [_up_to(most, part)]


def _up_to(times: float, part: Shape) -> Shape:
    return Shape(None, longest=part.longest * times if part.longest and times else 0, ahead=part.ahead)


def _times(token: re.Match[str]) -> tuple[int, float]:
    sign = token.group()[0]
    if sign != "{":
        return int(sign == "+"), 1 if sign == "?" else inf
    least, comma, most = token.group("least", "comma", "most")
    if not comma:
        return int(least), int(least)
    return int(least or 0), int(most) if most else inf


def _folded(texts: Iterable[str]) -> frozenset[str]:
    """As they stand in the canonical text, without those that contain another; none when one is too short to seek."""
    folded = frozenset(map(fold_phrase, texts))
    if min(map(len, folded), default=0) < _LEAST:
        return frozenset()
    return frozenset(each for each in folded if not any(other in each for other in folded if other != each))


def _rarity(literals: frozenset[str]) -> tuple[int, int]:
    return min(map(len, literals), default=0), -len(literals)
