"""The door before the fake Slack, by both transports: posts that must not stand do not, and the others do."""

from __future__ import annotations

import asyncio

import pytest

from leakguard.model.held import State
from tests.fakes.slack import faults
from tests.stories import story
from tests.unit.service.world import until
from tests.unit.slack.rig import TO_LIFT, TRANSPORTS, guarded

by_each_transport = pytest.mark.parametrize("transport", TRANSPORTS)


@by_each_transport
def test_a_post_that_gives_a_release_away_is_kept_and_taken_out_and_small_talk_stands(transport):
    @story
    async def told() -> None:
        async with guarded(transport) as rig:
            joe, amy = rig.slack.person("joe"), rig.slack.person("amy")
            channel = rig.slack.channel("press", joe, amy)

            await joe.post(channel, "tea?")
            await joe.post(channel, "LMS rose")
            await rig.settled()

            assert amy.reads(channel) == ["tea?"]
            [held] = await rig.world.store.listing()
            assert b"LMS rose" in (await rig.world.store.get(held.id)).content
            assert {each.state for each in held.recipients} == {State.HELD}
            assert [each["by"] for each in await rig.told("PostRemoved")] == ["enforcer"]

    told()


@by_each_transport
def test_after_the_lift_nothing_is_taken_out(transport):
    @story
    async def told() -> None:
        async with guarded(transport) as rig:
            joe, amy = rig.slack.person("joe"), rig.slack.person("amy")
            channel = rig.slack.channel("press", joe, amy)
            rig.world.clock.set(rig.now() + TO_LIFT)

            await joe.post(channel, "LMS rose")
            await rig.settled()

            assert amy.reads(channel) == ["LMS rose"]
            assert await rig.world.store.listing() == ()

    told()


@by_each_transport
def test_what_the_store_cannot_keep_is_told_again_and_then_taken_out(transport):
    @story
    async def told() -> None:
        async with guarded(transport) as rig:
            joe, amy = rig.slack.person("joe"), rig.slack.person("amy")
            channel = rig.slack.channel("press", joe, amy)
            rig.world.store.available = False

            await joe.post(channel, "LMS rose")
            await asyncio.sleep(0.2)
            rig.world.store.available = True
            await rig.settled()

            await until(lambda: amy.reads(channel) == [])

    told()


@by_each_transport
def test_the_door_opens_when_slack_lets_it_in(transport):
    """It is tried again, and nobody who only wants mail waits for it."""

    @story
    async def told() -> None:
        def refuses_once(slack):
            slack.faults.once("auth.test", faults.status(503))
            slack.faults.once("apps.connections.open", faults.answer("internal_error"))

        async with guarded(transport, before=refuses_once) as rig:
            assert rig.door.is_open

    told()


@story
async def test_a_connection_that_stays_broken_is_replaced():
    async with guarded("sockets") as rig:
        joe, amy = rig.slack.person("joe"), rig.slack.person("amy")
        channel = rig.slack.channel("press", joe, amy)
        connections = rig.door._opened._sockets
        connections.broken_seconds = 0.0
        before = set(map(id, connections._handlers))
        rig.slack.sockets.drop(2)

        await connections.look()
        await joe.post(channel, "LMS rose")
        await rig.settled()

        await until(lambda: amy.reads(channel) == [])
        assert before.isdisjoint(map(id, connections._handlers))
