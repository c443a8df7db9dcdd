"""Who may do what: every page and every operation, for each role alone and for people with and without access.

Rule of this file: what is expected is written out by hand. A route that is not in the tables fails.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.routing import Mount, Route

from leakguard.model.account import Role, Scope
from leakguard.model.embargo import Basis, Grant, Person, ReleaseStatus
from leakguard.model.ids import PersonId
from leakguard.web.pages import all_pages
from leakguard.web.visit import Page
from tests.unit.service.reviewers import rules
from tests.unit.service.world import AMY, EARLY, JOE, LMS, MINUTE, T, World, mail
from tests.web.api_office import ApiOffice
from tests.web.office import Office
from tests.web.reader import Reader
from tests.web.test_api_guard import MAY, body_of

REVIEWER, APPROVER, OFFICER, AUDITOR, ADMIN = Role
REVIEW = {REVIEWER, APPROVER}
DESK = {REVIEWER, APPROVER, OFFICER, AUDITOR}
LISTS = {APPROVER, OFFICER, AUDITOR}
CASES = {APPROVER, OFFICER}
KEEPS = {ADMIN}
ALL = set(Role)
OPEN = "everybody"  # signed in or not
SIGNED_IN = "signed in"  # whatever their roles, and without any

# Names of pages, and the roles that may have them.
PAGES: dict[str, set[Role] | str] = {
    **dict.fromkeys(("sign_in", "sign_in_form", "sign_in_oidc", "sign_in_oidc_back"), OPEN),
    **dict.fromkeys(("welcome", "welcome_form", "signed_out"), OPEN),
    **dict.fromkeys(("slack_connect", "slack_back", "slack_disconnect"), OPEN),
    **dict.fromkeys(("home", "sign_out", "sign_out_everywhere", "again", "again_form", "still_here"), SIGNED_IN),
    **dict.fromkeys(("account", "account_password", "account_token", "account_revoke"), SIGNED_IN),
    **dict.fromkeys(("account_codes", "account_codes_start", "account_codes_stop"), SIGNED_IN),
    **dict.fromkeys(("accounts", "accounts_create", "one_account", "account_roles"), KEEPS),
    **dict.fromkeys(("account_disable", "account_enable", "account_reset"), KEEPS),
    **dict.fromkeys(("triage", "live", "item", "frame"), DESK),
    **dict.fromkeys(("bulk", "decide", "ask", "escalate", "false_alarm", "note", "undo", "glass"), REVIEW),
    "original": {APPROVER},
    **dict.fromkeys(("board", "release", "check", "checked"), ALL),
    "act": {OFFICER},
    **dict.fromkeys(("pictures", "pictures_of_release", "flagged", "exceptions"), DESK),
    "audit": {OFFICER, AUDITOR},
    **dict.fromkeys(("access", "access_release", "access_person", "access_export"), LISTS),
    "access_confirm": {OFFICER},
    **dict.fromkeys(("incidents", "incident", "incident_report", "incident_export"), LISTS),
    **dict.fromkeys(("incident_new", "open_incident", "incident_entry", "incident_section"), CASES),
}

# Of these the answer may hold content, for people who may read it. No other ever does.
CONTENT = {"item", "frame", "original"}

# These are for people who may read it, whatever their roles allow.
FOR_READERS = {"frame", "original", "false_alarm"}

WORDS = "zebrafinch"
MESSAGE = mail(f"<p>LMS rose {WORDS}</p>", f"minutes {WORDS}", "MIME-Version: 1.0\r\nContent-Type: text/html\r\n")
VIC = "vic@stats.example"

PRODUCTION = {"basis": Basis.PRODUCTION}
GRANTS: dict[str, dict[str, Any] | None] = {
    "none": None,
    "production": PRODUCTION,
    "pre_release": {"basis": Basis.PRE_RELEASE},
    "not_open_yet": PRODUCTION | {"from_at": T - MINUTE},
    "ended": PRODUCTION | {"until_at": EARLY - timedelta(days=3)},
    "suspended": PRODUCTION | {"suspended": True},
}

# Which grants let a reviewer or an approver read a message about the release, in each phase.
READS: dict[str, set[str]] = {
    "production": {"production"},
    "pre_release": {"production", "pre_release"},
    "postponed": {"production", "pre_release"},
    "cancelled": {"production", "pre_release"},
    "published": set(GRANTS),
}
BEFORE_THE_WINDOW = EARLY - timedelta(days=1)


def placed(path: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value).replace(f"{{{name}:path}}", value)
    assert "{" not in path, f"{path} has a part that this test does not know"
    return path


@dataclass
class Place:
    """An office in which a message is held for a release of some phase, and an incident about it is open."""

    office: Office
    values: dict[str, str]

    @classmethod
    async def of(cls, phase: str, grant: str = "none", world: World | None = None) -> Place:
        world = world or World(rulebook=rules(), inspector=Reader())
        world.rulebook = book_with(phase, grant)
        world.current._rulebook, world.current._book = world.rulebook, world.rulebook.book
        world.clock.set(BEFORE_THE_WINDOW if phase == "production" else EARLY)
        await world.submit(MESSAGE, sender=JOE, to=(AMY,))
        office = Office(world=world)
        office.sign_in(OFFICER)
        assert office.door.visitor_now is not None
        held = await world.held()
        incident = await office.house.incidents(office.door.visitor_now.actor).open(held_id=held.id)
        if phase == "published":
            world.clock.set(T + MINUTE)
        office.door.visitor_now = None
        values = {
            "held": held.id,
            "item": held.id,
            "release": LMS.id,
            "number": "1",
            "act": "cancel",
            "incident": incident.id,
            "layout": "2016",
            "section": "hop",
            "person": "0" * 16,
            "key": "0" * 16,
        }
        return cls(office, values)

    async def ask(self, page: Page) -> httpx.Response:
        """With an empty form, so that what is allowed is refused for want of fields and changes nothing."""
        path = placed(page.path, self.values)
        if page.name == "live":
            return await self._begun(path)
        return await (self.office.post(path) if page.is_post else self.office.get(path))

    async def _begun(self, path: str) -> httpx.Response:
        """The head of an answer that has no end."""
        seen: list[dict[str, Any]] = []
        headers = [(b"host", b"review.stats.example")]
        scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": headers}
        left = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await left.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            seen.append(message)
            left.set()

        more = {"asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "https", "server": ("x", 443)}
        await self.office.app({**scope, **more}, receive, send)
        body = b"".join(each.get("body", b"") for each in seen)
        return httpx.Response(seen[0]["status"], headers=seen[0]["headers"], content=body)


def book_with(phase: str, grant: str) -> Any:
    release = LMS
    if phase in ("postponed", "cancelled"):
        release = replace(LMS, status=ReleaseStatus(phase))
    made = rules(release)
    fields = GRANTS[grant]
    if fields is None:
        return made
    person, book = PersonId("vic"), made.book
    return replace(
        made,
        book=replace(
            book,
            people={**book.people, person: Person(id=person, handles=(VIC,))},
            grants={**book.grants, (person, release.id): (Grant(person=person, release=release.id, **fields),)},
            handles={**book.handles, VIC: person},
        ),
    )


def leaks(answer: httpx.Response) -> bool:
    said = answer.text + str(answer.headers) + answer.content.decode("utf-8", "replace")
    return WORDS in said.casefold()


def is_refused(answer: httpx.Response) -> bool:
    return answer.status_code == 403


def is_sent_to_sign_in(answer: httpx.Response) -> bool:
    return answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?next=")


def test_every_page_has_its_row_and_every_row_its_page() -> None:
    named = [each.name for each in all_pages()]

    assert len(named) == len(set(named))
    assert set(named) == set(PAGES)
    assert {each.name for each in all_pages() if each.is_open} == {name for name, who in PAGES.items() if who is OPEN}


def test_nothing_is_served_but_pages_assets_and_the_api() -> None:
    app = ApiOffice().app
    pages = {(each.path, each.is_post) for each in all_pages()}
    routes = {(each.path, "POST" in (each.methods or ())) for each in app.routes if isinstance(each, Route)}

    assert routes == pages
    assert {each.path for each in app.routes if isinstance(each, Mount)} == {"/api/v1", "/static"}
    assert len(app.routes) == len(pages) + 2


@pytest.mark.parametrize("phase", READS)
async def test_nobody_gets_to_sign_in_and_no_further(phase: str) -> None:
    place = await Place.of(phase)

    for page in all_pages():
        answer = await place.ask(page)

        assert is_sent_to_sign_in(answer) == (PAGES[page.name] is not OPEN), page.name
        assert not leaks(answer), page.name


@pytest.mark.parametrize("phase", READS)
@pytest.mark.parametrize("role", [*Role, "all of them", "none"])
async def test_a_role_alone_opens_what_the_table_says(role: Role | str, phase: str) -> None:
    """Without access to the release: content is for nobody before it is public."""
    place = await Place.of(phase)
    roles = {"all of them": set(Role), "none": set()}.get(role, {role})  # type: ignore[arg-type]
    place.office.sign_in(*roles, handle=VIC)
    may_read = phase == "published" and bool(roles & REVIEW)

    for page in all_pages():
        answer = await place.ask(page)

        who = PAGES[page.name]
        is_open = isinstance(who, str) or bool(roles & who)
        if page.name in FOR_READERS:
            is_open = is_open and may_read
        assert is_refused(answer) == (not is_open), f"{page.name} for {role} in {phase}: {answer.status_code}"
        assert leaks(answer) == (page.name in CONTENT and may_read and is_open), f"{page.name} for {role} in {phase}"


@pytest.mark.parametrize("phase", READS)
@pytest.mark.parametrize("grant", GRANTS)
@pytest.mark.parametrize("role", Role)
async def test_content_is_for_reviewers_with_access_at_that_moment(role: Role, grant: str, phase: str) -> None:
    place = await Place.of(phase, grant)
    place.office.sign_in(role, handle=VIC)
    may_read = role in REVIEW and grant in READS[phase]
    expected = {"item": may_read, "frame": may_read, "original": may_read and role is APPROVER}

    for page in all_pages():
        if page.name in CONTENT:
            assert leaks(await place.ask(page)) == expected[page.name], f"{page.name} in {phase} with {grant}"


@pytest.mark.parametrize("role", Role)
async def test_whoever_sent_it_sees_it_no_better_for_that_and_decides_nothing(role: Role) -> None:
    place = await Place.of("pre_release")
    place.office.sign_in(role, handle=JOE)
    told = {"why": "looked", "reason": "because it is so"}

    for page in all_pages():
        assert not leaks(await place.ask(page)), page.name
    for act in ("send", "keep", "reject"):
        answer = await place.office.post(f"/items/{place.values['held']}/decide", act=act, **told)
        assert answer.status_code == 403, act
    assert (await place.office.world.held()).is_open


@pytest.mark.parametrize("grant", ["none", "not_open_yet", "ended", "suspended"])
async def test_whoever_may_not_see_it_does_not_send_it(grant: str) -> None:
    place = await Place.of("pre_release", grant)
    place.office.sign_in(APPROVER, handle=VIC)

    answer = await place.office.post(
        f"/items/{place.values['held']}/decide", act="send", why="looked", reason="because it is so"
    )

    assert answer.status_code == 403
    assert "Approved" not in await place.office.world.events()
    assert "SendProposed" not in await place.office.world.events()


def tokens() -> Iterator[tuple[Role, Scope]]:
    for role in Role:
        for scope in Scope:
            yield role, scope


@pytest.mark.parametrize("phase", READS)
@pytest.mark.parametrize("grant", ["none", "production"])
async def test_no_operation_of_the_api_gives_content(grant: str, phase: str) -> None:
    office = ApiOffice(world=World(rulebook=rules(), inspector=Reader()))
    place = await Place.of(phase, grant, office.world)
    for role, scope in tokens():
        program = await office.program(scope, roles={role}, handle=VIC if role is APPROVER else f"{role}@stats.example")
        for (method, path), (wanted, roles) in MAY.items():
            if path.endswith(("keep", "reject", "cancel", "confirm", "postpone", "suspend", "note", "escalate", "ask")):
                continue  # these change what is asked about next; test_api_guard asks them
            answer = await program.ask(method, placed(path, place.values), json=body_of(path))

            is_open = scope is wanted and role in roles and not path.endswith(("send", "false-alarm"))  # for readers
            assert (answer.status_code != 403) == is_open, f"{method} {path} {role} {scope}"
            assert not leaks(answer), f"{method} {path} {role} {scope}"
