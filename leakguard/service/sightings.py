"""How a post stood before people until it was taken out, as the audit has it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from leakguard.service.ports import AuditEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """How a post stood before people, and whether it is gone. why: what kept it there; by: whose right removed it."""

    at: datetime
    is_gone: bool
    channel: str
    by: str = ""
    why: str = ""
    visible_ms: int = 0
    heads: int = 0
    outsiders: int = 0
    is_everybody: bool = False
    post: str = ""

    @property
    def visible(self) -> str:
        """For how long, as people say it."""
        seconds = self.visible_ms / 1000
        if seconds < 1:
            return "less than a second"
        return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def sighting_of(entries: Iterable[AuditEntry]) -> Sighting | None:
    """The last word about it; files that stayed behind count as not gone. None of what nobody has seen."""
    told = [each for each in entries if each.kind in ("PostRemoved", "PostNotRemovable")]
    if not told:
        return None
    last = told[-1]
    return Sighting(
        at=last.at,
        is_gone=last.kind == "PostRemoved",
        channel=last.text("channel"),
        by=last.text("by"),
        why=last.text("why"),
        visible_ms=_number(last, "visible_ms"),
        heads=_number(last, "heads"),
        outsiders=_number(last, "outsiders"),
        is_everybody=last.body.get("everybody") is True,
        post=last.text("post"),
    )


def _number(entry: AuditEntry, name: str) -> int:
    value = entry.body.get(name)
    return value if isinstance(value, int) else 0
