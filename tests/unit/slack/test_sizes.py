"""What is too large is a gap or is refused; it costs no memory and none of the events that follow; no log has it."""

from __future__ import annotations

import pytest
import structlog

from leakguard.channels.slack.api import Fetched
from leakguard.channels.slack.files import LARGEST_FILE
from tests.fakes import bombs
from tests.stories import story
from tests.unit.service.world import until
from tests.unit.slack.office import CannedSlack, Office
from tests.unit.slack.payloads import posted, rich, run
from tests.unit.slack.rig import Rig, guarded
from tests.unit.slack.workspace import watched

MIB = 1 << 20
URL = "https://files.slack.com/F1"


@pytest.mark.parametrize("where", ["text", "blocks"])
def test_a_leak_at_the_end_of_a_message_of_sixty_thousand_characters_is_found(where):
    @story
    async def told() -> None:
        long = "tea and cake " * 5000 + "LMS"
        office = Office()
        await office.hear(posted(**({"text": long} if where == "text" else {"text": "tea", "blocks": rich(run(long))})))
        assert len(office.deletions()) == 1

    told()


async def shouted(rig: Rig, octets: int) -> list[dict[str, object]]:
    """One event of that size, a small one after it, and what was logged meanwhile."""
    rig.slack.courier.policy.waits, rig.slack.sockets.patience = (), 0.5
    joe, amy = rig.slack.person("joe"), rig.slack.person("amy")
    channel = rig.slack.channel("press", joe, amy)
    with structlog.testing.capture_logs() as lines:
        await joe.say_me(channel, "quokka " * (octets // 7))
        await rig.slack.quiet()
        await until(lambda: rig.door.http is not None or len(rig.slack.sockets.connections) >= 2)
        await joe.say_me(channel, "LMS rose")
        await rig.settled()
    assert len(rig.slack.courier.lost) == 1
    assert not [text for text in amy.reads(channel) if "LMS" in text]
    return lines


@story
async def test_an_event_of_more_than_a_mebibyte_is_refused_over_http_and_the_next_one_is_heard():
    async with guarded("http") as rig:
        lines = await shouted(rig, MIB)

    refused = [(each["kind"], each["code"]) for each in lines if each["event"] == "slack.refused"]
    assert refused == [("too_large", "413")]
    assert "quokka" not in repr(lines)


@story
async def test_an_event_of_more_than_four_mebibytes_ends_its_socket_and_the_next_one_is_heard():
    async with guarded("sockets") as rig:
        lines = await shouted(rig, 4 * MIB)

    assert "quokka" not in repr(lines)


@story
async def test_a_file_of_five_gigabytes_is_a_gap_and_is_not_fetched():
    office = Office(CannedSlack(files={URL: Fetched(b"12345678", "text/plain")}))

    await office.hear(posted("see this", files=[{"id": "F1", "size": 5 * 10**9, "url_private": URL, "mode": "hosted"}]))

    [flagged] = await office.told("Flagged")
    assert flagged["codes"] == ["part_not_read"]
    assert office.slack.asked("files") == []


@pytest.mark.parametrize(("size", "most"), [(8, 8), (None, LARGEST_FILE), (LARGEST_FILE, LARGEST_FILE)])
def test_no_more_is_fetched_than_slack_said_that_there_is(size, most):
    @story
    async def told() -> None:
        office = Office(CannedSlack(files={URL: Fetched(b"12345678", "text/plain")}))
        await office.handler.files.fetch([{"id": "F1", "size": size, "url_private": URL}])
        assert office.slack.asked("files") == [("xoxb", {"url": URL, "most": str(most)})]

    told()


@story
async def test_a_zip_that_unfolds_without_end_is_a_gap():
    async with watched() as at:
        await at.joe.upload(at.channel, "x.zip", bombs.nested_zip(), mimetype="application/zip")
        await at.settled()

        assert {code for each in await at.told("Flagged") for code in each["codes"]} == {"part_not_read"}


@story
async def test_the_page_to_sign_in_that_comes_with_status_200_is_a_gap():
    async with watched() as at:
        at.slack.bot_token.scopes.discard("files:read")
        await at.joe.upload(at.channel, "x.html", b"<p>LMS rose</p>", mimetype="text/html")
        await at.settled()

        [flagged] = await at.told("Flagged")
        assert flagged["codes"] == ["part_not_read"]
