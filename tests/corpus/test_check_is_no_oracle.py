"""Whoever has no access gets the same answer to a check, octet by octet, whichever way and by however much it moved.

With the packs and the grammar that are shipped. How long an answer takes is not compared.
ref: CoP T3.4 ("no indication")
"""

from __future__ import annotations

import asyncio
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from leakguard.clock import SetClock
from leakguard.extract import Limits
from leakguard.inspection import inspect
from leakguard.model.account import Actor, Role
from leakguard.model.compose import compose
from leakguard.model.content import Verdict
from leakguard.model.message import Channel, Direction
from leakguard.policy import Policy
from leakguard.service.answers import Answer, Fate, sentence_for
from leakguard.service.checking import Checking, Question
from leakguard.service.current import Current
from leakguard.service.pace import Pace
from tests.corpus.judging import EIGHT_MINUTES_EARLY, PRODUCER, STRANGER, rulebook
from tests.corpus.test_symmetry import FIGURES, FRAMES, TRIPLES, decimals, names

RECIPIENTS = ("amy@news.example", PRODUCER, "all.staff@dept.example")


class Reader:
    """The inspection that the relay has, in this process."""

    async def inspect(self, content: bytes, direction: Direction, channel: Channel) -> Verdict:
        book = rulebook()
        return inspect(
            content,
            detector=book.detector,
            digest=book.digest,
            limits=Limits(),
            direction=direction,
            channel=channel,
            passwords=book.passwords,
        )


@cache
def checking() -> Checking:
    clock = SetClock(EIGHT_MINUTES_EARLY)
    pace = Pace(clock=clock.seconds, most=1_000_000)
    return Checking(inspector=Reader(), current=Current(rulebook()), clock=clock, policy=Policy(), pace=pace)


def asked(who: str, text: str, file: bytes | None = None) -> Answer:
    question = Question(recipients=RECIPIENTS, content=compose("", text, "table.csv", file))
    return asyncio.run(checking().answer(Actor(handle=who, roles=frozenset({Role.REVIEWER})), question))


def octets(answer: Answer) -> bytes:
    assert answer.details is None
    return "\n".join(f"{each.recipient}: {sentence_for(each, answer.at)}" for each in answer.copies).encode()


@settings(max_examples=150, deadline=None, derandomize=True)
@given(metric=names, triple=st.sampled_from(TRIPLES), frame=st.sampled_from(FRAMES))
def test_up_down_and_unchanged_get_one_answer(metric: str, triple: tuple[str, str, str], frame: str) -> None:
    texts = [frame.format(metric=metric, moved=moved) for moved in triple]

    assert len({octets(asked(STRANGER, text)) for text in texts}) == 1


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    metric=names, frame=st.sampled_from(FIGURES), ones=st.tuples(decimals, decimals), twos=st.tuples(decimals, decimals)
)
def test_any_number_gets_the_answer_of_any_other(
    metric: str, frame: str, ones: tuple[str, str], twos: tuple[str, str]
) -> None:
    texts = [frame.format(metric=metric, one=one, other=other) for one, other in (ones, twos)]

    assert len({octets(asked(STRANGER, text)) for text in texts}) == 1
    assert len({octets(asked(STRANGER, "see the table", text.encode())) for text in texts}) == 1


def test_there_was_something_to_hide() -> None:
    text = "The unemployment rate rose to 4.1%."

    assert {each.fate for each in asked(STRANGER, text).copies} == {Fate.WAITS}
    assert {each.fate for each in asked(STRANGER, "tea at four").copies} == {Fate.GOES}
    assert asked(PRODUCER, text).details is not None
