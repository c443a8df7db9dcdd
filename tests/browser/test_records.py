"""The other pages in a browser: access lists, check, incidents, pictures and accounts; and the way out."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from tests.browser.conftest import sign_in
from tests.browser.office import ADA, CHRIS, PASSWORD, PAT


def told(page) -> str:
    return page.get_by_role("status").first.inner_text()


def heading(page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def taken(page, name: str) -> bytes:
    with page.expect_download() as coming:
        page.get_by_role("button", name=name, exact=True).click()
    with open(coming.value.path(), "rb") as file:
        return file.read()


def test_an_access_list_is_looked_through_confirmed_and_taken_away(desk_of, office):
    page = desk_of(PAT, "/access")
    page.get_by_role("link", name="UK Labour Market (demo)").click()
    assert "cleared@dept.example" in page.locator("table").first.inner_text()

    page.get_by_label("What you looked at").fill("Every line")
    page.get_by_role("button", name="Confirm this list").click()
    assert "confirmed as you saw it" in told(page)

    assert b"cleared@dept.example" in taken(page, "CSV")
    assert zipfile.ZipFile(io.BytesIO(taken(page, "Workbook (XLSX)"))).testzip() is None
    page.get_by_role("button", name="Page to print").click()
    page.locator("table").first.wait_for()
    page.goto("/access")
    page.get_by_role("link", name="UK Labour Market (demo)").click()
    page.get_by_role("link", name="Private Secretary").click()
    assert heading(page) == "Access of Private Secretary"


def test_a_text_and_a_file_are_checked_without_being_sent(desk_of, office):
    before = len(office.mailbox.sink.arrivals)
    page = desk_of(PAT, "/check")
    page.get_by_label("Text").fill("Get ready for record employment")
    page.get_by_label("Recipients").fill("newsdesk@paper.example")
    page.get_by_label("File").set_input_files(
        [{"name": "note.txt", "mimeType": "text/plain", "buffer": b"Unemployment fell"}]
    )
    page.get_by_role("button", name="Check", exact=True).click()

    assert heading(page) == "What would happen"
    assert "newsdesk@paper.example" in page.locator("table").first.inner_text()
    assert "held until" in page.locator("table").first.inner_text()
    page.locator("mark").first.wait_for()
    assert len(office.mailbox.sink.arrivals) == before


def test_an_incident_is_opened_from_a_message_kept_and_reported(desk_of, office):
    held = office.leak("incident@dept.example")
    page = desk_of(PAT, f"/items/{held}")
    page.get_by_role("button", name="Open an incident").click()
    if heading(page) == "Open an incident":
        page.get_by_role("button", name="Open it").click()
    assert "incident is open" in told(page)

    page.get_by_label("What happened").select_option(index=1)
    page.get_by_label("When").fill("2026-03-18T09:22:00")
    page.get_by_label("To, from or by whom").fill("newsdesk@paper.example")
    page.get_by_label("In words").fill("They telephoned")
    page.get_by_role("button", name="Add it").click()
    assert "in the timeline" in told(page)
    assert "They telephoned" in page.locator("table").first.inner_text()

    page.locator("main ul a").first.click()
    report = heading(page)
    page.get_by_label("Text of").first.fill("Written by a test")
    page.get_by_role("button", name=re.compile("^Save")).first.click()
    assert "section is saved" in told(page)
    assert heading(page) == report
    assert page.get_by_label("Text of").first.input_value() == "Written by a test"
    file = zipfile.ZipFile(io.BytesIO(taken(page, "Word file (DOCX)")))
    assert "Written by a test" in file.read("word/document.xml").decode()
    page.goto("/incidents")
    assert held in page.locator("table").inner_text()


def test_pictures_of_days_and_of_a_release(desk_of, office):
    office.leak("pictured@dept.example")
    page = desk_of(CHRIS, "/pictures")
    page.locator("svg.drawing").first.wait_for()
    page.locator(".picture table").first.wait_for(state="attached")

    page.get_by_label("One release").select_option("DEMO-LMS")
    page.get_by_role("button", name="Show this release").click()
    page.locator("svg.drawing").first.wait_for()


def test_an_account_is_made_its_owner_signs_in_and_is_put_out_again(desk_of, office):
    admin = desk_of("")
    sign_in(admin, ADA)  # now, since making accounts takes a fresh password
    assert heading(admin) == "Releases"
    assert admin.get_by_role("link", name="Held").count() == 0
    admin.goto("/accounts")
    admin.get_by_label("E-mail address").fill("newcomer@dept.example")
    admin.get_by_label("Name", exact=True).fill("Nia Newcomer")
    admin.get_by_label("Reviewer:").check()
    admin.get_by_role("button", name="Make the account").click()
    link = re.search(r"/welcome#\S+", admin.locator("main").inner_text())
    assert link

    owner = desk_of("", link[0])
    owner.get_by_label("New password", exact=True).fill(PASSWORD)
    owner.get_by_label("New password, once more").fill(PASSWORD)
    owner.get_by_role("button", name="Set the password").click()
    sign_in(owner, "newcomer@dept.example")
    assert heading(owner) == "Held messages"

    admin.goto("/accounts")
    admin.get_by_role("link", name="newcomer@dept.example").click()
    admin.get_by_role("button", name="Disable the account").click()
    owner.goto("/held")
    assert heading(owner) == "Sign in"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_in_and_out(desk_of, office, scripts):
    page = desk_of("", "/releases", scripts=scripts)
    page.get_by_label("E-mail address").fill(CHRIS)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    assert heading(page) == "Releases"

    page.get_by_role("button", name="Sign out").click()
    assert heading(page) == "You are signed out"
    page.goto("/held")
    assert heading(page) == "Sign in"
