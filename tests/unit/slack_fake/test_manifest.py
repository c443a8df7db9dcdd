"""The manifest that administrators paste into Slack: valid by Slack's schema, and it asks for what is used."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from leakguard.channels.slack.manifest import Transport, as_yaml, manifest, scopes
from leakguard.model.errors import Refused
from tests.fakes.slack.api.methods import METHODS
from tests.fakes.slack.manifest import app_of
from tests.fakes.slack.state import Json, TokenKind
from tests.fakes.slack.subscriptions import SCOPES

# Slack's own, version 1.0.0, from github.com/slackapi/manifest-schema (MIT, licence beside it).
SCHEMA = json.loads((Path(__file__).parent / "slack-manifest.schema.json").read_text(encoding="utf-8"))

ORIGIN = "https://review.stats.example"
BASE = dict(manifest(Transport.SOCKET))
HTTP = dict(manifest(Transport.HTTP, ORIGIN))
CONSENTED = dict(manifest(Transport.SOCKET, ORIGIN, consent=True))
EVERYTHING = dict(manifest(Transport.HTTP, ORIGIN, consent=True))
VARIANTS = pytest.mark.parametrize(
    "asked", [BASE, HTTP, CONSENTED, EVERYTHING], ids=["socket mode", "http", "consent", "http and consent"]
)

# For people's own tokens.
NOT_THE_BOTS: set[str] = set()


def complaints(asked: Json) -> list[str]:
    validator = jsonschema.validators.validator_for(SCHEMA)(SCHEMA)
    return [error.message for error in validator.iter_errors(asked)]


@VARIANTS
def test_slacks_own_schema_has_no_complaint(asked: Json) -> None:
    assert complaints(asked) == []


def test_the_schema_complains_of_a_shortcut_named_too_long() -> None:
    wrong = yaml.safe_load(as_yaml(BASE))
    wrong["features"]["shortcuts"][0]["name"] = "x" * 25

    assert len(complaints(wrong)) == 1


@VARIANTS
def test_what_is_pasted_says_what_was_meant(asked: Json) -> None:
    assert yaml.safe_load(as_yaml(asked)) == asked


@pytest.mark.parametrize(
    "origin", ["", "http://review.stats.example", "https://", "https://a.example/path", "https://a.example, x"]
)
def test_where_an_address_is_needed_it_must_be_an_origin_that_slack_can_trust(origin: str) -> None:
    with pytest.raises(Refused, match="https origin"):
        manifest(Transport.HTTP, origin)
    with pytest.raises(Refused, match="https origin"):
        manifest(Transport.SOCKET, origin, consent=True)


def test_people_who_agree_come_back_to_us() -> None:
    assert "redirect_urls" not in BASE["oauth_config"]
    assert CONSENTED["oauth_config"]["redirect_urls"] == [f"{ORIGIN}/slack/oauth_redirect"]


def test_doctor_compares_with_what_was_asked_for() -> None:
    for consent, shape in ((False, BASE), (True, CONSENTED)):
        bot, person = scopes(consent=consent)

        assert (set(bot), set(person)) == (app_of(shape).bot_scopes, app_of(shape).user_scopes)


@VARIANTS
def test_no_token_of_it_expires_and_it_is_installed_in_one_workspace(asked: Json) -> None:
    """Tokens stand in files that nobody rewrites, and the door knows one team."""
    assert asked["settings"]["token_rotation_enabled"] is False
    assert asked["settings"]["org_deploy_enabled"] is False


@VARIANTS
def test_names_and_ids_of_shortcuts_are_short_and_differ(asked: Json) -> None:
    shortcuts = asked["features"]["shortcuts"]

    assert all(0 < len(one["name"]) <= 24 for one in shortcuts)
    assert len({one["callback_id"] for one in shortcuts}) == len(shortcuts)


@VARIANTS
def test_every_event_asked_for_has_its_scope(asked: Json) -> None:
    app = app_of(asked)

    for events, granted in ((app.bot_events, app.bot_scopes), (app.user_events, app.user_scopes)):
        for event in events:
            assert not scopes_for(event) or scopes_for(event) & granted, event


def scopes_for(event: str) -> set[str]:
    if event.startswith("message."):
        return {f"{event.removeprefix('message.')}:history"}
    return {"files:read"} if event.startswith("file_") else SCOPES.get(event, set())


@VARIANTS
def test_every_method_of_the_bot_has_its_scope(asked: Json) -> None:
    granted = app_of(asked).bot_scopes
    refused = {
        name
        for name, method in METHODS.items()
        if TokenKind.BOT in method.kinds and method.scopes and not granted & set(method.scopes)
    }

    assert refused == NOT_THE_BOTS


@VARIANTS
def test_a_persons_consent_is_enough_to_withdraw_what_is_theirs(asked: Json) -> None:
    granted = app_of(asked).user_scopes

    for name in ("chat.delete", "files.delete", "files.revokePublicURL"):
        assert granted & set(METHODS[name].scopes), name


def test_socket_mode_names_no_address_and_http_names_one_everywhere() -> None:
    events = HTTP["settings"]["event_subscriptions"]["request_url"]

    assert "http" not in json.dumps(BASE)
    assert BASE["settings"]["socket_mode_enabled"] is True
    assert HTTP["settings"]["socket_mode_enabled"] is False
    assert HTTP["settings"]["interactivity"]["request_url"] == events
    assert [one["url"] for one in HTTP["features"]["slash_commands"]] == [events]


def test_the_app_asks_for_no_administrators_powers() -> None:
    for each in (BASE, HTTP, CONSENTED):
        app = app_of(each)
        granted = app.bot_scopes | app.user_scopes

        assert not [one for one in granted if one.startswith(("admin", "discovery", "search"))]
