"""An incident: what a person keeps together about a message that reached, or might have reached, somebody too early.

Rule of this file: what people write may quote a message, so every free text is `repr=False` and stays in the incident.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from leakguard.model.ids import HeldId, IncidentId, ReleaseId


class EntryKind(StrEnum):
    """What can be told of an incident. HOP: the Head of Profession for statistics."""

    SENT = "sent"
    SEEN_BY = "seen_by"
    HELD = "held"
    DELETION_ASKED = "deletion_asked"
    DELETION_CONFIRMED = "deletion_confirmed"
    ACKNOWLEDGED = "acknowledged"
    HOP_INFORMED = "hop_informed"
    REGULATOR_INFORMED = "regulator_informed"
    NOTE = "note"

    @property
    def names_recipient(self) -> bool:
        """Nothing was sent to, seen by, or deleted by nobody."""
        return self in _NAMING


_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")  # anything else that stands for a recipient is words like any others
_NAMING = frozenset(
    {
        EntryKind.SENT,
        EntryKind.SEEN_BY,
        EntryKind.DELETION_ASKED,
        EntryKind.DELETION_CONFIRMED,
        EntryKind.ACKNOWLEDGED,
    }
)


class Layout(StrEnum):
    """The regulator's two forms of a breach report."""

    FORM_2016 = "2016"
    FORM_2018 = "2018-21"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """at: when it happened. recorded_at, by: when it was written down, and by whom."""

    kind: EntryKind
    at: datetime
    by: str
    recorded_at: datetime
    recipient: str = field(default="", repr=False)
    text: str = field(default="", repr=False)

    def without_text(self) -> Entry:
        recipient = self.recipient if _ADDRESS.fullmatch(self.recipient) else ""
        return replace(self, recipient=recipient, text="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a person wrote for one section of one layout."""

    layout: Layout
    section: str
    text: str = field(repr=False)
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """held, message: what it is about, when LeakGuard has seen it: a held message, or the reference of one that passed.

    noticed_how: how it came to light, in the words of whoever opened it. revision: for compare-and-set.
    """

    id: IncidentId
    held: HeldId | None = None
    message: str = ""
    releases: tuple[ReleaseId, ...]
    opened_at: datetime
    opened_by: str
    noticed_how: str = field(default="", repr=False)
    entries: tuple[Entry, ...] = ()
    written: tuple[Written, ...] = ()
    revision: int = 0

    def __post_init__(self) -> None:
        assert self.releases, "an incident is about a release"
        assert self.opened_at.tzinfo is not None, "times know their zone"

    def with_entry(self, entry: Entry) -> Incident:
        return replace(self, entries=(*self.entries, entry))

    def with_written(self, written: Written) -> Incident:
        """The same with this section as it is now; what was written before is gone."""
        others = tuple(
            each for each in self.written if (each.layout, each.section) != (written.layout, written.section)
        )
        return replace(self, written=(*others, written))

    def text_of(self, layout: Layout, section: str) -> Written | None:
        return next((each for each in self.written if (each.layout, each.section) == (layout, section)), None)

    def without_texts(self) -> Incident:
        """What somebody may see who may not have the releases: that something was written, when and by whom."""
        return replace(
            self,
            noticed_how="",
            entries=tuple(each.without_text() for each in self.entries),
            written=tuple(replace(each, text="") for each in self.written),
        )
