"""Sign-in as a browser has it: by hand, by scripts and without them; no rule of WCAG 2.2 AA is broken on any page."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import uvicorn

from leakguard.model.account import Role
from leakguard.service.account_desk import AccountDesk
from tests.chromium import CHROMIUM, launched
from tests.unit.accounts.people import ADA, CONSOLE, OTHER, PASSWORD, RAE
from tests.web.front_door import FrontDoor

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Served:
    """The front door on a port of its own, in a thread of its own."""

    door: FrontDoor = field(init=False)
    origin: str = ""
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def start(self) -> uvicorn.Server:
        listening = socket.create_server(("127.0.0.1", 0))
        self.origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
        self.door = FrontDoor(origin=self.origin)
        server = uvicorn.Server(uvicorn.Config(self.door.app, log_level="critical", lifespan="off"))
        threading.Thread(target=self.loop.run_until_complete, args=[server.serve([listening])], daemon=True).start()
        return server

    def run(self, story):
        """In the loop of the server, as this thread has one of the browser's."""
        return asyncio.run_coroutine_threadsafe(story, self.loop).result(10)

    def code(self, handle: str) -> str:
        desk = AccountDesk(store=self.door.accounts.store, clock=self.door.world.clock, actor=CONSOLE)
        return self.run(desk.create(handle, "New Person", frozenset({Role.REVIEWER})))[1]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail("there is no chromium")
        pytest.skip("there is no chromium")
    made = Served()
    server = made.start()
    made.run(made.door.add(RAE, Role.REVIEWER))
    made.run(made.door.add(ADA, Role.ADMINISTRATOR, Role.AUDITOR))
    yield made
    server.should_exit = True


@pytest.fixture(scope="module")
def chromium(served):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = launched(play)
        yield opened
        opened.close()


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(request, chromium, served):
    context = chromium.new_context(base_url=served.origin, java_script_enabled=request.param)
    yield context.new_page()
    context.close()


@pytest.fixture
def scripted(chromium, served):
    context = chromium.new_context(base_url=served.origin)
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda said: page.complaints.append(str(said)))
    yield page
    context.close()


def sign_in(page, handle: str = RAE, password: str = PASSWORD, there: str = "/account") -> None:
    page.goto(f"/sign-in?next={there}")
    page.get_by_label("E-mail address").fill(handle)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_in_and_out_again(page):
    sign_in(page)
    assert page.get_by_role("heading", level=1).inner_text() == "Your account"

    page.get_by_role("button", name="Sign out", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "You are signed out"

    page.goto("/account")
    assert page.get_by_role("heading", level=1).inner_text() == "Sign in"


def test_a_refusal_is_an_alert_and_the_address_stays(page):
    sign_in(page, "somebody@stats.example", "wrong")

    assert "not right" in page.get_by_role("alert").inner_text()
    assert page.title().startswith("Error: Sign in")
    assert page.get_by_label("E-mail address").input_value() == "somebody@stats.example"
    assert page.get_by_label("Password").input_value() == ""


def test_a_link_is_followed_without_its_code_reaching_the_server_by_the_address(scripted, served):
    asked = []
    scripted.on("request", lambda request: asked.append(request.url))
    code = served.code("linked@stats.example")

    scripted.goto(f"/welcome#{code}")

    assert scripted.get_by_label("One-time code").input_value() == code
    assert scripted.url == f"{served.origin}/welcome"
    scripted.get_by_label("New password", exact=True).fill(OTHER)
    scripted.get_by_label("New password, once more").fill(OTHER)
    scripted.get_by_role("button", name="Set the password").click()
    assert "Your password is set" in scripted.get_by_role("status").inner_text()
    assert not [each for each in asked if code in each.partition("#")[0]]
    assert scripted.complaints == []


def test_a_link_works_by_hand_where_scripts_are_off(chromium, served):
    context = chromium.new_context(base_url=served.origin, java_script_enabled=False)
    page = context.new_page()
    code = served.code("by-hand@stats.example")
    page.goto(f"/welcome#{code}")

    page.get_by_label("One-time code").fill(f"{served.origin}/welcome#{code}")
    page.get_by_label("New password", exact=True).fill(OTHER)
    page.get_by_label("New password, once more").fill(OTHER)
    page.get_by_role("button", name="Set the password").click()

    assert "Your password is set" in page.get_by_role("status").inner_text()
    context.close()


def test_before_a_session_ends_it_is_said_and_a_button_keeps_it(scripted, served):
    clock = served.door.world.clock
    scripted.clock.install()
    sign_in(scripted)
    _arrived(scripted)
    alert = scripted.get_by_text("Your session ends in about three minutes")
    assert not alert.is_visible()

    scripted.clock.run_for(26 * 60 * 1000)
    assert not alert.is_visible()
    scripted.clock.run_for(70 * 1000)
    assert alert.is_visible()

    clock.set(clock.now() + timedelta(minutes=27, seconds=10))
    scripted.get_by_role("button", name="Stay signed in").click()
    alert.wait_for(state="hidden")
    scripted.clock.run_for(26 * 60 * 1000)
    assert not alert.is_visible()
    assert scripted.complaints == []


def test_a_session_that_ended_is_said_too(scripted):
    scripted.clock.install()
    sign_in(scripted)
    _arrived(scripted)

    scripted.clock.run_for(31 * 60 * 1000)

    assert scripted.get_by_text("Your session has ended").is_visible()


@pytest.mark.parametrize("width", [320, 1366])
def test_no_rule_of_accessibility_is_broken_and_nothing_is_wider_than_the_screen(scripted, served, width):
    scripted.set_viewport_size({"width": width, "height": 800})
    broken = {}

    def look(name: str) -> None:
        if found := violations(scripted):
            broken[name] = found
        if scripted.evaluate("document.documentElement.scrollWidth") > width:
            broken[f"{name} is too wide"] = []

    for path in ("/sign-in", "/welcome", "/signed-out"):
        scripted.goto(path)
        look(path)
    sign_in(scripted, password="wrong")
    look("sign-in refused")
    sign_in(scripted, ADA)
    for path in ("/account", "/account/codes", "/again", "/accounts"):
        scripted.goto(path)
        look(path)
    scripted.get_by_role("link", name=RAE).click()
    look("one account")
    scripted.goto("/account")
    scripted.get_by_label("Name", exact=True).fill("mirror")
    scripted.get_by_label("audit").check()
    scripted.get_by_role("button", name="Make the token").click()
    look("a new token")

    assert broken == {}


def _arrived(page) -> None:
    """With its scripts, which look at the clock when they are read."""
    page.get_by_role("heading", name="Your account").wait_for()
    page.wait_for_load_state("load")


def violations(page) -> list[tuple[str, list[str]]]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]
    return [(each["id"], [node["html"][:90] for node in each["nodes"]]) for each in found]
