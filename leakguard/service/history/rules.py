"""What rules and reasons did: messages held and flagged, and how often people called it a false alarm."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from leakguard.service.history.happenings import DECISIONS, FALSE_ALARM, FLAGGED, HELD, Happening

FEW = 10  # of fewer decided items no share is told: one more or less would change it by a tenth


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Messages, each counted once for a name, and once for every other name that it has."""

    name: str
    held: int
    flagged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseAlarms:
    """decided: held messages that this rule was found in and that a person decided about or marked."""

    rule: str
    marked: int
    decided: int

    @property
    def rate(self) -> float | None:
        """Between 0 and 1; None when too few were decided to say."""
        return self.marked / self.decided if self.decided >= FEW else None


def by_rule(happenings: Sequence[Happening]) -> tuple[Tally, ...]:
    return _tallies(happenings, lambda each: each.rules)


def by_reason(happenings: Sequence[Happening]) -> tuple[Tally, ...]:
    return _tallies(happenings, lambda each: each.codes)


def _tallies(happenings: Sequence[Happening], names_of: Callable[[Happening], Iterable[str]]) -> tuple[Tally, ...]:
    """The most first."""
    held, flagged = _items(happenings, HELD, names_of), _items(happenings, FLAGGED, names_of)
    found = (
        Tally(name=name, held=len(held.get(name, ())), flagged=len(flagged.get(name, ()))) for name in {*held, *flagged}
    )
    return tuple(sorted(found, key=lambda each: (-each.held - each.flagged, -each.held, each.name)))


def _items(
    happenings: Iterable[Happening], kind: str, names_of: Callable[[Happening], Iterable[str]]
) -> dict[str, set[str]]:
    items: dict[str, set[str]] = defaultdict(set)
    for each in happenings:
        if each.kind == kind:
            for name in names_of(each):
                items[name].add(each.item)
    return items


def false_alarms(happenings: Sequence[Happening]) -> tuple[FalseAlarms, ...]:
    """Of messages that were held within these happenings. The most decided first."""
    held = _items(happenings, HELD, lambda each: each.rules)
    marked = _items(happenings, FALSE_ALARM, lambda each: each.rules)
    decided = {each.item for each in happenings if each.kind in DECISIONS and each.is_of_a_person}
    decided |= {each.item for each in happenings if each.kind == FALSE_ALARM}
    found = (
        FalseAlarms(rule=rule, marked=len(marked.get(rule, set()) & items), decided=len(decided & items))
        for rule, items in held.items()
    )
    chosen = [each for each in found if each.decided]
    return tuple(sorted(chosen, key=lambda each: (-each.decided, -each.marked, each.rule)))
