"""What is to be put up again: read from the exact event that was kept beside a post. Pure."""

from __future__ import annotations

import email
import email.policy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

MOST_BLOCKS = 50  # of Slack's, in one message
_FOR_THEM = "Posted for <@{author}> by LeakGuard, as they asked before the release."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """thread: the message that it answers, or "". author: a user id, or "" where nobody is named."""

    channel: str
    thread: str = ""
    author: str = ""
    text: str = field(default="", repr=False)
    blocks: tuple[Any, ...] = field(default=(), repr=False)
    has_files: bool = False

    @property
    def as_blocks(self) -> dict[str, str]:
        """Arguments of `chat.postMessage`: what is too much for one message's blocks goes below them."""
        if not self.blocks:
            return {}
        rest = list(self.blocks[MOST_BLOCKS:])
        below = {"attachments": json.dumps([{"blocks": rest}])} if rest else {}
        return {"blocks": json.dumps(list(self.blocks[:MOST_BLOCKS])), **below}

    def for_them(self) -> Wanted:
        """As our own bot says it for its author."""
        if not self.author:
            return self
        said = _FOR_THEM.format(author=self.author)
        note = {"type": "context", "elements": [{"type": "mrkdwn", "text": said}]}
        return replace(self, text=f"{said}\n{self.text}", blocks=(note, *self.blocks) if self.blocks else self.blocks)


def wanted(head: bytes) -> Wanted | None:
    """None for what names no channel."""
    try:
        envelope = json.loads(head)
    except (ValueError, RecursionError):
        return None
    event = _mapping(_mapping(envelope).get("event"))
    message = _mapping(event.get("message")) if event.get("subtype") == "message_changed" else event
    if event.get("subtype") == "message_deleted":
        message = _mapping(event.get("previous_message"))
    channel = event.get("channel")
    if not isinstance(channel, str) or not channel:
        return None
    blocks = message.get("blocks")
    thread, ts = message.get("thread_ts"), message.get("ts")
    return Wanted(
        channel=channel,
        thread=thread if isinstance(thread, str) and thread != ts else "",
        author=str(message.get("user") or ""),
        text=str(message.get("text") or ""),
        blocks=tuple(blocks) if isinstance(blocks, list) else (),
        has_files=bool(message.get("files")),
    )


def as_event(channel: str, author: str, text: str, blocks: list[Any]) -> bytes:
    """What is kept of a post that nobody has seen yet, in the shape of an event of Slack's."""
    message = {"type": "message", "channel": channel, "user": author, "text": text, "blocks": blocks}
    return json.dumps({"type": "scheduled", "event": message}).encode("utf-8", "surrogatepass")


def attached(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file of a composed post."""
    for part in email.message_from_bytes(content, policy=email.policy.default).walk():
        if part.get_content_disposition() == "attachment":
            found = part.get_payload(decode=True)
            if isinstance(found, bytes):
                yield part.get_filename() or "", found


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
