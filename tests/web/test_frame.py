"""What holds for every page: who may ask, where a form must come from, and the headers of the answer."""

from __future__ import annotations

import pytest
from starlette.responses import PlainTextResponse, Response

from leakguard.model.account import Role
from leakguard.model.errors import NotFound, Refused, Stale, StoreUnavailable
from leakguard.service.authority import Permission
from leakguard.web.visit import Page, Visit
from tests.web.office import ORIGIN, Office

SECRET = "unemployment rose"


async def _done(visit: Visit) -> Response:
    return PlainTextResponse(f"done {visit.text('word')}")


def _raising(problem: Exception) -> Page:
    async def fail(visit: Visit) -> Response:
        raise problem

    return Page(path="/fails", name="fails", handler=fail)


PAGES = (
    Page(path="/act", name="act", handler=_done, permission=Permission.DECIDE, is_post=True),
    Page(path="/see", name="see", handler=_done, permission=Permission.SEE_QUEUE),
    Page(path="/open", name="open", handler=_done, is_open=True),
    Page(path="/short", name="short", handler=_done, is_post=True, largest=1000),
)


@pytest.fixture
def office() -> Office:
    return Office(pages=PAGES)


async def test_nobody_signed_in_is_sent_to_sign_in_with_the_way_back(office: Office) -> None:
    answer = await office.get("/see")

    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/see")


async def test_a_form_of_nobody_changes_nothing(office: Office) -> None:
    answer = await office.post("/act")

    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/")


async def test_an_open_page_is_for_everybody(office: Office) -> None:
    assert (await office.get("/open")).text == "done "


@pytest.mark.parametrize("role", Role)
async def test_a_page_is_for_the_roles_of_its_permission(office: Office, role: Role) -> None:
    office.sign_in(role)

    answer = await office.get("/see")

    assert answer.status_code == (403 if role is Role.ADMINISTRATOR else 200)


async def test_a_form_of_ours_is_acted_upon(office: Office) -> None:
    office.sign_in(Role.REVIEWER)

    assert (await office.post("/act", word="hello")).text == "done hello"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": ORIGIN, "sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": ORIGIN.replace("https", "http")},
    ],
    ids=str,
)
async def test_a_form_from_elsewhere_is_refused(office: Office, headers: dict[str, str]) -> None:
    office.sign_in(Role.REVIEWER)

    assert (await office.post("/act", headers=headers)).status_code == 403


@pytest.mark.parametrize("token", ["", "another", "token-of-this-sessio"])
async def test_a_form_without_the_token_of_the_session_is_refused(office: Office, token: str) -> None:
    office.sign_in(Role.REVIEWER)

    assert (await office.post("/act", csrf=token)).status_code == 403


async def test_a_get_does_not_reach_what_acts(office: Office) -> None:
    office.sign_in(Role.REVIEWER)

    assert (await office.get("/act")).status_code == 405


async def test_a_body_that_is_too_large_is_not_read_to_its_end(office: Office) -> None:
    office.sign_in(Role.REVIEWER)

    assert (await office.post("/short", word="x" * 2000)).status_code == 413
    assert (await office.post("/short", word="x" * 100)).status_code == 200


@pytest.mark.parametrize("path", ["/open", "/see", "/act", "/nothing", "/static/leakguard.css", "/fails"])
async def test_every_answer_has_the_headers(path: str) -> None:
    office = Office(pages=(*PAGES, _raising(ValueError(SECRET))))
    office.sign_in(Role.REVIEWER)

    headers = (await office.get(path)).headers

    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "max-age" in headers["strict-transport-security"]
    assert ("immutable" in headers["cache-control"]) == path.startswith("/static")


@pytest.mark.parametrize(
    ("problem", "status"),
    [
        (Refused("give a reason"), 422),
        (NotFound("no such thing"), 404),
        (Stale(SECRET), 409),
        (StoreUnavailable(SECRET), 503),
        (ValueError(SECRET), 500),
        (KeyError(SECRET), 500),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_a_failure_is_a_page_that_says_what_to_do(problem: Exception, status: int) -> None:
    office = Office(pages=(_raising(problem),))
    office.sign_in(Role.REVIEWER)

    answer = await office.get("/fails")

    assert answer.status_code == status
    assert SECRET not in answer.text
    assert "<h1>" in answer.text


async def test_looking_by_itself_is_not_being_at_work(office: Office) -> None:
    office.sign_in(Role.REVIEWER)

    await office.get("/see")
    await office.get("/see", **{"x-live": "1"})

    assert office.door.asked == [True, False]
