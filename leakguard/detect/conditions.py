"""Evaluates the conditions of a rule on the hits of its patterns: near, all, any, not, count."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

from leakguard.detect.page import Hit
from leakguard.detect.ruler import Ruler
from leakguard.model.rule import AllOf, AnyOf, Condition, Count, Has, Near, Not

MOST_MATCHES = 20  # evidence beyond this tells a reviewer nothing new

Match = tuple[Hit, ...]  # the places that together make a condition true
HitsOf = Callable[[str], Sequence[Hit]]


class Evaluator:
    """The conditions of one rule on one message. What several findings ask is worked out once."""

    def __init__(self, hits_of: HitsOf, ruler: Callable[[], Ruler]) -> None:
        self._hits_of = hits_of
        self._ruler = ruler
        self._places: dict[int, list[Hit]] = {}

    def evaluate(self, condition: Condition) -> tuple[Match, ...] | None:
        """The matches of a condition, or None when it does not hold. `not` holds without any evidence: ((),)."""
        match condition:
            case Has(pattern):
                return tuple((hit,) for hit in self._hits_of(pattern)[:MOST_MATCHES]) or None
            case Near():
                return self._near(condition) or None
            case AllOf(conditions):
                return self._all(conditions)
            case AnyOf(conditions):
                found = [self.evaluate(each) for each in conditions]
                return tuple(match for matches in found if matches for match in matches)[:MOST_MATCHES] or None
            case Not(inner):
                return ((),) if self.evaluate(inner) is None else None
            case Count(of, at_least):
                hits = _separate(self.places(of))
                return (tuple(hits[:MOST_MATCHES]),) if len(hits) >= at_least else None

    def places(self, condition: Condition) -> list[Hit]:
        """Every place of a condition as one hit each, in text order."""
        known = self._places.get(id(condition))
        if known is None:
            known = self._places[id(condition)] = self._seek(condition)
        return known

    def _seek(self, condition: Condition) -> list[Hit]:
        if isinstance(condition, Has):
            return list(self._hits_of(condition.pattern))
        if isinstance(condition, AnyOf):
            return sorted({hit for each in condition.conditions for hit in self.places(each)})
        matches = self.evaluate(condition) or ()
        return sorted({(min(s for s, _ in match), max(e for _, e in match)) for match in matches if match})

    def _all(self, conditions: tuple[Condition, ...]) -> tuple[Match, ...] | None:
        parts: list[Hit] = []
        for each in conditions:
            matches = self.evaluate(each)
            if matches is None:
                return None
            parts += matches[0]
        return (tuple(parts),)

    def _near(self, condition: Near) -> tuple[Match, ...]:
        """Each place of the one side with the nearest of the other, if that is near enough."""
        first, second = (condition.b, condition.a) if _is_nested(condition.a) else (condition.a, condition.b)
        if not self.places(first) or not self.places(second):
            return ()
        these, those = self.places(condition.a), self.places(condition.b)
        distance, ends = self._ruler().distance, sorted(those, key=_by_end)
        found: dict[Match, None] = {}
        for hit in these:
            neighbours = _neighbours(hit, those, ends)
            within = [(distance(hit, other), other) for other in neighbours]
            close = [(apart, other) for apart, other in within if apart is not None and apart <= condition.words]
            if close:
                _, other = min(close)
                found[((min(hit[0], other[0]), max(hit[1], other[1])),)] = None
                if len(found) == MOST_MATCHES:
                    break
        return tuple(found)


def _is_nested(condition: Condition) -> bool:
    """Whether it costs more to look for than single words do; then the other side is asked first."""
    return isinstance(condition, Near | AllOf | Count)


def _separate(hits: list[Hit]) -> list[Hit]:
    """The most places that do not overlap, in text order."""
    found: list[Hit] = []
    for hit in sorted(set(hits), key=_by_end):
        if not found or found[-1][1] <= hit[0]:
            found.append(hit)
    return found


def _by_end(hit: Hit) -> Hit:
    return hit[1], hit[0]


def _neighbours(hit: Hit, starts: list[Hit], ends: list[Hit]) -> list[Hit]:
    """The last place that ends before a hit and the first that begins behind it."""
    before = bisect_right(ends, hit[0], key=_end) - 1
    behind = bisect_left(starts, hit[1], key=_start)
    return [*ends[max(before, 0) : before + 1], *starts[behind : behind + 1]]


def _start(hit: Hit) -> int:
    return hit[0]


def _end(hit: Hit) -> int:
    return hit[1]
