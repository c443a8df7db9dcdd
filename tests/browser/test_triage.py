"""The list of held messages in a browser, before the running program: what needs somebody, live, and by keys alone."""

from __future__ import annotations

import re

import pytest

from leakguard.demo.world import CROWD
from tests.browser.office import CHRIS, LEAK, PAT, mail, until

EVERYBODY = "digital-crowd@dept.example"


@pytest.fixture(scope="module")
def crowd(office) -> str:
    return office.send(EVERYBODY, CROWD, mail(EVERYBODY, "Labour market stats day", LEAK))


def row(page, sender: str):
    return page.locator("[data-item]", has=page.get_by_role("link", name=sender))


def test_a_message_to_296_people_is_one_item(desk_of, crowd):
    page = desk_of(CHRIS, "/held")

    assert row(page, EVERYBODY).count() == 1
    assert row(page, EVERYBODY).get_by_role("link").inner_text() == f"{EVERYBODY} to 296 people"
    assert "296 of 296 held copies" in row(page, EVERYBODY).inner_text()
    assert page.title().startswith("Held messages")


def test_filters_and_a_search_over_people_and_references_never_over_words(desk_of, office, crowd):
    office.leak("search-me@dept.example")
    page = desk_of(CHRIS, "/held")

    def apply() -> None:
        with page.expect_navigation():
            page.get_by_role("button", name="Apply").click()

    def search(words: str) -> list[str]:
        page.get_by_role("searchbox").fill(words)
        apply()
        return page.locator("[data-item] h3").all_inner_texts()

    assert search("search-me") == ["search-me@dept.example to bob@dept.example"]
    assert search(crowd) == [f"{EVERYBODY} to 296 people"]
    assert search("staff042 digital-crowd") == [f"{EVERYBODY} to 296 people"]
    assert search("record employment") == []
    assert "Nothing matches" in page.locator("#items").inner_text()

    with page.expect_navigation():
        page.get_by_role("link", name="Clear", exact=True).click()
    page.get_by_label("Release").select_option("DEMO-LMS")
    page.get_by_label("Show").select_option("todo")
    apply()
    assert row(page, EVERYBODY).count() == 1
    page.get_by_label("Show").select_option("closed")
    apply()
    assert row(page, EVERYBODY).count() == 0


def test_by_keys_alone_a_message_is_found_opened_decided_and_undone(desk_of, office):
    held = office.leak("by-keys@dept.example")
    page = desk_of(CHRIS, "/held")
    keys = page.keyboard

    keys.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    keys.type("by-keys")
    keys.press("Enter")
    page.wait_for_url(re.compile("q=by-keys"))
    page.wait_for_load_state()
    keys.press("j")
    assert page.locator(".at").get_attribute("id") == f"i-{held}"
    keys.press("k")
    assert page.locator(".at").get_attribute("id") == f"i-{held}"
    keys.press("Enter")
    page.wait_for_url(f"**/items/{held}")
    page.wait_for_load_state()

    keys.press("s")
    assert page.evaluate("document.activeElement.name") == "act"
    keys.press("Space")
    keys.press("Tab")
    while page.evaluate("document.activeElement.id") != "why":
        keys.press("Tab")
    keys.type("Looked")
    keys.press("Enter")
    if page.url.endswith(held):  # Enter in a list may only close it
        while page.evaluate("document.activeElement.textContent") != "Record decision":
            keys.press("Tab")
        keys.press("Enter")
    page.wait_for_url(re.compile("told=kept"))
    page.wait_for_load_state()

    keys.press("z")
    assert page.evaluate("document.activeElement.textContent") == "Undo"
    keys.press("Enter")
    page.wait_for_url(re.compile(f"items/{held}.told=undone"))
    page.wait_for_load_state()
    keys.press("u")
    page.wait_for_url("**/held")


