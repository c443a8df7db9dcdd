"""What a store promises about time: never early, never hidden, oldest first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta, timezone

import pytest

from leakguard.model.held import State
from tests.contract.store_samples import LIFT, MICROSECOND, MINUTE, copy, message


def test_what_is_added_is_due_at_its_second_and_not_before(store, run):
    run(store.hold(message(), [], []))

    assert run(store.due(LIFT - MICROSECOND, 10)) == ()
    assert run(store.due(LIFT, 10)) == ("m1",)
    assert run(store.due(LIFT + MICROSECOND, 10)) == ("m1",)


def test_zones_do_not_matter(store, run):
    west = timezone(timedelta(hours=-5))
    run(store.hold(message(recipients=(copy(decide_again_at=LIFT.astimezone(west)),)), [], []))

    for zone in (west, UTC, timezone(timedelta(hours=9))):
        assert run(store.due((LIFT - MICROSECOND).astimezone(zone), 10)) == ()
        assert run(store.due(LIFT.astimezone(zone), 10)) == ("m1",)
    assert run(store.next_wake()) == LIFT


def test_what_is_due_comes_earliest_first_and_no_more_than_asked(store, run):
    for name, minutes in [("a", 3), ("c", 1), ("b", 2), ("later", 9)]:
        run(store.hold(message(name, recipients=(copy(decide_again_at=LIFT + minutes * MINUTE),)), [], []))

    assert run(store.due(LIFT + 5 * MINUTE, 10)) == ("c", "b", "a")
    assert run(store.due(LIFT + 5 * MINUTE, 2)) == ("c", "b")


def test_a_message_is_due_when_its_first_open_copy_is(store, run):
    copies = (
        copy("a@x.example", state=State.SENT, decide_again_at=LIFT - 2 * MINUTE),
        copy("b@x.example", decide_again_at=LIFT - MINUTE, next_try_at=LIFT),
        copy("c@x.example", decide_again_at=LIFT + MINUTE),
    )
    run(store.hold(message(recipients=copies), [], []))

    assert run(store.due(LIFT - MICROSECOND, 10)) == ()
    assert run(store.due(LIFT, 10)) == ("m1",)
    assert run(store.next_wake()) == LIFT


@pytest.mark.parametrize("state", [state for state in State if not state.is_open])
def test_a_closed_message_is_never_due(store, run, state):
    held = run(store.hold(message(), [], []))
    run(store.save(replace(held, recipients=(replace(held.recipients[0], state=state),)), [], []))

    assert run(store.due(LIFT + MINUTE, 10)) == ()
    assert run(store.next_wake()) is None
    assert run(store.open_messages()) == ()


def test_a_message_that_waits_for_a_person_is_open_and_not_due(store, run):
    run(store.hold(message(recipients=(copy(decide_again_at=None),)), [], []))

    assert run(store.due(LIFT + MINUTE, 10)) == ()
    assert run(store.next_wake()) is None
    assert len(run(store.open_messages())) == 1


def test_a_saved_time_replaces_the_old_one(store, run):
    held = run(store.hold(message(), [], []))
    later = (copy(decide_again_at=LIFT + MINUTE),)

    run(store.save(replace(held, recipients=later), [], []))

    assert run(store.due(LIFT, 10)) == ()
    assert run(store.due(LIFT + MINUTE, 10)) == ("m1",)
    assert run(store.next_wake()) == LIFT + MINUTE


def test_a_lease_hides_a_message_until_it_ends(store, run):
    held = run(store.hold(message(), [], []))
    end = LIFT + MINUTE
    leased = run(store.save(replace(held, lease_until=end, lease_by="node-1"), [], []))

    assert run(store.due(end - MICROSECOND, 10)) == ()
    assert run(store.due(end, 10)) == ("m1",)
    assert run(store.next_wake()) == end

    run(store.save(replace(leased, lease_until=None, lease_by=""), [], []))
    assert run(store.due(LIFT, 10)) == ("m1",)
    assert run(store.next_wake()) == LIFT


def test_a_lease_that_ended_before_the_lift_does_not_wake_early(store, run):
    run(store.hold(message(lease_until=LIFT - MINUTE, lease_by="node-1"), [], []))

    assert run(store.next_wake()) == LIFT
    assert run(store.due(LIFT - MICROSECOND, 10)) == ()


def test_a_lease_alone_wakes_nobody_since_nothing_would_be_due(store, run):
    run(store.hold(message(recipients=(copy(decide_again_at=None),), lease_until=LIFT), [], []))

    assert run(store.next_wake()) is None


def test_the_next_wake_is_the_earliest_of_all(store, run):
    assert run(store.next_wake()) is None
    for name, minutes in [("b", 2), ("a", 1), ("c", 3)]:
        run(store.hold(message(name, recipients=(copy(decide_again_at=LIFT + minutes * MINUTE),)), [], []))

    assert run(store.next_wake()) == LIFT + MINUTE


def test_open_messages_come_oldest_first_and_without_content(store, run):
    for name, minutes in [("b", 2), ("a", 1), ("closed", 0), ("c", 3)]:
        state = State.SENT if name == "closed" else State.HELD
        recipients = (copy(state=state), copy("b@x.example", state=state))
        run(store.hold(message(name, received_at=LIFT + minutes * MINUTE, recipients=recipients, head=b"h"), [], []))

    found = run(store.open_messages())

    assert [each.id for each in found] == ["a", "b", "c"]
    whole = run(store.get(found[0].id))
    assert found[0] == replace(whole, content=b"", head=b"")
    assert whole.content
    assert whole.head


def test_a_listing_is_newest_first_with_the_closed_ones_only_when_asked(store, run):
    for name, minutes in [("b", 2), ("a", 1), ("closed", 4), ("c", 3)]:
        state = State.REJECTED if name == "closed" else State.HELD
        run(store.hold(message(name, received_at=LIFT + minutes * MINUTE, recipients=(copy(state=state),)), [], []))

    assert [each.id for each in run(store.listing())] == ["c", "b", "a"]
    assert [each.id for each in run(store.listing(limit=2))] == ["c", "b"]
    assert [each.id for each in run(store.listing(include_closed=True))] == ["closed", "c", "b", "a"]
    assert [each.id for each in run(store.listing(include_closed=True, limit=1))] == ["closed"]
    assert {(each.content, each.head) for each in run(store.listing(include_closed=True))} == {(b"", b"")}
