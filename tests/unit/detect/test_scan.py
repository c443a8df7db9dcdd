"""What a rule finds in a message, where, and how sure it is."""

from __future__ import annotations

import pytest

from leakguard.detect import compile_rules, detect
from leakguard.model.content import Confidence, Finding, GapKind, Role, Span
from leakguard.model.message import Channel, Direction
from leakguard.model.rule import (
    AllOf,
    AnyOf,
    Condition,
    Count,
    ExceptionSpec,
    Figure,
    Has,
    Near,
    Not,
    Pattern,
    Phrase,
    Regex,
    Rule,
    RuleStatus,
)
from tests.builders import body, rule, utc
from tests.cost import assert_linear

A, B, C = Has("a"), Has("b"), Has("c")
WORDS: dict[str, Pattern] = {
    "a": Phrase(any_of=("alpha",)),
    "b": Phrase(any_of=("beta",)),
    "c": Phrase(any_of=("gamma",)),
}
EVIL = Regex(pattern=r"(a|aa)+[bc]", prefilter=("a",))


def found(one: Rule, *spans: Span | str, direction: Direction = Direction.OUTBOUND) -> tuple[Finding, ...]:
    given = [body(each) if isinstance(each, str) else each for each in spans]
    return detect(compile_rules([one]), given, direction, Channel.EMAIL)[0]


def holds(when: Condition, *spans: Span | str, patterns: dict[str, Pattern] | None = None) -> bool:
    return bool(found(rule(patterns or WORDS, when), *spans))


def shown(pattern: Pattern, text: str) -> list[str]:
    return [each.text for each in found(rule({"a": pattern}, A), text)]


@pytest.mark.parametrize(
    ("phrases", "text", "hits"),
    [
        pytest.param(("up",), "sign up, Upper, grown-up, up!", ["up", "up", "up"], id="whole words"),
        pytest.param(("increas*",), "increases Increasing, disincrease", ["increases", "Increasing"], id="stems"),
        pytest.param(("increas*",), "increas", ["increas"], id="a stem alone"),
        pytest.param(("rate", "employment rate"), "employment rate", ["employment rate", "rate"], id="overlapping"),
        pytest.param(("record high",), "re\u00adcord\n> high", ["re\u00adcord\n> high"], id="in disguise"),
        pytest.param(("record high",), "record\n\nhigh", [], id="not over a blank line"),
        pytest.param(("£",), "a£b", ["£"], id="signs have no edges"),
        pytest.param(("á la",), "a la carte", ["a la"], id="folded as the text is"),
        pytest.param(("ŵyn",), "gŵyn ŵyn", ["ŵyn"], id="edges beside accents"),
        pytest.param(("4",), "42 4", ["4"], id="edges beside digits"),
    ],
)
def test_a_phrase_stands_as_a_word(phrases: tuple[str, ...], text: str, hits: list[str]) -> None:
    assert shown(Phrase(any_of=phrases), text) == hits


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        pytest.param("sign up", [], id="harmless"),
        pytest.param("up to", [], id="harmless behind it"),
        pytest.param("sign up to", [], id="both"),
        pytest.param("sign up and up", ["up"], id="only what it overlaps"),
        pytest.param("up sign up up to up", ["up", "up"], id="around and between"),
        pytest.param("design up", ["up"], id="no word, not harmless"),
    ],
)
def test_a_harmless_expression_cancels_what_it_overlaps(text: str, hits: list[str]) -> None:
    assert shown(Phrase(any_of=("up",), harmless=("sign up", "up to")), text) == hits


@pytest.mark.parametrize(
    ("words", "text", "near"),
    [
        pytest.param(2, "alpha x x beta", True, id="as far as allowed"),
        pytest.param(2, "alpha x x x beta", False, id="one word more"),
        pytest.param(2, "beta x x alpha", True, id="in either order"),
        pytest.param(0, "alpha beta", True, id="side by side"),
        pytest.param(0, "alpha, beta", True, id="a comma is no word"),
        pytest.param(0, "alpha x beta", False, id="not side by side"),
        pytest.param(4, "alpha. Beta", True, id="the end of a sentence costs four"),
        pytest.param(3, "alpha. Beta", False, id="and not three"),
        pytest.param(5, "alpha x! beta", True, id="a word and the end of a sentence"),
        pytest.param(4, "alpha x! beta", False, id="are five"),
        pytest.param(1, "alpha 4.1 beta", True, id="a decimal point ends no sentence"),
        pytest.param(6, "alpha\n\nbeta", True, id="a blank line costs six"),
        pytest.param(5, "alpha\n\nbeta", False, id="and not five"),
        pytest.param(1, "alpha\nx\nbeta", True, id="a line break costs nothing"),
        pytest.param(1, f"alpha {'y' * 150} beta", True, id="a long word is one word"),
        pytest.param(3, "alpha x x x x beta x alpha", True, id="the nearest counts"),
        pytest.param(1, "alpha x x beta alpha", True, id="on the other side too"),
    ],
)
def test_near_counts_words_between(words: int, text: str, near: bool) -> None:
    assert holds(Near(A, B, words), text) is near
    assert holds(Near(B, A, words), text) is near


