"""What a store promises about the audit, the operators' acts, the outbox and its own version."""

from __future__ import annotations

import json
from dataclasses import replace

from leakguard.model.events import AccessSuspended, LiftConfirmed, ReleaseCancelled, ReleasePostponed, RulebookLoaded
from leakguard.model.held import State
from leakguard.model.ids import HeldId
from tests.contract.store_samples import LIFT, LMS, MICROSECOND, MINUTE, copy, held_event, message, notice

ACTS = (
    ReleasePostponed(at=LIFT, actor="ann", reason="late", release=LMS, until=LIFT + MINUTE),
    ReleasePostponed(at=LIFT, actor="j\udce9", reason="\u00e9", release=LMS),
    LiftConfirmed(at=LIFT + MICROSECOND, actor="ann", reason="out", release=LMS),
    AccessSuspended(at=LIFT - MINUTE, actor="bob", reason="left", handle="carl@x.example", release=LMS),
    ReleaseCancelled(at=LIFT, actor="ann", reason="", release=LMS),
)


def test_the_audit_is_in_order_with_the_fields_as_json_values(store, run):
    event = held_event(recipients=("a@x.example", "b\udcff@x.example"), decide_again_at=LIFT, codes=("approved",))
    run(store.hold(message(), [event, held_event(actor="second")], []))
    run(store.record([RulebookLoaded(at=LIFT, rulebook="3f9a", rules=3)]))

    first, second, third = run(store.audit())

    assert first.seq < second.seq < third.seq
    assert (first.at, first.kind, first.actor, first.held) == (event.at, "Held", "leakguard", "m1")
    assert first.body["recipients"] == ["a@x.example", "b\udcff@x.example"]
    assert first.body["decide_again_at"] == "2026-03-31T08:30:00.000000+00:00"
    assert first.body["releases"] == [LMS]
    assert json.loads(json.dumps(first.body)) == first.body
    assert second.actor == "second"
    assert (third.kind, third.held, third.body["rules"]) == ("RulebookLoaded", None, 3)


def test_the_audit_can_be_read_on_from_a_line_and_for_one_message(store, run):
    for name in ("m1", "m2", "m1", "m1"):
        run(store.record([held_event(name)]))
    seqs = [each.seq for each in run(store.audit())]

    assert [each.seq for each in run(store.audit(after=seqs[1]))] == seqs[2:]
    assert [each.seq for each in run(store.audit(limit=2))] == seqs[:2]
    assert [each.seq for each in run(store.audit(held=HeldId("m1")))] == [seqs[0], *seqs[2:]]
    assert [each.seq for each in run(store.audit(held=HeldId("m1"), after=seqs[0], limit=1))] == [seqs[2]]
    assert run(store.audit(held=HeldId("nobody"))) == ()
    assert run(store.audit(after=seqs[-1])) == ()


def test_acts_come_back_as_they_were_and_in_the_order_of_recording(store, run):
    assert run(store.acts()) == ()
    run(store.record([ACTS[0], held_event(), ACTS[1]]))
    run(store.record(ACTS[2:]))

    assert run(store.acts()) == ACTS


def test_two_notices_of_one_dedupe_key_are_one_and_the_first_wins(store, run):
    first = notice("n1", dedupe="once")
    held = run(store.hold(message(), [], [first, notice("n2", dedupe="once")]))

    run(store.save(held, [], [first, notice("n3", dedupe="once"), notice("n4")]))

    assert run(store.notices_due(LIFT, 10)) == (first, notice("n4"))


def test_a_notice_about_no_message_is_kept_until_it_is_sent(store, run):
    told, version = notice("n1", held=None), run(store.version())

    run(store.tell([told, told]))

    assert run(store.notices_due(LIFT, 10)) == (told,)
    assert run(store.audit()) == ()
    assert run(store.version()) != version


def test_notices_are_due_at_their_time_earliest_first(store, run):
    made = [notice(name, next_try_at=LIFT + minutes * MINUTE) for name, minutes in [("b", 2), ("a", 1), ("c", 3)]]
    run(store.hold(message(), [], made))

    assert run(store.notices_due(LIFT + MINUTE - MICROSECOND, 10)) == ()
    assert [each.id for each in run(store.notices_due(LIFT + MINUTE, 10))] == ["a"]
    assert [each.id for each in run(store.notices_due(LIFT + 9 * MINUTE, 10))] == ["a", "b", "c"]
    assert [each.id for each in run(store.notices_due(LIFT + 9 * MINUTE, 2))] == ["a", "b"]


def test_a_notice_tried_waits_for_its_next_time_and_a_notice_sent_is_done(store, run):
    run(store.hold(message(), [], [notice(held=None)]))
    tried = replace(notice(held=None), attempts=1, next_try_at=LIFT + MINUTE)

    run(store.notice_saved(tried))
    assert run(store.notices_due(LIFT, 10)) == ()
    assert run(store.notices_due(LIFT + MINUTE, 10)) == (tried,)

    run(store.notice_saved(replace(tried, attempts=2, sent_at=LIFT + MINUTE)))
    assert run(store.notices_due(LIFT + 9 * MINUTE, 10)) == ()


def test_a_notice_that_was_sent_is_not_made_again(store, run):
    held = run(store.hold(message(), [], [notice()]))
    run(store.notice_saved(replace(notice(), sent_at=LIFT)))

    run(store.save(held, [], [notice("n2", dedupe=notice().dedupe)]))

    assert run(store.notices_due(LIFT + MINUTE, 10)) == ()


def test_a_notice_that_was_sent_is_not_made_again_for_a_message_that_was_dropped(store, run):
    held = run(store.hold(message(recipients=(copy(state=State.PENDING),)), [], [notice()]))
    run(store.notice_saved(replace(notice(), sent_at=LIFT)))
    run(store.drop_pending(held))

    run(store.hold(held, [], [notice("n2", dedupe=notice().dedupe)]))

    assert run(store.notices_due(LIFT + MINUTE, 10)) == ()


def test_saving_a_notice_that_was_forgotten_does_nothing(store, run):
    run(store.notice_saved(notice()))

    assert run(store.notices_due(LIFT, 10)) == ()


def test_the_version_changes_with_every_change_and_not_by_reading(store, run):
    seen = [run(store.version())]
    held = run(store.hold(message(recipients=(copy(state=State.PENDING),)), [], [notice()]))
    seen.append(run(store.version()))
    held = run(store.save(held, [], []))
    seen.append(run(store.version()))
    run(store.record([held_event()]))
    seen.append(run(store.version()))
    run(store.notice_saved(replace(notice(), attempts=1)))
    seen.append(run(store.version()))
    run(store.drop_pending(held))
    seen.append(run(store.version()))

    assert len(set(seen)) == len(seen)
    run(store.listing())
    run(store.hold(message("m2", key="k"), [], []))
    before = run(store.version())
    run(store.hold(message("m3", key="k"), [held_event()], []))
    run(store.audit())
    assert run(store.version()) == before


def test_the_secret_is_32_bytes_and_stays(store, run):
    secret = run(store.secret())

    assert len(secret) == 32
    assert run(store.secret()) == secret
