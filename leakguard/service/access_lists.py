"""Access lists as a record: look at them, confirm one, take them away as files. Every file that leaves is an event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from leakguard.model.account import Actor
from leakguard.model.embargo import Book, Person, Release
from leakguard.model.errors import NotFound, Refused, Stale
from leakguard.model.events import AccessListConfirmed, AccessListExported, ContentViewed
from leakguard.model.ids import PersonId, ReleaseId
from leakguard.service.access_record import AccessRow, ListState, Record, View, list_digest, views_of
from leakguard.service.access_tables import (
    AccessView,
    access_table,
    published,
    published_table,
    state_table,
    viewed_table,
)
from leakguard.service.authority import Permission, require
from leakguard.service.ports import Clock, Store
from leakguard.service.tables import CSV_TYPE, XLSX_TYPE, File, Table, as_csv, as_xlsx


class FileFormat(StrEnum):
    """PRINT: a page of this program to print; the tables themselves."""

    CSV = "csv"
    XLSX = "xlsx"
    PRINT = "print"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseAccess:
    """digest: what a confirmation is about; hand it back with `confirm`."""

    state: ListState
    rows: tuple[AccessRow, ...]
    views_without_grant: tuple[View, ...]
    published: tuple[tuple[str, str], ...]
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAccess:
    person: Person
    rows: tuple[AccessRow, ...]
    views: tuple[View, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessLists:
    """book: as it stands, with the acts laid over it. Every method raises Forbidden, and NotFound for unknown names."""

    store: Store
    book: Book
    clock: Clock
    actor: Actor
    declarations_last: timedelta | None = None

    async def index(self) -> tuple[ListState, ...]:
        """The state of every list, the next lift first."""
        return (await self._record()).states()

    async def of_release(self, release_id: str) -> ReleaseAccess:
        record = await self._record()
        release = self._release(release_id)
        rows = record.of_release(release)
        return ReleaseAccess(
            state=record.state_of(release),
            rows=rows,
            views_without_grant=record.views_without_grant(release.id),
            published=published(self.book, release),
            digest=list_digest(rows),
        )

    async def of_person(self, person_id: str) -> PersonAccess:
        record = await self._record()
        person = self._person(person_id)
        return PersonAccess(person=person, rows=record.of_person(person.id), views=record.views_by(person.id))

    async def confirm(self, release_id: str, digest: str, note: str = "") -> AccessListConfirmed:
        """Say that this list is right, as it was when one looked at it. Raises Stale when it is another one by now."""
        require(self.actor, Permission.ACT_ON_RELEASES)
        record = await self._record()
        release = self._release(release_id)
        if release.is_public(self.clock.now()):
            raise Refused(f"{release.id} is public already")
        rows = record.of_release(release)
        if list_digest(rows) != digest:
            raise Stale("the access list changed while you looked at it; look at it again")
        act = AccessListConfirmed(
            at=self.clock.now(),
            actor=self.actor.handle,
            reason=note.strip() or "looked through, and right",
            release=release.id,
            entries=len(rows),
            list_digest=digest,
        )
        await self.store.record([act])
        return act

    async def tables(
        self, view: AccessView | None, file_format: FileFormat, *, release_id: str = "", person_id: str = ""
    ) -> tuple[Table, ...]:
        """What leaves, as tables; without a view, all views. That it left is recorded before it is given."""
        record = await self._record()
        views = tuple(AccessView) if view is None else (view,)
        if person_id:
            views = tuple(each for each in views if each in (AccessView.ACCESS, AccessView.VIEWED))
            scope, name = "person", str(self._person(person_id).id)
        else:
            scope, name = ("release", str(self._release(release_id).id)) if release_id else ("all", "")
        if not views:
            raise Refused("there is no such view of one person")
        tables = tuple(self._table(each, record, scope, name) for each in views)
        event = AccessListExported(
            at=self.clock.now(),
            actor=self.actor.handle,
            scope=scope,
            name=name,
            view=view.value if view else "all",
            file_format=file_format.value,
            rows=sum(len(each.rows) for each in tables),
        )
        await self.store.record([event])
        return tables

    async def export(
        self, file_format: FileFormat, view: AccessView | None = None, *, release_id: str = "", person_id: str = ""
    ) -> File:
        """A file. CSV holds one view (who has access, unless another is named); a workbook holds one or all."""
        if file_format is FileFormat.CSV and view is None:
            view = AccessView.ACCESS
        tables = await self.tables(view, file_format, release_id=release_id, person_id=person_id)
        now = self.clock.now()
        name = _file_name(release_id, person_id, view, now)
        match file_format:
            case FileFormat.CSV:
                return File(name=f"{name}.csv", media_type=CSV_TYPE, content=as_csv(tables[0]))
            case FileFormat.XLSX:
                return File(name=f"{name}.xlsx", media_type=XLSX_TYPE, content=as_xlsx(tables, now))
            case FileFormat.PRINT:
                raise Refused("a page to print is no file")

    async def _record(self) -> Record:
        require(self.actor, Permission.SEE_ACCESS)
        entries = await self.store.records.happened(ContentViewed)
        return Record(
            book=self.book,
            acts=await self.store.acts(),
            views=tuple(views_of(entries, self.book)),
            now=self.clock.now(),
            declarations_last=self.declarations_last,
        )

    def _table(self, view: AccessView, record: Record, scope: str, name: str) -> Table:
        releases = [each.release for each in record.states() if scope != "release" or each.release.id == name]
        match view:
            case AccessView.ACCESS if scope == "person":
                return access_table(record.of_person(PersonId(name)))
            case AccessView.ACCESS:
                return access_table(row for each in releases for row in record.of_release(each))
            case AccessView.VIEWED:
                return viewed_table(_views(record, scope, name), self.book)
            case AccessView.STATE:
                return state_table(record.state_of(each) for each in releases)
            case AccessView.PUBLISHED:
                return published_table(self.book, releases)

    def _release(self, release_id: str) -> Release:
        release = self.book.releases.get(ReleaseId(release_id))
        if release is None:
            raise NotFound("there is no release of that id")
        return release

    def _person(self, person_id: str) -> Person:
        person = self.book.people.get(PersonId(person_id))
        if person is None:
            raise NotFound("there is no person of that id")
        return person


def _views(record: Record, scope: str, name: str) -> tuple[View, ...]:
    if scope == "person":
        return record.views_by(PersonId(name))
    return tuple(each for each in record.views if scope == "all" or name in each.releases)


def _file_name(release_id: str, person_id: str, view: AccessView | None, now: datetime) -> str:
    about = "person" if person_id else release_id or "all-releases"
    plain = "".join(each if each.isascii() and (each.isalnum() or each in "-_.") else "-" for each in about)
    return f"access-{plain}-{view.value if view else 'record'}-{now.astimezone(UTC):%Y%m%dT%H%MZ}"
