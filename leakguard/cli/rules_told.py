"""A rule in plain sentences: what it guards, looks for and finds, and what lowers that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from leakguard.model.content import CountsFor
from leakguard.model.rule import (
    AllOf,
    AnyOf,
    Condition,
    Context,
    Count,
    ExceptionSpec,
    Figure,
    FindingSpec,
    Has,
    NamedPeriod,
    Near,
    Not,
    Pattern,
    Phrase,
    Reach,
    Regex,
    Rule,
    RuleStatus,
)
from leakguard.rulebook import Rulebook

_SHOWN = 5  # of the words of a pattern
_STATUS = {
    RuleStatus.DRAFT: "It is a draft and sees no mail.",
    RuleStatus.SHADOW: "It is watched: what it finds is recorded and never acts.",
    RuleStatus.ENFORCE: "It is in force.",
    RuleStatus.RETIRED: "It is retired and sees no mail.",
}
_REACH = {
    Reach.SENTENCE: "in its sentence",
    Reach.AROUND: "in its sentence or one beside it",
    Reach.NEARBY: "in its sentence or a few around it",
}
_COUNTS_FOR = {
    CountsFor.SENDERS_WITH_ACCESS: "It counts only for senders who have access.",
    CountsFor.SENDERS_WITHOUT_ACCESS: "It counts only for senders who have no access.",
}


def described(rule: Rule, rulebook: Rulebook) -> str:
    lines = [f"{rule.id} version {rule.version} ({rule.status}): {rule.title}", f"  {_guards(rule, rulebook)}"]
    lines += ["  It looks for:", *(f"    {name}: {sought(each)}" for name, each in _named(rule))]
    for spec in rule.findings:
        lines.append(f"  {spec.id}: {spec.title}. Its confidence is {spec.confidence}. It is found when")
        lines += [f"    {each}" for each in _alternatives(spec.when)]
        lines += [f"    {each}" for each in _notes(spec)]
    lines += [f"  {_excepted(each)}" for each in rule.exceptions]
    return "\n".join(lines)


def as_json(rule: Rule, rulebook: Rulebook) -> dict[str, Any]:
    """The same for machines. The form of the sentences is no contract."""
    findings = [
        {
            "id": spec.id,
            "title": spec.title,
            "confidence": spec.confidence,
            "counts_for": spec.counts_for,
            "may_restate": spec.may_restate,
            "when": told(spec.when),
            "lowered_by": [{"context": each.id, "to": each.to, "told": _lowered(each)} for each in spec.lowered_by],
        }
        for spec in rule.findings
    ]
    return {
        "id": rule.id,
        "version": rule.version,
        "status": rule.status,
        "title": rule.title,
        "owner": rule.owner,
        "guards": rule.scope.series or rule.scope.release,
        "releases": [each.id for each in rulebook.book.in_scope(rule.scope)],
        "directions": sorted(rule.directions),
        "channels": sorted(rule.channels),
        "patterns": {name: sought(each) for name, each in _named(rule)},
        "findings": findings,
        "exceptions": [{"id": each.id, "told": _excepted(each)} for each in rule.exceptions],
    }


def _guards(rule: Rule, rulebook: Rulebook) -> str:
    releases = _listed([str(each.id) for each in rulebook.book.in_scope(rule.scope)], "and")
    guarded = f"{rule.scope.series or rule.scope.release} ({releases or 'no edition is in the calendar'})"
    where = f"{_listed(sorted(rule.directions), 'and')} mail over {_listed(sorted(rule.channels), 'and')}"
    return f"It guards {guarded} in {where}. {_STATUS[rule.status]} Ask {rule.owner}."


def _named(rule: Rule) -> Iterator[tuple[str, Pattern]]:
    """Patterns that have a name of their own; a phrase in a condition is told there."""
    return ((name, each) for name, each in rule.patterns.items() if not name.startswith("phrase: "))


def sought(pattern: Pattern) -> str:
    """What a pattern looks for, in words."""
    match pattern:
        case Phrase():
            said = _words(pattern.any_of)
            harmless = "".join(
                f", but not {where} {_words(words)}"
                for where, words in (
                    ("inside", pattern.harmless),
                    ("before", pattern.not_before),
                    ("behind", pattern.not_behind),
                )
                if words
            )
        case Regex():
            said, harmless = f"what matches {pattern.pattern}", ""
        case Figure():
            said, harmless = ("a registered figure" if pattern.registered else "any figure"), ""
        case NamedPeriod():
            said, harmless = "a month, a year or a week that the text names as its time", ""
    parts = f", only in {_listed([each.value for each in pattern.roles], 'and')}" if pattern.roles else ""
    return f"{said}{harmless}{parts}"


def _words(words: tuple[str, ...]) -> str:
    shown = ", ".join(f"“{each}”" for each in words[:_SHOWN])
    return shown if len(words) <= _SHOWN else f"{shown} and {len(words) - _SHOWN} more"


def _alternatives(when: Condition) -> Iterator[str]:
    """Each way in which a finding comes about, on its line."""
    ways = when.conditions if isinstance(when, AnyOf) else (when,)
    for number, each in enumerate(ways):
        yield f"{'or ' if number else ''}{told(each)}"


def told(condition: Condition) -> str:
    """A condition in words."""
    match condition:
        case Has(pattern):
            name = pattern.removeprefix("phrase: ")
            return pattern if name == pattern else f"“{name}”"
        case Near(a, b, words):
            one, other = (f"({told(each)})" if isinstance(each, Near) else told(each) for each in (a, b))
            return f"{one} within {words} words of {other}{condition.where}"
        case AllOf(conditions):
            return "(" + " and ".join(map(told, conditions)) + ")"
        case AnyOf(conditions):
            return "(" + " or ".join(map(told, conditions)) + ")"
        case Not(inner):
            return f"nowhere {told(inner)}"
        case Count(of, at_least):
            return f"at least {at_least} times {told(of)}"


def _notes(spec: FindingSpec) -> Iterator[str]:
    for each in spec.lowered_by:
        yield _lowered(each)
    if spec.may_restate:
        yield "It may repeat what is public: outside the sensitive window it counts for senders with access only."
    if spec.counts_for in _COUNTS_FOR:
        yield _COUNTS_FOR[spec.counts_for]


def _lowered(context: Context) -> str:
    unless = f", unless {told(context.unless)}" if context.unless is not None else ""
    releases = ", for releases about other times" if context.another_time else ""
    return (
        f"Its confidence is only {context.to} where {context.title} ({context.id}): "
        f"{told(context.when)} {_REACH[context.reach]}{unless}{releases}."
    )


def _excepted(each: ExceptionSpec) -> str:
    return (
        f"Exception {each.id}: while {told(each.when)}, nothing counts more than {each.lower_to}, "
        f"until {each.expires_at:%d %b %Y}. {each.reason} Ask {each.owner}."
    )


def _listed(words: Iterable[str], last: str) -> str:
    *most, end = [*words] or [""]
    return f"{', '.join(most)} {last} {end}" if most else end
