"""Reasons and confidences in the words that people read, on pages and in notices. Generic: none of it is content."""

from __future__ import annotations

from leakguard.model.content import Confidence, GapKind
from leakguard.model.decision import ReasonCode

REASONS = {
    ReasonCode.NOTHING_FOUND: "nothing was found",
    ReasonCode.RELEASE_PUBLIC: "the release is public",
    ReasonCode.ALL_HAVE_ACCESS: "sender and recipient have access",
    ReasonCode.SENDER_WITHOUT_ACCESS: "the sender has no access",
    ReasonCode.RECIPIENT_NOT_LISTED: "is not on the access list",
    ReasonCode.RECIPIENT_ACCESS_NOT_OPEN: "access is not open yet",
    ReasonCode.RECIPIENT_ACCESS_ENDED: "access has ended",
    ReasonCode.RECIPIENT_DECLARATION_MISSING: "has not signed the declaration",
    ReasonCode.RECIPIENT_SUSPENDED: "access is suspended",
    ReasonCode.LIST_NOT_EXPANDED: "is a list whose members are not known",
    ReasonCode.LIST_MEMBER_WITHOUT_ACCESS: "is a list with a member without access",
    ReasonCode.RELEASE_POSTPONED: "the release is postponed",
    ReasonCode.RELEASE_CANCELLED: "the release is cancelled",
    ReasonCode.LIFT_NOT_CONFIRMED: "publication is not confirmed yet",
    ReasonCode.RESTATES_OUTSIDE_WINDOW: "repeats what is public, outside the sensitive window",
    ReasonCode.SHADOW_RULE: "the rule only records",
    ReasonCode.PART_NOT_READ: "a part could not be read",
    ReasonCode.PART_NOT_READ_ALL_HAVE_ACCESS: "a part could not be read, and everybody has access",
    ReasonCode.APPROVED: "a person let it go",
    ReasonCode.RULEBOOK_CHANGED: "was held before the rules or the calendar changed",
    ReasonCode.POSTED_AFTER_RELEASE: "is to be posted after this release",
}

SURENESS = {
    Confidence.HIGH: "gives the release away on its own",
    Confidence.MEDIUM: "probably gives the release away",
    Confidence.LOW: "a hint",
}

GAPS = {
    GapKind.ENCRYPTED: "encrypted",
    GapKind.UNSUPPORTED: "a format that cannot be read",
    GapKind.TOO_LARGE: "too large to be read whole",
    GapKind.TOO_DEEP: "packed too deep",
    GapKind.TOO_MANY: "too much of one kind",
    GapKind.DAMAGED: "damaged",
    GapKind.TIMED_OUT: "took too long to read",
    GapKind.CRASHED: "its reader failed",
    GapKind.AMBIGUOUS: "programs disagree on what it is",
    GapKind.INLINE_PICTURE: "a small picture within the text",
}
