"""Who is there changes, consent is given and taken back, an app puts files back: each is told, and holds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl, urlsplit

import pytest
from slack_sdk.errors import SlackApiError

from tests.fakes.slack import FakeSlack, acts
from tests.fakes.slack.state import Channel
from tests.fakes.slack.workspace import OTHER_TEAM
from tests.unit.slack_fake.bolt import Bolt, client_of, listening


def play(story: Callable[[FakeSlack, Bolt], Awaitable[None]]) -> None:
    async def life() -> None:
        async with FakeSlack() as slack, listening(slack, "http") as bolt:
            await story(slack, bolt)

    asyncio.run(life())


def test_people_and_channels_that_come_and_change_are_told() -> None:
    async def story(slack: FakeSlack, bolt: Bolt) -> None:
        amy, bob = slack.person("amy"), slack.person("bob")
        group = slack.usergroup([amy])
        slack.user_changed(bob, joined=True)
        amy.user.email = "amy@elsewhere.example"
        slack.user_changed(amy)
        slack.group_changed(group, [bob])
        await amy.create_channel("new")
        await amy.create_channel("hidden", private=True)
        await slack.quiet()
        by_name = {one["type"]: one for one in bolt.events()}

        assert sorted(by_name) == ["channel_created", "subteam_members_changed", "team_join", "user_change"]
        assert by_name["user_change"]["user"]["profile"]["email"] == "amy@elsewhere.example"
        assert by_name["subteam_members_changed"]["added_users"] == [bob.id]
        assert by_name["channel_created"]["channel"]["name"] == "new"

    play(story)


def test_members_who_come_and_go_are_told_even_when_it_is_the_app() -> None:
    async def story(slack: FakeSlack, bolt: Bolt) -> None:
        amy, bob = slack.person("amy"), slack.person("bob")
        channel = slack.channel("jobs", amy)
        await bob.join(channel)
        await bob.leave(channel)
        await amy.remove_from(channel, slack.app.user)
        await amy.post(channel, "are we alone?")
        await slack.quiet()

        assert sorted(bolt.names()) == [
            "channel_join",
            "channel_left",
            "member_joined_channel",
            "member_left_channel",
            "member_left_channel",
        ]
        assert [one["user"] for one in bolt.events() if one["type"] == "member_left_channel"][-1] == slack.app.user

    play(story)


def test_a_channel_that_becomes_shared_says_so_and_so_do_its_events() -> None:
    async def story(slack: FakeSlack, bolt: Bolt) -> None:
        amy = slack.person("amy")
        channel = slack.channel("jobs", amy)
        await amy.post(channel, "among us")
        acts.share_outside(slack.workspace, channel, OTHER_TEAM)
        await amy.post(channel, "not among us")
        await slack.quiet()
        info = (await bolt.client.conversations_info(channel=channel.id))["channel"]
        shared = {one["event"].get("text", ""): one["is_ext_shared_channel"] for one in bolt.heard}

        assert (shared["among us"], shared["not among us"]) == (False, True)
        assert "channel_shared" in bolt.names()
        assert info["is_ext_shared"] is True

    play(story)


def test_a_code_is_exchanged_once_for_the_token_of_the_one_who_agreed() -> None:
    async def story(slack: FakeSlack, bolt: Bolt) -> None:
        amy = slack.person("amy")
        code = slack.oauth_code(amy)
        secret = {"client_id": slack.app.client_id, "client_secret": slack.app.client_secret}
        granted = await client_of(slack, "").oauth_v2_access(code=code, **secret)
        who = await client_of(slack, granted["authed_user"]["access_token"]).auth_test()

        assert who["user_id"] == granted["authed_user"]["id"] == amy.id
        assert set(granted["authed_user"]["scope"].split(",")) == slack.app.user_scopes
        with pytest.raises(SlackApiError, match="invalid_code"):
            await client_of(slack, "").oauth_v2_access(code=code, **secret)
        with pytest.raises(SlackApiError, match="bad_client_secret"):
            await client_of(slack, "").oauth_v2_access(code=code, client_id=slack.app.client_id, client_secret="x")

    play(story)


def test_consent_taken_back_is_told_and_its_token_is_dead() -> None:
    async def story(slack: FakeSlack, bolt: Bolt) -> None:
        amy = slack.person("amy")
        client = client_of(slack, slack.consent(amy).text)
        await client.auth_revoke()
        await slack.quiet()

        assert [one["tokens"] for one in bolt.events()] == [{"oauth": [amy.id], "bot": []}]
        with pytest.raises(SlackApiError, match="token_revoked"):
            await client.auth_test()

    play(story)


def test_an_uninstalled_app_is_told_so_and_nothing_after() -> None:
    async def story(slack: FakeSlack, bolt: Bolt) -> None:
        amy = slack.person("amy")
        channel = slack.channel("jobs", amy)
        slack.uninstall()
        await amy.post(channel, "tea")
        await slack.quiet()

        assert bolt.names() == ["app_uninstalled"]
        with pytest.raises(SlackApiError, match="account_inactive"):
            await bolt.client.auth_test()

    play(story)


async def _puts_back(slack: FakeSlack, token: str, channel: Channel) -> None:
    await client_of(slack, token).files_upload_v2(
        content=b"scones", filename="menu.txt", title="Menu", channel=channel.id, initial_comment="for tea"
    )


def test_a_file_is_put_back_with_the_token_of_its_owner() -> None:
    async def story(slack: FakeSlack, bolt: Bolt) -> None:
        amy = slack.person("amy")
        channel = slack.channel("jobs", amy)
        await _puts_back(slack, slack.consent(amy).text, channel)
        message = next(iter(channel.messages.values()))

        assert (message.user, message.text, message.subtype) == (amy.id, "for tea", "file_share")
        assert [(one.title, one.content) for one in message.files] == [("Menu", b"scones")]
        slack.bot_token.scopes.discard("files:write")
        with pytest.raises(SlackApiError, match="missing_scope"):
            await _puts_back(slack, slack.bot_token.text, channel)

    play(story)


def test_a_permalink_leads_to_a_message_that_is_there() -> None:
    async def story(slack: FakeSlack, bolt: Bolt) -> None:
        amy = slack.person("amy")
        channel = slack.channel("jobs", amy)
        message = await amy.post(channel, "tea")
        link = (await bolt.client.chat_getPermalink(channel=channel.id, message_ts=message.ts))["permalink"]
        await amy.delete(message)

        assert link.endswith(f"/archives/{channel.id}/p{message.ts.replace('.', '')}")
        with pytest.raises(SlackApiError, match="message_not_found"):
            await bolt.client.chat_getPermalink(channel=channel.id, message_ts=message.ts)

    play(story)


def test_a_burst_of_a_thousand_is_brought_without_a_retry() -> None:
    async def story(slack: FakeSlack, bolt: Bolt) -> None:
        amy = slack.person("amy")
        channel = slack.channel("jobs", amy)
        for number in range(1000):
            await amy.post(channel, f"tea {number}")
        await slack.quiet()

        assert len({one["event_id"] for one in bolt.heard}) == 1000
        assert {one.retry for one in slack.courier.deliveries} == {0}

    play(story)


def test_what_was_not_subscribed_to_is_not_told() -> None:
    async def story(slack: FakeSlack, bolt: Bolt) -> None:
        slack.app.bot_events -= {"message.channels"}
        amy = slack.person("amy")
        channel = slack.channel("jobs", amy)
        await amy.post(channel, "tea")
        await amy.upload(channel, "menu.txt", b"scones")
        await slack.quiet()

        assert bolt.names() == ["file_shared"]

    play(story)


def test_what_no_scope_allows_is_not_told() -> None:
    async def story(slack: FakeSlack, bolt: Bolt) -> None:
        slack.bot_token.scopes.discard("channels:history")
        amy = slack.person("amy")
        channel = slack.channel("jobs", amy)
        await amy.post(channel, "tea")
        await amy.upload(channel, "menu.txt", b"scones")
        await slack.quiet()

        assert bolt.names() == ["file_shared"]

    play(story)


def test_an_app_that_wants_no_retry_gets_none() -> None:
    async def story(slack: FakeSlack, bolt: Bolt) -> None:
        bolt.status, bolt.answered_with = 503, {"X-Slack-No-Retry": "1"}
        amy = slack.person("amy")
        await amy.post(slack.channel("jobs", amy), "tea")
        await slack.quiet()

        assert len(bolt.heard) == 1
        assert len(slack.courier.lost) == 1

    play(story)


def test_who_is_asked_at_slack_comes_back_with_a_code_for_what_was_asked_and_no_more() -> None:
    async def story(slack: FakeSlack, bolt: Bolt) -> None:
        slack.app.redirects = frozenset({"https://a.example/back"})
        there = f"{slack.workspace.url}/oauth/v2/authorize?client_id={slack.app.client_id}&state=s&redirect_uri="
        asked = f"{there}https://a.example/back&user_scope=chat:write"
        back = dict(parse_qsl(urlsplit(slack.agree(slack.person("amy"), asked)).query))
        secret = {"client_id": slack.app.client_id, "client_secret": slack.app.client_secret}
        granted = await client_of(slack, "").oauth_v2_access(
            code=back["code"], redirect_uri="https://a.example/back", **secret
        )

        assert (back["state"], granted["authed_user"]["scope"]) == ("s", "chat:write")
        assert "error=access_denied" in slack.decline(asked)
        with pytest.raises(AssertionError, match="bad_redirect_uri"):
            slack.agree(slack.person("eve"), asked.replace("a.example", "b.example"))
        with pytest.raises(AssertionError, match="invalid_scope"):
            slack.agree(slack.person("joe"), f"{asked},admin")

    play(story)


def test_a_token_that_rotates_expires_and_is_renewed_once() -> None:
    async def story(slack: FakeSlack, bolt: Bolt) -> None:
        slack.app.rotates = True
        secret = {"client_id": slack.app.client_id, "client_secret": slack.app.client_secret}
        access = client_of(slack, "").oauth_v2_access
        first = (await access(code=slack.oauth_code(slack.person("amy")), **secret))["authed_user"]
        renewal = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"], **secret}
        second = await access(**renewal)
        slack.workspace.tokens[first["access_token"]].expires = 0.0

        assert first["expires_in"] > 0
        assert (second["token_type"], second["scope"]) == ("user", first["scope"])
        await client_of(slack, second["access_token"]).auth_test()
        with pytest.raises(SlackApiError, match="token_expired"):
            await client_of(slack, first["access_token"]).auth_test()
        with pytest.raises(SlackApiError, match="invalid_refresh_token"):
            await access(**renewal)

    play(story)
