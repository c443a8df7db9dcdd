"""Topics and purposes are blanked, since deleting the message that tells of them leaves them where they are."""

from __future__ import annotations

import pytest
import structlog

from leakguard.channels.slack.removal import Standing
from leakguard.channels.slack.standing import standing_of
from tests.fakes.slack.state import Kind
from tests.stories import story
from tests.unit.slack.workspace import watched

MANAGE = ("channels:manage", "groups:write")


@pytest.mark.parametrize("kind", [Kind.PUBLIC, Kind.PRIVATE])
def test_a_leak_in_a_topic_is_blanked_by_our_own_right_and_its_message_goes_too(kind):
    @story
    async def told() -> None:
        async with watched(scopes=MANAGE, kind=kind) as at:
            await at.joe.set_topic(at.channel, "LMS rose")
            await at.settled()

            assert at.channel.topic == ""
            assert not [text for text in at.joe.reads(at.channel) if "rose" in text]
            assert [each["by"] for each in await at.told("PostRemoved")] == ["enforcer"]
            assert await at.told("PostNotRemovable") == []

    told()


@story
async def test_where_we_may_not_the_enforcer_blanks_a_purpose():
    async with watched() as at:
        await at.joe.set_purpose(at.channel, "LMS rose")
        await at.settled()

        assert at.channel.purpose == ""
        assert [each.answer for each in at.slack.desk.called if each.method == "conversations.setPurpose"] == [
            "missing_scope",
            "ok",
        ]
        assert await at.told("PostNotRemovable") == []


@story
async def test_a_topic_that_nobody_may_blank_is_an_alarm_though_its_message_is_gone():
    async with watched() as at:
        at.channel.members.remove(at.boss.id)
        at.channel.kind = Kind.PUBLIC  # an administrator removes messages there, and sets no topic where they are not
        await at.joe.set_topic(at.channel, "LMS rose")
        with structlog.testing.capture_logs() as lines:
            await at.settled()

        [left] = await at.told("PostNotRemovable")
        assert (left["why"], left["codes"]) == ("text_left", ["missing_scope", "not_in_channel"])
        assert [each["alarm"] for each in lines if each["event"] == "post.not_removable"] == [True]
        assert "rose" not in repr(lines)


@story
async def test_the_name_of_a_channel_is_for_people_to_change():
    async with watched(scopes=MANAGE) as at:
        await at.joe.rename(at.channel, "LMS-rose")
        await at.settled()

        assert [each["why"] for each in await at.told("PostNotRemovable")] == ["text_left"]
        assert at.channel.name == "LMS-rose"


@story
async def test_a_topic_that_somebody_wrote_over_meanwhile_is_not_blanked():
    async with watched(scopes=MANAGE) as at:
        at.slack.courier.hold()
        await at.joe.set_topic(at.channel, "LMS rose")
        await at.amy.set_topic(at.channel, "tea at four")
        await at.slack.courier.let_go(lambda held: held)
        await at.settled()

        assert at.channel.topic == "tea at four"
        assert [each["by"] for each in await at.told("PostRemoved")] == ["enforcer"]
        assert await at.told("PostNotRemovable") == []


@story
async def test_a_topic_whose_message_cannot_be_removed_is_blanked_all_the_same():
    async with watched(scopes=MANAGE) as at:
        at.slack.workspace.users[at.boss.id].is_admin = False
        await at.joe.set_topic(at.channel, "LMS rose")
        await at.settled()

        assert at.channel.topic == ""
        assert [each["why"] for each in await at.told("PostNotRemovable")] == ["refused"]


def test_what_a_message_tells_of_is_known_by_its_subtype():
    kinds = ["channel_topic", "group_topic", "channel_purpose", "group_name", "channel_join", "topic", None]

    assert [standing_of({"subtype": each}) for each in kinds] == [
        Standing.TOPIC,
        Standing.TOPIC,
        Standing.PURPOSE,
        Standing.NAME,
        None,
        None,
        None,
    ]


@story
async def test_the_name_of_a_new_channel_is_read_though_we_are_not_in_it():
    async with watched(scopes=MANAGE) as at:
        await at.joe.create_channel("LMS-rose")
        await at.amy.create_channel("tea")
        await at.settled()

        [left] = await at.told("PostNotRemovable")
        assert (left["why"], left["everybody"], left["tried"]) == ("text_left", True, [])
        assert [each.recipient.address for each in (await at.office.world.held()).recipients] == [
            "slack:T00000001/everybody"
        ]
