"""Looking at access lists, confirming them, taking them away: who may, and what is written down about it."""

from __future__ import annotations

import asyncio
import csv
import io
from dataclasses import replace

import openpyxl
import pytest

from leakguard.model.account import Actor, Role
from leakguard.model.errors import Forbidden, NotFound, Refused, Stale
from leakguard.model.events import ContentViewed
from leakguard.model.ids import HeldId
from leakguard.service.access_lists import AccessLists, FileFormat
from leakguard.service.access_tables import AccessView
from tests.unit.service.world import CLEARED, CPI, EARLY, HALF, LMS, PRODUCER, T, World

OFFICER = Actor(handle="pra@stats.example", roles=frozenset({Role.PRA_OFFICER}))
AUDITOR = Actor(handle="aud@stats.example", roles=frozenset({Role.AUDITOR}))
HOSTILE = "=cmd|' /C calc'!A0"


class Lists(World):
    def access(self, actor: Actor = OFFICER) -> AccessLists:
        return AccessLists(
            store=self.store,
            book=self.current.book,
            clock=self.clock,
            actor=actor,
        )

    async def viewed(self, who: str, how: str = "grant") -> None:
        event = ContentViewed(at=EARLY, actor=who, held=HeldId("m1"), releases=(LMS.id,), how=how)
        await self.store.record([event])

    def rename(self, **fields) -> None:
        book = self.current.book
        people = {each: replace(person, **fields) for each, person in book.people.items()}
        self.current._book = replace(book, people=people)

    async def last(self) -> dict[str, object]:
        return (await self.store.audit())[-1].body


