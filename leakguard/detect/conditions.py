"""Evaluates the conditions of a rule on the hits of its patterns: near, all, any, not, count."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from operator import itemgetter

from leakguard.detect.page import Hit
from leakguard.detect.ruler import Ruler
from leakguard.detect.sentences import Sentences
from leakguard.model.rule import AllOf, AnyOf, Condition, Count, Has, Near, Not

MOST_MATCHES = 500  # of one condition; that there are more is said

_SHOWN = 20  # places of a count; more tell a reviewer nothing new

_by_end = itemgetter(1, 0)

Match = tuple[Hit, ...]  # the places that together make a condition true
HitsOf = Callable[[str], Sequence[Hit]]


class Evaluator:
    """Conditions on one message. What several findings or rules ask is worked out once: by identity, as the detector
    keeps equal conditions as one.
    """

    def __init__(
        self,
        hits_of: HitsOf,
        ruler: Callable[[], Ruler],
        sentences: Callable[[], Sentences],
        is_copy: Callable[[Hit], bool],
    ) -> None:
        self._hits_of = hits_of
        self._ruler = ruler
        self._sentences = sentences
        self._is_copy = is_copy
        self._places: dict[int, list[Hit]] = {}
        self._found: dict[int, _Sought] = {}
        self._matches: dict[int, tuple[Match, ...] | None] = {}
        self._cut: set[int] = set()

    def is_cut(self, condition: Condition) -> bool:
        """Whether a condition has more matches than are looked at, or is made of such."""
        if not self._cut:  # as in nearly every message
            return False
        if id(condition) in self._cut:
            return True
        match condition:
            case AnyOf(conditions):
                return any(map(self.is_cut, conditions))
            case Near(a, b):
                return self.are_places_cut(a) or self.are_places_cut(b)
            case Count(of):
                return self.are_places_cut(of)
            case _:
                return False

    def are_places_cut(self, condition: Condition) -> bool:
        """Whether a condition has more places than are looked at: those of a pattern are all looked at."""
        if isinstance(condition, Has) or not self._cut:
            return False
        if isinstance(condition, AnyOf):
            return any(map(self.are_places_cut, condition.conditions))
        return self.is_cut(condition)

    def evaluate(self, condition: Condition) -> tuple[Match, ...] | None:
        """The matches of a condition, or None when it does not hold. `not` holds without any evidence: ((),)."""
        key = id(condition)
        if key not in self._matches:
            self._matches[key] = self._evaluate(condition)
        return self._matches[key]

    def _evaluate(self, condition: Condition) -> tuple[Match, ...] | None:
        match condition:
            case Has(pattern):
                hits = self._hits_of(pattern)
                if len(hits) > MOST_MATCHES:
                    self._cut.add(id(condition))
                return tuple((hit,) for hit in hits[:MOST_MATCHES]) or None
            case Near():
                return self._near(condition) or None
            case AllOf(conditions):
                return self._all(conditions)
            case AnyOf(conditions):
                found = [self.evaluate(each) for each in conditions]
                return tuple(match for matches in found if matches for match in matches) or None
            case Not(inner):
                return ((),) if self.evaluate(inner) is None else None
            case Count(of, at_least):
                apart = _separate([hit for hit in self.places(of) if not self._is_copy(hit)])
                return (tuple(apart[:_SHOWN]),) if len(apart) >= at_least else None

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
        sought, words, found = self._sought(condition.b), condition.words, dict[Match, None]()
        ruler = self._ruler()
        for hit in self.places(condition.a):
            possible = sought.beside(hit, words, ruler)
            other = next((each for each in possible if self._are_bound(condition, hit, each)), None)
            if other is not None:
                found[((min(hit[0], other[0]), max(hit[1], other[1])),)] = None
                if len(found) == MOST_MATCHES:
                    self._cut.add(id(condition))
                    break
        return tuple(found)

    def _are_bound(self, condition: Near, hit: Hit, other: Hit) -> bool:
        """Whether sentences do not keep two places from each other."""
        if not (condition.in_sentence or condition.goes_on) or not self._are_apart(hit, other):
            return True
        return condition.goes_on and hit < other and self._sentences().is_opened_by(other)

    def _are_apart(self, hit: Hit, other: Hit) -> bool:
        """Whether a sentence ends between two places."""
        number = self._sentences().number
        return number(min(hit[1], other[1])) != number(max(hit[0], other[0]))

    def _sought(self, condition: Condition) -> _Sought:
        known = self._found.get(id(condition))
        if known is None:
            known = self._found[id(condition)] = _Sought(self.places(condition))
        return known


class _Sought:
    """Places among which neighbours are sought, in the order of their beginnings and of their ends."""

    __slots__ = ("by_end", "by_start", "ends", "starts")

    def __init__(self, places: list[Hit]) -> None:
        self.by_start = places
        self.by_end = sorted(places, key=_by_end)
        self.starts = [start for start, _ in self.by_start]
        self.ends = [end for _, end in self.by_end]

    def beside(self, hit: Hit, words: int, ruler: Ruler) -> list[Hit]:
        """The last place that ends before a hit and the first that begins behind, if near enough; the nearer first."""
        start, end = hit
        found: list[tuple[int, Hit]] = []
        index = bisect_right(self.ends, start)
        if index:
            before = self.by_end[index - 1]
            found.append((ruler.apart(before[1], start, words), before))
        index = bisect_left(self.starts, end)
        if index < len(self.starts):
            behind = self.by_start[index]
            found.append((ruler.apart(end, behind[0], words), behind))
        return [other for apart, other in sorted(found) if apart <= words]


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
