"""What somebody could try with requests of their own making, and what comes of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

import httpx
import pytest
from starlette.responses import Response

from leakguard.model.account import Role
from leakguard.model.ids import ReleaseId
from leakguard.web import site
from leakguard.web.pages import all_pages
from leakguard.web.visit import Page, Visit
from tests.unit.service.reviewers import rules
from tests.unit.service.world import LMS, PRODUCER, World, mail
from tests.web.front_door import Browser, FrontDoor
from tests.web.office import ORIGIN, Office
from tests.web.raw import HOST, Raw

SLASHED = replace(LMS, id=ReleaseId("ons/lms:2031/03/confirm"))


@pytest.fixture
def office() -> Office:
    made = Office()
    made.sign_in(Role.REVIEWER)
    return made


@pytest.mark.parametrize("host", ["evil.example", "review.stats.example.evil.example", "evil.example:443", "", "a b"])
@pytest.mark.parametrize("path", ["/", "/held", "/sign-in", "/held/", "/api/v1/items", "/static/leakguard.css"])
async def test_another_host_is_not_answered(office: Office, host: str, path: str) -> None:
    answer = await office.get(path, host=host)

    assert answer.status_code == 421
    assert "location" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("host", ["review.stats.example", "REVIEW.stats.example:443", "127.0.0.1:8080", "[::1]:8080"])
async def test_our_host_and_numbers_are_answered(office: Office, host: str) -> None:
    assert (await office.get("/held", host=host)).status_code == 200


async def test_two_hosts_are_none(office: Office) -> None:
    asked = Raw(office.app, "/held", [HOST, (b"host", b"evil.example")])

    await asked()

    assert asked.sent[0]["status"] == 421


@pytest.mark.parametrize(
    "path", ["/held/", "//evil.example/", "/held//", "/static/../held", "/static/../pages/home.py"]
)
async def test_nobody_is_sent_elsewhere_by_a_path(office: Office, path: str) -> None:
    asked = Raw(office.app, path, [HOST])

    await asked()

    assert asked.sent[0]["status"] == 404
    assert b"location" not in dict(asked.sent[0]["headers"])


@pytest.mark.parametrize(
    "undo", ["a/b", "../../accounts", "x\r\nset-cookie: a=b", "{{7*7}}", "javascript:alert(1)", '"><script>', "a" * 99]
)
@pytest.mark.parametrize("path", ["/held", "/releases", "/items/none"])
async def test_an_address_makes_no_form(office: Office, path: str, undo: str) -> None:
    answer = await office.get(f"{path}?told=approved&undo={quote(undo)}")

    assert answer.status_code == (404 if "none" in path else 200)
    assert "undo-form" not in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("chosen", ["a/b", "//evil.example", "\\evil.example", "x\r\nset-cookie: a=b", "?a#b", ".."])
async def test_a_release_to_be_chosen_stays_one_step_of_the_path(office: Office, chosen: str) -> None:
    answer = await office.get(f"/pictures?release={quote(chosen)}")

    where = answer.headers["location"]
    assert answer.status_code == 303
    assert where.startswith("/pictures/")
    assert where.partition("?")[0].count("/") == 2
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "back",
    ["//evil.example", "/\\evil.example", "/a\r\nset-cookie: a=b", "https://evil.example", "/\tevil", "\\\\evil"],
)
async def test_sign_in_goes_on_to_our_own_pages_only(back: str) -> None:
    door = FrontDoor()
    await door.add()
    async with door.browser() as browser:
        answer = await browser.sign_in(next=back)

        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert (await browser.get(f"/sign-in?next={quote(back)}")).headers["location"] == "/"
        assert "evil" not in (await browser.get(f"/again?next={quote(back)}")).text


async def test_the_way_back_from_sign_in_is_the_path_and_nothing_else(office: Office) -> None:
    office.door.visitor_now = None

    answer = await office.get("/items/x%26next=evil.example%23%0d%0aset-cookie:a=b")

    assert answer.headers["location"] == "/sign-in?next=/items/x%26next%3Devil.example%23%0D%0Aset-cookie%3Aa%3Db"
    assert "set-cookie" not in answer.headers


async def test_ids_of_releases_may_hold_what_addresses_are_made_of() -> None:
    office = Office(world=World(rulebook=rules(SLASHED)))
    office.sign_in(*Role, handle=PRODUCER)
    await office.world.submit("LMS rose")
    held = (await office.world.held()).id
    one = quote(SLASHED.id, safe="")

    for path in ("/held", "/releases", "/access", "/pictures", f"/items/{held}"):
        assert (await office.get(path)).status_code == 200, path
    for path in (f"/releases/{one}", f"/access/release/{one}", f"/pictures/{one}"):
        answer = await office.get(path)
        assert answer.status_code == 200, path
        assert "LMS, March 2031" in answer.text
    asked = await office.post(f"/releases/{one}/cancel", reason="put off")
    assert f'action="/releases/{one}/cancel"' in asked.text
    done = await office.post(f"/releases/{one}/cancel", reason="put off", sure="yes")
    assert done.headers["location"] == f"/releases/{one}?told=cancelled"
    assert (await office.world.store.acts())[0].release == SLASHED.id  # type: ignore[union-attr]


BODIES: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "text": ("text/words", lambda token: f"csrf={token}".encode()),
    "json": ("application/json", lambda token: f'{{"csrf": "{token}"}}'.encode()),
    "untyped": ("", lambda token: f"csrf={token}".encode()),
    "file": (
        "multipart/form-data; boundary=x",
        lambda token: (
            f'--x\r\nContent-Disposition: form-data; name="csrf"; filename="a"\r\n\r\n{token}\r\n--x--\r\n'.encode()
        ),
    ),
    "broken": ("multipart/form-data", lambda token: token.encode()),
    "twice": ("application/x-www-form-urlencoded", lambda token: f"csrf={token}&csrf=wrong".encode()),
}


@pytest.mark.parametrize("kind", BODIES)
async def test_a_token_counts_in_a_field_of_a_form_only(office: Office, kind: str) -> None:
    assert office.door.visitor_now is not None
    media_type, made = BODIES[kind]
    sent = {"origin": ORIGIN, **({"content-type": media_type} if media_type else {})}
    async with office.client() as client:
        answer = await client.post("/held/decide", content=made(office.door.visitor_now.csrf), headers=sent)

    assert answer.status_code in (400, 403)


@pytest.mark.parametrize("header", ["x-http-method-override", "x-method-override", "x-http-method"])
async def test_no_header_makes_a_get_an_act(office: Office, header: str) -> None:
    await office.world.submit("LMS rose")
    held = (await office.world.held()).id

    assert (await office.get(f"/items/{held}/note?reason=x&_method=POST", **{header: "POST"})).status_code == 405
    assert "Noted" not in await office.world.events()


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "post"])
async def test_other_methods_do_nothing(office: Office, method: str) -> None:
    async with office.client() as client:
        for path in ("/held", "/held/decide", "/sign-out"):
            asked = Raw(office.app, path, [HOST], method)
            await asked()
            assert asked.sent[0]["status"] == 405, path
            assert client is not None


async def _fails_in_its_own_failure(visit: Visit) -> Response:
    object.__setattr__(visit.house, "zone", "nowhere/at/all")
    raise ValueError("zebrafinch")


async def test_a_failure_of_the_page_of_failures_has_the_headers_and_no_words() -> None:
    office = Office(pages=(Page(path="/fails", name="fails", handler=_fails_in_its_own_failure, is_open=True),))

    answer = await office.get("/fails")

    assert answer.status_code == 500
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "zebrafinch" not in answer.text


async def test_a_form_that_breaks_off_raises_no_alarm(capsys: pytest.CaptureFixture[str]) -> None:
    typed = (b"content-type", b"application/x-www-form-urlencoded")
    messages = [{"type": "http.request", "body": b"a=", "more_body": True}, {"type": "http.disconnect"}]
    asked = Raw(Office().app, "/sign-in", [HOST, typed, (b"origin", ORIGIN.encode())], "POST", messages)

    await asked()

    assert asked.sent[0]["status"] == 400
    assert "crashed" not in capsys.readouterr().out


async def test_a_session_that_an_attacker_chose_is_not_taken_over() -> None:
    door = FrontDoor()
    await door.add()
    async with door.browser() as attacker, door.browser() as victim:
        await attacker.sign_in()
        chosen = attacker.client.cookies["__Host-leakguard"]
        victim.client.cookies.set("__Host-leakguard", "chosen-by-somebody")
        given = (await victim.sign_in()).headers["set-cookie"]

        assert given.startswith("__Host-leakguard=")
        assert "chosen-by-somebody" not in given
        assert chosen not in given


async def test_the_cookie_is_for_this_host_https_and_no_script() -> None:
    door = FrontDoor()
    await door.add()
    async with door.browser() as browser:
        said = (await browser.sign_in()).headers["set-cookie"]

    assert said.startswith("__Host-leakguard=")
    parts = {each.strip().lower() for each in said.split(";")[1:]}
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= parts
    assert not any(each.startswith(("domain", "expires", "max-age")) for each in parts)


async def test_no_answer_to_anybody_may_be_kept(office: Office) -> None:
    async def head(browser: Browser | Office, path: str) -> httpx.Response:
        return await browser.get(path)

    for path in ("/held", "/releases", "/account", "/nothing", "/accounts", "/check", "/pictures", "/", "/again"):
        assert (await head(office, path)).headers["cache-control"] == "no-store", path


async def test_sending_early_asks_for_the_password_once_more() -> None:
    office = Office(world=World(rulebook=rules(LMS)))
    office.sign_in(Role.APPROVER, handle=PRODUCER)
    assert office.door.visitor_now is not None
    await office.world.submit("LMS rose")
    held = (await office.world.held()).id
    office.door.visitor_now = replace(office.door.visitor_now, is_fresh=False)
    told = {"why": "looked", "act": "send"}

    asked = await office.post(f"/items/{held}/decide", **told)
    assert (asked.status_code, asked.headers["location"]) == (303, f"/again?next=/items/{held}")
    assert "SendProposed" not in await office.world.events()

    office.door.visitor_now = replace(office.door.visitor_now, is_fresh=True)
    assert "told=proposed" in (await office.post(f"/items/{held}/decide", **told)).headers["location"]


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'onmouseover='alert(1)",
    "</textarea></select></title><svg onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    '=HYPERLINK("https://evil.example")',
    "a\u202egpj.exe\u2028",
)


@pytest.mark.parametrize("words", HOSTILE)
async def test_what_people_and_mails_write_is_text_on_every_page(words: str) -> None:
    """Titles, names, addresses, reasons, notes, subjects, and the words of the search."""
    lms = replace(LMS, title=f"LMS {words}", producer=words)
    office = Office(world=World(rulebook=rules(lms)))
    office.house = replace(office.house, organisation=words)
    office.app = site(office.house)
    office.sign_in(*Role, handle=PRODUCER, name=words)
    to = f'"{words.replace(chr(34), "")}"@news.example'
    await office.world.submit(mail(f"LMS rose {words}", words), sender=to, to=(to,))
    held = (await office.world.held()).id
    for path, fields in (
        (f"/items/{held}/note", {"reason": words}),
        (f"/items/{held}/escalate", {"reason": words}),
        (f"/items/{held}/decide", {"act": "keep", "why": "other", "reason": f"{words} indeed"}),
        ("/incidents/open", {"held": held, "noticed_how": words}),
        (f"/releases/{lms.id}/postpone", {"reason": words, "sure": "yes"}),
    ):
        assert (await office.post(path, **fields)).status_code == 303, path
    asked = await office.post(f"/releases/{lms.id}/cancel", reason=words)
    incident = (await office.world.store.records.incidents())[0].id
    paths = ["/held?state=all", "/releases", "/access", "/pictures", "/incidents", f"/items/{held}"]
    paths += [f"/releases/{lms.id}", f"/access/release/{lms.id}", f"/pictures/{lms.id}", f"/incidents/{incident}"]
    paths += [f"/incidents/{incident}/report/2016", f"/held?q={quote(words)}", f"/sign-in?next={quote(words)}"]

    for page in (asked, *[await office.get(path) for path in paths]):
        assert page.status_code in (200, 303), page.url
        for each in ("<script>alert", "<img src=x", "<svg onload", "'onmouseover='alert", 'href="javascript', "49{%"):
            assert each not in page.text, f"{each} in {page.url}"


async def test_an_address_that_is_no_text_takes_no_page_down() -> None:
    office = Office(world=World(rulebook=rules(LMS)))
    office.sign_in(*Role, handle=PRODUCER)
    await office.world.submit("LMS rose", sender="j\udcff@dept.example", to=("a\udcfe\udc80@news.example",))
    held = (await office.world.held()).id

    for path in ("/held", f"/items/{held}", "/releases", f"/releases/{LMS.id}", "/pictures"):
        answer = await office.get(path)
        assert answer.status_code == 200, path
    assert "j\\udcff@dept.example" in (await office.get("/held")).text
    for form in ("csv", "xlsx", "print"):
        assert (await office.post("/access/export", format=form, view="access")).status_code in (200, 422), form


@pytest.mark.parametrize("role", Role)
async def test_why_somebody_was_suspended_is_for_readers_of_the_audit(role: Role) -> None:
    office = Office(world=World(rulebook=rules(LMS)))
    await office.world.desk().suspend(PRODUCER, "zebrafinch")
    await office.world.current.refresh(office.world.store)
    office.sign_in(role)

    page = (await office.get(f"/releases/{LMS.id}")).text

    assert ("zebrafinch" in page) == (role in {Role.PRA_OFFICER, Role.AUDITOR})
    assert "access suspended by dee@stats.example" in page


ODD = ("", "%00", "%ff%fe", "-1", "9" * 30, "%F0%9F%92%A9", "a%0d%0ab", "%2e%2e%2f", "%22%3E%3C", "%C2%B2", "%D9%A3")
ASKED = ("state", "release", "rule", "q", "page", "told", "undo", "part", "from", "days", "span", "next", "held")


@pytest.mark.parametrize("odd", ODD)
async def test_what_is_no_value_breaks_no_page(odd: str) -> None:
    office = Office(world=World(rulebook=rules(LMS)))
    office.sign_in(*Role, handle=PRODUCER)
    await office.world.submit("LMS rose")
    held = (await office.world.held()).id
    query = "&".join(f"{name}={odd}" for name in ASKED)

    for page in all_pages():
        if not page.is_post and page.name != "live":
            for value in (odd, held, LMS.id, "2016"):
                path = re.sub(r"\{[^}]*\}", value, page.path)
                assert (await office.get(f"{path}?{query}")).status_code < 500, path


@pytest.mark.parametrize("until", ["9999-12-31T23:59", "9998-12-31T23:59", "0001-01-01T00:00", "2031-13-01T00:00"])
async def test_a_time_that_nothing_can_be_reckoned_with_is_refused(until: str) -> None:
    office = Office(world=World(rulebook=rules(replace(LMS, zone="America/New_York"))))
    office.sign_in(*Role, handle=PRODUCER)

    put_off = await office.post(f"/releases/{LMS.id}/postpone", until=until, reason="because", sure="yes")
    checked = await office.post("/check", text="LMS rose", direction="outbound", as_at=until)

    assert put_off.status_code == 422
    assert checked.status_code in (200, 422)
    assert (await office.get(f"/pictures/{LMS.id}?span=week")).status_code == 200
