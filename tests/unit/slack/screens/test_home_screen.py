"""The app's home: the calendar in the viewer's time, their own access, what is held of theirs; anew as a lift nears."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from leakguard.channels.slack.screens import home
from leakguard.channels.slack.screens.homes import MARKS, passed
from leakguard.model.embargo import LiftMode, Release, ReleaseStatus
from leakguard.model.errors import StoreUnavailable
from tests.fakes.slack import faults
from tests.fakes.slack.person import Person
from tests.fakes.slack.state import Guest
from tests.unit.service.test_posts import judged
from tests.unit.service.test_posts import message as post_of
from tests.unit.service.world import AMY, CLEARED, CPI, EARLY, JOE, LMS, MINUTE, MS, PRODUCER, T, book, rulebook
from tests.unit.slack.office import scheduling_of
from tests.unit.slack.screens.stage import TRANSPORTS, Stage, play, until


def texts(person: Person) -> str:
    """All that stands on their home, a paragraph a block."""
    assert person.home is not None
    return "\n\n".join(_texts(person.home.shape["blocks"]))


def _texts(part: Any) -> list[str]:
    if isinstance(part, list):
        return [text for each in part for text in _texts(each)]
    if isinstance(part, dict):
        found = part.get("text")
        own = [found] if isinstance(found, str) else []
        return own + [text for each in part.values() for text in _texts(each)]
    return []


async def opened(person: Person) -> str:
    before = person.home.revision if person.home is not None else 0
    await person.open_home()
    await until(lambda: person.home is not None and person.home.revision > before)
    return texts(person)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_everybody_sees_what_is_under_embargo_and_of_access_only_their_own(transport: str) -> None:
    async def story(stage: Stage) -> None:
        half, cleared, joe = stage.person("half@dept.example"), stage.person(CLEARED), stage.person(JOE)

        lms = f"*LMS, March 2031*\nLifts <!date^{int(T.timestamp())}^{{date_short_pretty}} {{time}}|"
        lms += "Tue 18 Mar 2031 09:30 GMT> (in 8 min)"
        assert f"{lms}\nYou have access before the lift" in await opened(half)
        assert texts(half).count("You have access") == 1
        assert (await opened(cleared)).count("You have access") == 2
        assert f"{lms}\nYou have no access before the lift" in await opened(joe)
        assert texts(joe).count("You have no access") == 2

    play(transport, story)


def test_access_that_is_not_open_yet_is_said_with_its_moment() -> None:
    async def story(stage: Stage) -> None:
        stage.world.clock.set(T - timedelta(days=3))
        cleared = stage.person(CLEARED)

        opens = int((T - timedelta(days=1)).timestamp())
        assert f"Your access opens <!date^{opens}^" in await opened(cleared)

    play("http", story)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"status": ReleaseStatus.POSTPONED}, "Postponed, and embargoed until a new time is known"),
        ({"status": ReleaseStatus.CANCELLED}, "Cancelled, and still embargoed"),
        ({"status": ReleaseStatus.PROVISIONAL}, "Lifts when somebody confirms it, not before <!date"),
        ({"lift": LiftMode.ON_CONFIRMATION}, "Lifts when somebody confirms it, not before <!date"),
        ({"title": "A <b> & *C*"}, "*A &lt;b&gt; &amp; *C**\nLifts"),
        ({"release_at": T + timedelta(days=20), "pre_release_from": None}, "No embargo lifts within two weeks."),
        ({"release_at": EARLY}, "Public within the last twelve hours\n\n• LMS, March 2031"),
    ],
    ids=["postponed", "cancelled", "provisional", "on confirmation", "marks in a title", "far ahead", "just lifted"],
)
def test_what_the_calendar_knows_is_said_as_it_is(changes: dict[str, Any], told: str) -> None:
    async def story(stage: Stage) -> None:
        stage.world.current._book = book(replace(LMS, **changes))

        assert told in await opened(stage.person(JOE))

    play("http", story)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_what_is_held_of_the_viewers_own_is_listed_by_its_reference_and_nothing_of_it(transport: str) -> None:
    async def story(stage: Stage) -> None:
        joe, producer = stage.person(JOE), stage.person(PRODUCER)
        await stage.world.submit("LMS rose, quokka", sender="Joe@dept.example", to=(AMY,))
        held = await stage.world.held()

        shown = await opened(joe)
        assert f"*{held.id}* · Mail of <!date^{int(EARLY.timestamp())}^" in shown
        assert f"Held. It goes by itself <!date^{int(T.timestamp())}^" in shown
        assert "write to desk@stats.example with its reference" in shown
        assert "quokka" not in str(joe.home.shape if joe.home else "")
        assert held.id not in await opened(producer)
        assert "Held of yours\n\nNothing." in texts(producer)

    play(transport, story)


def test_a_store_that_does_not_answer_is_not_said_to_hold_nothing() -> None:
    async def story(stage: Stage) -> None:
        async def away() -> int:
            raise StoreUnavailable("disk")

        stage.world.store.version = away  # type: ignore[method-assign]

        assert "Held of yours\n\nThis cannot be told just now." in await opened(stage.person(JOE))

    play("http", story)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_guests_see_what_this_is_and_nothing_of_the_calendar(transport: str) -> None:
    async def story(stage: Stage) -> None:
        shown = await opened(stage.person(AMY, guest=Guest.SINGLE_CHANNEL))

        assert "LMS" not in shown
        assert "desk@stats.example" in shown

    play(transport, story)


@pytest.mark.parametrize(("connect", "buttons"), [("", 2), ("https://guard.example/slack/connect", 3)])
def test_one_can_connect_where_that_is_set_up(connect: str, buttons: int) -> None:
    async def story(stage: Stage) -> None:
        joe = stage.person(JOE)
        await opened(joe)
        assert joe.home is not None

        [acts] = [each for each in joe.home.shape["blocks"] if each["type"] == "actions"]
        assert len(acts["elements"]) == buttons
        if connect:
            assert acts["elements"][-1]["url"] == connect
            assert (await joe.click(joe.home, home.CONNECT)).ok

    play("http", story, connect=lambda user: connect)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_its_button_opens_the_check(transport: str) -> None:
    async def story(stage: Stage) -> None:
        joe = stage.person(JOE)
        await opened(joe)
        assert joe.home is not None
        await joe.click(joe.home, home.CHECK)
        await until(lambda: joe.modal is not None)

        assert joe.modal is not None
        assert joe.modal.shape["title"]["text"] == "Check before posting"

    play(transport, story)


def test_it_is_shown_anew_at_each_mark_before_a_lift_and_at_the_lift_to_those_who_opened_it_today() -> None:
    async def story(stage: Stage) -> None:
        early, joe, amy = stage.person(CLEARED), stage.person(JOE), stage.person(AMY)
        stage.world.clock.set(T - timedelta(hours=25))
        await opened(early)
        stage.world.clock.set(T - timedelta(hours=2))
        await opened(joe)

        since, shown = stage.world.clock.now(), []
        for minutes in (31, 30, 29, 10, 6, 5, 1, 0.5, 0):
            before = joe.home.revision if joe.home else 0
            stage.world.clock.set(T - minutes * MINUTE)
            since = stage.screens.homes.look(since)
            await stage.screens.homes.work()
            shown += [minutes] if joe.home and joe.home.revision > before else []

        assert shown == [30, 10, 5, 1, 0]
        assert "Public within the last twelve hours\n\n• LMS" in texts(joe)
        assert early.home is not None
        assert early.home.revision == 1
        assert amy.home is None

    play("http", story)


def test_one_home_that_slack_does_not_take_is_not_the_end_of_the_others() -> None:
    async def story(stage: Stage) -> None:
        joe, amy = stage.person(JOE), stage.person(AMY)
        await opened(joe)
        await opened(amy)
        stage.slack.faults.once("views.publish", faults.status(503))
        since = stage.world.clock.now()
        stage.world.clock.set(T)
        stage.screens.homes.look(since)
        await stage.screens.homes.work()

        assert sorted(each.home.revision for each in (joe, amy) if each.home) == [1, 2]

    play("http", story)


def test_a_home_that_waited_for_slack_over_a_lift_is_published_once_and_as_of_then() -> None:
    async def story(stage: Stage) -> None:
        joe, amy = stage.person(JOE), stage.person(AMY)
        await opened(joe)
        await opened(amy)
        homes, since = stage.screens.homes, stage.world.clock.now()
        stage.world.clock.set(T - MINUTE)
        since = homes.look(since)
        stage.slack.faults.once("views.publish", faults.limited(1))
        working = asyncio.ensure_future(homes.work())
        await until(lambda: len(homes._due) == 1)  # the first of them waits for Slack
        stage.world.clock.set(T)
        homes.look(since)
        await working

        assert [each.home.revision for each in (joe, amy) if each.home] == [3, 2]
        assert all("Public within the last twelve hours" in texts(each) for each in (joe, amy))

    play("http", story)


def test_it_is_shown_anew_while_the_door_is_open() -> None:
    async def story(stage: Stage) -> None:
        joe = stage.person(JOE)
        await opened(joe)
        slept = asyncio.Event()

        async def sleep(seconds: float) -> None:
            stage.world.clock.set(T)
            await (asyncio.sleep(0) if not slept.is_set() else asyncio.Event().wait())
            slept.set()

        stage.screens.homes.sleep = sleep
        running = asyncio.ensure_future(stage.screens.homes.run())
        await until(lambda: joe.home is not None and joe.home.revision == 2)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

        assert "Public within the last twelve hours" in texts(joe)

    play("http", story)


@pytest.mark.parametrize("mark", MARKS, ids=str)
def test_a_mark_is_passed_once(mark: timedelta) -> None:
    calendar, at = book(LMS), T - mark

    assert not passed(calendar, at - MINUTE / 2, at - MS)
    assert passed(calendar, at - MS, at)
    assert not passed(calendar, at, at + MINUTE / 2)


def test_the_largest_calendar_fits_into_what_slack_takes() -> None:
    async def story(stage: Stage) -> None:
        many: list[Release] = [
            replace(each, id=f"{each.id}-{number}", title=f"{number} <&> " * 900, release_at=T + number * MINUTE)
            for number in range(200)
            for each in (LMS, CPI)
        ]
        stage.world.current._rulebook = rulebook(*many)
        stage.world.current._book = book(*many)
        for number in range(40):
            await stage.world.submit(f"LMS {number}", sender=JOE)

        shown = await opened(stage.person(JOE))
        assert len(re.findall("Lifts", shown)) == 30
        assert "and 20 more." in shown

    play("http", story)


def test_a_planned_post_is_said_to_go_by_itself_and_one_that_nobody_wants_posted_is_not() -> None:
    async def story(stage: Stage) -> None:
        joe = stage.person(JOE)
        await scheduling_of(stage.world).schedule(post_of("good news"), LMS.id)
        assert f"goes by itself <!date^{int(T.timestamp())}^" in await opened(joe)
        assert "does not come back by itself" not in texts(joe)

        await judged(stage.world, "LMS")

        assert (await opened(joe)).count("does not come back by itself") == 1

    play("http", story)
