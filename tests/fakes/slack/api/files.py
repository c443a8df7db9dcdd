"""files.*, and Discovery's tombstones: what may be taken from sight besides messages."""

from __future__ import annotations

import mimetypes

from tests.fakes.slack import acts
from tests.fakes.slack.api.call import Call
from tests.fakes.slack.shapes import file_json
from tests.fakes.slack.state import File, Json, Kind, Refused


def info(call: Call) -> Json:
    """Before Slack has looked at a file, its type is empty."""
    file = _file(call)
    shape = file_json(file, call.workspace.url) | {"channels": list(file.channels), "shares": _shares(call, file)}
    if file.ready_after > call.workspace.time.passed():
        shape |= {"mimetype": "", "filetype": "", "pretty_type": ""}
    return {"file": shape}


def _shares(call: Call, file: File) -> Json:
    """By which messages, so far as whoever asks may see them."""
    shares: Json = {}
    for channel in call.workspace.channels.values():
        kind = "public" if channel.kind is Kind.PUBLIC else "private"
        found = [each for each in channel.messages.values() if file in each.files and not each.tombstoned]
        if found and (channel.kind is Kind.PUBLIC or call.token.user in channel.members):
            told = [{"ts": each.ts, "reply_count": 0, "reply_users": [], "reply_users_count": 0} for each in found]
            shares.setdefault(kind, {})[channel.id] = told
    return shares


def upload_url(call: Call) -> Json:
    """The first of three steps; its bytes are posted to the address given."""
    id, name = call.workspace.new_id("F"), call.needed("filename")
    if not int(call.text("length") or 0):
        raise Refused("missing_argument")
    call.workspace.uploads[id] = File(
        id=id,
        name=name,
        title=name,
        mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream",
        user=call.token.user,
        created=int(call.workspace.time.wall()),
        content=b"",
    )
    return {"file_id": id, "upload_url": f"{call.workspace.url}/upload/{id}"}


def complete_upload(call: Call) -> Json:
    """Without a channel the file is nobody's but the uploader's."""
    asked, done = call.json("files") or [], []
    for one in asked:
        file = call.workspace.uploads.pop(one["id"], None)
        if file is None or not file.content:
            raise Refused("file_not_found")
        file.title = one.get("title") or file.name
        done.append(file)
    user, to = call.workspace.users[call.token.user], call.text("channel_id")
    if to:
        channel = call.workspace.seen_channel(to, call.token)
        if call.token.user not in channel.members:
            raise Refused("not_in_channel")
        acts.upload(call.workspace, channel, user, done, call.text("initial_comment"), call.text("thread_ts"))
    call.workspace.files |= {file.id: file for file in done}
    return {"files": [file_json(file, call.workspace.url) for file in done]}


def delete(call: Call) -> Json:
    file = _file(call)
    if file.user != call.token.user and not call.workspace.users[call.token.user].is_admin:
        raise Refused("cant_delete_file")
    acts.delete_file(call.workspace, file)
    return {}


def revoke_public_url(call: Call) -> Json:
    file = _file(call)
    if file.user != call.token.user and not call.workspace.users[call.token.user].is_admin:
        raise Refused("not_allowed")
    file.public_url = False
    return {"file": file_json(file, call.workspace.url)}


def tombstone_message(call: Call) -> Json:
    return _set_tombstone(call, hidden=True)


def restore_message(call: Call) -> Json:
    return _set_tombstone(call, hidden=False)


def delete_message(call: Call) -> Json:
    """Of anybody, anywhere."""
    channel = call.channel()
    acts.remove(call.workspace, call.workspace.seen_message(channel, call.needed("ts")))
    return {}


def tombstone_file(call: Call) -> Json:
    acts.delete_file(call.workspace, call.workspace.seen_file(call.needed("file"), call.token))
    return {}


def restore_file(call: Call) -> Json:
    file = call.workspace.files.get(call.needed("file"))
    if file is None:
        raise Refused("file_not_found")
    file.tombstoned = False
    return {}


def _set_tombstone(call: Call, *, hidden: bool) -> Json:
    message = call.workspace.seen_message(call.channel(), call.needed("ts"))
    acts.set_tombstone(call.workspace, message, hidden)
    return {}


def _file(call: Call) -> File:
    return call.workspace.seen_file(call.needed("file", "file_not_found"), call.token)
