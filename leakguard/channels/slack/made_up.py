"""A message that was found by looking back -> the event by which it would have been heard. Pure.

The same message, as it is now, gives the same event, so that finding it twice is hearing it once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from leakguard.channels.slack.events import Inspect, Own, Post, lane_of, todo
from leakguard.channels.slack.times import stamp
from leakguard.model.inbox import InboxItem

_NOT_OF_THE_POST = frozenset({"reactions", "pinned_to", "pinned_info"})  # events of posts do not have them


def made_up(
    team: str, channel: str, message: Mapping[str, Any], *, changed_at: datetime | None = None
) -> dict[str, Any]:
    """As it was posted, or edited. changed_at: since when it stands there so at the earliest, where we know more."""
    said = {key: value for key, value in message.items() if key not in _NOT_OF_THE_POST}
    if changed_at is not None:
        at = stamp(changed_at)
        inner: dict[str, Any] = {"type": "message", "subtype": "message_changed", "message": said}
        inner |= {"channel": channel, "ts": at, "event_ts": at}
    else:
        inner = {**said, "type": "message", "channel": channel, "event_ts": said.get("ts")}
    return {"type": "event_callback", "team_id": team, "event": inner}


def post_in(envelope: Mapping[str, Any], own: Own) -> Post | None:
    """The post that an event would have us inspect; None where nothing is to be inspected."""
    act = todo(envelope, own)
    return act.post if isinstance(act, Inspect) else None


def item_of(envelope: Mapping[str, Any], post: Post, digest: str, now: datetime) -> InboxItem:
    edited = post.content.get("edited")
    edited_at = str(edited.get("ts")) if isinstance(edited, Mapping) else ""
    name = json.dumps([post.team, post.channel, post.ts, edited_at, digest])
    event_id = "look-back " + hashlib.sha256(name.encode()).hexdigest()
    body = json.dumps({**envelope, "event_id": event_id}).encode()
    return InboxItem(event_id=event_id, lane=lane_of(envelope), body=body, received_at=now)
