"""Which events reach the app: subscribed in the manifest, allowed by a scope, and somebody of the app is there."""

from __future__ import annotations

from tests.fakes.slack.state import Channel, Json, Token, TokenKind
from tests.fakes.slack.workspace import TEAM, Workspace

SCOPES = {
    "app_mention": {"app_mentions:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "member_left_channel": {"channels:read", "groups:read"},
    "channel_created": {"channels:read"},
    "channel_left": {"channels:read"},
    "group_left": {"groups:read"},
    "channel_shared": {"channels:read", "groups:read"},
    "channel_unshared": {"channels:read", "groups:read"},
    "user_change": {"users:read"},
    "team_join": {"users:read"},
    "subteam_members_changed": {"usergroups:read"},
    "reaction_added": {"reactions:read"},
}
# Said to the app whatever it has subscribed to in our manifest, or wherever it is not.
WHOLE_WORKSPACE = {
    "app_home_opened",
    "app_uninstalled",
    "channel_created",
    "file_deleted",
    "subteam_members_changed",
    "team_join",
    "tokens_revoked",
    "user_change",
}


def reached(workspace: Workspace, name: str, channel: Channel | None) -> Token | None:
    """The token on whose behalf the app is told: its bot's, else that of one person who consented."""
    app = workspace.app
    if not app.installed and name not in {"app_uninstalled", "tokens_revoked"}:
        return None
    for token in sorted(workspace.tokens.values(), key=lambda one: one.kind is not TokenKind.BOT):
        if token.kind not in {TokenKind.BOT, TokenKind.USER}:
            continue
        subscribed = app.bot_events if token.kind is TokenKind.BOT else app.user_events
        if name in subscribed and _allowed(name, token) and _is_there(name, token, channel):
            return token
    return None


def envelope(workspace: Workspace, event: Json, token: Token, id: str, at: int, *, shared: bool) -> Json:
    authorization = {
        "enterprise_id": None,
        "team_id": TEAM,
        "user_id": token.user,
        "is_bot": token.kind is TokenKind.BOT,
        "is_enterprise_install": False,
    }
    return {
        "token": "verification-token-of-old",
        "team_id": TEAM,
        "api_app_id": workspace.app.id,
        "event": event,
        "type": "event_callback",
        "event_id": id,
        "event_time": at,
        "authorizations": [authorization],
        "is_ext_shared_channel": shared,
        "event_context": f"4-{id}",
    }


def _allowed(name: str, token: Token) -> bool:
    if token.refused and name not in {"app_uninstalled", "tokens_revoked"}:
        return False
    needed = SCOPES.get(name, set())
    if name.startswith("message."):
        needed = {f"{name.removeprefix('message.')}:history"}
    if name.startswith("file_"):
        needed = {"files:read"}
    return not needed or bool(needed & token.scopes)


def _is_there(name: str, token: Token, channel: Channel | None) -> bool:
    if name in WHOLE_WORKSPACE:
        return True
    return channel is not None and token.user in channel.members
