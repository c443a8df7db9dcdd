"""Runs the tests that a rule carries: a rulebook with a failing example is not loaded."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from leakguard.detect import compile_rules, detect
from leakguard.model.content import Confidence, Finding, Role, Span, Verdict
from leakguard.model.decision import Action, Decision
from leakguard.model.embargo import Book
from leakguard.model.ids import ReleaseId
from leakguard.model.message import Direction, Facts
from leakguard.model.rule import Figure, Rule, RuleStatus
from leakguard.notation.diagnostics import Path, Source
from leakguard.policy import Policy, decide
from leakguard.rulebook.calendar import CalendarBuilder, about_release, read_release, read_time
from leakguard.rulebook.lint import lint_examples
from leakguard.rulebook.schema import CaseEntry, InlineRelease, RuleDocument


@dataclass(slots=True)
class Tally:
    """How many examples were run, which, and which findings they reached."""

    run: int = 0
    reached: frozenset[str] = frozenset()
    examples: list[tuple[Span, ...]] = field(default_factory=list)


def run_examples(rule: Rule, document: RuleDocument, book: Book, source: Source) -> int:
    """Runs every example; failures go to the report. Returns how many were run."""
    runner = _Runner(rule, document, source, _given_book(document, book, source))
    runner.run()
    lint_examples(runner.rule, document, runner.tally.examples, source)
    return runner.tally.run


class _Runner:
    def __init__(self, rule: Rule, document: RuleDocument, source: Source, book: Book) -> None:
        figures = tuple(document.tests.given.figures)
        patterns = {
            name: replace(pattern, figures=figures) if isinstance(pattern, Figure) else pattern
            for name, pattern in rule.patterns.items()
        }
        self.rule = replace(rule, status=RuleStatus.ENFORCE, patterns=patterns)
        self.detector = compile_rules([self.rule])
        self.document, self.tests, self.source, self.book = document, document.tests, source, book
        self.tally = Tally()

    def run(self) -> None:
        for number, text in enumerate(self.tests.must_match):
            if not self._findings(Span(text=text, part="1", role=Role.BODY)):
                self._fail(("tests", "must_match", number), "this must match, and no finding does")
        for number, text in enumerate(self.tests.must_mention):
            findings = self._findings(Span(text=text, part="1", role=Role.BODY))
            if not findings or any(each.confidence is not Confidence.LOW for each in findings):
                self._fail(("tests", "must_mention", number), f"this must be a low finding only; {_told(findings)}")
        for number, text in enumerate(self.tests.must_not_match):
            findings = self._findings(Span(text=text, part="1", role=Role.BODY))
            if findings:
                self._fail(("tests", "must_not_match", number), f"this must not match; {_told(findings)}")
        for number, case in enumerate(self.tests.cases):
            self._run_case(case, ("tests", "cases", number))
        self._warn_unreached()

    def _findings(self, *spans: Span, direction: Direction | None = None) -> tuple[Finding, ...]:
        direction = direction or min(self.rule.directions)
        findings, gaps = detect(self.detector, spans, direction, min(self.rule.channels))
        for gap in gaps:
            self._fail(("tests",), f"a pattern ran out of time: {gap.detail}")
        self.tally.run += 1
        self.tally.reached |= {each.id for each in findings}
        self.tally.examples.append(spans)
        return findings

    def _run_case(self, case: CaseEntry, path: Path) -> None:
        release = next(iter(self.book.releases.values()), None)
        now = read_time(case.at, release.zone if release else None, (*path, "at"), self.source)
        if now is None:
            return
        spans = (
            Span(text=case.subject, part="0", role=Role.SUBJECT),
            Span(text=case.body, part="1", role=Role.BODY),
        )
        direction = Direction(case.direction) if case.direction else None
        findings = self._findings(*spans, direction=direction)
        facts = Facts(mail_from=case.from_, recipients=tuple(case.to))
        decision = decide(facts, Verdict(findings=findings), self.book, Policy(), now)
        self._compare(case, decision, findings, path)

    def _compare(self, case: CaseEntry, decision: Decision, findings: tuple[Finding, ...], path: Path) -> None:
        if case.expect.found is not None and case.expect.found not in {each.id for each in findings}:
            self._fail((*path, "expect", "found"), f"`{case.expect.found}` was not found; {_told(findings)}")
        for action in Action:
            for recipient in getattr(case.expect, action.value):
                outcome = next((each for each in decision.outcomes if each.recipient == recipient), None)
                if outcome is None:
                    self._fail((*path, "expect", action.value), f"`{recipient}` is not in `to`")
                elif outcome.action is not action:
                    codes = ", ".join(reason.code for reason in outcome.reasons)
                    self._fail((*path, "expect", action.value), f"`{recipient}` gets {outcome.action} ({codes})")

    def _warn_unreached(self) -> None:
        own = len(self.document.findings)
        for number, finding in enumerate(self.rule.findings[:own]):
            if finding.id not in self.tally.reached:
                self.source.warning("untested-finding", ("findings", number), f"no example reaches `{finding.id}`")

    def _fail(self, path: Path, sentence: str) -> None:
        self.source.error("failing-test", path, sentence)


def _told(findings: tuple[Finding, ...]) -> str:
    if not findings:
        return "nothing was found"
    return "found " + ", ".join(sorted({f"{each.id} ({each.confidence})" for each in findings}))


def _given_book(document: RuleDocument, book: Book, source: Source) -> Book:
    """The book that the cases of a rule are decided by: its own `given`, over the rule's one release."""
    given, release = document.tests.given, document.applies_to.release
    builder = CalendarBuilder()
    if given.release is not None:
        path: Path = ("tests", "given", "release")
        made = read_release(given.release, None, path, source, series=document.applies_to.series)
        if made is not None and release is not None:
            made = replace(made, id=ReleaseId(release.id if isinstance(release, InlineRelease) else release))
        if made is not None:
            builder.releases[made.id] = made
    elif isinstance(release, InlineRelease) and ReleaseId(release.id) in book.releases:
        own = book.releases[ReleaseId(release.id)]
        builder.releases[own.id] = own
        grants = about_release(release.grants, own.id)
        builder.add_grants(grants, release.zone, ("applies_to", "release", "grants"), source)
    one = next(iter(builder.releases), None)
    if one is not None:
        builder.add_grants(about_release(given.grants, one), None, ("tests", "given", "grants"), source)
    return builder.book()
