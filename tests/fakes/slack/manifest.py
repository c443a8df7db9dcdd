"""The app as its manifest describes it: only what is asked for there is granted and told."""

from __future__ import annotations

from leakguard.channels.slack.manifest import Transport, manifest
from tests.fakes.slack.state import App, Json


def usual() -> Json:
    """What the product asks for over sockets."""
    return dict(manifest(Transport.SOCKET))


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
        redirects=frozenset(manifest["oauth_config"].get("redirect_urls", ())),
        rotates=manifest["settings"]["token_rotation_enabled"],
    )
