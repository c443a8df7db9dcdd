"""Check before posting: an answer as one types, which tells no direction and no number, and is kept nowhere."""

from __future__ import annotations

from typing import Any

import pytest
import structlog

from leakguard.channels.slack.screens.turn import SORRY
from leakguard.channels.slack.screens.verdict import NOT_CHECKED, NOTHING_YET
from leakguard.service.answers import SAME_FOR_ALL
from tests.fakes.slack import faults
from tests.fakes.slack.state import Guest, Kind
from tests.unit.service.world import AMY, CLEARED, JOE, PRODUCER
from tests.unit.slack.screens.stage import TRANSPORTS, Stage, play, rich, said, until

OUT = "it would be taken out. It could stay from Tue 18 Mar 2031 09:30 GMT (in 8 min) on."


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_the_form_answers_as_one_types(transport: str) -> None:
    async def story(stage: Stage) -> None:
        joe = stage.person(JOE)
        form = await stage.opened(joe)

        assert said(form) == NOTHING_YET
        assert (
            await stage.typed(joe, form, "LMS rose")
            == f"If you posted it now where anyone without access sees it: {OUT}"
        )
        assert (await stage.typed(joe, form, "tea at four")).endswith(": it would stay.")
        assert SAME_FOR_ALL in str(form.shape)

    play(transport, story)


@pytest.mark.parametrize("asker", [JOE, PRODUCER])
def test_every_answer_is_the_same_for_any_direction_and_any_number(asker: str) -> None:
    async def story(stage: Stage) -> None:
        person = stage.person(asker)
        form = await stage.opened(person)

        shapes = []
        for text in ("LMS rose to 4.1%", "LMS fell to 4.3%", "LMS unchanged at 4.1%", "lower? LMS"):
            await stage.typed(person, form, text)
            shapes.append(form.shape)

        assert all(each == shapes[0] for each in shapes)

    play("http", story)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_it_is_answered_for_those_who_could_see_it(transport: str) -> None:
    async def story(stage: Stage) -> None:
        producer, cleared, joe = stage.person(PRODUCER), stage.person(CLEARED), stage.person(JOE)
        among_us = stage.slack.channel("lms-press", producer, cleared, kind=Kind.PRIVATE)
        mixed = stage.slack.channel("jobs", producer, cleared, joe, kind=Kind.PRIVATE)
        everybody = stage.slack.channel("general", producer, cleared, kind=Kind.PUBLIC)
        unseen = stage.slack.channel("unseen", producer, cleared, kind=Kind.PRIVATE, with_app=False)
        form = await stage.opened(producer)
        await stage.typed(producer, form, "LMS rose")

        async def at(block: str, value: Any) -> str:
            before = form.revision
            await producer.type_in(form, f"check:{block}", value)
            await until(lambda: form.revision > before)
            return said(form)

        assert (await at("place", among_us.id)).endswith("there: it would stay.")
        assert (await at("place", mixed.id)).endswith(f"there: {OUT}")
        assert (await at("place", everybody.id)).endswith(f"there: {OUT}")
        assert (await at("place", unseen.id)).endswith(f"there: {OUT}")
        assert (await at("place", None)).endswith(f"sees it: {OUT}")
        assert (await at("people", [cleared.id])).endswith("there: it would stay.")
        assert (await at("people", [cleared.id, joe.id])).endswith(f"there: {OUT}")

    play(transport, story)


def test_who_has_no_access_themselves_is_told_so_wherever_they_would_post_it() -> None:
    async def story(stage: Stage) -> None:
        joe, cleared = stage.person(JOE), stage.person(CLEARED)
        channel = stage.slack.channel("lms-press", joe, cleared, kind=Kind.PRIVATE)
        form = await stage.opened(joe)
        await joe.type_in(form, "check:place", channel.id)

        assert (await stage.typed(joe, form, "LMS rose")).endswith(f"there: {OUT}")

    play("http", story)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_of_what_is_typed_fast_the_latest_is_answered_last_and_not_every_letter(transport: str) -> None:
    async def story(stage: Stage) -> None:
        joe = stage.person(JOE)
        form = await stage.opened(joe)
        stage.slack.faults.latency = 0.05

        text = "LMS rose, no: tea"
        for end in range(1, len(text)):
            await joe.type_in(form, "check:text", rich(text[:end]))
        await joe.type_in(form, "check:text", rich("tea"))
        await until(lambda: said(form).endswith("it would stay."))
        await until(lambda: not stage.screens.check.typing._busy)

        assert said(form).endswith("it would stay.")
        assert stage.checking.answered < len(text)

    play(transport, story)


