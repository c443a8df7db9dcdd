"""What a check answers: everything to those who may know it, and to others what tells no direction and no number. Pure.

Rule of this file: what reaches `Answer.copies` never depends on a finding that depends on a true value the asker may
not know. How long an answer takes is not hidden: it grows with the text, as its asker can see without asking.
ref: CoP T3.4 ("no indication")
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from leakguard.model.content import Confidence, CountsFor, Finding, Gap, Section, Verdict
from leakguard.model.decision import Action, Decision, Outcome
from leakguard.model.embargo import Book, Release
from leakguard.model.ids import ReleaseId
from leakguard.model.time_text import with_countdown
from leakguard.policy import confidence_for, lacks_access, releases_in_play

SAME_FOR_ALL = (
    "This answer is the same whichever way results went and whatever they are. It does not say what was found, or "
    "whether anything was."
)
ANYONE = "anyone without access"  # stands for the recipient where none is named; nobody has this address


class Fate(StrEnum):
    """What would become of a copy. A copy that would go and be on record would go."""

    GOES = "would_go"
    WAITS = "would_be_held"
    NEEDS_A_PERSON = "waits_for_a_person"
    REFUSED = "would_be_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """until: the moment of release that it would wait for, as the calendar has it. zone: where people read that."""

    recipient: str
    fate: Fate
    until: datetime | None = None
    zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A finding for those who may see it. releases: those in play that it gives away; confidence: the surest."""

    rule: str
    finding: str
    title: str
    releases: tuple[ReleaseId, ...]
    confidence: Confidence
    place: str
    section: Section
    because: str
    is_shadow: bool
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What only somebody who has access to all that was found is told."""

    decision: Decision
    evidence: tuple[Evidence, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """sender, at: from whom, and for which instant. details: None in what tells no direction and no number."""

    sender: str
    at: datetime
    copies: tuple[Copy, ...]
    details: Details | None = None


def has_access(handle: str, release: Release, book: Book, now: datetime) -> bool:
    return release.is_public(now) or lacks_access(handle, release, book, now) is None


def has_some_access(handle: str, book: Book, now: datetime) -> bool:
    """Whether this person may have anything now that is not public."""
    embargoed = (each for each in book.releases.values() if not each.is_public(now))
    return any(lacks_access(handle, each, book, now) is None for each in embargoed)


def known_to(handle: str, verdict: Verdict, book: Book, times: Iterable[datetime], now: datetime) -> Verdict:
    """Without the findings that depend on true values of releases that this person may not have now."""
    moments = tuple(times)

    def may_count(finding: Finding) -> bool:
        if finding.counts_for is not CountsFor.SENDERS_WITH_ACCESS:
            return True
        return all(has_access(handle, each, book, now) for at in moments for each in _given_away(finding, book, at))

    return replace(verdict, findings=tuple(each for each in verdict.findings if may_count(each)))


def without_values(verdict: Verdict) -> Verdict:
    """As for somebody who knows nothing: no finding that depends on a true value, nobody's name but the asker's own."""
    findings = tuple(
        replace(each, counts_for=CountsFor.EVERYBODY)
        for each in verdict.findings
        if each.counts_for is not CountsFor.SENDERS_WITH_ACCESS
    )
    return replace(verdict, findings=findings, authors=())


def shown_by(verdict: Verdict, decision: Decision, book: Book, now: datetime) -> tuple[Release, ...]:
    """The releases not public now that the details of this decision would tell something about."""
    moments = (now, decision.decided_at)
    found = {each.id: each for finding in verdict.findings for at in moments for each in _given_away(finding, book, at)}
    named = {release for outcome in decision.outcomes for release in outcome.releases()}
    found.update({each: book.releases[each] for each in named if each in book.releases})
    return tuple(each for each in found.values() if not each.is_public(now))


def copies_of(decision: Decision, book: Book) -> tuple[Copy, ...]:
    return tuple(_copy(each, book) for each in decision.outcomes)


def details_of(verdict: Verdict, decision: Decision, book: Book) -> Details:
    evidence = tuple(_evidence(each, book, decision.decided_at) for each in verdict.findings)
    return Details(decision=decision, evidence=evidence, gaps=verdict.gaps)


def sentence_for(copy: Copy, now: datetime) -> str:
    """One sentence that holds for every message that fares so."""
    match copy.fate:
        case Fate.GOES:
            return "it would go."
        case Fate.WAITS:
            assert copy.until is not None, "what waits for a moment knows it"
            return f"it would be held until {with_countdown(copy.until, copy.zone, now)}, and then go by itself."
        case Fate.NEEDS_A_PERSON:
            return "it would be held until a person decides: no moment is known at which it would go by itself."
        case Fate.REFUSED:
            return "it would be refused."


_MILDEST_FIRST = (Fate.GOES, Fate.WAITS, Fate.NEEDS_A_PERSON, Fate.REFUSED)


def sentence_for_post(copies: Iterable[Copy], now: datetime) -> str:
    """A post is one for all who could see it: the strictest of what would become of their copies."""
    worst = max(copies, key=lambda each: (_MILDEST_FIRST.index(each.fate), each.until or now))
    match worst.fate:
        case Fate.GOES:
            return "it would stay."
        case Fate.WAITS:
            assert worst.until is not None, "what waits for a moment knows it"
            until = with_countdown(worst.until, worst.zone, now)
            return f"it would be taken out. It could stay from {until} on."
        case Fate.NEEDS_A_PERSON:
            return "it would be taken out until a person decides: no moment is known from which it could stay."
        case Fate.REFUSED:
            return "it would be taken out."


def _given_away(finding: Finding, book: Book, at: datetime) -> tuple[Release, ...]:
    return releases_in_play(book, finding.scope, at)


def _copy(outcome: Outcome, book: Book) -> Copy:
    if outcome.action.lets_through:
        return Copy(recipient=outcome.recipient, fate=Fate.GOES)
    if outcome.action is Action.REJECT:
        return Copy(recipient=outcome.recipient, fate=Fate.REFUSED)
    releases = [book.releases[each] for each in outcome.releases() if each in book.releases]
    lifts = [(at, each) for each in releases if (at := each.lift_at()) is not None]
    if not lifts or len(lifts) < len(releases):
        return Copy(recipient=outcome.recipient, fate=Fate.NEEDS_A_PERSON)
    until, last = max(lifts, key=lambda each: each[0])
    return Copy(recipient=outcome.recipient, fate=Fate.WAITS, until=until, zone=last.zone)


def _evidence(finding: Finding, book: Book, at: datetime) -> Evidence:
    order = list(Confidence)
    releases = _given_away(finding, book, at)
    sureness = [confidence_for(finding, each, at) for each in releases] or [finding.confidence_at(at)]
    return Evidence(
        rule=finding.rule,
        finding=finding.id,
        title=finding.title,
        releases=tuple(each.id for each in releases),
        confidence=min(sureness, key=order.index),
        place=finding.place,
        section=finding.section,
        because=finding.because,
        is_shadow=finding.shadow,
        text=finding.text,
    )
