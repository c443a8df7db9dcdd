"""People click, type, submit and ask; a real Bolt app answers, and they see what Slack would show them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from leakguard.channels.slack.manifest import Transport, manifest
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.timing import SlackTime
from tests.unit.slack_fake.bolt import TRANSPORTS, Bolt, client_of, listening, until

Story = Callable[[FakeSlack, Bolt], Awaitable[None]]

BUTTON = {"type": "button", "action_id": "keep", "text": {"type": "plain_text", "text": "Keep"}, "value": "ref-1"}
CARD = [{"type": "actions", "block_id": "acts", "elements": [BUTTON]}]


def modal(title: str = "Check", *, as_typed: bool = False) -> dict[str, Any]:
    element = {"type": "rich_text_input", "action_id": "words"}
    label = {"type": "plain_text", "text": "Text"}
    return {
        "type": "modal",
        "callback_id": "check",
        "title": {"type": "plain_text", "text": title},
        "submit": {"type": "plain_text", "text": "Check"},
        "blocks": [
            {"type": "input", "block_id": "text", "label": label, "element": element, "dispatch_action": as_typed}
        ],
    }


def play(transport: str, story: Story) -> None:
    async def life() -> None:
        slack = FakeSlack(time=SlackTime(scale=100))
        async with slack, listening(slack, transport) as bolt:
            await story(slack, bolt)

    asyncio.run(life())


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_click_says_what_was_clicked_and_may_be_answered_in_place(transport: str) -> None:
    async def story(slack: FakeSlack, bolt: Bolt) -> None:
        amy = slack.person("amy")
        channel, clicks = slack.channel("jobs", amy), []

        @bolt.app.action("keep")
        async def _(ack: Any, body: Any, respond: Any) -> None:
            await ack()
            clicks.append((body["user"]["id"], body["actions"][0]["value"], body["container"]["message_ts"]))
            await respond(text="kept", blocks=[])

        await bolt.client.chat_postMessage(channel=channel.id, text="held", blocks=CARD)
        card = next(iter(channel.messages.values()))
        outcome = await amy.click(card, "keep")
        await until(lambda: amy.reads(channel) == ["kept"])

        assert outcome.ok
        assert clicks == [(amy.id, "ref-1", card.ts)]

    play(transport, story)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_command_is_answered_to_the_one_who_asked(transport: str) -> None:
    async def story(slack: FakeSlack, bolt: Bolt) -> None:
        amy, bob = slack.person("amy"), slack.person("bob")
        channel = slack.channel("jobs", amy, bob)

        @bolt.app.command("/embargo")
        async def _(ack: Any, command: Any) -> None:
            await ack(f"you asked: {command['text']}")

        await amy.command(channel, "/embargo", "list")

        assert [one["text"] for one in amy.told_privately()] == ["you asked: list"]
        assert (bob.told_privately(), amy.reads(channel)) == ([], [])

    play(transport, story)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_shortcut_opens_a_modal_that_answers_as_one_types_and_when_one_submits(transport: str) -> None:
    async def story(slack: FakeSlack, bolt: Bolt) -> None:
        amy = slack.person("amy")

        @bolt.app.shortcut("check_text")
        async def _(ack: Any, body: Any, client: Any) -> None:
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=modal(as_typed=True))

        @bolt.app.action("words")
        async def _(ack: Any, body: Any, client: Any) -> None:
            await ack()
            view = body["view"]
            await client.views_update(view_id=view["id"], hash=view["hash"], view=modal("Typed"))

        @bolt.app.view("check")
        async def _(ack: Any, view: Any) -> None:
            said = view["state"]["values"]["text"]["words"]["rich_text_value"]
            await ack(response_action="errors", errors={"text": "no"}) if said == "bad" else await ack()

        await amy.shortcut("check_text")
        await until(lambda: amy.modal is not None)
        view = amy.modal
        assert view is not None
        await amy.type_in(view, "words", "bad")
        await until(lambda: view.shape["title"]["text"] == "Typed")
        refused = await amy.submit(view)
        assert (refused["errors"], amy.modal) == ({"text": "no"}, view)
        await amy.type_in(view, "words", "good")
        await amy.submit(view)

        assert amy.modal is None

    play(transport, story)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_message_shortcut_hands_over_the_message(transport: str) -> None:
    async def story(slack: FakeSlack, bolt: Bolt) -> None:
        amy, bob = slack.person("amy"), slack.person("bob")
        handed = []

        @bolt.app.shortcut({"type": "message_action", "callback_id": "report_leak"})
        async def _(ack: Any, body: Any) -> None:
            await ack()
            handed.append((body["user"]["id"], body["message"]["user"], body["message"]["text"]))

        message = await bob.post(slack.channel("jobs", amy, bob), "tea")
        await amy.message_shortcut("report_leak", message)

        assert handed == [(amy.id, bob.id, "tea")]

    play(transport, story)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_the_home_is_published_for_one_viewer(transport: str) -> None:
    async def story(slack: FakeSlack, bolt: Bolt) -> None:
        amy, bob = slack.person("amy"), slack.person("bob")
        await amy.open_home()
        await slack.quiet()
        opened = bolt.events()[0]
        await bolt.client.views_publish(user_id=opened["user"], view={"type": "home", "blocks": []})

        assert (opened["type"], opened["user"], opened["tab"]) == ("app_home_opened", amy.id, "home")
        assert amy.home is not None
        assert bob.home is None

    play(transport, story)


def test_a_trigger_opens_one_modal_and_for_three_seconds_only() -> None:
    async def life() -> None:
        async with FakeSlack(time=SlackTime(patience=0.1)) as slack:
            client, amy = client_of(slack), slack.person("amy")
            used, late = slack.surfaces.trigger(amy.id), slack.surfaces.trigger(amy.id)
            await client.views_open(trigger_id=used, view=modal())

            with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
                await client.views_open(trigger_id=used, view=modal())
            await asyncio.sleep(0.11)
            with pytest.raises(SlackApiError, match="expired_trigger_id"):
                await client.views_open(trigger_id=late, view=modal())

    asyncio.run(life())


def test_two_updates_of_one_view_cannot_both_win() -> None:
    async def life() -> None:
        async with FakeSlack() as slack:
            client, amy = client_of(slack), slack.person("amy")
            view = (await client.views_open(trigger_id=slack.surfaces.trigger(amy.id), view=modal()))["view"]
            await client.views_update(view_id=view["id"], hash=view["hash"], view=modal("First"))

            with pytest.raises(SlackApiError, match="hash_conflict"):
                await client.views_update(view_id=view["id"], hash=view["hash"], view=modal("Second"))
            assert amy.modal is not None
            assert amy.modal.shape["title"]["text"] == "First"

    asyncio.run(life())


def _section(length: int) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": "x" * length}}


@pytest.mark.parametrize(
    ("blocks", "fits"),
    [
        ([_section(3000)], True),
        ([_section(3001)], False),
        ([_section(1)] * 50, True),
        ([_section(1)] * 51, False),
        ([{**_section(1), "block_id": "same"}] * 2, False),
    ],
    ids=["a full section", "a section too long", "fifty blocks", "fifty-one", "an id twice"],
)
def test_what_block_kit_does_not_allow_is_refused(blocks: list[dict[str, Any]], fits: bool) -> None:
    async def life() -> None:
        async with FakeSlack() as slack:
            channel = slack.channel("jobs")
            call = client_of(slack).chat_postMessage(channel=channel.id, text="tea", blocks=blocks)
            if fits:
                await call
            else:
                with pytest.raises(SlackApiError, match="invalid_blocks"):
                    await call

    asyncio.run(life())


@pytest.mark.parametrize(("title", "fits"), [("x" * 24, True), ("x" * 25, False)])
def test_a_modals_title_has_24_characters_at_most(title: str, fits: bool) -> None:
    async def life() -> None:
        async with FakeSlack() as slack:
            trigger = slack.surfaces.trigger(slack.person("amy").id)
            call = client_of(slack).views_open(trigger_id=trigger, view=modal(title))
            if fits:
                await call
            else:
                with pytest.raises(SlackApiError, match="invalid_arguments"):
                    await call

    asyncio.run(life())


def test_a_private_note_is_seen_by_one_person_in_the_channel() -> None:
    async def life() -> None:
        async with FakeSlack() as slack:
            amy, bob, carl = slack.person("amy"), slack.person("bob"), slack.person("carl")
            channel, client = slack.channel("jobs", amy, bob), client_of(slack)
            await client.chat_postEphemeral(channel=channel.id, user=amy.id, text="psst")

            assert [one["text"] for one in amy.told_privately()] == ["psst"]
            assert (bob.told_privately(), amy.reads(channel)) == ([], [])
            with pytest.raises(SlackApiError, match="user_not_in_channel"):
                await client.chat_postEphemeral(channel=channel.id, user=carl.id, text="psst")

    asyncio.run(life())


def test_a_direct_message_from_the_app_lands_in_one_inbox() -> None:
    async def life() -> None:
        async with FakeSlack() as slack:
            amy, bob = slack.person("amy"), slack.person("bob")
            await client_of(slack).chat_postMessage(channel=amy.id, text="a note")
            opened = await client_of(slack).conversations_open(users=amy.id)

            assert [one.text for one in amy.inbox()] == ["a note"]
            assert amy.inbox()[0].channel == opened["channel"]["id"]
            assert bob.inbox() == []

    asyncio.run(life())


def test_a_late_answer_may_be_given_five_times() -> None:
    async def life() -> None:
        async with FakeSlack() as slack, aiohttp.ClientSession() as session:
            amy = slack.person("amy")
            url = slack.workspace.url + slack.surfaces.response_url(amy.id, slack.channel("jobs", amy))
            statuses = [(await session.post(url, json={"text": "later"})).status for _ in range(6)]

            assert statuses == [200, 200, 200, 200, 200, 404]
            assert len(amy.told_privately()) == 5

    asyncio.run(life())


def test_a_consented_sender_lets_the_app_hear_their_direct_messages() -> None:
    async def life() -> None:
        slack = FakeSlack(manifest=dict(manifest(Transport.SOCKET, "https://review.stats.example", consent=True)))
        async with slack, listening(slack, "http") as bolt:
            amy, bob = slack.person("amy"), slack.person("bob")
            await amy.write_to(bob, "before")
            slack.consent(amy)
            await amy.write_to(bob, "after")
            await slack.quiet()

            assert [one["text"] for one in bolt.events()] == ["after"]
            assert bolt.heard[0]["authorizations"][0]["user_id"] == amy.id
            assert bolt.heard[0]["authorizations"][0]["is_bot"] is False

    asyncio.run(life())
