"""Copies of one message that came in several transactions: one decision, and what it could not reach is told."""

from __future__ import annotations

import pytest

from leakguard.model.account import Role
from leakguard.model.errors import StoreUnavailable
from leakguard.model.ids import HeldId
from tests.unit.service.world import AMY, CLEARED, HALF, JOE
from tests.web.office import Office

BEN = "ben@news.example"
FIELDS = {"act": "reject", "why": "results"}


async def _two(office: Office) -> tuple[HeldId, HeldId]:
    """Two transactions with the same words."""
    for to in (AMY, BEN):
        await office.world.submit("LMS rose", sender=JOE, to=(to,))
    office.sign_in(Role.REVIEWER, handle=CLEARED)
    first, second = sorted(await office.world.store.listing(), key=lambda each: each.recipients[0].recipient.address)
    return first.id, second.id


async def _states(office: Office, *ids: HeldId) -> list[str]:
    return [(await office.world.store.get(each)).recipients[0].state.value for each in ids]


async def test_what_was_closed_before_is_left_alone_and_nobody_is_told_of_a_failure() -> None:
    office = Office()
    first, second = await _two(office)
    await office.world.console("ann@stats.example").reject(first, "no")

    answer = await office.post(f"/items/{second}/decide", **FIELDS)

    assert "told=rejected" in answer.headers["location"]
    assert await _states(office, first, second) == ["rejected", "rejected"]


@pytest.mark.parametrize("path", ["item", "list"])
async def test_a_decision_that_was_not_recorded_for_all_says_so(path: str) -> None:
    office = Office()
    first, second = await _two(office)
    save = office.world.store.save

    async def fails_for_the_second(held, events, notices, unsaid=()):  # type: ignore[no-untyped-def]
        if held.id == second:
            raise StoreUnavailable("no")
        return await save(held, events, notices, unsaid)

    office.world.store.save = fails_for_the_second  # type: ignore[method-assign]
    if path == "item":
        answer = await office.post(f"/items/{first}/decide", **FIELDS)
    else:
        answer = await office.post("/held/decide", item=first, count="1", **FIELDS)

    assert "told=some" in answer.headers["location"]
    assert await _states(office, first, second) == ["rejected", "held"]


async def test_a_decision_that_was_recorded_for_none_is_no_page_that_says_done() -> None:
    office = Office()
    first, second = await _two(office)

    async def fails(*given: object) -> None:
        raise StoreUnavailable("no")

    office.world.store.save = fails  # type: ignore[method-assign, assignment]

    assert (await office.post(f"/items/{first}/decide", **FIELDS)).status_code == 503
    assert await _states(office, first, second) == ["held", "held"]


async def test_undo_reaches_what_was_closed_beside_what_is_held() -> None:
    office = Office()
    first, second = await _two(office)
    await office.post(f"/items/{first}/decide", to=AMY, only="yes", **FIELDS)
    assert await _states(office, first, second) == ["rejected", "held"]

    await office.post(f"/items/{first}/undo")

    assert await _states(office, first, second) == ["held", "held"]


async def test_somebody_else_sees_of_two_copies_the_one_that_is_left() -> None:
    office = Office()
    first, second = await _two(office)
    await office.post(f"/items/{first}/decide", to=AMY, only="yes", **FIELDS)
    office.sign_in(Role.REVIEWER, handle=HALF)

    answer = await office.post(f"/items/{first}/decide", act="keep", why="looked")

    assert "told=kept" in answer.headers["location"]
    assert (await office.world.store.get(second)).review.kept is not None
