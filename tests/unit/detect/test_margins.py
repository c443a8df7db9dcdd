"""A long text with a few disguised words is read again only around them, and the same is found as if all of it were."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from leakguard.detect import Detector, compile_rules, detect
from leakguard.detect.margins import Margin, left_out
from leakguard.detect.page import Page, lay_out
from leakguard.model.content import Confidence, Finding, Role, Span
from leakguard.model.message import Channel, Direction
from leakguard.model.rule import (
    AllOf,
    AnyOf,
    Condition,
    Context,
    Count,
    Figure,
    Has,
    NamedPeriod,
    Near,
    Not,
    Pattern,
    Phrase,
    Reach,
    Regex,
    Rule,
)
from tests.builders import body, rule, spec
from tests.cost import assert_linear

WORDS = (
    *("unemployment", "retail", "sales", "prices", "rose", "fell", "unchanged", "people", "the", "of", "was", "and"),
    *("tea", "cup", "office", "window", "yesterday", "4.1%", "in", "March", "2031", "e.g.", "#census", "law"),
)
DISGUISED = (
    *("unemplyoment", "u n e m p l o y m e n t", "un*employment", "unempl0yment", "retailsales", "retial sales"),
    *("pri ces", "un-\nemployment", "unchnaged", "#RetailSales", "fe||", "pric\u200bes", "peolpe", "s.a.l.e.s"),
)
ENDS = (" ",) * 12 + (", ", ". ", ".\n", "\n", "\n\n", "! ", "-", " | ")
PATTERNS: tuple[Pattern, ...] = (
    Phrase(any_of=("unemployment", "retail sales"), harmless=("unemployment law",)),
    Phrase(any_of=("ros*", "fell", "unchanged"), common=True),
    Phrase(any_of=("prices", "sales"), not_before=("of",), not_behind=("tea",)),
    Phrase(any_of=("people",)),
    Regex(pattern=r"\bprices (?:of|and) \w{2,12}\b"),
    Regex(pattern=r"(?<!the )unemployment(?! law)"),
    Figure(),
    NamedPeriod(),
)


def a_rule(source: random.Random) -> Rule:
    names = [Has(f"p{number}") for number in range(len(PATTERNS))]

    def near(depth: int) -> Condition:
        one = near(depth - 1) if depth and source.random() < 0.3 else source.choice(names)
        other = AnyOf((source.choice(names), source.choice(names)))
        return Near(one, other, source.randint(0, 12), in_sentence=source.random() < 0.3)

    others: list[Condition] = [
        AllOf((near(1), Not(near(0)))),
        AllOf((names[0], near(0))),
        Count(names[0], source.randint(1, 4)),
        names[3],
    ]
    contexts = tuple(
        Context(id=f"c{each}", title="c", when=near(1), to=Confidence.LOW, reach=source.choice(list(Reach)))
        for each in range(2)
    )
    patterns = {f"p{number}": pattern for number, pattern in enumerate(PATTERNS)}
    return rule(patterns, spec(near(2), "f0", lowered_by=contexts), *others)


def a_text(source: random.Random) -> str:
    pieces = [source.choice(WORDS) + source.choice(ENDS) for _ in range(source.randint(5000, 7000))]
    for _ in range(source.randint(1, 3)):
        pieces.insert(source.randrange(len(pieces)), source.choice(DISGUISED) + source.choice(ENDS))
    return "".join(pieces)


def look(detector: Detector, spans: list[Span]) -> tuple[Finding, ...]:
    return detect(detector, spans, Direction.OUTBOUND, Channel.EMAIL)[0]


def page_of(detector: Detector, *texts: str) -> Page:
    return lay_out([body(each) for each in texts], detector.vocabulary, detector.margin)


@pytest.mark.parametrize("seed", range(8))
def test_what_is_left_out_changes_nothing_that_is_found(seed: int) -> None:
    source = random.Random(seed)
    whole = compile_rules([replace(a_rule(source), id=f"r{number}") for number in range(4)])
    cut = replace(whole, margin=replace(whole.margin, short=0, rim=120))
    subject = Span(text="Re: " + source.choice((*WORDS, *DISGUISED)), part="0", role=Role.SUBJECT)
    spans = [[subject, body(a_text(source))] for _ in range(6)]

    found = [(look(whole, each), look(cut, each)) for each in spans]

    assert any(lay_out(each, cut.vocabulary, cut.margin).cuts for each in spans)
    assert all(one == other for one, other in found)


PHRASES: dict[str, Pattern] = {"a": Phrase(any_of=("unemployment",)), "b": Phrase(any_of=("fell",))}
NEAR = compile_rules([rule(PHRASES, Near(Has("a"), Has("b"), 8))])
TEA = "a cup of tea. " * 10_000


def test_a_long_text_is_read_again_around_its_disguised_words() -> None:
    page = page_of(NEAR, f"{TEA}unemplyoment fell. {TEA}")

    assert len(page.text) - page.canonical_end < 2_000


FAR = "teacups " * 100
LINES = ("a cup of tea and a window to look out of, at home or in the office, " * 4 + "yes. ") * 6


@pytest.mark.parametrize(
    ("when", "context", "text"),
    [
        pytest.param(Near(Has("a"), Has("b"), 110), None, f"unemplyoment {FAR} fell", id="behind"),
        pytest.param(Near(Has("a"), Has("b"), 110), None, f"fell {FAR} unemplyoment", id="before"),
        pytest.param(Has("a"), Has("b"), f"unemplyoment {LINES} fell", id="a context behind"),
        pytest.param(Has("a"), Has("b"), f"fell {LINES} unemplyoment", id="a context before"),
        pytest.param(Has("a"), Near(Has("b"), Has("c"), 110), f"unemplyoment {LINES} rose. {FAR} fell", id="its words"),
    ],
)
def test_what_can_decide_is_read_again(when: Condition, context: Condition | None, text: str) -> None:
    lowering = [
        Context(id="c", title="c", when=each, to=Confidence.LOW, reach=Reach.NEARBY) for each in [context] if each
    ]
    patterns = PHRASES | {"c": Phrase(any_of=("rose",))}
    detector = compile_rules([rule(patterns, spec(when, lowered_by=tuple(lowering)))])
    long = f"{TEA}{text}. {TEA}"

    (finding,) = look(detector, [body(long)])

    assert page_of(detector, long).cuts
    assert finding.confidence is (Confidence.LOW if context else Confidence.HIGH)


def test_what_is_cut_off_beside_a_word_has_decided_already() -> None:
    patterns = PHRASES | {"b": Phrase(any_of=("fell",), harmless=("fell off",))}
    detector = compile_rules([rule(patterns, AllOf((Has("a"), Has("b"))))])
    texts = [f"{TEA}{'x' * size} {'fell off ' * 300} unemplyoment {'fell off ' * 300}{TEA}" for size in range(9)]

    assert page_of(detector, texts[0]).cuts
    assert not any(look(detector, [body(each)]) for each in texts)


def test_a_text_that_is_not_disguised_is_read_again_as_far_as_its_disguised_subject_reaches() -> None:
    subject = Span(text="unemplyoment", part="0", role=Role.SUBJECT)
    page = lay_out([subject, body(f"fell. {TEA}")], NEAR.vocabulary, NEAR.margin)

    assert len(page.text) - page.canonical_end < 2_000
    assert look(NEAR, [subject, body(f"fell. {TEA}")])


def test_a_pattern_matches_nothing_across_what_was_left_out() -> None:
    patterns: dict[str, Pattern] = {
        "a": Regex(pattern=r"unemployment(?:.{0,40}x)?(?s:.{0,3000})fell"),
        "b": Phrase(any_of=("unemployment",)),
    }
    detector = compile_rules([rule(patterns, AllOf((Has("a"), Has("b"))))])
    narrow = replace(detector, margin=Margin(short=0, rim=20))

    assert look(detector, [body(f"unemplyoment {TEA[:700]} fell")])
    assert page_of(narrow, f"unemplyoment {TEA[:700]} fell").cuts
    assert not look(narrow, [body(f"unemplyoment {TEA[:700]} fell")])


def test_where_too_few_words_or_sentences_are_to_be_seen_nothing_is_left_out() -> None:
    assert left_out("tea," * 100_000, [(200_000, 200_001)], Margin(words=8)) == []
    assert left_out("tea " * 100_000, [(200_000, 200_001)], Margin(sentences=1)) == []
    assert len(left_out("tea. " * 100_000, [(200_000, 200_001)], Margin(words=8, sentences=1))) == 2


@pytest.mark.parametrize("unit", ["unemplyoment tea. ", "unemplyoment " + "tea " * 300, "unemplyoment" + " tea." * 900])
def test_the_cost_is_linear(unit: str) -> None:
    assert_linear(lambda times: page_of(NEAR, unit * (times // len(unit) + 1)), 200_000)
