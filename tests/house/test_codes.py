"""Every code has its page, every page its code, and the bad example of each gives it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from leakguard.notation.codes import codes
from leakguard.notation.diagnostics import Report
from leakguard.rulebook import examine, pump
from leakguard.rulebook.formatting import formatted
from tests.house.tree import ROOT, parsed, python_files

PAGES = ROOT / "docs/codes"
RULE = """schema: leakguard/rule/v1
id: t.rule
version: 1
title: T
status: enforce
owner: o@x.example
applies_to: {series: s}
patterns:
  subject: {any: [alpha]}
findings:
  - {id: f, title: F, when: subject, confidence: high}
tests:
  must_match: [alpha]
  must_not_match: [delta]
"""
NOT_IN_A_RULEBOOK = {"unreadable"}  # settings only
NEEDS_MORE_THAN_A_PAGE = {"encoding", "too-deep", "too-large"}  # tests/unit/rulebook/bad has them
PLACE_IN_CALL = {"error": 0, "warning": 0, "BadTime": 0, "_syntax": 3}
HYPHENATED = re.compile(r"[a-z]+(-[a-z]+)+")
_TOP = re.compile(r"^(?=[a-z_]+:)", re.MULTILINE)


def whole(example: str) -> str:
    """The example with the keys of a small rule that it does not have itself."""
    if example.startswith("schema: "):
        return example
    keys = {part.partition(":")[0]: part for part in _TOP.split(RULE) if part}
    keys |= {part.partition(":")[0]: part for part in _TOP.split(example) if part}
    return "".join(keys.values())


def files_of(code: str) -> dict[str, bytes]:
    files = {"a.yaml": whole(codes()[code].example).encode()}
    return files | {"b.yaml": RULE.encode()} if code == "unused-lexicon" else files


def test_every_code_of_the_source_is_in_the_table_and_no_other() -> None:
    in_source = {
        code for path in python_files("leakguard/rulebook", "leakguard/notation") for code in codes_in(parsed(path))
    }

    assert in_source | NOT_IN_A_RULEBOOK == set(codes())


def test_every_code_has_its_page_and_every_page_its_code() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} - {"README"} == set(codes())


@pytest.mark.parametrize("code", sorted(set(codes()) - NOT_IN_A_RULEBOOK - NEEDS_MORE_THAN_A_PAGE - {"cannot-format"}))
def test_the_example_of_a_page_gives_its_code(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if code == "slow-regex":
        monkeypatch.setattr(pump, "_REFUSED", 60.0)

    _, report = examine(files_of(code))

    found = {(each.code, each.severity) for each in report.found}
    assert (code, codes()[code].severity) in found, found


def test_the_example_of_what_cannot_be_laid_out_cannot() -> None:
    report = Report()

    assert formatted("a.yaml", codes()["cannot-format"].example.encode(), report) is None
    assert [each.code for each in report.errors] == ["cannot-format"]


def test_the_small_rule_itself_has_nothing_but_no_release() -> None:
    assert {each.code for each in examine({"a.yaml": RULE.encode()})[1].found} == {"no-release"}


def codes_in(tree: ast.Module) -> Iterator[str]:
    """Where codes stand: in calls of PLACE_IN_CALL, `code="code"`, `code = "code"`, `code, meaning = "code", ...`,
    and with a hyphen in `{...: "some-code"}` and `("some-code", ...)`.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            named = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            at = PLACE_IN_CALL.get(named)
            candidates = [] if at is None else node.args[at : at + 1]
            candidates += [keyword.value for keyword in node.keywords if keyword.arg == "code"]
        elif isinstance(node, ast.Assign):
            candidates = [value for target in node.targets for value in assigned_to_code(target, node.value)]
        elif isinstance(node, ast.Dict):
            candidates = [each for each in node.values if HYPHENATED.fullmatch(str(getattr(each, "value", "")))]
        elif isinstance(node, ast.Tuple):
            candidates = [each for each in node.elts[:1] if HYPHENATED.fullmatch(str(getattr(each, "value", "")))]
        else:
            continue
        yield from (each.value for each in candidates if isinstance(each, ast.Constant) and isinstance(each.value, str))


def assigned_to_code(target: ast.expr, value: ast.expr) -> list[ast.expr]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return [right for left, right in zip(target.elts, value.elts, strict=False) if is_code(left)]
    return [value] if is_code(target) else []


def is_code(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id == "code"
