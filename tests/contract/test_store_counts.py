"""What a store promises to the pictures and the metrics: the audit by time, and how much each release holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone

from leakguard.model.decision import Reason, ReasonCode
from leakguard.model.events import Flagged
from leakguard.model.held import State
from leakguard.model.ids import ReleaseId
from tests.contract.store_samples import LIFT, LMS, MICROSECOND, MINUTE, copy, held_event, message

CPI = ReleaseId("cpi-2026-03")


def flagged(at=LIFT):
    return Flagged(at=at, message="t1", recipients=("a@x.example",))


def test_the_audit_between_two_instants_has_the_first_and_not_the_second(store, run):
    for at in (LIFT - MICROSECOND, LIFT, LIFT + MINUTE - MICROSECOND, LIFT + MINUTE):
        run(store.record([held_event(at=at)]))

    found = run(store.audit_between(LIFT, LIFT + MINUTE, ("Held",)))

    assert [each.at for each in found] == [LIFT, LIFT + MINUTE - MICROSECOND]


def test_only_the_kinds_asked_for_come_and_by_time_whatever_the_order_of_writing(store, run):
    run(store.record([held_event("late", at=LIFT + MINUTE), flagged(), held_event("early", at=LIFT)]))

    assert [each.held for each in run(store.audit_between(LIFT, LIFT + 9 * MINUTE, ("Held",)))] == ["early", "late"]
    both = run(store.audit_between(LIFT, LIFT + 9 * MINUTE, ["Flagged", "Held"]))
    assert [each.kind for each in both] == ["Flagged", "Held", "Held"]
    assert run(store.audit_between(LIFT, LIFT + 9 * MINUTE, ())) == ()
    assert run(store.audit_between(LIFT, LIFT, ("Held",))) == ()


def test_reading_on_from_the_last_line_misses_nothing_and_repeats_nothing(store, run):
    at = [LIFT, LIFT, LIFT, LIFT + MINUTE, LIFT + MINUTE, LIFT + 2 * MINUTE]
    run(store.record([held_event(f"m{n}", at=each) for n, each in enumerate(at)]))
    since, after, read = LIFT, 0, []
    while page := run(store.audit_between(since, LIFT + 9 * MINUTE, ("Held",), after=after, limit=2)):
        since, after = page[-1].at, page[-1].seq
        read += [each.held for each in page]

    assert read == ["m0", "m1", "m2", "m3", "m4", "m5"]


def test_the_zone_of_the_question_does_not_matter(store, run):
    run(store.record([held_event(at=LIFT)]))
    west = timezone(timedelta(hours=-5))

    assert len(run(store.audit_between(LIFT.astimezone(west), (LIFT + MINUTE).astimezone(west), ("Held",)))) == 1
    assert run(store.audit_between((LIFT + MICROSECOND).astimezone(west), LIFT + MINUTE, ("Held",))) == ()


def test_open_copies_are_counted_for_each_release_that_holds_them(store, run):
    both = (
        Reason(code=ReasonCode.RECIPIENT_NOT_LISTED, release=LMS),
        Reason(code=ReasonCode.PART_NOT_READ, release=LMS),
        Reason(code=ReasonCode.RECIPIENT_NOT_LISTED, release=CPI),
    )
    nobody = (Reason(code=ReasonCode.PART_NOT_READ),)
    run(store.hold(message("m1", recipients=(copy(), copy("b@x.example", reasons=both))), [], []))
    run(store.hold(message("m2", recipients=(copy(state=State.SENDING), copy("c@x.example", reasons=nobody))), [], []))

    assert dict(run(store.open_copies())) == {LMS: 3, CPI: 1}


def test_what_is_over_is_counted_no_more(store, run):
    held = run(store.hold(message(recipients=(copy(), copy("b@x.example"))), [], []))
    one = replace(held.recipients[0], state=State.SENT, closed_at=LIFT)
    run(store.save(replace(held, recipients=(one, held.recipients[1])), [], []))

    assert dict(run(store.open_copies())) == {LMS: 1}
    assert run(store.due(LIFT, 9)) == ("m1",)
