"""What becomes of an event: read, judged, kept, taken out by the first right that may, and written down."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import structlog

from leakguard.channels.slack.api import ApiLimited, ApiRefused, ApiUnavailable
from leakguard.channels.slack.times import instant, stamp
from leakguard.model.message import Channel
from tests.stories import story
from tests.unit.service.world import AMY as AMY_AT
from tests.unit.service.world import EARLY, MS, T
from tests.unit.service.world import JOE as JOE_AT
from tests.unit.slack.office import CannedSlack, Office
from tests.unit.slack.payloads import (
    AMY,
    BOT,
    CHANNEL,
    CLEARED,
    JOE,
    POSTED,
    PRODUCER,
    TEAM,
    changed,
    deleted,
    envelope,
)
from tests.unit.slack.payloads import posted as post


@story
async def test_an_innocent_post_is_left_alone_and_nothing_of_it_is_kept():
    office = Office()

    await office.hear(post("hello"))

    assert office.deletions() == []
    assert await office.world.events() == []
    assert await office.inbox.waiting() == (0, None)


@story
async def test_a_leak_is_kept_and_then_taken_out():
    office = Office()
    kept_when_deleted = []
    office.slack.before = lambda method: (
        kept_when_deleted.append(len(office.world.store._held)) if method == "chat.delete" else None
    )

    await office.hear(post())

    assert kept_when_deleted == [1]
    assert office.deletions() == [("xoxp-boss", {"channel": CHANNEL, "ts": POSTED})]
    held = await office.world.held()
    assert (held.channel, held.mail_from) == (Channel.SLACK, JOE_AT)
    assert json.loads(held.head) == post()
    assert [each.recipient.address for each in held.recipients] == [AMY_AT]
    [event_told] = await office.told("PostRemoved")
    assert {key: event_told[key] for key in ("by", "channel", "post", "visible_ms", "heads", "outsiders")} == {
        "by": "enforcer",
        "channel": CHANNEL,
        "post": POSTED,
        "visible_ms": 2000,
        "heads": 1,
        "outsiders": 0,
    }


@story
async def test_nothing_of_a_post_is_in_the_audit_or_in_a_log_or_in_a_notice():
    office = Office()
    with structlog.testing.capture_logs() as lines:
        await office.hear(post("LMS quokka", files=[{"id": "F1", "name": "quokka.csv", "size": 3}]))

    audit = [each.body for each in await office.world.store.audit()]
    assert audit
    assert "quokka" not in repr(audit) + repr(lines) + repr(await office.world.texts()) + repr(
        await office.world.held()
    )


@story
async def test_people_who_may_talk_about_it_among_themselves():
    office = Office(CannedSlack(members=(PRODUCER, CLEARED, BOT)))

    await office.hear(post(user=PRODUCER))

    assert office.deletions() == []


@story
async def test_a_post_of_nobody_is_held_for_who_is_nobody_has_no_access():
    office = Office(CannedSlack(members=(PRODUCER, CLEARED, BOT)))

    await office.hear(post(user=None, subtype="bot_message", bot_id="B0HOOK"))

    assert len(office.deletions()) == 1
    assert (await office.world.held()).mail_from == ""


@pytest.mark.parametrize(
    ("channel", "tokens", "expected"),
    [
        pytest.param({}, {"authors": {JOE: "xoxp-joe"}}, ("author", ["xoxp-joe"]), id="an author who agreed"),
        pytest.param(
            {"is_im": True}, {"authors": {JOE: "xoxp-joe"}}, ("author", ["xoxp-joe"]), id="in direct messages"
        ),
        pytest.param({"is_im": True}, {"discovery_token": "xoxp-d"}, ("discovery", []), id="by Discovery"),
    ],
)
def test_the_first_right_that_may_takes_it_out(channel, tokens, expected):
    @story
    async def told() -> None:
        office = Office(CannedSlack(channel=channel), **tokens)
        await office.hear(post())
        [removed] = await office.told("PostRemoved")
        assert (removed["by"], [token for token, _ in office.deletions()]) == expected

    told()


@story
async def test_a_right_that_is_refused_gives_the_next_its_turn():
    slack = CannedSlack(answers={"chat.delete": [ApiRefused("token_revoked"), {"ok": True}]})
    office = Office(slack, authors={JOE: "xoxp-joe"})

    await office.hear(post())

    assert [token for token, _ in office.deletions()] == ["xoxp-joe", "xoxp-boss"]
    [removed] = await office.told("PostRemoved")
    assert removed["by"] == "enforcer"
    assert office.authors.gone == [JOE], "a token that Slack takes no more is not kept"


@story
async def test_a_token_that_is_not_ready_gives_the_next_right_its_turn():
    office = Office(authors={JOE: None})

    await office.hear(post())

    assert [token for token, _ in office.deletions()] == ["xoxp-boss"]


@story
async def test_where_only_a_token_that_is_not_ready_could_the_post_is_tried_again():
    office = Office(CannedSlack(channel={"is_im": True}), authors={JOE: None}, enforcer_token="")
    await office.hear(post())
    before = (office.deletions(), await office.told("PostNotRemovable"))
    office.authors.tokens = {JOE: "xoxp-joe"}
    office.world.clock.set(EARLY + timedelta(seconds=30))
    await office.lanes.round()

    assert before == ([], [])
    assert [token for token, _ in office.deletions()] == ["xoxp-joe"]


@pytest.mark.parametrize(
    ("tokens", "enforcer", "is_told"),
    [
        pytest.param({"oauth": [JOE], "bot": []}, {"ok": True}, False, id="somebody's own"),
        pytest.param({"oauth": [JOE], "bot": []}, ApiRefused("token_revoked"), True, id="the enforcer's"),
        pytest.param({"oauth": [JOE], "bot": [BOT]}, {"ok": True}, True, id="the bot's"),
    ],
)
def test_tokens_that_were_taken_back_end_consents_and_are_told_when_we_live_by_them(tokens, enforcer, is_told):
    @story
    async def told() -> None:
        office = Office(CannedSlack(answers={"auth.test": enforcer}), authors={JOE: "xoxp-joe"})
        await office.hear(envelope(type="tokens_revoked", tokens=tokens))

        assert office.authors.gone == [JOE]
        assert [each["kind"] for each in await office.told("DoorBlind")] == ["tokens_revoked"] * is_told

    told()


@pytest.mark.parametrize(
    ("slack", "tokens", "why"),
    [
        (CannedSlack(channel={"is_im": True}), {}, "no_right"),
        (CannedSlack(answers={"chat.delete": ApiRefused("cant_delete_message")}), {}, "refused"),
    ],
)
def test_what_nobody_may_take_out_is_the_loudest_alarm(slack, tokens, why):
    @story
    async def told() -> None:
        office = Office(slack, **tokens)
        with structlog.testing.capture_logs() as lines:
            await office.hear(post())
        [left] = await office.told("PostNotRemovable")
        assert (left["why"], left["visible_ms"], left["heads"]) == (why, 2000, 1)
        assert [each["log_level"] for each in lines if each["event"] == "post.not_removable"] == ["error"]
        assert len(await office.world.all_held()) == 1

    told()


@story
async def test_a_message_that_is_gone_already_counts_as_taken_out():
    office = Office(CannedSlack(answers={"chat.delete": ApiRefused("message_not_found")}))

    await office.hear(post())

    assert len(await office.told("PostRemoved")) == 1


@story
async def test_a_breach_that_is_seen_after_the_lift_is_kept_and_let_stand():
    office = Office()
    office.world.clock.set(T + MS)

    await office.hear(post(ts=stamp(T - MS), event_ts=stamp(T - MS)))
    await office.hear(post(ts=stamp(T), event_ts=stamp(T)))

    assert office.deletions() == []
    [left] = await office.told("PostNotRemovable")
    assert (left["why"], left["post"]) == ("public", stamp(T - MS))


@story
async def test_a_removal_whose_turn_comes_after_the_lift_is_not_made():
    office = Office()

    async def until_the_lift(_seconds: float) -> None:
        office.world.clock.set(T)

    office.slack.answers["chat.delete"] = [ApiLimited(600), {"ok": True}]
    office.handler.remover.limiter._sleep = until_the_lift

    await office.hear(post())

    assert len(office.deletions()) == 1, "the one that was limited"
    [left] = await office.told("PostNotRemovable")
    assert left["why"] == "public"


@story
async def test_an_edit_is_judged_as_it_is_now_and_the_message_goes():
    office = Office()
    await office.hear(post("hello"))
    at = stamp(EARLY)

    await office.hear(changed("LMS rose", at=at, ts=POSTED))

    assert office.deletions() == [("xoxp-boss", {"channel": CHANNEL, "ts": POSTED})]


@story
async def test_an_edit_that_changes_no_word_is_not_judged_again():
    office = Office()
    await office.hear(post("hello"))
    calls = office.world.inspector.calls

    await office.hear(changed("hello", at=stamp(EARLY), ts=POSTED))

    assert office.world.inspector.calls == calls


@story
async def test_an_edit_that_comes_before_its_message_loses_neither():
    office = Office()

    edited = {"user": JOE, "ts": stamp(EARLY)}
    await office.hear(changed("hello", at=stamp(EARLY), ts=POSTED, edited=edited), post("LMS rose"))

    assert office.deletions() == [], "what stands there now is innocent"
    [removed] = await office.told("PostRemoved")
    assert (removed["by"], removed["visible_ms"]) == ("withdrawn", 2000)


@story
async def test_the_deletion_of_what_we_took_out_ourselves_changes_nothing():
    office = Office()
    await office.hear(post())

    await office.hear(deleted("LMS rose", ts=POSTED))

    assert await office.world.events() == ["Held", "PostRemoved"]


@story
async def test_a_leak_that_its_author_took_back_before_we_saw_it_is_on_record():
    office = Office()

    await office.hear(deleted("LMS rose", ts=POSTED))

    assert office.deletions() == []
    [removed] = await office.told("PostRemoved")
    assert removed["by"] == "withdrawn"


@story
async def test_while_slack_does_not_say_who_is_there_it_is_asked_again_and_then_nobody_is_known():
    office = Office(CannedSlack(members=(PRODUCER, CLEARED, BOT)))
    office.slack.answers["conversations.members"] = ApiUnavailable("500")

    await office.hear(post(user=PRODUCER))
    assert office.deletions() == []
    for _ in range(6):
        office.world.clock.set(office.world.clock.now() + timedelta(seconds=61))
        await office.lanes.round()

    assert len(office.deletions()) == 1
    assert await office.inbox.waiting() == (0, None)


@story
async def test_a_crash_after_the_removal_tells_it_once():
    office = Office()
    real = office.inbox.done

    async def crash(*given, **named):
        raise RuntimeError("power cut")

    office.inbox.done = crash
    await office.hear(post())
    office.inbox.done = real
    office.slack.answers["chat.delete"] = ApiRefused("message_not_found")
    office.world.clock.set(EARLY + timedelta(seconds=2))
    await office.lanes.round()

    assert await office.world.events() == ["Held", "PostRemoved"]
    assert len(await office.world.all_held()) == 1


@pytest.mark.parametrize("kind", ["app_rate_limited", "tokens_revoked", "app_uninstalled"])
def test_blindness_is_told(kind):
    @story
    async def told() -> None:
        office = Office()
        with structlog.testing.capture_logs() as lines:
            await office.hear(envelope(type=kind))
        [blind] = await office.told("DoorBlind")
        assert blind["kind"] == kind
        assert [(each["kind"], each["alarm"]) for each in lines if each["event"] == "slack.blind"] == [(kind, True)]
        assert len(await office.world.texts()) == 1

    told()


@story
async def test_that_we_were_taken_out_of_a_channel_is_one_mail_though_slack_tells_it_twice():
    office = Office()

    await office.hear(envelope(type="channel_left", channel=CHANNEL))
    await office.hear(envelope(type="member_left_channel", channel=CHANNEL, user=BOT))
    await office.hear(envelope(type="member_left_channel", channel=CHANNEL, user=AMY))

    told = [(each["kind"], each["channel"]) for each in await office.told("DoorBlind")]
    assert told == [("left_channel", CHANNEL)] * 2
    [text] = await office.world.texts()
    assert CHANNEL in text


@story
async def test_a_channel_that_is_shared_now_is_an_alarm_and_its_posts_are_judged_with_its_new_readers():
    office = Office(CannedSlack(members=(PRODUCER, CLEARED, BOT)))
    await office.hear(post(user=PRODUCER))
    office.slack.channel["is_ext_shared"] = True

    await office.hear(envelope(type="channel_shared", channel=CHANNEL))
    later = stamp(EARLY - timedelta(seconds=1))
    await office.hear(post(user=PRODUCER, ts=later, event_ts=later))

    [blind] = await office.told("DoorBlind")
    assert (blind["kind"], blind["channel"]) == ("channel_shared", CHANNEL)
    assert [fields["ts"] for _, fields in office.deletions()] == [later]


@story
async def test_who_joins_a_channel_counts_from_then_on():
    office = Office(CannedSlack(members=(PRODUCER, CLEARED, BOT)))
    await office.hear(post(user=PRODUCER))
    office.slack.members = (PRODUCER, CLEARED, AMY, BOT)

    await office.hear(envelope(type="member_joined_channel", channel=CHANNEL, user=AMY))
    later = stamp(EARLY - timedelta(seconds=1))
    await office.hear(post(user=PRODUCER, ts=later, event_ts=later))

    assert office.deletions() == [("xoxp-boss", {"channel": CHANNEL, "ts": later})]
    assert instant(later) is not None


@story
async def test_what_cannot_be_understood_any_more_is_told_and_not_dropped_in_silence():
    office = Office()

    await office.hear({"type": "event_callback", "team_id": TEAM, "event": {"type": "message", "text": "LMS"}})

    [blind] = await office.told("DoorBlind")
    assert blind["kind"] == "slack_event_unknown"
