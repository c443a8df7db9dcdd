"""The moves of a held copy are those of the table, and no other."""

from __future__ import annotations

import pytest

from leakguard.model.content import Verdict
from leakguard.model.decision import Action, Outcome, Reason, ReasonCode
from leakguard.model.errors import IllegalMove
from leakguard.model.held import TRANSITIONS, HeldMessage, HeldRecipient, State, Verb
from leakguard.model.ids import HeldId, ReleaseId
from leakguard.model.message import Direction, Recipient
from tests.builders import AMY, CLEARED, INSIDE, JOE, LIFT, OPENS

MOVES = [
    (State.PENDING, Verb.KEEP, State.HELD),
    (State.HELD, Verb.CLAIM, State.SENDING),
    (State.SENDING, Verb.TAKEN, State.SENT),
    (State.SENDING, Verb.RETRY, State.HELD),
    (State.SENDING, Verb.REFUSED, State.UNDELIVERABLE),
    (State.HELD, Verb.REJECT, State.REJECTED),
    (State.HELD, Verb.WITHDRAW, State.WITHDRAWN),
    (State.REJECTED, Verb.REOPEN, State.HELD),
]
ILLEGAL = [
    (state, verb) for state in State for verb in Verb if (state, verb) not in {(old, move) for old, move, _ in MOVES}
]


def copy(state: State = State.HELD, address: str = AMY, **changes: object) -> HeldRecipient:
    return HeldRecipient(recipient=Recipient(address=address), state=state, **changes)  # type: ignore[arg-type]


def held(*copies: HeldRecipient) -> HeldMessage:
    return HeldMessage(
        id=HeldId("h1"),
        key="k",
        digest="d",
        received_at=INSIDE,
        direction=Direction.OUTBOUND,
        mail_from=JOE,
        mail_params="BODY=8BITMIME",
        content=b"x",
        verdict=Verdict(),
        recipients=copies,
    )


@pytest.mark.parametrize(("state", "verb", "then"), MOVES)
def test_each_move_of_the_table_leads_where_it_says(state: State, verb: Verb, then: State) -> None:
    assert copy(state).move(verb).state is then


@pytest.mark.parametrize(("state", "verb"), ILLEGAL)
def test_every_other_move_is_refused(state: State, verb: Verb) -> None:
    with pytest.raises(IllegalMove, match=f"{state} cannot {verb}"):
        copy(state).move(verb)


def test_the_table_has_no_other_row() -> None:
    assert {(old, verb, new) for (old, verb), new in TRANSITIONS.items()} == set(MOVES)


@pytest.mark.parametrize("state", [State.SENT, State.REJECTED, State.WITHDRAWN, State.UNDELIVERABLE])
def test_what_is_closed_stays_closed_and_wakes_nobody(state: State) -> None:
    closed = copy(state, decide_again_at=LIFT, next_try_at=LIFT)

    assert not state.is_open
    assert closed.wake_at is None
    assert not held(closed).is_open
    assert [verb for old, verb in TRANSITIONS if old is state] == ([Verb.REOPEN] if state is State.REJECTED else [])


@pytest.mark.parametrize(
    ("again", "retry", "wake"),
    [
        pytest.param(LIFT, None, LIFT, id="decided again"),
        pytest.param(LIFT, OPENS, OPENS, id="tried again"),
        pytest.param(None, None, None, id="only a person can help"),
        pytest.param(None, LIFT, LIFT, id="tried again though the clock frees nothing"),
    ],
)
def test_a_copy_wakes_when_something_can_change(again: object, retry: object, wake: object) -> None:
    assert copy(decide_again_at=again, next_try_at=retry).wake_at == wake


def test_a_message_wakes_with_its_first_copy() -> None:
    assert held(copy(decide_again_at=LIFT), copy(decide_again_at=OPENS), copy()).wake_at == OPENS
    assert held(copy()).wake_at is None


def test_only_open_copies_are_decided_again_with_what_was_approved() -> None:
    march = frozenset({ReleaseId("LMS-03")})
    message = held(copy(State.SENT, JOE), copy(State.HELD, AMY, approved=march), copy(State.PENDING, CLEARED))

    facts = message.facts()

    assert (facts.mail_from, facts.recipients) == (JOE, (AMY, CLEARED))
    assert facts.approved == {AMY: march, CLEARED: frozenset()}


def test_the_envelope_of_some_copies_names_only_them() -> None:
    envelope = held(copy(State.HELD, AMY), copy(State.SENDING, CLEARED)).envelope(State.SENDING)

    assert [each.address for each in envelope.recipients] == [CLEARED]
    assert (envelope.mail_from, envelope.mail_params) == (JOE, "BODY=8BITMIME")


def test_a_decision_is_remembered_with_its_reasons() -> None:
    reason = Reason(code=ReasonCode.RECIPIENT_NOT_LISTED, release=ReleaseId("LMS-03"))
    decided = copy(approved=frozenset({ReleaseId("A")})).decided(
        Outcome(recipient=AMY, action=Action.HOLD, reasons=(reason, reason), decide_again_at=LIFT)
    )

    assert (decided.decide_again_at, decided.state, decided.approved) == (LIFT, State.HELD, frozenset({"A"}))
    assert held(decided, copy(State.SENT, reasons=(Reason(code=reason.code, release=ReleaseId("B")),))).releases() == (
        "LMS-03",
    )
