"""What makes a match less sure: the sentence it stands in, its neighbours, the time that it names."""

from __future__ import annotations

from typing import Any

import pytest

from leakguard.detect import compile_rules, detect
from leakguard.detect.conditions import MOST_MATCHES
from leakguard.model.content import Confidence, Finding, GapKind, Role
from leakguard.model.message import Channel, Direction
from leakguard.model.period import Period
from leakguard.model.rule import Condition, Context, Has, NamedPeriod, Near, Pattern, Phrase, Reach, Rule
from tests.builders import body, rule, spec

A, B, C = Has("a"), Has("b"), Has("c")
HIGH, MEDIUM, LOW = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW
WORDS: dict[str, Pattern] = {
    "a": Phrase(any_of=("alpha",)),
    "b": Phrase(any_of=("beta",)),
    "c": Phrase(any_of=("gamma",)),
}


def found(one: Rule, text: str) -> list[Finding]:
    return list(detect(compile_rules([one]), [body(text)], Direction.OUTBOUND, Channel.EMAIL)[0])


def context(when: Condition, to: Confidence = LOW, **more: Any) -> Context:
    return Context(id=f"{when} {to}", title="it says so", when=when, to=to, **more)


@pytest.mark.parametrize(
    ("own", "to", "text", "confidence"),
    [
        pytest.param(HIGH, LOW, "alpha x beta", LOW, id="in its sentence"),
        pytest.param(HIGH, LOW, "alpha x x x x x x x x x x x x x x x beta", LOW, id="however far"),
        pytest.param(HIGH, LOW, "alpha x. beta", HIGH, id="in the next sentence"),
        pytest.param(LOW, HIGH, "alpha x beta", LOW, id="never raised"),
        pytest.param(HIGH, MEDIUM, "beta alpha", MEDIUM, id="before it"),
    ],
)
def test_a_context_makes_a_match_less_sure(own: Confidence, to: Confidence, text: str, confidence: Confidence) -> None:
    lowered = spec(A, confidence=own, lowered_by=(context(B, to),))

    assert [each.confidence for each in found(rule(WORDS, lowered), text)] == [confidence]


@pytest.mark.parametrize(
    ("reach", "text", "confidence"),
    [
        pytest.param(Reach.AROUND, "beta x. alpha.", LOW, id="the sentence before"),
        pytest.param(Reach.AROUND, "alpha. x beta", LOW, id="the sentence behind"),
        pytest.param(Reach.AROUND, "beta. x. alpha", HIGH, id="two sentences away"),
        pytest.param(Reach.AROUND, "beta.\n\nalpha", HIGH, id="another paragraph"),
        pytest.param(Reach.NEARBY, "beta. x.\n\nx. alpha", LOW, id="another paragraph close by"),
        pytest.param(Reach.NEARBY, "beta." + " x." * 7 + " alpha", HIGH, id="seven sentences away"),
        pytest.param(Reach.FAR, "beta." + " x." * 39 + " alpha", LOW, id="forty sentences away"),
        pytest.param(Reach.FAR, "beta." + " x." * 40 + " alpha", HIGH, id="forty-one sentences away"),
        pytest.param(Reach.SENTENCE, "beta\nalpha", HIGH, id="another short line"),
        pytest.param(Reach.AROUND, "beta\nx\nalpha", HIGH, id="two short lines away"),
    ],
)
def test_a_context_reaches_as_far_as_it_says(reach: Reach, text: str, confidence: Confidence) -> None:
    lowered = spec(A, confidence=HIGH, lowered_by=(context(B, reach=reach),))

    assert [each.confidence for each in found(rule(WORDS, lowered), text)] == [confidence]


