"""Every mistake in a rulebook is told with its line, its column and its code, and all of them at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from leakguard.model.errors import RulebookRefused
from leakguard.notation.strict_yaml import MAX_CHARACTERS
from leakguard.rulebook import examine, load

HERE = Path(__file__).parent / "bad"
FILES = sorted(path for path in HERE.iterdir() if path.suffix in (".yaml", ".csv"))
ROOMS = [Path(__file__).resolve().parents[3] / "leakguard" / room for room in ("rulebook", "notation")]
_EXPECTED = re.compile(r"(\d+:\d+): error\[([a-z-]+)\]")
_CODE = re.compile(
    r"""(?:\.error\(\s*|BadTime\(\s*|code=|_syntax\([^"]*|get\(tag, \(|": \(|code, meaning = )"([a-z-]+)"|"""
    r""": "([a-z]+-[a-z]+|empty)",?$""",
    re.MULTILINE,
)


def expected(path: Path) -> list[tuple[str, str]]:
    beside = path.with_name(f"{path.name}.expect")
    text = beside.read_text() if beside.exists() else path.read_text(encoding="utf-8").splitlines()[0]
    return _EXPECTED.findall(text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_mistake_is_told_with_its_place(path: Path) -> None:
    rulebook, report = examine({path.name: path.read_bytes()})

    told = [(f"{each.line}:{each.column}", each.code) for each in report.errors]
    assert sorted(told) == sorted(expected(path)), "\n".join(map(str, report.errors))
    assert rulebook is None
    assert all(str(each).startswith(f"{path.name}:{each.line}:{each.column}: error[") for each in report.errors)


def test_every_code_of_the_source_has_its_bad_file() -> None:
    source = "\n".join(path.read_text() for room in ROOMS for path in room.glob("*.py"))
    in_source = {code for pair in _CODE.findall(source) for code in pair if code}
    in_files = {code for path in FILES for _, code in expected(path)}
    tested_below = {"too-large", "cannot-format"}  # the second: test_formatting

    assert {"alias", "ambiguous-time", "bad-regex", "empty", "grant-order", "yaml-number"} <= in_source
    assert in_source - in_files - tested_below - {"no-release", "no-prefilter", "no-figures", "unused-pattern"} == set()


def test_a_file_too_large_for_people_is_refused_unread() -> None:
    _, report = examine({"a.yaml": b"#" * (MAX_CHARACTERS + 1)})

    assert [each.code for each in report.errors] == ["too-large"]


def test_an_empty_folder_is_no_rulebook() -> None:
    with pytest.raises(RulebookRefused, match=r"rules:1:1: error\[empty\]"):
        load({})


def test_the_mistakes_of_all_files_are_told_at_once_in_order() -> None:
    files = {path.name: path.read_bytes() for path in FILES if path.stem in ("missing-key", "naive-time", "many")}

    with pytest.raises(RulebookRefused) as refused:
        load(files)

    lines = str(refused.value).splitlines()
    assert len(lines) == 9 + 1 + 2
    assert [line.split(":")[0] for line in lines] == ["many.yaml"] * 9 + ["missing-key.yaml"] + ["naive-time.yaml"] * 2


RULE = """schema: leakguard/rule/v1
id: t.rule
version: 1
title: T
status: enforce
owner: o@x.example
applies_to: {series: s}
patterns:
  subject: {any: [alpha]}
  code: {kind: regex, pattern: 'A-\\d+'}
  spare: {any: [beta]}
findings:
  - {id: f, title: F, when: subject, confidence: high}
  - {id: g, title: G, when: code, confidence: high}
exceptions:
  - {id: e, reason: r, owner: o, expires: "2031-12-31", when: {phrase: gamma}, lower_to: low}
tests:
  must_match: [alpha]
  must_not_match: [delta]
"""


def test_a_warning_says_where_and_does_not_refuse() -> None:
    rulebook, report = examine({"a.yaml": RULE.encode()})

    assert rulebook is not None
    assert {(each.line, each.column, each.code) for each in report.warnings} == {
        (7, 1, "no-release"),
        (10, 23, "no-prefilter"),
        (11, 3, "unused-pattern"),
        (14, 5, "untested-finding"),
        (10, 3, "unmatched-pattern"),
        (11, 3, "unmatched-pattern"),
        (16, 5, "untested-exception"),
    }
    assert rulebook.warnings == report.warnings
