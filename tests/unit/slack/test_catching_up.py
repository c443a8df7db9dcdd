"""What was posted while nobody heard is found, judged by its own instant and dealt with as if it had been heard."""

from __future__ import annotations

from datetime import timedelta

import pytest
import structlog

from leakguard.channels.slack.lookback import FURTHEST, OVERLAP, since
from leakguard.model.errors import StoreUnavailable
from tests.fakes.slack import acts
from tests.stories import story
from tests.unit.service.world import EARLY, MINUTE, T
from tests.unit.slack.downtime import Downtime

DAY = timedelta(days=1)


@story
async def test_a_leak_that_nobody_heard_is_found_and_taken_out():
    down = Downtime()
    await down.joe.post(down.press, "LMS rose")
    await down.joe.post(down.press, "hello")

    found = await down.catch_up()

    assert found == 2
    assert down.joe.reads(down.press) == ["hello"]
    assert [each["post"] for each in await down.told("PostRemoved")] != []
    assert await down.inbox.waiting() == (0, None)


@story
async def test_what_was_heard_and_judged_as_it_is_now_is_not_given_to_the_inbox_again():
    down = Downtime()
    await down.joe.post(down.press, "hello")
    await down.joe.upload(down.press, "menu.txt", b"scones")
    await down.hear(10)
    calls = down.world.inspector.calls

    assert await down.catch_up() == 0
    assert down.world.inspector.calls == calls


@story
async def test_looking_twice_finds_once():
    down = Downtime()
    await down.joe.post(down.press, "hello")

    assert [await down.catch_up(), await down.catch_up()] == [1, 0]


@story
async def test_what_is_found_and_then_heard_after_all_is_judged_once():
    down = Downtime()
    await down.joe.post(down.press, "hello")
    await down.catch_up()
    calls = down.world.inspector.calls

    await down.hear(1)

    assert down.world.inspector.calls == calls


@story
async def test_a_breach_that_is_found_after_the_lift_is_on_record_and_let_stand():
    down = Downtime()
    await down.joe.post(down.press, "LMS rose")
    down.clock.set(T)
    await down.joe.post(down.press, "LMS rose, as everybody may know")

    await down.catch_up()

    assert len(down.joe.reads(down.press)) == 2
    [left] = await down.told("PostNotRemovable")
    assert (left["why"], left["visible_ms"]) == ("public", 8 * 60 * 1000)


@story
async def test_an_edit_that_nobody_heard_is_judged_from_the_edit_on():
    down = Downtime()
    message = await down.joe.post(down.press, "hello")
    await down.hear(1)
    down.clock.set(EARLY + 3 * MINUTE)
    await down.joe.edit(message, "LMS rose")
    down.clock.set(EARLY + 4 * MINUTE)

    await down.catch_up()

    assert down.joe.reads(down.press) == []
    [removed] = await down.told("PostRemoved")
    assert (removed["post"], removed["visible_ms"]) == (message.ts, 60_000)


@story
async def test_a_link_that_slack_unfolded_meanwhile_is_read():
    down = Downtime()
    message = await down.joe.post(down.press, "https://stats.example/x")
    await down.hear(1)
    await down.slack.unfurl(message, {"title": "LMS rose"})

    await down.catch_up()

    assert down.joe.reads(down.press) == []


@story
async def test_a_link_that_slack_unfolded_anew_stands_there_though_an_earlier_preview_was_heard():
    down = Downtime()
    message = await down.joe.post(down.press, "https://stats.example/x")
    await down.hear(1)
    down.clock.set(EARLY + MINUTE)
    await down.slack.unfurl(message, {"title": "a page"})
    await down.hear(1)
    down.clock.set(EARLY + 2 * MINUTE)
    await down.slack.unfurl(message, {"title": "LMS rose"})

    await down.catch_up()

    assert down.joe.reads(down.press) == []
    assert [each["by"] for each in await down.told("PostRemoved")] == ["enforcer"]


@story
async def test_a_file_that_nobody_heard_of_is_read_and_goes_with_its_message():
    down = Downtime()
    message = await down.joe.upload(down.press, "table.txt", b"LMS rose", mimetype="text/plain")

    await down.catch_up()

    assert down.joe.reads(down.press) == []
    assert message.files[0].tombstoned


@story
async def test_an_answer_in_a_thread_is_found_where_its_parent_is_in_reach():
    down = Downtime()
    parent = await down.amy.post(down.press, "anything new?")
    old = await down.amy.post(down.press, "anything old?")
    await down.hear(2)
    down.clock.set(EARLY + 4 * MINUTE)
    leak = await down.joe.reply(parent, "LMS rose")

    await down.catch_up()

    assert leak.ts not in down.press.messages
    assert [each["ts"] for each in down.api.asked("conversations.replies")] == [parent.ts]
    assert old.ts in down.press.messages


@story
async def test_reactions_change_nothing_of_a_post():
    down = Downtime()
    message = await down.joe.post(down.press, "hello")
    await down.hear(1)
    await down.amy.react(message, "lms_rose")

    assert await down.catch_up() == 0


@story
async def test_our_own_posts_and_what_has_no_words_of_anybody_are_passed_over():
    down = Downtime()
    await down.api.call("chat.postMessage", down.slack.bot_token.text, channel=down.press.id, text="LMS rose")
    acts.join(down.slack.workspace, down.press, down.slack.person("new").user)
    parent = await down.joe.post(down.press, "hello")
    await down.hear(1)
    await down.amy.reply(parent, "hello too")
    await down.hear(2)
    await down.joe.delete(parent)

    assert await down.catch_up() == 0


