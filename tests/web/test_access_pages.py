"""The pages of access lists: what they show, and that what leaves by them is recorded."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from html import unescape

import openpyxl
import pytest

from leakguard.model.account import Role
from leakguard.model.events import ContentViewed
from leakguard.model.ids import HeldId
from tests.unit.service.world import CLEARED, EARLY, LMS, T
from tests.web.office import Office

HOSTILE = '<script>alert("x")</script>'
RELEASE = f"/access/release/{LMS.id}"


@pytest.fixture
def office() -> Office:
    made = Office()
    made.sign_in(Role.PRA_OFFICER, handle="pra@stats.example")
    return made


async def person_path(office: Office) -> str:
    """Where the list leads for the cleared reader."""
    text = (await office.get(RELEASE)).text
    return next(each for each in re.findall(r'href="(/access/person/[^"]+)"', text))


async def digest(office: Office) -> str:
    return re.search(r'name="digest" value="([^"]+)"', (await office.get(RELEASE)).text)[1]


@pytest.mark.parametrize("role", Role)
async def test_access_is_for_those_who_may_see_it(office: Office, role: Role) -> None:
    path = await person_path(office)
    office.sign_in(role)
    expected = 200 if role in (Role.PRA_OFFICER, Role.APPROVER, Role.AUDITOR) else 403

    for each in ("/access", RELEASE, path):
        assert (await office.get(each)).status_code == expected
    assert (await office.post("/access/export", format="csv")).status_code == expected
    confirmed = await office.post(f"{RELEASE}/confirm", digest="x")
    assert confirmed.status_code == (409 if role is Role.PRA_OFFICER else 403)


async def test_the_index_says_which_list_is_to_be_confirmed(office: Office) -> None:
    text = (await office.get("/access")).text

    assert text.count("Due: never confirmed") == 2
    assert f'href="{RELEASE}"' in text


async def test_a_list_is_confirmed_from_its_page(office: Office) -> None:
    answer = await office.post(f"{RELEASE}/confirm", digest=await digest(office), note="rang them all")

    assert (answer.status_code, answer.headers["location"]) == (303, f"{RELEASE}?told=list_confirmed")
    text = (await office.get(RELEASE)).text
    assert "rang them all" in text
    assert "Due:" not in text
    assert "Confirmed" in text


async def test_a_list_that_changed_meanwhile_is_not_confirmed(office: Office) -> None:
    old = await digest(office)
    book = office.world.current.book
    people = {each: replace(person, role="Minister") for each, person in book.people.items()}
    office.world.current._book = replace(book, people=people)

    assert (await office.post(f"{RELEASE}/confirm", digest=old)).status_code == 409
    assert await office.world.events() == []


async def test_who_viewed_what_is_on_the_pages(office: Office) -> None:
    for who, how in ((CLEARED, "grant"), ("rev@stats.example", "break_glass")):
        event = ContentViewed(at=EARLY, actor=who, held=HeldId("m1"), releases=(LMS.id,), how=how)
        await office.world.store.record([event])

    text = (await office.get(RELEASE)).text

    assert "1, last Tue 18 Mar 2031 09:22 GMT" in text
    assert "rev@stats.example, message" in text
    assert "none: broke the glass" in text


async def test_a_suspension_asks_once_more_and_then_shows_by_whom_and_why(office: Office) -> None:
    act = f"/releases/{LMS.id}/suspend"
    text = (await office.get(RELEASE)).text
    [found] = set(re.findall(r'action="([^"]+/suspend)"', text))

    asked = await office.post(found, handle=CLEARED, reason="moved on")
    assert asked.status_code == 200
    assert await office.world.events() == []
    await office.post(found, handle=CLEARED, reason="moved on", sure="yes")

    shown = unescape((await office.get(RELEASE)).text)
    assert found == act
    assert "pra@stats.example, Tue 18 Mar 2031 09:22 GMT: moved on" in shown


async def test_a_person_has_a_page_and_no_address_stands_in_its_path(office: Office) -> None:
    path = await person_path(office)

    text = (await office.get(path)).text

    assert "@" not in path
    assert CLEARED in text
    assert "LMS, March 2031" in text
    assert (await office.get("/access/person/nobody")).status_code == 404


@pytest.mark.parametrize(
    ("file_format", "media_type"),
    [("csv", "text/csv"), ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")],
)
async def test_a_file_is_to_be_saved_and_on_record(office: Office, file_format: str, media_type: str) -> None:
    answer = await office.post("/access/export", format=file_format, release=LMS.id)

    assert answer.headers["content-type"].startswith(media_type)
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert answer.headers["content-disposition"].endswith(f'.{file_format}"')
    assert answer.headers["cache-control"] == "no-store"
    assert await office.world.events() == ["AccessListExported"]
    if file_format == "xlsx":
        assert "Access" in openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames


async def test_a_page_to_print_is_on_record_too(office: Office) -> None:
    answer = await office.post("/access/export", format="print", view="published")

    assert answer.status_code == 200
    assert "As published" in answer.text
    assert "@" not in answer.text.split("<main")[1].replace("pra@stats.example", "").replace("Rae Viewer", "")
    assert await office.world.events() == ["AccessListExported"]


@pytest.mark.parametrize("fields", [{}, {"format": "exe"}, {"format": "csv", "view": "all"}])
async def test_a_form_that_is_not_there_gives_no_file(office: Office, fields: dict[str, str]) -> None:
    assert (await office.post("/access/export", **fields)).status_code == 422
    assert await office.world.events() == []


async def test_nothing_leaves_by_a_get(office: Office) -> None:
    assert (await office.get("/access/export?format=csv")).status_code == 405


async def test_hostile_names_are_words(office: Office) -> None:
    book = office.world.current.book
    people = {
        each: replace(person, role=HOSTILE, name=HOSTILE, organisation=HOSTILE) for each, person in book.people.items()
    }
    office.world.current._book = replace(book, people=people)

    for path in (RELEASE, await person_path(office)):
        assert HOSTILE not in (await office.get(path)).text
    assert HOSTILE not in (await office.post("/access/export", format="print")).text


async def test_nobody_confirms_or_suspends_what_is_public(office: Office) -> None:
    office.world.clock.set(T)

    text = (await office.get(RELEASE)).text

    assert "Confirm this list" not in text
    assert "/suspend" not in text
