"""`leakguard slack coverage` against the fake Slack: an administrator sees every channel by its name."""

from __future__ import annotations

import asyncio
import json

from leakguard.cli import main
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.state import Kind
from tests.stories import story

SETTINGS = """\
hostname: relay.stats.example
rules: rules
store: leakguard.db
listeners: [{{port: 2525}}]
next_hop: {{hosts: ["127.0.0.1:10026"]}}
notices: {{sender: leakguard@stats.example, contact: desk@stats.example}}
slack: {{bot_token_file: {token}, app_token_file: {token}, api: "{api}"}}
"""


async def shown(slack: FakeSlack, folder, *arguments: str) -> int:
    token, config = folder / "token", folder / "config.yaml"
    token.write_text(slack.bot_token.text)
    token.chmod(0o600)
    config.write_text(SETTINGS.format(token=token, api=slack.api_url))
    return await asyncio.to_thread(main, ["slack", "coverage", "--config", str(config), *arguments])


def rooms(slack: FakeSlack) -> None:
    joe, olga = slack.person("joe"), slack.outsider("olga", "olga@elsewhere.example")
    slack.channel("press", joe)
    slack.channel("partners", joe, olga)
    slack.channel("lunch", joe, with_app=False)
    slack.channel("secret", joe, kind=Kind.PRIVATE, with_app=False)


def test_each_channel_is_shown_with_what_matters(capsys, tmp_path):
    @story
    async def told() -> None:
        async with FakeSlack() as slack:
            rooms(slack)
            assert await shown(slack, tmp_path) == 0

    told()

    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [line[1:] for line in lines[1:4]] == [
        ["partners", "public", "watched", "3", "with", "others"],
        ["press", "public", "watched", "2"],
        ["lunch", "public", "unwatched", "1"],
    ]
    assert len(lines) == 5


def test_what_is_not_watched_as_json(capsys, tmp_path):
    @story
    async def told() -> None:
        async with FakeSlack() as slack:
            rooms(slack)
            await shown(slack, tmp_path, "--unwatched", "--format", "json")

    told()

    [only] = map(json.loads, capsys.readouterr().out.splitlines())
    assert (only["name"], only["seen"], only["members"], only["shared"]) == ("lunch", "unwatched", 1, False)


def test_what_slack_refuses_is_said(capsys, tmp_path):
    @story
    async def told() -> None:
        async with FakeSlack() as slack:
            slack.bot_token.scopes.discard("channels:read")
            assert await shown(slack, tmp_path) == 2

    told()

    assert capsys.readouterr().err == "Slack does not list its channels: missing_scope\n"
