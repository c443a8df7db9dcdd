"""`/embargo`: to the one who asked, and never what they typed."""

from __future__ import annotations

from typing import Any

import pytest

from leakguard.service.answers import SAME_FOR_ALL
from tests.fakes.slack import faults
from tests.fakes.slack.state import Guest, Kind
from tests.unit.service.world import AMY, CLEARED, JOE, PRODUCER, book
from tests.unit.slack.screens.stage import TRANSPORTS, Stage, play, until


async def asked(stage: Stage, text: str, who: str = JOE, **more: Any) -> str:
    """The private answer; nothing of it is in the channel."""
    person, other = stage.person(who, **more), stage.person("other@stats.example")
    channel = stage.slack.channel("jobs", person, other)
    assert (await person.command(channel, "/embargo", text)).ok
    await until(lambda: bool(person.told_privately()))
    assert person.reads(channel) == []
    assert other.told_privately() == []
    [told] = person.told_privately()
    answer: str = told["text"]
    return answer


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("text", ["help", "chekc LMS quokka", "list LMS quokka", "post LMS quokka", "LMS quokka"])
def test_what_is_not_understood_gets_the_help_and_is_not_said_again(transport: str, text: str) -> None:
    async def story(stage: Stage) -> None:
        answer = await asked(stage, text)

        assert answer.startswith("*/embargo* opens a form")
        assert "quokka" not in answer

    play(transport, story)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_text_is_checked_for_where_it_was_typed(transport: str) -> None:
    async def story(stage: Stage) -> None:
        answer = await asked(stage, "check LMS rose quokka")

        assert answer.startswith("If you posted it now there: it would be taken out. It could stay from Tue 18 Mar")
        assert SAME_FOR_ALL in answer
        assert "quokka" not in answer

    play(transport, story)


def test_a_check_is_answered_alike_for_any_direction_and_number() -> None:
    async def story(stage: Stage) -> None:
        producer = stage.person(PRODUCER)
        channel = stage.slack.channel("press", producer, stage.person(CLEARED), stage.person(JOE), kind=Kind.PRIVATE)
        for number, text in enumerate(("LMS rose 4.1", "LMS fell 4.3", "Check  LMS 17"), 1):
            await producer.command(channel, "/embargo", text if number == 3 else f"check {text}")
            await until(lambda number=number: len(producer.told_privately()) == number)  # type: ignore[misc]

        assert len({each["text"] for each in producer.told_privately()}) == 1

    play("http", story)


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("text", ["", "check", " CHECK "])
def test_without_a_text_the_form_opens(transport: str, text: str) -> None:
    async def story(stage: Stage) -> None:
        joe = stage.person(JOE)
        await joe.command(stage.slack.channel("jobs", joe), "/embargo", text)
        await until(lambda: joe.modal is not None)

        assert joe.told_privately() == []

    play(transport, story)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_the_list_is_the_calendar_with_ones_own_access(transport: str) -> None:
    async def story(stage: Stage) -> None:
        answer = await asked(stage, "list", "half@dept.example")

        assert [line for line in answer.splitlines() if not line.startswith("Lifts <!date^")] == [
            "*LMS, March 2031*",
            "You have access before the lift",
            "",
            "*CPI, March 2031*",
            "You have no access before the lift",
        ]

    play(transport, story)


def test_an_empty_calendar_is_said() -> None:
    async def story(stage: Stage) -> None:
        stage.world.current._book = book()

        assert await asked(stage, "list") == "No embargo lifts within two weeks."

    play("http", story)


@pytest.mark.parametrize("text", ["list", "check LMS quokka", "", "post"])
def test_a_guest_gets_the_help_whatever_they_ask(text: str) -> None:
    async def story(stage: Stage) -> None:
        answer = await asked(stage, text, AMY, guest=Guest.MULTI_CHANNEL)

        assert answer.startswith("LeakGuard keeps statistics from being posted before their release.")
        assert "LMS" not in answer

    play("http", story)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_while_slack_does_not_say_who_it_is_nothing_is_told_but_that(transport: str) -> None:
    async def story(stage: Stage) -> None:
        stage.slack.faults.once("users.info", faults.status(503))

        assert (await asked(stage, "list")).startswith("LeakGuard could not do that just now.")

    play(transport, story)
