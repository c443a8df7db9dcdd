"""Connecting an account as a browser has it, with scripts and without; no rule of WCAG 2.2 AA is broken."""

from __future__ import annotations

import os
import socket
import threading
from asyncio import new_event_loop
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import pytest
import uvicorn

from leakguard.service.consents import Consents, Granted
from leakguard.service.pace import Pace
from leakguard.service.seal import Seal, key_of, new_key
from tests.chromium import CHROMIUM, launched
from tests.unit.service.world import World
from tests.web.front_door import FrontDoor
from tests.web.test_sign_in_in_a_browser import violations


@dataclass
class AtOnce:
    """A Slack in which everybody has agreed as soon as they are asked."""

    origin: str

    def address(self, state: str, team: str) -> str:
        return f"{self.origin}/slack/oauth_redirect?code=1&state={quote(state)}"

    async def redeem(self, code: str) -> Granted:
        return Granted(team="T1", person="U1", token="xoxp-1", scopes=frozenset({"chat:write", "files:write"}))

    async def renew(self, renewal: str) -> Granted:
        raise AssertionError("nothing expires here")

    async def revoke(self, token: str) -> None:
        return None


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail("there is no chromium")
        pytest.skip("there is no chromium")
    listening, world = socket.create_server(("127.0.0.1", 0)), World()
    there = f"http://127.0.0.1:{listening.getsockname()[1]}"
    consents = Consents(
        store=world.store.vault,
        seal=Seal(key_of(new_key())),
        exchange=AtOnce(there),
        clock=world.clock,
        team=lambda: "T1",
        pace=Pace(clock=world.clock.seconds),
    )
    door = FrontDoor(world=world, origin=there, consents=consents)
    server = uvicorn.Server(uvicorn.Config(door.app, log_level="critical", lifespan="off"))
    threading.Thread(target=new_event_loop().run_until_complete, args=[server.serve([listening])], daemon=True).start()
    yield there
    server.should_exit = True


@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_account_is_connected_and_ended_by_keyboard(origin: str, has_scripts: bool) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = launched(play)
        page = chromium.new_context(base_url=origin, java_script_enabled=has_scripts).new_page()
        page.goto("/slack/connect")
        connected, there = page.locator("h1").inner_text(), violations(page) if has_scripts else []
        page.get_by_role("button", name="Disconnect my account").press("Enter")
        page.wait_for_url("**/slack/disconnect")
        ended, gone = page.locator("h1").inner_text(), violations(page) if has_scripts else []
        chromium.close()

    assert connected == "Your account in Slack is connected"
    assert ended == "Your account is not connected any more"
    assert (there, gone) == ([], [])
