"""Report as embargo leak: kept before it is acknowledged, judged again by the rules of now, told to compliance."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import structlog

from leakguard.channels.slack.reported import as_item
from leakguard.channels.slack.screens.report import THANKS
from leakguard.channels.slack.screens.turn import SORRY
from leakguard.model.account import Actor, Role
from leakguard.model.inbox import InboxItem
from leakguard.service.exposure import Calendar
from leakguard.service.flags import Flags
from leakguard.service.incidents import Incidents
from tests.fakes.slack.state import Guest, Kind, Message
from tests.stories import story
from tests.unit.service.world import AMY as AMY_AT
from tests.unit.service.world import JOE as JOE_AT
from tests.unit.service.world import LMS
from tests.unit.slack.office import Office
from tests.unit.slack.payloads import CHANNEL, JOE, POSTED, TEAM, posted
from tests.unit.slack.screens.stage import TRANSPORTS, Stage, play, until


async def kept(stage: Stage) -> list[dict[str, Any]]:
    """What was reported; the messages themselves are in the inbox too, as Slack told of them."""
    await stage.slack.quiet()
    bodies = [json.loads(each.body) for each in stage.world.store.inbox._items.values()]
    return [each for each in bodies if "reported" in each]


async def reported(stage: Stage, text: str = "LMS quokka") -> Message:
    amy, joe = stage.person(AMY_AT), stage.person(JOE_AT)
    message = await joe.post(stage.slack.channel("jobs", amy, joe, kind=Kind.PRIVATE), text)
    await amy.message_shortcut("report_leak", message)
    await until(lambda: bool(amy.told_privately()))
    assert [each["text"] for each in amy.told_privately()] == [THANKS]
    return message


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_reported_message_is_kept_to_be_inspected_and_its_reporter_is_thanked_in_private(transport: str) -> None:
    async def told(stage: Stage) -> None:
        with structlog.testing.capture_logs() as lines:
            message = await reported(stage)

        [envelope] = await kept(stage)
        assert envelope["event"]["text"] == "LMS quokka"
        assert (envelope["event"]["channel"], envelope["event"]["ts"]) == (message.channel, message.ts)
        assert envelope["reported"]["by"] == AMY_AT
        assert envelope["reported"]["where"].endswith(f"/archives/{message.channel}/p{message.ts.replace('.', '')}")
        assert stage.poked == [1]
        assert "quokka" not in repr(lines)

    play(transport, told)


def test_thanks_are_the_same_whatever_is_in_it() -> None:
    async def told(stage: Stage) -> None:
        await reported(stage, "tea")

    play("http", told)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_what_could_not_be_kept_is_not_thanked_for_and_somebody_is_woken(transport: str) -> None:
    async def told(stage: Stage) -> None:
        amy, joe = stage.person(AMY_AT), stage.person(JOE_AT)
        message = await joe.post(stage.slack.channel("jobs", amy, joe), "LMS quokka")
        stage.world.store.available = False
        with structlog.testing.capture_logs() as lines:
            await amy.message_shortcut("report_leak", message)
            await until(lambda: bool(amy.told_privately()))

        assert [each["text"] for each in amy.told_privately()] == [SORRY]
        assert {"slack.screen_failed"} == {each["event"] for each in lines if "kind" in each}
        assert "quokka" not in repr(lines)

    play(transport, told)


def test_a_guest_is_told_whom_to_write_to() -> None:
    async def told(stage: Stage) -> None:
        amy, joe = stage.person(AMY_AT, guest=Guest.MULTI_CHANNEL), stage.person(JOE_AT)
        message = await joe.post(stage.slack.channel("jobs", amy, joe), "LMS")
        await amy.message_shortcut("report_leak", message)
        await until(lambda: bool(amy.told_privately()))

        assert "desk@stats.example" in amy.told_privately()[0]["text"]
        assert await kept(stage) == []

    play("http", told)


def test_where_slack_takes_no_answer_beside_the_message_thanks_come_directly() -> None:
    async def told(stage: Stage) -> None:
        amy, joe = stage.person(AMY_AT), stage.person(JOE_AT)
        message = await joe.post(stage.slack.channel("jobs", amy, joe), "LMS")
        stage.slack.surfaces.response_url = lambda *_: "/response/of-none"  # type: ignore[method-assign]
        await amy.message_shortcut("report_leak", message)
        await until(lambda: bool(amy.inbox()))

        assert [each.text for each in amy.inbox()] == [THANKS]

    play("http", told)


def report(office: Office, text: str = "LMS rose", **fields: Any) -> InboxItem:
    envelope = posted(text, **fields) | {"reported": {"by": AMY_AT, "where": "https://x.slack.com/archives/C/p1"}}
    body = json.dumps(envelope).encode()
    return InboxItem(event_id="report-1", lane="lane", body=body, received_at=office.world.clock.now())


@story
async def test_a_reported_leak_is_held_taken_out_and_told_with_its_reporter() -> None:
    office = Office()
    await office.inbox.put(report(office))
    await office.lanes.round()

    held = await office.world.held()
    assert office.deletions() == [("xoxp-boss", {"channel": CHANNEL, "ts": POSTED})]
    [told] = await office.told("PostReported")
    assert {key: told[key] for key in ("actor", "held", "sender", "channel", "post", "releases")} == {
        "actor": AMY_AT,
        "held": held.id,
        "sender": JOE_AT,
        "channel": CHANNEL,
        "post": POSTED,
        "releases": [LMS.id],
    }
    texts = await office.world.texts()
    [notice] = [each for each in texts if "reported a post" in each]
    assert notice.startswith(f"{AMY_AT} reported a post in Slack as a leak.\n\n  Where: https://x.slack.com/archives/")
    assert f"it is held as {held.id}" in notice
    assert "rose" not in notice


@story
async def test_a_report_of_what_was_let_through_before_has_it_judged_by_the_rules_of_now() -> None:
    office = Office()
    office.world.inspector.blind = frozenset({"lms"})
    await office.hear(posted("LMS rose"))
    office.world.inspector.blind = frozenset()
    await office.hear(posted("LMS rose", event_id=None))
    assert await office.world.all_held() == []  # told again it is not read again

    await office.inbox.put(report(office))
    await office.lanes.round()

    assert (await office.world.held()).mail_from == JOE_AT


@story
async def test_where_the_rules_find_nothing_compliance_is_told_to_look_and_nothing_of_it_is_kept() -> None:
    office = Office()
    await office.inbox.put(report(office, "tea quokka"))
    await office.lanes.round()

    assert await office.world.all_held() == []
    [notice] = await office.world.texts()
    assert "Please look at it in Slack" in notice
    assert "give the reference report-1" in notice
    audit = [each.body for each in await office.world.store.audit()]
    assert "quokka" not in repr((audit, notice))


@story
async def test_what_was_reported_and_went_through_is_among_the_flagged_and_an_incident_can_be_opened_of_it() -> None:
    office = Office()
    await office.inbox.put(report(office, "tea"))
    await office.lanes.round()
    world = office.world
    officer = Actor(handle="pra@stats.example", roles=frozenset({Role.PRA_OFFICER}))

    [flag], _ = await Flags(store=world.store, clock=world.clock, actor=officer).since(1)
    assert (flag.reported_by, flag.sender, flag.messages, flag.codes) == ((AMY_AT,), JOE_AT, ("report-1",), ())
    incidents = Incidents(
        store=world.store,
        calendar=Calendar(files=world.current.rulebook.book),
        clock=world.clock,
        actor=officer,
        new_id=lambda: "incident-1",
    )
    opened = await incidents.open(message="report-1", releases=(LMS.id,))
    lines = [each.words for each in (await incidents.view(opened.id)).case.lines]
    assert "reported as a leak" in lines


@story
async def test_a_report_of_our_own_post_is_told_too() -> None:
    office = Office()
    await office.inbox.put(report(office, "LMS rose", bot_id="B0GUARD"))
    await office.lanes.round()

    assert await office.world.events() == ["PostReported"]
    assert len(await office.world.texts()) == 1


@story
async def test_an_edited_message_is_judged_by_the_instant_of_its_edit() -> None:
    office = Office()
    message = {"type": "message", "user": JOE, "ts": "1931500000.000000", "text": "LMS rose"}
    message["edited"] = {"user": JOE, "ts": POSTED}  # type: ignore[assignment]
    shortcut = {"channel": {"id": CHANNEL}, "message": message, "trigger_id": "t", "team": {"domain": "../x"}}
    item = as_item(shortcut, AMY_AT, TEAM, office.world.clock.now())
    await office.inbox.put(item)
    await office.lanes.round()

    [told] = await office.told("PostRemoved")
    assert told["visible_ms"] == 2000
    assert json.loads(item.body)["reported"]["where"] == ""


@story
async def test_a_report_that_is_told_twice_after_a_crash_is_one_notice() -> None:
    office = Office()
    item = report(office, "tea")
    await office.inbox.put(item)
    await office.handler.handle(item)
    await office.handler.handle(replace(item, attempts=1))

    assert len(await office.world.texts()) == 1
    assert await office.world.events() == ["PostReported"]
