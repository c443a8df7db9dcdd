"""The reason of a decision as forms give it: one of a closed list, with words of one's own."""

from __future__ import annotations

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
