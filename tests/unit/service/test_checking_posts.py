"""A check of a post: for those who could see it, all together, and for everybody the answer that tells nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from leakguard.model.embargo import ReleaseStatus
from leakguard.model.errors import Refused
from leakguard.model.message import Channel
from leakguard.service.answers import Answer, Copy, Fate, sentence_for_post
from leakguard.service.checking import MOST_RECIPIENTS, Question
from tests.unit.service.world import AMY, CLEARED, CPI, EARLY, JOE, LMS, PRODUCER, T, World, mail, rulebook

EVERYBODY = "slack:T0STATS/everybody"


def ask(who: str, text: str, *to: str, world: World | None = None) -> Answer:
    question = Question(recipients=to, content=mail(text), channel=Channel.SLACK)
    return asyncio.run((world or World()).checking().answer_safely(who, question))


def told(answer: Answer) -> str:
    return sentence_for_post(answer.copies, answer.at)


def test_one_person_without_access_is_enough() -> None:
    assert told(ask(PRODUCER, "LMS rose", CLEARED)) == "it would stay."
    assert told(ask(PRODUCER, "LMS rose", CLEARED, AMY)).startswith("it would be taken out. It could stay from Tue 18")
    assert told(ask(PRODUCER, "LMS rose", EVERYBODY)).startswith("it would be taken out.")
    assert told(ask(PRODUCER, "LMS rose")).startswith("it would be taken out.")
    assert told(ask(PRODUCER, "tea", EVERYBODY)) == "it would stay."


def test_people_with_access_get_no_more_than_the_others() -> None:
    assert ask(PRODUCER, "LMS rose").details is None


def test_a_release_without_a_moment_waits_for_a_person() -> None:
    world = World(rulebook=rulebook(replace(LMS, status=ReleaseStatus.POSTPONED), CPI))

    assert told(ask(JOE, "LMS rose", AMY, world=world)).startswith("it would be taken out until a person decides")


COPIES = {
    Fate.GOES: Copy(recipient=AMY, fate=Fate.GOES),
    Fate.WAITS: Copy(recipient=AMY, fate=Fate.WAITS, until=T),
    Fate.NEEDS_A_PERSON: Copy(recipient=AMY, fate=Fate.NEEDS_A_PERSON),
    Fate.REFUSED: Copy(recipient=AMY, fate=Fate.REFUSED),
}


@pytest.mark.parametrize("mild", list(Fate))
@pytest.mark.parametrize("strict", list(Fate))
def test_of_several_the_strictest_is_said_in_whatever_order(mild: Fate, strict: Fate) -> None:
    order = list(Fate)
    worst = max(mild, strict, key=order.index)

    for copies in ((COPIES[mild], COPIES[strict]), (COPIES[strict], COPIES[mild])):
        assert sentence_for_post(copies, EARLY) == sentence_for_post((COPIES[worst],), EARLY)


def test_of_several_moments_the_last_is_said() -> None:
    later = replace(COPIES[Fate.WAITS], until=T + timedelta(hours=1))

    assert "10:30" in sentence_for_post((COPIES[Fate.WAITS], later, COPIES[Fate.GOES]), EARLY)


def test_handles_of_slack_are_taken_for_posts_only_and_in_any_number() -> None:
    many = tuple(f"slack:T0STATS/U{number}" for number in range(MOST_RECIPIENTS + 1))
    assert len(ask(JOE, "tea", *many).copies) == MOST_RECIPIENTS + 1

    mailed = Question(recipients=(EVERYBODY,), content=mail("tea"))
    with pytest.raises(Refused):
        asyncio.run(World().checking().answer_safely(JOE, mailed))
    with pytest.raises(Refused):
        ask(JOE, "tea", "quokka")
