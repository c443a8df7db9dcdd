"""Connecting an account in Slack, as a browser of somebody without an account here meets it: there, back, and gone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest

from tests.fakes.slack import faults
from tests.unit.service.world import World
from tests.unit.slack.consenting import ORIGIN, TEAM, Agreeing, agreeing
from tests.web.front_door import Browser, FrontDoor

_FAREWELL = re.compile(r'name="farewell" value="([^"]+)"')
COOKIE = "__Host-leakguard-slack"


@asynccontextmanager
async def at_the_pages(*, is_on: bool = True) -> AsyncIterator[tuple[Agreeing, Browser]]:
    async with agreeing() as agreed:
        world = World()
        agreed.store, agreed.clock = world.store, world.clock
        door = FrontDoor(world=world, origin=ORIGIN, consents=agreed.consents if is_on else None)
        async with door.browser() as browser:
            yield agreed, browser


async def back(browser: Browser, address: str):
    parts = urlsplit(address)
    return await browser.get(f"{parts.path}?{parts.query}")


async def test_somebody_without_an_account_connects_theirs_and_ends_it():
    async with at_the_pages() as (agreed, browser):
        amy = agreed.slack.person("amy")
        there = await browser.get("/slack/connect")
        page = await back(browser, agreed.slack.agree(amy, there.headers["location"]))
        token = await agreed.consents.token(TEAM, amy.id)
        ended = await browser.post("/slack/disconnect", farewell=_FAREWELL.search(page.text)[1])

        assert there.status_code == 303
        assert (page.status_code, "<h1>Your account in Slack is connected</h1>" in page.text) == (200, True)
        assert agreed.slack.workspace.tokens[token].user == amy.id
        assert token not in page.text
        assert (ended.status_code, "is not connected any more" in ended.text) == (200, True)
        assert await agreed.store.vault.agreed("") == 0


async def test_the_cookie_of_the_way_is_for_this_host_short_and_gone_afterwards():
    async with at_the_pages() as (agreed, browser):
        there = await browser.get("/slack/connect")
        page = await back(browser, agreed.slack.agree(agreed.slack.person("amy"), there.headers["location"]))

        given, taken = there.headers["set-cookie"], page.headers["set-cookie"]
        assert given.startswith(f"{COOKIE}=")
        assert all(each in given for each in ("HttpOnly", "Secure", "SameSite=lax", "Max-Age=600", "Path=/"))
        assert taken.startswith(f'{COOKIE}=""') and "Max-Age=0" in taken
        assert there.headers["cache-control"] == page.headers["cache-control"] == "no-store"
        assert there.headers["referrer-policy"] == "same-origin", "the state goes to nobody else"


async def test_another_browser_cannot_finish_what_this_one_began():
    async with at_the_pages() as (agreed, browser):
        there = await browser.get("/slack/connect")
        address = agreed.slack.agree(agreed.slack.person("amy"), there.headers["location"])
        browser.client.cookies.clear()
        without = await back(browser, address)
        browser.client.cookies.set(COOKIE, "guessed", domain="review.stats.example")
        guessed = await back(browser, address)

        for page in (without, guessed):
            assert (page.status_code, "another browser" in page.text) == (422, True)
        assert await agreed.store.vault.agreed("") == 0


async def test_who_says_no_in_slack_has_nothing_connected():
    async with at_the_pages() as (agreed, browser):
        there = await browser.get("/slack/connect")
        page = await back(browser, agreed.slack.decline(there.headers["location"]))

        assert (page.status_code, "Nothing was connected" in page.text) == (200, True)
        assert agreed.slack.calls("oauth.v2.access") == []


async def test_a_link_from_slack_is_for_the_one_it_was_made_for():
    async with at_the_pages() as (agreed, browser):
        amy, eve = agreed.slack.person("amy"), agreed.slack.person("eve")
        link = f"/slack/connect?for={agreed.consents.invitation(amy.id)}"
        there = await browser.get(link)
        page = await back(browser, agreed.slack.agree(eve, there.headers["location"]))
        forged = await browser.get("/slack/connect?for=AAAA")

        assert (page.status_code, "somebody else" in page.text) == (422, True)
        assert (forged.status_code, "too old" in forged.text) == (422, True)


async def test_ending_needs_a_form_of_ours_and_what_stood_in_it():
    async with at_the_pages() as (agreed, browser):
        there = await browser.get("/slack/connect")
        page = await back(browser, agreed.slack.agree(agreed.slack.person("amy"), there.headers["location"]))
        farewell = _FAREWELL.search(page.text)[1]
        from_elsewhere = await browser.client.post(
            "/slack/disconnect", data={"farewell": farewell}, headers={"origin": "https://evil.example"}
        )
        empty = await browser.post("/slack/disconnect", farewell="")

        assert (from_elsewhere.status_code, empty.status_code) == (403, 422)
        assert await agreed.store.vault.agreed("") == 1


async def test_slack_away_is_a_page_that_says_so():
    async with at_the_pages() as (agreed, browser):
        agreed.slack.faults.once("oauth.v2.access", faults.status(503))
        there = await browser.get("/slack/connect")
        page = await back(browser, agreed.slack.agree(agreed.slack.person("amy"), there.headers["location"]))

        assert (page.status_code, "Slack did not answer" in page.text) == (422, True)


@pytest.mark.parametrize("path", ["/slack/connect", "/slack/oauth_redirect?code=x&state=y"])
async def test_where_it_is_off_the_pages_say_so(path):
    async with at_the_pages(is_on=False) as (_, browser):
        page = await browser.get(path)

        assert (page.status_code, "not turned on here" in page.text) == (404, True)
