"""Too many calls are answered 429 until there is room again, and what goes wrong goes wrong as often as asked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from tests.fakes.slack import FakeSlack, Person, faults
from tests.fakes.slack.state import Channel
from tests.fakes.slack.timing import SlackTime
from tests.unit.slack_fake.bolt import client_of

MINUTE_IN = 1.0


def play(story: Callable[[FakeSlack, Person, Channel], Awaitable[None]], scale: float = 60 / MINUTE_IN) -> None:
    async def life() -> None:
        async with FakeSlack(time=SlackTime(scale=scale)) as slack:
            amy = slack.person("amy")
            await story(slack, amy, slack.channel("jobs", amy))

    asyncio.run(life())


def test_fifty_removals_a_minute_and_the_next_one_waits() -> None:
    async def story(slack: FakeSlack, amy: Person, channel: Channel) -> None:
        messages = [await amy.post(channel, "tea") for _ in range(51)]
        client = client_of(slack, slack.consent(amy).text)
        for message in messages[:50]:
            await client.chat_delete(channel=channel.id, ts=message.ts)
        with pytest.raises(SlackApiError) as refused:
            await client.chat_delete(channel=channel.id, ts=messages[50].ts)

        assert (refused.value.response.status_code, refused.value.response["error"]) == (429, "ratelimited")
        assert 55 <= int(refused.value.response.headers["Retry-After"]) <= 60
        assert len(amy.reads(channel)) == 1

    play(story, scale=1.0)


def test_a_client_that_waits_as_told_gets_through() -> None:
    async def story(slack: FakeSlack, amy: Person, channel: Channel) -> None:
        slack.limits.minute["users.info"] = 1
        client = client_of(slack)
        await client.users_info(user=amy.id)
        with pytest.raises(SlackApiError) as refused:
            await client.users_info(user=amy.id)
        await asyncio.sleep(MINUTE_IN)

        assert refused.value.response.headers["Retry-After"] == "1"
        assert (await client.users_info(user=amy.id))["ok"]

    play(story)


def test_one_post_a_second_and_channel() -> None:
    async def story(slack: FakeSlack, amy: Person, channel: Channel) -> None:
        client = client_of(slack)
        await client.chat_postMessage(channel=channel.id, text="tea")
        with pytest.raises(SlackApiError, match="ratelimited"):
            await client.chat_postMessage(channel=channel.id, text="tea")
        await client.chat_postMessage(channel=slack.channel("other").id, text="tea")

        assert amy.reads(channel) == ["tea"]

    play(story, scale=1.0)


@pytest.mark.parametrize("code", [500, 503])
def test_a_server_error_comes_once(code: int) -> None:
    async def story(slack: FakeSlack, amy: Person, channel: Channel) -> None:
        client = client_of(slack)
        slack.faults.once("chat.postMessage", faults.status(code))
        with pytest.raises(SlackApiError) as failed:
            await client.chat_postMessage(channel=channel.id, text="tea")
        await client.chat_postMessage(channel=channel.id, text="tea")

        assert failed.value.response.status_code == code
        assert amy.reads(channel) == ["tea"]

    play(story)


@pytest.mark.parametrize(("after", "there"), [(False, []), (True, ["tea"])])
def test_a_connection_drops_before_or_after_slack_did_it(after: bool, there: list[str]) -> None:
    async def story(slack: FakeSlack, amy: Person, channel: Channel) -> None:
        slack.faults.once("chat.postMessage", faults.dropped(after=after))
        with pytest.raises(aiohttp.ClientError):
            await client_of(slack).chat_postMessage(channel=channel.id, text="tea")

        assert amy.reads(channel) == there

    play(story)


def test_an_answer_is_slow_once() -> None:
    async def story(slack: FakeSlack, amy: Person, channel: Channel) -> None:
        slack.faults.once("auth.test", faults.slow(0.2))
        client, started = client_of(slack), time.monotonic()
        await client.auth_test()
        first, again = time.monotonic() - started, time.monotonic()
        await client.auth_test()

        assert first >= 0.2 > time.monotonic() - again

    play(story)


def test_a_limit_and_an_error_come_when_asked() -> None:
    async def story(slack: FakeSlack, amy: Person, channel: Channel) -> None:
        client = client_of(slack)
        slack.faults.once("auth.test", faults.limited(7))
        slack.faults.once("auth.test", faults.answer("internal_error"))
        with pytest.raises(SlackApiError) as limited:
            await client.auth_test()
        with pytest.raises(SlackApiError, match="internal_error"):
            await client.auth_test()

        assert (limited.value.response.status_code, limited.value.response.headers["Retry-After"]) == (429, "7")

    play(story)
