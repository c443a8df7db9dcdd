"""What every event about a held message says: whose act, about which copies, for which releases. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypedDict

from leakguard.model.held import HeldMessage, HeldRecipient
from leakguard.model.ids import HeldId, ReleaseId
from leakguard.service.two_people import addresses


class About(TypedDict):
    at: datetime
    actor: str
    held: HeldId
    sender: str
    recipients: tuple[str, ...]
    releases: tuple[ReleaseId, ...]


def about(held: HeldMessage, chosen: Sequence[HeldRecipient], actor: str, now: datetime) -> About:
    """chosen: copies that it concerns; none in particular names nobody, and all releases that hold it."""
    return {
        "at": now,
        "actor": actor,
        "held": held.id,
        "sender": held.mail_from,
        "recipients": addresses(chosen),
        "releases": holding(held, chosen),
    }


def holding(held: HeldMessage, chosen: Sequence[HeldRecipient]) -> tuple[ReleaseId, ...]:
    """What holds these copies; of none in particular: all that are in our hands."""
    return replace(held, recipients=tuple(chosen)).releases() if chosen else held.releases()
