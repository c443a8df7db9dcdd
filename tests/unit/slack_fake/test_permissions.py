"""Each token may do what Slack lets it do, and is refused in Slack's words."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.fakes.slack import FakeSlack, Person
from tests.fakes.slack.state import Channel, Guest, Kind, Message, Token, TokenKind
from tests.unit.slack_fake.bolt import client_of


def play(story: Callable[[FakeSlack], Awaitable[None]]) -> None:
    async def life() -> None:
        async with FakeSlack() as slack:
            slack.limits.on = False
            await story(slack)

    asyncio.run(life())


async def said(call: Awaitable[Any]) -> str:
    """`ok`, or Slack's error."""
    try:
        await call
    except SlackApiError as error:
        return str(error.response["error"])
    return "ok"


async def deletes(slack: FakeSlack, token: Token, message: Message) -> str:
    return await said(client_of(slack, token.text).chat_delete(channel=message.channel, ts=message.ts))


async def direct(_: FakeSlack, one: Person, other: Person) -> Message:
    return await one.write_to(other, "tea")


async def public(slack: FakeSlack, one: Person, other: Person) -> Message:
    return await one.post(slack.channel("jobs", one, other), "tea")


async def private(slack: FakeSlack, one: Person, other: Person) -> Message:
    return await one.post(slack.channel("jobs", one, other, kind=Kind.PRIVATE), "tea")


async def outside(slack: FakeSlack, one: Person, other: Person) -> Message:
    rita = slack.outsider("rita", "rita@paper.example")
    return await rita.post(slack.channel("shared", one, other, rita), "tea")


@pytest.mark.parametrize(
    ("where", "who", "answer"),
    [
        pytest.param(public, "bot", "cant_delete_message", id="a bot removes nobody else's message"),
        pytest.param(public, "author", "ok", id="authors remove their own"),
        pytest.param(direct, "author", "ok", id="authors remove their own in direct messages too"),
        pytest.param(private, "author", "ok", id="authors remove their own in private channels too"),
        pytest.param(public, "other", "cant_delete_message", id="people do not remove each other's"),
        pytest.param(public, "admin", "ok", id="the enforcer removes others' in public channels"),
        pytest.param(private, "admin", "channel_not_found", id="the enforcer sees no private channel it is not in"),
        pytest.param(direct, "admin", "channel_not_found", id="the enforcer sees no direct message of others"),
        pytest.param(outside, "admin", "cant_delete_message", id="nobody removes what the other organisation wrote"),
        pytest.param(direct, "discovery", "not_allowed_token_type", id="Discovery has methods of its own"),
    ],
)
def test_a_message_is_removed_by_those_who_may(where: Any, who: str, answer: str) -> None:
    async def story(slack: FakeSlack) -> None:
        amy, bob, boss = slack.person("amy"), slack.person("bob"), slack.person("boss", admin=True)
        tokens = {
            "bot": slack.bot_token,
            "author": slack.consent(amy),
            "other": slack.consent(bob),
            "admin": slack.consent(boss),
            "discovery": slack.discovery_token(),
        }
        message = await where(slack, amy, bob)

        assert await deletes(slack, tokens[who], message) == answer
        stands = message.ts in slack.workspace.channels[message.channel].messages
        assert stands is (answer != "ok")

    play(story)


def test_an_enforcer_in_a_direct_conversation_still_cannot_remove_the_others_message() -> None:
    async def story(slack: FakeSlack) -> None:
        amy, boss = slack.person("amy"), slack.person("boss", admin=True)

        assert await deletes(slack, slack.consent(boss), await amy.write_to(boss, "tea")) == "cant_delete_message"

    play(story)


def test_a_workspace_may_leave_deleting_to_administrators() -> None:
    async def story(slack: FakeSlack) -> None:
        slack.workspace.settings.only_admins_delete = True
        amy, boss = slack.person("amy"), slack.person("boss", admin=True)
        message = await amy.post(slack.channel("jobs", amy), "tea")

        assert await deletes(slack, slack.consent(amy), message) == "cant_delete_message"
        assert await deletes(slack, slack.consent(boss), message) == "ok"

    play(story)


def test_a_bot_removes_its_own_message_once() -> None:
    async def story(slack: FakeSlack) -> None:
        channel = slack.channel("jobs")
        client = client_of(slack)
        ts = (await client.chat_postMessage(channel=channel.id, text="tea"))["ts"]

        assert await said(client.chat_delete(channel=channel.id, ts=ts)) == "ok"
        assert await said(client.chat_delete(channel=channel.id, ts=ts)) == "message_not_found"

    play(story)


def test_a_removed_parent_leaves_a_tombstone_and_its_replies() -> None:
    async def story(slack: FakeSlack) -> None:
        amy = slack.person("amy")
        channel = slack.channel("jobs", amy)
        parent = await amy.post(channel, "tea")
        await amy.reply(parent, "two sugars")
        await deletes(slack, slack.consent(amy), parent)
        thread = await client_of(slack).conversations_replies(channel=channel.id, ts=parent.ts)

        assert [one.get("subtype") for one in thread["messages"]] == ["tombstone", None]
        assert [one["text"] for one in thread["messages"]] == ["This message was deleted.", "two sugars"]

    play(story)


