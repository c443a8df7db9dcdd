"""The operators' acts over a book: only confirming a lift may make anything more permissive."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakguard.model.embargo import Basis, Book, LiftMode, Release, ReleaseStatus
from leakguard.model.events import AccessSuspended, Act, LiftConfirmed, ReleaseCancelled, ReleasePostponed
from leakguard.model.ids import ReleaseId
from leakguard.model.overlay import lay_over
from leakguard.policy import lacks_access
from tests.builders import (
    AFTER,
    AMY,
    BEFORE,
    CLEARED,
    INSIDE,
    LIFT,
    OPENS,
    PRODUCER,
    TICK,
    book,
    grant,
    release,
    utc,
)
from tests.unit.policy.test_properties import ADDRESSES, NAMES, START, books

MARCH = ReleaseId("LMS-03")
TWO_WEEKS = timedelta(days=14)
SCHEDULED, POSTPONED, CANCELLED = ReleaseStatus.SCHEDULED, ReleaseStatus.POSTPONED, ReleaseStatus.CANCELLED


def postponed(until: datetime | None, at: datetime = BEFORE, name: str = "LMS-03") -> Act:
    return ReleasePostponed(at=at, reason="r", release=ReleaseId(name), until=until)


def cancelled(at: datetime = BEFORE) -> Act:
    return ReleaseCancelled(at=at, reason="r", release=MARCH)


def confirmed(at: datetime) -> Act:
    return LiftConfirmed(at=at, reason="r", release=MARCH)


def suspended(who: str, name: str = "LMS-03") -> Act:
    return AccessSuspended(at=BEFORE, reason="r", handle=who, release=ReleaseId(name))


def after(*acts: Act, **changes: Any) -> Release:
    return lay_over(book((release(**changes),)), acts).releases[MARCH]


@pytest.mark.parametrize(
    ("at", "until", "lift", "window", "status"),
    [
        pytest.param(BEFORE, LIFT + TWO_WEEKS, LIFT + TWO_WEEKS, OPENS + TWO_WEEKS, SCHEDULED, id="window moves too"),
        pytest.param(OPENS - TICK, LIFT + TWO_WEEKS, LIFT + TWO_WEEKS, OPENS + TWO_WEEKS, SCHEDULED, id="just before"),
        pytest.param(OPENS, LIFT + TWO_WEEKS, LIFT + TWO_WEEKS, OPENS, SCHEDULED, id="an open window stays open"),
        pytest.param(INSIDE, LIFT + TICK, LIFT + TICK, OPENS, SCHEDULED, id="by an instant"),
        pytest.param(BEFORE, LIFT, LIFT, OPENS, SCHEDULED, id="to the same time"),
        pytest.param(BEFORE, LIFT - TWO_WEEKS, LIFT, OPENS, SCHEDULED, id="an earlier date is not believed"),
        pytest.param(BEFORE, None, None, None, POSTPONED, id="without a date, before the window"),
        pytest.param(INSIDE, None, None, OPENS, POSTPONED, id="without a date, inside it"),
        pytest.param(AFTER, LIFT + TWO_WEEKS, LIFT + TWO_WEEKS, OPENS, SCHEDULED, id="after the lift it is back"),
    ],
)
def test_postponing(
    at: datetime, until: datetime | None, lift: datetime | None, window: datetime | None, status: ReleaseStatus
) -> None:
    one = after(postponed(until, at))

    assert (one.lift_at(), one.pre_release_from, one.status) == (lift, window, status)
    assert one.in_window(OPENS), "what was sensitive stays sensitive"
    assert not one.in_window(OPENS - TICK)


def test_a_sensitive_time_later_than_the_window_makes_it_no_later_sensitive() -> None:
    assert after(postponed(LIFT + TWO_WEEKS), sensitive_from=INSIDE).in_window(OPENS)
    assert after(postponed(None), sensitive_from=INSIDE).in_window(OPENS)


@pytest.mark.parametrize(
    ("calendar", "expected"),
    [
        pytest.param(ReleaseStatus.PROVISIONAL, None, id="provisional: waits as before"),
        pytest.param(POSTPONED, None, id="postponed in the calendar: waits as before"),
        pytest.param(CANCELLED, None, id="cancelled: stays so"),
        pytest.param(SCHEDULED, LIFT + TWO_WEEKS, id="scheduled: lifts at the new time"),
    ],
)
def test_a_new_date_never_makes_the_clock_lift_what_waited_for_a_person(
    calendar: ReleaseStatus, expected: datetime | None
) -> None:
    assert after(postponed(LIFT + TWO_WEEKS), status=calendar).lift_at() == expected


def test_a_date_that_follows_an_undated_postponement_stands() -> None:
    assert after(postponed(None), postponed(LIFT + TWO_WEEKS)).lift_at() == LIFT + TWO_WEEKS
    assert after(postponed(LIFT + TWO_WEEKS), postponed(None)).lift_at() is None
    assert after(postponed(LIFT + TWO_WEEKS), postponed(LIFT + TICK)).lift_at() == LIFT + TWO_WEEKS


def test_a_cancelled_release_stays_embargoed_until_somebody_confirms_it() -> None:
    assert after(cancelled()).lift_at() is None
    assert after(cancelled(), postponed(LIFT + TWO_WEEKS)).status is CANCELLED
    assert after(cancelled(), postponed(None)).status is CANCELLED
    assert after(cancelled(), confirmed(AFTER)).lift_at() == AFTER


@pytest.mark.parametrize(
    ("at", "lift"),
    [
        pytest.param(BEFORE, LIFT, id="never before its own instant"),
        pytest.param(LIFT, LIFT, id="at its instant"),
        pytest.param(AFTER, AFTER, id="later: at once"),
    ],
)
def test_a_confirmation_lifts(at: datetime, lift: datetime) -> None:
    assert after(confirmed(at), status=ReleaseStatus.PROVISIONAL).lift_at() == lift


def test_confirming_what_lifted_by_the_clock_moves_nothing() -> None:
    assert after(confirmed(AFTER)).lift_at() == LIFT


@pytest.mark.parametrize("act", [postponed(LIFT + TWO_WEEKS), postponed(None), cancelled()])
def test_postponing_and_cancelling_take_a_confirmation_back(act: Act) -> None:
    waits = {"status": ReleaseStatus.PROVISIONAL}

    assert after(confirmed(AFTER), act, **waits).confirmed_at is None
    assert after(act, confirmed(AFTER), **waits).confirmed_at == AFTER, "the order counts"


def test_suspending_takes_one_person_out_of_one_release() -> None:
    prices = release("CPI-03", series="prices")
    grants = (
        grant(PRODUCER),
        grant(AMY),
        grant(AMY, Basis.SPECIAL, from_at=BEFORE),
        grant(AMY, of="CPI-03"),
        grant(CLEARED),
    )
    of = lay_over(book((release(), prices), grants), [suspended('"AMY"@dwp.example.')])

    assert lacks_access(AMY, of.releases[MARCH], of, INSIDE) == "recipient_suspended"
    assert lacks_access(AMY, prices, of, INSIDE) is None
    assert lacks_access(CLEARED, of.releases[MARCH], of, INSIDE) is None


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(postponed(None, name="NONE"), id="unknown release"),
        pytest.param(suspended("nobody@x.example"), id="unknown person"),
        pytest.param(suspended(PRODUCER, "NONE"), id="no such grant"),
    ],
)
def test_an_act_about_an_unknown_name_changes_nothing_but_is_counted(act: Act) -> None:
    assert lay_over(book(), [act]) == replace(book(), digest="book+1")


def test_the_digest_counts_the_acts() -> None:
    assert lay_over(book(), []).digest == "book"
    assert lay_over(book(), [cancelled(), confirmed(AFTER)]).digest == "book+2"


def test_a_postponement_over_the_change_of_the_clocks_keeps_the_length_of_the_window() -> None:
    one = after(postponed(utc("04-02T08:30")))

    assert one.pre_release_from == utc("04-01T08:30")


HOURS = st.integers(0, 60).map(lambda hours: START + timedelta(hours=hours))
RELEASES = st.sampled_from([*NAMES, "NONE"]).map(ReleaseId)
ACTS = st.lists(
    st.builds(ReleasePostponed, at=HOURS, reason=st.just("r"), release=RELEASES, until=st.none() | HOURS)
    | st.builds(ReleaseCancelled, at=HOURS, reason=st.just("r"), release=RELEASES)
    | st.builds(AccessSuspended, at=HOURS, reason=st.just("r"), release=RELEASES, handle=ADDRESSES),
    max_size=6,
)
INSTANTS = [START + timedelta(minutes=30 * half) for half in range(130)]


@settings(max_examples=50)
@given(books(), ACTS, ADDRESSES)
def test_only_a_confirmation_may_permit_more(of: Book, acts: list[Act], who: str) -> None:
    changed = lay_over(of, acts)

    for before, later in zip(of.releases.values(), changed.releases.values(), strict=True):
        for now in INSTANTS:
            assert before.is_public(now) or not later.is_public(now)
            assert later.in_window(now) or not before.in_window(now)
            if lacks_access(who, before, of, now) is not None:
                assert lacks_access(who, later, changed, now) is not None


def test_a_window_that_had_not_opened_comes_back_with_the_new_date() -> None:
    march = release("LMS-03")
    acts = [postponed(None), postponed(LIFT + TWO_WEEKS)]

    moved = lay_over(book([march]), acts).releases[MARCH]

    assert moved.pre_release_from == OPENS + TWO_WEEKS


def confirmed_as_it_stood(then: Release) -> Act:
    return LiftConfirmed(at=BEFORE, reason="r", release=then.id, release_at=then.release_at, status=then.status.value)


@pytest.mark.parametrize(
    "changes",
    [{"status": POSTPONED}, {"status": CANCELLED}, {"release_at": LIFT + TWO_WEEKS}],
    ids=["postponed", "cancelled", "moved"],
)
def test_a_calendar_that_changes_after_a_confirmation_takes_it_back(changes: dict[str, Any]) -> None:
    then = release("LMS-03", lift=LiftMode.ON_CONFIRMATION)
    act = confirmed_as_it_stood(then)

    assert lay_over(book([then]), [act]).releases[MARCH].is_public(LIFT)
    assert not lay_over(book([replace(then, **changes)]), [act]).releases[MARCH].is_public(LIFT + 3 * TWO_WEEKS)


def test_a_suspension_follows_the_person_when_their_address_changes() -> None:
    before = book()
    person = before.handles[CLEARED]
    act = AccessSuspended(at=BEFORE, reason="r", handle=CLEARED, person=person, release=MARCH)
    after = replace(before, handles={"new@dept.example": person})

    found = lay_over(after, [act])

    assert lacks_access("new@dept.example", found.releases[MARCH], found, INSIDE) is not None
