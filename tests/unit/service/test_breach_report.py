"""The breach report: every section of both forms is there, filled from evidence or marked for whoever writes it."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from dataclasses import replace
from datetime import date

import docx
import pytest
from docx.oxml.ns import qn

from leakguard.model.ids import PersonId
from leakguard.model.incident import EntryKind, Layout
from leakguard.service.breach_layouts import FIELDS
from leakguard.service.breach_report import role_of
from leakguard.service.code_of_practice import EDITIONS, edition_on
from leakguard.service.incidents import ReportFormat
from tests.unit.service.incident_world import Office, delivered
from tests.unit.service.world import AMY, CLEARED, CPI, EARLY, HALF, JOE, LMS, MINUTE, MS, PRODUCER, T, book, rulebook

HEADINGS = {
    Layout.FORM_2016: [
        "1. Background information",
        "Name of statistical output",
        "Name of producer organisation",
        "Head of Profession, contact and date of report",
        "2. Circumstances of the breach",
        "Relevant principle or protocol, and practice",
        "Date of occurrence of the breach",
        "Nature of the breach",
        "Links with earlier breaches",
        "Reasons for the breach",
        "3. Reactions",
        "Reactions inside the organisation",
        "Reactions outside the organisation",
        "4. Actions taken",
        "Short-term action",
        "Longer-term changes",
        "5. Published statements",
        "Links to published statements about this breach",
        "6. Other information",
        "Any other relevant information",
    ],
    Layout.FORM_2018: [
        "1. Background information",
        "Name of statistical output, with link",
        "Name of producer organisation",
        "Person dealing with this report",
        "Name and contact details of the Head of Profession",
        "Link to published statement about this breach",
        "Date of report",
        "2. Circumstances of the breach",
        "Relevant principle(s) and practice(s)",
        "Date of the breach",
        "Account of what happened, with roles and times",
        "3. Impact of the breach",
        "Impact inside the producer organisation",
        "Impact outside the producer organisation",
        "4. Corrective actions",
        "Short-term action",
        "Longer-term changes",
    ],
}
ONLY_PEOPLE = {
    Layout.FORM_2016: {"hop", "earlier", "reasons", "reactions_outside", "action_long", "statements"},
    Layout.FORM_2018: {"person", "hop", "statements", "impact_outside", "action_long"},
}
CANARY = "zebrafinch"  # stands in the held message


def named() -> Office:
    """Roles are known, and LMS has a producer and a title with a sign that XML needs escaped."""
    lms = replace(LMS, title="Labour <market> & pay, March 2031", producer="Office for Figures")
    plain = book(lms, CPI)
    roles = {"producer": "Statistician", "cleared": "Permanent Secretary", "half": "Press officer"}
    people = {
        each: replace(person, role=roles[each], organisation="Dept of Work", name="Nadine Name")
        for each, person in plain.people.items()
    }
    return Office(rulebook=replace(rulebook(lms, CPI), book=replace(plain, people=people)))


async def breached(world: Office):
    """Held at 09:22, let go too early at 09:25; the deletion was asked at 09:26 and confirmed at 09:28."""
    incident = await world.opened(f"LMS rose {CANARY}", noticed_how="a recipient rang the desk")
    await world.store.record([delivered(at=T - 5 * MINUTE, to=(AMY, CLEARED), held=incident.held)])
    world.clock.set(T - MINUTE)
    kept = world.incidents()
    for number, (kind, minutes) in enumerate(
        [(EntryKind.DELETION_ASKED, 4), (EntryKind.DELETION_CONFIRMED, 2), (EntryKind.HOP_INFORMED, 3)]
    ):
        recipient = AMY if kind.names_recipient else ""
        await kept.add_entry(incident.id, number, kind=kind, at=T - minutes * MINUTE, recipient=recipient)
    world.clock.set(T)
    return (await kept.view(incident.id)).incident


async def sections(world: Office, incident, layout: Layout):
    report = await world.incidents().report(incident.id, layout)
    return {each.about.key: each for each in report.sections}


async def word(world: Office, incident, layout: Layout):
    file = await world.incidents().export(incident.id, layout, ReportFormat.DOCX)
    return docx.Document(io.BytesIO(file.content)), file


def headings(document, *styles: str) -> list[str]:
    return [each.text for each in document.paragraphs if each.style.name in styles]


@pytest.mark.parametrize("layout", list(Layout))
def test_every_section_of_the_form_is_a_heading_in_its_order(layout):
    async def story() -> None:
        world = named()

        document, _ = await word(world, await breached(world), layout)

        assert headings(document, "Heading 1", "Heading 2") == HEADINGS[layout]
        assert len(headings(document, "Title")) == 1

    asyncio.run(story())


@pytest.mark.parametrize("layout", list(Layout))
def test_what_only_people_know_is_marked_for_them_and_the_rest_is_filled(layout):
    async def story() -> None:
        world = named()
        incident = await breached(world)

        found = await sections(world, incident, layout)
        document, _ = await word(world, incident, layout)

        assert {key for key, each in found.items() if each.is_to_be_written} == ONLY_PEOPLE[layout]
        marked = [each.text for each in document.paragraphs if each.text.startswith("[to be written by the ")]
        assert len(marked) == len(ONLY_PEOPLE[layout])

    asyncio.run(story())


def test_the_account_has_roles_and_times_with_their_zone_and_no_address_or_name():
    async def story() -> None:
        world = named()
        found = await sections(world, await breached(world), Layout.FORM_2018)

        assert found["account"].text.splitlines() == [
            "Tue 18 Mar 2031 09:22 GMT: held back, for somebody at news.example (by LeakGuard)",
            "Tue 18 Mar 2031 09:22 GMT: incident opened (by Statistician, Dept of Work): a recipient rang the desk",
            "Tue 18 Mar 2031 09:25 GMT: delivered, for somebody at news.example; Permanent Secretary, Dept of Work"
            " (by LeakGuard)",
            "Tue 18 Mar 2031 09:26 GMT: deletion asked, for somebody at news.example (by Statistician, Dept of Work)",
            "Tue 18 Mar 2031 09:27 GMT: Head of Profession informed (by Statistician, Dept of Work)",
            "Tue 18 Mar 2031 09:28 GMT: deletion confirmed, for somebody at news.example"
            " (by Statistician, Dept of Work)",
            "Tue 18 Mar 2031 09:30 GMT: Labour <market> & pay, March 2031 became public",
            "",
            "2 people without access had it, for at most 8 min before it was public or deleted.",
        ]
        assert found["date"].text.splitlines()[0] == "Tue 18 Mar 2031 09:22 GMT."
        assert found["producer"].text == "Office for Figures"
        assert found["output"].text == "Labour <market> & pay, March 2031 (LMS-2031-03)"
        assert "deletion confirmed" in found["action_short"].text

    asyncio.run(story())


def test_recipients_stand_by_class_with_the_minutes_they_were_early():
    async def story() -> None:
        world = named()
        document, _ = await word(world, await breached(world), Layout.FORM_2016)

        [table] = document.tables
        rows = [[cell.text for cell in row.cells] for row in table.rows]

        assert rows[0] == ["Class", "Role", "People", "How", "From", "Until", "Minutes early"]
        assert [(row[0], row[1], row[3], row[6]) for row in rows[1:]] == [
            ("eligible", "Permanent Secretary, Dept of Work", "delivered", ""),
            ("without a grant", "somebody at dept.example", "sent it", "8"),
            ("external domain", "somebody at news.example", "delivered", "3"),
        ]
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None

    asyncio.run(story())


@pytest.mark.parametrize("layout", list(Layout))
def test_no_export_has_a_word_of_the_message_a_name_or_an_address(layout):
    async def story() -> None:
        world = named()
        incident = await breached(world)

        _, file = await word(world, incident, layout)
        whole = await world.incidents().export(incident.id, layout, ReportFormat.JSON)

        with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
            text = "".join(archive.read(each).decode("utf-8", "replace") for each in archive.namelist())
        assert "Dept of Work" in text
        for word_ in (CANARY, "Nadine", AMY, JOE, CLEARED, PRODUCER):
            assert word_ not in text
        assert CANARY not in whole.content.decode()
        assert CANARY not in file.name + whole.name

    asyncio.run(story())


def test_what_somebody_wrote_stands_instead_of_the_evidence_until_it_is_emptied():
    async def story() -> None:
        world = named()
        incident = await breached(world)
        filled = (await sections(world, incident, Layout.FORM_2016))["producer"].text
        for revision, text in enumerate(["The Office\n\x1b of <b>Numbers</b>", ""], start=incident.revision):
            await world.incidents().save_section(
                incident.id, revision, layout=Layout.FORM_2016, section="producer", text=text
            )
            document, _ = await word(world, incident, Layout.FORM_2016)
            paragraphs = [each.text for each in document.paragraphs]
            section = (await sections(world, incident, Layout.FORM_2016))["producer"]
            if text:
                assert paragraphs[paragraphs.index("The Office") + 1] == "\\u001b of <b>Numbers</b>"
                assert section.filled == filled
            assert ("Office for Figures" in paragraphs) is (not text)
        other = (await sections(world, incident, Layout.FORM_2018))["producer"]
        assert other.written is None

    asyncio.run(story())


def test_a_report_names_no_user_and_no_machine_and_its_language():
    async def story() -> None:
        world = named()
        document, file = await word(world, await breached(world), Layout.FORM_2018)

        properties = document.core_properties
        assert (properties.author, properties.last_modified_by, properties.comments) == ("LeakGuard", "LeakGuard", "")
        assert properties.title == "Breach report (form of 2018 to 2021): incident inc1"
        assert properties.language == "en-GB"
        assert properties.created.replace(tzinfo=None) == T.replace(tzinfo=None)
        languages = {each.get(qn("w:val")) for each in document.styles.element.iter(qn("w:lang"))}
        assert languages == {"en-GB"}
        assert file.name == "incident-inc1-2018-21.docx"

    asyncio.run(story())


def test_as_json_there_is_the_whole_incident():
    async def story() -> None:
        world = named()
        incident = await breached(world)
        await world.incidents().save_section(
            incident.id, incident.revision, layout=Layout.FORM_2016, section="hop", text="Dr H"
        )

        file = await world.incidents().export(incident.id, Layout.FORM_2016, ReportFormat.JSON)

        whole = json.loads(file.content)
        assert whole["format"] == "leakguard-incident/1"
        assert whole["incident"]["held"] == incident.held
        assert [each["kind"] for each in whole["timeline"]][:3] == ["Held", "opened", "Delivered"]
        assert whole["exposure"]["people_without_access"] == 2
        assert [each["minutes"] for each in whole["exposure"]["had"]] == [8, 3, 5]
        for layout in Layout:
            keys = [each["section"] for each in whole["reports"][layout.value]]
            assert keys == [each.key for each in FIELDS[layout]]
        hop = next(each for each in whole["reports"]["2016"] if each["section"] == "hop")
        assert (hop["text"], hop["written_by"], hop["to_be_written_by"]) == ("Dr H", PRODUCER, None)
        assert (await world.bodies("ReportExported"))[-1]["file_format"] == "json"

    asyncio.run(story())


def test_earlier_incidents_of_the_series_are_named_and_others_are_not():
    async def story() -> None:
        world = named()
        first = await world.incidents().open(releases=[LMS.id], noticed_how=CANARY)
        await world.incidents().open(releases=[CPI.id])
        world.clock.set(EARLY + MINUTE)
        second = await world.incidents().open(releases=[LMS.id])

        found = (await sections(world, second, Layout.FORM_2016))["earlier"].text

        assert found == f"Incident {first.id}, opened Tue 18 Mar 2031 09:22 GMT, about LMS-2031-03."
        assert (await sections(world, first, Layout.FORM_2016))["earlier"].text == ""

    asyncio.run(story())


@pytest.mark.parametrize(
    ("day", "numbers"),
    [
        (date(2008, 12, 31), ["Protocol 2, practice 8"]),
        (date(2016, 1, 20), ["Protocol 2, practice 8"]),
        (date(2018, 1, 31), ["Protocol 2, practice 8"]),
        (date(2018, 2, 1), ["T3.3", "T3.4", "T3.6"]),
        (date(2022, 5, 4), ["T3.3", "T3.4", "T3.6"]),
        (date(2022, 5, 5), ["T3.3", "T3.4", "T3.6"]),
        (date(2026, 1, 1), ["3.3", "3.4"]),
        (date(2031, 3, 18), ["3.3", "3.4"]),
    ],
)
def test_the_practice_is_that_of_the_edition_in_force(day, numbers):
    assert [each.number for each in edition_on(day).practices] == numbers


def test_an_edition_holds_from_its_first_day():
    assert "2.0" in edition_on(date(2022, 5, 4)).name
    assert "2.1" in edition_on(date(2022, 5, 5)).name
    assert [each.since for each in EDITIONS] == sorted(each.since for each in EDITIONS)


def test_the_practice_in_a_report_is_that_of_the_day_it_happened():
    async def story() -> None:
        world = named()
        found = await sections(world, await breached(world), Layout.FORM_2016)

        assert found["practice"].text.startswith("Code of Practice for Statistics, edition 3.0 (autumn 2025).\n3.3: ")

    asyncio.run(story())


@pytest.mark.parametrize(
    ("address", "role"),
    [
        (HALF, "Press officer, Dept of Work"),
        (HALF.upper(), "Press officer, Dept of Work"),
        ("box@dept.example", "somebody at dept.example"),
        ("team@dept.example", "a distribution list at dept.example"),
        ("The Post", "somebody"),
        ("leakguard", "LeakGuard"),
        ("c@dept.example", "somebody at HMT"),
    ],
)
def test_people_are_named_by_what_they_do(address, role):
    plain = named().rulebook.book
    carl = replace(plain.people[PersonId("half")], id=PersonId("c"), role="c@dept.example", organisation="HMT")
    full = replace(
        plain,
        lists={"team@dept.example": ()},
        people={**plain.people, carl.id: carl},
        handles={**plain.handles, "c@dept.example": carl.id},
    )

    assert role_of(address, full) == role


def test_without_exposure_a_report_says_so():
    async def story() -> None:
        world = named()
        incident = await world.incidents().open(releases=[LMS.id])
        document, _ = await word(world, incident, Layout.FORM_2016)

        texts = [each.text for each in document.paragraphs]
        assert "Nobody, as far as is known." in texts
        assert "As far as is known, nobody without access had it." in texts
        assert document.tables == []

    asyncio.run(story())


def test_a_report_may_be_made_just_before_the_lift():
    async def story() -> None:
        world = named()
        incident = await breached(world)
        world.clock.set(T - MS)

        found = await sections(world, incident, Layout.FORM_2018)

        assert "became public" not in found["account"].text
        assert found["report_date"].text.startswith("Tue 18 Mar 2031 09:29:59")

    asyncio.run(story())
