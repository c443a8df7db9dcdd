"""Whatever three people do in whatever order: nothing sure leaves early by one of them, and the audit tells it all."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from leakguard.model.errors import Refused, Stale
from leakguard.model.held import State
from leakguard.service.ports import AuditEntry
from leakguard.service.queue import Queue, Wanted
from leakguard.service.reviewing import UNDO
from tests.unit.service.reviewers import ANN, ANN_TOO, BOB, HOLD_ALL, REX, actor, world
from tests.unit.service.world import AMY, JOE, T, World

PEOPLE = [ANN, ANN_TOO, BOB, REX]
PERSON = {ANN: "ann", ANN_TOO: "ann", BOB: "bob", REX: "rex"}
COPIES = (AMY, JOE)
VERBS = [*["send"] * 8, "keep", "reject", "withdraw", "take_back", "false_alarm", "escalate", "note"]
PAUSES = [timedelta(), timedelta(seconds=1), UNDO - timedelta(microseconds=1), UNDO, timedelta(seconds=61)]

steps = st.lists(
    st.tuples(
        st.sampled_from(PEOPLE),
        st.sampled_from(VERBS),
        st.sampled_from([(), (), (), (AMY,), (JOE,)]),
        st.sampled_from(PAUSES),
        st.booleans(),
    ),
    max_size=10,
)


@dataclass
class Story:
    """What the audit tells, line by line: where each copy is, and who let it go when."""

    states: dict[str, State] = field(default_factory=lambda: dict.fromkeys(COPIES, State.HELD))
    let_go: dict[str, tuple[str, str, datetime] | None] = field(default_factory=lambda: dict.fromkeys(COPIES))
    sent_at: dict[str, datetime] = field(default_factory=dict)
    proposed: tuple[str, object] = ("", None)
    decided_at: datetime = T

    def hear(self, entry: AuditEntry) -> None:
        self.weigh(entry)
        for address in entry.body["recipients"]:  # type: ignore[attr-defined]
            match entry.kind, entry.body.get("act", ""):
                case "Approved", _:
                    self.let_go[address] = (str(entry.body["proposed_by"]), entry.actor, entry.at)
                case ("Kept", _) | ("Undone", "Approved"):
                    self.let_go[address] = None
                case "Rejected", _:
                    self.move(address, State.HELD, State.REJECTED)
                case "Withdrawn", _:
                    self.move(address, State.HELD, State.WITHDRAWN)
                case "Undone", "Rejected":
                    self.move(address, State.REJECTED, State.HELD)
                case "Delivered", _:
                    self.move(address, State.HELD, State.SENT)
                    self.sent_at[address] = entry.at

    def weigh(self, entry: AuditEntry) -> None:
        if entry.kind == "SendProposed":
            self.proposed = (entry.actor, entry.body["recipients"])
        if entry.kind == "Approved" and entry.body["proposed_by"]:
            assert self.proposed == (entry.body["proposed_by"], entry.body["recipients"]), "two say the same"
        if entry.kind == "Undone" and entry.body["act"] in ("Approved", "Rejected"):
            assert entry.at < self.decided_at + UNDO
        if entry.kind in ("Approved", "Rejected"):
            self.decided_at = entry.at

    def move(self, address: str, old: State, new: State) -> None:
        assert self.states[address] is old, "the audit tells of an illegal move"
        self.states[address] = new


async def _do(at: World, who: str, verb: str, to: tuple[str, ...]) -> None:
    reviewing, held_id = at.reviewing(actor(who)), (await at.held()).id
    arguments = () if verb == "take_back" else ("a reason", to) if verb in ("send", "reject", "withdraw") else ("why",)
    with suppress(Refused, Stale):  # any other error is a defect
        await getattr(reviewing, verb)(held_id, *arguments)


def _allowed(story: Story, address: str, is_sure: bool) -> bool:
    """Whether a copy that has been sent was sent by right."""
    if story.sent_at[address] >= T:
        return True
    let_go = story.let_go[address]
    if let_go is None:
        return False
    first, second, at = let_go
    by_enough = PERSON[first] != PERSON[second] and second != REX if is_sure else True
    return by_enough and story.sent_at[address] >= at + UNDO


@settings(max_examples=300, deadline=None)
@given(steps=steps, is_sure=st.booleans(), author=st.sampled_from([*["sam@dept.example"] * 4, ANN, REX]))
def test_nothing_leaves_by_wrong_and_the_audit_tells_what_became_of_every_copy(steps, is_sure, author):
    async def story() -> None:
        at = world(actions=HOLD_ALL)
        await at.submit("LMS rose" if is_sure else "HINT", sender=author, to=COPIES)
        queue = Queue(store=at.store, clock=at.clock)
        for who, verb, to, pause, looks in steps:
            await _do(at, who, verb, to)
            at.clock.set(at.clock.now() + pause)
            if looks:
                await at.clerk.round()
            await _check(at, is_sure, author, queue)
        await at.at(max(T, at.clock.now()) + UNDO)
        await _check(at, is_sure, author, queue)
        assert State.HELD.value not in (await at.states()).values(), "what nobody closed has gone"

    asyncio.run(story())


async def _check(at: World, is_sure: bool, author: str, queue: Queue) -> None:
    told = Story()
    for entry in await at.store.audit():
        told.hear(entry)
        decides = entry.kind in ("SendProposed", "Approved", "Kept", "Rejected", "Withdrawn", "MarkedFalseAlarm")
        assert not decides or PERSON.get(entry.actor) != PERSON.get(author, "nobody here")
    assert await at.states() == {address: state.value for address, state in told.states.items()}
    assert all(_allowed(told, address, is_sure) for address in told.sent_at)
    assert sorted(at.delivered_to()) == sorted(told.sent_at), "each copy once"
    await queue.refresh()
    [item] = queue.items(Wanted(state="all"))
    assert dict(item.states) == {each: list(told.states.values()).count(each) for each in set(told.states.values())}
