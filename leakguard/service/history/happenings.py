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
    Withdrawn,
)
from leakguard.service.ports import AuditEntry

HELD, FLAGGED, SENT, FALSE_ALARM = (each.__name__ for each in (Held, Flagged, Delivered, MarkedFalseAlarm))
DECISIONS = frozenset(each.__name__ for each in (Approved, Rejected, Kept, Withdrawn))
ENDS = frozenset(each.__name__ for each in (Delivered, Rejected, Withdrawn, Undeliverable))
KINDS = frozenset({HELD, FLAGGED, SENT, FALSE_ALARM}) | DECISIONS | ENDS
BY_ITSELF = "leakguard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """item: reference of the held message, or of the transaction that was flagged. copies: its recipients."""

    at: datetime
    kind: str
    item: str
    actor: str = field(default=BY_ITSELF, repr=False)
    copies: frozenset[str] = field(default=frozenset(), repr=False)
    releases: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()

    @property
    def is_of_a_person(self) -> bool:
        return self.actor != BY_ITSELF


def happening_of(entry: AuditEntry) -> Happening:
    return Happening(
        at=entry.at,
        kind=entry.kind,
        item=entry.held or str(entry.body.get("message", "")),
        actor=entry.actor,
        copies=_texts(entry, "recipients"),
        releases=_texts(entry, "releases"),
        codes=_texts(entry, "codes"),
        rules=_texts(entry, "rules"),
    )


def _texts(entry: AuditEntry, name: str) -> frozenset[str]:
    value = entry.body.get(name)
    return frozenset(str(each) for each in value) if isinstance(value, list) else frozenset()


def about(release: str, happenings: Iterable[Happening]) -> tuple[Happening, ...]:
    """What happened to items that were held or flagged for this release."""
    everything = tuple(happenings)
    items = {each.item for each in everything if each.kind in (HELD, FLAGGED) and release in each.releases}
    return tuple(each for each in everything if each.item in items)
