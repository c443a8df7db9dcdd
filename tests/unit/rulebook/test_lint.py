"""Doubtful rules are found before they are in force: slow, doubled, untried."""

from __future__ import annotations

import pytest

from leakguard.rulebook import examine, pump
from leakguard.rulebook.pump import Slowness, slowness

RULE = """schema: leakguard/rule/v1
id: t.rule
version: 1
title: T
status: enforce
owner: o@x.example
applies_to: {{series: s}}
patterns:
  subject: {{any: [alpha]}}
  other: {other}
findings:
  - {{id: f, title: F, when: {{near: {{a: subject, b: {{any: [subject, other]}}, words: 5}}}}, confidence: high}}
  - {{id: g, title: G, when: {{all: [subject, other]}}, confidence: high}}
  - {{id: h, title: H, when: subject, confidence: low}}
{exceptions}tests:
  must_match: [{shown}]
  must_not_match: [delta]
"""
EXCEPTIONS = """exceptions:
  - {{id: tried, reason: r, owner: o, expires: "2031-12-31", when: {{phrase: gamma}}, lower_to: low}}
  - {{id: untried, reason: r, owner: o, expires: "2031-12-31", when: {{phrase: {word}}}, lower_to: low}}
"""


def told(other: str, *, exceptions: str = "", shown: str = "alpha beta", **more: str) -> set[tuple[str, str]]:
    rule = RULE.format(other=other, exceptions=exceptions, shown=shown)
    _, report = examine({"a.yaml": rule.encode()} | {f"{name}.yaml": text.encode() for name, text in more.items()})
    found = (*report.errors, *report.warnings)
    usual = {"no-release", "untested-finding"}
    return {(f"{each.file}:{each.line}:{each.column}", each.code) for each in found if each.code not in usual}


def test_a_rule_without_doubt_has_no_warning() -> None:
    assert told("{any: [beta]}") == set()


def test_a_pattern_that_no_example_has_is_named() -> None:
    assert told("{any: [gamma]}") == {("a.yaml:10:3", "unmatched-pattern")}
    assert told("{kind: regex, pattern: 'z{3}', prefilter: [zzz]}") == {("a.yaml:10:3", "unmatched-pattern")}


def test_a_pattern_that_no_example_could_have_is_not_blamed() -> None:
    assert told("{any: [gamma], in: [attachment]}") == set()


def test_a_harmless_expression_is_no_match() -> None:
    assert told("{any: [beta], except: [alpha beta]}") == {("a.yaml:10:3", "unmatched-pattern")}


def test_patterns_that_look_for_the_same_are_named_once() -> None:
    assert told("{any: [alpha]}") == {("a.yaml:10:3", "duplicate-pattern")}


def test_words_that_fold_to_the_same_are_doubled() -> None:
    assert told("{any: [beta, Gamma Ray, bÉta, gamma-ray]}") == {
        ("a.yaml:10:34", "duplicate-word"),
        ("a.yaml:10:40", "duplicate-word"),
    }
    assert told('{any: [beta, "beta*"]}') == set()


@pytest.mark.parametrize(
    ("pattern", "place"),
    [
        ("{any: [beta, sign up sheet], except: [sign up]}", "10:23"),
        ('{any: [beta, "gamma ray*"], except: ["gam*"]}', "10:23"),
        ("{any: [beta, gammas], except: [Gammas]}", "10:23"),
        ("{any: [beta, gamma], except: [gamma ray]}", None),
        ('{any: [beta, "gamma*"], except: [gamma]}', None),
        ("{any: [beta, gamma rays], except: [gamma ray]}", None),
    ],
)
def test_a_word_that_its_own_except_cancels_is_named(pattern: str, place: str | None) -> None:
    assert told(pattern) == ({(f"a.yaml:{place}", "cancelled-word")} if place else set())


def test_the_words_of_shared_lists_are_looked_at_too() -> None:
    lexicon = "schema: leakguard/lexicon/v1\nlexicons:\n  en.used: {any: [beta, Beta, sign up], except: [sign up]}\n"

    assert told("{use: [en.used]}", words=lexicon) == {
        ("words.yaml:3:25", "duplicate-word"),
        ("words.yaml:3:31", "cancelled-word"),
    }


