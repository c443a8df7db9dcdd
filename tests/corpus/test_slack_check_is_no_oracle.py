"""In Slack everybody gets one answer, people with access too, whichever way and by however much it moved.

With the packs and the grammar that are shipped, and the text as a form of Slack has it.
ref: CoP T3.4 ("no indication")
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakguard.channels.slack.audience import Audience
from leakguard.channels.slack.screens.verdict import Draft, Verdicts
from leakguard.channels.slack.screens.visitors import Visitor
from tests.corpus.judging import PRODUCER, STRANGER
from tests.corpus.test_check_is_no_oracle import checking
from tests.corpus.test_symmetry import FIGURES, FRAMES, TRIPLES, decimals, names

EVERYBODY = "slack:T0STATS/everybody"
askers = st.sampled_from([STRANGER, PRODUCER])
places = st.sampled_from([(), (EVERYBODY,), (PRODUCER,), (PRODUCER, "amy@news.example")])


@dataclass(frozen=True)
class Told:
    """Who they are and who could see it, without Slack."""

    readers: tuple[str, ...]

    async def named(self, user: str) -> Visitor:
        return Visitor(id=user, handle=user, is_member=True)

    async def audience(self, author: str, channel: str, people: tuple[str, ...] = ()) -> Audience | None:
        return Audience(handles=self.readers, heads=len(self.readers)) if self.readers else None


def asked(who: str, readers: tuple[str, ...], *runs: str) -> str:
    """runs: as somebody marks some of it bold."""
    elements: list[Any] = [{"type": "text", "text": each, "style": {"bold": True}} for each in runs]
    block = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}
    made = Verdicts(checking=checking(), visitors=Told(readers))  # type: ignore[arg-type]
    return asyncio.run(made.sentence(Draft(author=who, message={"blocks": [block]})))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(who=askers, readers=places, metric=names, triple=st.sampled_from(TRIPLES), frame=st.sampled_from(FRAMES))
def test_up_down_and_unchanged_get_one_answer(
    who: str, readers: tuple[str, ...], metric: str, triple: tuple[str, str, str], frame: str
) -> None:
    texts = [frame.format(metric=metric, moved=moved) for moved in triple]

    assert len({asked(who, readers, text) for text in texts}) == 1


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    who=askers,
    readers=places,
    metric=names,
    frame=st.sampled_from(FIGURES),
    ones=st.tuples(decimals, decimals),
    twos=st.tuples(decimals, decimals),
)
def test_any_number_gets_the_answer_of_any_other(
    who: str, readers: tuple[str, ...], metric: str, frame: str, ones: tuple[str, str], twos: tuple[str, str]
) -> None:
    texts = [frame.format(metric=metric, one=one, other=other) for one, other in (ones, twos)]

    assert len({asked(who, readers, text) for text in texts}) == 1


@pytest.mark.parametrize("who", [STRANGER, PRODUCER])
def test_there_was_something_to_hide(who: str) -> None:
    assert "would be taken out" in asked(who, (EVERYBODY,), "The unemployment rate ro", "se to 4.1%.")
    assert asked(who, (EVERYBODY,), "tea at four").endswith("it would stay.")
    assert asked(PRODUCER, (PRODUCER,), "The unemployment rate rose to 4.1%.").endswith("it would stay.")
