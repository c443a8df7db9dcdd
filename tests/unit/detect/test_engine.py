"""The engine's parts: the matcher in plain Python, and time for patterns."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

import pytest

from leakguard.detect import compile_rules, detect
from leakguard.detect.matcher import PlainMatcher, native_matcher
from leakguard.detect.regexes import MESSAGE_SECONDS, REGEX_SECONDS
from leakguard.model.content import GapKind
from leakguard.model.message import Channel, Direction
from leakguard.model.rule import Has, Phrase, Regex
from tests.builders import body, rule


@pytest.mark.parametrize("seed", range(50))
def test_both_matchers_find_the_same_literals(seed: int) -> None:
    source = random.Random(seed)
    literals = ["".join(source.choices("ab é", k=source.randint(1, 6))) for _ in range(30)]
    text = "".join(source.choices("ab é", k=300))

    plain = sorted(PlainMatcher(literals).find_matches_as_indexes(text))

    assert plain == sorted(native_matcher(literals).find_matches_as_indexes(text, overlapping=True))
    assert plain


def test_many_slow_patterns_do_not_add_up() -> None:
    """A clock that counts a second at each look: no pattern is slow by itself, all together are."""
    seconds: Iterator[int] = itertools.count()
    patterns = [rule({"a": Regex(pattern=f"alpha{'x?' * number}")}, Has("a"), id=f"r{number}") for number in range(9)]
    words = rule({"a": Phrase(any_of=("alpha",))}, Has("a"), id="words")
    spans = [body("alpha")]

    findings, gaps = detect(
        compile_rules([*patterns, words]),
        spans,
        Direction.OUTBOUND,
        Channel.EMAIL,
        lambda: MESSAGE_SECONDS * next(seconds),
    )

    assert "words" in {each.rule for each in findings}, "what needs no pattern is found all the same"
    assert {each.rule for each in findings} | {each.part for each in gaps} == {one.id for one in [*patterns, words]}
    assert {each.kind for each in gaps} == {GapKind.TIMED_OUT}
    assert len(gaps) >= 8


@pytest.mark.parametrize(("between", "gaps"), [(500, [GapKind.TIMED_OUT]), (400_000, [])])
def test_a_pattern_has_more_time_for_a_longer_text(between: int, gaps: list[GapKind]) -> None:
    """A clock that counts a little more than the time of a short text at each look."""
    ticks: Iterator[int] = itertools.count()
    one = rule({"a": Regex(pattern="alph[ab]")}, Has("a"), id="one")
    spans = [body("alpha" + " and" * (between // 4) + " alpha")]

    _, found = detect(
        compile_rules([one]), spans, Direction.OUTBOUND, Channel.EMAIL, lambda: REGEX_SECONDS * 1.1 * next(ticks)
    )

    assert [each.kind for each in found] == gaps


def test_an_evil_rule_changes_nothing_for_others() -> None:
    others = [
        rule({"a": Regex(pattern="alpha|beta")}, Has("a"), id="pattern"),
        rule({"a": Phrase(any_of=("beta",))}, Has("a"), id="words"),
    ]
    evil = rule({"a": Regex(pattern="(a|aa)+[bc]")}, Has("a"), id="evil")
    spans = [body("alpha beta " + "a" * 60)]

    without, none = detect(compile_rules(others), spans, Direction.OUTBOUND, Channel.EMAIL)
    beside, gaps = detect(compile_rules([evil, *others]), spans, Direction.OUTBOUND, Channel.EMAIL)

    assert (beside, none) == (without, ())
    assert [(each.part, each.kind) for each in gaps] == [("evil", GapKind.TIMED_OUT)]


def test_a_pattern_that_is_nearly_out_of_time_again_and_again_uses_up_its_own_only() -> None:
    """A clock that counts a little at each look: a hundred spans would take all the time of the message."""
    ticks: Iterator[int] = itertools.count()
    evil = rule({"a": Regex(pattern="evil+")}, Has("a"), id="evil")
    other = rule({"a": Regex(pattern="alph[ab]")}, Has("a"), id="other")
    spans = [*(body("evil", part=str(number)) for number in range(100)), body("alpha")]

    findings, gaps = detect(
        compile_rules([evil, other]),
        spans,
        Direction.OUTBOUND,
        Channel.EMAIL,
        lambda: REGEX_SECONDS * 0.9 * next(ticks),
    )

    assert [each.rule for each in findings] == ["other"]
    assert [each.part for each in gaps] == ["evil"]
