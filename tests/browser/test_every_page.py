"""Every page in every state: no rule of WCAG 2.2 AA is broken, wide or narrow, and nothing is wider than the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from leakguard.demo.world import CROWD, posts
from tests.browser.conftest import sign_in
from tests.browser.office import ADA, CHRIS, LEAK, OLI, PAT, Office, mail

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
Way = Callable[[Any, Office], None]


def goes(path: str) -> Way:
    return lambda page, office: page.goto(path)


def opens(path: str) -> Way:
    """With everything unfolded that can be."""

    def way(page: Any, office: Office) -> None:
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")

    return way


def refused(page: Any, office: Office) -> None:
    sign_in(page, "nobody@dept.example", "not this one")
    page.get_by_role("alert").wait_for()


def item(sender: str, *steps: tuple[str, str]) -> Way:
    """A message of this sender, unfolded, after decisions of these people."""

    def way(page: Any, office: Office) -> None:
        held = office.leak(sender)
        for act, why in steps:
            page.goto(f"/items/{held}")
            page.locator(f"#d-{act}").check()
            page.get_by_label("Reason").select_option(why)
            with page.expect_navigation():
                page.get_by_role("button", name="Record decision").click()
        opens(f"/items/{held}")(page, office)

    return way


def with_a_sheet(page: Any, office: Office) -> None:
    post = posts()[2]
    office.send("sheets@dept.example", post.recipients, post.content.replace(PAT.encode(), b"sheets@dept.example"))
    page.goto("/held?q=sheets@")
    with page.expect_navigation():
        page.get_by_role("link", name="sheets@dept.example").first.click()
    opens(page.url)(page, office)


def to_many(page: Any, office: Office) -> None:
    sender = "many@dept.example"
    opens(f"/items/{office.send(sender, CROWD, mail(sender, 'Stats day', LEAK))}")(page, office)


def decided(page: Any, office: Office) -> None:
    item("just-decided@dept.example", ("keep", "looked"))(page, office)
    page.goto(f"/held?told=kept&undo={page.url.rpartition('/')[2]}")


def clicks(path: str, button: str) -> Way:
    def way(page: Any, office: Office) -> None:
        page.goto(path)
        with page.expect_navigation():
            page.get_by_role("button", name=button).first.click()

    return way


def first_step(page: Any, office: Office) -> None:
    opens("/releases/DEMO-CPI")(page, office)
    page.locator("#cancel-reason").fill("Only looking")
    with page.expect_navigation():
        page.locator("details", has=page.locator("#cancel-reason")).get_by_role("button").click()


def person(page: Any, office: Office) -> None:
    page.goto("/access/release/DEMO-LMS")
    with page.expect_navigation():
        page.get_by_role("link", name="Private Secretary").click()


def checked(page: Any, office: Office) -> None:
    page.goto("/check")
    page.get_by_label("Text").fill(LEAK)
    with page.expect_navigation():
        page.get_by_role("button", name="Check", exact=True).click()


def incident(page: Any, office: Office) -> None:
    page.goto(f"/items/{office.leak('about-an-incident@dept.example')}")
    with page.expect_navigation():
        page.get_by_role("button", name="Open an incident").click()


def wrong_entry(page: Any, office: Office) -> None:
    incident(page, office)
    page.evaluate("document.querySelectorAll('[required]').forEach(each => each.required = false)")
    with page.expect_navigation():
        page.get_by_role("button", name="Add it").click()


def report(page: Any, office: Office) -> None:
    incident(page, office)
    with page.expect_navigation():
        page.locator("main ul a").first.click()


def one_account(page: Any, office: Office) -> None:
    page.goto("/accounts")
    with page.expect_navigation():
        page.get_by_role("link", name=OLI).click()


WAYS: dict[str, tuple[str, dict[str, Way]]] = {
    "nobody": (
        "",
        {"sign-in": goes("/sign-in"), "refused": refused, "welcome": goes("/welcome"), "out": goes("/signed-out")},
    ),
    "the list": (
        CHRIS,
        {
            "held": opens("/held"),
            "nothing matches": goes("/held?q=nothing-like-this"),
            "closed": goes("/held?state=closed"),
            "just decided": decided,
            "nothing there": goes("/items/none"),
        },
    ),
    "a message": (
        CHRIS,
        {
            "fresh": item("fresh@dept.example"),
            "proposed": item("proposed@dept.example", ("send", "public")),
            "rejected": item("rejected@dept.example", ("reject", "results")),
            "a sheet": with_a_sheet,
            "to many": to_many,
        },
    ),
    "without access": (
        OLI,
        {"metadata": item("metadata@dept.example"), "forbidden": goes("/access"), "held": goes("/held")},
    ),
    "releases and access": (
        PAT,
        {
            "board": opens("/releases"),
            "release": opens("/releases/DEMO-LMS"),
            "first step": first_step,
            "lists": goes("/access"),
            "a list": opens("/access/release/DEMO-LMS"),
            "a person": person,
            "to print": clicks("/access", "Page to print"),
        },
    ),
    "incidents": (
        PAT,
        {
            "new": goes("/incidents/new"),
            "incident": incident,
            "wrong entry": wrong_entry,
            "report": report,
            "all": goes("/incidents"),
        },
    ),
    "check and pictures": (
        PAT,
        {
            "check": opens("/check"),
            "checked": checked,
            "pictures": goes("/pictures"),
            "of a release": clicks("/pictures", "Show this release"),
            "account": goes("/account"),
            "codes": goes("/account/codes"),
            "again": goes("/again"),
        },
    ),
    "accounts": (ADA, {"accounts": goes("/accounts"), "one account": one_account, "board": goes("/releases")}),
}


@pytest.mark.parametrize("part", WAYS)
def test_no_rule_is_broken_and_nothing_is_wider_than_the_screen(desk_of, office, part):
    handle, ways = WAYS[part]
    page = desk_of(handle)
    found: dict[str, object] = {}

    for name, way in ways.items():
        way(page, office)
        for width in (1280, 400):
            page.set_viewport_size({"width": width, "height": 900})
            if broken := violations(page):
                found[f"{name} at {width}"] = broken
        page.set_viewport_size({"width": 320, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            found[f"{name} is wider than 320"] = page.evaluate(WIDEST)

    assert found == {}


WIDEST = """[...document.querySelectorAll('main *, header *')].filter(each => !each.closest('.scroll, svg, pre')
    && each.getBoundingClientRect().right > 321).slice(-3).map(each => each.outerHTML.slice(0, 120))"""


def violations(page: Any) -> list[tuple[str, list[str]]]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]
    return [(each["id"], [node["html"][:90] for node in each["nodes"]]) for each in found]
