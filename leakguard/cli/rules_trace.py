"""Why a rule found what it found in a text, and why its other findings did not: `rules explain --trace`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from leakguard.detect import compile_rules, detect
from leakguard.model.content import Finding, Span
from leakguard.model.rule import AllOf, AnyOf, Condition, Count, FindingSpec, Has, Near, Not, Rule, RuleStatus


def trace(rule: Rule, span: Span, findings: Sequence[Finding]) -> Iterator[str]:
    """A sentence for each thing that lowered a finding, and for each finding of the rule that is not there."""
    found = {each.id: each for each in findings if each.rule == rule.id}
    for spec in rule.findings:
        if spec.id in found:
            yield from _lowered(rule, spec, span, found[spec.id])
        else:
            yield f"{rule.id}/{spec.id} was not found: {'; '.join(_why_not(rule, spec.when, span))}"


def _lowered(rule: Rule, spec: FindingSpec, span: Span, finding: Finding) -> Iterator[str]:
    for each in spec.lowered_by:
        if each.title in finding.because:
            another = " for releases about other times" if each.another_time else ""
            yield f"{rule.id}/{spec.id}: counts only {each.to}{another} where {each.title} ({each.id})"
    if finding.lowered_to is not None and finding.lowered_until is not None:
        until = f"{finding.lowered_until:%d %b %Y}"
        yield f"{rule.id}/{spec.id}: counts at most {finding.lowered_to} until {until}, by an exception"


def _why_not(rule: Rule, condition: Condition, span: Span) -> Iterator[str]:
    """What is missing for a condition that does not hold."""
    match condition:
        case Has(pattern):
            yield f"no {pattern}"
        case Near(a, b, words):
            where = condition.where
            yield from _missing(rule, (a, b), span) or [f"not within {words} words of each other{where}"]
        case AllOf(conditions):
            yield from _missing(rule, conditions, span)
        case AnyOf(conditions):
            yield " and ".join(dict.fromkeys(why for each in conditions for why in _why_not(rule, each, span)))
        case Not():
            yield "something is there that must not be"
        case Count(_, at_least):
            yield f"fewer than {at_least} times"


def _missing(rule: Rule, conditions: Sequence[Condition], span: Span) -> list[str]:
    return [why for each in conditions if not _holds(rule, each, span) for why in _why_not(rule, each, span)]


def _holds(rule: Rule, condition: Condition, span: Span) -> bool:
    if isinstance(condition, Not):
        return not _holds(rule, condition.condition, span)
    spec = replace(rule.findings[0], when=condition, lowered_by=())
    probe = replace(rule, findings=(spec,), exceptions=(), status=RuleStatus.ENFORCE)
    return bool(detect(compile_rules([probe]), [span], min(rule.directions), min(rule.channels))[0])
