"""What a store promises about messages: kept whole, kept once, changed by one hand at a time."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace

import pytest

from leakguard.model.content import Verdict
from leakguard.model.errors import NotFound, Stale, StoreUnavailable
from leakguard.model.held import State, Verb
from leakguard.model.ids import HeldId
from tests.contract.store_samples import LIFT, MINUTE, copy, full_message, held_event, message, notice


def test_what_is_held_comes_back_whole(store, run):
    held = full_message()

    answer = run(store.hold(held, [], []))

    assert answer == held
    assert run(store.get(held.id)) == held


def test_an_outline_is_the_message_without_its_content_and_can_be_saved(store, run):
    held = run(store.hold(message(head=b"Received: x\r\n"), [], []))

    outline = run(store.outline(held.id))
    run(store.save(replace(outline, lease_by="me"), [], []))

    assert outline == replace(held, content=b"")
    assert run(store.get(held.id)) == replace(held, lease_by="me", revision=held.revision + 1)
    with pytest.raises(NotFound):
        run(store.outline(HeldId("none")))


@pytest.mark.parametrize("size", [0, 1, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 700 * 1024])
def test_content_comes_back_to_the_byte(store, run, size):
    content = os.urandom(size)

    run(store.hold(message(content=content), [], []))

    assert run(store.get(HeldId("m1"))).content == content


@pytest.mark.parametrize(
    "address", ["\udcff\udc80@x.example", "a\0b@x.example", "\\udcff@x.example", "\\", "", "é'\"%s"]
)
def test_addresses_leave_as_they_came(store, run, address):
    held = message(mail_from=address, recipients=(copy(address),), key=address, client=address)

    run(store.hold(held, [held_event(sender=address, actor=address)], [notice(to=(address,), text=address)]))

    assert run(store.get(held.id)) == held
    assert run(store.listing()) == (replace(held, content=b"", head=b""),)
    assert run(store.audit())[0].actor == address
    assert run(store.audit())[0].body["sender"] == address
    assert run(store.notices_due(LIFT, 10))[0].text == address


def test_the_same_key_held_twice_is_one_message_one_audit_line_and_one_notice(store, run):
    first = message("m1", key="k")
    run(store.hold(first, [held_event("m1")], [notice("n1")]))

    again = run(store.hold(message("m2", key="k", content=b"other"), [held_event("m2")], [notice("n2")]))

    assert again == first
    assert [each.id for each in run(store.listing(include_closed=True))] == ["m1"]
    assert [each.held for each in run(store.audit())] == ["m1"]
    assert [each.id for each in run(store.notices_due(LIFT, 10))] == ["n1"]


def test_the_same_key_returns_what_became_of_the_message(store, run):
    saved = run(store.save(_after(run(store.hold(message(), [], [])), State.SENT), [], []))

    assert run(store.hold(message("m2", key=saved.key), [], [])) == saved


def test_the_same_key_at_the_same_time_is_one_message(store, run):
    async def twenty():
        return await asyncio.gather(*(store.hold(message(f"m{n}", key="k"), [held_event()], []) for n in range(20)))

    answers = run(twenty())

    assert len({each.id for each in answers}) == 1
    assert len(run(store.audit())) == 1


def test_a_message_pending_since_a_crash_is_returned_as_it_is_stored(store, run):
    pending = message(recipients=(copy(state=State.PENDING),))
    run(store.hold(pending, [], []))

    assert run(store.hold(message("m2", key=pending.key), [], [])) == pending


def test_what_is_not_there_is_not_found(store, run):
    with pytest.raises(NotFound):
        run(store.get(HeldId("\udcff")))
    with pytest.raises(NotFound):
        run(store.save(message(), [held_event()], [notice()]))
    with pytest.raises(NotFound):
        run(store.drop_pending(message()))

    assert run(store.audit()) == ()
    assert run(store.notices_due(LIFT, 10)) == ()


def test_a_save_changes_recipients_verdict_and_lease_and_counts_up(store, run):
    held = run(store.hold(message(recipients=(copy(), copy("b@news.example"))), [], []))
    changed = replace(
        held,
        recipients=(held.recipients[0].move(Verb.CLAIM), held.recipients[1].move(Verb.REJECT)),
        verdict=Verdict(rulebook="next"),
        lease_until=LIFT + MINUTE,
        lease_by="node-2",
    )

    saved = run(store.save(changed, [held_event()], [notice()]))

    assert saved == replace(changed, revision=held.revision + 1)
    assert run(store.get(held.id)) == saved
    assert len(run(store.audit())) == 1
    assert len(run(store.notices_due(LIFT, 10))) == 1


def test_content_envelope_and_key_never_change(store, run):
    held = run(store.hold(message(head=b"Received: x\r\n"), [], []))
    listed = run(store.listing())[0]

    run(store.save(replace(listed, key="other", mail_from="other", lease_by="me"), [], []))

    assert run(store.get(held.id)) == replace(held, lease_by="me", revision=1)


@pytest.mark.parametrize(
    "recipients", [(copy("other@x.example"),), (copy(), copy()), ()], ids=["other", "more", "fewer"]
)
def test_a_save_with_another_envelope_is_a_bug_and_changes_nothing(store, run, recipients):
    held = run(store.hold(message(), [], []))

    with pytest.raises(AssertionError):
        run(store.save(replace(held, recipients=recipients), [held_event()], []))

    assert run(store.get(held.id)) == held
    assert run(store.audit()) == ()


def test_a_stale_save_is_told_and_records_nothing(store, run):
    held = run(store.hold(message(), [], []))
    saved = run(store.save(replace(held, lease_by="first"), [], []))

    with pytest.raises(Stale):
        run(store.save(replace(held, lease_by="second"), [held_event()], [notice()]))

    assert run(store.get(held.id)) == saved
    assert run(store.audit()) == ()
    assert run(store.notices_due(LIFT, 10)) == ()


def test_of_many_who_save_at_once_one_wins_and_the_others_are_told(store, run):
    held = run(store.hold(message(), [], []))

    async def race():
        saves = (store.save(replace(held, lease_by=str(n)), [held_event(actor=str(n))], []) for n in range(20))
        return await asyncio.gather(*saves, return_exceptions=True)

    answers = run(race())

    winners = [each for each in answers if not isinstance(each, Stale)]
    assert len(winners) == 1
    assert run(store.get(held.id)) == winners[0]
    assert [each.actor for each in run(store.audit())] == [winners[0].lease_by]


def test_a_pending_message_can_be_dropped_and_its_key_is_free_again(store, run):
    held = run(store.hold(message(recipients=(copy(state=State.PENDING),)), [held_event()], [notice()]))

    run(store.drop_pending(held))

    with pytest.raises(NotFound):
        run(store.get(held.id))
    assert run(store.listing(include_closed=True)) == ()
    assert run(store.next_wake()) is None
    assert run(store.notices_due(LIFT, 10)) == (), "nobody is told of what is not held"
    assert len(run(store.audit())) == 1, "the audit forgets nothing"
    again = message("m2", key=held.key)
    assert run(store.hold(again, [], [])) == again


def test_only_a_message_that_is_pending_and_unchanged_can_be_dropped(store, run):
    half = run(store.hold(message(recipients=(copy(state=State.PENDING), copy("b@news.example"))), [], []))
    kept = run(store.hold(message("m2", recipients=(copy(state=State.PENDING),)), [], []))
    run(store.save(replace(kept, lease_by="somebody"), [], []))

    for each in (half, kept):
        with pytest.raises(Stale):
            run(store.drop_pending(each))

    assert len(run(store.listing())) == 2


def test_a_closed_store_takes_nothing(store, run):
    run(store.hold(message(), [], []))
    run(store.close())

    with pytest.raises(StoreUnavailable):
        run(store.hold(message("m2"), [], []))
    with pytest.raises(StoreUnavailable):
        run(store.listing())


def _after(held, state):
    return replace(held, recipients=tuple(replace(each, state=state, closed_at=LIFT) for each in held.recipients))