def test_keys_can_be_turned_off_and_do_nothing_in_a_field(desk_of, office, crowd):
    page = desk_of(CHRIS, "/held")
    page.get_by_role("searchbox").fill("")
    page.keyboard.type("jk")
    assert page.get_by_role("searchbox").input_value() == "jk"
    assert page.locator(".at").count() == 0

    page.get_by_text("Keys", exact=True).click()
    page.get_by_label("Turn these keys off").check()
    page.keyboard.press("j")
    assert page.locator(".at").count() == 0
    page.get_by_label("Turn these keys off").uncheck()
    page.keyboard.press("j")
    assert page.locator(".at").count() == 1


def test_a_message_that_comes_appears_by_itself_and_what_is_chosen_and_focused_stays(desk_of, office):
    office.leak("here-before@dept.example")
    page = desk_of(CHRIS, "/held")
    page.evaluate("window.sameDocument = true")
    row(page, "here-before").get_by_role("checkbox").check()
    row(page, "here-before").get_by_role("checkbox").focus()

    office.leak("just-came@dept.example")
    row(page, "just-came").wait_for()

    assert page.evaluate("window.sameDocument")
    assert row(page, "here-before").get_by_role("checkbox").is_checked()
    assert not row(page, "just-came").get_by_role("checkbox").is_checked()
    assert row(page, "here-before").get_by_role("checkbox").evaluate("each => each === document.activeElement")
    assert page.locator("#announce").inner_text() == "This page has changed."


def test_a_paused_list_stays_as_it_is_until_somebody_lets_it_go_on(desk_of, office):
    page = desk_of(PAT, "/held")
    page.get_by_role("button", name="Pause updates").click()
    before = page.locator("#items").inner_html()
    watching = desk_of(CHRIS, "/held")

    office.leak("while-paused@dept.example")
    row(watching, "while-paused").wait_for()
    page.wait_for_timeout(800)
    assert page.locator("#items").inner_html() == before

    page.get_by_role("button", name="Go on with updates").click()
    row(page, "while-paused").wait_for()
    assert page.get_by_role("button", name="Pause updates").get_attribute("aria-pressed") == "false"


def test_many_messages_at_once_are_all_in_the_list_in_the_end(desk_of, office):
    page = desk_of(CHRIS, "/held")

    for number in range(6):
        office.leak(f"burst-{number}@dept.example")

    row(page, "burst-5").wait_for()
    until(lambda: all(row(page, f"burst-{number}").count() == 1 for number in range(6)), 5)


@pytest.mark.parametrize("act", ["keep", "reject"])
def test_several_are_decided_together_and_a_rejection_takes_their_number(desk_of, office, act):
    senders = [f"together-{act}-{number}@dept.example" for number in range(3)]
    for each in senders:
        office.leak(each)
    page = desk_of(CHRIS, f"/held?q=together-{act}")
    for each in senders[:2]:
        row(page, each).get_by_role("checkbox").check()

    def decide(count: str) -> None:
        page.get_by_text("Decide about the chosen").click()
        page.locator(f"#b-{act}").check()
        page.get_by_label("how many messages").fill(count)
        page.get_by_label("Reason").select_option("results" if act == "reject" else "looked")
        page.get_by_role("button", name="Record for all chosen").click()

    if act == "reject":
        decide("3")
        assert "write how many messages you mean: 2" in page.locator("main").inner_text()
        page.go_back()
        for each in senders[:2]:
            row(page, each).get_by_role("checkbox").check()
        if page.locator("#bulk-decision").get_attribute("open") is not None:
            page.locator("#bulk-decision summary").click()
    decide("2")
    assert page.get_by_role("status").inner_text().startswith("Recorded" if act == "keep" else "Rejected")

    page.goto(f"/held?state=all&q=together-{act}")
    said = {each: row(page, each).inner_text() for each in senders}
    done = "Goes by itself" if act == "keep" else "Closed"
    assert [done in said[each] for each in senders] == [True, True, False]


def test_nobody_reaches_the_list_without_signing_in(desk_of):
    page = desk_of("", "/held")

    assert page.get_by_role("heading", level=1).inner_text() == "Sign in"
