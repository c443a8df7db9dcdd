"""Files -> one immutable rulebook, or every reason why not. A snapshot is loaded whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from leakguard.detect import Detector, compile_rules
from leakguard.model.content import Scope
from leakguard.model.embargo import Book
from leakguard.model.errors import RulebookRefused
from leakguard.model.rule import Rule, RuleStatus
from leakguard.notation.diagnostics import Diagnostic, Report, Source
from leakguard.rulebook.calendar import CalendarBuilder, about_release
from leakguard.rulebook.documents import Valid, read_documents
from leakguard.rulebook.examples import run_examples
from leakguard.rulebook.lint import lint_lexicons, lint_patterns
from leakguard.rulebook.rules import Grammar, Lexicons, add_lexicons, read_rule, scope_of
from leakguard.rulebook.schema import (
    AccessDocument,
    GrammarDocument,
    InlineRelease,
    LexiconDocument,
    ReleasesDocument,
    RuleDocument,
    WordsEntry,
)
from leakguard.rulebook.spoken_times import spoken_times


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """book: releases and grants. rules: all, also drafts. digest: of the files' bytes; every decision cites it.

    passwords: of files that are sent about the releases, those of the latest release first.
    """

    book: Book
    rules: tuple[Rule, ...]
    detector: Detector = field(repr=False)
    digest: str
    passwords: tuple[str, ...] = field(default=(), repr=False)
    warnings: tuple[Diagnostic, ...] = ()
    examples_run: int = 0


def load(files: Mapping[str, bytes], *, with_examples: bool = True) -> Rulebook:
    """The rulebook of these files (name -> bytes). Raises RulebookRefused with every error at once.

    with_examples: run the rules' own examples; a worker that is handed a loaded rulebook need not.
    """
    rulebook, report = examine(files, with_examples=with_examples)
    if rulebook is None:
        raise RulebookRefused(report.errors)
    return rulebook


def examine(files: Mapping[str, bytes], *, with_examples: bool = True) -> tuple[Rulebook | None, Report]:
    """The rulebook, if it is good, and everything that there is to say about the files."""
    report = Report()
    documents = read_documents(files, report)
    if not files:
        Source("rules", {}, report).error("empty", (), "there is no .yaml or .csv file here")
    builder = _calendar(documents)
    lexicons = _lexicons(documents)
    digest = digest_of(files)
    book = builder.book(digest)
    rules, examples_run = _rules(documents, lexicons, book, with_examples)
    if report.errors:
        return None, report
    detector = compile_rules(rules)
    rulebook = Rulebook(
        book=book,
        rules=rules,
        detector=detector,
        digest=digest,
        passwords=builder.passwords_to_try(),
        warnings=report.warnings,
        examples_run=examples_run,
    )
    return rulebook, report


def digest_of(files: Mapping[str, bytes]) -> str:
    """Content hash of a set of files, 16 hex digits: names and bytes, in name order."""
    whole = hashlib.sha256()
    for name, content in sorted(files.items()):
        whole.update(f"{name}\0{len(content)}\0".encode() + content)
    return whole.hexdigest()[:16]


def _calendar(documents: list[Valid]) -> CalendarBuilder:
    """Releases first, then people, then the grants that name both."""
    builder = CalendarBuilder()
    access = [(each.entry, each.source) for each in documents if isinstance(each.entry, AccessDocument)]
    inline = [
        (each.entry.applies_to.release, each.source)
        for each in documents
        if isinstance(each.entry, RuleDocument) and isinstance(each.entry.applies_to.release, InlineRelease)
    ]
    for each in documents:
        if isinstance(each.entry, ReleasesDocument):
            builder.add_releases(each.entry, each.source)
    for release, source in inline:
        builder.add_release(release, None, ("applies_to", "release"), source)
    for entry, source in access:
        builder.add_people(entry, source)
    for entry, source in access:
        builder.add_access(entry, source)
    for release, source in inline:
        if release.id in builder.releases:
            own = about_release(release.grants, release.id)
            builder.add_grants(own, release.zone, ("applies_to", "release", "grants"), source)
    return builder


def _lexicons(documents: list[Valid]) -> Lexicons:
    lexicons: dict[str, WordsEntry] = {}
    for each in documents:
        if isinstance(each.entry, LexiconDocument):
            add_lexicons(lexicons, each.entry, each.source)
    return lexicons


def _grammars(documents: list[Valid]) -> dict[str, Grammar]:
    grammars: dict[str, Grammar] = {}
    for each in documents:
        if isinstance(each.entry, GrammarDocument):
            if each.entry.id in grammars:
                each.source.error("duplicate-id", ("id",), f"there is already a grammar `{each.entry.id}`")
            grammars[each.entry.id] = Grammar(each.entry, each.source)
    return grammars


def _rules(documents: list[Valid], lexicons: Lexicons, book: Book, with_examples: bool) -> tuple[tuple[Rule, ...], int]:
    rules: dict[str, Rule] = {}
    grammars = _grammars(documents)
    examples_run = 0
    for each in documents:
        if not isinstance(each.entry, RuleDocument):
            continue
        if each.entry.id in rules:
            each.source.error("duplicate-id", ("id",), f"there is already a rule `{each.entry.id}`")
            continue
        errors_before = len(each.source.report.errors)
        scope = scope_of(each.entry, each.source)
        if scope is None:
            continue
        grammar = grammars.get(each.entry.grammar or "")
        if each.entry.grammar and grammar is None:
            known = ", ".join(grammars) or "none"
            each.source.error("unknown-grammar", ("grammar",), f"there is no such grammar here; there is {known}")
            continue
        lifts = spoken_times(book.in_scope(scope))
        rule = read_rule(each.entry, scope, lexicons, each.source, grammar, lifts)
        rules[rule.id] = rule
        _warn_without_release(rule, scope, book, each.source)
        if with_examples and len(each.source.report.errors) == errors_before:
            lint_patterns(each.entry, each.source)
            examples_run += run_examples(rule, each.entry, book, each.source)
    for grammar in grammars.values() if with_examples else ():
        lint_patterns(grammar.document, grammar.source)
    lexicon_files = [(each.entry, each.source) for each in documents if isinstance(each.entry, LexiconDocument)]
    lint_lexicons(
        lexicon_files if with_examples else [],
        [each.entry for each in documents if isinstance(each.entry, RuleDocument | GrammarDocument)],
    )
    return tuple(rules.values()), examples_run


def _warn_without_release(rule: Rule, scope: Scope, book: Book, source: Source) -> None:
    if rule.status is not RuleStatus.RETIRED and not book.in_scope(scope):
        name = scope.series or scope.release
        source.warning(
            "no-release", ("applies_to",), f"the calendar has no release for `{name}`; the rule guards nothing"
        )
