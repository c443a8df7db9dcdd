"""What the API does: the same as the pages, in JSON, and without a word of a message for those without access."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx
import pytest

from leakguard.model.account import Role, Scope
from leakguard.service.authority import REACH, Permission
from tests.unit.service.world import AMY, CLEARED, CPI, EARLY, HALF, JOE, LMS, PRODUCER, T, finding, mail
from tests.web.api_office import ApiOffice, Program

CANARIES = ("zebrafinch", "secret words", "rose", "4.1")


@pytest.fixture
def office() -> ApiOffice:
    return ApiOffice()


def is_problem(answer: httpx.Response, status: int, code: str) -> bool:
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "code", "detail"} <= set(body)
    assert body["type"] == f"urn:leakguard:problem:{code}"
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code), answer.text
    return True


async def test_the_list_shows_who_and_why_and_nothing_of_the_message(office: ApiOffice) -> None:
    held = await office.hold("LMS rose 4.1 zebrafinch")

    answer = await (await office.program(Scope.READ)).get("/items")

    [item] = answer.json()["items"]
    assert (item["id"], item["sender"], item["held"], item["releases"]) == (held, JOE, [AMY], [LMS.id])
    assert (item["need"], item["copies"], item["goes_at"]) == ("look", {"held": 1}, "2031-03-18T09:30:00Z")
    assert answer.json()["next_offset"] is None
    assert not any(word in answer.text for word in CANARIES)


async def test_the_list_comes_in_pages_and_filtered(office: ApiOffice) -> None:
    for number in range(5):
        await office.hold(f"LMS {number}")
    await office.hold("CPI")
    program = await office.program(Scope.READ)

    first = (await program.get("/items?limit=4")).json()
    rest = (await program.get("/items?limit=4&offset=4")).json()

    assert (first["total"], first["next_offset"], rest["next_offset"]) == (6, 4, None)
    assert len({each["id"] for each in (*first["items"], *rest["items"])}) == 6
    assert (await program.get(f"/items?release={CPI.id}")).json()["total"] == 1
    assert (await program.get("/items?state=closed")).json()["total"] == 0


async def test_one_item_has_each_copy_with_its_reasons(office: ApiOffice) -> None:
    held = await office.hold(sender=PRODUCER, to=(AMY, CLEARED))

    item = (await (await office.program(Scope.READ)).get(f"/items/{held}")).json()

    [copy] = item["each"]
    assert (copy["recipient"], copy["state"], copy["decide_again_at"]) == (AMY, "held", "2031-03-18T09:30:00Z")
    assert copy["reasons"] == [{"code": "recipient_not_listed", "release": LMS.id, "rule": "uk.lms"}]
    assert item["takes_two"] is True


async def test_an_address_that_is_no_text_is_shown_all_the_same(office: ApiOffice) -> None:
    await office.hold(sender="j\udce9@dept.example")

    assert "j\\\\udce9@dept.example" in (await (await office.program(Scope.READ)).get("/items")).text


@pytest.mark.parametrize(
    ("verb", "given", "done"),
    [
        ("keep", {"reason": "looked"}, "kept"),
        ("reject", {"reason": "results", "to": [AMY]}, "rejected"),
        ("escalate", {"reason": "not mine"}, "escalated"),
        ("note", {"reason": "called them"}, "noted"),
        ("ask", {"question": "recipients"}, "asked"),
    ],
)
async def test_a_decision_is_recorded_under_the_name_of_the_owner(
    office: ApiOffice, verb: str, given: dict[str, Any], done: str
) -> None:
    held = await office.hold()
    program = await office.program(Scope.DECIDE)

    answer = await program.post(f"/items/{held}/{verb}", given)

    assert (answer.status_code, answer.json()) == (200, {"done": done, "messages": 1})
    assert (await office.world.store.audit())[-1].actor == "rae@stats.example"


async def test_a_decision_can_be_undone(office: ApiOffice) -> None:
    held = await office.hold()
    program = await office.program(Scope.DECIDE)
    await program.post(f"/items/{held}/reject", {"reason": "results"})
    assert await office.world.states() == {AMY: "rejected"}

    await program.post(f"/items/{held}/undo")

    assert await office.world.states() == {AMY: "held"}


async def test_one_decision_is_for_all_copies_of_a_message(office: ApiOffice) -> None:
    content = mail("LMS rose")
    held = await office.hold(content)
    await office.world.submit(content, to=("lee@news.example",))

    answer = await (await office.program(Scope.DECIDE)).post(f"/items/{held}/keep", {"reason": "looked"})

    assert answer.json()["messages"] == 2


async def test_nobody_decides_about_their_own_message(office: ApiOffice) -> None:
    held = await office.hold()

    answer = await (await office.program(Scope.DECIDE, handle=JOE)).post(f"/items/{held}/keep", {"reason": "mine"})

    assert is_problem(answer, 403, "forbidden")


@pytest.mark.parametrize("verb", ["send", "false-alarm"])
async def test_what_takes_somebody_who_sees_the_message_takes_a_person(office: ApiOffice, verb: str) -> None:
    """Access alone is not enough: a token reads no content."""
    held = await office.hold()
    program = await office.program(Scope.DECIDE, Scope.READ, handle=CLEARED, roles={Role.APPROVER})

    assert is_problem(await program.post(f"/items/{held}/{verb}", {"reason": "fine"}), 403, "forbidden")
    assert await office.world.states() == {AMY: "held"}


async def test_a_token_reads_no_content(office: ApiOffice) -> None:
    held = await office.hold()
    program = await office.program(Scope.READ, handle=CLEARED)

    assert is_problem(await program.post(f"/items/{held}/view"), 403, "forbidden")
    assert "ContentViewed" not in await office.world.events()


async def test_were_tokens_to_read_content_it_would_take_access_and_be_recorded(
    office: ApiOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(REACH, Scope.READ, (*REACH[Scope.READ], Permission.READ_CONTENT))
    held = await office.hold()

    with_access = await (await office.program(Scope.READ, handle=CLEARED)).post(f"/items/{held}/view")
    without = await (await office.program(Scope.READ)).post(f"/items/{held}/view")

    assert (with_access.json()["sight"], with_access.json()["findings"][0]["text"]) == ("grant", "secret words")
    assert (await office.world.events()).count("ContentViewed") == 1
    assert is_problem(without, 403, "forbidden")
    assert "secret words" not in without.text


async def test_a_release_is_postponed_cancelled_and_confirmed(office: ApiOffice) -> None:
    program = await office.program(Scope.RELEASES, Scope.READ, roles={Role.PRA_OFFICER})

    later = await program.post(f"/releases/{LMS.id}/postpone", {"reason": "late", "until": "2031-03-18T11:00:00+00:00"})
    off = await program.post(f"/releases/{CPI.id}/cancel", {"reason": "off"})
    listed = {each["id"]: each for each in (await program.get("/releases")).json()["releases"]}

    assert (later.json()["status"], later.json()["lifts_at"]) == ("scheduled", "2031-03-18T11:00:00Z")
    assert off.json()["phase"] == "cancelled"
    assert listed[CPI.id]["lifts_at"] is None
    assert listed[LMS.id] == later.json()
    assert (await program.post(f"/releases/{CPI.id}/confirm", {"reason": "out"})).json()["confirmed_at"] is not None


async def test_access_is_suspended_at_once(office: ApiOffice) -> None:
    program = await office.program(Scope.RELEASES, roles={Role.PRA_OFFICER})

    answer = await program.post("/access/suspend", {"handle": HALF, "reason": "left"})

    assert answer.json() == {"handle": HALF, "releases": [LMS.id]}
    assert all(each.suspended for each in office.world.current.book.grants_of(HALF, LMS.id))


async def test_the_audit_is_read_on_from_a_line(office: ApiOffice) -> None:
    await office.hold()
    await office.hold("CPI")
    program = await office.program(Scope.AUDIT, roles={Role.AUDITOR})

    first = (await program.get("/audit?limit=1")).json()
    rest = (await program.get(f"/audit?after={first['next_after']}")).json()

    assert [each["event"] for each in (*first["entries"], *rest["entries"])] == await office.world.events()
    assert rest["next_after"] is None


async def ask(program: Program, text: str, *to: str, **more: Any) -> httpx.Response:
    return await program.post("/check", {"text": text, "recipients": to, **more})


async def test_a_check_is_answered_in_full_to_those_with_access(office: ApiOffice) -> None:
    program = await office.program(Scope.CHECK, handle=PRODUCER, roles={Role.AUDITOR})

    answer = (await ask(program, "LMS rose", CLEARED, AMY)).json()

    assert [(each["outcome"], each["until"]) for each in answer["copies"]] == [
        ("would_go", None),
        ("would_be_held", "2031-03-18T09:30:00Z"),
    ]
    assert answer["details"]["findings"][0]["rule"] == "uk.lms"
    assert answer["details"]["copies"][1]["reasons"][0]["code"] == "recipient_not_listed"


@pytest.mark.parametrize("who", [JOE, HALF])
@pytest.mark.parametrize("form", ["{}", "CPI {}", "LMS CPI {}", "HINT CPI {}", "UNREAD CPI {}"])
async def test_up_and_down_and_any_number_are_one_answer(office: ApiOffice, who: str, form: str) -> None:
    program = await office.program(Scope.CHECK, handle=who)

    answers = {(await ask(program, form.format(how), AMY)).content for how in ("rose 4.1", "fell 3", "unchanged")}

    assert len(answers) == 1
    assert json.loads(answers.pop())["details"] is None


async def test_a_file_and_a_whole_message_are_read(office: ApiOffice) -> None:
    program = await office.program(Scope.CHECK, handle=JOE)
    encoded = base64.b64encode(b"LMS up").decode()
    whole = base64.b64encode(mail("LMS up")).decode()

    in_file = await program.post("/check", {"file": {"name": "a.csv", "content_base64": encoded}})
    in_message = await program.post("/check", {"message_base64": whole})

    assert [each.json()["copies"][0]["outcome"] for each in (in_file, in_message)] == ["would_be_held"] * 2
    assert is_problem(await program.post("/check", {"text": "x", "message_base64": whole}), 422, "refused")
    assert is_problem(await program.post("/check", {}), 422, "refused")


async def test_a_check_may_be_for_another_time(office: ApiOffice) -> None:
    with_access = await office.program(Scope.CHECK, handle=PRODUCER)
    without = await office.program(Scope.CHECK, handle=JOE)

    assert (await ask(with_access, "LMS", at=T.isoformat())).json()["copies"][0]["outcome"] == "would_go"
    assert is_problem(await ask(without, "LMS", at=T.isoformat()), 403, "forbidden")


async def test_a_check_is_kept_nowhere(office: ApiOffice) -> None:
    program = await office.program(Scope.CHECK, handle=PRODUCER)
    before = await office.world.store.version()

    await ask(program, "LMS zebrafinch")

    assert await office.world.store.version() == before


async def test_too_many_checks_say_how_long_to_wait(office: ApiOffice) -> None:
    program = await office.program(Scope.CHECK, handle=JOE)
    answers = [await ask(program, "tea") for _ in range(31)]

    assert is_problem(answers[-1], 429, "too_many")
    assert answers[-1].headers["retry-after"] == "60"


BROKEN = (b"{zebrafinch", b"[1,2", b"\xff\xfe", b'{"text": "\xff"}', b"")


@pytest.mark.parametrize("octets", BROKEN, ids=str)
async def test_a_body_that_is_no_json_is_a_problem_without_its_words(office: ApiOffice, octets: bytes) -> None:
    program = await office.program(Scope.CHECK)

    answer = await program.ask("POST", "/check", content=octets, headers={"content-type": "application/json"})

    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert "zebrafinch" not in answer.text


@pytest.mark.parametrize(
    "given",
    [
        {"zebrafinch": 1},
        {"text": ["zebrafinch"]},
        {"text": "x", "direction": "zebrafinch"},
        {"file": {"zebrafinch": "zebrafinch"}},
        {"message_base64": "zebrafinch!"},
        {"text": "x", "at": "zebrafinch"},
        {"text": "x", "at": "2031-03-18T09:30"},
        {"text": "x", "recipients": ["zebrafinch"]},
        ["zebrafinch"],
        "zebrafinch",
    ],
    ids=str,
)
async def test_what_is_not_as_documented_is_not_said_again(office: ApiOffice, given: Any) -> None:
    answer = await (await office.program(Scope.CHECK)).post("/check", given)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert "zebrafinch" not in answer.text


async def test_a_form_is_no_json(office: ApiOffice) -> None:
    program = await office.program(Scope.CHECK)

    assert (await program.ask("POST", "/check", data={"text": "zebrafinch"})).status_code == 422


@pytest.mark.parametrize("is_stated", [True, False])
async def test_a_huge_body_is_refused_before_it_is_read(office: ApiOffice, is_stated: bool) -> None:
    program = await office.program(Scope.DECIDE, Scope.CHECK)
    taken = 0

    async def pieces() -> Any:
        nonlocal taken
        for _ in range(100):
            taken += 1
            yield b"x" * 100_000

    content = b"x" * 10_000_000 if is_stated else pieces()
    for path in ("/items/some/keep", "/check"):
        answer = await program.ask("POST", path, content=content, headers={"content-type": "application/json"})
        assert is_problem(answer, 413, "too_large")
        content = b"x" * 10_000_000 if is_stated else pieces()
    assert taken < 20


@pytest.mark.parametrize("path", ["/items/nothing", "/nothing", "/items/../audit/x"])
async def test_what_is_not_there_is_a_problem(office: ApiOffice, path: str) -> None:
    assert is_problem(await (await office.program(Scope.READ)).get(path), 404, "not_found")


async def test_a_method_that_is_not_there_is_a_problem(office: ApiOffice) -> None:
    assert is_problem(await (await office.program(Scope.READ)).ask("DELETE", "/items"), 405, "method_not_allowed")


async def test_when_the_store_does_not_answer_nothing_is_said_of_why(office: ApiOffice) -> None:
    program = await office.program(Scope.READ)
    office.world.store.available = False

    answer = await program.get("/items")

    assert is_problem(answer, 503, "store_unavailable")


async def test_a_defect_is_a_problem_without_its_words(office: ApiOffice) -> None:
    office.world.inspector.fails = ValueError("zebrafinch")

    answer = await ask(await office.program(Scope.CHECK), "tea")

    assert is_problem(answer, 500, "failed")
    assert "zebrafinch" not in answer.text


async def test_no_word_of_a_message_is_in_any_answer_to_those_without_access(office: ApiOffice) -> None:
    assert finding("lms").text == "secret words"
    held = await office.hold("LMS zebrafinch rose 4.1")
    program = await office.program(*Scope, roles=set(Role))
    said = []

    for method, path in (
        ("GET", "/items"),
        ("GET", f"/items/{held}"),
        ("GET", "/audit"),
        ("GET", "/releases"),
        *(("POST", f"/items/{held}/{verb}") for verb in ("view", "send", "false-alarm", "keep", "note", "undo")),
    ):
        given = {"json": {"reason": "because"}} if method == "POST" and not path.endswith(("view", "undo")) else {}
        said.append(await program.ask(method, path, **given))
    said.append(await ask(program, "LMS zebrafinch rose 4.1", AMY))

    assert not [each.url for each in said for word in CANARIES if word in each.text]
    assert sum(each.status_code == 200 for each in said) >= 7
    assert office.world.clock.now() == EARLY
