"""What each scope of the manifest is for, as an administrator is told it when it was not granted."""

from __future__ import annotations

from collections.abc import Iterable

BOT = {
    "app_mentions:read": "messages that name LeakGuard are not told to it",
    "canvases:read": "canvases are not read, which makes each one a gap",
    "channels:history": "posts in public channels are not heard",
    "channels:join": "LeakGuard cannot join public channels by itself",
    "channels:read": "it is not known who is in a public channel",
    "channels:write.topic": "topics and purposes of public channels are not blanked",
    "chat:write": "LeakGuard can tell nobody anything, and cannot take its own posts back",
    "commands": "the shortcuts and /embargo do not work",
    "files:read": "files are not read, which makes each one a gap",
    "files:write": "a held post with files is not put up for an author who did not agree",
    "groups:history": "posts in private channels are not heard",
    "groups:read": "it is not known who is in a private channel",
    "groups:write.topic": "topics and purposes of private channels are not blanked",
    "im:history": "what people write to LeakGuard is not heard",
    "im:read": "it is not known who writes to LeakGuard",
    "im:write": "senders cannot be told in private",
    "lists:read": "lists are not read, which makes each one a gap",
    "mpim:history": "direct messages of several people are not heard, even with LeakGuard among them",
    "mpim:read": "it is not known who is in a direct message of several",
    "team:read": "the workspace's name and domain are not known",
    "usergroups:read": "user groups cannot be called upon",
    "users:read": "nobody is known, so that nobody has access",
    "users:read.email": "e-mail addresses are missing, so that nobody is known to the access lists",
}
# An administrator may leave these of the bot's out of the manifest; the rest goes on.
OPTIONAL = frozenset({"canvases:read", "lists:read", "channels:write.topic", "groups:write.topic", "files:write"})
PERSON = {
    "chat:write": "it removes no posts",
    "files:write": "it removes no files",
    "files:read": "files in what they write are not read",
    "channels:history": "their posts in channels without LeakGuard are not heard",
    "groups:history": "their posts in private channels without LeakGuard are not heard",
    "channels:read": "it is not known who is in such channels",
    "groups:read": "it is not known who is in such private channels",
    "im:history": "their direct messages are not heard",
    "mpim:history": "their direct messages with several people are not heard",
    "im:read": "it is not known who is in their direct messages",
    "mpim:read": "it is not known who is in their direct messages with several people",
}
ENFORCER = ("chat:write", "files:write")
DISCOVERY = {"discovery:write": "it hides nothing"}
SOCKETS = {"connections:write": "no connection can be opened"}


# What does not work where no channel is named.
ROOMS = {
    "compliance_channel": "none is named: compliance is told by mail and on the pages, and not in Slack",
    "canary_channel": "none is named: that LeakGuard hears nothing any more cannot be noticed",
}


def without(missing: Iterable[str], meanings: dict[str, str]) -> str:
    """One clause for each scope: its name, and what does not work without it."""
    return "; ".join(f"{each} ({meanings.get(each, 'what needs it does not work')})" for each in missing)