def test_a_context_says_nothing_about_a_sentence_that_speaks_of_something_new() -> None:
    lowered = spec(A, confidence=HIGH, lowered_by=(context(B, reach=Reach.AROUND, unless=C),))

    assert found(rule(WORDS, lowered), "beta alpha")[0].confidence is LOW
    assert found(rule(WORDS, lowered), "beta alpha gamma")[0].confidence is HIGH
    assert found(rule(WORDS, lowered), "beta gamma. alpha")[0].confidence is LOW


def test_of_several_contexts_the_one_that_lowers_most_counts() -> None:
    lowered_by = (context(B, MEDIUM), context(C, LOW))

    assert found(rule(WORDS, spec(A, lowered_by=lowered_by)), "beta alpha gamma")[0].confidence is LOW


def test_what_lowered_a_finding_is_said_in_a_sentence_without_its_words() -> None:
    lowered = found(rule(WORDS, spec(A, lowered_by=(context(B),))), "beta alpha")[0]

    assert lowered.because.endswith("; counts less where it says so")


def test_a_finding_about_another_time_keeps_its_confidence_and_says_which_time() -> None:
    words = WORDS | {"period": NamedPeriod()}
    another_time = context(Has("period"), another_time=True, unless=C)

    (there,) = found(rule(words, spec(A, confidence=HIGH, lowered_by=(another_time,))), "alpha in January 2030")
    (here,) = found(rule(words, spec(A, confidence=HIGH, lowered_by=(another_time,))), "alpha gamma in January 2030")

    assert (there.confidence, there.elsewhere, there.about) == (HIGH, LOW, (Period(month=1, year=2030),))
    assert (here.confidence, here.elsewhere, here.about) == (HIGH, None, ())


def test_the_times_of_a_sentence_itself_come_before_those_around_it() -> None:
    another_time = context(Has("period"), another_time=True, reach=Reach.AROUND)
    one = rule(WORDS | {"period": NamedPeriod()}, spec(A, confidence=HIGH, lowered_by=(another_time,)))

    assert found(one, "beta in January 2030. alpha in March 2031")[0].about == (Period(month=3, year=2031),)
    assert found(one, "beta in January 2030. alpha")[0].about == (Period(month=1, year=2030),)


def test_when_it_came_out_counts_in_the_sentence_beside_too() -> None:
    another_time = context(Has("period"), another_time=True, reach=Reach.AROUND)
    one = rule(WORDS | {"period": NamedPeriod()}, spec(A, confidence=HIGH, lowered_by=(another_time,)))

    (there,) = found(one, "alpha in March 2031. beta came out on 18 February")

    assert there.about == (Period(month=3, year=2031), Period(day=18, month=2, published=True))


def test_each_finding_of_a_sentence_has_contexts_of_its_own() -> None:
    lowered = spec(A, confidence=HIGH, lowered_by=(context(B),))
    other = spec(C, "f1", confidence=HIGH, lowered_by=(context(Has("period")),))

    both = found(rule(WORDS | {"period": NamedPeriod()}, lowered, other), "alpha beta gamma")

    assert [each.confidence for each in both] == [LOW, HIGH]


def test_words_directly_before_or_behind_cancel_a_hit() -> None:
    words = {"a": Phrase(any_of=("alpha",), not_before=("board*", "in work"), not_behind=("my",))}

    assert found(rule(words, A), "my alpha, alpha boards and alpha in work") == []
    assert len(found(rule(words, A), "my own alpha, alpha: boards, alpha")) == 3


def test_near_can_be_kept_within_a_sentence() -> None:
    within = Near(A, B, 9, in_sentence=True)

    assert found(rule(WORDS, within), "alpha x beta")
    assert not found(rule(WORDS, within), "alpha. x beta")
    assert found(rule(WORDS, Near(A, B, 9)), "alpha. x beta")


