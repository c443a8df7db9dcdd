"""Replies stay when the post above them is taken out: each is judged, and none that was judged is judged again."""

from __future__ import annotations

import pytest

from leakguard.channels.slack.api import ApiRefused
from tests.fakes.slack import faults
from tests.fakes.slack.state import Kind
from tests.stories import story
from tests.unit.slack.office import CannedSlack, Office
from tests.unit.slack.payloads import posted
from tests.unit.slack.workspace import watched


@story
async def test_replies_that_nobody_heard_are_judged_when_their_parent_is_taken_out():
    async with watched() as at:
        at.slack.courier.hold()
        parent = await at.joe.post(at.channel, "LMS rose")
        await at.amy.reply(parent, "LMS? really?")
        await at.joe.reply(parent, "tea, then")
        await at.slack.courier.let_go(lambda held: held[:1])
        await at.settled()

        assert at.joe.reads(at.channel) == ["tea, then"]
        assert len(await at.told("PostRemoved")) == 2


@story
async def test_replies_that_were_judged_are_not_judged_again():
    async with watched() as at:
        at.office.world.inspector.blind = frozenset({"lms"})
        parent = await at.joe.post(at.channel, "LMS rose")
        await at.amy.reply(parent, "tea, then")
        await at.settled()
        calls = at.office.world.inspector.calls
        at.office.world.inspector.blind = frozenset()
        at.pass_time(1)
        await at.joe.edit(parent, "LMS rose!")
        await at.settled()

        assert at.slack.calls("conversations.replies") != []
        assert at.office.world.inspector.calls == calls + 1, "the edit alone"


@story
async def test_a_thread_of_several_pages_is_read_whole():
    async with watched() as at:
        at.slack.courier.hold()
        parent = await at.joe.post(at.channel, "LMS rose")
        for number in range(230):
            await at.amy.reply(parent, f"tea {number}")
        await at.amy.reply(parent, "LMS again")
        await at.slack.courier.let_go(lambda held: held[:1])
        await at.settled()

        assert len(at.slack.calls("conversations.replies")) == 2
        assert len(await at.told("PostRemoved")) == 2


@story
async def test_a_reply_has_no_thread_of_its_own():
    async with watched() as at:
        parent = await at.joe.post(at.channel, "tea")
        await at.amy.reply(parent, "LMS rose")
        await at.settled()

        assert at.slack.calls("conversations.replies") == []


@story
async def test_a_thread_that_slack_gives_out_later_is_read_later():
    async with watched() as at:
        at.slack.faults.once("conversations.replies", faults.status(503))
        at.slack.courier.hold()
        parent = await at.joe.post(at.channel, "LMS rose")
        await at.amy.reply(parent, "LMS? really?")
        await at.slack.courier.let_go(lambda held: held[:1])
        await at.slack.quiet()
        await at.office.lanes.round()
        at.pass_time(2)
        await at.settled()

        assert at.joe.reads(at.channel) == []


@pytest.mark.parametrize(("code", "blind"), [("missing_scope", ["thread_not_read"]), ("thread_not_found", [])])
def test_a_thread_that_we_may_not_read_is_blindness_and_one_that_is_not_there_is_none(code, blind):
    @story
    async def told() -> None:
        office = Office(CannedSlack(answers={"conversations.replies": ApiRefused(code)}))
        await office.hear(posted())
        assert [each["kind"] for each in await office.told("DoorBlind")] == blind
        assert await office.inbox.waiting() == (0, None)

    told()


@story
async def test_replies_under_what_its_author_took_back_are_judged_too():
    async with watched(kind=Kind.PUBLIC) as at:
        at.slack.courier.hold()
        parent = await at.joe.post(at.channel, "LMS rose")
        await at.amy.reply(parent, "LMS? really?")
        await at.joe.delete(parent)
        await at.slack.courier.let_go(lambda held: held[-1:])
        await at.settled()

        assert at.joe.reads(at.channel) == []
        assert {each["by"] for each in await at.told("PostRemoved")} == {"withdrawn", "enforcer"}
