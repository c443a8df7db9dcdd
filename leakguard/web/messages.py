"""Sentences that a page says after an act. The address carries their key only: no text of anybody travels in a URL."""

from __future__ import annotations

TOLD = {
    "kept": "Recorded. It goes by itself at the lift.",
    "proposed": "Recorded. A second person has to approve before it is sent.",
    "approved": "Approved. It leaves in ten seconds; until then you can undo this.",
    "rejected": "Rejected. The sender is told in ten seconds; until then you can undo this.",
    "asked": "The sender was asked.",
    "escalated": "Escalated. The people on call are told.",
    "noted": "The note is recorded.",
    "false_alarm": "Recorded as a false alarm. A rule exception is proposed; nothing is changed by itself.",
    "undone": "Undone. It is held as before.",
    "stale": "Somebody else decided a moment ago. This page shows what they did; nothing of yours was recorded.",
    "postponed": "Postponed. It holds on every door now.",
    "cancelled": "Cancelled. The release stays embargoed.",
    "lifted": "Publication confirmed. What was held only for it goes now.",
    "suspended": "Access is suspended on every door.",
    "signed_out": "You are signed out.",
}
