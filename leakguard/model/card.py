"""What people in Slack were shown of a held post, so that it can be changed in place when something becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from leakguard.model.ids import HeldId


class CardFor(StrEnum):
    COMPLIANCE = "compliance"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """channel, ts: Slack's names of the message that it is. digest: of what it says."""

    held: HeldId
    whose: CardFor
    channel: str
    ts: str
    digest: str = field(repr=False)
