"""A message that somebody reported -> the event that has it inspected again, whatever was said of it before. Pure.

It goes the way of all events, so that what is found is kept and taken out as if Slack had just told of it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leakguard.channels.slack.events import lane_of
from leakguard.model.inbox import InboxItem

_MARK = "reported"  # beside the event; what Slack sends has no such key
_DOMAIN = re.compile(r"[a-z0-9-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """by: the handle of who reported it. where: an address at which people find it, or ""."""

    by: str
    where: str = ""


def as_item(shortcut: Mapping[str, Any], by: str, team: str, now: datetime) -> InboxItem:
    """shortcut: the payload of Slack, which has the message as its reporter sees it."""
    channel = str(shortcut["channel"]["id"])
    message: Mapping[str, Any] = shortcut["message"]
    name = f"report-{hashlib.sha256(str(shortcut['trigger_id']).encode()).hexdigest()[:16]}"
    envelope = {
        "type": "event_callback",
        "team_id": team,
        "event_id": name,
        "event": _event(message, channel),
        _MARK: {"by": by, "where": _address(shortcut, channel, str(message.get("ts", "")))},
    }
    body = json.dumps(envelope).encode("utf-8", "surrogatepass")
    return InboxItem(event_id=name, lane=lane_of(envelope), body=body, received_at=now)


def report_in(envelope: Mapping[str, Any]) -> Report | None:
    mark = envelope.get(_MARK)
    if not isinstance(mark, Mapping):
        return None
    return Report(by=str(mark.get("by", "")), where=str(mark.get("where", "")))


def _event(message: Mapping[str, Any], channel: str) -> Mapping[str, Any]:
    """What was edited is decided by the instant of its edit."""
    edited = message.get("edited")
    if isinstance(edited, Mapping) and edited.get("ts"):
        at = edited["ts"]
        changed = {"subtype": "message_changed", "message": message, "ts": at, "event_ts": at}
        return {"type": "message", "channel": channel, **changed}
    return {**message, "type": "message", "channel": channel, "event_ts": message.get("ts")}


def _address(shortcut: Mapping[str, Any], channel: str, ts: str) -> str:
    team = shortcut.get("team")
    domain = str(team.get("domain", "")) if isinstance(team, Mapping) else ""
    if not _DOMAIN.fullmatch(domain):
        return ""
    return f"https://{domain}.slack.com/archives/{channel}/p{ts.replace('.', '')}"
