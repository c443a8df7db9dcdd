"""Two people before the same message: what one decided while the other was looking is not overruled unseen."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from leakguard.model.errors import Stale
from tests.unit.service.reviewers import ANN, BOB, HOLD_ALL, actor, world
from tests.unit.service.world import AMY, MINUTE, T


async def _looked_at():
    at = world(actions=HOLD_ALL)
    await at.submit("HINT", to=(AMY,))
    at.clock.set(T + MINUTE)
    return at, (await at.held()).id


def _by(at, handle: str, seen):
    return replace(at.reviewing(actor(handle)), seen=seen)


@pytest.mark.parametrize("first", ["keep", "send", "reject"])
@pytest.mark.parametrize("second", ["keep", "send", "reject"])
def test_what_somebody_else_decided_since_refuses_the_act(first, second):
    async def story() -> None:
        at, held = await _looked_at()
        seen = at.clock.now()
        at.clock.set(seen + MINUTE)
        await getattr(_by(at, BOB, seen), first)(held, "looked at")
        before = await at.store.get(held)

        with pytest.raises(Stale):
            await getattr(_by(at, ANN, seen), second)(held, "looked at")

        assert await at.store.get(held) == before

    asyncio.run(story())


def test_one_of_two_at_the_same_moment_decides():
    async def story() -> None:
        at, held = await _looked_at()
        seen = at.clock.now()
        at.clock.set(seen + MINUTE)

        done = await asyncio.gather(
            _by(at, ANN, seen).keep(held, "it can wait"),
            _by(at, BOB, seen).reject(held, "not for them"),
            return_exceptions=True,
        )

        assert [type(each) for each in done if each is not None] == [Stale]

    asyncio.run(story())


def test_whoever_has_seen_the_decision_may_decide_otherwise_and_so_may_who_made_it():
    async def story() -> None:
        at, held = await _looked_at()
        seen = at.clock.now()
        at.clock.set(seen + MINUTE)
        await _by(at, BOB, seen).keep(held, "it can wait")
        await _by(at, BOB, seen).keep(held, "it can still wait")
        at.clock.set(at.clock.now() + MINUTE)

        await _by(at, ANN, at.clock.now()).reject(held, "not for them")

        assert (await at.events())[-1] == "Rejected"

    asyncio.run(story())


def test_a_note_or_a_question_of_somebody_else_is_no_decision():
    async def story() -> None:
        at, held = await _looked_at()
        seen = at.clock.now()
        at.clock.set(seen + MINUTE)
        await _by(at, BOB, seen).note(held, "I am not sure")

        await _by(at, ANN, seen).keep(held, "it can wait")

        assert (await at.events())[-1] == "Kept"

    asyncio.run(story())
