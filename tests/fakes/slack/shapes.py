"""Slack's JSON for what the workspace holds. Which keys were compared with recorded samples: README.md."""

from __future__ import annotations

from tests.fakes.slack.state import App, Channel, File, Guest, Json, Kind, Message, User

KINDS = {"quip": "quip", "list": "list"}
MEDIA = {"quip": "application/vnd.slack-docs", "list": "application/vnd.slack-list"}


def user_json(user: User, home: str, *, with_email: bool) -> Json:
    stranger = user.team != home
    profile: Json = {
        "real_name": user.name.title(),
        "real_name_normalized": user.name.title(),
        "display_name": user.name,
        "display_name_normalized": user.name,
        "status_text": "",
        "status_emoji": "",
        "team": user.team,
    }
    if with_email and user.email and not stranger:
        profile["email"] = user.email
    if user.bot_id:
        profile["bot_id"] = user.bot_id
    return {
        "id": user.id,
        "team_id": user.team,
        "name": user.name,
        "deleted": user.deleted,
        "real_name": user.name.title(),
        "tz": user.zone,
        "profile": profile,
        "is_admin": user.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": user.guest is not Guest.NO,
        "is_ultra_restricted": user.guest is Guest.SINGLE_CHANNEL,
        "is_bot": bool(user.bot_id),
        "is_app_user": False,
        "updated": 0,
        "is_email_confirmed": bool(user.email),
        **({"is_stranger": True} if stranger else {}),
    }


def channel_json(channel: Channel, home: str, viewer: str) -> Json:
    """A direct conversation has `user` instead of a name."""
    common: Json = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.archived,
        "is_im": channel.kind is Kind.IM,
        "is_org_shared": False,
        "context_team_id": home,
    }
    if channel.kind is Kind.IM:
        other = next((one for one in channel.members if one != viewer), viewer)
        return {**common, "user": other, "is_user_deleted": False, "priority": 0}
    return {
        **common,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind is Kind.PUBLIC,
        "is_group": channel.kind is Kind.PRIVATE,
        "is_mpim": channel.kind is Kind.MPIM,
        "is_private": channel.kind is not Kind.PUBLIC,
        "is_general": channel.name == "general",
        "is_shared": bool(channel.shared_with),
        "is_ext_shared": bool(channel.shared_with),
        "is_pending_ext_shared": False,
        "shared_team_ids": [home, *channel.shared_with],
        "pending_shared": [],
        "creator": channel.creator,
        "is_member": viewer in channel.members,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": "", "last_set": 0},
        "previous_names": [],
        "unlinked": 0,
    }


def file_json(file: File, url: str) -> Json:
    """As `files.info` and fresh events have it."""
    where = f"{url}/files-pri/{file.id}"
    ending = KINDS.get(file.mode, file.name.rpartition(".")[2])
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": ending,
        "pretty_type": ending.upper(),
        "user": file.user,
        "editable": False,
        "size": len(file.content),
        "mode": file.mode,
        "is_external": False,
        "external_type": "",
        "is_public": False,
        "public_url_shared": file.public_url,
        "display_as_bot": False,
        "username": "",
        "url_private": where,
        "url_private_download": f"{where}/download",
        "permalink": f"{url}/files/{file.user}/{file.id}",
        "file_access": "visible",
        **({"updated": file.changed} if file.changed else {}),
    }


def file_in_message(file: File, url: str) -> Json:
    if file.tombstoned:
        return {"id": file.id, "mode": "tombstone"}
    if file.late:
        return {"id": file.id, "mode": "file_access", "file_access": "check_file_info"}
    return file_json(file, url)


def message_json(message: Message, app: App, url: str) -> Json:
    """As `conversations.history` has it and as edits carry it: without channel and event_ts."""
    if message.tombstoned:
        return {
            "type": "message",
            "subtype": "tombstone",
            "text": "This message was deleted.",
            "user": "USLACKBOT",
            "hidden": True,
            "ts": message.ts,
            "thread_ts": message.ts,
        }
    shape: Json = {"type": "message", "text": message.text, "ts": message.ts}
    optional: Json = {
        "subtype": message.subtype,
        "user": message.user,
        "team": message.team if message.user and not message.subtype else "",
        "bot_id": message.bot_id,
        "username": message.username,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "files": [file_in_message(file, url) for file in message.files],
        "thread_ts": message.thread_ts,
        "edited": message.edited,
    }
    shape |= {key: value for key, value in optional.items() if value}
    if message.user and not message.bot_id and message.subtype in {"", "thread_broadcast"}:
        shape["client_msg_id"] = f"00000000-0000-4000-8000-{message.ts.replace('.', '')[-12:]}"
    if message.bot_id == app.bot_id:
        shape["bot_profile"] = bot_profile(app, message.team)
    return shape | message.more


def bot_profile(app: App, team: str) -> Json:
    return {"id": app.bot_id, "deleted": False, "name": app.name, "updated": 0, "app_id": app.id, "team_id": team}


def in_history(shape: Json, message: Message, channel: Channel) -> Json:
    """As with its thread, and with who replied and reacted."""
    shape = with_thread(shape, message, channel)
    if "reply_count" in shape:
        shape["reply_users"] = list(dict.fromkeys(one.user for one in channel.replies(message.ts) if one.user))
    if message.reactions:
        shape["reactions"] = [
            {"name": name, "users": users, "count": len(users)} for name, users in message.reactions.items()
        ]
    return shape


def with_thread(shape: Json, message: Message, channel: Channel) -> Json:
    """What has happened in a message's thread; a reply names whose thread it is in."""
    replies = channel.replies(message.ts)
    if replies:
        shape |= {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users_count": len({one.user for one in replies if one.user}),
            "latest_reply": replies[-1].ts,
        }
    if message.thread_ts not in {"", message.ts} and message.subtype != "thread_broadcast":
        parent = channel.messages.get(message.thread_ts)
        shape["parent_user_id"] = parent.user if parent else ""
    return shape


def rich_text(text: str) -> list[Json]:
    """What Slack makes of a line somebody types."""
    run = {"type": "text", "text": text}
    return [
        {"type": "rich_text", "block_id": "b1", "elements": [{"type": "rich_text_section", "elements": [run]}]},
    ]


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
