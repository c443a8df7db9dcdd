"""Keeping an incident: who may, what is refused, and what the audit says of it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from leakguard.model.account import Actor, Role
from leakguard.model.errors import Forbidden, NotFound, Refused, Stale
from leakguard.model.ids import HeldId
from leakguard.model.incident import EntryKind, Layout
from leakguard.service.incidents import LONGEST_TEXT, ReportFormat
from tests.unit.service.incident_world import AUDITOR, INFORMED, OFFICER, Office, flagged
from tests.unit.service.world import AMY, CPI, EARLY, LMS, MINUTE, MS, T

CANARY = "zebrafinch rose to 48151.6"
READING = {
    "list": lambda kept, each: kept.listing(),
    "about": lambda kept, each: kept.about(HeldId("ref1")),
    "view": lambda kept, each: kept.view(each.id),
    "report": lambda kept, each: kept.report(each.id, Layout.FORM_2016),
}
WRITING = {
    "open": lambda kept, each: kept.open(releases=[LMS.id]),
    "entry": lambda kept, each: kept.add_entry(each.id, 0, kind=EntryKind.NOTE, at=EARLY, text="x"),
    "section": lambda kept, each: kept.save_section(each.id, 0, layout=Layout.FORM_2016, section="hop", text="x"),
}
SEE = {Role.PRA_OFFICER, Role.APPROVER, Role.AUDITOR}
KEEP = {Role.PRA_OFFICER, Role.APPROVER}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", [*READING, *WRITING])
def test_only_some_roles_see_incidents_and_fewer_keep_them(name, role):
    async def story() -> None:
        world = Office()
        incident = await world.opened()
        events = await world.events()
        actor = Actor(handle=INFORMED.handle, roles=frozenset({role}))
        call = (READING | WRITING)[name]
        if role in (SEE if name in READING else KEEP):
            await call(world.incidents(actor), incident)
            return
        with pytest.raises(Forbidden):
            await call(world.incidents(actor), incident)
        assert await world.events() == events

    asyncio.run(story())


def test_an_incident_from_a_held_message_knows_its_releases():
    async def story() -> None:
        world = Office()

        incident = await world.opened("LMS and CPI rose", noticed_how="a recipient rang")

        assert incident.releases == (LMS.id, CPI.id)
        [body] = await world.bodies("IncidentOpened")
        assert (body["incident"], body["held"], body["releases"]) == ("inc1", incident.held, [LMS.id, CPI.id])
        assert (body["actor"], body["at"]) == (INFORMED.handle, "2031-03-18T09:22:00.000000+00:00")
        assert await world.incidents().about(incident.held) == "inc1"

    asyncio.run(story())


def test_a_message_has_one_incident():
    async def story() -> None:
        world = Office()
        incident = await world.opened()

        with pytest.raises(Refused, match="already"):
            await world.incidents().open(held_id=incident.held)

        assert len(await world.incidents().listing()) == 1

    asyncio.run(story())


def test_an_incident_can_be_about_a_message_that_went_through_or_one_nobody_saw():
    async def story() -> None:
        world = Office()
        await world.store.record([flagged()])

        passed = await world.incidents().open(message="msg9")
        unseen = await world.incidents().open(releases=[CPI.id])

        assert (passed.releases, unseen.releases) == ((LMS.id,), (CPI.id,))

    asyncio.run(story())


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({}, Refused),
        ({"held_id": "nobody"}, NotFound),
        ({"message": "nobody", "releases": ["LMS-2031-03"]}, NotFound),
        ({"message": "a b\nc"}, Refused),
        ({"releases": ["no such"]}, NotFound),
        ({"releases": ["LMS-2031-03"], "noticed_how": "x" * (LONGEST_TEXT + 1)}, Refused),
    ],
    ids=["about nothing", "held", "message", "reference", "release", "too long"],
)
def test_what_is_unknown_opens_nothing(fields, error):
    async def story() -> None:
        world = Office()

        with pytest.raises(error):
            await world.incidents().open(**fields)
        assert await world.events() == []
        assert await world.incidents().listing() == ()

    asyncio.run(story())


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"kind": EntryKind.NOTE, "at": EARLY + MS, "text": "x"}, "ahead"),
        ({"kind": EntryKind.NOTE, "at": EARLY, "text": " \n"}, "text"),
        ({"kind": EntryKind.SEEN_BY, "at": EARLY, "recipient": " "}, "who"),
        ({"kind": EntryKind.SENT, "at": EARLY}, "who"),
        ({"kind": EntryKind.DELETION_ASKED, "at": EARLY}, "who"),
        ({"kind": EntryKind.SEEN_BY, "at": EARLY, "recipient": "a\nb"}, "line"),
        ({"kind": EntryKind.SEEN_BY, "at": EARLY, "recipient": "a" * 321}, "line"),
        ({"kind": EntryKind.NOTE, "at": EARLY, "text": "x" * (LONGEST_TEXT + 1)}, "characters"),
    ],
)
def test_an_entry_that_says_too_little_or_lies_ahead_is_refused(fields, complaint):
    async def story() -> None:
        world = Office()
        incident = await world.opened()

        with pytest.raises(Refused, match=complaint):
            await world.incidents().add_entry(incident.id, incident.revision, **fields)
        assert (await world.incidents().view(incident.id)).incident.entries == ()
        assert await world.bodies("IncidentEntryMade") == []

    asyncio.run(story())


def test_an_entry_may_be_of_this_instant_and_says_who_wrote_it_when():
    async def story() -> None:
        world = Office()
        incident = await world.opened()
        world.clock.set(EARLY + MINUTE)

        await world.incidents().add_entry(incident.id, 0, kind=EntryKind.SEEN_BY, at=EARLY, recipient=f" {AMY} ")
        await world.incidents().add_entry(incident.id, 1, kind=EntryKind.HOP_INFORMED, at=EARLY + MINUTE)

        first, second = (await world.incidents().view(incident.id)).incident.entries
        assert (first.recipient, first.at, first.recorded_at, first.by) == (
            AMY,
            EARLY,
            EARLY + MINUTE,
            INFORMED.handle,
        )
        assert second.kind is EntryKind.HOP_INFORMED

    asyncio.run(story())


def test_the_second_of_two_editors_is_told_and_loses_nothing_of_the_first():
    async def story() -> None:
        world = Office()
        incident = await world.opened()
        save = {"layout": Layout.FORM_2018, "section": "account"}
        await world.incidents().save_section(incident.id, 0, text="first", **save)

        with pytest.raises(Stale):
            await world.incidents().save_section(incident.id, 0, text="second", **save)
        with pytest.raises(Stale):
            await world.incidents().add_entry(incident.id, 0, kind=EntryKind.NOTE, at=EARLY, text="x")

        kept = (await world.incidents().view(incident.id)).incident
        assert kept.text_of(Layout.FORM_2018, "account").text == "first"
        assert len(await world.bodies("ReportSaved")) == 1

    asyncio.run(story())


def test_a_section_is_of_its_layout_only():
    async def story() -> None:
        world = Office()
        incident = await world.opened()

        with pytest.raises(NotFound):
            await world.incidents().save_section(
                incident.id, 0, layout=Layout.FORM_2016, section="impact_inside", text="x"
            )

    asyncio.run(story())


async def with_texts(world: Office):
    incident = await world.opened(noticed_how=CANARY)
    kept = world.incidents()
    incident = await kept.add_entry(incident.id, 0, kind=EntryKind.SEEN_BY, at=EARLY, recipient=AMY, text=CANARY)
    incident = await kept.add_entry(incident.id, 1, kind=EntryKind.SEEN_BY, at=EARLY, recipient=CANARY)
    return await kept.save_section(incident.id, 2, layout=Layout.FORM_2016, section="reasons", text=CANARY)


@pytest.mark.parametrize("actor", [OFFICER, AUDITOR], ids=["officer", "auditor"])
def test_who_may_not_have_the_release_sees_that_something_was_written_and_not_what(actor):
    async def story() -> None:
        world = Office()
        incident = await with_texts(world)

        view = await world.incidents(actor).view(incident.id)
        listed = await world.incidents(actor).listing()
        reports = [await world.incidents(actor).report(incident.id, each) for each in Layout]

        assert not view.may_read
        assert len(view.incident.entries) == 2
        assert view.incident.entries[0].recipient == AMY
        shown = [view.incident, *listed, view.case.lines, view.case.exposure]
        everything = [text for each in shown for text in texts_in(each)]
        everything += [section.shown for report in reports for section in report.sections]
        everything += [str(section.table) for report in reports for section in report.sections]
        assert len(everything) > 30
        assert not [each for each in everything if "zebrafinch" in each]
        with pytest.raises(Forbidden):
            await world.incidents(actor).export(incident.id, Layout.FORM_2016, ReportFormat.DOCX)
        with pytest.raises(Forbidden):
            await world.incidents(OFFICER).save_section(
                incident.id, 3, layout=Layout.FORM_2016, section="hop", text="x"
            )

    asyncio.run(story())


def texts_in(record) -> list[str]:
    """Every string of a record, those that do not print included."""
    if isinstance(record, str):
        return [record]
    if isinstance(record, list | tuple):
        return [text for each in record for text in texts_in(each)]
    fields = getattr(record, "__dataclass_fields__", {})
    return [text for name in fields for text in texts_in(getattr(record, name))]


@pytest.mark.parametrize(("now", "may_read"), [(T - MS, False), (T, True)], ids=["before the lift", "at the lift"])
def test_once_the_release_is_public_all_who_see_incidents_read_them(now, may_read):
    async def story() -> None:
        world = Office()
        incident = await with_texts(world)
        world.clock.set(now)

        view = await world.incidents(AUDITOR).view(incident.id)

        assert view.may_read is may_read
        assert (view.incident.noticed_how == CANARY) is may_read

    asyncio.run(story())


def test_of_two_releases_both_must_be_public():
    async def story() -> None:
        world = Office()
        incident = await world.opened("LMS and CPI rose", noticed_how=CANARY)
        world.clock.set(T)

        assert not (await world.incidents(AUDITOR).view(incident.id)).may_read
        world.clock.set(T + timedelta(hours=1))
        assert (await world.incidents(AUDITOR).view(incident.id)).may_read

    asyncio.run(story())


def test_who_was_suspended_reads_no_more():
    async def story() -> None:
        world = Office()
        incident = await with_texts(world)
        await world.desk().suspend(INFORMED.handle, "moved")

        assert not (await world.incidents().view(incident.id)).may_read

    asyncio.run(story())


def test_a_release_that_left_the_calendar_is_not_known_to_be_public():
    async def story() -> None:
        world = Office()
        incident = await with_texts(world)
        world.clock.set(T)
        world.current._rulebook = world.rulebook.__class__(
            book=type(world.current.book)(), rules=(), detector=None, digest=""
        )

        assert not (await world.incidents().view(incident.id)).may_read

    asyncio.run(story())


def test_the_audit_says_that_something_was_written_and_not_what():
    async def story() -> None:
        world = Office()
        incident = await with_texts(world)
        await world.incidents().export(incident.id, Layout.FORM_2016, ReportFormat.DOCX)

        audit = str(await world.store.audit())

        assert "zebrafinch" not in audit
        assert await world.events() == [
            "Held",
            "IncidentOpened",
            "IncidentEntryMade",
            "IncidentEntryMade",
            "ReportSaved",
            "ReportExported",
        ]
        assert "zebrafinch" not in repr(incident)

    asyncio.run(story())


def test_an_incident_outlives_its_message():
    async def story() -> None:
        world = Office()
        incident = await world.opened()
        assert (await world.incidents().view(incident.id)).held.content == b""
        world.store._held.clear()

        view = await world.incidents().view(incident.id)

        assert view.held is None
        assert [each.kind for each in view.case.lines] == ["Held", "opened"]

    asyncio.run(story())
