"""auth, users, user groups, views and connections: the rest of what the guard asks Slack for."""

from __future__ import annotations

from tests.fakes.slack.api.call import Call
from tests.fakes.slack.shapes import user_json
from tests.fakes.slack.state import Json, Refused, Token, TokenKind, User
from tests.fakes.slack.surfaces import View
from tests.fakes.slack.workspace import DOMAIN, TEAM, Workspace

ROTATES_AFTER = 43_200


def auth_test(call: Call) -> Json:
    if call.token.kind is TokenKind.APP:
        return {"app_id": call.workspace.app.id, "app_name": call.workspace.app.name}
    user = call.workspace.users[call.token.user]
    shape: Json = {
        "url": f"https://{DOMAIN}.slack.com/",
        "team": DOMAIN,
        "user": user.name,
        "team_id": TEAM,
        "user_id": user.id,
        "is_enterprise_install": False,
    }
    return shape | ({"bot_id": user.bot_id} if user.bot_id else {})


def auth_revoke(call: Call) -> Json:
    """Takes back the very token that asks."""
    revoke(call.workspace, call.token)
    return {"revoked": True}


def oauth_access(call: Call) -> Json:
    """A code stands for one person's consent, and can be exchanged once."""
    if call.text("client_id") != call.workspace.app.client_id:
        raise Refused("invalid_client_id")
    if call.text("client_secret") != call.workspace.app.client_secret:
        raise Refused("bad_client_secret")
    if call.text("grant_type") == "refresh_token":
        return _renewed(call)
    agreed = call.workspace.codes.pop(call.needed("code", "invalid_code"), None)
    if agreed is None:
        raise Refused("invalid_code")
    if agreed.back and call.text("redirect_uri") != agreed.back:
        raise Refused("bad_redirect_uri")
    token = call.workspace.token(TokenKind.USER, agreed.user, agreed.scopes)
    return {
        "app_id": call.workspace.app.id,
        "authed_user": {"id": agreed.user, **_token_json(call.workspace, token)},
        "team": {"id": TEAM, "name": DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _renewed(call: Call) -> Json:
    """A refresh token works once; the token that it renews goes on until it expires."""
    before = call.workspace.renewals.pop(call.text("refresh_token"), None)
    if before is None or before.refused:
        raise Refused("invalid_refresh_token")
    token = call.workspace.token(TokenKind.USER, before.user, set(before.scopes))
    team = {"id": TEAM, "name": DOMAIN}
    return {"app_id": call.workspace.app.id, "team": team, **_token_json(call.workspace, token)}


def _token_json(workspace: Workspace, token: Token) -> Json:
    scope = ",".join(sorted(token.scopes))
    told: Json = {"scope": scope, "access_token": token.text, "token_type": "user"}
    if not workspace.app.rotates:
        return told
    renewal = workspace.new_id("xoxe-1-")
    workspace.renewals[renewal] = token
    token.expires = workspace.time.passed() + ROTATES_AFTER
    return told | {"refresh_token": renewal, "expires_in": workspace.time.told(ROTATES_AFTER)}


def revoke(workspace: Workspace, token: Token) -> None:
    token.refused = "token_revoked"
    kind = "bot" if token.kind is TokenKind.BOT else "oauth"
    revoked: dict[str, list[str]] = {"oauth": [], "bot": [], kind: [token.user]}
    workspace.publish("tokens_revoked", {"type": "tokens_revoked", "tokens": revoked}, None)


def bots_info(call: Call) -> Json:
    """Our own app is the only one whose bot is known here."""
    app = call.workspace.app
    if call.needed("bot", "bot_not_found") != app.bot_id:
        raise Refused("bot_not_found")
    bot = {"id": app.bot_id, "deleted": False, "name": app.name, "app_id": app.id, "user_id": app.user, "updated": 0}
    return {"bot": bot | {"icons": {}}}


def users_info(call: Call) -> Json:
    return {"user": _user(call, call.workspace.user(call.needed("user", "user_not_found")))}


def users_list(call: Call) -> Json:
    page, cursor = call.page(list(call.workspace.users.values()), 1000)
    return {"members": [_user(call, one) for one in page], "response_metadata": {"next_cursor": cursor}}


def lookup_by_email(call: Call) -> Json:
    email = call.needed("email", "users_not_found").lower()
    for user in call.workspace.users.values():
        if (user.email or "").lower() == email and user.team == TEAM and not user.deleted:
            return {"user": _user(call, user)}
    raise Refused("users_not_found")


def usergroup_users(call: Call) -> Json:
    try:
        return {"users": list(call.workspace.usergroups[call.needed("usergroup", "no_such_subteam")])}
    except KeyError:
        raise Refused("no_such_subteam") from None


def views_open(call: Call) -> Json:
    return _view(call, call.surfaces.open(call.needed("trigger_id", "invalid_trigger_id"), call.json("view")))


def views_push(call: Call) -> Json:
    trigger = call.needed("trigger_id", "invalid_trigger_id")
    return _view(call, call.surfaces.open(trigger, call.json("view"), push=True))


def views_update(call: Call) -> Json:
    id = call.text("view_id") or call.needed("external_id")
    return _view(call, call.surfaces.update(id, call.json("view"), call.arguments.get("hash")))


def views_publish(call: Call) -> Json:
    user = call.workspace.user(call.needed("user_id"))
    return _view(call, call.surfaces.publish(user.id, call.json("view"), call.arguments.get("hash")))


def _view(call: Call, view: View) -> Json:
    return {"view": call.surfaces.json(view)}


def _user(call: Call, user: User) -> Json:
    """Without users:read.email the address is missing, and nothing says so."""
    return user_json(user, TEAM, with_email="users:read.email" in call.token.scopes)
