"""The parts together: a look back begins when we hear, the mark follows what is proved, and blindness makes us look."""

from __future__ import annotations

import asyncio
import math
from datetime import timedelta

import pytest
import structlog

from leakguard.channels.slack.watch import BLIND_LOOK_SECONDS
from tests.stories import story
from tests.unit.service.world import EARLY
from tests.unit.slack.downtime import Downtime


class Enough(Exception):
    """Ends a loop that has no end."""


async def beat(down: Downtime, *, is_heard: bool = True) -> None:
    await down.watch.sight.alive.beat()
    if is_heard:
        posted = [each for each in down.slack.courier.published if each["event"].get("text")]
        down.slack.courier.published = [posted[-1]]
        await down.hear(1)


def passes(down: Downtime, seconds: float) -> None:
    down.clock.set(down.clock.now() + timedelta(seconds=seconds))


@story
async def test_our_own_post_comes_back_through_the_inbox_and_the_lanes():
    down = Downtime(canary=True)

    await beat(down)

    assert down.watch.sight.alive.proven_until == EARLY
    assert await down.world.events() == []


@story
async def test_nothing_is_looked_over_before_we_are_known_to_hear():
    down = Downtime(canary=True)
    await down.watch.check()
    assert await down.turn() == 0 == len(down.api.asked("conversations.list"))

    await beat(down)
    await down.joe.post(down.press, "LMS rose")
    await down.watch.check()

    assert await down.turn() == 1


@story
async def test_the_mark_follows_what_is_proved_once_everything_was_looked_over():
    down = Downtime(canary=True)
    await beat(down)
    await down.watch.check()
    before = await down.mark()
    await down.turn()
    passes(down, 60)
    await beat(down)
    await down.watch.check()

    assert (before, await down.mark()) == (None, EARLY + timedelta(seconds=60))


@story
async def test_while_we_are_blind_the_mark_stays_and_what_is_posted_is_found_by_looking():
    down = Downtime(canary=True)
    passes(down, -600)
    await beat(down)
    await down.watch.check()
    await down.turn()
    passes(down, 181)
    await beat(down, is_heard=False)
    await down.watch.check()
    await down.joe.post(down.press, "LMS rose")
    first = await down.turn()
    await down.joe.post(down.press, "LMS fell")
    await down.watch.check()
    at_once = await down.turn()
    passes(down, BLIND_LOOK_SECONDS)
    await down.watch.check()
    later = await down.turn()

    assert (first, at_once, later) == (1, 0, 1)
    assert down.joe.reads(down.press) == []
    assert down.watch.warnings == ("slack_blind",)


@story
async def test_when_blindness_ends_what_was_posted_meanwhile_is_looked_for():
    down = Downtime(canary=True)
    passes(down, 181)
    await down.watch.check()
    await down.turn()
    await down.joe.post(down.press, "LMS rose")
    passes(down, 1)
    await beat(down)
    await down.watch.check()

    assert await down.turn() == 1
    assert [each for each in await down.world.events() if each.startswith("Door")] == ["DoorBlind", "DoorSees"]
    assert down.watch.warnings == ()


@story
async def test_without_a_canary_channel_that_is_said_aloud_and_it_looks_every_hour():
    down = Downtime()
    await down.joe.post(down.press, "LMS rose")
    with structlog.testing.capture_logs() as lines:
        running = asyncio.create_task(down.watch.unproven())
        await asyncio.sleep(0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    assert [(each["event"], each["alarm"]) for each in lines] == [("slack.unproven", True)]
    assert (down.watch.blind_seconds, down.watch.warnings) == (math.inf, ("slack_unproven",))
    assert await down.turn() == 1


@story
async def test_a_loop_outlives_a_store_that_does_not_answer():
    down = Downtime(canary=True)
    down.world.store.available = False

    async def then_available(_seconds: float) -> None:
        if down.world.store.available:
            raise Enough
        down.world.store.available = True

    down.watch.sleep = then_available
    down.watch.catching_up.ask(EARLY)
    with structlog.testing.capture_logs() as lines, pytest.raises(Enough):
        await down.watch.look_backs()

    assert [each["event"] for each in lines] == ["slack.store_unavailable", "slack.look_back"]
