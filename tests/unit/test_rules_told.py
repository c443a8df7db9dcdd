"""`leakguard rules explain` without a text: the rule itself, in plain sentences."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from leakguard.cli import main

RULE = """schema: leakguard/rule/v1
id: t.rule
version: 3
title: Museum visits
status: shadow
owner: museums@stats.example
applies_to: {series: museums, directions: [outbound, internal], channels: [email]}
patterns:
  subject: {any: [a, b, c, d, e, f, g], except: [a team], not_before: {any: [rota]}, in: [subject, body]}
  code: {kind: regex, pattern: 'M-[0-9]{4}', prefilter: [M]}
  figure: {kind: figure}
  time: {kind: period}
contexts:
  abroad: {title: it is about another country, when: {phrase: in France}, reach: around, unless: code}
  older: {title: it names its time, when: time, another_time: true}
findings:
  - id: found
    title: A figure beside its subject
    when:
      any:
        - {near: {a: {near: {a: subject, b: figure, words: 3}}, b: {not: code}, words: 5}}
        - {all: [code, {count: {of: figure, at_least: 3}}]}
    confidence: high
    may_restate: true
    counts_for: senders_without_access
    lowered_by: [abroad, older]
exceptions:
  - {id: e, reason: Training., owner: o@x.example, expires: "2031-12-31", when: {phrase: training paper}, lower_to: low}
tests:
  must_match: [a 4.1%]
  must_not_match: [z]
"""
TOLD = """t.rule version 3 (shadow): Museum visits
  It guards museums (no edition is in the calendar) in internal and outbound mail over email. \
It is watched: what it finds is recorded and never acts. Ask museums@stats.example.
  It looks for:
    subject: “a”, “b”, “c”, “d”, “e” and 2 more, but not inside “a team”, but not before “rota”, \
only in subject and body
    code: what matches M-[0-9]{4}
    figure: any figure
    time: a month, a year or a week that the text names as its time
  found: A figure beside its subject. Its confidence is high. It is found when
    (subject within 3 words of figure) within 5 words of nowhere code
    or (code and at least 3 times figure)
    Its confidence is only low where it is about another country (abroad): “in France” \
in its sentence or one beside it, unless code.
    Its confidence is only low where it names its time (older): time in its sentence, for releases about other times.
    It may repeat what is public: outside the sensitive window it counts for senders with access only.
    It counts only for senders who have no access.
  Exception e: while “training paper”, nothing counts more than low, until 31 Dec 2031. Training. Ask o@x.example.
"""


@pytest.fixture
def rule(tmp_path: Path) -> str:
    (tmp_path / "rule.yaml").write_text(RULE)
    return str(tmp_path / "rule.yaml")


def test_a_rule_is_told_in_sentences(rule: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "explain", rule]) == 0

    assert capsys.readouterr().out == TOLD


def test_the_json_has_the_same(rule: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "explain", rule, "--format", "json"]) == 0

    (written,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (written["id"], written["version"], written["status"]) == ("t.rule", 3, "shadow")
    assert list(written["patterns"]) == ["subject", "code", "figure", "time"]
    assert written["findings"][0]["when"].startswith("((subject within 3 words of figure)")
    assert [(each["context"], each["to"]) for each in written["findings"][0]["lowered_by"]] == [
        ("abroad", "low"),
        ("older", "low"),
    ]
    assert written["exceptions"][0]["id"] == "e"
