"""Oracle safety by property: who has no access sees the same answer, whichever way and by however much it moved.

ref: CoP T3.4 ("no indication")
"""

from __future__ import annotations

import re
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakguard.model.decision import Action
from leakguard.model.rule import Phrase
from tests.corpus.judging import action, rulebook

# One way, the other way, neither. Written without the lexicons at hand.
TRIPLES = (
    ("rose", "fell", "was unchanged"),
    ("has risen", "has fallen", "has not changed"),
    ("is up", "is down", "is flat"),
    ("increased", "decreased", "stayed the same"),
    ("went up again", "went down again", "did not change again"),
    ("climbed to a record high", "sank to a record low", "stayed at a record level"),
    ("is at its highest since 2009", "is at its lowest since 2009", "is unchanged since 2009"),
    ("grew", "shrank", "stagnated"),
    ("jumped", "dropped", "barely moved"),
    ("was revised up", "was revised down", "was not revised"),
    ("was better than expected", "was worse than expected", "was in line with expectations"),
    ("beat the forecast", "missed the forecast", "matched the forecast"),
    ("improved", "deteriorated", "was stable"),
    ("picked up", "slowed down", "levelled off"),
)
FRAMES = (
    "{metric} {moved}.",
    "Heads up for tomorrow: {metric} {moved}, so be ready.",
    "Hi Tom,\n\nnot for sharing, but {metric} {moved} this month.\n\nAmy",
    "The January bulletin said that {metric} {moved}.",
    "Economists expect to read that {metric} {moved}.",
    "We will see whether {metric} {moved} or not.",
    "If {metric} {moved}, we use line B.",
)
FIGURES = ("{metric} was {one}%.", "{metric}: {one} per cent, from {other} per cent", "{metric}\t{one}\t{other}\t{one}")

_NAME = re.compile(r"[a-z ]{5,30}")
_MOVES = re.compile(
    r"\b(?:grew|shrank|expanded|contracted|rises?|rose|falls?|fell|increases?|decreases?|drops?|losses|gains?|recovery"
    r"|slump|decline)\b"
)


@cache
def metrics() -> tuple[str, ...]:
    """Plain names of the subjects of all packs, but for those that tell a direction themselves."""
    patterns = [pattern for rule in rulebook().rules for name, pattern in rule.patterns.items() if name == "metric"]
    words = {word for pattern in patterns if isinstance(pattern, Phrase) for word in pattern.any_of}
    return tuple(sorted(word for word in words if _NAME.fullmatch(word) and not _MOVES.search(word)))


def every_word() -> tuple[str, ...]:
    """A name for each word of all, and for each that ends one: a context may lie in one, or where it meets a verb."""
    by_word = {f"{name.split()[-1]}.": name for name in metrics()}
    for name in metrics():
        by_word |= {word: name for word in name.split() if word not in by_word}
    return tuple(sorted(set(by_word.values())))


def answer(text: str, subject: str = "") -> Action:
    return action({"id": "property", "subject": subject, "text": text})


names = st.deferred(lambda: st.sampled_from(metrics()))


@settings(max_examples=300, deadline=None, derandomize=True)  # the same names every time: a run must not fail by luck
@given(metric=names, triple=st.sampled_from(TRIPLES), frame=st.sampled_from(FRAMES))
def test_up_down_and_unchanged_are_answered_alike(metric: str, triple: tuple[str, str, str], frame: str) -> None:
    given_to_each = {moved: answer(frame.format(metric=metric, moved=moved)) for moved in triple}

    assert len(set(given_to_each.values())) == 1, given_to_each


def test_no_word_of_any_name_makes_unlike_answers() -> None:
    """What a sample may pass by: a word that, where it meets "was", is a word of something else."""
    frame, triple = FRAMES[1], TRIPLES[0]
    answers = {name: [answer(frame.format(metric=name, moved=moved)) for moved in triple] for name in every_word()}

    assert {name: given for name, given in answers.items() if len(set(given)) > 1} == {}


decimals = st.integers(1, 199).map(lambda tenths: f"{tenths / 10:.1f}")


@settings(max_examples=300, deadline=None, derandomize=True)  # the same names every time: a run must not fail by luck
@given(
    metric=names, frame=st.sampled_from(FIGURES), ones=st.tuples(decimals, decimals), twos=st.tuples(decimals, decimals)
)
def test_any_number_is_answered_like_any_other(
    metric: str, frame: str, ones: tuple[str, str], twos: tuple[str, str]
) -> None:
    assert answer(frame.format(metric=metric, one=ones[0], other=ones[1])) is answer(
        frame.format(metric=metric, one=twos[0], other=twos[1])
    )


@pytest.mark.parametrize(
    "form", ["{:.1f}", "{:.2f}", "{:,.0f},000", "{:.1f}%", "£{:.1f} billion", "{:.0f} per cent", "{:.1f}m"]
)
def test_a_form_of_number_counts_whatever_its_value(form: str) -> None:
    """Every value from 0.01 to 23.59, so that none passes for a time of day."""
    values = [number / 100 for number in range(101, 2360, 7)]

    assert len({answer(f"The unemployment rate is {form.format(value)} now") for value in values}) == 1
