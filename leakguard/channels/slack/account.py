"""What the audit hears of a post that is held: where, how long, before whom, and what became of it. No content."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from leakguard.channels.slack.audience import Audience
from leakguard.channels.slack.events import Post
from leakguard.channels.slack.removal import Target
from leakguard.channels.slack.removing import Outcome
from leakguard.model.events import Event, PostNotRemovable, PostRemoved
from leakguard.service.posts import Judged

log = structlog.get_logger("leakguard.slack")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """sender: the author's handle, or ""."""

    post: Post
    audience: Audience
    sender: str
    target: Target


def told_of(scene: Scene, judged: Judged, outcome: Outcome, now: datetime) -> list[Event]:
    """Of a removal that was tried: what went, and what is left."""
    events: list[Event] = []
    if outcome.by is not None:
        events.append(removed(scene, judged, now, by=outcome.by.value, files=outcome.files))
    events += [not_removable(scene, judged, now, why=why, outcome=outcome) for why in _left(scene, outcome)]
    return events


def _left(scene: Scene, outcome: Outcome) -> Iterator[str]:
    if outcome.is_public:
        yield "public"
        return
    if outcome.by is None and (scene.target.ts or scene.target.files):
        yield "refused" if outcome.tried else "no_right"
    elif outcome.files_left:
        yield "files_left"
    if outcome.text_left:
        yield "text_left"


def removed(
    scene: Scene, judged: Judged, now: datetime, *, by: str, files: int = 0, until: datetime | None = None
) -> PostRemoved:
    """until: when it went, where that was not just now."""
    event = PostRemoved(**_about(scene, judged, now, until), by=by, files=files)
    log.info("post.removed", held=event.held, kind=by, ms=event.visible_ms)
    return event


def not_removable(
    scene: Scene, judged: Judged, now: datetime, *, why: str, outcome: Outcome | None = None
) -> PostNotRemovable:
    tried, codes = (outcome.tried, outcome.codes) if outcome is not None else ((), ())
    event = PostNotRemovable(**_about(scene, judged, now), why=why, tried=tried, codes=codes)
    log.error("post.not_removable", held=event.held, kind=why, ms=event.visible_ms, alarm=True)
    return event


def _about(scene: Scene, judged: Judged, now: datetime, until: datetime | None = None) -> dict[str, Any]:
    assert judged.held is not None, "only what is held is told of"
    visible = (until or now) - scene.post.seen_at
    return {
        "at": now,
        "held": judged.held.id,
        "sender": scene.sender,
        "recipients": tuple(each.recipient.address for each in judged.held.recipients),
        "releases": judged.releases,
        "channel": scene.post.channel,
        "post": scene.post.ts,
        "visible_ms": max(0, visible // timedelta(milliseconds=1)),
        "heads": scene.audience.heads,
        "outsiders": scene.audience.outsiders,
        "everybody": scene.audience.is_everybody,
    }
