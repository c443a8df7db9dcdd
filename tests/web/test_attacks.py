"""What somebody could try with requests of their own making, and what comes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from starlette.responses import Response

from leakguard.model.account import Role
from leakguard.model.errors import StoreUnavailable
from leakguard.model.ids import ReleaseId
from leakguard.web.pages import triage
from leakguard.web.streams import Streams
from leakguard.web.visit import Page, Visit
from tests.unit.service.reviewers import rules
from tests.unit.service.world import LMS, PRODUCER, World
from tests.web.front_door import Browser, FrontDoor
from tests.web.office import ORIGIN, Office

SLASHED = replace(LMS, id=ReleaseId("ons/lms:2031/03/confirm"))


@pytest.fixture
def office() -> Office:
    made = Office()
    made.sign_in(Role.REVIEWER)
    return made


@dataclass
class Raw:
    """An application asked without a client that corrects anything. messages: what comes in, then silence."""

    app: Any
    path: str
    headers: list[tuple[bytes, bytes]]
    method: str = "GET"
    messages: list[dict[str, Any]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)

    async def __call__(self) -> None:
        scope = {"type": "http", "method": self.method, "path": self.path, "query_string": b"", "scheme": "https"}
        more = {"asgi": {"version": "3.0"}, "http_version": "1.1", "server": ("x", 443), "headers": self.headers}
        await self.app({**scope, **more}, self._receive, self._send)

    async def _receive(self) -> dict[str, Any]:
        if self.messages:
            return self.messages.pop(0)
        await asyncio.Event().wait()
        raise AssertionError

    async def _send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    @property
    def text(self) -> str:
        return b"".join(each.get("body", b"") for each in self.sent).decode()

    async def until(self, word: str) -> None:
        async with asyncio.timeout(5):
            while word not in self.text:  # noqa: ASYNC110 - there is nothing to wait for but the words
                await asyncio.sleep(0.01)


HOST = (b"host", b"review.stats.example")


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
    "text": ("text/plain", lambda token: f"csrf={token}".encode()),
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


async def beside(raw: Raw, story: Callable[[], Awaitable[None]]) -> None:
    """Something while a stream is open."""
    stream = asyncio.create_task(raw())
    try:
        await story()
    finally:
        stream.cancel()
        await asyncio.gather(stream, return_exceptions=True)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triage, "_LOOK_SECONDS", 0.01)
    monkeypatch.setattr(triage, "_ALIVE_LOOKS", 3)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("who", ["nobody", "without a role"])
async def test_the_stream_ends_for_whoever_may_not_look_any_more_however_much_happens(office: Office, who: str) -> None:
    stream = Raw(office.app, "/live", [HOST])

    async def story() -> None:
        await stream.until("changed")
        if who == "nobody":
            office.door.visitor_now = None
        else:
            office.sign_in(Role.ADMINISTRATOR)
        for number in range(20):
            await office.world.submit(f"LMS rose {number}")  # something happens all the time
            await asyncio.sleep(0.01)
        await stream.until("event: ended")

    await beside(stream, story)


@pytest.mark.usefixtures("quick")
async def test_the_stream_tells_that_something_changed_and_nothing_else(office: Office) -> None:
    stream = Raw(office.app, "/live", [HOST])

    async def story() -> None:
        await stream.until("changed")
        await office.world.submit("LMS rose")
        await asyncio.sleep(0.1)

    await beside(stream, story)
    assert set(stream.text.split("\n")) == {"data: changed", ": here", ""}


@pytest.mark.usefixtures("quick")
async def test_the_stream_outlives_a_store_that_does_not_answer(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = Raw(office.app, "/live", [HOST])

    async def story() -> None:
        await stream.until("changed")
        with monkeypatch.context() as patch:

            async def unavailable() -> int:
                raise StoreUnavailable

            patch.setattr(office.world.store, "version", unavailable)
            await asyncio.sleep(0.05)
        before = stream.text.count("changed")
        await office.world.submit("LMS rose")
        async with asyncio.timeout(5):
            while stream.text.count("changed") == before:  # noqa: ASYNC110 - there is nothing to wait for but the words
                await asyncio.sleep(0.01)

    await beside(stream, story)


async def test_the_stream_and_parts_that_renew_themselves_are_not_being_at_work(office: Office) -> None:
    stream = Raw(office.app, "/live", [HOST])
    await beside(stream, lambda: stream.until("changed"))
    await office.get("/held", **{"x-live": "1"})

    assert not any(office.door.asked)


async def test_one_person_has_so_many_streams_and_leaves_room_for_others(office: Office) -> None:
    object.__setattr__(office.house, "streams", Streams(most_of_one=3, most=5))
    many = [Raw(office.app, "/live", [HOST]) for _ in range(3)]
    tasks = [asyncio.create_task(each()) for each in many]
    await asyncio.gather(*(each.until("changed") for each in many))

    assert "too many" in (await office.get("/live")).text
    office.sign_in(Role.AUDITOR, handle="aud@stats.example")
    other = Raw(office.app, "/live", [HOST])
    await beside(other, lambda: other.until("changed"))

    for each in tasks:
        each.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    office.sign_in(Role.REVIEWER)
    again = Raw(office.app, "/live", [HOST])
    await beside(again, lambda: again.until("changed"))


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
