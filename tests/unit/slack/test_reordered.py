"""Events come late, twice and backwards: nothing that people could read is missed for it, and nothing judged twice."""

from __future__ import annotations

from itertools import permutations

import pytest
import structlog

from tests.fakes.slack import acts
from tests.fakes.slack.state import Message
from tests.stories import story
from tests.unit.slack.workspace import Watched, watched


async def edited_away(at: Watched) -> Message:
    """Joe's leak stands there for three seconds."""
    message = await at.joe.post(at.channel, "LMS rose")
    at.pass_time(3)
    await at.joe.edit(message, "tea at four")
    at.pass_time(2)
    return message


@story
async def test_a_leak_that_was_edited_away_is_on_record_though_its_own_event_comes_last():
    async with watched() as at:
        at.slack.courier.hold()
        message = await edited_away(at)
        await at.slack.courier.let_go()
        await at.settled()

        [removed] = await at.told("PostRemoved")
        assert (removed["by"], removed["post"], removed["visible_ms"]) == ("withdrawn", message.ts, 3000)
        assert at.slack.calls("chat.delete") == []
        assert at.joe.reads(at.channel) == ["tea at four"], "what stands there now is innocent"


@story
async def test_it_is_judged_once_in_whatever_order_it_is_told():
    async with watched() as at:
        at.slack.courier.hold()
        await edited_away(at)
        await at.slack.courier.let_go(lambda held: held[::-1] + held + held)
        await at.settled()

        assert len(await at.office.world.all_held()) == 1
        assert at.office.world.inspector.calls == 2


@story
async def test_a_leak_whose_own_event_never_comes_is_found_by_its_edit():
    async with watched() as at:
        at.slack.courier.hold()
        await edited_away(at)
        await at.slack.courier.let_go(lambda held: held[1:])
        await at.settled()

        [removed] = await at.told("PostRemoved")
        assert removed["by"] == "withdrawn"


@pytest.mark.parametrize("order", list(permutations(range(4))), ids=lambda order: "".join(map(str, order)))
def test_of_a_post_two_edits_and_a_deletion_each_leak_is_on_record_once(order):
    """0: innocent, 1: a leak for a second, 2: another leak for a second, 3: taken back."""

    @story
    async def told() -> None:
        async with watched() as at:
            at.slack.courier.hold()
            message = await at.joe.post(at.channel, "tea")
            for text in ("LMS rose", "CPI rose"):
                at.pass_time(1)
                await at.joe.edit(message, text)
            at.pass_time(1)
            await at.joe.delete(message)
            await at.slack.courier.let_go(lambda held: [held[each] for each in order])
            await at.settled()

            texts = await at.held_texts()
            assert sorted(sum(name in text for text in texts) for name in ("LMS", "CPI")) == [1, 1]
            removed = await at.told("PostRemoved")
            assert len(removed) == 2
            assert await at.told("PostNotRemovable") == []

    told()


@story
async def test_a_deletion_before_its_post_is_an_exposure_that_has_ended():
    async with watched() as at:
        at.slack.courier.hold()
        message = await at.joe.post(at.channel, "LMS rose")
        at.pass_time(4)
        await at.joe.delete(message)
        await at.slack.courier.let_go()
        await at.settled()

        [removed] = await at.told("PostRemoved")
        assert (removed["by"], removed["visible_ms"]) == ("withdrawn", 4000)
        assert at.slack.calls("chat.delete") == []
        assert at.office.world.inspector.calls == 1


@story
async def test_an_innocent_word_that_becomes_a_leak_and_an_innocent_word_again_is_judged_each_time():
    async with watched() as at:
        message = await at.joe.post(at.channel, "tea")
        await at.settled()
        at.pass_time(1)
        at.slack.courier.hold()
        await at.joe.edit(message, "LMS rose")
        at.pass_time(1)
        await at.joe.edit(message, "tea")
        await at.slack.courier.let_go()
        await at.settled()

        [removed] = await at.told("PostRemoved")
        assert (removed["by"], removed["visible_ms"]) == ("withdrawn", 1000)


@story
async def test_what_we_took_out_ourselves_is_told_once():
    async with watched() as at:
        await at.joe.post(at.channel, "LMS rose")
        await at.settled()

        assert [each["by"] for each in await at.told("PostRemoved")] == ["enforcer"]
        assert at.joe.reads(at.channel) == []


