"""Files come late, or not at all, and without a right to them comes a page to sign in, with status 200."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from tests.fakes.slack import FakeSlack, Person
from tests.fakes.slack.state import Channel, File
from tests.fakes.slack.timing import SlackTime
from tests.unit.slack_fake.bolt import client_of, listening


def play(story: Callable[[FakeSlack, Person, Channel], Awaitable[None]], scale: float = 1.0) -> None:
    async def life() -> None:
        async with FakeSlack(time=SlackTime(scale=scale)) as slack:
            amy = slack.person("amy")
            await story(slack, amy, slack.channel("jobs", amy))

    asyncio.run(life())


async def fetched(slack: FakeSlack, file: File, token: str) -> tuple[int, str, bytes]:
    url = f"{slack.workspace.url}/files-pri/{file.id}/download"
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as response:
        return response.status, response.content_type, await response.read()


def test_the_right_token_gets_the_bytes() -> None:
    async def story(slack: FakeSlack, amy: Person, channel: Channel) -> None:
        file = (await amy.upload(channel, "menu.pdf", b"%PDF scones", mimetype="application/pdf")).files[0]

        assert await fetched(slack, file, slack.bot_token.text) == (200, "application/pdf", b"%PDF scones")
        assert (await client_of(slack).files_info(file=file.id))["file"]["size"] == len(b"%PDF scones")

    play(story)


@pytest.mark.parametrize("why", ["no token", "no scope", "revoked", "elsewhere"])
def test_anybody_else_gets_the_sign_in_page_with_status_200(why: str) -> None:
    async def story(slack: FakeSlack, amy: Person, channel: Channel) -> None:
        where = slack.channel("elsewhere", amy, with_app=False, kind=channel.kind.PRIVATE)
        file = (await amy.upload(where if why == "elsewhere" else channel, "menu.txt", b"scones")).files[0]
        if why == "no scope":
            slack.bot_token.scopes.discard("files:read")
        if why == "revoked":
            slack.revoke(slack.bot_token)
        token = "" if why == "no token" else slack.bot_token.text

        status, kind, body = await fetched(slack, file, token)

        assert (status, kind) == (200, "text/html")
        assert b"Sign in" in body
        assert b"scones" not in body

    play(story)


def test_a_file_is_not_ready_at_first() -> None:
    async def story(slack: FakeSlack, amy: Person, channel: Channel) -> None:
        file = (await amy.upload(channel, "menu.txt", b"scones", mimetype="text/plain", ready_in=0.7)).files[0]
        client = client_of(slack)
        early = (await fetched(slack, file, slack.bot_token.text))[0], (await client.files_info(file=file.id))["file"]
        await slack.time.sleep(0.8)
        late = (await fetched(slack, file, slack.bot_token.text))[0], (await client.files_info(file=file.id))["file"]

        assert (early[0], early[1]["mimetype"]) == (404, "")
        assert (late[0], late[1]["mimetype"]) == (200, "text/plain")

    play(story)


def test_an_event_may_say_no_more_than_where_to_look() -> None:
    async def story(slack: FakeSlack, amy: Person, channel: Channel) -> None:
        async with listening(slack, "http") as bolt:
            await amy.upload(channel, "menu.txt", b"scones", late=True)
            await slack.quiet()
        shared = next(one for one in bolt.events() if one["type"] == "file_shared")
        message = next(one for one in bolt.events() if one["type"] == "message")
        file = (await client_of(slack).files_info(file=shared["file_id"]))["file"]

        assert message["files"] == [{"id": shared["file_id"], "mode": "file_access", "file_access": "check_file_info"}]
        assert (file["name"], file["file_access"]) == ("menu.txt", "visible")

    play(story)


def test_a_file_outlives_its_message_and_goes_by_itself() -> None:
    async def story(slack: FakeSlack, amy: Person, channel: Channel) -> None:
        message = await amy.upload(channel, "menu.txt", b"scones")
        file, token = message.files[0], slack.consent(amy).text
        client = client_of(slack, token)
        await client.chat_delete(channel=channel.id, ts=message.ts)
        slack.workspace.tokens[token].scopes.add("files:read")
        still = await fetched(slack, file, token)
        await client.files_delete(file=file.id)

        assert still[2] == b"scones"
        assert (await fetched(slack, file, token))[1] == "text/html"
        with pytest.raises(SlackApiError, match="file_deleted"):
            await client.files_delete(file=file.id)

    play(story)


def test_a_deleted_file_leaves_its_place_in_the_message() -> None:
    async def story(slack: FakeSlack, amy: Person, channel: Channel) -> None:
        file = (await amy.upload(channel, "menu.txt", b"scones")).files[0]
        await client_of(slack, slack.consent(amy).text).files_delete(file=file.id)
        history = await client_of(slack).conversations_history(channel=channel.id)

        assert history["messages"][0]["files"] == [{"id": file.id, "mode": "tombstone"}]

    play(story)


@pytest.mark.parametrize(("who", "answer"), [("bot", "cant_delete_file"), ("bob", "cant_delete_file"), ("boss", "ok")])
def test_a_file_is_deleted_by_those_who_may(who: str, answer: str) -> None:
    async def story(slack: FakeSlack, amy: Person, channel: Channel) -> None:
        file = (await amy.upload(channel, "menu.txt", b"scones")).files[0]
        people = {"bob": slack.person("bob"), "boss": slack.person("boss", admin=True)}
        token = slack.bot_token if who == "bot" else slack.consent(people[who])
        said = "ok"
        try:
            await client_of(slack, token.text).files_delete(file=file.id)
        except SlackApiError as error:
            said = error.response["error"]

        assert said == answer

    play(story)


def test_a_link_for_the_whole_world_is_told_and_taken_back() -> None:
    async def story(slack: FakeSlack, amy: Person, channel: Channel) -> None:
        async with listening(slack, "http") as bolt:
            file = (await amy.upload(channel, "menu.txt", b"scones")).files[0]
            await amy.make_public(file)
            await slack.quiet()
        await client_of(slack, slack.consent(amy).text).files_revokePublicURL(file=file.id)

        assert "file_public" in bolt.names()
        assert file.public_url is False

    play(story)


def test_what_is_removed_between_two_pages_moves_nothing() -> None:
    async def story(slack: FakeSlack, amy: Person, channel: Channel) -> None:
        posts = [await amy.post(channel, str(number)) for number in range(5)]
        client = client_of(slack)
        page: Any = await client.conversations_history(channel=channel.id, limit=2)
        await amy.delete(posts[4])
        rest = [page]
        while cursor := rest[-1]["response_metadata"]["next_cursor"]:
            rest.append(await client.conversations_history(channel=channel.id, limit=2, cursor=cursor))

        assert [one["text"] for each in rest for one in each["messages"]] == ["4", "3", "2", "1", "0"]

    play(story)


def test_history_shows_top_level_posts_and_a_thread_its_replies() -> None:
    async def story(slack: FakeSlack, amy: Person, channel: Channel) -> None:
        first = await amy.post(channel, "tea")
        await amy.reply(first, "two sugars")
        await amy.reply(first, "biscuits", broadcast=True)
        last = await amy.post(channel, "cake")
        client = client_of(slack)
        said: Any = (await client.conversations_history(channel=channel.id, oldest=first.ts))["messages"]
        whole: Any = await client.conversations_history(channel=channel.id, limit=1)
        thread: Any = (await client.conversations_replies(channel=channel.id, ts=first.ts))["messages"]

        assert [one["text"] for one in said] == ["cake", "biscuits"]
        assert [one["text"] for one in thread] == ["tea", "two sugars", "biscuits"]
        assert (thread[0]["reply_count"], thread[0]["latest_reply"]) == (2, thread[2]["ts"])
        assert (whole["messages"][0]["ts"], whole["has_more"]) == (last.ts, True)

    play(story)
