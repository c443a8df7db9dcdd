"""A decision as forms give it: its reason, one of a closed list with words of one's own, and when the page was made."""

from __future__ import annotations

from datetime import datetime

from leakguard.model.errors import Refused
from leakguard.web.messages import OTHER, WHY
from leakguard.web.visit import Visit


def reason_of(visit: Visit) -> str:
    """Raises Refused when neither the list nor the words say anything."""
    why, words = visit.text("why"), visit.text("reason")
    if why not in WHY:
        raise Refused("choose a reason")
    if why == OTHER:
        if len(words) < 10:
            raise Refused("write the reason in at least 10 characters")
        return words
    return f"{WHY[why]}. {words}" if words else WHY[why]


def seen_of(visit: Visit) -> datetime | None:
    """When the page that was decided from was made, as its form says. Raises Refused."""
    text = visit.text("seen")
    try:
        seen = datetime.fromisoformat(text) if text else None
    except ValueError:
        seen = None
    if text and (seen is None or seen.tzinfo is None):
        raise Refused("this form was changed on the way; open the page again")
    return seen
