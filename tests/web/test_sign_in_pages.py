"""The front door: in by password and code, out again, and nowhere else by a link to us."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from leakguard.model.account import Role
from leakguard.service import totp
from leakguard.service.account_desk import AccountDesk
from leakguard.service.own_account import OwnAccount
from leakguard.web.visit import local_path
from tests.unit.accounts.people import CONSOLE, OTHER, PASSWORD, RAE, SECRET
from tests.web.front_door import Browser, FrontDoor

WRONG = "The address, the password or the code is not right."


@pytest.fixture
def door() -> FrontDoor:
    return FrontDoor()


async def test_who_signs_in_gets_a_cookie_that_scripts_and_other_sites_do_not(door: FrontDoor) -> None:
    await door.add()
    async with door.browser() as browser:
        answer = await browser.sign_in()

        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-leakguard=")
        parts = {each.strip().lower() for each in cookie.split(";")[1:]}
        assert parts == {"httponly", "secure", "samesite=lax", "path=/"}
        assert (await browser.get("/account")).status_code == 200


async def test_on_plain_http_on_this_machine_the_cookie_is_one_that_browsers_keep() -> None:
    door = FrontDoor(origin="http://127.0.0.1:8025")
    await door.add()
    async with door.browser() as browser:
        cookie = (await browser.sign_in()).headers["set-cookie"]

        assert cookie.startswith("leakguard=")
        assert "secure" not in cookie.lower()
        assert (await browser.get("/account")).status_code == 200


async def test_nobody_sees_a_page_without_signing_in(door: FrontDoor) -> None:
    async with door.browser() as browser:
        for page in ("/", "/account", "/accounts", "/account/codes", "/again", "/still-here"):
            answer = await browser.get(page)
            assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={page}")


async def test_what_was_asked_for_comes_after_signing_in(door: FrontDoor) -> None:
    await door.add()
    async with door.browser() as browser:
        form = await browser.get("/sign-in?next=/account")
        assert 'name="next" value="/account"' in form.text

        answer = await browser.sign_in(next="/account")

        assert answer.headers["location"] == "/account"
        assert (await browser.get("/sign-in?next=/account")).headers["location"] == "/account"


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/a\\..\\evil",
    "evil",
    "",
    "/\tevil",
    "/\n/evil.example",
    "javascript:alert(1)",
    "/\u2215evil",
    " //evil.example",
]


@pytest.mark.parametrize("there", ELSEWHERE)
async def test_signing_in_leads_nowhere_else(door: FrontDoor, there: str) -> None:
    await door.add()
    async with door.browser() as browser:
        answer = await browser.sign_in(next=there)

        assert answer.headers["location"] in ("/", "/evil")
        assert local_path(there) == "/"


@pytest.mark.parametrize("there", ["/", "/held/abc", "/held?sort=age&page=2", "/a//b"])
def test_paths_of_ours_are_kept(there: str) -> None:
    assert local_path(there) == there


@pytest.mark.parametrize(("handle", "password"), [(RAE, "wrong"), ("nobody@stats.example", PASSWORD), ("", "")])
async def test_who_is_refused_learns_one_sentence_and_may_type_again(
    door: FrontDoor, handle: str, password: str
) -> None:
    await door.add()
    async with door.browser() as browser:
        answer = await browser.sign_in(handle, password)

        assert answer.status_code == 422
        assert WRONG in answer.text
        assert f'value="{handle}"' in answer.text
        assert "set-cookie" not in answer.headers
        assert "wrong" not in answer.text


async def test_an_address_that_is_typed_comes_back_harmless(door: FrontDoor) -> None:
    async with door.browser() as browser:
        answer = await browser.sign_in('"><script>alert(1)</script>', "x")

        assert "<script>alert" not in answer.text


async def test_after_five_tries_the_page_says_how_long_to_wait(door: FrontDoor) -> None:
    await door.add()
    async with door.browser() as browser:
        for _ in range(5):
            await browser.sign_in(password="wrong")
        answer = await browser.sign_in()

        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) in (60, 61)
        assert "Wait 2 minutes" in answer.text or "Wait a minute" in answer.text


async def test_a_blank_at_the_end_of_a_password_counts(door: FrontDoor) -> None:
    await door.add()
    async with door.browser() as browser:
        assert (await browser.sign_in(password=f"{PASSWORD} ")).status_code == 422
        assert (await browser.sign_in()).status_code == 303


async def test_a_code_is_asked_on_the_same_form(door: FrontDoor) -> None:
    await door.add()
    session, _ = await door.accounts.sign_in(RAE, PASSWORD)
    step = int(door.world.clock.now().timestamp()) // 30
    await OwnAccount(accounts=door.accounts).start_codes(
        session, PASSWORD, SECRET, totp._code(SECRET, step - 1).decode()
    )
    async with door.browser() as browser:
        without = await browser.sign_in()
        assert (without.status_code, WRONG in without.text) == (422, True)

        assert (await browser.sign_in(code=totp._code(SECRET, step).decode())).status_code == 303


async def test_a_form_from_elsewhere_signs_nobody_in(door: FrontDoor) -> None:
    await door.add()
    async with door.browser() as browser:
        fields = {"handle": RAE, "password": PASSWORD}
        answer = await browser.client.post("/sign-in", data=fields, headers={"origin": "https://evil.example"})

        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


async def test_signing_in_over_a_session_ends_it(door: FrontDoor) -> None:
    await door.add()
    await door.add("eve@stats.example")
    async with door.browser() as browser:
        await browser.sign_in()
        await browser.post("/sign-in", page="/account", handle="eve@stats.example", password=PASSWORD)

        assert await door.accounts.store.sessions_of(RAE) == ()
        assert "eve@stats.example" in (await browser.get("/account")).text


async def test_signing_out_ends_the_session_and_takes_the_cookie(door: FrontDoor) -> None:
    await door.add()
    async with door.browser() as browser:
        await browser.sign_in()
        cookie = browser.client.cookies["__Host-leakguard"]

        answer = await browser.post("/sign-out", page="/account")

        assert answer.headers["location"] == "/signed-out"
        assert "__Host-leakguard" not in browser.client.cookies
        assert await door.accounts.session_of(cookie) is None
        assert "You are signed out" in (await browser.get("/signed-out")).text


@pytest.mark.parametrize("path", ["/sign-out", "/sign-out-everywhere"])
async def test_signing_out_needs_the_token_of_the_session(door: FrontDoor, path: str) -> None:
    await door.add()
    async with door.browser() as browser:
        await browser.sign_in()

        assert (await browser.post(path, csrf="guess")).status_code == 403
        assert (await browser.get("/account")).status_code == 200


async def test_signing_out_everywhere_reaches_the_other_browser(door: FrontDoor) -> None:
    await door.add()
    async with door.browser() as here, door.browser() as there:
        await here.sign_in()
        await there.sign_in()

        await here.post("/sign-out-everywhere", page="/account")

        assert (await there.get("/")).status_code == 303


async def test_a_session_that_is_over_asks_to_sign_in(door: FrontDoor) -> None:
    await door.add()
    async with door.browser() as browser:
        await browser.sign_in()
        door.world.clock.set(door.world.clock.now() + timedelta(minutes=30))

        assert (await browser.get("/account")).headers["location"] == "/sign-in?next=/account"


async def test_the_page_says_when_the_session_ends_and_the_button_keeps_it(door: FrontDoor) -> None:
    await door.add()
    clock = door.world.clock
    async with door.browser() as browser:
        await browser.sign_in()
        start = clock.now()
        page = (await browser.get("/account")).text
        assert f'data-ends-at="{(start + timedelta(minutes=30)).isoformat()}"' in page
        assert "Stay signed in" in page

        clock.set(start + timedelta(minutes=28))
        said = (await browser.get("/still-here")).json()

        assert said["ends_at"] == (start + timedelta(minutes=58)).isoformat()


def link_in(page: str) -> str:
    found = re.search(r"/welcome#([\w-]+)", page)
    assert found
    return found[1]


async def _code(door: FrontDoor, handle: str = RAE) -> str:
    desk = AccountDesk(store=door.accounts.store, clock=door.world.clock, actor=CONSOLE)
    _, code = await desk.create(handle, "Rae", frozenset({Role.REVIEWER}))
    return code


async def _welcome(browser: Browser, code: str, password: str = PASSWORD, repeated: str = PASSWORD):
    return await browser.post("/welcome", code=code, password=password, repeated=repeated)


async def test_a_one_time_code_sets_a_password(door: FrontDoor) -> None:
    code = await _code(door)
    async with door.browser() as browser:
        form = await browser.get("/welcome")
        assert "At least 12 characters" in form.text

        answer = await _welcome(browser, code)

        assert answer.headers["location"] == "/sign-in?told=password_set"
        assert "Your password is set" in (await browser.get(answer.headers["location"])).text
        assert (await browser.sign_in()).status_code == 303


async def test_the_whole_link_may_be_pasted_as_the_code(door: FrontDoor) -> None:
    code = await _code(door)
    async with door.browser() as browser:
        assert (await _welcome(browser, f" {door.origin}/welcome#{code} ")).status_code == 303


@pytest.mark.parametrize(
    ("password", "repeated", "why"),
    [
        (PASSWORD, OTHER, "not the same"),
        ("short", "short", "too short"),
        ("rae@stats.example", "rae@stats.example", "too short"),
    ],
)
async def test_a_password_that_will_not_do_is_told_and_the_code_stays(
    door: FrontDoor, password: str, repeated: str, why: str
) -> None:
    code = await _code(door)
    async with door.browser() as browser:
        answer = await _welcome(browser, code, password, repeated)

        assert answer.status_code == 422
        assert why in answer.text
        assert f'value="{code}"' in answer.text
        assert (await _welcome(browser, code)).status_code == 303


@pytest.mark.parametrize("code", ["", "guess"])
async def test_a_wrong_code_sets_nothing(door: FrontDoor, code: str) -> None:
    await _code(door)
    async with door.browser() as browser:
        answer = await _welcome(browser, code)

        assert answer.status_code == 422
        assert "Ask an administrator" in answer.text


async def test_proving_it_again_goes_on_to_where_one_was(door: FrontDoor) -> None:
    await door.add()
    async with door.browser() as browser:
        await browser.sign_in()
        before = browser.client.cookies["__Host-leakguard"]
        door.world.clock.set(door.world.clock.now() + timedelta(minutes=10))

        wrong = await browser.post("/again", page="/again?next=/account", password="wrong", next="/account")
        right = await browser.post("/again", page="/again?next=/account", password=PASSWORD, next="/account")

        assert (wrong.status_code, "The password is not right." in wrong.text) == (422, True)
        assert right.headers["location"] == "/account"
        assert browser.client.cookies["__Host-leakguard"] != before
        assert await door.accounts.session_of(before) is None


async def test_where_passwords_are_off_there_is_no_form_for_them() -> None:
    door = FrontDoor(is_local=False)
    async with door.browser() as browser:
        assert 'type="password"' not in (await browser.get("/sign-in")).text
        assert 'type="password"' not in (await browser.get("/welcome")).text
        assert (await browser.sign_in()).status_code == 422


async def test_no_address_of_ours_carries_a_secret(door: FrontDoor) -> None:
    code = await _code(door)
    async with door.browser() as browser:
        answer = await _welcome(browser, code)
        signed_in = await browser.sign_in()

        for each in (answer, signed_in):
            assert code not in each.headers["location"]
            assert PASSWORD not in each.headers["location"]
