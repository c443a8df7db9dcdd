"""One outcome per recipient at one instant, each with closed reason codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from leakguard.model.ids import ReleaseId, RuleId


class Action(StrEnum):
    """What is done for one recipient; `severity` orders them, the strictest wins."""

    FORWARD = "forward"
    FLAG = "flag"
    HOLD = "hold"
    REJECT = "reject"

    @property
    def severity(self) -> int:
        return _SEVERITY[self]

    @property
    def lets_through(self) -> bool:
        return self in (Action.FORWARD, Action.FLAG)


_SEVERITY = {Action.FORWARD: 0, Action.FLAG: 1, Action.HOLD: 2, Action.REJECT: 3}


class ReasonCode(StrEnum):
    """Why. A closed list: each has its row in docs/reasons.md."""

    NOTHING_FOUND = "nothing_found"
    RELEASE_PUBLIC = "release_public"
    ALL_HAVE_ACCESS = "all_have_access"
    SENDER_WITHOUT_ACCESS = "sender_without_access"
    RECIPIENT_NOT_LISTED = "recipient_not_listed"
    RECIPIENT_ACCESS_NOT_OPEN = "recipient_access_not_open"
    RECIPIENT_ACCESS_ENDED = "recipient_access_ended"
    RECIPIENT_DECLARATION_MISSING = "recipient_declaration_missing"
    RECIPIENT_SUSPENDED = "recipient_suspended"
    LIST_NOT_EXPANDED = "list_not_expanded"
    LIST_MEMBER_WITHOUT_ACCESS = "list_member_without_access"
    RELEASE_POSTPONED = "release_postponed"
    RELEASE_CANCELLED = "release_cancelled"
    LIFT_NOT_CONFIRMED = "lift_not_confirmed"
    RESTATES_OUTSIDE_WINDOW = "restates_outside_window"
    SHADOW_RULE = "shadow_rule"
    PART_NOT_READ = "part_not_read"
    PART_NOT_READ_ALL_HAVE_ACCESS = "part_not_read_all_have_access"
    APPROVED = "approved"
    RULEBOOK_CHANGED = "rulebook_changed"
    POSTED_AFTER_RELEASE = "posted_after_release"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Reason:
    code: ReasonCode
    release: ReleaseId | None = None
    rule: RuleId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """decide_again_at: the first instant at which the clock alone may make a held outcome milder, if there is one."""

    recipient: str
    action: Action
    reasons: tuple[Reason, ...]
    decide_again_at: datetime | None = None

    def releases(self) -> tuple[ReleaseId, ...]:
        """The releases that weigh in this outcome, without repeats."""
        return tuple(dict.fromkeys(reason.release for reason in self.reasons if reason.release is not None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """decided_at: the instant it holds for. rulebook: content hash of the book it was made from."""

    outcomes: tuple[Outcome, ...]
    decided_at: datetime
    rulebook: str

    @property
    def summary(self) -> str:
        """`forward`, `flag`, `hold` or `reject` when all agree on going or staying; `split` when they do not."""
        through = {outcome.action.lets_through for outcome in self.outcomes}
        if len(through) == 2:
            return "split"
        return max((outcome.action for outcome in self.outcomes), key=lambda action: action.severity).value

    @property
    def decide_again_at(self) -> datetime | None:
        times = [outcome.decide_again_at for outcome in self.outcomes if outcome.decide_again_at is not None]
        return min(times, default=None)

    def recipients(self, *actions: Action) -> tuple[str, ...]:
        return tuple(outcome.recipient for outcome in self.outcomes if outcome.action in actions)
