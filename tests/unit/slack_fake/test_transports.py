"""A real Bolt app hears of what people do, signed or through sockets, and hears again what it did not take."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.fakes.slack import FakeSlack
from tests.fakes.slack.courier import Policy
from tests.fakes.slack.timing import SlackTime
from tests.unit.slack_fake.bolt import TRANSPORTS, Bolt, listening, until

FAST = 6000.0
Story = Callable[[FakeSlack, Bolt], Awaitable[None]]

pytestmark = pytest.mark.parametrize("transport", TRANSPORTS)


def play(transport: str, story: Story, *, patience: float = 3.0, policy: Policy | None = None) -> None:
    async def life() -> None:
        slack = FakeSlack(time=SlackTime(scale=FAST, patience=patience), policy=policy)
        async with slack, listening(slack, transport) as bolt:
            await story(slack, bolt)

    asyncio.run(life())


def test_what_people_do_is_heard_as_slack_says_it(transport: str) -> None:
    async def story(slack: FakeSlack, bolt: Bolt) -> None:
        amy = slack.person("amy")
        channel = slack.channel("jobs", amy)
        parent = await amy.post(channel, "tea & cake")
        await amy.edit(parent, "tea")
        await amy.say_me(channel, "waves")
        await amy.reply(parent, "two sugars")
        await amy.reply(parent, "and biscuits", broadcast=True)
        await amy.upload(channel, "menu.txt", b"scones")
        await amy.set_topic(channel, "four o'clock")
        await slack.webhook(channel, "kettle on")
        await slack.unfurl(parent, {"title": "Kettle"})
        gone = await amy.post(channel, "oops")
        await amy.delete(gone)
        await slack.quiet()

        assert sorted(bolt.names()) == sorted(
            "message message_changed me_message message message_replied thread_broadcast message_replied file_share"
            " file_shared channel_topic bot_message message_changed message message_deleted".split()
        )
        first = next(one for one in bolt.events() if one["ts"] == parent.ts)
        assert (first["text"], first["channel_type"]) == ("tea &amp; cake", "channel")
        edit = next(one for one in bolt.events() if one.get("subtype") == "message_changed")
        assert (edit["message"]["text"], edit["previous_message"]["text"]) == ("tea", "tea &amp; cake")

    play(transport, story)


def test_the_app_hears_its_own_posts(transport: str) -> None:
    async def story(slack: FakeSlack, bolt: Bolt) -> None:
        channel = slack.channel("canary")
        await bolt.client.chat_postMessage(channel=channel.id, text="cheep")
        await slack.quiet()

        assert [one.get("bot_id") for one in bolt.events()] == [slack.app.bot_id]

    play(transport, story)


def test_an_event_that_is_not_taken_comes_three_times_more_and_then_never(transport: str) -> None:
    async def story(slack: FakeSlack, bolt: Bolt) -> None:
        bolt.status = 500
        amy = slack.person("amy")
        await amy.post(slack.channel("jobs", amy), "tea")
        await slack.quiet()

        assert [one.retry for one in slack.courier.deliveries] == [0, 1, 2, 3]
        assert slack.courier.lost == [slack.courier.published[0]["event_id"]]
        assert len({one["event_id"] for one in bolt.heard}) == 1

    play(transport, story, patience=0.1)


def test_an_ack_that_comes_late_counts_as_none(transport: str) -> None:
    async def story(slack: FakeSlack, bolt: Bolt) -> None:
        bolt.delay = 0.3
        amy = slack.person("amy")
        await amy.post(slack.channel("jobs", amy), "tea")
        await until(lambda: len(bolt.heard) == 2)
        bolt.delay = 0.0
        await slack.quiet()

        assert [one.outcome.ok for one in slack.courier.deliveries][:2] == [False, False]
        assert slack.courier.deliveries[-1].outcome.ok
        assert slack.courier.deliveries[0].outcome.reason in {"http_timeout", "timeout"}

    play(transport, story, patience=0.1)


def test_an_app_that_takes_nearly_nothing_is_told_nothing_more(transport: str) -> None:
    async def story(slack: FakeSlack, bolt: Bolt) -> None:
        bolt.status = 500
        amy = slack.person("amy")
        channel = slack.channel("jobs", amy)
        for _ in range(5):
            await amy.post(channel, "tea")
        await slack.quiet()
        heard = len(bolt.heard)
        await amy.post(channel, "more tea")
        await slack.quiet()

        assert slack.courier.disabled
        assert len(bolt.heard) == heard

    play(transport, story, patience=0.1, policy=Policy(judged_from=20))


def test_beyond_the_ceiling_events_are_lost_and_their_minute_is_named(transport: str) -> None:
    async def story(slack: FakeSlack, bolt: Bolt) -> None:
        amy = slack.person("amy")
        channel = slack.channel("jobs", amy)
        for number in range(5):
            await amy.post(channel, f"tea {number}")
        await slack.quiet()

        said = [one for one in bolt.heard if one["type"] == "app_rate_limited"]
        assert len(bolt.events()) == 3
        assert len(slack.courier.over_ceiling) == 2
        assert [one["minute_rate_limited"] % 60 for one in said] == [0]
        assert "event" not in said[0]

    play(transport, story, policy=Policy(ceiling=3))


def test_events_come_twice_and_backwards_when_asked(transport: str) -> None:
    async def story(slack: FakeSlack, bolt: Bolt) -> None:
        amy = slack.person("amy")
        channel = slack.channel("jobs", amy)
        slack.courier.hold()
        message = await amy.post(channel, "tea")
        await amy.edit(message, "coffee")
        await slack.courier.let_go()
        slack.courier.again(slack.courier.published[0], times=5)
        await slack.quiet()

        assert bolt.names()[:2] == ["message_changed", "message"]
        assert len(bolt.heard) == 7
        assert len({one["event_id"] for one in bolt.heard}) == 2

    play(transport, story)


def test_where_the_app_is_not_it_hears_nothing(transport: str) -> None:
    async def story(slack: FakeSlack, bolt: Bolt) -> None:
        amy, bob = slack.person("amy"), slack.person("bob")
        await amy.post(slack.channel("elsewhere", amy, with_app=False), "tea")
        await amy.write_to(bob, "tea")
        await slack.quiet()

        assert bolt.heard == []

    play(transport, story)


def test_a_revoked_bot_token_is_the_last_thing_the_app_hears_of(transport: str) -> None:
    async def story(slack: FakeSlack, bolt: Bolt) -> None:
        amy = slack.person("amy")
        channel = slack.channel("jobs", amy)
        slack.revoke(slack.bot_token)
        await amy.post(channel, "tea")
        await slack.quiet()

        assert bolt.names() == ["tokens_revoked"]

    play(transport, story)
