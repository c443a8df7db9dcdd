"""conversations.*: what is there, who is in it, what was said. Private ones do not exist for outsiders."""

from __future__ import annotations

from tests.fakes.slack import acts
from tests.fakes.slack.api.call import Call
from tests.fakes.slack.shapes import channel_json, in_history, message_json
from tests.fakes.slack.state import Channel, Json, Kind, Message, Refused, TokenKind
from tests.fakes.slack.workspace import TEAM

KINDS = {"public_channel": Kind.PUBLIC, "private_channel": Kind.PRIVATE, "im": Kind.IM, "mpim": Kind.MPIM}


def info(call: Call) -> Json:
    channel = call.channel()
    call.scope(f"{channel.kind.scope}:read")
    shape = channel_json(channel, TEAM, call.token.user)
    if call.yes("include_num_members"):
        shape["num_members"] = len(channel.members)
    return {"channel": shape}


def list_(call: Call) -> Json:
    """types: public_channel alone, unless asked."""
    kinds = [KINDS[one] for one in (call.text("types") or "public_channel").split(",") if one in KINDS]
    if not kinds:
        raise Refused("invalid_types")
    for kind in kinds:
        call.scope(f"{kind.scope}:read")
    hide = call.yes("exclude_archived")
    seen = [
        one
        for one in call.workspace.channels.values()
        if one.kind in kinds and call.workspace.sees(call.token, one) and not (hide and one.archived)
    ]
    page, cursor = call.page(seen, 1000)
    shapes = [channel_json(one, TEAM, call.token.user) | {"num_members": len(one.members)} for one in page]
    return {"channels": shapes, "response_metadata": {"next_cursor": cursor}}


def members(call: Call) -> Json:
    channel = call.channel()
    call.scope(f"{channel.kind.scope}:read")
    page, cursor = call.page(channel.members, 1000)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def history(call: Call) -> Json:
    """Newest first; of a thread only the parent, and replies that were sent to the channel too."""
    channel = call.inside("history")
    said = [
        message
        for message in reversed(channel.messages.values())
        if message.thread_ts in {"", message.ts} or message.subtype == "thread_broadcast"
    ]
    said = [message for message in said if _within(call, message)]
    page, cursor = call.page_of_messages(said, 999, newest_first=True)
    return {
        "messages": [_shape(call, channel, one) for one in page],
        "has_more": bool(cursor),
        "pin_count": 0,
        "response_metadata": {"next_cursor": cursor},
    }


def replies(call: Call) -> Json:
    channel = call.inside("history")
    parent = channel.messages.get(call.needed("ts", "thread_not_found"))
    if parent is None:
        raise Refused("thread_not_found")
    thread = [parent, *(one for one in channel.replies(parent.ts) if _within(call, one))]
    page, cursor = call.page_of_messages(thread, 1000, newest_first=False)
    shapes = [_shape(call, channel, one) for one in page]
    return {"messages": shapes, "has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}}


def join(call: Call) -> Json:
    channel = call.channel()
    if channel.kind is not Kind.PUBLIC:
        raise Refused("method_not_supported_for_channel_type")
    if channel.archived:
        raise Refused("is_archived")
    acts.join(call.workspace, channel, call.workspace.users[call.token.user])
    return {"channel": channel_json(channel, TEAM, call.token.user)}


def open_(call: Call) -> Json:
    """A direct conversation with the users named, or one already open."""
    if call.text("channel"):
        return {"channel": {"id": call.channel().id}}
    people = [one for one in call.needed("users", "users_list_not_supplied").split(",") if one]
    for one in people:
        call.workspace.user(one)
    channel = call.workspace.direct(call.token.user, *people)
    call.scope(f"{channel.kind.scope}:write")
    shape = channel_json(channel, TEAM, call.token.user) if call.yes("return_im") else {"id": channel.id}
    return {"channel": shape}


def set_topic(call: Call) -> Json:
    channel, topic = _to_be_told(call, "topic")
    acts.set_topic(call.workspace, channel, call.workspace.users[call.token.user], topic)
    return {"channel": channel_json(channel, TEAM, call.token.user)}


def set_purpose(call: Call) -> Json:
    channel, purpose = _to_be_told(call, "purpose")
    acts.set_purpose(call.workspace, channel, call.workspace.users[call.token.user], purpose)
    return {"channel": channel_json(channel, TEAM, call.token.user)}


def _to_be_told(call: Call, what: str) -> tuple[Channel, str]:
    """One writes over a conversation that one is in, and not over a direct one."""
    channel = call.channel()
    if channel.kind is Kind.IM:
        raise Refused("method_not_supported_for_channel_type")
    manage = "manage" if call.token.kind is TokenKind.BOT else "write"
    call.scope(f"{channel.kind.scope}:{manage}", f"{channel.kind.scope}:write", f"{channel.kind.scope}:write.topic")
    if channel.archived:
        raise Refused("is_archived")
    if call.token.user not in channel.members:
        raise Refused("not_in_channel")
    if len(call.text(what)) > 250:
        raise Refused("too_long")
    return channel, call.text(what)


def _shape(call: Call, channel: Channel, message: Message) -> Json:
    shape = message_json(message, call.workspace.app, call.workspace.url)
    return in_history(shape, message, channel)


def _within(call: Call, message: Message) -> bool:
    """oldest and latest: bounds left out, unless `inclusive`."""
    oldest, latest, ts = float(call.text("oldest") or 0), float(call.text("latest") or "inf"), float(message.ts)
    if call.yes("inclusive"):
        return oldest <= ts <= latest
    return oldest < ts < latest