def test_of_two_that_are_near_the_one_in_the_sentence_is_taken() -> None:
    within = Near(A, B, 9, in_sentence=True)

    assert found(rule(WORDS, within), "x beta. alpha x x x x x beta")


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        pytest.param("alpha x x beta", True, id="in one sentence"),
        pytest.param("x beta x x alpha", True, id="the other way round"),
        pytest.param("alpha? Beta again", True, id="a sentence without a subject"),
        pytest.param("alpha. Still beta", True, id="or with one word before"),
        pytest.param("alpha. They have beta", True, id="a pronoun for the subject"),
        pytest.param("alpha. Two said beta", False, id="a subject of its own"),
        pytest.param("alpha. They told me about beta", False, id="more than a pronoun and its verb"),
        pytest.param("x beta. alpha", False, id="the statement before its subject"),
    ],
)
def test_near_can_be_kept_within_a_thought(text: str, is_found: bool) -> None:
    assert bool(found(rule(WORDS, Near(A, B, 9, goes_on=True)), text)) is is_found


def test_the_body_goes_on_with_the_subject_line() -> None:
    spans = [body("alpha", part="0", role=Role.SUBJECT), body("beta")]
    goes_on = compile_rules([rule(WORDS, Near(A, B, 9, goes_on=True))])

    assert detect(goes_on, spans, Direction.OUTBOUND, Channel.EMAIL)[0]


def test_what_counts_comes_through_however_much_stands_before_it_that_does_not() -> None:
    lowered = spec(A, confidence=HIGH, lowered_by=(context(B),))

    shown = found(rule(WORDS, lowered), "alpha beta. " * 200 + "alpha")

    assert [each.confidence for each in shown] == [LOW] * 19 + [HIGH]


def test_more_matches_than_are_looked_at_are_a_gap() -> None:
    detector = compile_rules([rule(WORDS, A)])
    few, many = ([body("alpha. " * count)] for count in (MOST_MATCHES, MOST_MATCHES + 1))

    assert detect(detector, few, Direction.OUTBOUND, Channel.EMAIL)[1] == ()
    assert [each.kind for each in detect(detector, many, Direction.OUTBOUND, Channel.EMAIL)[1]] == [GapKind.TOO_MANY]


def test_more_matches_of_what_counts_low_anyway_are_none() -> None:
    detector = compile_rules([rule(WORDS, spec(A, confidence=LOW))])

    findings, gaps = detect(detector, [body("alpha. " * (MOST_MATCHES + 1))], Direction.OUTBOUND, Channel.EMAIL)

    assert findings
    assert gaps == ()


def test_a_low_match_behind_more_places_than_are_looked_at_is_a_gap() -> None:
    text = "alpha beta. " * (MOST_MATCHES + 1) + "alpha beta gamma"
    nested = spec(Near(Near(A, B, 1), C, 1), confidence=LOW)

    _, gaps = detect(compile_rules([rule(WORDS, nested)]), [body(text)], Direction.OUTBOUND, Channel.EMAIL)

    assert [each.kind for each in gaps] == [GapKind.TOO_MANY]


def test_more_places_within_a_condition_than_are_looked_at_are_a_gap_and_lower_nothing() -> None:
    text = "alpha beta. " * (MOST_MATCHES + 1) + "alpha beta gamma"
    nested = Near(Near(A, B, 1), C, 1)
    lowered = spec(C, confidence=HIGH, lowered_by=(context(A, unless=nested),))

    _, gaps = detect(compile_rules([rule(WORDS, nested)]), [body(text)], Direction.OUTBOUND, Channel.EMAIL)
    (kept,) = found(rule(WORDS, lowered), text)

    assert [each.kind for each in gaps] == [GapKind.TOO_MANY]
    assert kept.confidence is HIGH


def test_a_context_in_another_part_of_the_message_lowers_nothing() -> None:
    lowered = spec(A, confidence=HIGH, lowered_by=(context(B, reach=Reach.FAR),))
    spans = [body("alpha"), body("beta", part="3")]

    (one,) = detect(compile_rules([rule(WORDS, lowered)]), spans, Direction.OUTBOUND, Channel.EMAIL)[0]

    assert one.confidence is HIGH
