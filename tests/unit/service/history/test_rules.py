"""What rules did, counted by hand; and no share of too few."""

from __future__ import annotations

from leakguard.service.history.rules import FalseAlarms, Tally, by_reason, by_rule, false_alarms
from tests.unit.service.history.happened import decided, happened

A, B = "uk.lms/direction", "uk.cpi/figure"


def test_a_message_counts_once_for_each_of_its_rules():
    seen = [
        happened("Held", "m1", to="abc", rules=(A, B)),
        happened("Held", "m1", to="d", rules=(A, B)),
        happened("Held", "m2", rules=(A,)),
        happened("Flagged", "t1", to="ab", rules=(B,)),
        happened("Flagged", "t2", rules=(B,)),
        happened("Delivered", "m1"),
    ]

    assert by_rule(seen) == (Tally(name=B, held=1, flagged=2), Tally(name=A, held=2, flagged=0))


def test_reasons_are_counted_alike():
    seen = [
        happened("Held", "m1", codes=("recipient_not_listed", "part_not_read")),
        happened("Flagged", "t1", codes=("part_not_read",)),
    ]

    assert by_reason(seen) == (
        Tally(name="part_not_read", held=1, flagged=1),
        Tally(name="recipient_not_listed", held=1, flagged=0),
    )
    assert by_reason([]) == ()


def a_rule(decisions: int, marked: int):
    held = [happened("Held", f"m{n}", -30, rules=(A,)) for n in range(decisions)]
    acts = [decided("Rejected" if n % 2 else "Approved", f"m{n}", -20) for n in range(decisions)]
    marks = [decided("MarkedFalseAlarm", f"m{n}", -20, rules=(A,)) for n in range(marked)]
    return [*held, *acts, *marks]


def test_the_share_of_false_alarms_is_marked_by_decided():
    [found] = false_alarms(a_rule(12, 3))

    assert found == FalseAlarms(rule=A, marked=3, decided=12)
    assert found.rate == 0.25


def test_of_nine_no_share_is_told_and_of_ten_it_is():
    assert false_alarms(a_rule(9, 9))[0].rate is None
    assert false_alarms(a_rule(10, 0))[0].rate == 0.0


def test_what_the_program_decided_and_what_was_held_earlier_does_not_count():
    seen = [
        happened("Held", "m1", rules=(A,)),
        happened("Rejected", "m1"),
        happened("Held", "m2", rules=(A,)),
        decided("Approved", "m0", -2),
        decided("MarkedFalseAlarm", "m0", -2, rules=(A,)),
    ]

    assert false_alarms(seen) == ()


def test_a_mark_alone_is_a_decision_and_blames_only_the_rules_that_it_names():
    seen = [happened("Held", "m1", rules=(A, B)), *[decided("MarkedFalseAlarm", "m1", -2, rules=(A,))] * 2]

    assert false_alarms(seen) == (
        FalseAlarms(rule=A, marked=1, decided=1),
        FalseAlarms(rule=B, marked=0, decided=1),
    )
