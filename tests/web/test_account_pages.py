"""The pages about one's own account, and those on which administrators keep the others."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from leakguard.model.account import Role, Scope
from leakguard.service import totp
from leakguard.web.pages.account import SCOPES
from leakguard.web.pages.accounts import ROLES
from tests.unit.accounts.people import ADA, OTHER, PASSWORD, RAE
from tests.web.front_door import Browser, FrontDoor

OTHERS = [each for each in Role if each is not Role.ADMINISTRATOR]


@pytest.fixture
def door() -> FrontDoor:
    return FrontDoor()


def found(pattern: str, page: str) -> str:
    match = re.search(pattern, page)
    assert match, pattern
    return match[1]


def _code(door: FrontDoor, secret: bytes, steps: int = 0) -> str:
    return totp._code(secret, int(door.world.clock.now().timestamp()) // 30 + steps).decode()


async def test_the_account_page_says_who_one_is_and_where_signed_in(door: FrontDoor) -> None:
    await door.add(RAE, Role.REVIEWER, Role.PRA_OFFICER)
    async with door.browser() as browser, door.browser("198.51.100.9") as other:
        await other.sign_in()
        await browser.sign_in()
        page = (await browser.get("/account")).text

        assert RAE in page
        assert "pra officer, reviewer" in page
        assert page.count("<td>192.0.2.7</td>") == page.count("<td>198.51.100.9</td>") == 1
        assert page.count("<td>yes</td>") == 1


async def test_a_password_is_changed_on_the_page(door: FrontDoor) -> None:
    await door.add()
    async with door.browser() as browser:
        await browser.sign_in()

        answer = await browser.post("/account/password", page="/account", old=PASSWORD, password=OTHER, repeated=OTHER)

        assert answer.headers["location"] == "/account?told=password_changed"
        assert (await browser.get("/account")).status_code == 200
    async with door.browser() as browser:
        assert (await browser.sign_in(password=OTHER)).status_code == 303


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"old": "wrong", "password": OTHER, "repeated": OTHER}, "The password is not right."),
        ({"old": PASSWORD, "password": OTHER, "repeated": "other"}, "not the same"),
        ({"old": PASSWORD, "password": "short", "repeated": "short"}, "too short"),
    ],
)
async def test_a_password_that_cannot_be_changed_is_told_on_the_page(
    door: FrontDoor, fields: dict[str, str], why: str
) -> None:
    await door.add()
    async with door.browser() as browser:
        await browser.sign_in()

        answer = await browser.post("/account/password", page="/account", **fields)

        assert answer.status_code == 422
        assert why in answer.text
        assert OTHER not in answer.text


async def test_codes_are_set_up_and_stopped_on_the_page(door: FrontDoor) -> None:
    await door.add()
    async with door.browser() as browser:
        await browser.sign_in()
        page = (await browser.get("/account/codes")).text
        shown = found(r'name="secret" value="([A-Z2-7 ]+)"', page)
        secret = totp.secret_of(shown)
        assert f"secret={shown.replace(' ', '')}" in page

        fields = {"secret": shown, "password": PASSWORD}
        wrong = await browser.post("/account/codes", page="/account/codes", code="000000", **fields)
        assert (wrong.status_code, shown in wrong.text) == (422, True)
        right = await browser.post("/account/codes", page="/account/codes", code=_code(door, secret), **fields)
        assert right.headers["location"] == "/account?told=codes_on"

        assert (await browser.post("/account/codes/stop", page="/account", password="wrong")).status_code == 422
        stopped = await browser.post("/account/codes/stop", page="/account", password=PASSWORD)
        assert stopped.headers["location"] == "/account?told=codes_off"


async def test_a_secret_that_is_none_of_ours_is_refused(door: FrontDoor) -> None:
    await door.add()
    async with door.browser() as browser:
        await browser.sign_in()

        answer = await browser.post("/account/codes", page="/account/codes", secret="AAAA", code="1", password=PASSWORD)

        assert answer.status_code == 422


async def test_a_token_is_shown_once_and_works(door: FrontDoor) -> None:
    await door.add()
    async with door.browser() as browser:
        await browser.sign_in()
        fields = {"name": "ministry mirror", "scope": ["read", "check"], "days": "30"}

        made = await browser.post("/account/tokens", page="/account", **fields)

        token = found(r"<code>(lgt_[\w-]+)</code>", made.text)
        assert (await door.accounts.bearer(token)).scopes == {Scope.READ, Scope.CHECK}
        page = (await browser.get("/account")).text
        assert "ministry mirror" in page
        assert token not in page

        token_id = found(r'name="token" value="(\w+)"', page)
        gone = await browser.post("/account/tokens/revoke", page="/account", token=token_id)
        assert gone.headers["location"] == "/account?told=token_revoked"
        assert "ministry mirror" not in (await browser.get("/account")).text


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "", "scope": "read", "days": "30"},
        {"name": "x", "days": "30"},
        {"name": "x", "scope": "read", "days": "0"},
        {"name": "x", "scope": "read", "days": "many"},
        {"name": "x", "scope": "read", "days": "99999999999999999999"},
        {"name": "x", "scope": "audit", "days": "30"},
        {"name": "x", "scope": "everything", "days": "30"},
    ],
    ids=str,
)
async def test_a_token_that_cannot_be_made_is_told_on_the_page(door: FrontDoor, fields: dict[str, str]) -> None:
    await door.add()
    async with door.browser() as browser:
        await browser.sign_in()

        answer = await browser.post("/account/tokens", page="/account", **fields)

        assert answer.status_code == 422
        assert await door.accounts.store.tokens_of(RAE) == ()


async def test_only_scopes_of_ones_roles_are_offered(door: FrontDoor) -> None:
    await door.add(RAE, Role.AUDITOR)
    async with door.browser() as browser:
        await browser.sign_in()

        offered = set(re.findall(r'name="scope" value="(\w+)"', (await browser.get("/account")).text))

        assert offered == {"read", "check", "audit"}


async def test_a_token_asks_for_the_password_when_it_is_long_ago(door: FrontDoor) -> None:
    await door.add()
    async with door.browser() as browser:
        await browser.sign_in()
        door.world.clock.set(door.world.clock.now() + timedelta(minutes=6))

        answer = await browser.post("/account/tokens", page="/account", name="x", scope="read", days="1")

        assert (answer.status_code, answer.headers["location"]) == (303, "/again?next=/account")


@pytest.mark.parametrize("role", OTHERS)
@pytest.mark.parametrize("act", ["", "/roles", "/disable", "/enable", "/reset"])
async def test_accounts_are_for_administrators(door: FrontDoor, role: Role, act: str) -> None:
    await door.add(RAE, role)
    async with door.browser() as browser:
        await browser.sign_in()

        assert (await browser.get("/accounts")).status_code == 403
        assert (await browser.get("/accounts/0123456789abcdef")).status_code == 403
        fields = {"handle": "new@stats.example", "role": "administrator"}
        answer = await browser.post(f"/accounts{'/0123456789abcdef' if act else ''}{act}", page="/account", **fields)
        assert answer.status_code == 403
        assert len(await door.accounts.store.accounts()) == 1


async def _administrator(door: FrontDoor, browser: Browser) -> None:
    await door.add(ADA, Role.ADMINISTRATOR)
    await browser.sign_in(ADA)


async def test_an_administrator_makes_an_account_whose_owner_signs_in(door: FrontDoor) -> None:
    async with door.browser() as browser, door.browser("198.51.100.9") as owner:
        await _administrator(door, browser)

        made = await browser.post(
            "/accounts", page="/accounts", handle="New@stats.example", name="Nia", role=["reviewer", "approver"]
        )
        code = found(rf"{door.origin}/welcome#([\w-]+)", made.text)
        await owner.post("/welcome", code=code, password=OTHER, repeated=OTHER)

        assert (await owner.sign_in("new@stats.example", OTHER)).status_code == 303
        listed = (await browser.get("/accounts")).text
        assert "new@stats.example" in listed
        assert code not in listed


async def test_an_account_that_cannot_be_made_is_told_with_what_was_typed(door: FrontDoor) -> None:
    async with door.browser() as browser:
        await _administrator(door, browser)

        answer = await browser.post("/accounts", page="/accounts", handle="new@stats.example", name="Nia")

        assert answer.status_code == 422
        assert "at least one role" in answer.text
        assert 'value="new@stats.example"' in answer.text


async def test_what_an_administrator_does_about_an_account(door: FrontDoor) -> None:
    await door.add()
    async with door.browser() as browser:
        await _administrator(door, browser)
        page = found(r'<a href="(/accounts/\w+)">rae@', (await browser.get("/accounts")).text)
        assert "rae" not in page

        assert (await browser.post(f"{page}/roles", page=page, role="auditor")).headers["location"].startswith(page)
        assert (await door.accounts.store.account(RAE)).roles == {Role.AUDITOR}

        await browser.post(f"{page}/disable", page=page)
        assert (await door.accounts.store.account(RAE)).is_disabled
        await browser.post(f"{page}/enable", page=page)
        assert not (await door.accounts.store.account(RAE)).is_disabled

        reset = await browser.post(f"{page}/reset", page=page)
        assert found(r"/welcome#([\w-]+)", reset.text)
        assert (await door.accounts.store.account(RAE)).password is None


async def test_ones_own_account_is_shown_without_the_means_to_change_it(door: FrontDoor) -> None:
    async with door.browser() as browser:
        await _administrator(door, browser)
        page = found(r'<a href="(/accounts/\w+)">ada@', (await browser.get("/accounts")).text)

        shown = await browser.get(page)
        forced = await browser.post(f"{page}/roles", page="/accounts", role=["administrator", "approver"])

        assert "/roles" not in shown.text
        assert forced.status_code == 422
        assert (await door.accounts.store.account(ADA)).roles == {Role.ADMINISTRATOR}


async def test_there_is_no_page_of_nobody(door: FrontDoor) -> None:
    async with door.browser() as browser:
        await _administrator(door, browser)

        assert (await browser.get("/accounts/0123456789abcdef")).status_code == 404


def test_every_role_and_scope_is_explained() -> None:
    assert set(ROLES) == set(Role)
    assert set(SCOPES) == set(Scope)
