"""The stream that tells open pages of changes: to whom, how much, how long, and how many at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from leakguard.model.account import Role
from leakguard.model.errors import StoreUnavailable
from leakguard.web.pages import triage
from leakguard.web.streams import Streams
from tests.web.office import Office
from tests.web.raw import HOST, Raw


@pytest.fixture
def office() -> Office:
    made = Office()
    made.sign_in(Role.REVIEWER)
    return made


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
