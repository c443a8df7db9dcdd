"""Release morning: what waits for each release, and acts that ask once more before they are done."""

from __future__ import annotations

from datetime import timedelta

import pytest

from leakguard.model.account import Role
from leakguard.model.embargo import ReleaseStatus
from leakguard.model.errors import StoreUnavailable
from tests.unit.service.world import CLEARED, LMS, T
from tests.web.office import Office

PATH = f"/releases/{LMS.id}"


@pytest.fixture
def office() -> Office:
    made = Office()
    made.sign_in(Role.PRA_OFFICER)
    return made


async def _acts(office: Office) -> list[str]:
    return [type(each).__name__ for each in await office.world.store.acts()]


async def test_the_board_counts_what_is_held_and_says_that_a_list_is_not_confirmed(office: Office) -> None:
    await office.world.submit("LMS rose", to=("a@x.example", "b@x.example"))

    page = (await office.get("/releases")).text

    row = page[page.index(LMS.title) : page.index("CPI, March")]
    assert '<td class="count">2</td><td class="count">1</td>' in row
    assert "3 people" in row and "not confirmed" in row


@pytest.mark.parametrize("act", ["postpone", "cancel", "confirm", "suspend"])
async def test_an_act_asks_once_more_and_then_is_done(office: Office, act: str) -> None:
    fields = {"reason": "printer on fire", "handle": CLEARED}

    asked = await office.post(f"{PATH}/{act}", **fields)
    before = await _acts(office)
    done = await office.post(f"{PATH}/{act}", **fields, sure="yes")

    assert asked.status_code == 200 and "printer on fire" in asked.text and before == []
    assert done.status_code == 303 and len(await _acts(office)) == 1


async def test_an_act_holds_in_this_process_at_once(office: Office) -> None:
    await office.post(f"{PATH}/postpone", reason="late", sure="yes")

    assert office.world.current.book.releases[LMS.id].status is ReleaseStatus.POSTPONED


async def test_a_new_time_is_read_in_the_zone_of_the_release(office: Office) -> None:
    await office.post(f"{PATH}/postpone", reason="late", until="2031-04-01T09:30", sure="yes")

    assert office.world.current.book.releases[LMS.id].release_at == T + timedelta(days=14, hours=-1)


@pytest.mark.parametrize("until", ["2031-03-30T01:30", "tomorrow", "2031-03-19T09:30+00:00", "2031-03-18T09:00"])
async def test_a_time_that_is_none_or_is_earlier_is_refused(office: Office, until: str) -> None:
    answer = await office.post(f"{PATH}/postpone", reason="late", until=until, sure="yes")

    assert answer.status_code == 422
    assert await _acts(office) == []


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.PRA_OFFICER])
async def test_nobody_else_acts_on_a_release(office: Office, role: Role) -> None:
    office.sign_in(role)

    answer = await office.post(f"{PATH}/cancel", reason="because", sure="yes")

    assert answer.status_code == 403
    assert await _acts(office) == []
    assert "Suspend somebody" not in (await office.get(PATH)).text


@pytest.mark.parametrize("path", ["/releases/none", "/releases/%2e%2e", "/releases/<b>"])
async def test_an_unknown_release_is_not_found(office: Office, path: str) -> None:
    answer = await office.get(path)

    assert answer.status_code == 404
    assert "<b>" not in answer.text


async def test_an_act_needs_a_reason_before_it_asks(office: Office) -> None:
    assert (await office.post(f"{PATH}/cancel", reason="  ")).status_code == 422


async def test_an_act_that_was_recorded_is_told_so_though_the_store_falls_silent_right_after(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(_store: object) -> bool:
        raise StoreUnavailable("silent")

    monkeypatch.setattr(office.world.current, "refresh", silent)

    done = await office.post(f"{PATH}/cancel", reason="off", sure="yes")

    assert done.status_code == 303 and len(await _acts(office)) == 1
