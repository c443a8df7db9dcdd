"""The app as its manifest describes it: only what is asked for there is granted and told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.fakes.slack.state import App, Json

MANIFEST = Path(__file__).resolve().parents[3] / "deploy" / "slack-manifest.yaml"
CONSENT = Path(__file__).resolve().parents[3] / "deploy" / "slack-manifest-consent.yaml"


def read(path: Path) -> Json:
    shape: Json = yaml.safe_load(path.read_text(encoding="utf-8"))
    return shape


def with_overlay(manifest: Json, overlay: Json) -> Json:
    """Lists of the overlay replace lists, mappings are merged."""
    merged: dict[str, Any] = dict(manifest)
    for key, value in overlay.items():
        is_inner = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = with_overlay(merged[key], value) if is_inner else value
    return merged


def app_of(manifest: Json) -> App:
    scopes = manifest["oauth_config"]["scopes"]
    events = manifest["settings"]["event_subscriptions"]
    return App(
        id="A00000001",
        name=manifest["features"]["bot_user"]["display_name"],
        user="U0000000B",
        bot_id="B00000001",
        signing_secret="secret-of-the-fake",
        bot_scopes=frozenset(scopes["bot"]),
        user_scopes=frozenset(scopes.get("user", ())),
        bot_events=frozenset(events["bot_events"]),
        user_events=frozenset(events.get("user_events", ())),
    )