@story
async def test_at_a_first_start_it_looks_back_a_day_and_no_further():
    down = Downtime()
    down.clock.set(EARLY - DAY - MINUTE)
    before = await down.joe.post(down.press, "LMS rose")
    down.clock.set(EARLY - DAY + MINUTE)
    within = await down.joe.post(down.press, "LMS rose")
    down.clock.set(EARLY)

    await down.catch_up()

    assert list(down.press.messages) == [before.ts]
    assert within.ts not in down.press.messages
    assert await down.mark() == EARLY


@story
async def test_after_a_long_weekend_it_looks_back_to_where_it_was():
    down = Downtime()
    down.clock.set(EARLY - 4 * DAY)
    await down.catch_up()
    down.clock.set(EARLY - 3 * DAY)
    await down.joe.post(down.press, "LMS rose")
    down.clock.set(EARLY)
    down.begin()

    await down.catch_up()

    assert down.joe.reads(down.press) == []


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        (None, (EARLY - DAY, False)),
        (EARLY - MINUTE, (EARLY - DAY, False)),
        (EARLY - 3 * DAY, (EARLY - 3 * DAY - OVERLAP, False)),
        (EARLY - FURTHEST + OVERLAP, (EARLY - FURTHEST, False)),
        (EARLY - FURTHEST, (EARLY - FURTHEST, True)),
        (EARLY + 9 * DAY, (EARLY - DAY, False)),
    ],
    ids=["first start", "a moment ago", "days ago", "just in reach", "too long ago", "a clock that was ahead"],
)
def test_from_when_on_it_looks(marked, expected):
    assert since(marked, EARLY, DAY) == expected


@story
async def test_a_crash_in_the_middle_begins_it_again_from_the_same_instant():
    down = Downtime()
    down.clock.set(EARLY - 4 * DAY)
    await down.catch_up()
    down.clock.set(EARLY - 3 * DAY)
    await down.joe.post(down.press, "LMS rose")
    other = down.slack.channel("other", down.joe)
    await down.joe.post(other, "LMS fell")
    down.clock.set(EARLY)
    down.begin()
    down.api.fails["conversations.history"] = [None, KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        await down.catch_up()
    await down.lanes.round()
    left = down.joe.reads(down.press), down.joe.reads(other)
    down.begin()

    await down.catch_up()

    assert left in (([], ["LMS fell"]), (["LMS rose"], []))
    assert (down.joe.reads(down.press), down.joe.reads(other)) == ([], [])


@story
async def test_while_the_store_does_not_answer_it_stays_due():
    down = Downtime()
    await down.joe.post(down.press, "LMS rose")
    down.watch.catching_up.ask(EARLY)
    down.world.store.available = False
    with pytest.raises(StoreUnavailable):
        await down.watch.catching_up.turn()
    down.world.store.available = True

    assert await down.turn() == 1


@story
async def test_the_minute_in_which_slack_dropped_events_is_looked_over_once_it_is_over():
    down = Downtime()
    await down.catch_up()
    minute = int(EARLY.timestamp())
    await down.joe.post(down.press, "LMS rose")
    body = {"type": "app_rate_limited", "team_id": down.own.team, "minute_rate_limited": minute, "event_id": "Ev9"}
    down.slack.courier.published.append(body)
    await down.hear(1)

    assert await down.turn() == 0
    down.clock.set(EARLY + timedelta(seconds=70))
    assert await down.turn() == 1
    assert down.joe.reads(down.press) == []


@story
async def test_events_that_slack_drops_while_it_looks_are_looked_for_after_that():
    down = Downtime()
    await down.joe.post(down.press, "hello")
    real = down.api.call

    async def meanwhile(method: str, token: str, **fields: str):
        answer = await real(method, token, **fields)
        if method == "conversations.history" and fields["channel"] == down.press.id and len(down.press.messages) == 1:
            await down.joe.post(down.press, "LMS rose")
            down.watch.missed(down.clock.now())
        return answer

    down.api.call = meanwhile
    await down.catch_up()
    before = (down.joe.reads(down.press), await down.mark())
    down.clock.set(EARLY + MINUTE)
    await down.turn()

    assert before == (["hello", "LMS rose"], None)
    assert (down.joe.reads(down.press), await down.mark()) == (["hello"], EARLY + MINUTE)


@story
async def test_what_stands_in_a_channel_is_looked_at_when_we_come_into_it():
    down = Downtime()
    late = down.slack.channel("late", down.joe, down.boss, with_app=False)
    await down.joe.post(late, "LMS rose")
    assert await down.catch_up() == 0
    await down.joe.invite(late, down.own.user)
    await down.hear(2)

    assert await down.turn() == 1
    assert [each["channel"] for each in down.api.asked("conversations.history")][-1] == late.id
    assert down.joe.reads(late) == [f"<@{down.own.user}> has joined the channel"]


@story
async def test_nothing_of_what_is_found_is_in_a_log():
    down = Downtime()
    await down.joe.post(down.press, "LMS quokka")

    with structlog.testing.capture_logs() as lines:
        await down.catch_up()

    assert [each["found"] for each in lines if each["event"] == "slack.look_back"] == [1]
    assert "quokka" not in repr(lines)
    assert "press" not in repr(lines)
