"""The guarded clock: a jump of the host's clock lifts nothing early, and an operator's word restores it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from leakguard.clock import GuardedClock
from tests.unit.service.world import AMY, T, World

START = datetime(2031, 3, 18, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Host:
    """A machine whose wall clock can be set while its counter only counts."""

    def __init__(self) -> None:
        self.wall, self.count = START, 100.0
        self.clock = GuardedClock(wall=lambda: self.wall, steady=lambda: self.count)

    def wait(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.count += seconds

    def jump(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)


def test_without_a_jump_it_is_the_wall_clock():
    host = Host()

    host.wait(3600)

    assert host.clock.now() == START + timedelta(hours=1)
    assert not host.clock.is_suspicious


@pytest.mark.parametrize("forward", [1.001, 600, 86_400])
def test_after_a_jump_forward_it_goes_on_from_before_the_jump(forward):
    host = Host()
    host.wait(60)

    host.jump(forward)
    host.wait(10)

    assert host.clock.now() == START + timedelta(seconds=70)
    assert host.clock.is_suspicious


def test_a_jump_backward_is_believed_and_remembered():
    host = Host()

    host.jump(-600)
    back = host.clock.now()
    host.jump(1200)

    assert back == START - timedelta(minutes=10)
    assert host.clock.now() == START
    assert host.clock.is_suspicious


def test_a_slew_within_a_second_is_no_jump():
    host = Host()

    host.jump(0.9)

    assert host.clock.now() == START + timedelta(seconds=0.9)
    assert not host.clock.is_suspicious


def test_suspicion_stays_until_somebody_trusts_the_clock_even_when_it_looks_right_again():
    host = Host()
    host.jump(600)
    host.clock.now()
    host.jump(-600)

    assert host.clock.now() == START
    assert host.clock.is_suspicious
    host.jump(600)
    host.clock.trust()
    assert host.clock.now() == START + timedelta(minutes=10)
    assert not host.clock.is_suspicious


def test_time_without_a_zone_is_refused():
    assert Host().clock.now().tzinfo is UTC


def test_a_jump_over_the_lift_sends_nothing_until_the_true_lift():
    async def story() -> None:
        host, world = Host(), World()
        await world.submit("LMS rose")
        world.clerk.clock = host.clock
        host.jump(3600)

        await world.clerk.round()
        host.wait((T - START).total_seconds() - 0.001)
        await world.clerk.round()
        early = world.delivered_to()
        host.wait(0.001)
        await world.clerk.round()

        assert early == []
        assert world.delivered_to() == [AMY]

    asyncio.run(story())


def test_trusting_the_clock_again_lifts_what_is_due_by_it():
    async def story() -> None:
        host, world = Host(), World()
        await world.submit("LMS rose")
        world.clerk.clock = host.clock
        host.jump(3600)
        await world.clerk.round()

        host.clock.trust()
        await world.clerk.round()

        assert world.delivered_to() == [AMY]

    asyncio.run(story())
