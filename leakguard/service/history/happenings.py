"""A line of the audit as the pictures count it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from leakguard.model.events import (
    Approved,
    Delivered,
    Flagged,
    Held,
    Kept,
    MarkedFalseAlarm,
    Rejected,
    Undeliverable,
    Undone,
    Withdrawn,
)
from leakguard.service.ports import AuditEntry

HELD, FLAGGED, SENT, FALSE_ALARM, UNDONE = (
    each.__name__ for each in (Held, Flagged, Delivered, MarkedFalseAlarm, Undone)
)
DECISIONS = frozenset(each.__name__ for each in (Approved, Rejected, Kept, Withdrawn))
ENDS = frozenset(each.__name__ for each in (Delivered, Rejected, Withdrawn, Undeliverable))
KINDS = frozenset({HELD, FLAGGED, SENT, FALSE_ALARM, UNDONE}) | DECISIONS | ENDS
BY_ITSELF = "leakguard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """item: reference of the held message, or of the transaction that was flagged. copies: its recipients.

    act: the kind of the decision that is undone.
    """

    at: datetime
    kind: str
    item: str
    actor: str = field(default=BY_ITSELF, repr=False)
    copies: frozenset[str] = field(default=frozenset(), repr=False)
    releases: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    act: str = ""

    @property
    def is_of_a_person(self) -> bool:
        return self.actor != BY_ITSELF


def happening_of(entry: AuditEntry) -> Happening:
    return Happening(
        at=entry.at,
        kind=entry.kind,
        item=entry.held or entry.text("message"),
        actor=entry.actor,
        copies=frozenset(entry.texts("recipients")),
        releases=frozenset(entry.texts("releases")),
        codes=frozenset(entry.texts("codes")),
        rules=frozenset(entry.texts("rules")),
        act=entry.text("act"),
    )


def about(release: str, happenings: Iterable[Happening]) -> tuple[Happening, ...]:
    """What happened to items that were held or flagged for this release."""
    everything = tuple(happenings)
    items = {each.item for each in everything if each.kind in (HELD, FLAGGED) and release in each.releases}
    return tuple(each for each in everything if each.item in items)


def standing(happenings: Iterable[Happening]) -> tuple[Happening, ...]:
    """Without the decisions that their person took back. In order of time."""
    kept: list[Happening] = []
    for each in happenings:
        if each.kind != UNDONE:
            kept.append(each)
            continue
        meant = (each.item, each.actor, each.act)
        for n in reversed(range(len(kept))):
            if (kept[n].item, kept[n].actor, kept[n].kind) == meant:
                del kept[n]
                break
    return tuple(kept)
