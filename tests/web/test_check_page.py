"""The check page: a text or a file in, plain sentences out, and nothing of it anywhere afterwards."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from typing import Any

import httpx
import pytest

from leakguard.model.account import Role
from tests.unit.service.world import AMY, CLEARED, HALF, JOE, MINUTE, PRODUCER, T, World
from tests.web.office import ORIGIN, Office
from tests.web.reader import Reader

SAME = {"origin": ORIGIN, "sec-fetch-site": "same-origin"}
WORDS = "zebrafinch"


@pytest.fixture
def office() -> Office:
    return Office(world=World(inspector=Reader()))


def sign_in(office: Office, handle: str) -> None:
    office.sign_in(Role.AUDITOR, handle=handle)


async def with_file(office: Office, content: bytes, **fields: Any) -> httpx.Response:
    assert office.door.visitor_now is not None
    async with office.client() as client:
        return await client.post(
            "/check",
            data={"csrf": office.door.visitor_now.csrf, "direction": "outbound", **fields},
            files={"file": ("table.csv", content)},
            headers=SAME,
        )


@pytest.mark.parametrize("role", Role)
async def test_everybody_with_a_role_may_check(office: Office, role: Role) -> None:
    office.sign_in(role, handle=JOE)

    assert (await office.get("/check")).status_code == 200
    assert (await office.post("/check", text="tea", direction="outbound")).status_code == 200


async def test_who_has_access_sees_what_was_found_and_when_each_copy_would_go(office: Office) -> None:
    sign_in(office, PRODUCER)

    page = (await office.post("/check", text="LMS rose", to=f"{CLEARED}, {AMY}", direction="outbound")).text

    assert "It would be held until Tue 18 Mar 2031 09:30 GMT (in 8 min), and then go by itself." in page
    assert "It would go." in page
    assert "is not on the access list (LMS-2031-03, uk.lms)" in page
    assert "secret words" in page, "what the rule matched"


async def test_who_has_no_access_sees_whether_and_until_when(office: Office) -> None:
    sign_in(office, JOE)

    page = (await office.post("/check", text="LMS rose", to=AMY, direction="outbound")).text

    assert "It would be held until Tue 18 Mar 2031 09:30 GMT (in 8 min)" in page
    assert not any(word in page for word in ("LMS", "uk.lms", "secret words", "direction", "rose", "access list"))


@pytest.mark.parametrize("words", ["LMS {}", "CPI {}", "HINT {}", "UNREAD {}", "{}"])
async def test_up_and_down_are_one_page(office: Office, words: str) -> None:
    sign_in(office, JOE)

    pages = {(await office.post("/check", text=words.format(way), direction="outbound")).content for way in _WAYS}

    assert len(pages) == 1


_WAYS = ("rose to 4.1%", "fell to 4.0%", "did not move from 4.3%")


async def test_a_file_is_read_like_an_attachment(office: Office) -> None:
    sign_in(office, JOE)

    page = await with_file(office, b"LMS up")

    assert "It would be held until" in page.text
    assert "table.csv" not in page.text


async def test_a_large_file_never_touches_a_disk(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(office, JOE)
    rolled: list[object] = []
    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", rolled.append)
    office.house.checking.largest = 8 * 1024 * 1024

    page = await with_file(office, b"x" * 3 * 1024 * 1024)

    assert page.status_code == 200
    assert rolled == []


async def test_what_the_relay_would_not_take_is_refused_before_it_is_read(office: Office) -> None:
    sign_in(office, JOE)

    assert (await with_file(office, b"x" * 3 * 1024 * 1024)).status_code == 413
    assert (await with_file(office, b"x" * 200_000)).status_code == 422


async def test_nothing_of_it_is_kept_in_store_address_or_answer(office: Office) -> None:
    sign_in(office, JOE)
    before = await office.world.store.version()

    answer = await office.post("/check", text=f"LMS {WORDS}", subject=WORDS, direction="outbound")

    assert await office.world.store.version() == before
    assert WORDS not in f"{answer.url} {answer.headers}"
    assert WORDS not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers


async def test_what_is_wrong_is_said_beside_the_form_with_what_was_typed(office: Office) -> None:
    sign_in(office, JOE)

    nothing = await office.post("/check", to=AMY, direction="outbound")
    no_address = await office.post("/check", text="tea <b>", to="amy", direction="outbound")
    nowhere = await office.post("/check", text="tea", direction="sideways")

    assert [each.status_code for each in (nothing, no_address, nowhere)] == [422, 422, 422]
    assert f'value="{AMY}"' in nothing.text
    assert "Write a subject or a text, or choose a file." in nothing.text
    assert "tea &lt;b&gt;</textarea>" in no_address.text


async def test_only_who_has_access_may_choose_the_time_and_the_sender(office: Office) -> None:
    sign_in(office, JOE)
    assert 'name="as_at"' not in (await office.get("/check")).text
    refused = await office.post("/check", text="LMS", direction="outbound", as_at="2031-03-18T09:31")
    assert refused.status_code == 403

    sign_in(office, PRODUCER)
    assert 'name="as_at"' in (await office.get("/check")).text
    after = await office.post("/check", text="LMS", direction="outbound", as_at="2031-03-18T09:29", as_sender=HALF)
    assert f"If {HALF} sent it at Tue 18 Mar 2031 09:29 GMT" in after.text


async def test_when_access_ends_with_the_release_there_is_nothing_to_suppose(office: Office) -> None:
    office.world.clock.set(T + timedelta(days=1))
    sign_in(office, PRODUCER)

    assert 'name="as_at"' not in (await office.get("/check")).text


async def test_thirty_checks_in_a_minute_are_enough(office: Office) -> None:
    sign_in(office, JOE)
    for _ in range(30):
        assert (await office.post("/check", text="tea", direction="outbound")).status_code == 200

    answer = await office.post("/check", text="tea", direction="outbound")

    assert answer.status_code == 429
    assert "Too many tries; wait 60 s." in answer.text
    office.world.clock.set(office.world.clock.now() + MINUTE)
    assert (await office.post("/check", text="tea", direction="outbound")).status_code == 200
