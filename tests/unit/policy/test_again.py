"""When the clock alone may free what is held, for each recipient."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from leakguard.model.embargo import Basis, LiftMode, Release, ReleaseStatus
from tests.builders import (
    AFTER,
    AMY,
    BEFORE,
    CLEARED,
    INSIDE,
    JOE,
    LIFT,
    OPENS,
    PRODUCER,
    about,
    book,
    decided,
    finding,
    gap,
    grant,
    outcome,
    release,
    utc,
    verdict,
)

NOON, LATER = utc("03-17T12:00"), utc("03-18T12:00")
WAITS = release(lift=LiftMode.ON_CONFIRMATION)


def test_each_recipient_waits_for_its_own_instant() -> None:
    of = book((), (grant(PRODUCER), grant(CLEARED, Basis.PRE_RELEASE), grant(AMY, from_at=NOON)))
    found = decided(finding(), BEFORE, sender=PRODUCER, to=(CLEARED, AMY, JOE, PRODUCER), of=of)

    assert [each.decide_again_at for each in found.outcomes] == [OPENS, NOON, LIFT, None]
    assert found.decide_again_at == OPENS


def test_nothing_is_decided_again_when_all_go() -> None:
    assert decided(finding(), AFTER).decide_again_at is None


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        pytest.param(release(), LIFT, id="lifts by the clock"),
        pytest.param(WAITS, None, id="waits for a confirmation"),
        pytest.param(release(status=ReleaseStatus.PROVISIONAL), None, id="provisional"),
        pytest.param(release(status=ReleaseStatus.POSTPONED), None, id="postponed without a date"),
        pytest.param(release(status=ReleaseStatus.CANCELLED), None, id="cancelled"),
        pytest.param(replace(WAITS, confirmed_at=BEFORE), LIFT, id="confirmed early, lifts on time"),
        pytest.param(replace(WAITS, confirmed_at=AFTER), AFTER, id="will be confirmed later"),
    ],
)
def test_it_is_none_when_only_a_person_can_help(one: Release, expected: datetime | None) -> None:
    assert outcome(finding(), INSIDE, of=book((one,))).decide_again_at == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param(BEFORE, OPENS, id="the nearest instant to come"),
        pytest.param(OPENS, LIFT, id="never now"),
        pytest.param(INSIDE, LIFT, id="never in the past"),
    ],
)
def test_it_is_always_to_come(now: datetime, expected: datetime) -> None:
    assert outcome(finding(), now, to=(CLEARED,)).decide_again_at == expected


def test_the_senders_and_the_authors_access_may_open_too() -> None:
    of = book((), (grant(PRODUCER), grant(AMY, from_at=NOON)))

    assert outcome(finding(), BEFORE, sender=AMY, to=(PRODUCER,), of=of).decide_again_at == NOON
    authored = verdict(finding(), authors=(AMY,))
    assert outcome(authored, BEFORE, sender=PRODUCER, to=(PRODUCER,), of=of).decide_again_at == NOON


def test_a_declaration_signed_later_may_free_it() -> None:
    strict = release(declaration_required=True)
    of = book((strict,), (grant(PRODUCER), grant(AMY, Basis.PRE_RELEASE, declaration_signed_at=NOON)))

    assert outcome(finding(), OPENS, sender=PRODUCER, of=of).decide_again_at == NOON


def test_a_member_of_a_list_may_free_it() -> None:
    everybody, inner = "all@dwp.example", "inner@dwp.example"
    grants = (grant(PRODUCER), grant(AMY, from_at=NOON))
    of = book((), grants, {everybody: (PRODUCER, inner), inner: (AMY,)})

    found = outcome(finding(), BEFORE, sender=PRODUCER, to=(everybody.upper(),), of=of)

    assert found.decide_again_at == NOON


def test_of_two_releases_the_first_that_changes_counts_and_then_the_other() -> None:
    prices = release("CPI-03", series="prices", release_at=LATER)
    of, both = book((release(), prices)), verdict(finding(), about("CPI-03"))

    assert outcome(both, INSIDE, of=of).decide_again_at == LIFT
    assert outcome(both, LIFT, of=of).decide_again_at == LATER
    assert outcome(both, LATER, of=of).action == "forward"


def test_a_release_that_does_not_hold_does_not_count() -> None:
    sooner = release("CPI-03", series="prices", release_at=utc("03-18T09:25"))
    of = book((release(), sooner), (grant(PRODUCER), grant(PRODUCER, of="CPI-03"), grant(AMY, of="CPI-03")))
    both = verdict(finding(), about("CPI-03"))

    assert outcome(both, INSIDE, sender=PRODUCER, of=of).decide_again_at == LIFT


def test_an_unread_part_waits_like_a_finding() -> None:
    of = book((), (grant(PRODUCER), grant(AMY, from_at=utc("03-18T09:25"))))

    assert outcome(gap(), INSIDE, sender=PRODUCER, of=of).decide_again_at == utc("03-18T09:25")


def test_outside_the_window_an_edition_that_lifts_before_it_may_free_it() -> None:
    """From then on the words may repeat it: held as news, they are only flagged."""
    february = release("LMS-02", release_at=utc("02-18T09:30"), pre_release_from=utc("02-17T09:30"))
    undated = release("LMS-01", status=ReleaseStatus.POSTPONED)
    other = release("CPI-02", series="prices", release_at=utc("02-16T09:30"))
    of, now = book((undated, february, release(), other)), utc("02-15T12:00")
    news = about("LMS-03", may_restate=True)

    held = outcome(news, now, sender=PRODUCER, of=of)

    assert (held.action, held.decide_again_at) == ("hold", february.release_at)
    assert outcome(news, february.release_at, sender=PRODUCER, of=of).action == "flag"


def test_inside_the_window_no_other_edition_can_free_it() -> None:
    april = release("LMS-04", release_at=utc("04-15T08:30"))
    postponed = release(status=ReleaseStatus.POSTPONED)

    assert outcome(about("LMS-03"), INSIDE, of=book((postponed, april))).decide_again_at is None
