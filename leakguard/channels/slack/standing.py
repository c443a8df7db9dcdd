"""Topics, purposes and names: words that stay at the head of a channel when the message that told of them is gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from leakguard.channels.slack.directory import Directory
from leakguard.channels.slack.mrkdwn import shown
from leakguard.channels.slack.removal import Standing, Target

_KINDS = {f"{kind}_{what.value}": what for kind in ("channel", "group") for what in Standing}


def standing_of(message: Mapping[str, Any]) -> Standing | None:
    """By the subtype: `channel_topic`, `group_purpose` and so on."""
    return _KINDS.get(str(message.get("subtype") or ""))


async def as_it_stands(target: Target, message: Mapping[str, Any], directory: Directory) -> Target:
    """Without what somebody has written over meanwhile. What Slack does not tell counts as still there."""
    if target.standing is None:
        return target
    said = message.get(target.standing.value)
    now = await directory.head_words(target.place.channel, target.standing.value)
    is_over = isinstance(said, str) and now is not None and _seen(said) != _seen(now)
    return replace(target, standing=None) if is_over else target


def _seen(words: str) -> str:
    return shown(words)[0].strip()
