"""Decisions, held messages and releases in words and columns that people read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from leakguard.check import Checked
from leakguard.model.decision import Outcome, Reason
from leakguard.model.embargo import Book, Release
from leakguard.model.held import HeldMessage, HeldRecipient
from leakguard.model.ids import ReleaseId
from leakguard.model.time_text import full_time, with_countdown
from leakguard.rulebook import Rulebook


def show_checked(checked: Checked, rulebook: Rulebook) -> str:
    """The decision in full, for somebody at a terminal."""
    book, at = rulebook.book, checked.case.at
    lines = [f"{checked.decision.summary.upper()}  {checked.case.id}  at {_when(at, book, checked.decision.outcomes)}"]
    for outcome in checked.decision.outcomes:
        lines.append(f"  {outcome.action.value:8}{outcome.recipient}")
        lines += [f"            {reason_text(reason, book)}" for reason in outcome.reasons]
        if outcome.decide_again_at is not None:
            zone = zone_of(outcome.releases(), book)
            lines.append(f"            decided again {with_countdown(outcome.decide_again_at, zone, at)}")
    for finding in checked.verdict.findings:
        shadow = ", shadow" if finding.shadow else ""
        lines.append(
            f"  found   {finding.rule}/{finding.id} ({checked.confidence_now(finding)}{shadow}), {finding.place}"
        )
        lines.append(f"            {finding.because or finding.title}: “{' '.join(finding.text.split())}”")
    lines += [f"  gap     {gap.kind.value} in part {gap.part} {gap.detail}".rstrip() for gap in checked.verdict.gaps]
    lines.append(f"  rulebook {checked.decision.rulebook}")
    return "\n".join(lines)


def _when(at: datetime, book: Book, outcomes: Iterable[Outcome]) -> str:
    releases = [release for outcome in outcomes for release in outcome.releases()]
    return full_time(at, zone_of(releases, book))


def reason_text(reason: Reason, book: Book) -> str:
    """A reason code in words, with what it is about."""
    about = [str(each) for each in (reason.release, reason.rule) if each is not None]
    words = reason.code.value.replace("_", " ")
    return f"{words} ({', '.join(about)})" if about else words


def zone_of(releases: Iterable[ReleaseId], book: Book) -> str:
    """The zone in which people read times about these releases."""
    return next((book.releases[each].zone for each in releases if each in book.releases), "UTC")


def held_row(held: HeldMessage, book: Book, now: datetime) -> list[str]:
    zone = _zone_of_held(held, book)
    wake_at = held.wake_at
    goes = with_countdown(wake_at, zone, now) if wake_at else ("waits for a person" if held.is_open else "-")
    return [
        held.id,
        full_time(held.received_at, zone),
        held.mail_from or "<>",
        _count(held.recipients),
        ", ".join(held.releases()) or "-",
        goes,
    ]


def _count(copies: Sequence[HeldRecipient]) -> str:
    states: dict[str, int] = {}
    for each in copies:
        states[each.state.value] = states.get(each.state.value, 0) + 1
    return ", ".join(f"{number} {state}" for state, number in states.items())


def held_json(held: HeldMessage, now: datetime) -> dict[str, object]:
    """Metadata only: nothing of the message's content is in it."""
    return {
        "id": held.id,
        "received_at": held.received_at.isoformat(),
        "from": held.mail_from,
        "direction": held.direction.value,
        "releases": list(held.releases()),
        "decide_again_at": held.wake_at.isoformat() if held.wake_at else None,
        "seconds_left": max((held.wake_at - now).total_seconds(), 0.0) if held.wake_at else None,
        "recipients": [
            {
                "recipient": each.recipient.address,
                "state": each.state.value,
                "decide_again_at": each.decide_again_at.isoformat() if each.decide_again_at else None,
                "reasons": [
                    {"code": reason.code.value, "release": reason.release, "rule": reason.rule}
                    for reason in each.reasons
                ],
                "attempts": each.attempts,
                "last_reply": each.last_reply,
            }
            for each in held.recipients
        ],
        "findings": [
            {"rule": each.rule, "finding": each.id, "confidence": each.confidence.value, "part": each.part}
            for each in held.verdict.findings
        ],
        "gaps": [{"part": each.part, "kind": each.kind.value, "detail": each.detail} for each in held.verdict.gaps],
        "size": len(held.content) or None,
    }


def _zone_of_held(held: HeldMessage, book: Book) -> str:
    reasons = [reason for each in held.recipients for reason in each.reasons]
    return zone_of([reason.release for reason in reasons if reason.release is not None], book)


def show_held(held: HeldMessage, book: Book, now: datetime) -> str:
    zone = _zone_of_held(held, book)
    lines = [
        f"{held.id}  from {held.mail_from or '<>'}  {held.direction.value}  {full_time(held.received_at, zone)}",
        *(f"  about {_release_line(book.releases[each], now)}" for each in held.releases() if each in book.releases),
    ]
    for each in held.recipients:
        goes = f", goes {with_countdown(each.wake_at, zone, now)}" if each.wake_at else ""
        lines.append(f"  {each.state.value:14}{each.recipient.address}{goes}")
        lines += [f"                {reason_text(reason, book)}" for reason in each.reasons]
        if each.last_reply:
            tries = "once" if each.attempts == 1 else f"{each.attempts} times"
            lines.append(f"                next hop said {each.last_reply} (tried {tries})")
    found = sorted({f"{each.rule}/{each.id} ({each.confidence}), part {each.part}" for each in held.verdict.findings})
    lines += [f"  found {each}" for each in found]
    lines += [f"  gap {each.kind.value} in part {each.part} {each.detail}".rstrip() for each in held.verdict.gaps]
    return "\n".join(lines)


def _release_line(release: Release, now: datetime) -> str:
    return f"{release.id} {release.title}: {release.phase(now).value}, lifts {lift_text(release, now)}"


def lift_text(release: Release, now: datetime) -> str:
    lift_at = release.lift_at()
    if lift_at is not None:
        return with_countdown(lift_at, release.zone, now)
    return f"when confirmed, not before {full_time(release.release_at, release.zone)}"