def test_a_regex_that_is_in_all_ordinary_text_is_named() -> None:
    assert told(r"{kind: regex, pattern: '\b[a-z]{4}\b', prefilter: [beta]}") == {("a.yaml:10:24", "matches-ordinary")}


def test_each_exception_needs_its_own_example() -> None:
    tried = EXCEPTIONS.format(word="epsilon")

    assert told("{any: [beta]}", exceptions=tried, shown="alpha beta gamma") == {
        ("a.yaml:17:5", "untested-exception"),
    }
    assert told("{any: [beta]}", exceptions=tried, shown="alpha beta gamma epsilon") == set()


def test_a_lexicon_that_nobody_uses_is_named() -> None:
    lexicon = "schema: leakguard/lexicon/v1\nlexicons:\n  en.used: {any: [beta]}\n  en.spare: {any: [eta]}\n"

    assert told("{use: [en.used]}", words=lexicon) == {("words.yaml:4:3", "unused-lexicon")}
    assert "unused-lexicon" not in {each.code for each in examine({"words.yaml": lexicon.encode()})[1].warnings}


def test_a_slow_regex_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pump, "_REFUSED", 60.0)

    assert told(r"{kind: regex, pattern: 'beta|zeta.*theta', prefilter: [beta, zeta]}") == {
        ("a.yaml:10:24", "slow-regex")
    }


EVIL = {
    "a repetition of a repetition": "(a+)+$",
    "words with a blank that may be missing": r"(\w+\s?)*$",
    "everything, repeated": "(.*)*x=",
    "branches that overlap": "(a|aa)+$",
    "blanks before an end that does not come": r"\s+$",
    "two hundred words, none of them": r"(?:\W+\w+){0,200}?\W+rose",
    "anything between two words": r"rose(?:.|\n)*employment",
    "two that share": "(x+x+)+y",
    "digits with a comma that may be missing": r"(\d+,?)+%",
    "signs only": "(%|%%)+#",
    "a sign and digits": r"(?:£\d+,?)+ok",
    "a word given back": r"(\w+)\s+(\1\s+)+z",
    "a look ahead": r"(?=(a+))\1*b",
    "any digits": r"\d+%",
    "accents": "(é+)+!",
}
BOMBS = {
    "a thousand thousands": "(?:a{1,1000}){1,1000}",
    "a thousand thousands of a class": "(?:[)(a]{1,1000}){1,1000}b",
    "hundreds three deep": "x(?:(?:a{0,100}){0,100}){0,100}",
    "exact hundreds": "(?:(?:a{100}){100}){100}",
    "no upper end": "(?:(?:a{300,}){300,})",
}


@pytest.mark.parametrize("pattern", EVIL.values(), ids=list(EVIL))
def test_a_pattern_that_a_text_can_keep_busy_is_refused(pattern: str) -> None:
    assert slowness(pattern, ()) is Slowness.CATASTROPHIC


@pytest.mark.parametrize("pattern", BOMBS.values(), ids=list(BOMBS))
def test_counts_inside_counts_are_refused(pattern: str) -> None:
    assert slowness(pattern, ()) is Slowness.CATASTROPHIC


def test_the_length_of_a_pattern_is_bounded_by_its_schema() -> None:
    """Twenty thousand branches are no pattern that a person wrote."""
    branches = "|".join(f"w{number}" for number in range(400))

    assert ("a.yaml:10:24", "bad-value") in told(f"{{kind: regex, pattern: '{branches}', prefilter: [w]}}")


@pytest.mark.parametrize(
    "pattern",
    [r"LMS-\d{4}-\d\d", r"\b(?:uk )?labour market[,:]? [a-z]{3,9} 20\d\d\b", "a{1,3}b"],
)
def test_an_ordinary_pattern_is_quick(pattern: str) -> None:
    assert slowness(pattern, ()) is Slowness.NONE
