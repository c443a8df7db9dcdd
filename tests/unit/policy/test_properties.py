"""What holds for every message, book and instant."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from leakguard.model.content import Confidence, CountsFor, Finding, Gap, GapKind, Verdict
from leakguard.model.decision import Decision
from leakguard.model.embargo import Basis, Book, Grant, LiftMode, Release, ReleaseStatus
from leakguard.policy import lacks_access, releases_in_play
from tests.builders import SERIES, about, actions, book, decided, finding, gap, grant, release, utc, verdict

START = utc("03-01T00:00")
HOURS = st.integers(0, 48).map(lambda hours: START + timedelta(hours=hours))
LATE_HOURS = st.integers(24, 48).map(lambda hours: START + timedelta(hours=hours, minutes=30))
MAYBE = st.none() | HOURS
PEOPLE = ["a@x.example", "b@x.example", "c@x.example"]
LISTS = {"l@x.example": ("a@x.example", "m@x.example"), "m@x.example": ("b@x.example",), "e@x.example": ()}
ADDRESSES = st.sampled_from([*PEOPLE, *LISTS, "d@x.example"])
NAMES = ["R0", "R1", "R2"]


@st.composite
def releases(draw: st.DrawFn, name: str) -> Release:
    return release(
        name,
        series=draw(st.sampled_from([SERIES, "prices"])),
        release_at=draw(LATE_HOURS),
        pre_release_from=draw(MAYBE),
        sensitive_from=draw(MAYBE),
        status=draw(st.sampled_from([*ReleaseStatus, ReleaseStatus.SCHEDULED, ReleaseStatus.SCHEDULED])),
        lift=draw(st.sampled_from([*LiftMode, LiftMode.AT_TIME])),
        confirmed_at=draw(st.none() | MAYBE),
        declaration_required=draw(st.booleans()),
    )


@st.composite
def grants(draw: st.DrawFn) -> Grant:
    return grant(
        draw(st.sampled_from([*PEOPLE, "m@x.example"])),
        draw(st.sampled_from(list(Basis))),
        of=draw(st.sampled_from(NAMES)),
        from_at=draw(MAYBE),
        until_at=draw(st.none() | MAYBE),
        declaration_signed_at=draw(MAYBE),
        suspended=draw(st.sampled_from([False, False, False, True])),
    )


@st.composite
def books(draw: st.DrawFn) -> Book:
    known = [draw(releases(name)) for name in NAMES]
    return book(known, draw(st.lists(grants(), min_size=1, max_size=8)), LISTS)


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    made = finding() if draw(st.booleans()) else about(draw(st.sampled_from(NAMES)))
    return replace(
        made,
        confidence=draw(st.sampled_from(list(Confidence))),
        counts_for=draw(st.sampled_from(list(CountsFor))),
        may_restate=draw(st.booleans()),
        shadow=draw(st.sampled_from([False, False, False, True])),
        lowered_to=draw(st.sampled_from([None, None, *Confidence])),
        lowered_until=draw(MAYBE),
    )


EVIDENCE = st.lists(findings() | st.sampled_from(list(GapKind)).map(gap), min_size=1, max_size=4)
AUTHORS = st.lists(ADDRESSES, max_size=2).map(tuple)
SENDERS = ADDRESSES | st.just("")
TO = st.lists(ADDRESSES, min_size=1, max_size=4, unique=True).map(tuple)


@given(st.lists(findings(), min_size=1, max_size=4), st.text(), st.text(), books(), HOURS, SENDERS, TO)
def test_what_was_matched_never_changes_the_decision(
    found: list[Finding], text: str, place: str, of: Book, now: datetime, sender: str, to: tuple[str, ...]
) -> None:
    """Oracle safety: rose or fell, 4.1 or 4.3, the answer is the same."""
    other = [replace(each, text=text, place=place, because=text, title=place) for each in found]

    before = decided(verdict(*found), now, sender=sender, to=to, of=of)

    assert decided(verdict(*other), now, sender=sender, to=to, of=of) == before


@given(EVIDENCE, EVIDENCE, AUTHORS, books(), HOURS, SENDERS, TO)
def test_more_evidence_is_never_milder(
    some: list[Finding | Gap],
    more: list[Finding | Gap],
    authors: tuple[str, ...],
    of: Book,
    now: datetime,
    sender: str,
    to: tuple[str, ...],
) -> None:
    few = decided(verdict(*some, authors=authors), now, sender=sender, to=to, of=of)
    many = decided(verdict(*some, *more, authors=authors), now, sender=sender, to=to, of=of)

    for one, other in zip(few.outcomes, many.outcomes, strict=True):
        assert other.action.severity >= one.action.severity


@given(books(), HOURS, SENDERS, ADDRESSES, st.booleans(), st.sampled_from([Confidence.HIGH, Confidence.MEDIUM]))
def test_nobody_without_access_gets_what_is_sure_before_the_lift(
    of: Book, now: datetime, sender: str, to: str, by_series: bool, confidence: Confidence
) -> None:
    sure = replace(finding() if by_series else about("R0"), confidence=confidence)
    in_play = releases_in_play(of, sure.scope, now)
    assume(any(lacks_access(to, each, of, now) is not None for each in in_play))

    assert not decided(sure, now, sender=sender, to=(to,), of=of).outcomes[0].action.lets_through


@given(books(), HOURS, ADDRESSES, ADDRESSES)
def test_nobody_without_access_sends_what_is_sure_before_the_lift(
    of: Book, now: datetime, sender: str, to: str
) -> None:
    in_play = releases_in_play(of, about("R0").scope, now)
    assume(any(lacks_access(sender, each, of, now) is not None for each in in_play))

    assert decided(about("R0"), now, sender=sender, to=(to,), of=of).outcomes[0].action == "hold"


@given(EVIDENCE, AUTHORS, books(), HOURS, SENDERS, TO, st.randoms())
def test_the_order_of_recipients_is_irrelevant(
    evidence: list[Finding | Gap],
    authors: tuple[str, ...],
    of: Book,
    now: datetime,
    sender: str,
    to: tuple[str, ...],
    random: object,
) -> None:
    turned = list(to)
    random.shuffle(turned)  # type: ignore[attr-defined]
    weighed = verdict(*evidence, authors=authors)

    one = decided(weighed, now, sender=sender, to=to, of=of)
    other = decided(weighed, now, sender=sender, to=tuple(turned), of=of)

    assert {each.recipient: each for each in one.outcomes} == {each.recipient: each for each in other.outcomes}
    assert one.summary == other.summary


INSTANTS = [START + timedelta(minutes=30 * half) for half in range(98)]


@given(EVIDENCE, AUTHORS, books(), HOURS, SENDERS, ADDRESSES)
def test_the_clock_alone_makes_nothing_milder_before_it_is_decided_again(
    evidence: list[Finding | Gap], authors: tuple[str, ...], of: Book, now: datetime, sender: str, to: str
) -> None:
    weighed = verdict(*evidence, authors=authors)
    held = decided(weighed, now, sender=sender, to=(to,), of=of).outcomes[0]
    assume(held.action == "hold")

    assert held.decide_again_at is None or held.decide_again_at > now
    for at in INSTANTS:
        if now < at and (held.decide_again_at is None or at < held.decide_again_at):
            later = decided(weighed, at, sender=sender, to=(to,), of=of).outcomes[0]
            assert later.action.severity >= held.action.severity, at


@given(EVIDENCE, books(), HOURS, SENDERS, ADDRESSES)
def test_deciding_again_leads_to_an_end(
    evidence: list[Finding | Gap], of: Book, now: datetime, sender: str, to: str
) -> None:
    weighed = verdict(*evidence)
    seen: list[datetime] = []
    held = decided(weighed, now, sender=sender, to=(to,), of=of).outcomes[0]
    while held.decide_again_at is not None:
        assert held.decide_again_at > now
        now = held.decide_again_at
        seen.append(now)
        held = decided(weighed, now, sender=sender, to=(to,), of=of).outcomes[0]

    assert len(seen) < 100


@given(books(), HOURS, SENDERS, TO)
def test_intervals_are_half_open(of: Book, now: datetime, sender: str, to: tuple[str, ...]) -> None:
    """Between two instants that somebody wrote down nothing changes: so a change is at the instant, not after it."""
    tick = timedelta(microseconds=1)

    def ask(at: datetime) -> Decision:
        return replace(decided(verdict(finding(), gap()), at, sender=sender, to=to, of=of), decided_at=now)

    assert actions(ask(now)) == actions(ask(now + tick))
    assert [each.reasons for each in ask(now).outcomes] == [each.reasons for each in ask(now + tick).outcomes]


@given(books(), HOURS, st.lists(ADDRESSES, min_size=1, max_size=3), TO)
def test_who_suspends_a_sender_makes_nothing_milder(
    of: Book, now: datetime, authors: list[str], to: tuple[str, ...]
) -> None:
    """Holds for what is found and for what could not be read: who knows it has not forgotten it."""
    gone = {key: tuple(replace(each, suspended=True) for each in held) for key, held in of.grants.items()}
    weighed = Verdict(
        findings=(finding(may_restate=True), finding(counts_for=CountsFor.SENDERS_WITH_ACCESS)),
        gaps=(gap(),),
        authors=tuple(authors),
    )

    before = decided(weighed, now, sender="", to=to, of=of)
    after = decided(weighed, now, sender="", to=to, of=replace(of, grants=gone))

    for one, other in zip(before.outcomes, after.outcomes, strict=True):
        assert other.action.severity >= one.action.severity
