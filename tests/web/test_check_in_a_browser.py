"""The check pages as a browser shows them: no rule of WCAG 2.2 AA is broken, nothing is wider than a small screen."""

from __future__ import annotations

import asyncio
import os
from importlib.resources import files

import pytest

from leakguard.model.account import Role
from tests.chromium import CHROMIUM, launched
from tests.unit.service.world import AMY, CLEARED, JOE, PRODUCER, World
from tests.web.office import Office
from tests.web.reader import Reader

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def shown():
    """Every page there is to see, by name, each as it came and with the sheet in it."""
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail("there is no chromium")
        pytest.skip("there is no chromium")
    pages = asyncio.run(_pages())
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = launched(play)
        opened = browser.new_page()

        def show(name: str):
            opened.set_content(pages[name])
            return opened

        yield show
        browser.close()


async def _pages() -> dict[str, str]:
    sheet = (files("leakguard.web") / "static" / "leakguard.css").read_text("utf-8")
    office, asked = Office(world=World(inspector=Reader())), {"text": "LMS UNREAD", "to": f"{CLEARED} {AMY}"}
    office.sign_in(Role.AUDITOR, handle=PRODUCER)
    form = await office.get("/check")
    wrong = await office.post("/check", direction="outbound", as_at="then", text="tea")
    full = await office.post("/check", direction="outbound", **asked)
    office.sign_in(Role.AUDITOR, handle=JOE)
    safe = await office.post("/check", direction="outbound", **asked)
    answers = {"form": form, "wrong": wrong, "full": full, "safe": safe}
    return {name: each.text.replace("</head>", f"<style>{sheet}</style></head>") for name, each in answers.items()}


@pytest.mark.parametrize("name", ["form", "wrong", "full", "safe"])
def test_no_rule_of_accessibility_is_broken(shown, name):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(shown(name), options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]

    assert [(each["id"], [node["html"][:90] for node in each["nodes"]]) for each in found] == []


@pytest.mark.parametrize("name", ["form", "wrong", "full", "safe"])
def test_nothing_is_wider_than_a_small_screen(shown, name):
    page = shown(name)
    page.set_viewport_size({"width": 320, "height": 900})

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_what_was_found_is_shown_to_those_with_access_only(shown):
    assert "What was found" in shown("full").inner_text("main")
    assert "What could not be read" in shown("full").inner_text("main")
    assert "found" not in shown("safe").inner_text("main").replace("does not say what was found", "")
