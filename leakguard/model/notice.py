"""A notice to a person about a held message: which release, whom it was kept from, what happens next. No content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leakguard.model.ids import HeldId


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """to: where it goes. subject, text: ready to read, free of message content.

    dedupe: two notices of one dedupe key are one notice; the first wins.
    """

    id: str
    dedupe: str
    to: tuple[str, ...]
    subject: str
    text: str
    held: HeldId | None = None
    created_at: datetime
    attempts: int = 0
    next_try_at: datetime
    sent_at: datetime | None = None
