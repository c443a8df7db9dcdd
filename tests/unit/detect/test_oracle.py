"""The compiled detector finds what a plain reading finds: no automaton, no waking, every pattern on every text."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
import regex

from leakguard.detect import compile_rules, detect
from leakguard.detect.matcher import MakeMatcher, PlainMatcher, native_matcher
from leakguard.detect.normalise import fold_phrase, normalise
from leakguard.detect.page import Page, lay_out
from leakguard.detect.vocabulary import Vocabulary
from leakguard.model.content import Role, Span
from leakguard.model.message import Channel, Direction
from leakguard.model.rule import AllOf, AnyOf, Condition, Count, Has, Near, Not, Pattern, Phrase, Regex, Rule
from tests.builders import body, rule

VOCABULARY = ["employment", "rate", "rose", "fell", "up", "sign", "record", "law", "of", "x", "Résumé", "4.1", "oﬃce"]
JOINTS = [" ", " ", " ", "  ", ", ", ". ", "\n", "\n\n", "-", " \u200b ", "\u00ad", "/", "! "]
PHRASES = [
    "employment",
    "employment rate",
    "rate",
    "ros*",
    "fell",
    "up",
    "record",
    "re*",
    "resume",
    "office",
    "of",
    "4.1",
]
HARMLESS = ["sign up", "employment law", "record of", "of x"]
REGEXES = [
    ("rose|fell", ()),
    ("employment.*rose", ("employment",)),
    ("employment.{0,9}rate", ("employment",)),
    ("r[eo]s", ("res", "ros")),
    (r"\bof\b", ()),
    (r"\d\.\d", ()),
    (r"(?s)record.*fell", ("record",)),
    (r"\brec\w*(?= (?:law|of)).{1,8}\b(?:of|x)\b", ()),
    (r"(?:rose|fell)[ -](?:up|of)?(?!.{0,5}4\.1)", ()),
    (r"(?<=x )(?:sign|law).*?(?:4\.1|rate)$", ()),
    (r"(?s)(?:\W+\w+){1,3}\W+employment.+", ()),
    (r"[ou]ffice|off?ic[ae]s?\b", ()),
]
PIECES = [
    "employment",
    "(?:rose|fell)",
    "re[cs]ord?",
    "of",
    r"\b\w",
    "rate(?: law)?",
    "up",
    "(?:sign )?up",
    r"4\.\d",
    "x",
]
FRAMES = [  # without end and with one, before, between and behind
    "{}.*{}",
    "(?s){}.*?{}.*{}",
    "{}.{{0,12}}{}",
    r"(?:{}|{})[ -]{}\w*",
    r"\b{}\W+(?:\w+\W+){{0,2}}?{}\b",
    r"(?<!{} ){}(?!.{{,9}}{})",
    "{}(?=.*{})",
    r"[^.]*{}(?:{})?",
]

Hit = tuple[int, int]


def naive_phrase(phrase: str, text: str) -> set[Hit]:
    stem = phrase.endswith("*")
    wanted = fold_phrase(phrase.removesuffix("*"))
    ending = "[^\\W_]*" if stem else "(?![^\\W_])"
    return {
        (at.start(), at.start() + len(at.group(1)))
        for at in re.finditer(f"(?<![^\\W_])(?=({re.escape(wanted)}{ending}))", text)
    }


def naive_hits(pattern: Pattern, spans: list[Span], text: str, starts: list[int]) -> set[Hit]:
    if isinstance(pattern, Phrase):
        harmless = {hit for each in pattern.harmless for hit in naive_phrase(each, text)}
        hits = {hit for each in pattern.any_of for hit in naive_phrase(each, text)}
        return {hit for hit in hits if not any(hit[0] < end and start < hit[1] for start, end in harmless)}
    assert isinstance(pattern, Regex)
    hits = set()
    for span, start in zip(spans, starts, strict=True):
        view = normalise(span.text)
        expression = regex.compile(pattern.pattern, regex.IGNORECASE | regex.VERSION0)
        for at in expression.finditer(span.text):
            begin = view.canonical(at.start())
            hits.add((start + begin, start + max(view.canonical(at.end()), begin + 1)))
        hits |= {(start + at.start(), start + at.end()) for at in expression.finditer(view.text)}
    return hits


def words_between(text: str, one: Hit, other: Hit) -> float:
    """Words that begin between two hits, with 4 for each sentence end and 6 for each blank line."""
    first, second = sorted((one, other))
    between = text[first[1] : second[0]]
    if second[0] < first[1] or "\x1d" in between:
        return float("inf")
    words = sum(_begins_a_word(text, index) for index in range(first[1], second[0]))
    ends = sum(
        match.start() + first[1] < second[0] for match in re.finditer(r"[.!?]+[\"')\]]*(?= |$)", text[first[1] :])
    )
    return words + 4 * ends + 6 * between.count("\x1e")


def _begins_a_word(text: str, index: int) -> bool:
    """Whether this is the first letter or digit since the last blank."""
    if not text[index].isalnum():
        return False
    blank = max(text.rfind(each, 0, index) for each in " \x1d\x1e")
    return not any(map(str.isalnum, text[blank + 1 : index]))


def naive(when: Condition, text: str, hits: Callable[[str], set[Hit]]) -> tuple[bool, set[Hit]]:
    """(whether it holds, its places)."""
    match when:
        case Has(name):
            return bool(hits(name)), hits(name)
        case AnyOf(parts):
            both = [naive(each, text, hits) for each in parts]
            return any(true for true, _ in both), {hit for _, places in both for hit in places}
        case AllOf(parts):
            return all(naive(each, text, hits)[0] for each in parts), set()
        case Not(inner):
            return not naive(inner, text, hits)[0], set()
        case Near(a, b, words):
            these, those = naive(a, text, hits)[1], naive(b, text, hits)[1]
            return any(words_between(text, one, other) <= words for one in these for other in those), set()
        case Count(of, at_least):
            return _most_apart(naive(of, text, hits)[1]) >= at_least, set()


def _most_apart(places: set[Hit]) -> int:
    """The most places that do not overlap, by trying every last one."""
    best = dict.fromkeys(places, 1)
    for hit in sorted(places, key=lambda each: each[1]):
        best[hit] += max((best[each] for each in places if each[1] <= hit[0]), default=0)
    return max(best.values(), default=0)


def naive_findings(one: Rule, page: Page) -> set[str]:
    def hits(name: str) -> set[Hit]:
        return naive_hits(one.patterns[name], list(page.spans), page.text, list(page.offsets))

    return {each.id for each in one.findings if naive(each.when, page.text, hits)[0]}


def condition(source: random.Random, depth: int = 0) -> Condition:
    names = [Has(f"p{number}") for number in range(4)]
    kind = source.choice(["has", "near", "near", "all", "any", "not", "count"]) if depth < 3 else "has"
    if kind == "near":
        choice = AnyOf((source.choice(names), source.choice(names)))
        return Near(source.choice([*names, choice]), source.choice([*names, choice]), source.randint(0, 8))
    if kind in ("all", "any"):
        parts = tuple(condition(source, depth + 1) for _ in range(source.randint(1, 3)))
        return AllOf(parts) if kind == "all" else AnyOf(parts)
    if kind == "not":
        return AllOf((source.choice(names), Not(condition(source, depth + 1))))
    if kind == "count":
        return Count(source.choice(names), source.randint(1, 3))
    return source.choice(names)


def pattern(source: random.Random) -> Pattern:
    if source.random() < 0.2:
        return Regex(pattern=source.choice(FRAMES).format(*source.choices(PIECES, k=3)))
    if source.random() < 0.25:
        text, prefilter = source.choice(REGEXES)
        return Regex(pattern=text, prefilter=prefilter if source.random() < 0.7 else ())
    return Phrase(
        any_of=tuple(source.sample(PHRASES, source.randint(1, 3))),
        harmless=tuple(source.sample(HARMLESS, source.randint(0, 2))),
        common=source.random() < 0.3,
    )


def a_rule(source: random.Random, number: int) -> Rule:
    patterns = {f"p{each}": pattern(source) for each in range(4)}
    return rule(patterns, *(condition(source) for _ in range(2)), id=f"r{number}")


def a_text(source: random.Random) -> str:
    pieces = [source.choice(VOCABULARY) + source.choice(JOINTS) for _ in range(source.randint(1, 25))]
    if source.random() < 0.05:  # further apart than any fixed window of a confirmation
        pieces.insert(source.randrange(len(pieces)), "tea cup " * 75)
    return "".join(pieces)


def disagreements(seed: int, texts: int, make: MakeMatcher) -> list[list[str]]:
    """Texts in which the detector finds something else than a plain reading, or leaves a gap."""
    source, wrong = random.Random(seed), []
    for _ in range(texts):
        rules = [a_rule(source, number) for number in range(3)]
        spans = [body(a_text(source), part=str(number), role=source.choice(list(Role))) for number in range(2)]
        detector = replace(compile_rules(rules, make), vocabulary=Vocabulary())  # what it finds, not how it reads
        page = lay_out(spans)
        findings, gaps = detect(detector, spans, Direction.OUTBOUND, Channel.EMAIL)
        plain = {(one.id, name) for one in rules for name in naive_findings(one, page)}
        if gaps or {(each.rule, each.id) for each in findings} != plain:
            wrong.append([span.text for span in spans])
    return wrong


MATCHERS = [pytest.param(native_matcher, id="native"), pytest.param(PlainMatcher, id="plain Python")]


@pytest.mark.parametrize("make", MATCHERS)
@pytest.mark.parametrize("seed", range(10))
def test_the_detector_finds_what_a_plain_reading_finds(seed: int, make: MakeMatcher) -> None:
    assert disagreements(seed, 100, make) == []


@pytest.mark.soak
@pytest.mark.parametrize("make", MATCHERS)
def test_the_detector_finds_what_a_plain_reading_finds_ten_thousand_times(make: MakeMatcher) -> None:
    assert disagreements(1000, 10_000, make) == []
