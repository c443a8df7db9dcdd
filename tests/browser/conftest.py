"""A browser for each module, one running program for all of them; whatever a page complains about fails its test."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.office import PASSWORD, Mailbox, Office, opened
from tests.chromium import CHROMIUM, launched

_REFUSED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")  # a page of ours says so


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail("there is no chromium")
        pytest.skip("there is no chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        started = launched(play)
        yield started
        started.close()


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    if not CHROMIUM.exists():
        pytest.skip("there is no chromium")
    with Mailbox() as mailbox, opened(tmp_path_factory.mktemp("office"), mailbox) as started:
        started.wait(120)
        yield started


class Desks:
    """Pages of a browser, each of somebody who is signed in. complaints: of their consoles. left: asked of others."""

    def __init__(self, browser: Any, office: Office) -> None:
        self.browser, self.office = browser, office
        self.contexts: list[Any] = []
        self.complaints: list[str] = []
        self.left: list[str] = []

    def open(self, handle: str = "", path: str = "", *, width: int = 1280, scripts: bool = True) -> Any:
        """A page of a browser of its own; "" is nobody."""
        if handle and handle not in self.office.states:
            self._sign_in(handle)
        page = self._page(self.office.states.get(handle), width, scripts)
        if path:
            page.goto(path)
        return page

    def _sign_in(self, handle: str) -> None:
        page = self._page(None, 1280, True)
        sign_in(page, handle)
        page.get_by_role("button", name="Sign out").wait_for()
        self.office.states[handle] = page.context.storage_state()

    def _page(self, state: Any, width: int, scripts: bool) -> Any:
        context = self.browser.new_context(
            base_url=self.office.origin,
            storage_state=state,
            java_script_enabled=scripts,
            viewport={"width": width, "height": 900},
            timezone_id="Europe/London",
        )
        context.set_default_timeout(45_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: self._hear(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda said: self._hear(str(said)))
        page.on("request", lambda asked: self._ask(asked.url))
        return page

    def _hear(self, text: str) -> None:
        if not _REFUSED.match(text):
            self.complaints.append(text)

    def _ask(self, url: str) -> None:
        if not url.startswith((self.office.origin, "data:", "about:")):
            self.left.append(url)

    def close(self) -> None:
        for each in self.contexts:
            each.close()


@pytest.fixture
def desks(chromium: Any, office: Office) -> Iterator[Desks]:
    made = Desks(chromium, office)
    yield made
    made.close()
    assert made.complaints == []
    assert made.left == []


@pytest.fixture
def desk_of(desks: Desks) -> Callable[..., Any]:
    return desks.open


def sign_in(page: Any, handle: str, password: str = PASSWORD) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(handle)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
