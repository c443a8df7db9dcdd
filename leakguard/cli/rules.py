"""`leakguard rules`: lint, test and explain a rulebook offline, and print its JSON Schema."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from leakguard.cli.junit import as_junit
from leakguard.cli.rules_codes import add_codes
from leakguard.cli.rules_diff import add_diff
from leakguard.cli.rules_fmt import add_fmt
from leakguard.cli.rules_told import as_json, described
from leakguard.cli.rules_trace import trace
from leakguard.cli.sarif import as_sarif
from leakguard.cli.shared import Subcommands, add_format, complain, print_json
from leakguard.detect import compile_rules, detect
from leakguard.model.content import Role, Span
from leakguard.model.rule import Rule
from leakguard.notation.diagnostics import Diagnostic
from leakguard.rulebook import examine, load, read_folder
from leakguard.rulebook.schema import json_schema


def add_to(commands: Subcommands) -> None:
    group = commands.add_parser("rules", help="check and explain a rulebook offline")
    below = group.add_subparsers(dest="act", metavar="ACT", required=True)
    for name, run, text in (
        ("lint", lint, "every error and warning in a rulebook"),
        ("test", test, "the same, and count the rules' own examples"),
        ("explain", explain, "what a rule looks for, and what it finds in a text"),
    ):
        parser = below.add_parser(name, help=text)
        parser.add_argument("rules", nargs="?", default="rules", metavar="DIR", help="folder or file; ./rules")
        parser.set_defaults(run=run)
        if name == "explain":
            add_format(parser)
            parser.add_argument("--rule", metavar="ID", help="only this rule")
            parser.add_argument("--text", help="a text to look at; - reads standard input")
            parser.add_argument("--trace", action="store_true", help="also what lowered it, and what was not found")
        else:
            forms = ("text", "json", "sarif", "junit") if name == "test" else ("text", "json", "sarif")
            parser.add_argument("--format", choices=forms, default="text", help="of what is wrong")
            parser.add_argument("--docs-url", metavar="URL", help="sarif: where docs/codes/ is published")
    add_fmt(below)
    add_diff(below)
    add_codes(below)
    schema = below.add_parser("schema", help="the JSON Schema of rulebook files, for editors")
    schema.set_defaults(run=print_schema)


def lint(chosen: argparse.Namespace) -> int:
    return _examine(chosen, f"{chosen.rules}: no errors")


def test(chosen: argparse.Namespace) -> int:
    return _examine(chosen, None)


def _examine(chosen: argparse.Namespace, praise: str | None) -> int:
    files = read_folder(Path(chosen.rules))
    rulebook, report = examine(files)
    found: tuple[Diagnostic, ...] = (*report.errors, *report.warnings)
    match chosen.format:
        case "json":
            print_json([asdict(each) for each in found])
        case "sarif":
            print_json([as_sarif(found, Path(chosen.rules), chosen.docs_url)])
        case "junit":
            print(as_junit(list(files), report.errors, rulebook.examples_run if rulebook else 0))
        case _:
            complain(*map(str, found))
            if found:
                complain("what a code means and how to mend it: leakguard rules codes CODE, docs/codes/CODE.md")
    if rulebook is None:
        complain(f"{len(report.errors)} errors; this rulebook would not be loaded")
        return 2
    if chosen.format == "text":
        counted = f"{len(rulebook.rules)} rules, {rulebook.examples_run} examples passed, rulebook {rulebook.digest}"
        print(praise or counted)
    return 0


def explain(chosen: argparse.Namespace) -> int:
    rulebook = load(read_folder(Path(chosen.rules)), with_examples=False)
    rules = [rule for rule in rulebook.rules if chosen.rule in (None, rule.id)]
    if not rules:
        complain(f"there is no rule {chosen.rule}; known are {', '.join(sorted(rule.id for rule in rulebook.rules))}")
        return 2
    if chosen.text is None and chosen.format == "json":
        print_json(as_json(rule, rulebook) for rule in rules)
        return 0
    if chosen.text is None:
        print("\n\n".join(described(rule, rulebook) for rule in rules))
        return 0
    return _found(rules, chosen)


def _found(rules: list[Rule], chosen: argparse.Namespace) -> int:
    text = sys.stdin.read() if chosen.text == "-" else chosen.text
    rule = rules[0]
    span = Span(text=text, part="1", role=Role.BODY)
    findings, gaps = detect(compile_rules(rules), [span], min(rule.directions), min(rule.channels))
    if chosen.format == "json":
        print_json(asdict(each) for each in findings)
        return 0
    for each in findings:
        print(f"{each.rule}/{each.id} ({each.confidence}): {each.title}: “{' '.join(each.text.split())}”")
    for gap in gaps:
        print(f"{gap.part}: {gap.detail}")
    if not findings and not gaps:
        print("nothing found")
    for looked in rules if chosen.trace else ():
        print(*trace(looked, span, findings), sep="\n")
    return 0


def print_schema(_chosen: argparse.Namespace) -> int:
    print(json.dumps(json_schema(), indent=2, sort_keys=True))
    return 0
