"""Who may do what through the API: each operation by its scope and the roles of the token's owner; all else refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi.routing import APIRoute

from leakguard.model.account import Role, Scope
from leakguard.web.api import ENDPOINTS, api
from leakguard.web.api.application import description
from leakguard.web.api.problems import Code
from tests.house.tree import ROOT
from tests.web.api_office import ApiOffice, Program
from tests.web.office import ORIGIN

DESK = {Role.REVIEWER, Role.APPROVER, Role.PRA_OFFICER, Role.AUDITOR}
REVIEW = {Role.REVIEWER, Role.APPROVER}
NOBODY: set[Role] = set()

# Written from the documentation, not from the code. Nobody: what takes a person before a page.
MAY: dict[tuple[str, str], tuple[Scope, set[Role]]] = {
    ("GET", "/items"): (Scope.READ, DESK),
    ("GET", "/items/{item}"): (Scope.READ, DESK),
    ("POST", "/items/{item}/view"): (Scope.READ, NOBODY),
    **{
        ("POST", f"/items/{{item}}/{verb}"): (Scope.DECIDE, REVIEW)
        for verb in ("send", "keep", "reject", "ask", "escalate", "false-alarm", "note", "undo")
    },
    ("POST", "/check"): (Scope.CHECK, set(Role)),
    ("GET", "/releases"): (Scope.READ, set(Role)),
    **{
        ("POST", f"/releases/{{release}}/{verb}"): (Scope.RELEASES, {Role.PRA_OFFICER})
        for verb in ("postpone", "cancel", "confirm")
    },
    ("POST", "/access/suspend"): (Scope.RELEASES, {Role.PRA_OFFICER}),
    ("GET", "/audit"): (Scope.AUDIT, {Role.PRA_OFFICER, Role.AUDITOR}),
}

BODIES = {
    "ask": {"question": "recipients"},
    "suspend": {"handle": "a@b.example", "reason": "left"},
    "check": {"text": "x"},
}
NO_BODY = ("view", "undo")


def body_of(path: str) -> dict[str, str] | None:
    verb = path.rpartition("/")[2]
    return None if verb in NO_BODY else BODIES.get(verb, {"reason": "because"})


def test_every_route_has_its_rule_and_every_rule_its_route() -> None:
    routes = [each for each in api(None).routes if isinstance(each, APIRoute)]
    others = {getattr(each, "path", "") for each in api(None).routes} - {each.path for each in routes}

    assert {(method, each.path_format) for each in routes for method in each.methods} == set(MAY)
    assert {(each.method, each.path) for each in ENDPOINTS} == set(MAY)
    assert others == {"/openapi.json"}


def test_every_route_is_guarded() -> None:
    for each in api(None).routes:
        if isinstance(each, APIRoute):
            called = {getattr(inner.call, "__name__", "") for inner in each.dependant.dependencies}
            assert "guarded" in called, each.path


@pytest.mark.parametrize("role", Role)
async def test_scope_and_role_together_open_an_operation_and_nothing_else_does(role: Role) -> None:
    office = ApiOffice()
    for scope in Scope:
        program = await office.program(scope, roles={role})
        for (method, path), (wanted, roles) in MAY.items():
            answer = await program.ask(method, path.replace("{", "").replace("}", ""), json=body_of(path))

            is_open = scope is wanted and role in roles
            assert (answer.status_code != 403) == is_open, f"{method} {path} with {scope} as {role}: {answer.text}"
            if not is_open:
                assert answer.json()["code"] in (Code.SCOPE_MISSING, Code.FORBIDDEN)


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer  ", "Basic cmFlOng=", "Bearer wrong", "token of rae@stats.example read", "Bearer \xff"],
)
async def test_without_a_token_there_is_no_operation(authorization: str) -> None:
    office = ApiOffice()
    await office.program(Scope.READ)
    headers = {"authorization": authorization.encode("latin-1")} if authorization else {}

    for method, path in MAY:
        answer = await Program(office.app, headers=headers).ask(method, path, json={})  # type: ignore[arg-type]

        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_token_that_has_expired_opens_nothing() -> None:
    office = ApiOffice()
    program = await office.program(Scope.READ)
    assert (await program.get("/items")).status_code == 200

    office.world.clock.set(office.world.clock.now() + timedelta(days=30))

    assert (await program.get("/items")).status_code == 401


async def test_a_session_of_a_browser_opens_nothing() -> None:
    office = ApiOffice()
    office.office.sign_in(Role.REVIEWER)
    program = Program(office.app, headers={"cookie": "__Host-session=token", "origin": ORIGIN})

    assert (await program.get("/items")).status_code == 401


async def test_no_other_site_is_invited() -> None:
    program = await ApiOffice().program(Scope.READ)

    answer = await program.get("/items", headers={"origin": "https://evil.example"})
    asked_first = await program.ask("OPTIONS", "/items", headers={"origin": "https://evil.example"})

    assert not [each for each in (*answer.headers, *asked_first.headers) if each.startswith("access-control")]
    assert asked_first.status_code == 405


async def test_the_description_is_for_everybody_and_is_the_one_that_is_committed() -> None:
    answer = await Program(ApiOffice().app).get("/openapi.json")

    assert answer.status_code == 200
    assert answer.json() == description()
    for path in ("/docs", "/redoc", "/openapi.json/", "/docs/oauth2-redirect"):
        assert (await Program(ApiOffice().app).get(path)).status_code == 401
        assert (await (await ApiOffice().program(Scope.READ)).get(path)).status_code == 404


async def test_the_answers_have_the_headers_of_the_site() -> None:
    answer = await (await ApiOffice().program(Scope.READ)).get("/items")

    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers


def test_every_operation_and_every_code_is_in_the_documentation() -> None:
    told = (ROOT / "docs/api.md").read_text(encoding="utf-8")

    assert [each.path for each in ENDPOINTS if f"`{each.method} {each.path}` | `{each.scope}`" not in told] == []
    assert [each for each in Code if f"| `{each}` |" not in told] == []
