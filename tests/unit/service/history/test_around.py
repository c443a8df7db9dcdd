"""Around a lift: every copy is counted once, on its own side of the instant."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from leakguard.model.embargo import ReleaseStatus
from leakguard.service.history.around import Counts, Span, around, bounds
from tests.unit.service.history.happened import CPI, MINUTE, T, happened
from tests.unit.service.world import LMS, release

US = timedelta(microseconds=1)


def slot_at(picture, at):
    [found] = [each for each in picture.slots if each.since <= at < each.until]
    return found


def test_a_morning_counted_by_hand():
    morning = [
        happened("Held", "m1", -20, to="abc"),
        happened("Held", "m2", -8, to="a"),
        happened("Flagged", "t1", -8, to="ab"),
        happened("Delivered", "m1", 0, to="ab"),
        happened("Delivered", "m1", 5, to="c"),
        happened("Flagged", "t2", 30, to="a"),
    ]

    picture = around(LMS, Span.HOUR, morning)

    assert picture.before == Counts(held=4, flagged=2, sent=0)
    assert picture.after == Counts(held=0, flagged=1, sent=3)
    assert (picture.before.forwarded, picture.after.forwarded) == (2, 4)
    assert slot_at(picture, T - 8 * MINUTE).counts == Counts(held=1, flagged=2)
    assert slot_at(picture, T).counts == Counts(sent=2)


@pytest.mark.parametrize("span", Span)
def test_the_instant_before_the_lift_is_before_and_the_lift_itself_is_after(span):
    before, at = happened("Held", "m1", at=T - US), happened("Held", "m2", at=T)

    picture = around(LMS, span, [before, at])

    assert (picture.before.held, picture.after.held) == (1, 1)
    assert slot_at(picture, T).since == T, "no slot straddles the lift"


@pytest.mark.parametrize("span", Span)
def test_slots_follow_each_other_without_a_hole_and_end_where_the_span_ends(span):
    picture = around(LMS, span, [])

    assert (picture.slots[0].since, picture.slots[-1].until) == bounds(LMS, span)
    assert all(one.until == other.since for one, other in pairwise(picture.slots))
    assert picture.before == picture.after == Counts()


def test_the_edges_of_the_span_are_half_open():
    since, until = bounds(LMS, Span.HOUR)
    ats = (since - US, since, until - US, until)

    picture = around(LMS, Span.HOUR, [happened("Held", f"m{n}", at=at) for n, at in enumerate(ats)])

    assert picture.before + picture.after == Counts(held=2)


def test_a_copy_is_held_once_however_often_it_is_written_down():
    twice = [happened("Held", "m1", -9, to="a"), happened("Held", "m1", -8, to="ab"), happened("Held", "m2", -8)]

    assert around(LMS, Span.HOUR, twice).before.held == 3


def test_what_concerns_another_release_does_not_count():
    picture = around(LMS, Span.HOUR, [happened("Held", "m1", of=CPI), happened("Approved", "m1")])

    assert picture.before == Counts()


def test_a_release_that_waits_is_drawn_around_the_time_in_the_calendar():
    picture = around(replace(LMS, status=ReleaseStatus.POSTPONED), Span.DAY, [])

    assert picture.waits
    assert picture.lift_at == LMS.release_at
    assert picture.opens_at == LMS.pre_release_from


def test_a_day_on_which_the_clocks_change_has_its_24_hours_on_each_side():
    lift = datetime(2031, 3, 30, 9, 30, tzinfo=ZoneInfo("Europe/London"))  # clocks went forward that night
    picture = around(release("lms", lift), Span.DAY, [happened("Held", "m1", at=lift - timedelta(hours=9))])

    assert len(picture.slots) == 48
    assert {each.until - each.since for each in picture.slots} == {timedelta(hours=1)}
    assert picture.slots[0].since == datetime(2031, 3, 29, 8, 30, tzinfo=UTC)
    assert picture.before.held == 1