def test_discovery_hides_what_nobody_else_can_remove_and_shows_it_again() -> None:
    async def story(slack: FakeSlack) -> None:
        amy, bob = slack.person("amy"), slack.person("bob")
        message = await amy.write_to(bob, "tea")
        channel = slack.workspace.channels[message.channel]
        client = client_of(slack, slack.discovery_token().text)
        where = {"channel": message.channel, "ts": message.ts}

        await client.api_call("discovery.chat.tombstone", params=where)
        hidden = bob.reads(channel)
        await client.api_call("discovery.chat.restore", params=where)

        assert hidden == []
        assert bob.reads(channel) == ["tea"]

    play(story)


@pytest.mark.parametrize(
    ("refused", "answer"),
    [("token_revoked", "token_revoked"), ("account_inactive", "account_inactive"), ("token_expired", "token_expired")],
)
def test_a_token_that_is_no_longer_good_is_refused_by_name(refused: str, answer: str) -> None:
    async def story(slack: FakeSlack) -> None:
        slack.bot_token.refused = refused

        assert await said(client_of(slack).auth_test()) == answer

    play(story)


def test_no_token_and_an_unknown_one_are_told_apart() -> None:
    async def story(slack: FakeSlack) -> None:
        client = client_of(slack, "xoxb-of-somebody-else")
        assert await said(client.auth_test()) == "invalid_auth"
        client.token = None
        assert await said(client.auth_test()) == "not_authed"

    play(story)


def test_every_answer_names_the_scopes_and_a_missing_one_is_named_too() -> None:
    async def story(slack: FakeSlack) -> None:
        client = client_of(slack)
        granted = (await client.auth_test()).headers["x-oauth-scopes"].split(",")
        slack.bot_token.scopes.discard("users:read")
        with pytest.raises(SlackApiError) as refused:
            await client.users_info(user=slack.app.user)

        assert set(granted) == slack.app.bot_scopes
        assert (refused.value.response["error"], refused.value.response["needed"]) == ("missing_scope", "users:read")
        assert "chat:write" in refused.value.response["provided"].split(",")

    play(story)


def test_an_address_is_absent_without_its_scope_and_nothing_says_so() -> None:
    async def story(slack: FakeSlack) -> None:
        amy = slack.person("amy")
        client = client_of(slack)
        before = (await client.users_info(user=amy.id))["user"]["profile"].get("email")
        slack.bot_token.scopes.discard("users:read.email")
        after = (await client.users_info(user=amy.id))["user"]["profile"].get("email")

        assert (before, after) == ("amy@stats.example", None)

    play(story)


def test_guests_and_strangers_are_told_apart() -> None:
    async def story(slack: FakeSlack) -> None:
        temp, rita = slack.person("temp", guest=Guest.SINGLE_CHANNEL), slack.outsider("rita", "rita@paper.example")
        client = client_of(slack)
        guest = (await client.users_info(user=temp.id))["user"]
        stranger = (await client.users_info(user=rita.id))["user"]

        assert (guest["is_restricted"], guest["is_ultra_restricted"], "is_stranger" in guest) == (True, True, False)
        assert (stranger["is_stranger"], stranger["team_id"] != guest["team_id"]) == (True, True)
        assert "email" not in stranger["profile"]

    play(story)


async def _history(slack: FakeSlack, channel: Channel) -> str:
    return await said(client_of(slack).conversations_history(channel=channel.id))


@pytest.mark.parametrize(
    ("kind", "with_app", "answer"),
    [
        (Kind.PUBLIC, True, "ok"),
        (Kind.PUBLIC, False, "not_in_channel"),
        (Kind.PRIVATE, True, "ok"),
        (Kind.PRIVATE, False, "channel_not_found"),
    ],
)
def test_a_bot_reads_where_it_is(kind: Kind, with_app: bool, answer: str) -> None:
    async def story(slack: FakeSlack) -> None:
        amy = slack.person("amy")

        assert await _history(slack, slack.channel("jobs", amy, kind=kind, with_app=with_app)) == answer

    play(story)


def test_a_bot_joins_public_channels_only() -> None:
    async def story(slack: FakeSlack) -> None:
        amy = slack.person("amy")
        open_, closed = slack.channel("open", amy, with_app=False), slack.channel("closed", amy, kind=Kind.PRIVATE)
        client = client_of(slack)

        assert await said(client.conversations_join(channel=open_.id)) == "ok"
        assert await said(client.conversations_join(channel=closed.id)) == "method_not_supported_for_channel_type"
        assert await _history(slack, open_) == "ok"

    play(story)


def test_only_its_author_changes_a_message_and_only_while_slack_lets_them() -> None:
    async def story(slack: FakeSlack) -> None:
        amy = slack.person("amy")
        channel = slack.channel("jobs", amy)
        message = await amy.post(channel, "tea")
        mine, bots = client_of(slack, slack.consent(amy).text), client_of(slack)
        where = {"channel": channel.id, "ts": message.ts, "text": "coffee"}

        assert await said(bots.chat_update(**where)) == "cant_update_message"
        assert await said(mine.chat_update(**where)) == "ok"
        slack.workspace.settings.edit_minutes = 0
        assert await said(mine.chat_update(**where)) == "edit_window_closed"

    play(story)


def test_an_app_token_opens_connections_and_nothing_else() -> None:
    async def story(slack: FakeSlack) -> None:
        client = client_of(slack, slack.app_token.text)

        assert await said(client.apps_connections_open(app_token=slack.app_token.text)) == "ok"
        assert await said(client.conversations_list()) == "not_allowed_token_type"
        assert await said(client_of(slack).apps_connections_open(app_token=slack.bot_token.text)) == (
            "not_allowed_token_type"
        )
        assert slack.app_token.kind is TokenKind.APP

    play(story)
