"""The pictures as a browser shows them: no rule of WCAG 2.2 AA is broken, and nothing is wider than a small screen."""

from __future__ import annotations

import asyncio
import os
from importlib.resources import files

import pytest

from tests.chromium import CHROMIUM, launched
from tests.unit.service.history.test_pictures import a_morning
from tests.web.test_pictures import RELEASE, page_of

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def page():
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail("there is no chromium")
        pytest.skip("there is no chromium")
    html = asyncio.run(_shown())
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = launched(play)
        opened = browser.new_page()
        opened.set_content(html)
        yield opened
        browser.close()


async def _shown() -> str:
    html = await page_of(await a_morning(), RELEASE)
    sheet = (files("leakguard.web") / "static" / "leakguard.css").read_text("utf-8")
    return html.replace("</head>", f"<style>{sheet}</style></head>")


@pytest.mark.parametrize("width", [320, 400, 1366])
def test_nothing_is_wider_than_the_screen_and_drawn_text_can_be_read(page, width):
    page.set_viewport_size({"width": width, "height": 900})

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    drawn = page.evaluate("document.querySelector('svg.drawing').getBoundingClientRect().width")
    assert 15 * drawn / 480 >= 9, "pixels of the height of a letter"


def test_no_rule_of_accessibility_is_broken(page):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]

    assert [(each["id"], [node["html"][:90] for node in each["nodes"]]) for each in found] == []


def test_on_paper_the_pictures_stay_and_the_forms_go(page):
    page.emulate_media(media="print")
    try:
        assert page.evaluate("getComputedStyle(document.querySelector('main form')).display") == "none"
        assert page.evaluate("[...document.querySelectorAll('svg.drawing')].every(each => each.clientHeight > 0)")
    finally:
        page.emulate_media(media="screen")