def test_an_answer_that_comes_too_late_for_its_form_is_given_to_the_form_as_it_is() -> None:
    async def story(stage: Stage) -> None:
        joe = stage.person(JOE)
        form = await stage.opened(joe)
        await stage.typed(joe, form, "tea")
        stage.slack.surfaces.update(form.id, form.shape, None)  # by another node: the hash that we know is old

        assert OUT in await stage.typed(joe, form, "LMS rose")

    play("http", story)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_pressing_check_leaves_the_form_open_with_the_answer(transport: str) -> None:
    async def story(stage: Stage) -> None:
        joe = stage.person(JOE)
        form = await stage.opened(joe)
        await joe.type_in(form, "check:text", rich("LMS rose"))
        await joe.submit(form)
        await until(lambda: OUT in said(form))

        assert joe.modal is form

    play(transport, story)


def test_whoever_asks_too_often_is_asked_to_wait() -> None:
    async def story(stage: Stage) -> None:
        joe = stage.person(JOE)
        form = await stage.opened(joe)
        await stage.typed(joe, form, "tea")

        assert (
            await stage.typed(joe, form, "LMS rose") == "You ask faster than a check is given. Wait 60 s, then go on."
        )

    play("http", story, most=1)


def test_what_could_not_be_checked_is_never_said_to_be_well_and_somebody_is_woken() -> None:
    async def story(stage: Stage) -> None:
        joe = stage.person(JOE)
        form = await stage.opened(joe)
        await stage.typed(joe, form, "tea")
        stage.world.inspector.fails = RuntimeError("quokka")
        with structlog.testing.capture_logs() as lines:
            answer = await stage.typed(joe, form, "LMS rose")

        assert answer == NOT_CHECKED
        [line] = [each for each in lines if each.get("alarm")]
        assert line == {
            "event": "slack.not_checked",
            "problem": "RuntimeError",
            "alarm": True,
            "log_level": "error",
        }

    play("http", story)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_nothing_of_the_text_is_anywhere_afterwards(transport: str) -> None:
    async def story(stage: Stage) -> None:
        joe = stage.person(JOE)
        channel = stage.slack.channel("jobs", joe)
        with structlog.testing.capture_logs() as lines:
            form = await stage.opened(joe)
            await stage.typed(joe, form, "LMS quokka")
            await joe.submit(form)
            await joe.command(channel, "/embargo", "check LMS quokka")
            await until(lambda: bool(joe.told_privately()) and OUT in said(form))

        said_to_slack = [one.arguments for one in stage.slack.desk.called]
        assert "quokka" not in repr((lines, said_to_slack, joe.told_privately(), form.shape))
        assert "quokka" not in repr(vars(stage.screens)) + repr(stage.screens.check.typing)
        assert await stage.world.store.audit() == ()
        assert await stage.world.store.inbox.waiting() == (0, None)
        assert await stage.world.store.listing(include_closed=True) == ()

    play(transport, story)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_guests_and_people_of_elsewhere_are_told_what_this_is_and_no_more(transport: str) -> None:
    async def story(stage: Stage) -> None:
        guest = stage.person(AMY, guest=Guest.MULTI_CHANNEL)
        outsider = stage.slack.outsider("olga", "olga@press.example")
        for each in (guest, outsider):
            await each.shortcut("check_text")
            await until(lambda each=each: bool(each.inbox()))  # type: ignore[misc]

            assert each.modal is None
            assert "desk@stats.example" in each.inbox()[0].text

    play(transport, story)


def test_a_form_that_slack_does_not_open_is_apologised_for_in_private() -> None:
    async def story(stage: Stage) -> None:
        joe = stage.person(JOE)
        stage.slack.faults.once("views.open", faults.status(503))
        with structlog.testing.capture_logs() as lines:
            outcome = await joe.shortcut("check_text")
            await until(lambda: bool(joe.inbox()))

        assert outcome.ok
        assert [each.text for each in joe.inbox()] == [SORRY]
        assert [(each["event"], each["kind"]) for each in lines if each.get("alarm")] == [
            ("slack.screen_failed", "check")
        ]

    play("http", story)
