"""Socket Mode: each event to one connection; connections are replaced, drop, and go deaf."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from tests.fakes.slack import FakeSlack, Person
from tests.fakes.slack.state import Channel
from tests.fakes.slack.timing import SlackTime
from tests.unit.slack_fake.bolt import Bolt, client_of, listening, until

Story = Callable[[FakeSlack, Bolt, Person, Channel], Awaitable[None]]


def play(story: Story, connections: int = 2, patience: float = 3.0) -> None:
    async def life() -> None:
        slack = FakeSlack(time=SlackTime(scale=6000, patience=patience))
        async with slack, listening(slack, "socket", connections) as bolt:
            amy = slack.person("amy")
            await story(slack, bolt, amy, slack.channel("jobs", amy))

    asyncio.run(life())


def test_each_event_goes_to_one_connection_in_turn() -> None:
    async def story(slack: FakeSlack, bolt: Bolt, amy: Person, channel: Channel) -> None:
        for number in range(6):
            await amy.post(channel, f"tea {number}")
        await slack.quiet()

        assert len(bolt.heard) == 6
        assert [one.given for one in slack.sockets.connections] == [3, 3]

    play(story)


def test_a_planned_refresh_is_survived_by_a_client_that_reconnects() -> None:
    async def story(slack: FakeSlack, bolt: Bolt, amy: Person, channel: Channel) -> None:
        before = list(slack.sockets.connections)
        await slack.sockets.refresh()
        await until(lambda: len(slack.sockets.connections) == 2)
        await amy.post(channel, "tea")
        await slack.quiet()

        assert not set(before) & set(slack.sockets.connections)
        assert bolt.names() == ["message"]

    play(story)


def test_a_dropped_connection_leaves_the_other_to_hear() -> None:
    async def story(slack: FakeSlack, bolt: Bolt, amy: Person, channel: Channel) -> None:
        slack.sockets.drop()
        await amy.post(channel, "tea")
        await slack.quiet()

        assert bolt.names() == ["message"]

    play(story)


def test_what_a_deaf_connection_was_given_comes_again_by_the_other() -> None:
    async def story(slack: FakeSlack, bolt: Bolt, amy: Person, channel: Channel) -> None:
        slack.sockets.freeze()
        await amy.post(channel, "tea")
        await slack.quiet()

        assert bolt.names() == ["message"]
        assert [one.outcome.reason for one in slack.courier.deliveries] == ["timeout", ""]
        assert slack.courier.lost == []

    play(story, patience=0.1)


def test_a_deaf_connection_answers_no_ping_so_that_a_client_notices() -> None:
    async def story(slack: FakeSlack, bolt: Bolt, amy: Person, channel: Channel) -> None:
        deaf = slack.sockets.connections[0]
        slack.sockets.freeze()
        await until(lambda: any(one is not deaf for one in slack.sockets.connections))
        await amy.post(channel, "tea")
        await slack.quiet()

        assert bolt.names() == ["message"]

    play(story, connections=1, patience=0.5)


def test_without_any_connection_an_event_is_lost_in_the_end() -> None:
    async def story(slack: FakeSlack, bolt: Bolt, amy: Person, channel: Channel) -> None:
        slack.sockets.refusing = True
        slack.sockets.drop(2)
        await amy.post(channel, "tea")
        await slack.quiet()

        assert bolt.heard == []
        assert len(slack.courier.lost) == 1

    play(story)


def test_an_address_serves_once_and_there_are_ten_at_most() -> None:
    async def life() -> None:
        async with FakeSlack() as slack, aiohttp.ClientSession() as session:
            client = client_of(slack, slack.app_token.text)
            urls = [(await client.apps_connections_open(app_token=slack.app_token.text))["url"] for _ in range(10)]
            opened = [await session.ws_connect(url) for url in urls]
            hellos = [(await one.receive_json())["type"] for one in opened]

            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(urls[0])
            with pytest.raises(SlackApiError, match="too_many_websockets"):
                await client.apps_connections_open(app_token=slack.app_token.text)
            assert hellos == ["hello"] * 10

    asyncio.run(life())
