"""The manifest that administrators paste into Slack: valid by Slack's schema, and it asks for what is used."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.fakes.slack.api.methods import METHODS
from tests.fakes.slack.manifest import CONSENT, MANIFEST, app_of, read, with_overlay
from tests.fakes.slack.state import Json, TokenKind
from tests.fakes.slack.subscriptions import SCOPES

# Slack's own, version 1.0.0, from github.com/slackapi/manifest-schema (MIT, licence beside it).
SCHEMA = json.loads((Path(__file__).parent / "slack-manifest.schema.json").read_text(encoding="utf-8"))

BASE = read(MANIFEST)
HTTP = with_overlay(BASE, read(MANIFEST.with_name("slack-manifest-http.yaml")))
CONSENTED = with_overlay(BASE, read(CONSENT))
VARIANTS = pytest.mark.parametrize("manifest", [BASE, HTTP, CONSENTED], ids=["socket mode", "http", "consent"])

# Asked for only where an administrator wants them: see the notes of the manifest.
NOT_THE_BOTS = {"conversations.setTopic", "files.delete", "files.getUploadURLExternal", "files.completeUploadExternal"}


def complaints(manifest: Json) -> list[str]:
    validator = jsonschema.validators.validator_for(SCHEMA)(SCHEMA)
    return [error.message for error in validator.iter_errors(manifest)]


@VARIANTS
def test_slacks_own_schema_has_no_complaint(manifest: Json) -> None:
    assert complaints(manifest) == []


def test_the_schema_complains_of_a_shortcut_named_too_long() -> None:
    wrong = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    wrong["features"]["shortcuts"][0]["name"] = "x" * 25

    assert len(complaints(wrong)) == 1


@VARIANTS
def test_names_and_ids_of_shortcuts_are_short_and_differ(manifest: Json) -> None:
    shortcuts = manifest["features"]["shortcuts"]

    assert all(0 < len(one["name"]) <= 24 for one in shortcuts)
    assert len({one["callback_id"] for one in shortcuts}) == len(shortcuts)


@VARIANTS
def test_every_event_asked_for_has_its_scope(manifest: Json) -> None:
    app = app_of(manifest)

    for events, scopes in ((app.bot_events, app.bot_scopes), (app.user_events, app.user_scopes)):
        for event in events:
            assert not scopes_for(event) or scopes_for(event) & scopes, event


def scopes_for(event: str) -> set[str]:
    if event.startswith("message."):
        return {f"{event.removeprefix('message.')}:history"}
    return {"files:read"} if event.startswith("file_") else SCOPES.get(event, set())


@VARIANTS
def test_every_method_of_the_bot_has_its_scope(manifest: Json) -> None:
    scopes = app_of(manifest).bot_scopes
    refused = {
        name
        for name, method in METHODS.items()
        if TokenKind.BOT in method.kinds and method.scopes and not scopes & set(method.scopes)
    }

    assert refused == NOT_THE_BOTS


@VARIANTS
def test_a_persons_consent_is_enough_to_withdraw_what_is_theirs(manifest: Json) -> None:
    scopes = app_of(manifest).user_scopes

    for name in ("chat.delete", "files.delete", "files.revokePublicURL"):
        assert scopes & set(METHODS[name].scopes), name


def test_socket_mode_names_no_address_and_http_names_one_everywhere() -> None:
    events = HTTP["settings"]["event_subscriptions"]["request_url"]

    assert "http" not in json.dumps(BASE)
    assert BASE["settings"]["socket_mode_enabled"] is True
    assert HTTP["settings"]["socket_mode_enabled"] is False
    assert HTTP["settings"]["interactivity"]["request_url"] == events
    assert [one["url"] for one in HTTP["features"]["slash_commands"]] == [events]


def test_the_app_asks_for_no_administrators_powers() -> None:
    for manifest in (BASE, HTTP, CONSENTED):
        app = app_of(manifest)
        asked = app.bot_scopes | app.user_scopes

        assert not [one for one in asked if one.startswith(("admin", "discovery", "search"))]
