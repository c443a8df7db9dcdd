"""`leakguard slack`: what comes out of it, and how it ends."""

from __future__ import annotations

import asyncio
import json

import pytest
import yaml

from leakguard.channels.slack.manifest import Transport, manifest
from leakguard.cli import main
from leakguard.service.seal import key_of
from tests.fakes.slack import FakeSlack
from tests.stories import story

ORIGIN = "https://review.stats.example"
SETTINGS = """\
hostname: relay.stats.example
rules: rules
store: leakguard.db
listeners: [{port: 2525}]
next_hop: {hosts: ["127.0.0.1:10026"]}
notices: {sender: leakguard@stats.example, contact: desk@stats.example}
"""


def settings_with(tmp_path, slack: dict[str, object], **secrets: str) -> str:
    """A file of settings; secrets: each in a file of its own, named as the setting is."""
    for name, secret in secrets.items():
        path = tmp_path / name
        path.write_text(f"{secret}\n")
        slack = {**slack, f"{name}_file": str(path)}
    config = tmp_path / "config.yaml"
    config.write_text(SETTINGS + f"web: {{origin: '{ORIGIN}'}}\n" + yaml.safe_dump({"slack": slack}))
    return str(config)


def told(capsys, *arguments: str) -> tuple[int, str, str]:
    status = main(["slack", *arguments])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_over_sockets_nothing_needs_to_be_known_and_no_settings_are_read(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    status, out, _ = told(capsys, "manifest")

    assert (status, yaml.safe_load(out)) == (0, manifest(Transport.SOCKET))


def test_the_origin_is_given_or_it_is_that_of_the_settings(capsys, tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text(f"{SETTINGS}web: {{origin: '{ORIGIN}'}}\n")

    _, given, _ = told(capsys, "manifest", "--transport", "http", "--origin", f"{ORIGIN}/", "--consent")
    _, of_settings, _ = told(capsys, "manifest", "--transport", "http", "--consent", "--config", str(config))

    assert yaml.safe_load(given) == manifest(Transport.HTTP, ORIGIN, consent=True)
    assert of_settings == given


@pytest.mark.parametrize(
    ("more", "sentence"),
    [("", "the settings have no `web.origin`"), ("web: {origin: 'http://localhost:8080'}\n", "need an https origin")],
)
def test_an_origin_that_slack_could_not_use_is_refused(more, sentence, capsys, tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text(SETTINGS + more)

    status, out, err = told(capsys, "manifest", "--transport", "http", "--config", str(config))

    assert (status, out) == (2, "")
    assert sentence in err


def test_doctor_says_what_is_there_and_what_can_be_done_and_no_secret(capsys, tmp_path):
    @story
    async def whole() -> None:
        async with FakeSlack() as slack:
            tokens = {"bot_token": slack.bot_token.text, "app_token": slack.app_token.text}
            config = settings_with(tmp_path, {"api": slack.api_url}, **tokens)
            seen = [
                await asyncio.to_thread(told, capsys, "doctor", "--config", config, *more)
                for more in ((), ("--format", "json"))
            ]
            slack.bot_token.scopes.discard("channels:history")
            seen.append(await asyncio.to_thread(told, capsys, "doctor", "--config", config))

        (status, text, _), (_, lines, _), (wrong, complaint, _) = seen
        assert (status, wrong) == (0, 1)
        assert "ok     bot_token: works: leakguard in stats-example" in text
        assert "note   enforcer_token: there is none" in text
        assert "it can only flag" in text.rstrip().rpartition("\n")[2]
        assert "WRONG  bot_token: scopes are missing: channels:history (posts in public channels" in complaint
        *findings, abilities = [json.loads(each) for each in lines.splitlines()]
        assert {(each["about"], each["state"]) for each in findings} >= {("bot_token", "good"), ("consent", "weak")}
        assert (abilities["about"], abilities["channels"], abilities["direct"]) == ("abilities", "flag", "blind")
        assert not [token for token in tokens.values() if token in text + lines + complaint]

    whole()


def test_doctor_without_settings_for_slack_or_with_a_secret_that_is_not_there_says_so(capsys, tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text(SETTINGS)
    none = told(capsys, "doctor", "--config", str(config))
    missing = settings_with(tmp_path, {"bot_token_file": "/nowhere/bot"}, app_token="xapp-of-the-fake-1")
    unread = told(capsys, "doctor", "--config", missing)

    assert (none[0], "docs/slack.md" in none[2]) == (2, True)
    assert (unread[0], "cannot read the secret in /nowhere/bot" in unread[2]) == (2, True)


def test_a_key_is_made_once_for_its_owner_alone(capsys, tmp_path):
    path = tmp_path / "slack-key"
    made, again = told(capsys, "key", str(path)), told(capsys, "key", str(path))
    key = path.read_text()

    assert (made[0], again[0]) == (0, 2)
    assert "there already" in again[2]
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(key_of(key)) == 32
    assert key.strip() not in made[1] + again[2]


@pytest.mark.parametrize(
    ("consent", "sentence"),
    [
        ({"client_id": "1.2", "client_secret_file": "/a"}, "key_file"),
        ({"client_id": "leakguard", "client_secret_file": "/a", "key_file": "/b"}, "must be the Client ID of the app"),
        ({"client_id": "1.2", "client_secret_file": "a", "key_file": "/b"}, "absolute path"),
    ],
)
def test_settings_in_which_people_could_not_agree_are_refused(consent, sentence, capsys, tmp_path):
    config = settings_with(tmp_path, {"consent": consent}, bot_token="xoxb-of-the-fake-1", app_token="xapp-of-the-fake")

    status, _, err = told(capsys, "doctor", "--config", config)

    assert (status, sentence in err) == (2, True), err


def test_people_who_agree_need_pages_to_come_back_to(capsys, tmp_path):
    consent = {"client_id": "1.2", "client_secret_file": "/a", "key_file": "/b"}
    slack = {"bot_token_file": "/c", "app_token_file": "/d", "consent": consent}
    config = tmp_path / "config.yaml"
    config.write_text(SETTINGS + yaml.safe_dump({"slack": slack}))

    status, _, err = told(capsys, "doctor", "--config", str(config))

    assert (status, "`slack.consent` needs `web`" in err) == (2, True), err
