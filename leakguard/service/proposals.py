"""False alarms by rule, as proposals of exceptions that somebody writes into the rules, with a test and an end. Pure.

Rule of this file: nothing here changes a rule, and nothing of a message is in a proposal. What is marked before its
lift is proposed after it: which finding it was would tell people without access something.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from leakguard.model.embargo import Book
from leakguard.model.ids import ReleaseId
from leakguard.service.ports import AuditEntry

_STAYS = timedelta(days=180)
KINDS = ("MarkedFalseAlarm", "Undone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """rule: `rule/finding`. held: the references it was marked on. yaml: an exception to finish by hand."""

    rule: str
    held: tuple[str, ...]
    people: tuple[str, ...]
    last_at: datetime
    yaml: str


def proposals(entries: Iterable[AuditEntry], book: Book, now: datetime) -> list[Proposal]:
    """The rules with most false alarms first; what was taken back does not count, nor yet what is not public."""
    marked: dict[tuple[str, str], AuditEntry] = {}
    for entry in sorted(entries, key=lambda each: each.seq):
        if entry.kind == "MarkedFalseAlarm":
            marked[str(entry.held), entry.actor] = entry
        elif entry.text("act") == "MarkedFalseAlarm":
            marked.pop((str(entry.held), entry.actor), None)
    by_rule: dict[str, list[AuditEntry]] = {}
    for entry in (each for each in marked.values() if _is_public(each, book, now)):
        for rule in entry.texts("rules"):
            by_rule.setdefault(rule, []).append(entry)
    made = [_proposal(rule, found, now) for rule, found in by_rule.items()]
    return sorted(made, key=lambda each: (-len(each.held), each.rule))


def _is_public(entry: AuditEntry, book: Book, now: datetime) -> bool:
    """Of a message without releases nobody can tell."""
    releases = [book.releases.get(ReleaseId(each)) for each in entry.texts("releases")]
    return bool(releases) and all(each is not None and each.is_public(now) for each in releases)


def _proposal(rule: str, found: list[AuditEntry], now: datetime) -> Proposal:
    held = tuple(dict.fromkeys(str(each.held) for each in found))
    people = tuple(dict.fromkeys(each.actor for each in found))
    return Proposal(
        rule=rule,
        held=held,
        people=people,
        last_at=max(each.at for each in found),
        yaml=_yaml(rule, people[0], (now + _STAYS).strftime("%Y-%m-%d"), len(held)),
    )


def _yaml(rule: str, owner: str, expires: str, count: int) -> str:
    name, _, finding = rule.partition("/")
    return f"""\
# For {name}: a false alarm on {count} held message{"s" if count != 1 else ""}. Not in force until you write it there.
exceptions:
  - id: not-{finding or "named"}-yet
    reason: Write what these messages are about, without quoting them.
    owner: {owner}
    expires: "{expires}"
    when: {{phrase: WRITE THE HARMLESS WORDS}}
    lower_to: low
# And a test under must_not_match, in words of your own."""
