"""chat.*: posting, changing and removing messages; a token removes what its owner may remove, and no more."""

from __future__ import annotations

from tests.fakes.slack import acts
from tests.fakes.slack.api.call import Call
from tests.fakes.slack.blocks import check_message
from tests.fakes.slack.shapes import bot_profile, message_json
from tests.fakes.slack.state import Channel, Json, Kind, Message, Refused, TokenKind
from tests.fakes.slack.workspace import DOMAIN, TEAM

LONGEST = 40_000


def post_message(call: Call) -> Json:
    channel = _to(call)
    _may_post(call, channel)
    author = call.workspace.users[call.token.user]
    text, blocks = _content(call)
    message = acts.post(
        call.workspace,
        channel,
        author,
        text,
        blocks=blocks,
        attachments=call.json("attachments") or [],
        thread_ts=_thread(call, channel),
        bot_id=call.workspace.app.bot_id,
        more={"metadata": call.json("metadata")} if call.json("metadata") else {},
    )
    return {"channel": channel.id, "ts": message.ts, "message": _answer(call, message)}


def post_ephemeral(call: Call) -> Json:
    channel = call.channel()
    _may_post(call, channel)
    user = call.needed("user", "user_not_in_channel")
    if user not in channel.members:
        raise Refused("user_not_in_channel")
    text, blocks = _content(call)
    ts = call.workspace.time.stamp()
    shown = {"channel": channel.id, "ts": ts, "text": text, "blocks": blocks}
    call.workspace.private.setdefault(user, []).append(shown)
    return {"message_ts": ts}


def update(call: Call) -> Json:
    channel, message = _message(call)
    if not _is_own(call, message):
        raise Refused("cant_update_message")
    minutes = call.workspace.settings.edit_minutes
    if minutes is not None and float(call.workspace.time.stamp()) > float(message.ts) + minutes * 60:
        raise Refused("edit_window_closed")
    text, blocks = _content(call)
    acts.change(call.workspace, message, call.token.user, text=text, blocks=blocks)
    shape = _answer(call, message)
    del shape["ts"]
    return {"channel": channel.id, "ts": message.ts, "text": text, "message": shape}


def delete(call: Call) -> Json:
    channel, message = _message(call)
    if not _may_delete(call, channel, message):
        raise Refused("cant_delete_message")
    acts.remove(call.workspace, message)
    return {"channel": channel.id, "ts": message.ts}


def permalink(call: Call) -> Json:
    channel = call.channel()
    message = call.workspace.seen_message(channel, call.needed("message_ts", "message_not_found"))
    path = f"archives/{channel.id}/p{message.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": f"https://{DOMAIN}.slack.com/{path}"}


def _may_delete(call: Call, channel: Channel, message: Message) -> bool:
    """The chain of the notes: bots their own; people their own unless limited; admins also others', not in DMs."""
    user = call.workspace.users[call.token.user]
    if _is_own(call, message):
        return user.is_admin or bool(user.bot_id) or not call.workspace.settings.only_admins_delete
    is_admin = call.token.kind is TokenKind.USER and user.is_admin
    is_direct = channel.kind in {Kind.IM, Kind.MPIM}
    return is_admin and not is_direct and message.team == TEAM and message.user != "USLACKBOT"


def _is_own(call: Call, message: Message) -> bool:
    return message.user == call.token.user


def _message(call: Call) -> tuple[Channel, Message]:
    channel = call.channel()
    message = call.workspace.seen_message(channel, call.needed("ts", "message_not_found"))
    if message.tombstoned:
        raise Refused("message_not_found")
    return channel, message


def _to(call: Call) -> Channel:
    """Writing to a person opens the direct conversation with them."""
    to = call.needed("channel", "channel_not_found")
    if to in call.workspace.users:
        return call.workspace.direct(call.token.user, to)
    return call.channel()


def _may_post(call: Call, channel: Channel) -> None:
    if channel.archived:
        raise Refused("is_archived")
    everywhere = channel.kind is Kind.PUBLIC and "chat:write.public" in call.token.scopes
    if call.token.user not in channel.members and not everywhere:
        raise Refused("not_in_channel")


def _content(call: Call) -> tuple[str, list[Json]]:
    text, blocks = call.text("text"), call.json("blocks") or []
    if not text and not blocks and not call.json("attachments"):
        raise Refused("no_text")
    check_message(blocks)
    return text[:LONGEST], blocks


def _thread(call: Call, channel: Channel) -> str:
    ts = call.text("thread_ts")
    if ts and ts not in channel.messages:
        raise Refused("thread_not_found")
    return ts


def _answer(call: Call, message: Message) -> Json:
    """What a bot wrote keeps its id, its app's id and its profile."""
    workspace = call.workspace
    shape = message_json(message, workspace.app, workspace.url)
    return shape | {"app_id": workspace.app.id, "bot_profile": bot_profile(workspace.app, TEAM)}