CALLS = {
    "index": lambda access: access.index(),
    "release": lambda access: access.of_release(LMS.id),
    "person": lambda access: access.of_person("cleared"),
    "export": lambda access: access.export(FileFormat.CSV),
    "print": lambda access: access.tables(None, FileFormat.PRINT),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("role", list(Role))
def test_only_some_roles_see_access(call, role):
    async def story() -> None:
        world, actor = Lists(), Actor(handle="x@stats.example", roles=frozenset({role}))
        if role in (Role.PRA_OFFICER, Role.AUDITOR, Role.APPROVER):
            await call(world.access(actor))
            return
        with pytest.raises(Forbidden):
            await call(world.access(actor))
        assert await world.events() == []

    asyncio.run(story())


def test_a_list_is_confirmed_as_it_was_seen():
    async def story() -> None:
        world = Lists()
        seen = await world.access().of_release(LMS.id)
        assert seen.state.is_due

        await world.access().confirm(LMS.id, seen.digest)

        after = await world.access().of_release(LMS.id)
        assert not after.state.is_due
        assert await world.last() == {
            "at": "2031-03-18T09:22:00.000000+00:00",
            "actor": OFFICER.handle,
            "reason": "looked through, and right",
            "release": LMS.id,
            "entries": 3,
            "list_digest": seen.digest,
        }

    asyncio.run(story())


def test_a_list_that_changed_while_one_looked_is_not_confirmed():
    async def story() -> None:
        world = Lists()
        seen = await world.access().of_release(LMS.id)
        world.rename(role="Minister")

        with pytest.raises(Stale):
            await world.access().confirm(LMS.id, seen.digest)
        assert await world.events() == []

    asyncio.run(story())


def test_who_only_reads_confirms_nothing_and_nothing_public_is_confirmed():
    async def story() -> None:
        world = Lists()
        seen = await world.access().of_release(LMS.id)

        with pytest.raises(Forbidden):
            await world.access(AUDITOR).confirm(LMS.id, seen.digest)
        world.clock.set(T)
        with pytest.raises(Refused, match="public"):
            await world.access().confirm(LMS.id, seen.digest)
        assert await world.events() == []

    asyncio.run(story())


def test_confirming_a_list_frees_nothing_that_is_held():
    async def story() -> None:
        world = Lists()
        await world.submit("LMS rose")
        seen = await world.access().of_release(LMS.id)

        await world.access().confirm(LMS.id, seen.digest)
        await world.current.refresh(world.store)
        await world.clerk.round()

        assert world.delivered() == []
        assert set((await world.states()).values()) == {"held"}

    asyncio.run(story())


@pytest.mark.parametrize("file_format", [FileFormat.CSV, FileFormat.XLSX])
def test_every_file_that_leaves_is_in_the_audit(file_format):
    async def story() -> None:
        world = Lists()

        await world.access(AUDITOR).export(file_format, AccessView.ACCESS, release_id=LMS.id)

        assert await world.events() == ["AccessListExported"]
        body = await world.last()
        assert (body["actor"], body["scope"], body["name"]) == (AUDITOR.handle, "release", LMS.id)
        assert (body["view"], body["file_format"], body["rows"]) == ("access", file_format.value, 3)

    asyncio.run(story())


def test_a_page_to_print_is_in_the_audit_too():
    async def story() -> None:
        world = Lists()

        tables = await world.access().tables(None, FileFormat.PRINT)

        assert [each.title for each in tables] == ["Lists", "Access", "Viewed", "As published"]
        assert (await world.last())["file_format"] == "print"

    asyncio.run(story())


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_file_says_who_has_access_since_when_and_what_they_read():
    async def story() -> None:
        world = Lists()
        await world.viewed(CLEARED)
        await world.desk().suspend(HALF, "moved", LMS.id)
        await world.current.refresh(world.store)

        found = rows((await world.access().export(FileFormat.CSV, release_id=LMS.id)).content)

        by_person = {each["Person"]: each for each in found}
        assert by_person.keys() == {"producer", "cleared", "half"}
        cleared, half = by_person["cleared"], by_person["half"]
        assert (cleared["Addresses"], cleared["State"], cleared["Times viewed"]) == (CLEARED, "has access", "1")
        assert (cleared["Opens"], cleared["Ends"]) == ("2031-03-17T09:30:00+00:00", "2031-03-18T09:30:00+00:00")
        assert by_person["producer"]["Opens"] == "from the beginning"
        assert (half["State"], half["Suspended by"], half["Why suspended"]) == (
            "suspended",
            "dee@stats.example",
            "moved",
        )

    asyncio.run(story())


def test_a_workbook_has_every_view_and_no_formula_whatever_people_are_called():
    async def story() -> None:
        world = Lists()
        world.rename(name=HOSTILE, role=HOSTILE, organisation=HOSTILE)
        await world.viewed("=rev@x.example", "break_glass")

        file = await world.access().export(FileFormat.XLSX)

        book = openpyxl.load_workbook(io.BytesIO(file.content))
        cells = [cell for sheet in book for row in sheet for cell in row]
        assert book.sheetnames == ["Lists", "Access", "Viewed", "As published"]
        assert {each.data_type for each in cells} <= {"s", "n"}
        assert not [each for each in cells if each.data_type == "n" and each.value is not None]
        assert sum(each.value == HOSTILE for each in cells) >= 10
        assert book["Viewed"]["G2"].value == "none: broke the glass"

    asyncio.run(story())


def test_no_csv_begins_a_formula_whatever_people_are_called():
    async def story() -> None:
        world = Lists()
        world.rename(name=HOSTILE, role=HOSTILE, organisation=HOSTILE)

        for view in AccessView:
            found = rows((await world.access().export(FileFormat.CSV, view)).content)
            assert not [cell for row in found for cell in row.values() if cell[:1] in tuple("=+-@\t\r")]

    asyncio.run(story())


def test_the_published_view_names_nobody():
    async def story() -> None:
        world = Lists()
        world.rename(name="Ann Other", role="Minister", organisation="Dept")

        file = await world.access().export(FileFormat.CSV, AccessView.PUBLISHED, release_id=LMS.id)

        text = file.content.decode()
        assert text.count("Minister") == 2
        for word in ("Ann Other", "@", "cleared", "half", PRODUCER):
            assert word not in text

    asyncio.run(story())


def test_one_person_has_a_record_of_their_own():
    async def story() -> None:
        world = Lists()
        await world.viewed(CLEARED)
        await world.viewed(HALF)

        mine = await world.access().of_person("cleared")
        file = await world.access().export(FileFormat.CSV, person_id="cleared")

        assert [each.release.id for each in mine.rows] == [LMS.id, CPI.id]
        assert [each.who for each in mine.views] == [CLEARED]
        assert {each["Person"] for each in rows(file.content)} == {"cleared"}
        assert "cleared" not in file.name
        with pytest.raises(Refused):
            await world.access().export(FileFormat.CSV, AccessView.STATE, person_id="cleared")

    asyncio.run(story())


def test_unknown_names_are_not_found_and_nothing_is_recorded():
    async def story() -> None:
        world = Lists()
        for call in (
            world.access().of_release("no"),
            world.access().of_person("no"),
            world.access().confirm("no", ""),
            world.access().export(FileFormat.CSV, release_id="no"),
            world.access().export(FileFormat.CSV, person_id="no"),
        ):
            with pytest.raises(NotFound):
                await call
        assert await world.events() == []

    asyncio.run(story())
