"""Looking back stays within Slack's limits and its own, and says so where that leaves something out."""

from __future__ import annotations

from datetime import timedelta

import structlog

from leakguard.channels.slack import lookback
from leakguard.channels.slack.api import ApiLimited, ApiRefused, ApiUnavailable
from tests.stories import story
from tests.unit.service.world import EARLY, MINUTE
from tests.unit.slack.downtime import Downtime


@story
async def test_slack_that_does_not_answer_is_asked_again_and_the_mark_stays():
    down = Downtime()
    await down.joe.post(down.press, "LMS rose")
    down.api.fails["conversations.history"] = [ApiUnavailable("500")] * 8  # two channels, four tries each

    assert await down.catch_up() == 0
    assert (await down.mark(), await down.turn()) == (None, 0)
    down.clock.set(EARLY + MINUTE)
    assert await down.turn() == 1
    assert await down.mark() == EARLY + MINUTE


@story
async def test_it_waits_as_long_as_slack_says_by_a_limit_of_its_own():
    down = Downtime()
    await down.joe.post(down.press, "LMS rose")
    down.api.fails["conversations.history"] = [ApiLimited(30)]

    assert await down.catch_up() == 1
    assert down.slept == [30]


@story
async def test_it_does_not_fill_the_inbox_faster_than_it_is_emptied(monkeypatch):
    monkeypatch.setattr(lookback, "MOST_WAITING", 3)
    down = Downtime()
    for number in range(10):
        await down.joe.post(down.press, f"hello {number}")
    most = 0

    async def counting(item):
        nonlocal most
        most = max(most, (await down.inbox.waiting())[0])
        await handle(item)

    handle, down.lanes.handle = down.lanes.handle, counting

    assert await down.catch_up() == 10
    assert most == 3


@story
async def test_pages_are_turned_to_the_end_and_no_further_than_allowed(monkeypatch):
    monkeypatch.setattr(lookback, "_PAGE", 2)
    monkeypatch.setattr(lookback, "MOST_PAGES", 3)
    down = Downtime()
    for number in range(6):
        await down.joe.post(down.press, f"hello {number}")

    assert await down.catch_up() == 6
    assert await down.told("DoorBlind") == []
    await down.joe.post(down.press, "one more")
    await down.catch_up()

    [blind] = await down.told("DoorBlind")
    assert (blind["kind"], blind["channel"]) == ("look_back_cut", down.press.id)


@story
async def test_a_channel_that_cannot_be_read_is_told_and_keeps_nothing_else_back():
    down = Downtime()
    other = down.slack.channel("other", down.joe, down.boss)
    await down.joe.post(down.press, "LMS rose")
    await down.joe.post(other, "LMS rose")
    down.api.fails["conversations.history"] = [ApiRefused("missing_scope")]

    assert await down.catch_up() == 1
    [blind] = await down.told("DoorBlind")
    assert (blind["kind"], blind["code"]) == ("channel_not_read", "missing_scope")
    assert await down.mark() == EARLY


@story
async def test_of_many_channels_with_one_trouble_there_is_one_alarm():
    down = Downtime()
    for number in range(9):
        down.slack.channel(f"room{number}", down.joe)
    down.api.fails["conversations.history"] = [ApiRefused("missing_scope")] * 11

    await down.catch_up()

    [blind] = await down.told("DoorBlind")
    assert (blind["channel"], blind["code"]) == ("", "missing_scope")


@story
async def test_a_revoked_token_ends_it_with_an_alarm_and_it_is_tried_again():
    down = Downtime()
    await down.joe.post(down.press, "LMS rose")
    down.slack.bot_token.refused = "token_revoked"
    await down.catch_up()
    [blind] = await down.told("DoorBlind")
    down.slack.bot_token.refused = ""
    down.clock.set(EARLY + MINUTE)

    assert (blind["kind"], blind["code"]) == ("channel_not_read", "token_revoked")
    assert await down.turn() == 1


@story
async def test_what_takes_longer_than_two_seconds_says_how_far_it_is():
    down = Downtime()
    for number in range(3):
        await down.joe.post(down.press, f"hello {number}")
    real = down.inbox.put

    async def slow(item):
        down.clock.set(down.clock.now() + timedelta(seconds=3))
        return await real(item)

    down.inbox.put = slow
    with structlog.testing.capture_logs() as lines:
        await down.catch_up()

    told = [(each["kind"], each["messages"], each["found"]) for each in lines if each["event"] == "slack.look_back"]
    assert told == [("going", 2, 1), ("going", 3, 2), ("ended", 3, 3)]
