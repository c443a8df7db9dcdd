"""How long held messages waited for a person, and how many needed none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil

from leakguard.service.history.happenings import DECISIONS, ENDS, HELD, SENT, Happening

STEPS = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60, 4 * 60, 24 * 60))


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Held messages. times: from the hold to the first decision of a person, in rising order.

    by_themselves: sent, with nobody deciding. ended: refused by the policy or the next hop. open: nothing yet.
    """

    times: tuple[timedelta, ...]
    by_themselves: int
    ended: int
    open: int

    @property
    def median(self) -> timedelta | None:
        """Between the middle two, where the number is even."""
        count = len(self.times)
        return (self.times[(count - 1) // 2] + self.times[count // 2]) / 2 if count else None

    @property
    def ninetieth(self) -> timedelta | None:
        """Nine in ten were decided within this."""
        return self.times[ceil(0.9 * len(self.times)) - 1] if self.times else None

    def distribution(self) -> tuple[int, ...]:
        """How many took up to the first of STEPS, more than that up to the second, ... and more than the last."""
        edges = (timedelta(-1), *STEPS, timedelta.max)
        return tuple(sum(low < each <= high for each in self.times) for low, high in pairwise(edges))


def waiting(happenings: Sequence[Happening]) -> Waiting:
    """Of messages that were held within these happenings."""
    held = _first(each for each in happenings if each.kind == HELD)
    decided = _first(each for each in happenings if each.kind in DECISIONS and each.is_of_a_person)
    sent = {each.item for each in happenings if each.kind == SENT} - set(decided)
    over = {each.item for each in happenings if each.kind in ENDS} - set(decided) - sent
    times = (max(decided[item] - at, timedelta()) for item, at in held.items() if item in decided)
    return Waiting(
        times=tuple(sorted(times)),
        by_themselves=len(sent & set(held)),
        ended=len(over & set(held)),
        open=len(set(held) - set(decided) - sent - over),
    )


def _first(happenings: Iterable[Happening]) -> dict[str, datetime]:
    """Of each item, when it happened first."""
    first: dict[str, datetime] = {}
    for each in happenings:
        first[each.item] = min(each.at, first.get(each.item, each.at))
    return first
