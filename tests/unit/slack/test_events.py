"""Each event of Slack has its act, and what nobody foresaw is inspected."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from leakguard.channels.slack.events import (
    Alarm,
    Arrived,
    Forget,
    Gone,
    Ignore,
    Inspect,
    InspectFile,
    Ours,
    Own,
    Revoked,
    lane_of,
    todo,
)
from leakguard.channels.slack.times import instant, stamp
from tests.unit.slack.payloads import BOT, CHANNEL, JOE, TEAM, TS, changed, deleted, envelope, event

OWN = Own(team=TEAM, user=BOT, bot="B0GUARD", app="A0GUARD")
AT = datetime(2031, 3, 18, 9, 28, 39, 900000, tzinfo=UTC)


@pytest.mark.parametrize(
    "subtype",
    [
        None,
        *"""me_message thread_broadcast file_share bot_message channel_topic group_purpose channel_name huddle_thread
    pinned_item document_mention reply_broadcast invented_tomorrow""".split(),
    ],
)
def test_every_message_is_inspected_whatever_its_subtype(subtype):
    found = todo(event(subtype=subtype), OWN)

    assert isinstance(found, Inspect)
    assert (found.post.place, found.post.author, found.post.is_edit) == (f"{TEAM} {CHANNEL} {TS}", JOE, False)


@pytest.mark.parametrize(
    "subtype", ["channel_join", "channel_leave", "channel_archive", "ekm_access_denied", "message_replied"]
)
def test_what_says_nothing_of_its_author_is_ignored(subtype):
    assert isinstance(todo(event(subtype=subtype), OWN), Ignore)


def test_an_edit_is_the_same_message_seen_from_the_edit_on():
    found = todo(changed("record", edited={"user": JOE, "ts": "1931592578.000000"}), OWN)

    assert isinstance(found, Inspect)
    assert found.post.ts == TS
    assert found.post.content["text"] == "record"
    assert found.post.seen_at == instant("1931592579.000000")
    assert found.post.is_edit


def test_a_deleted_message_is_gone_with_what_it_said():
    found = todo(deleted("record"), OWN)

    assert isinstance(found, Gone)
    assert (found.post.ts, found.post.content["text"]) == (TS, "record")


def test_a_tombstone_is_a_message_that_is_gone():
    assert isinstance(todo(changed("This message was deleted.", subtype="tombstone"), OWN), Gone)


@pytest.mark.parametrize("kind", ["file_shared", "file_created", "file_change", "file_public"])
def test_files_are_inspected(kind):
    found = todo(envelope(type=kind, file_id="F1", channel_id=CHANNEL, user_id=JOE, event_ts=TS), OWN)

    assert found == InspectFile(
        file="F1",
        channel=CHANNEL,
        author=JOE,
        seen_at=instant(TS),
        is_public_link=kind == "file_public",
        is_change=kind == "file_change",
    )


def test_a_changed_file_without_a_time_of_its_own_has_that_of_its_event():
    found = todo(envelope(type="file_change", file={"id": "F1"}), OWN)

    assert isinstance(found, InspectFile)
    assert found.seen_at == instant("1931592519")


@pytest.mark.parametrize("kind", ["app_rate_limited", "app_uninstalled"])
def test_blindness_is_an_alarm(kind):
    assert todo(envelope(type=kind), OWN) == Alarm(kind)
    assert todo({"type": kind, "team_id": TEAM}, OWN) == Alarm(kind)


def test_of_tokens_that_were_taken_back_it_is_known_whose_they_are():
    def told(**tokens: object) -> object:
        return todo(envelope(type="tokens_revoked", tokens=tokens), OWN)

    assert told(oauth=[JOE, 7], bot=[]) == Revoked(people=(JOE,))
    assert told(oauth=[], bot=[BOT]) == Revoked(has_bot=True)
    assert todo(envelope(type="tokens_revoked"), OWN) == Revoked(has_bot=True), "what is not understood is the worst"


def test_a_message_that_cannot_be_placed_is_an_alarm_and_not_nothing():
    assert isinstance(todo(event(ts=None), OWN), Alarm)
    assert isinstance(todo(event(channel=None), OWN), Alarm)
    assert isinstance(todo({"type": "event_callback"}, OWN), Alarm)


def test_what_changes_people_and_places_is_forgotten():
    assert todo(envelope(type="user_change", user={"id": JOE}), OWN) == Forget(person=JOE)
    assert todo(envelope(type="subteam_members_changed"), OWN) == Forget(person="")
    assert todo(envelope(type="member_joined_channel", channel=CHANNEL, user=JOE), OWN) == Forget(place=CHANNEL)
    assert todo(envelope(type="channel_shared", channel=CHANNEL), OWN) == Forget(place=CHANNEL, alarm="channel_shared")


@pytest.mark.parametrize("kind", ["channel_left", "group_left", "member_left_channel"])
def test_that_we_were_taken_out_of_a_channel_is_an_alarm(kind):
    assert todo(envelope(type=kind, channel=CHANNEL, user=BOT), OWN) == Forget(place=CHANNEL, alarm="left_channel")


@pytest.mark.parametrize("kind", ["channel_joined", "group_joined", "member_joined_channel"])
def test_that_we_came_into_a_channel_is_told(kind):
    found = todo(envelope(type=kind, channel={"id": CHANNEL}, user=BOT), OWN)

    assert found == Arrived(channel=CHANNEL, is_ours=True)


def test_a_new_channel_is_told_and_others_who_come_and_go_change_who_is_there():
    made = envelope(type="channel_created", channel={"id": CHANNEL}, user=BOT)

    assert todo(made, OWN) == Arrived(channel=CHANNEL, is_ours=False)
    assert todo(envelope(type="member_left_channel", channel=CHANNEL, user=JOE), OWN) == Forget(place=CHANNEL)


def test_until_when_slack_dropped_events_is_the_end_of_its_minute():
    told = {"type": "app_rate_limited", "team_id": TEAM, "minute_rate_limited": 1931592480}

    assert todo(told, OWN) == Alarm("app_rate_limited", instant("1931592540"))


def test_our_own_posts_are_not_inspected_and_those_of_other_bots_are():
    assert todo(event(user=BOT), OWN) == Ours(channel=CHANNEL, text="hello")
    assert todo(event(user=None, bot_id="B0GUARD"), OWN) == Ours(channel=CHANNEL, text="hello")
    assert todo(changed("hello", user=BOT), OWN) == Ignore("own")
    assert isinstance(todo(event(user=None, bot_id="B0OTHER"), OWN), Inspect)
    assert isinstance(todo(event(user=None, bot_id=None), Own(team=TEAM)), Inspect)


def test_all_that_happens_to_one_message_is_in_one_lane():
    lanes = {lane_of(each) for each in (event(), changed("other"), deleted())}

    assert lanes == {f"{TEAM} {CHANNEL} {TS}"}
    assert lane_of(event(ts="1.000001")) not in lanes
    assert lane_of(envelope(type="file_shared", file_id="F1")) == lane_of(
        envelope(type="file_change", file={"id": "F1"})
    )


def test_a_timestamp_is_an_instant_without_rounding():
    assert instant(TS) == AT
    assert instant("1931592519.900001") > AT
    assert stamp(AT) == TS
    assert [instant(each) for each in ("", "abc", "-1", "1.2.3", None, 5, "1_0")] == [None] * 7
