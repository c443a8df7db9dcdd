"""Look back: what a person who may see pictures asks of the audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from leakguard.model.account import Actor
from leakguard.model.embargo import Book, Release
from leakguard.model.errors import NotFound
from leakguard.model.ids import ReleaseId
from leakguard.service.authority import Permission, require
from leakguard.service.history.around import Around, Span, around, bounds
from leakguard.service.history.happenings import KINDS, Happening, about, happening_of, standing
from leakguard.service.history.rules import FalseAlarms, Tally, by_reason, by_rule, false_alarms
from leakguard.service.history.waiting import Waiting, waiting
from leakguard.service.ports import Clock, Store
from leakguard.service.story import between

MOST_LINES = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What happened from `since` to `until`. is_whole: False when there was more than can be read at once."""

    since: datetime
    until: datetime
    is_whole: bool
    rules: tuple[Tally, ...]
    reasons: tuple[Tally, ...]
    false_alarms: tuple[FalseAlarms, ...]
    waiting: Waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    store: Store
    book: Book
    clock: Clock
    actor: Actor

    async def of_days(self, days: int) -> Overview:
        """The last days, of all releases. Raises Forbidden."""
        require(self.actor, Permission.SEE_PICTURES)
        now = self.clock.now()
        since = now - timedelta(days=days)
        happenings, is_whole = await self._between(since, now + timedelta.resolution)  # what happens now counts
        return _overview(since, now, happenings, is_whole=is_whole)

    async def of_release(self, release_id: str, span: Span) -> tuple[Release, Around, Overview]:
        """The time around one lift. Raises Forbidden, NotFound."""
        require(self.actor, Permission.SEE_PICTURES)
        release = self.book.releases.get(ReleaseId(release_id))
        if release is None:
            raise NotFound("there is no release of that id in the calendar")
        since, until = bounds(release, span)
        happenings, is_whole = await self._between(since, until)
        own = about(release.id, happenings)
        return release, around(release, span, happenings), _overview(since, until, own, is_whole=is_whole)

    async def _between(self, since: datetime, until: datetime) -> tuple[tuple[Happening, ...], bool]:
        found: list[Happening] = []
        async for page in between(self.store, since, until, KINDS):
            if len(found) >= MOST_LINES:
                return standing(found), False
            found += [happening_of(each) for each in page]
        return standing(found), True


def _overview(since: datetime, until: datetime, happenings: tuple[Happening, ...], *, is_whole: bool) -> Overview:
    return Overview(
        since=since,
        until=until,
        is_whole=is_whole,
        rules=by_rule(happenings),
        reasons=by_reason(happenings),
        false_alarms=false_alarms(happenings),
        waiting=waiting(happenings),
    )
