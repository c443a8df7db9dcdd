"""Canvases and lists are files whose content only their own methods give, to those who may see them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import FakeSlack, Person
from tests.fakes.slack.state import Channel, Kind
from tests.unit.slack_fake.bolt import client_of

READ = {"canvases:read", "lists:read"}


def play(story: Callable[[FakeSlack, AsyncWebClient, Person, Channel], Awaitable[None]]) -> None:
    async def life() -> None:
        async with FakeSlack() as slack:
            amy = slack.person("amy")
            slack.bot_token.scopes.update(READ)
            await story(slack, client_of(slack), amy, slack.channel("jobs", amy))

    asyncio.run(life())


def test_a_canvas_is_given_whole_and_is_a_quip_in_messages() -> None:
    async def story(_slack: FakeSlack, client: AsyncWebClient, amy: Person, channel: Channel) -> None:
        message = await amy.write_canvas(channel, "menu", "<p>scones</p>")
        file = message.files[0].id

        answer = await client.canvases_getContent(canvas_id=file, content_type="html")
        told = (await client.files_info(file=file))["file"]

        assert answer["content"] == "<p>scones</p>"
        assert (told["mode"], told["filetype"], told["mimetype"]) == ("quip", "quip", "application/vnd.slack-docs")

    play(story)


@pytest.mark.parametrize(
    ("why", "error"), [("scope", "missing_scope"), ("elsewhere", "canvas_not_found"), ("no canvas", "canvas_not_found")]
)
def test_a_canvas_is_not_given_to_others(why: str, error: str) -> None:
    async def story(slack: FakeSlack, client: AsyncWebClient, amy: Person, channel: Channel) -> None:
        where = slack.channel("elsewhere", amy, with_app=False, kind=Kind.PRIVATE) if why == "elsewhere" else channel
        message = await amy.write_canvas(where, "menu", "<p>scones</p>")
        if why == "scope":
            slack.bot_token.scopes.discard("canvases:read")
        if why == "no canvas":
            message = await amy.upload(channel, "menu.txt", b"scones")

        with pytest.raises(SlackApiError) as refused:
            await client.canvases_getContent(canvas_id=message.files[0].id)

        assert refused.value.response["error"] == error

    play(story)


def test_the_address_of_a_canvas_gives_a_page_and_not_the_content() -> None:
    async def story(slack: FakeSlack, _client: AsyncWebClient, amy: Person, channel: Channel) -> None:
        file = (await amy.write_canvas(channel, "menu", "<p>scones</p>")).files[0]
        headers = {"Authorization": f"Bearer {slack.bot_token.text}"}

        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{slack.workspace.url}/files-pri/{file.id}", headers=headers) as response,
        ):
            body = await response.read()

        assert (response.status, response.content_type) == (200, "text/html")
        assert b"scones" not in body

    play(story)


def test_a_list_is_given_in_pages_of_a_hundred_and_its_own_words_when_asked_for() -> None:
    async def story(_slack: FakeSlack, client: AsyncWebClient, amy: Person, channel: Channel) -> None:
        rows = [[{"key": "name", "text": str(number)}] for number in range(130)]
        file = (await amy.write_list(channel, "menu", rows)).files[0].id

        first = await client.slackLists_items_list(list_id=file, include_list=True)
        cursor = first["response_metadata"]["next_cursor"]
        second = await client.slackLists_items_list(list_id=file, cursor=cursor)

        assert (len(first["items"]), len(second["items"])) == (100, 30)
        assert (first["list"]["title"], "list" in second.data) == ("menu", False)
        assert second["items"][-1]["fields"] == rows[-1]

    play(story)


def test_a_purpose_is_set_by_members_with_the_right_and_told_as_a_message() -> None:
    async def story(slack: FakeSlack, client: AsyncWebClient, amy: Person, channel: Channel) -> None:
        slack.bot_token.scopes.discard("channels:write.topic")
        with pytest.raises(SlackApiError, match="missing_scope"):
            await client.conversations_setPurpose(channel=channel.id, purpose="tea")
        slack.bot_token.scopes.add("channels:manage")
        await client.conversations_setPurpose(channel=channel.id, purpose="tea")
        elsewhere = slack.channel("elsewhere", amy, with_app=False)

        with pytest.raises(SlackApiError, match="not_in_channel"):
            await client.conversations_setPurpose(channel=elsewhere.id, purpose="tea")
        assert channel.purpose == "tea"
        assert [each.subtype for each in channel.messages.values()] == ["channel_purpose"]

    play(story)