@story
async def test_a_preview_of_what_was_taken_out_elsewhere_is_taken_out_too():
    """What Slack itself adds under a link comes as an edit of nobody's, with the old words in it."""
    async with watched() as at:
        other = at.slack.channel("other", at.joe, at.amy, at.boss)
        await at.joe.post(at.channel, "LMS rose")
        message = await at.joe.post(other, "see https://stats-example.slack.com/archives/C1/p1")
        await at.slack.unfurl(message, {"is_msg_unfurl": True, "text": "LMS rose", "author_name": "joe"})
        await at.settled()

        assert at.joe.reads(at.channel) == at.joe.reads(other) == []


@story
async def test_what_a_link_leads_to_is_judged_when_slack_shows_it_though_it_is_told_before_the_link():
    async with watched() as at:
        at.slack.courier.hold()
        message = await at.joe.post(at.channel, "see https://x.example")
        await at.slack.unfurl(message, {"title": "LMS rose"})
        await at.slack.courier.let_go()
        await at.settled()

        assert at.joe.reads(at.channel) == []
        assert len(await at.told("PostRemoved")) == 1


@story
async def test_a_file_that_is_deleted_is_no_gap_in_the_message_that_showed_it():
    async with watched() as at:
        message = await at.joe.upload(at.channel, "tea.txt", b"tea", text="see this", mimetype="text/plain")
        await at.settled()
        at.slack.desk.answer("files.delete", at.slack.consent(at.joe).text, {"file": message.files[0].id})
        await at.settled()

        assert await at.office.world.events() == []


@story
async def test_no_word_of_what_was_edited_away_is_in_a_log():
    async with watched() as at:
        with structlog.testing.capture_logs() as lines:
            await edited_away(at)
            await at.settled()

        assert lines
        assert not [each for each in lines if "rose" in repr(each) or "tea" in repr(each)]


@story
async def test_what_looking_back_finds_standing_is_taken_out_though_something_later_was_heard_of_it():
    """Slack added two previews. Of the first we heard; the second is in the history, which tells no time of it."""
    async with watched() as at:
        message = await at.joe.post(at.channel, "see https://x.example")
        at.pass_time(2)
        await at.slack.unfurl(message, {"title": "tea"})
        await at.settled()
        at.pass_time(2)
        at.slack.courier.hold()
        await at.slack.unfurl(message, {"title": "LMS rose"})
        await at.slack.courier.let_go(lambda held: [])
        found = at.slack.desk.answer("conversations.history", at.slack.bot_token.text, {"channel": at.channel.id})
        [standing] = found.body["messages"]
        event = {**standing, "channel": at.channel.id, "event_ts": standing["ts"]}
        await at.office.hear({"type": "event_callback", "team_id": "T00000001", "event": event})
        await at.settled()

        assert at.joe.reads(at.channel) == []


@story
async def test_what_is_restored_stands_there_again():
    """An administrator hides a message and shows it again; neither is an edit."""
    async with watched() as at:
        at.office.world.inspector.blind = frozenset({"lms"})
        message = await at.joe.post(at.channel, "LMS rose")
        await at.settled()
        at.pass_time(1)
        acts.set_tombstone(at.slack.workspace, message, hidden=True)
        await at.settled()
        at.office.world.inspector.blind = frozenset()
        at.pass_time(1)
        await at.joe.edit(message, "LMS rose!")
        acts.set_tombstone(at.slack.workspace, message, hidden=False)
        await at.settled()

        assert at.joe.reads(at.channel) == []


@story
async def test_a_preview_that_slack_added_before_we_took_the_post_out_is_no_second_leak():
    async with watched() as at:
        message = await at.joe.post(at.channel, "LMS rose, see https://x.example")
        await at.slack.unfurl(message, {"title": "LMS, the whole story"})
        at.pass_time(1)
        await at.settled()

        assert at.joe.reads(at.channel) == []
        assert len(await at.office.world.all_held()) == len(await at.told("PostRemoved")) == 1


@story
async def test_what_was_taken_out_and_is_restored_with_the_same_words_is_taken_out_again():
    async with watched() as at:
        message = await at.joe.post(at.channel, "LMS rose")
        await at.amy.reply(message, "tea")  # so that it leaves a tombstone
        await at.settled()
        at.pass_time(1)
        acts.set_tombstone(at.slack.workspace, message, hidden=False)
        await at.settled()

        assert at.joe.reads(at.channel) == ["tea"]
        assert len(at.slack.calls("chat.delete")) == 2
