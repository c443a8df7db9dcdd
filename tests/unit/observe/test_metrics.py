"""What is counted is what happened, under labels from closed lists; a copy that goes early is seen."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from leakguard.model.decision import Reason, ReasonCode
from leakguard.model.held import HeldRecipient, State, Verb
from leakguard.observe import Metrics
from leakguard.service.ports import Reply
from tests.unit.service.world import AMY, CLEARED, EARLY, JOE, LMS, MINUTE, PRODUCER, T, WordInspector, World


class Counted:
    """A world whose services report to real metrics."""

    def __init__(self, **world) -> None:
        self.world, self.metrics = World(**world), Metrics()
        self.world.gate = replace(self.world.gate, measures=self.metrics)
        self.world.clerk.measures = self.metrics

    def value(self, name: str, **labels: str) -> float:
        return self.metrics.registry.get_sample_value(f"leakguard_{name}", labels) or 0.0

    def messages(self, decision: str) -> float:
        return self.value("messages_total", decision=decision, channel="email")


def test_each_message_is_counted_by_what_was_decided():
    async def story():
        it = Counted()
        await it.world.submit("tea at four")
        await it.world.submit("HINT")
        await it.world.submit("LMS")
        await it.world.submit("LMS", sender=PRODUCER, to=(CLEARED, AMY))
        await it.world.submit("LMS", sender=PRODUCER, to=(CLEARED,))
        return it

    it = asyncio.run(story())

    counts = {name: it.messages(name) for name in ("forward", "flag", "hold", "split", "deferred")}
    assert counts == {"forward": 2, "flag": 1, "hold": 1, "split": 1, "deferred": 0}
    assert it.value("inspection_seconds_count") == 5


def test_a_message_that_could_not_be_judged_or_recorded_is_counted_as_deferred():
    async def story():
        it = Counted(inspector=WordInspector(fails=ValueError("secret words")))
        await it.world.submit("LMS")
        it.world.inspector.fails = None
        it.world.store.available = False
        await it.world.submit("LMS")
        return it

    it = asyncio.run(story())

    assert it.messages("deferred") == 2


def test_gaps_are_counted_by_their_kind():
    async def story():
        it = Counted()
        await it.world.submit("UNREAD")
        await it.world.submit("UNREAD LMS")
        return it

    assert asyncio.run(story()).value("gaps_total", kind="encrypted") == 2


def test_the_lag_is_from_the_lift_to_the_final_reply_and_nothing_is_early():
    async def story():
        it = Counted()
        await it.world.submit("LMS", to=(AMY, JOE))
        await it.world.at(T - timedelta(microseconds=1))
        assert it.value("lift_lag_seconds_count") == 0
        await it.world.at(T + timedelta(seconds=3))
        return it

    it = asyncio.run(story())

    assert it.value("lift_lag_seconds_count") == 2
    assert it.value("lift_lag_seconds_sum") == pytest.approx(6)
    assert it.value("early_send_total") == 0


def test_what_a_person_or_access_let_go_before_the_lift_is_neither_early_nor_late():
    async def story():
        it = Counted()
        await it.world.submit("LMS")
        await it.world.console().send((await it.world.held()).id, "agreed")
        await it.world.at(EARLY + MINUTE)
        assert it.world.delivered_to() == [AMY]
        return it

    it = asyncio.run(story())

    assert it.value("lift_lag_seconds_count") == it.value("early_send_total") == 0


def test_a_copy_that_a_broken_policy_sends_before_its_lift_is_counted_as_early(monkeypatch):
    """The counter is no echo of the decision: it asks the calendar once more."""
    from leakguard.service import clerk

    rightly = clerk.decide

    def broken(facts, verdict, book, policy, now):
        return replace(rightly(facts, verdict, book, policy, T), decided_at=now)

    async def story():
        it = Counted()
        await it.world.submit("LMS")
        monkeypatch.setattr(clerk, "decide", broken)
        it.world.clerk._owed[(await it.world.held()).id] = None
        # the clerk keeps what no lift of the book has freed, so it is asked with that guard out of the way too
        monkeypatch.setattr("leakguard.service.copies._is_public", lambda *_: True)
        await it.world.clerk.round()
        return it

    it = asyncio.run(story())

    assert it.world.delivered_to() == [AMY]
    assert it.value("early_send_total") == 1


def test_a_copy_that_the_next_hop_deferred_is_late_when_it_goes():
    async def story():
        it = Counted()
        await it.world.submit("LMS")
        it.world.hop.replies = {"DATA": Reply.of(451, "4.3.0 not yet")}
        await it.world.at(T)
        it.world.hop.replies = {}
        await it.world.at(T + timedelta(seconds=30))
        return it

    it = asyncio.run(story())

    assert it.value("lift_lag_seconds_sum") == pytest.approx(30)


def test_a_persons_decision_is_timed_from_the_message():
    async def story():
        it = Counted()
        await it.world.submit("LMS")
        it.world.clock.set(EARLY + 3 * MINUTE)
        review = replace(it.world.console(), measures=it.metrics)
        await review.reject((await it.world.held()).id, "not theirs")
        return it

    it = asyncio.run(story())

    assert it.value("decision_seconds_count") == 1
    assert it.value("decision_seconds_sum") == 180


def test_a_held_copy_is_a_held_copy():
    """What the gauge counts is what the store says, and what is over leaves no old figure behind."""
    metrics = Metrics()
    metrics.found({LMS.id: 3}, 0.0, {})
    metrics.found({}, 12.5, {"clerk": 0.2})
    text = metrics.text().decode()

    assert "leakguard_held{" not in text
    assert "leakguard_queue_oldest_seconds 12.5" in text
    assert 'leakguard_loop_lag_seconds{loop="clerk"} 0.2' in text


def test_only_one_rulebook_is_in_force():
    metrics = Metrics()
    metrics.stands("one", is_refused=False, is_clock_trusted=True)
    metrics.stands("two", is_refused=True, is_clock_trusted=False)
    text = metrics.text().decode()

    assert 'leakguard_rulebook_info{version="two"} 1.0' in text
    assert "one" not in [each.partition('version="')[2].partition('"')[0] for each in text.splitlines()]
    assert "leakguard_rulebook_refused 1.0" in text
    assert "leakguard_clock_trusted 0.0" in text


def test_two_relays_in_one_process_do_not_share_their_figures():
    one, other = Metrics(), Metrics()
    one.sent(timedelta(seconds=1), is_early=True)

    assert "leakguard_early_send_total 1.0" in one.text().decode()
    assert "leakguard_early_send_total 0.0" in other.text().decode()


def test_a_copy_of_no_known_release_is_freed_by_no_lift():
    from leakguard.model.decision import Action, Outcome
    from leakguard.model.message import Recipient
    from leakguard.service.copies import freed_by_lift
    from tests.unit.service.world import book

    reason = Reason(code=ReasonCode.RECIPIENT_NOT_LISTED, release=LMS.id)
    copy = HeldRecipient(recipient=Recipient(address=AMY), state=State.HELD, reasons=(reason,)).move(Verb.CLAIM)
    public = Outcome(
        recipient=AMY, action=Action.FORWARD, reasons=(Reason(code=ReasonCode.RELEASE_PUBLIC, release=LMS.id),)
    )

    assert freed_by_lift(copy, public, book(LMS)) == (LMS,)
    assert freed_by_lift(copy, public, book()) == ()
    assert freed_by_lift(replace(copy, approved=frozenset({LMS.id})), public, book(LMS)) == ()
