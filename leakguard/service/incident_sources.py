"""Where the evidence of an incident comes from: the audit of its message, the message itself, earlier incidents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from leakguard.model.embargo import Book
from leakguard.model.errors import NotFound
from leakguard.model.events import Flagged, Refusal, ReplyLost
from leakguard.model.held import HeldMessage
from leakguard.model.ids import HeldId, IncidentId, ReleaseId
from leakguard.model.incident import Incident
from leakguard.model.leak_report import PostReported
from leakguard.service.ports import AuditEntry, Store
from leakguard.service.story import story_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    store: Store

    async def entries(self, held: HeldId | None, message: str) -> tuple[AuditEntry, ...]:
        """Every audit line of this held message, or of the message of this reference that was never kept."""
        found = await story_of(self.store, held) if held is not None else []
        if held is not None:
            found += [each for each in await self.store.records.happened(PostReported) if each.text("held") == held]
        if message:
            passed = await self.store.records.happened(Flagged, PostReported, Refusal, ReplyLost)
            found += [each for each in passed if each.text("message") == message]
        return tuple(found)

    async def held(self, held: HeldId | None) -> HeldMessage | None:
        """Without its content, and without its head, which has the subject. None when there is none, or none any more:
        an incident outlives its message.
        """
        if held is None:
            return None
        try:
            return replace(await self.store.outline(held), head=b"")
        except NotFound:
            return None

    async def about(self, held: HeldId) -> IncidentId | None:
        return next((each.id for each in await self.store.records.incidents() if each.held == held), None)

    async def earlier(self, incident: Incident, book: Book) -> tuple[Incident, ...]:
        """Before this one, about the same releases or others of their series; without texts."""
        mine = _series(incident, book)
        return tuple(
            each.without_texts()
            for each in await self.store.records.incidents()
            if each.opened_at < incident.opened_at and mine & _series(each, book)
        )


def releases_named(entries: Iterable[AuditEntry]) -> tuple[ReleaseId, ...]:
    """The releases that these audit lines are about, each once."""
    return tuple(dict.fromkeys(ReleaseId(name) for each in entries for name in each.texts("releases")))


def _series(incident: Incident, book: Book) -> frozenset[str]:
    found = ((each, book.releases.get(each)) for each in incident.releases)
    return frozenset(release.series if release is not None and release.series else each for each, release in found)