def test_what_overlaps_is_not_near() -> None:
    growth: dict[str, Pattern] = {"a": Phrase(any_of=("economic growth",)), "b": Phrase(any_of=("growth",))}

    assert not holds(Near(A, B, 9), "economic growth", patterns=growth)
    assert holds(Near(A, B, 9), "economic growth and growth", patterns=growth)


def test_near_a_long_match() -> None:
    long: dict[str, Pattern] = {"a": Regex(pattern=r"begin .* end"), "b": Phrase(any_of=("beta",))}

    assert holds(Near(A, B, 0), f"begin {'x ' * 400}end beta", patterns=long)
    assert holds(Near(B, A, 0), f"beta begin {'x ' * 400}end", patterns=long)


def test_nothing_is_near_across_parts_but_all_looks_everywhere() -> None:
    apart = (body("alpha"), body("beta", part="2", role=Role.ATTACHMENT))

    assert not holds(Near(A, B, 200), *apart)
    assert holds(AllOf((A, B)), *apart)


def test_the_subject_and_the_first_words_of_the_body_are_neighbouring_sentences() -> None:
    subject, second = body("alpha", part="0", role=Role.SUBJECT), body("gamma", part="2")

    assert holds(Near(A, B, 4), subject, body("x", role=Role.NAME), body("beta"), second)
    assert not holds(Near(A, B, 3), subject, body("beta"))
    assert not holds(Near(B, C, 99), subject, body("beta"), second)


@pytest.mark.parametrize(
    ("when", "text", "true"),
    [
        pytest.param(AllOf((A, B)), "alpha beta", True, id="all"),
        pytest.param(AllOf((A, B)), "alpha", False, id="all but one"),
        pytest.param(AnyOf((A, B)), "beta", True, id="any"),
        pytest.param(AnyOf((A, B)), "gamma", False, id="none of any"),
        pytest.param(AllOf((A, Not(B))), "alpha", True, id="not"),
        pytest.param(AllOf((A, Not(B))), "alpha beta", False, id="not, but there"),
        pytest.param(AllOf((A, Not(Near(B, C, 1)))), "alpha beta x x gamma", True, id="not near"),
        pytest.param(Count(A, 2), "alpha alpha", True, id="count"),
        pytest.param(Count(A, 3), "alpha alpha", False, id="count short"),
        pytest.param(Count(AnyOf((A, B)), 2), "alpha beta", True, id="count of a choice"),
        pytest.param(Near(AnyOf((A, C)), B, 0), "alpha x gamma beta", True, id="near a choice"),
        pytest.param(Near(Near(A, B, 0), C, 1), "alpha beta x gamma", True, id="near near"),
        pytest.param(Near(Near(A, B, 0), C, 1), "alpha x beta gamma", False, id="near what is not near"),
    ],
)
def test_conditions(when: Condition, text: str, true: bool) -> None:
    assert holds(when, text) is true


def test_places_that_overlap_are_counted_once() -> None:
    rate: dict[str, Pattern] = {"a": Phrase(any_of=("employment", "employment rate", "rate"))}

    assert not holds(Count(A, 3), "employment rate", patterns=rate)
    assert holds(Count(A, 2), "employment rate", patterns=rate)


@pytest.mark.parametrize(
    ("pattern", "text", "hits"),
    [
        pytest.param(r"LMS-\d+", "see lms-12", ["lms-12"], id="as written"),
        pytest.param(r"record high", "réc\u00adord  high", ["réc\u00adord  high"], id="in its canonical form"),
        pytest.param(r"of.ce", "oﬃce office", [], id="neither"),
        pytest.param(r"off.ce", "an oﬃce", ["oﬃce"], id="through a ligature"),
        pytest.param(r"ﬃ", "an oﬃce", ["ﬃ"], id="a ligature as written"),
        pytest.param(r"x*", "abc", [], id="never nothing"),
    ],
)
def test_a_regex_reads_the_text_as_written_and_as_it_looks(pattern: str, text: str, hits: list[str]) -> None:
    assert shown(Regex(pattern=pattern), text) == hits


def test_a_regex_never_leaves_its_part() -> None:
    apart = (body("alpha"), body("rose", part="2", role=Role.ATTACHMENT))

    assert not holds(A, *apart, patterns={"a": Regex(pattern="alpha.*rose")})
    assert holds(A, "alpha and rose", patterns={"a": Regex(pattern="alpha.*rose")})


