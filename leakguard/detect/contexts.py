"""What a match stands in: the contexts of its rule that reach its sentence. Worked out once for each sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

from leakguard.detect.compile import CompiledRule
from leakguard.detect.conditions import Match
from leakguard.detect.page import Hit, Page
from leakguard.detect.periods import Named
from leakguard.detect.sentences import Sentences, reaches
from leakguard.model.content import Confidence, lower
from leakguard.model.period import Period
from leakguard.model.rule import Condition, Context, FindingSpec, Reach

_ORDER = tuple(Confidence)  # the surest first

PlacesOf = Callable[[Condition], Sequence[Hit] | None]  # None for what could not be worked out


@dataclass(frozen=True, slots=True)
class Setting:
    """contexts: those that a match stands in. about: the times that it says it tells of, where they matter."""

    contexts: tuple[Context, ...]
    about: tuple[Period, ...]

    def confidence(self, own: Confidence) -> Confidence:
        return reduce(lower, (each.to for each in self.contexts if not each.another_time), own)

    def elsewhere(self, own: Confidence) -> Confidence | None:
        """How sure it is for a release about other times; None where that makes no difference."""
        another = [each.to for each in self.contexts if each.another_time]
        return reduce(lower, another, own) if another else None

    def rank(self, own: Confidence) -> tuple[int, bool]:
        """What comes first is surer."""
        return _ORDER.index(self.confidence(own)), self.elsewhere(own) is not None


class Surroundings:
    """The contexts of one message."""

    def __init__(self, page: Page, periods: Callable[[], Sequence[Named]]) -> None:
        self._page = page
        self._periods = periods
        self._numbers: dict[int, list[int] | None] = {}
        self._settings: dict[tuple[int, int, int], Setting] = {}

    @cached_property
    def sentences(self) -> Sentences:
        return Sentences(self._page)

    @cached_property
    def _times(self) -> list[tuple[int, Period]]:
        return [(self.sentences.number(start), period) for (start, _), period in self._periods()]

    def setting(self, compiled: CompiledRule, spec: FindingSpec, match: Match, places_of: PlacesOf) -> Setting:
        if not spec.lowered_by:
            return Setting((), ())
        first, last = self.sentences.range_of(match)
        key = (id(spec), first, last)
        if key not in self._settings:
            held = [each for each in spec.lowered_by if self._holds(compiled, each, first, last, places_of)]
            another = next((each for each in held if each.another_time), None)
            about = self._about(first, last, another.reach) if another is not None else ()
            self._settings[key] = Setting(tuple(held), about)
        return self._settings[key]

    def _holds(self, compiled: CompiledRule, context: Context, first: int, last: int, places_of: PlacesOf) -> bool:
        """A context that could not be worked out lowers nothing."""
        when, unless = compiled.contexts[context.id]
        beside, numbers = context.reach.beside, self._numbers_of(when, places_of)
        if not numbers or not reaches(numbers, first - beside, last + beside):
            return False
        if unless is None:
            return True
        but = self._numbers_of(unless, places_of)
        return but is not None and not reaches(but, first, last)

    def _numbers_of(self, condition: Condition, places_of: PlacesOf) -> list[int] | None:
        if id(condition) not in self._numbers:
            places = places_of(condition)
            self._numbers[id(condition)] = None if places is None else self.sentences.numbers_of(places)
        return self._numbers[id(condition)]

    def _about(self, first: int, last: int, reach: Reach) -> tuple[Period, ...]:
        """The times that the sentence itself names, and when it came out; where it names none, those around it."""
        own = any(first <= number <= last for number, _ in self._times)
        beside = reach.beside
        around = [(number, period) for number, period in self._times if first - beside <= number <= last + beside]
        said = (period for number, period in around if not own or period.published or first <= number <= last)
        return tuple(dict.fromkeys(said))
