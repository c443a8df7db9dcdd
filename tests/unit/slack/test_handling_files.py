"""Files in Slack: read with their message or on their own, taken out with it, and never taken for clean unread."""

from __future__ import annotations

import pytest

from leakguard.channels.slack.api import ApiRefused, Fetched
from tests.stories import story
from tests.unit.slack.office import CannedSlack, Office
from tests.unit.slack.payloads import CHANNEL, JOE, POSTED, PRODUCER, TEAM, envelope
from tests.unit.slack.payloads import posted as post

FILE = {"id": "F1", "name": "x.txt", "mimetype": "text/plain", "size": 8, "url_private": "https://files.slack.com/F1"}


@story
async def test_a_leak_in_a_file_takes_the_message_and_the_file_out():
    office = Office(CannedSlack(files={FILE["url_private"]: Fetched(b"LMS rose", "text/plain")}))

    await office.hear(post("see this", subtype="file_share", files=[FILE]))

    held = await office.world.held()
    assert b"TE1TIHJvc2U=" in held.content, "the file is kept byte for byte"
    assert office.slack.asked("files.delete") == [("xoxp-boss", {"file": "F1"})]
    [removed] = await office.told("PostRemoved")
    assert (removed["post"], removed["files"]) == (POSTED, 1)


@story
async def test_a_message_that_went_without_its_file_is_told_too():
    slack = CannedSlack(
        answers={"files.delete": ApiRefused("cant_delete_file")},
        files={FILE["url_private"]: Fetched(b"LMS rose", "text/plain")},
    )
    office = Office(slack)

    await office.hear(post("see this", files=[FILE]))

    [left] = await office.told("PostNotRemovable")
    assert (left["why"], left["codes"]) == ("files_left", ["cant_delete_file"])
    assert len(await office.told("PostRemoved")) == 1


@story
async def test_the_share_of_a_file_that_was_judged_with_its_message_is_not_judged_again():
    slack = CannedSlack(
        answers={"files.info": {"file": FILE | {"user": JOE, "channels": [CHANNEL]}}},
        files={FILE["url_private"]: Fetched(b"12345678", "text/plain")},
    )
    office = Office(slack)
    await office.hear(post("see this", files=[FILE]))
    calls = office.world.inspector.calls

    await office.hear(envelope(type="file_shared", file_id="F1", channel_id=CHANNEL, user_id=JOE, event_ts=POSTED))
    same = office.world.inspector.calls
    await office.hear(envelope(type="file_shared", file_id="F1", channel_id="C0OTHER", user_id=JOE, event_ts=POSTED))

    assert same == calls
    assert office.world.inspector.calls == calls + 1, "in another channel others see it"


@pytest.mark.parametrize(
    ("file", "fetched"),
    [
        pytest.param(FILE, Fetched(b"<!doctype html><title>Slack</title>sign in", "text/html"), id="page to sign in"),
        pytest.param(FILE | {"size": None}, Fetched(b"<html>sign in", "text/html"), id="page, and no size known"),
        pytest.param(FILE, Fetched(b"LM", "text/plain"), id="half of it"),
        pytest.param(FILE | {"mode": "external"}, Fetched(b"12345678", "text/plain"), id="somewhere else"),
        pytest.param(FILE | {"size": 10**10}, Fetched(b"12345678", "text/plain"), id="too large"),
    ],
)
def test_what_is_not_the_file_is_a_gap_and_never_clean(file, fetched):
    @story
    async def told() -> None:
        slack = CannedSlack(files={FILE["url_private"]: fetched})
        fetching = await Office(slack).handler.files.fetch([file])
        assert not fetching.is_whole

    told()


@story
async def test_a_file_that_is_shared_on_its_own_is_judged_for_everybody_who_has_it():
    slack = CannedSlack(
        answers={"files.info": {"file": FILE | {"user": JOE, "channels": [CHANNEL], "title": "LMS rose"}}},
        files={FILE["url_private"]: Fetched(b"12345678", "text/plain")},
    )
    office = Office(slack)

    await office.hear(envelope(type="file_shared", file_id="F1", channel_id=CHANNEL, user_id=JOE, event_ts=POSTED))

    assert office.slack.asked("files.delete") == [("xoxp-boss", {"file": "F1"})]
    [removed] = await office.told("PostRemoved")
    assert (removed["post"], removed["files"]) == ("", 1)


@story
async def test_a_file_that_only_its_owner_sees_is_left_alone():
    office = Office(CannedSlack(answers={"files.info": {"file": FILE | {"title": "LMS rose"}}}))

    await office.hear(envelope(type="file_created", file_id="F1", user_id=JOE, event_ts=POSTED))

    assert await office.world.events() == []


@story
async def test_a_link_for_everybody_is_judged_before_any_share():
    slack = CannedSlack(answers={"files.info": {"file": FILE | {"user": PRODUCER, "title": "LMS rose"}}})
    office = Office(slack)

    await office.hear(envelope(type="file_public", file_id="F1", user_id=PRODUCER, event_ts=POSTED))

    [copy] = (await office.world.held()).recipients
    assert copy.recipient.address == f"slack:{TEAM}/public-link"
