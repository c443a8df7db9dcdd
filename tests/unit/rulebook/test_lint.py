"""Doubtful rules are found before they are in force: slow, doubled, untried."""

from __future__ import annotations

import pytest

from leakguard.rulebook import examine
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


def test_a_slow_regex_is_a_warning() -> None:
    assert told(r"{kind: regex, pattern: 'beta|zeta(?:.|\n)*iota', prefilter: [beta, zeta]}") == {
        ("a.yaml:10:24", "slow-regex")
    }


@pytest.mark.parametrize("pattern", ["(a+)+$", r"(\w+\s?)*$", "(.*)*x=", "(a|aa)+$", "(x+x+)+y", r"(\d+,?)+%"])
def test_a_pattern_without_end_is_catastrophic(pattern: str) -> None:
    assert slowness(pattern, ()) is Slowness.CATASTROPHIC


@pytest.mark.parametrize("pattern", [r"\s+$", r"rose(?:.|\n)*employment"])
def test_a_pattern_that_is_slow_for_long_runs_only_is_slow(pattern: str) -> None:
    assert slowness(pattern, ()) is Slowness.SLOW


@pytest.mark.parametrize("pattern", [r"LMS-\d{4}-\d\d", r"\b(?:uk )?labour market[,:]? [a-z]{3,9} 20\d\d\b", "a{1,3}b"])
def test_an_ordinary_pattern_is_quick(pattern: str) -> None:
    assert slowness(pattern, ()) is Slowness.NONE
