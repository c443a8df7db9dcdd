"""What became of a held post so far, from the store alone: what a card tells. No content, no matched words. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from leakguard.model.embargo import Book, Release
from leakguard.model.held import HeldMessage, State
from leakguard.service.ports import AuditEntry
from leakguard.service.sightings import Sighting, sighting_of


class Fate(StrEnum):
    HELD = "held"
    POSTED = "posted"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    NOT_POSTABLE = "not_postable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """held: as it is told to people without access. sighting: None of what nobody has seen."""

    held: HeldMessage
    releases: tuple[Release, ...]
    fate: Fate
    sighting: Sighting | None
    now: datetime

    @property
    def is_still_there(self) -> bool:
        """Nobody took it away, though it must not stand."""
        return self.sighting is not None and not self.sighting.is_gone and self.sighting.why != "public"

    @property
    def is_untouched(self) -> bool:
        """Nobody has done anything about it yet."""
        review = self.held.review
        marks = (review.kept, review.proposal, review.escalated, review.asked, review.false_alarm)
        return self.fate is Fate.HELD and not any(marks) and not review.approvals

    @property
    def is_scheduled(self) -> bool:
        """Written to be posted after a release that its author chose; nobody has seen it."""
        posting = self.held.review.posting
        return posting is not None and posting.release is not None

    @property
    def is_mere_plan(self) -> bool:
        """Written for after a release, with nothing in it that anybody has to look at."""
        verdict = self.held.verdict
        return self.is_scheduled and not verdict.findings and not verdict.gaps

    @property
    def is_let_go(self) -> bool:
        """A reviewer approved it for all of its readers."""
        return all(each.approved for each in self.held.in_state(State.HELD))

    @property
    def goes_at(self) -> datetime | None:
        """When nothing holds it any more, as the calendar has it now."""
        times = [each.decide_again_at for each in self.held.in_state(State.HELD)]
        known = [each for each in times if each is not None]
        return max(known) if known and len(known) == len(times) else None


def situation(held: HeldMessage, story: Iterable[AuditEntry], book: Book, now: datetime) -> Situation:
    concerned = held.releases() or tuple(sorted({each for copy in held.recipients for each in copy.releases()}))
    return Situation(
        held=held,
        releases=tuple(book.releases[each] for each in concerned if each in book.releases),
        fate=_fate(held),
        sighting=sighting_of(story),
        now=now,
    )


def _fate(held: HeldMessage) -> Fate:
    if held.is_open:
        return Fate.HELD
    states = {each.state for each in held.recipients}
    for state, fate in (
        (State.SENT, Fate.POSTED),
        (State.UNDELIVERABLE, Fate.NOT_POSTABLE),
        (State.REJECTED, Fate.REJECTED),
    ):
        if state in states:
            return fate
    return Fate.WITHDRAWN
