"""What a store promises for review: words that come back, notices that are not sent after all, a list kept current."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from leakguard.model.embargo import ReleaseStatus
from leakguard.model.errors import Stale
from leakguard.model.held import State
from leakguard.model.review import UNREVIEWED, Approval, Mark, Posting, Proposal, Review
from tests.contract.store_samples import LIFT, LMS, MINUTE, copy, held_event, message, notice

MARK = Mark(by="j\udce9r\udcf4me@dwp.example", at=LIFT)
FULL = Review(
    kept=MARK,
    proposal=Proposal(by="ann@stats.example", at=LIFT, recipients=("a@x.example", "\udcff@x.example"), releases=(LMS,)),
    escalated=replace(MARK, at=LIFT + MINUTE),
    asked=MARK,
    false_alarm=MARK,
    approvals=(Approval(release=LMS, release_at=LIFT, status=ReleaseStatus.PROVISIONAL), Approval(release=LMS)),
    posting=Posting(by="j\udce9r\udcf4me@dwp.example", at=LIFT, release=LMS),
)


def test_what_people_said_comes_back_whole(store, run):
    assert not [each.name for each in fields(Review) if getattr(FULL, each.name) == getattr(UNREVIEWED, each.name)]
    new = run(store.hold(message("m1", review=FULL), [], []))
    old = run(store.hold(message("m2"), [], []))

    saved = run(store.save(replace(old, review=FULL), [], []))

    assert run(store.get(new.id)).review == FULL
    assert run(store.get(saved.id)).review == FULL
    assert [each.review for each in run(store.listing())] == [FULL, FULL]
    assert [each.review for each in run(store.open_messages())] == [FULL, FULL]
    assert run(store.save(replace(saved, review=UNREVIEWED), [], [])).review == UNREVIEWED
    assert run(store.get(saved.id)).review == UNREVIEWED


def test_a_notice_that_is_unsaid_is_never_due(store, run):
    held = run(store.hold(message(), [], [notice("n1"), notice("n2")]))

    run(store.save(held, [held_event()], [], [notice("n1").dedupe]))

    assert [each.id for each in run(store.notices_due(LIFT, 10))] == ["n2"]


def test_a_notice_that_is_unsaid_can_be_said_again(store, run):
    held = run(store.hold(message(), [], [notice("n1")]))

    saved = run(store.save(held, [], [], [notice("n1").dedupe]))
    run(store.save(saved, [], [notice("n1", text="again")]))

    assert [each.text for each in run(store.notices_due(LIFT, 10))] == ["again"]


@pytest.mark.parametrize("gone", ["sent", "never there", "one of two"])
def test_what_has_been_said_cannot_be_unsaid_and_nothing_is_changed(store, run, gone):
    held = run(store.hold(message(), [], [notice("n1"), notice("n2")]))
    if gone != "never there":
        run(store.notice_saved(notice("n1", sent_at=LIFT, attempts=1)))
    names = {"sent": ["n1"], "never there": ["n3"], "one of two": ["n2", "n1"]}[gone]
    unsaid = [notice(each).dedupe for each in names]
    waiting = run(store.notices_due(LIFT, 10))

    with pytest.raises(Stale):
        run(store.save(replace(held, lease_by="me"), [held_event()], [notice("n4")], unsaid))

    assert run(store.get(held.id)) == held
    assert run(store.audit()) == ()
    assert run(store.notices_due(LIFT, 10)) == waiting
    run(store.notice_saved(notice("n1", sent_at=LIFT)))
    assert run(store.changed_since(0, 10))[1] == (replace(held, content=b"", head=b""),)


def test_a_stale_save_unsays_nothing(store, run):
    held = run(store.hold(message(), [], [notice("n1")]))
    run(store.save(held, [], []))

    with pytest.raises(Stale):
        run(store.save(held, [], [], [notice("n1").dedupe]))

    assert [each.id for each in run(store.notices_due(LIFT, 10))] == ["n1"]


def test_what_changed_is_told_once_and_in_the_order_of_the_changes(store, run):
    assert run(store.changed_since(0, 10)) == (0, ())
    first, second = (run(store.hold(message(name), [], [])) for name in ("m1", "m2"))
    mark, found = run(store.changed_since(0, 10))
    assert found == tuple(replace(each, content=b"", head=b"") for each in (first, second))
    assert run(store.changed_since(mark, 10)) == (mark, ())

    saved = run(store.save(replace(first, lease_by="me"), [], []))
    later, changed = run(store.changed_since(mark, 10))

    assert changed == (replace(saved, content=b"", head=b""),)
    assert later > mark
    assert [each.id for each in run(store.changed_since(0, 10))[1]] == ["m2", "m1"]


def test_a_long_list_comes_in_pages_that_miss_nothing(store, run):
    for number in range(7):
        run(store.hold(message(f"m{number}"), [], []))
    mark, names = 0, []

    while True:
        mark, page = run(store.changed_since(mark, 3))
        if not page:
            break
        assert len(page) <= 3
        names += [each.id for each in page]

    assert names == [f"m{number}" for number in range(7)]


@pytest.mark.parametrize("others", [0, 1])
def test_what_is_held_after_a_message_was_dropped_is_told(store, run, others):
    for number in range(others):
        run(store.hold(message(f"o{number}"), [], []))
    pending = run(store.hold(message("m1", recipients=(copy(state=State.PENDING),)), [], []))
    mark, _ = run(store.changed_since(0, 10))

    run(store.drop_pending(pending))
    run(store.hold(message("m2"), [], []))

    assert [each.id for each in run(store.changed_since(mark, 10))[1]] == ["m2"]


def test_a_change_after_a_message_was_dropped_is_told(store, run):
    held = run(store.hold(message("m1"), [], []))
    pending = run(store.hold(message("m2", recipients=(copy(state=State.PENDING),)), [], []))
    mark, _ = run(store.changed_since(0, 10))

    run(store.drop_pending(pending))
    run(store.save(replace(held, lease_by="me"), [], []))

    assert [each.id for each in run(store.changed_since(mark, 10))[1]] == ["m1"]
