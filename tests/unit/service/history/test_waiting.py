"""Time to decision: a person's first decision counts, and what went by itself is told apart."""

from __future__ import annotations

from datetime import timedelta

from leakguard.service.history.happenings import standing
from leakguard.service.history.waiting import STEPS, Waiting, waiting
from tests.unit.service.history.happened import MINUTE, decided, happened


def test_the_first_decision_of_a_person_counts():
    seen = [
        happened("Held", "m1", -30),
        decided("Kept", "m1", -25),
        decided("Rejected", "m1", -10),
        happened("Held", "m2", -30),
        happened("Rejected", "m2", -30),
        decided("Withdrawn", "m2", -27),
    ]

    assert waiting(seen) == Waiting(times=(3 * MINUTE, 5 * MINUTE), by_themselves=0, ended=0, open=0)


def test_what_needed_nobody_is_told_apart_from_what_still_waits():
    seen = [
        *(happened("Held", name, -30) for name in ("decided", "went", "refused", "bounced", "waits")),
        decided("Approved", "decided", -10),
        happened("Delivered", "decided", -9),
        happened("Delivered", "went", 0),
        happened("Rejected", "refused", -30),
        happened("Undeliverable", "bounced", 0),
        happened("Delivered", "held earlier", 0),
    ]

    assert waiting(seen) == Waiting(times=(20 * MINUTE,), by_themselves=1, ended=2, open=1)


def test_median_and_ninetieth_by_hand():
    def of(*minutes):
        times = tuple(each * MINUTE for each in minutes)
        return Waiting(times=times, by_themselves=0, ended=0, open=0)

    assert (of().median, of().ninetieth) == (None, None)
    assert (of(4).median, of(4).ninetieth) == (4 * MINUTE, 4 * MINUTE)
    assert of(1, 2, 4, 100).median == 3 * MINUTE
    assert of(1, 2, 100).median == 2 * MINUTE
    assert of(*range(1, 11)).ninetieth == 9 * MINUTE
    assert of(*range(1, 12)).ninetieth == 10 * MINUTE


def test_every_time_is_in_one_part_of_the_distribution_and_an_edge_is_in_the_earlier():
    times = (timedelta(), MINUTE, MINUTE + timedelta(seconds=1), 60 * MINUTE, timedelta(days=9))
    counts = Waiting(times=times, by_themselves=0, ended=0, open=0).distribution()

    assert len(counts) == len(STEPS) + 1
    assert counts == (2, 1, 0, 1, 0, 0, 1)


def test_a_clock_that_stepped_back_makes_no_negative_time():
    assert waiting([happened("Held", "m1", -8), decided("Kept", "m1", -9)]).times == (timedelta(),)


def test_a_decision_that_was_taken_back_was_none():
    seen = [
        happened("Held", "m1", -30),
        decided("Rejected", "m1", -25),
        decided("Undone", "m1", -24.9, act="Rejected"),
        decided("Kept", "m1", -10),
        happened("Held", "m2", -30),
        decided("Approved", "m2", -20),
        decided("Undone", "m2", -19.9, act="Approved"),
    ]

    assert waiting(standing(seen)) == Waiting(times=(20 * MINUTE,), by_themselves=0, ended=0, open=1)


def test_nobody_takes_back_the_decision_of_another():
    seen = [
        happened("Held", "m1", -30),
        decided("Kept", "m1", -25),
        decided("Undone", "m1", -24, act="Kept", actor="eve@stats.example"),
    ]

    assert waiting(standing(seen)).times == (5 * MINUTE,)
