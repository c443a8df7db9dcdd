"""The reason that every act of a person needs."""

from __future__ import annotations

from leakguard.model.errors import Refused

LONGEST = 2_000


def needed(reason: str, at_least: int = 1) -> str:
    """The reason without white space around it. Raises Refused when there is none, or hardly any, or a whole text."""
    reason = reason.strip()
    if not reason:
        raise Refused("give a reason")
    if len(reason) < at_least:
        raise Refused(f"give a reason of at least {at_least} characters")
    if len(reason) > LONGEST:
        raise Refused(f"give a reason of at most {LONGEST} characters")
    return reason
