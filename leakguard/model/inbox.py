"""What a door was told and has acknowledged, kept until it has been dealt with: the exact words, never printed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxItem:
    """event_id: one event, however often it is delivered. lane: what must be done in order, such as one post.

    body: as it came. attempts: how often dealing with it did not end; next_try_at: not before this.
    """

    event_id: str
    lane: str
    body: bytes = field(repr=False)
    received_at: datetime
    attempts: int = 0
    next_try_at: datetime | None = None

    def __post_init__(self) -> None:
        assert self.event_id and self.lane, "an event has a name and a lane"
        assert self.received_at.tzinfo is not None, "times know their zone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was judged at a place last, so that the same content need not be judged again."""

    place: str
    digest: str = field(repr=False)
