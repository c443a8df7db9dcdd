"""Evaluates the conditions of a rule on the hits of its patterns: near, all, any, not, count."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

from leakguard.detect.page import PARAGRAPH, PART_BREAK, Hit
from leakguard.model.rule import AllOf, AnyOf, Condition, Count, Has, Near, Not

SENTENCE_WORDS = 4  # what the end of a sentence counts in a word window
PARAGRAPH_WORDS = 6  # what a blank line counts
MOST_MATCHES = 20  # evidence beyond this tells a reviewer nothing new
_LONGEST_WORD = 200  # a link counts as one word
_SENTENCE_END = re.compile(r"[.!?]+[\"')\]]*(?= |$)")

Match = tuple[Hit, ...]  # the places that together make a condition true
HitsOf = Callable[[str], Sequence[Hit]]


def evaluate(condition: Condition, text: str, hits_of: HitsOf) -> tuple[Match, ...] | None:
    """The matches of a condition, or None when it does not hold. `not` holds without any evidence: ((),)."""
    match condition:
        case Has(pattern):
            return tuple((hit,) for hit in hits_of(pattern)[:MOST_MATCHES]) or None
        case Near(a, b, words):
            return _near(_all_hits(a, text, hits_of), _all_hits(b, text, hits_of), words, text) or None
        case AllOf(conditions):
            return _all(conditions, text, hits_of)
        case AnyOf(conditions):
            found = [evaluate(each, text, hits_of) for each in conditions]
            return tuple(match for matches in found if matches for match in matches)[:MOST_MATCHES] or None
        case Not(inner):
            return ((),) if evaluate(inner, text, hits_of) is None else None
        case Count(of, at_least):
            hits = _separate(_all_hits(of, text, hits_of))
            return (tuple(hits[:MOST_MATCHES]),) if len(hits) >= at_least else None


def _all(conditions: tuple[Condition, ...], text: str, hits_of: HitsOf) -> tuple[Match, ...] | None:
    parts: list[Hit] = []
    for each in conditions:
        matches = evaluate(each, text, hits_of)
        if matches is None:
            return None
        parts += matches[0]
    return (tuple(parts),)


def _all_hits(condition: Condition, text: str, hits_of: HitsOf) -> list[Hit]:
    """Every place of a condition as one hit each, in text order."""
    if isinstance(condition, Has):
        return list(hits_of(condition.pattern))
    if isinstance(condition, AnyOf):
        return sorted({hit for each in condition.conditions for hit in _all_hits(each, text, hits_of)})
    matches = evaluate(condition, text, hits_of) or ()
    return sorted({(min(s for s, _ in match), max(e for _, e in match)) for match in matches if match})


def _separate(hits: list[Hit]) -> list[Hit]:
    """The most places that do not overlap, in text order."""
    found: list[Hit] = []
    for hit in sorted(set(hits), key=lambda each: (each[1], each[0])):
        if not found or found[-1][1] <= hit[0]:
            found.append(hit)
    return found


def _near(these: list[Hit], those: list[Hit], words: int, text: str) -> tuple[Match, ...]:
    reach = (words + 1) * _LONGEST_WORD
    starts = sorted(those)
    ends = sorted(those, key=lambda each: (each[1], each[0]))
    found: list[Match] = []
    for hit in these:
        neighbours = _neighbours(hit, starts, ends, reach)
        within = [(distance(text, hit, other), other) for other in neighbours]
        close = [(apart, other) for apart, other in within if apart is not None and apart <= words]
        if close:
            _, other = min(close)
            found.append(((min(hit[0], other[0]), max(hit[1], other[1])),))
            if len(found) == MOST_MATCHES:
                break
    return tuple(dict.fromkeys(found))


def _neighbours(hit: Hit, starts: list[Hit], ends: list[Hit], reach: int) -> list[Hit]:
    """The last place that ends before a hit and the first that begins behind it, within reach."""
    before = bisect_right(ends, hit[0], key=lambda each: each[1]) - 1
    behind = bisect_left(starts, hit[1], key=lambda each: each[0])
    return [
        *(each for each in ends[max(before, 0) : before + 1] if hit[0] - each[1] <= reach),
        *(each for each in starts[behind : behind + 1] if each[0] - hit[1] <= reach),
    ]


def distance(text: str, one: Hit, other: Hit) -> int | None:
    """Words between two hits, sentence ends and blank lines at their price; None across parts or when they overlap."""
    first, second = (one, other) if one[0] <= other[0] else (other, one)
    if second[0] < first[1]:
        return None
    between = text[first[1] : second[0]]
    if PART_BREAK in between:
        return None
    paragraphs = between.count(PARAGRAPH)
    words = sum(any(map(str.isalnum, each)) for each in between.replace(PARAGRAPH, " ").split())
    return words + PARAGRAPH_WORDS * paragraphs + SENTENCE_WORDS * len(_SENTENCE_END.findall(between))
