"""What happens in a workspace, by people and by apps alike; each act is published as Slack publishes it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from tests.fakes.slack.shapes import message_json, with_thread
from tests.fakes.slack.state import Channel, File, Json, Kind, Message, User
from tests.fakes.slack.workspace import TEAM, Workspace


def post(workspace: Workspace, channel: Channel, user: User | None, text: str, **more: Any) -> Message:
    """more: further fields of `Message`."""
    message = Message(
        ts=workspace.time.stamp(),
        channel=channel.id,
        user=user.id if user else None,
        team=user.team if user else TEAM,
        text=text,
        **more,
    )
    channel.messages[message.ts] = message
    shape = with_thread(message_json(message, workspace.app, workspace.url), message, channel)
    _publish_message(workspace, channel, shape)
    if f"<@{workspace.app.user}>" in text and not message.subtype:
        event = {**shape, "type": "app_mention", "channel": channel.id, "event_ts": message.ts}
        workspace.publish("app_mention", event, channel)
    if message.thread_ts:
        _publish_reply(workspace, channel, message.thread_ts)
    return message


def change(workspace: Workspace, message: Message, by: str, **fields: Any) -> None:
    """by: who edits; nobody when Slack itself does, as with unfurls."""
    before = _shape(workspace, message)
    for name, value in fields.items():
        setattr(message, name, value)
    now = workspace.time.stamp()
    if by:
        message.edited = {"user": by, "ts": now}
    _publish_changed(workspace, message, before, now)


def remove(workspace: Workspace, message: Message) -> None:
    """A message with replies leaves a tombstone, as their parent."""
    channel = workspace.channels[message.channel]
    before, now = _shape(workspace, message), workspace.time.stamp()
    if channel.replies(message.ts):
        message.tombstoned = True
        _publish_changed(workspace, message, before, now)
        return
    del channel.messages[message.ts]
    event = {"subtype": "message_deleted", "hidden": True, "deleted_ts": message.ts, "previous_message": before}
    _publish_message(workspace, channel, {"type": "message", **event, "ts": now})


def set_tombstone(workspace: Workspace, message: Message, hidden: bool) -> None:
    before = _shape(workspace, message)
    message.tombstoned = hidden
    _publish_changed(workspace, message, before, workspace.time.stamp())


def upload(
    workspace: Workspace, channel: Channel, user: User, files: list[File], text: str, thread_ts: str = ""
) -> Message:
    for file in files:
        workspace.files[file.id] = file
        _publish_file(workspace, "file_created", file, {"user_id": user.id})
        share(workspace, channel, user, file)
    more = {"bot_id": user.bot_id} if user.bot_id else {}
    return post(workspace, channel, user, text, subtype="file_share", files=files, thread_ts=thread_ts, **more)


def share(workspace: Workspace, channel: Channel, user: User, file: File) -> None:
    file.channels.append(channel.id)
    _publish_file(workspace, "file_shared", file, {"user_id": user.id, "channel_id": channel.id})


def change_file(workspace: Workspace, file: File, content: bytes) -> None:
    file.content = content
    file.changed = int(workspace.time.wall())
    _publish_file(workspace, "file_change", file, {})


def publish_file(workspace: Workspace, file: File, user: User) -> None:
    """Makes the link that anybody on earth may open."""
    file.public_url = True
    _publish_file(workspace, "file_public", file, {"user_id": user.id})


def delete_file(workspace: Workspace, file: File) -> None:
    """Messages keep its place; what they show of it is a tombstone."""
    for channel in (workspace.channels[one] for one in file.channels):
        for message in channel.messages.values():
            if file in message.files:
                before = _shape(workspace, message)
                file.tombstoned = True
                _publish_changed(workspace, message, before, workspace.time.stamp())
    file.tombstoned = True
    event = {"type": "file_deleted", "file_id": file.id, "channel_ids": file.channels}
    workspace.publish("file_deleted", {**event, "event_ts": workspace.time.stamp()}, None)


def set_topic(workspace: Workspace, channel: Channel, user: User, topic: str) -> Message:
    channel.topic = topic
    return _tell_of_channel(workspace, channel, user, "topic", topic)


def set_purpose(workspace: Workspace, channel: Channel, user: User, purpose: str) -> Message:
    channel.purpose = purpose
    return _tell_of_channel(workspace, channel, user, "purpose", purpose)


def rename(workspace: Workspace, channel: Channel, user: User, name: str) -> Message:
    """Said twice: to the channel, and to the app."""
    old, channel.name = channel.name, name
    kind = "group" if channel.kind == "group" else "channel"
    text = f'<@{user.id}> has renamed the channel from "{old}" to "{name}"'
    message = post(workspace, channel, user, text, subtype=f"{kind}_name", more={"old_name": old, "name": name})
    shape = {"id": channel.id, "is_channel": kind == "channel", "name": name, "name_normalized": name}
    event = {"type": f"{kind}_rename", "channel": shape | {"created": channel.created}}
    workspace.publish(event["type"], event | {"event_ts": workspace.time.stamp()}, channel)
    return message


def join(workspace: Workspace, channel: Channel, user: User, inviter: str = "") -> None:
    if user.id in channel.members:
        return
    channel.members.append(user.id)
    event = {"type": "member_joined_channel", "user": user.id, "team": user.team, **_where(channel)}
    event |= {"event_ts": workspace.time.stamp()} | ({"inviter": inviter} if inviter else {})
    workspace.publish("member_joined_channel", event, channel)
    more = {"inviter": inviter} if inviter else {}
    post(workspace, channel, user, f"<@{user.id}> has joined the channel", subtype="channel_join", more=more)


def leave(workspace: Workspace, channel: Channel, user: User) -> None:
    """The app hears of it when it was there, even when it is the one that left; of itself by an event more."""
    if user.id == workspace.app.user:
        name = "channel_left" if channel.kind is Kind.PUBLIC else "group_left"
        left = {"type": name, "channel": channel.id, "event_ts": workspace.time.stamp()}
        workspace.publish(name, left, channel)
    event = {"type": "member_left_channel", "user": user.id, "team": user.team, **_where(channel)}
    workspace.publish("member_left_channel", event | {"event_ts": workspace.time.stamp()}, channel)
    channel.members.remove(user.id)


def share_outside(workspace: Workspace, channel: Channel, team: str) -> None:
    channel.shared_with.append(team)
    event = {"type": "channel_shared", "connected_team_id": team, "channel": channel.id}
    workspace.publish("channel_shared", event | {"event_ts": workspace.time.stamp()}, channel)


def unshare(workspace: Workspace, channel: Channel, team: str) -> None:
    channel.shared_with.remove(team)
    event = {"type": "channel_unshared", "previously_connected_team_id": team, "channel": channel.id}
    event |= {"is_ext_shared": bool(channel.shared_with), "event_ts": workspace.time.stamp()}
    workspace.publish("channel_unshared", event, channel)


def _tell_of_channel(workspace: Workspace, channel: Channel, user: User, what: str, words: str) -> Message:
    kind = "group" if channel.kind == "group" else "channel"
    text = f"<@{user.id}> {f'set the channel {what}: {words}' if words else f'cleared channel {what}'}"
    more = {"bot_id": user.bot_id} if user.bot_id else {}
    return post(workspace, channel, user, text, subtype=f"{kind}_{what}", more={what: words}, **more)


def _where(channel: Channel) -> Json:
    return {"channel": channel.id, "channel_type": "C" if channel.kind == "channel" else "G"}


def _shape(workspace: Workspace, message: Message) -> Json:
    channel = workspace.channels[message.channel]
    return deepcopy(with_thread(message_json(message, workspace.app, workspace.url), message, channel))


def _publish_message(workspace: Workspace, channel: Channel, shape: Json) -> None:
    event = {**shape, "channel": channel.id, "event_ts": shape["ts"], "channel_type": channel.kind.value}
    workspace.publish(f"message.{channel.kind.scope}", deepcopy(event), channel)


def _publish_changed(workspace: Workspace, message: Message, before: Json, now: str) -> None:
    event = {"type": "message", "subtype": "message_changed", "hidden": True, "message": _shape(workspace, message)}
    channel = workspace.channels[message.channel]
    _publish_message(workspace, channel, {**event, "previous_message": before, "ts": now})


def _publish_reply(workspace: Workspace, channel: Channel, thread_ts: str) -> None:
    parent = channel.messages.get(thread_ts)
    if parent is not None:
        event = {"type": "message", "subtype": "message_replied", "hidden": True}
        event["message"] = _shape(workspace, parent)
        now = workspace.time.stamp()
        event |= {"channel": channel.id, "ts": now, "event_ts": now}
        workspace.publish(f"message.{channel.kind.scope}", event, channel)


def _publish_file(workspace: Workspace, name: str, file: File, more: Json) -> None:
    event = {"type": name, "file_id": file.id, "file": {"id": file.id}, **more, "event_ts": workspace.time.stamp()}
    if name == "file_change":
        del event["event_ts"]
    channels = [workspace.channels[one] for one in file.channels]
    workspace.publish(name, event, channels[-1] if channels else None)
