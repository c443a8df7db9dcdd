"""What the relay would do with a message, without doing it: the same inspection, the same decision, no side effect.

A layer contract keeps store, notices and next hop out of this room's reach.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from leakguard.extract import Limits
from leakguard.inspection import inspect
from leakguard.model.content import Confidence, Finding, Verdict
from leakguard.model.decision import Action, Decision
from leakguard.model.embargo import Book, Release
from leakguard.model.message import Channel, Direction, Facts
from leakguard.policy import Policy, confidence_for, decide, releases_in_play
from leakguard.rulebook import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One message and the circumstances it is checked for. `at` is aware."""

    id: str
    at: datetime
    mail_from: str
    recipients: tuple[str, ...]
    direction: Direction = Direction.OUTBOUND
    channel: Channel = Channel.EMAIL
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    case: Case
    verdict: Verdict
    decision: Decision
    book: Book

    def as_json(self) -> dict[str, Any]:
        """The public form: its names are a contract with other programs. Times are ISO 8601 in UTC."""
        return {
            "id": self.case.id,
            "decision": self.decision.summary,
            "decide_again_at": utc_text(self.decision.decide_again_at),
            "outcomes": [
                {
                    "recipient": outcome.recipient,
                    "action": outcome.action.value,
                    "reasons": [
                        {"code": reason.code.value, "release": reason.release, "rule": reason.rule}
                        for reason in outcome.reasons
                    ],
                    "decide_again_at": utc_text(outcome.decide_again_at),
                }
                for outcome in self.decision.outcomes
            ],
            "findings": [each for finding in self.verdict.findings for each in self._finding(finding)],
            "gaps": [{"part": gap.part, "kind": gap.kind.value, "detail": gap.detail} for gap in self.verdict.gaps],
            "rulebook": self.decision.rulebook,
        }

    def _finding(self, finding: Finding) -> Iterator[dict[str, Any]]:
        releases = releases_in_play(self.book, finding.scope, self.case.at) or self.book.in_scope(finding.scope)[-1:]
        for release in releases or (None,):
            yield {
                "rule": finding.rule,
                "release": release.id if release else None,
                "confidence": self.confidence(finding, release).value,
                "part": finding.part,
                "place": finding.place,
                "section": finding.section.value,
                "text": finding.text,
                "finding": finding.id,
                "title": finding.title,
                "because": finding.because,
                "shadow": finding.shadow,
            }

    def confidence(self, finding: Finding, release: Release | None) -> Confidence:
        if release is None:
            return finding.confidence_at(self.case.at)
        return confidence_for(finding, release, self.case.at)

    def confidence_now(self, finding: Finding) -> Confidence:
        """How sure it is that it gives some release in play away."""
        releases = releases_in_play(self.book, finding.scope, self.case.at) or (None,)
        order = list(Confidence)
        return min((self.confidence(finding, each) for each in releases), key=order.index)

    def is_at_least(self, action: Action) -> bool:
        return any(outcome.action.severity >= action.severity for outcome in self.decision.outcomes)


def check(case: Case, rulebook: Rulebook, limits: Limits, policy: Policy) -> Checked:
    """The decision that the relay would make about this message at that instant."""
    verdict = inspect(
        case.content,
        detector=rulebook.detector,
        digest=rulebook.digest,
        limits=limits,
        direction=case.direction,
        channel=case.channel,
        passwords=rulebook.passwords,
    )
    facts = Facts(mail_from=case.mail_from, recipients=case.recipients)
    decision = decide(facts, verdict, rulebook.book, policy, case.at)
    return Checked(case=case, verdict=verdict, decision=decision, book=rulebook.book)


def utc_text(time: datetime | None) -> str | None:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z") if time is not None else None
