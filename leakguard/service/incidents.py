"""Incidents: open one, write down what happened, and make the breach report of it.

Who may keep incidents is one question; who may read what people wrote in one is another. That may quote a message, so
it is for people who may have its releases now, and for the others once these are public.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from leakguard.model.account import Actor
from leakguard.model.embargo import Book
from leakguard.model.errors import Forbidden, NotFound, Refused, Stale
from leakguard.model.events import IncidentEntryMade, IncidentOpened, ReportExported, ReportSaved
from leakguard.model.held import HeldMessage
from leakguard.model.ids import HeldId, IncidentId, ReleaseId
from leakguard.model.incident import Entry, EntryKind, Incident, Layout, Written
from leakguard.policy import lacks_access
from leakguard.service.authority import Permission, require
from leakguard.service.breach_layouts import FIELDS
from leakguard.service.breach_report import Case, Report, breach_report
from leakguard.service.exposure import Calendar, exposure
from leakguard.service.incident_sources import Sources, releases_named
from leakguard.service.incident_timeline import timeline
from leakguard.service.ports import Clock, Store
from leakguard.service.report_files import DOCX_TYPE, JSON_TYPE, as_docx, as_json
from leakguard.service.tables import File

LONGEST_TEXT = 50_000
LONGEST_RECIPIENT = 320
MOST_ENTRIES = 1_000
_REFERENCE = re.compile(r"[A-Za-z0-9._-]{1,64}")


class ReportFormat(StrEnum):
    DOCX = "docx"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentView:
    """One incident as this person may see it. held: without its content. may_read: whether texts are shown."""

    case: Case
    may_read: bool
    held: HeldMessage | None = None

    @property
    def incident(self) -> Incident:
        return self.case.incident


@dataclass(frozen=True, slots=True, kw_only=True)
class Incidents:
    """calendar: the files' book and the domains that are ours; its acts are read anew for each question.

    Every method raises Forbidden; those that name an incident raise NotFound.
    """

    store: Store
    calendar: Calendar
    clock: Clock
    actor: Actor
    new_id: Callable[[], str]

    async def listing(self) -> tuple[Incident, ...]:
        """Newest first; what this person may not read is left out of each."""
        require(self.actor, Permission.SEE_INCIDENTS)
        book = (await self._calendar()).now()
        return tuple(self._as_seen(each, book) for each in await self.store.records.incidents())

    async def about(self, held_id: HeldId) -> IncidentId | None:
        """The incident that was opened from this held message, if one was."""
        require(self.actor, Permission.SEE_INCIDENTS)
        return await self._sources.about(held_id)

    async def view(self, incident_id: str) -> IncidentView:
        require(self.actor, Permission.SEE_INCIDENTS)
        incident = await self.store.records.incident(IncidentId(incident_id))
        calendar = await self._calendar()
        book, now = calendar.now(), self.clock.now()
        shown, entries = self._as_seen(incident, book), await self._sources.entries(incident.held, incident.message)
        case = Case(
            incident=shown,
            book=book,
            lines=timeline(shown, entries, book, now),
            exposure=exposure(shown, entries, calendar),
            earlier=await self._sources.earlier(incident, book),
            now=now,
        )
        return IncidentView(
            case=case, may_read=self._may_read(incident, book), held=await self._sources.held(incident.held)
        )

    async def open(
        self, *, held_id: str = "", message: str = "", releases: Iterable[str] = (), noticed_how: str = ""
    ) -> Incident:
        """Open one from a held message, from the reference of one that passed, or from neither.

        Its releases are those that the audit names, and those given. Raises Refused, NotFound.
        """
        require(self.actor, Permission.KEEP_INCIDENTS)
        if message and not _REFERENCE.fullmatch(message):
            raise Refused("a reference has letters, digits, dots and hyphens only")
        held = HeldId(held_id) if held_id else None
        incident = Incident(
            id=IncidentId(self.new_id()),
            held=held,
            message=message,
            releases=await self._concerned(held, message, tuple(releases)),
            opened_at=self.clock.now(),
            opened_by=self.actor.handle,
            noticed_how=_checked(noticed_how),
        )
        event = IncidentOpened(
            at=incident.opened_at,
            actor=self.actor.handle,
            incident=incident.id,
            held=incident.held,
            message=incident.message,
            releases=incident.releases,
        )
        await self.store.records.open_incident(incident, [event])
        return incident

    async def add_entry(
        self, incident_id: str, revision: int, *, kind: EntryKind, at: datetime, recipient: str = "", text: str = ""
    ) -> Incident:
        """Write down one thing that happened. Raises Refused; Stale when somebody else wrote first."""
        require(self.actor, Permission.KEEP_INCIDENTS)
        incident = await self._current(incident_id, revision)
        now, recipient = self.clock.now(), recipient.strip()
        if at > now:
            raise Refused("what is written down has happened; this time lies ahead")
        if kind.names_recipient and not recipient:
            raise Refused("say who: this kind of entry names a recipient")
        if kind is EntryKind.NOTE and not text.strip():
            raise Refused("a note has a text")
        if len(recipient) > LONGEST_RECIPIENT or len(recipient.splitlines()) > 1:
            raise Refused(f"a recipient is one line of at most {LONGEST_RECIPIENT} characters")
        if len(incident.entries) >= MOST_ENTRIES:
            raise Refused(f"an incident has at most {MOST_ENTRIES} entries")
        entry = Entry(kind=kind, at=at, by=self.actor.handle, recorded_at=now, recipient=recipient, text=_checked(text))
        event = IncidentEntryMade(
            at=now, actor=self.actor.handle, incident=incident.id, kind=kind.value, happened_at=at
        )
        return await self.store.records.save_incident(incident.with_entry(entry), [event])

    async def save_section(
        self, incident_id: str, revision: int, *, layout: Layout, section: str, text: str
    ) -> Incident:
        """Keep what somebody made of a section; empty gives it back to the evidence.

        Raises Refused; Stale when somebody else wrote first.
        """
        require(self.actor, Permission.KEEP_INCIDENTS)
        incident = await self._current(incident_id, revision)
        if not self._may_read(incident, (await self._calendar()).now()):
            raise Forbidden(_NOT_READABLE)
        if section not in {each.key for each in FIELDS[layout]}:
            raise NotFound("this layout has no such section")
        written = Written(
            layout=layout, section=section, text=_checked(text), by=self.actor.handle, at=self.clock.now()
        )
        event = ReportSaved(
            at=written.at, actor=self.actor.handle, incident=incident.id, layout=layout.value, section=section
        )
        return await self.store.records.save_incident(incident.with_written(written), [event])

    async def report(self, incident_id: str, layout: Layout) -> Report:
        return breach_report((await self.view(incident_id)).case, layout)

    async def export(self, incident_id: str, layout: Layout, file_format: ReportFormat) -> File:
        """The report as a file; as JSON the whole incident. Recorded before it is given.

        Raises Forbidden for those who may not read its texts: a report with holes would pass for a whole one.
        """
        view = await self.view(incident_id)
        if not view.may_read:
            raise Forbidden(_NOT_READABLE)
        incident = view.incident
        name = f"incident-{incident.id}"
        if file_format is ReportFormat.DOCX:
            content = as_docx(breach_report(view.case, layout))
            file = File(name=f"{name}-{layout.value}.docx", media_type=DOCX_TYPE, content=content)
        else:
            content = as_json(view.case, [breach_report(view.case, each) for each in Layout])
            file = File(name=f"{name}.json", media_type=JSON_TYPE, content=content)
        event = ReportExported(
            at=self.clock.now(),
            actor=self.actor.handle,
            incident=incident.id,
            layout=layout.value if file_format is ReportFormat.DOCX else "all",
            file_format=file_format.value,
        )
        await self.store.record([event])
        return file

    @property
    def _sources(self) -> Sources:
        return Sources(store=self.store)

    async def _calendar(self) -> Calendar:
        return replace(self.calendar, acts=await self.store.acts())

    async def _current(self, incident_id: str, revision: int) -> Incident:
        incident = await self.store.records.incident(IncidentId(incident_id))
        if incident.revision != revision:
            raise Stale("somebody else changed this incident first")
        return incident

    def _may_read(self, incident: Incident, book: Book) -> bool:
        """A release that is not in the calendar any more is not known to be public."""
        now = self.clock.now()
        found = [book.releases.get(each) for each in incident.releases]
        return all(each is not None and (each.is_public(now) or self._has_access(each.id, book)) for each in found)

    def _has_access(self, release_id: ReleaseId, book: Book) -> bool:
        return lacks_access(self.actor.handle, book.releases[release_id], book, self.clock.now()) is None

    def _as_seen(self, incident: Incident, book: Book) -> Incident:
        return incident if self._may_read(incident, book) else incident.without_texts()

    async def _concerned(self, held: HeldId | None, message: str, given: tuple[str, ...]) -> tuple[ReleaseId, ...]:
        """The releases of a new incident. Raises Refused, NotFound."""
        if held is not None:
            await self.store.outline(held)
            if await self._sources.about(held) is not None:
                raise Refused(f"there is an incident about {held} already")
        entries = await self._sources.entries(held, message)
        if message and not entries:
            raise NotFound("no message of that reference is in the audit")
        book = (await self._calendar()).now()
        if any(ReleaseId(each) not in book.releases for each in given):
            raise NotFound("there is no release of that id")
        found = tuple(dict.fromkeys([*releases_named(entries), *map(ReleaseId, given)]))
        if not found:
            raise Refused("name the release that this is about")
        return found


_NOT_READABLE = "what is written here may quote a release that you may not have yet"


def _checked(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise Refused(f"a text has at most {LONGEST_TEXT} characters")
    return text.strip()
