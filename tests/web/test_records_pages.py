"""Flagged messages, the audit and proposed exceptions: what is read, and what of it nobody reads."""

from __future__ import annotations

from datetime import timedelta

import pytest

from leakguard.model.account import Role
from leakguard.service import flags
from tests.unit.service.world import AMY, CLEARED, EARLY, JOE, PRODUCER, T
from tests.web.office import Office

SECRET = "quagga"


@pytest.fixture
def office() -> Office:
    return Office()


async def test_what_went_through_with_a_hint_is_listed_once_for_its_copies(office: Office) -> None:
    for to in ("a@x.example", "b@x.example", "c@x.example", "d@x.example"):
        await office.world.submit(f"HINT {SECRET}", sender=JOE, to=(to,))
    office.sign_in(Role.AUDITOR)

    page = (await office.get("/flagged")).text

    assert page.count('<th scope="row">') == 1
    assert "4 people" in page and "and 3 more" in page
    assert SECRET not in page


async def test_flags_of_another_release_are_left_out(office: Office) -> None:
    await office.world.submit("HINT", sender=JOE, to=(AMY,))
    office.sign_in(Role.REVIEWER)

    assert "Nothing was flagged" in (await office.get("/flagged?release=CPI-2031-03")).text
    assert JOE in (await office.get("/flagged?release=LMS-2031-03&days=1")).text


async def test_the_audit_tells_who_and_what_and_not_what_people_typed(office: Office) -> None:
    await office.world.submit("LMS rose")
    await office.world.console("ann@stats.example").reject((await office.world.held()).id, f"it says {SECRET}")
    office.sign_in(Role.AUDITOR)

    page = (await office.get("/audit")).text

    assert "ann@stats.example" in page and "Rejected" in page and JOE in page
    assert "rules: uk.lms" in page and "uk.lms/" not in page
    assert SECRET not in page


async def test_the_audit_goes_on_after_a_line(office: Office) -> None:
    for number in range(3):
        await office.world.submit(f"LMS rose {number}")
    office.sign_in(Role.AUDITOR)

    page = (await office.get("/audit?after=2")).text

    assert "Lines 3 to 3" in page
    assert "nothing after this line" in (await office.get("/audit?after=99")).text


@pytest.mark.parametrize("after", ["x", "-1", "1e9", "9" * 30, "<script>"])
async def test_an_odd_line_number_is_the_beginning(office: Office, after: str) -> None:
    await office.world.submit("LMS rose")
    office.sign_in(Role.AUDITOR)

    answer = await office.get(f"/audit?after={after}")

    assert answer.status_code == 200
    assert "<script>" not in answer.text


async def test_a_false_alarm_proposes_an_exception_after_the_lift_until_it_is_taken_back(office: Office) -> None:
    await office.world.submit("LMS rose", sender=PRODUCER, to=(AMY,))
    held_id = (await office.world.held()).id
    office.sign_in(Role.REVIEWER, handle=CLEARED)
    assert "No finding was marked" in (await office.get("/exceptions")).text

    await office.post(f"/items/{held_id}/false-alarm", reason=f"a lesson, {SECRET}")
    assert "No finding was marked" in (await office.get("/exceptions")).text
    office.world.clock.set(T)
    page = (await office.get("/exceptions")).text
    await office.post(f"/items/{held_id}/undo")

    assert "uk.lms/direction" in page and "expires: &#34;2031-09-14&#34;" in page and "lower_to: low" in page
    assert SECRET not in page
    assert "No finding was marked" in (await office.get("/exceptions")).text


async def test_a_false_alarm_of_what_was_closed_before_waits_for_the_lift_too(office: Office) -> None:
    await office.world.submit("LMS rose", sender=PRODUCER, to=(AMY,))
    held_id = (await office.world.held()).id
    office.sign_in(Role.REVIEWER, handle=CLEARED)
    await office.world.console("ann@stats.example").reject(held_id, "no")

    await office.post(f"/items/{held_id}/false-alarm", reason="a lesson")
    before = (await office.get("/exceptions")).text
    office.world.clock.set(T)

    assert "uk.lms" not in before
    assert "uk.lms/direction" in (await office.get("/exceptions")).text


async def test_of_more_flags_than_are_shown_the_latest_are(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flags, "_MOST", 2)
    for number, sender in enumerate((JOE, "kim@dept.example", "lee@dept.example")):
        office.world.clock.set(EARLY + timedelta(seconds=number))
        await office.world.submit("HINT", sender=sender, to=(AMY,))
    office.sign_in(Role.REVIEWER)

    page = (await office.get("/flagged")).text

    assert JOE not in page and "kim@dept.example" in page and "lee@dept.example" in page
    assert "These are the latest" in page
    assert "These are the latest" not in (await office.get("/flagged?release=CPI-2031-03")).text
