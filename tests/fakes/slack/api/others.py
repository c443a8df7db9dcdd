"""auth, users, user groups, views and connections: the rest of what the guard asks Slack for."""

from __future__ import annotations

from tests.fakes.slack.api.call import Call
from tests.fakes.slack.shapes import user_json
from tests.fakes.slack.state import Json, Refused, TokenKind, User
from tests.fakes.slack.surfaces import View
from tests.fakes.slack.workspace import DOMAIN, TEAM


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
