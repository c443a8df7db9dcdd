"""Closed lists of words: what a page says after an act, and the reasons to choose from. A URL carries keys only."""

from __future__ import annotations

TOLD = {
    "some": "Recorded for some only. The others are as they were, or as somebody else decided first.",
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
    "list_confirmed": "The access list is confirmed as you saw it.",
    "incident_opened": "The incident is open.",
    "entry_made": "The entry is in the timeline.",
    "section_saved": "The section is saved.",
    "password_set": "Your password is set. Sign in with it.",
    "password_changed": "Your password is changed. Every other session of yours has ended.",
    "codes_on": "From now on a code is asked when you sign in.",
    "codes_off": "No code is asked any more.",
    "token_revoked": "The token is revoked.",
    "account_disabled": "The account is disabled, and whoever was signed in with it is out.",
    "account_enabled": "The account is enabled.",
    "account_roles": "The roles are changed; they count from the next request on.",
}

OTHER = "other"
WHY = {
    "looked": "Looked at; it can wait for the lift",
    "public": "What it says is public already",
    "access": "The recipients may have it",
    "not_about": "It is not about the release",
    "recipient": "It went to the wrong recipient",
    "results": "It gives results away",
    "asked": "The sender asked for it",
    OTHER: "Another reason, written below",
}
