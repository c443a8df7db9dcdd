"""What people have said about a held message so far, short of closing it. Their words are in the audit, not here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leakguard.model.embargo import ReleaseStatus
from leakguard.model.ids import ReleaseId


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """by: handle of who did it."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One person would send these copies; it takes a second. It stands for just these copies and releases."""

    by: str
    at: datetime
    recipients: tuple[str, ...]
    releases: tuple[ReleaseId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Copies were let go for this release, with its date and status as they stood; none where no calendar had it."""

    release: ReleaseId
    release_at: datetime | None = None
    status: ReleaseStatus | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """The author of a post wants it posted again by itself, once nothing holds it any more.

    release: where they chose one, not before this is public either.
    """

    by: str
    at: datetime
    release: ReleaseId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """kept: somebody looked, and leaves it to the lift. false_alarm: nothing of the release is in it, they say.

    posting: of a post only; nobody wants it posted where it is None.
    """

    kept: Mark | None = None
    proposal: Proposal | None = None
    escalated: Mark | None = None
    asked: Mark | None = None
    false_alarm: Mark | None = None
    approvals: tuple[Approval, ...] = ()
    posting: Posting | None = None

    @property
    def is_escalated(self) -> bool:
        """Until somebody has looked and left it to the lift."""
        if self.escalated is None:
            return False
        return self.kept is None or self.kept.at < self.escalated.at


UNREVIEWED = Review()