def test_a_prefilter_of_which_nothing_is_left_hides_nothing() -> None:
    assert holds(A, "x_y", patterns={"a": Regex(pattern="x_y", prefilter=("_",))})


def test_a_pattern_out_of_time_is_a_gap_and_hides_no_other_finding() -> None:
    slow = rule({**WORDS, "evil": EVIL}, Has("evil"), A, AllOf((B, Not(Has("evil")))))
    text = "alpha beta " + "a" * 60

    findings, gaps = detect(compile_rules([slow]), [body(text)], Direction.OUTBOUND, Channel.EMAIL)

    assert [each.id for each in findings] == ["f1"], "what needs the slow pattern is not known"
    assert [(each.part, each.kind) for each in gaps] == [("r", GapKind.TIMED_OUT)]


@pytest.mark.parametrize(
    ("roles", "role", "seen"),
    [
        pytest.param((), Role.HIDDEN, True, id="everywhere"),
        pytest.param((Role.SUBJECT, Role.BODY), Role.BODY, True, id="in it"),
        pytest.param((Role.SUBJECT,), Role.BODY, False, id="not in it"),
    ],
)
def test_a_pattern_counts_in_its_parts(roles: tuple[Role, ...], role: Role, seen: bool) -> None:
    for pattern in (Phrase(any_of=("alpha",), roles=roles), Regex(pattern="alpha", roles=roles)):
        assert holds(A, body("alpha", role=role), patterns={"a": pattern}) is seen
    assert holds(A, body("4.1%", role=role), patterns={"a": Figure(roles=roles)}) is seen


@pytest.mark.parametrize("status", RuleStatus)
def test_only_rules_in_force_or_in_shadow_look(status: RuleStatus) -> None:
    findings = found(rule(WORDS, A, status=status), "alpha")

    assert [each.shadow for each in findings] == {"enforce": [False], "shadow": [True]}.get(status, [])


def test_a_rule_looks_at_its_directions_and_channels_only() -> None:
    one = rule(WORDS, A, directions=frozenset({Direction.INTERNAL}), channels=frozenset({Channel.EMAIL}))

    assert found(one, "alpha", direction=Direction.INTERNAL)
    assert not found(one, "alpha", direction=Direction.OUTBOUND)
    assert not detect(compile_rules([one]), [body("alpha")], Direction.INTERNAL, Channel.SLACK)[0]


HIGH, MEDIUM, LOW = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW


def exception(name: str, when: Condition, to: Confidence, expires: str = "12-31T00:00") -> ExceptionSpec:
    return ExceptionSpec(id=name, reason="r", owner="o", expires_at=utc(expires), when=when, lower_to=to)


def test_an_exception_lowers_and_keeps_the_evidence() -> None:
    excepted = rule(WORDS, A, exceptions=(exception("e", B, LOW),))

    (lowered,) = found(excepted, "alpha x x x x x beta")
    (plain,) = found(excepted, "alpha")

    assert (lowered.lowered_to, lowered.lowered_until, lowered.confidence) == (LOW, utc("12-31T00:00"), HIGH)
    assert plain.lowered_to is None


def test_of_several_exceptions_the_lowest_counts_and_then_the_longest() -> None:
    several = (exception("1", A, MEDIUM), exception("2", A, LOW, "06-01T00:00"), exception("3", A, LOW, "07-01T00:00"))

    (lowered,) = found(rule(WORDS, A, exceptions=several), "alpha")

    assert (lowered.lowered_to, lowered.lowered_until) == (LOW, utc("07-01T00:00"))


def test_a_finding_shows_where_it_is() -> None:
    sheet = body("x\ty\nalpha\tbeta", part="2", role=Role.ATTACHMENT, marks=((0, "T!A1"), (4, "T!A2"), (10, "T!B2")))

    near, both = found(rule(WORDS, Near(A, B, 1), AllOf((A, B))), sheet)

    assert (near.part, near.place, near.text) == ("2", "T!A2", "alpha\tbeta")
    assert (both.place, both.text) == ("T!A2; T!B2", "alpha … beta")


@pytest.mark.parametrize("text", ["sign up ", "alpha x x x x x x x x x x ", "up up beta "])
def test_many_hits_cost_no_more_than_their_number(text: str) -> None:
    patterns = {**WORDS, "a": Phrase(any_of=("up", "alpha"), harmless=("sign up",))}
    detector = compile_rules([rule(patterns, Near(A, B, 3), Count(A, 5))])

    def cost(times: int) -> object:
        return detect(detector, [body(text * times + " beta")], Direction.OUTBOUND, Channel.EMAIL)

    assert_linear(cost, 1_000)
