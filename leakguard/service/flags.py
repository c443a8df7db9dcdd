"""Messages that went through and are on record, because something in them may matter. Metadata of the audit only."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from leakguard.model.account import Actor
from leakguard.model.decision import ReasonCode
from leakguard.service.authority import Permission, require
from leakguard.service.ports import AuditEntry, Clock, Store
from leakguard.service.story import between

_MOST = 2_000
_REPORTED = "PostReported"
_KINDS = ("Flagged", _REPORTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Transactions of one sender about the same, within an hour of each other. messages: their references.

    reported_by: who held it for a leak, where that is why.

    rules: without which of their findings it was, as that differs between what moved and what did not.
    """

    at: datetime
    sender: str
    recipients: tuple[str, ...]
    releases: tuple[str, ...]
    codes: tuple[ReasonCode, ...]
    rules: tuple[str, ...]
    messages: tuple[str, ...]
    reported_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    store: Store
    clock: Clock
    actor: Actor

    async def since(self, days: int, release: str = "") -> tuple[list[Flag], bool]:
        """The latest first, and whether there are earlier ones. Raises Forbidden, StoreUnavailable."""
        require(self.actor, Permission.SEE_QUEUE)
        until = self.clock.now() + timedelta.resolution  # what happens now counts
        latest: deque[AuditEntry] = deque(maxlen=_MOST)
        count = 0
        async for page in between(self.store, until - timedelta(days=days), until, _KINDS):
            passed = [each for each in page if not each.text("held")]  # what was reported may be held by now
            chosen = [each for each in passed if not release or release in each.texts("releases")]
            latest.extend(chosen)
            count += len(chosen)
        return together(latest)[::-1], count > len(latest)


def together(entries: Iterable[AuditEntry]) -> list[Flag]:
    """Copies of one message come in many transactions: one line for one sender, about the same, in one hour."""
    made: dict[tuple[object, ...], Flag] = {}
    for entry in entries:
        sender, releases = entry.text("sender"), entry.texts("releases")
        rules = tuple(dict.fromkeys(each.partition("/")[0] for each in entry.texts("rules")))
        key = (entry.kind, sender, releases, rules, entry.at.replace(minute=0, second=0, microsecond=0))
        before = made.get(key)
        made[key] = Flag(
            at=entry.at,
            sender=sender,
            recipients=_merged(before.recipients if before else (), entry.texts("recipients")),
            releases=releases,
            codes=tuple(ReasonCode(each) for each in entry.texts("codes")),
            rules=rules,
            messages=_merged(before.messages if before else (), (entry.text("message"),)),
            reported_by=_merged(before.reported_by if before else (), _reporter(entry)),
        )
    return sorted(made.values(), key=lambda each: each.at)


def _reporter(entry: AuditEntry) -> tuple[str, ...]:
    return (entry.actor,) if entry.kind == _REPORTED else ()


def _merged(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other)))
