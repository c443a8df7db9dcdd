"""What content gives a release away: a rule as the engine compiles it. Rules never hold embargoed values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from leakguard.model.content import Confidence, CountsFor, Role, Scope
from leakguard.model.ids import RuleId
from leakguard.model.message import Channel, Direction


class RuleStatus(StrEnum):
    """draft is linted and tested only; shadow is recorded and never acts; retired is kept for the record."""

    DRAFT = "draft"
    SHADOW = "shadow"
    ENFORCE = "enforce"
    RETIRED = "retired"

    @property
    def is_compiled(self) -> bool:
        return self in (RuleStatus.SHADOW, RuleStatus.ENFORCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words as a person would write them; a final `*` stands for any ending.

    harmless: collocations that cancel a hit they overlap ("employment law"). not_before, not_behind: words that cancel
    a hit that stands directly before or behind them ("jobs board", "my pay"). common: from a shared lexicon, so
    that it never decides which rules are looked at. roles: where it counts; empty is everywhere.
    """

    any_of: tuple[str, ...]
    harmless: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()
    not_behind: tuple[str, ...] = ()
    common: bool = False
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Regex:
    """pattern: syntax of the `regex` library, case ignored. prefilter: literals one of which every match contains."""

    pattern: str
    prefilter: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number with a unit; not a date, time or reference. registered: only the figures given for the release."""

    registered: bool = False
    figures: tuple[str, ...] = field(default=(), repr=False)
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPeriod:
    """A month, a year or a week that the text names as the time of what it tells.

    "The February bulletin", "in 1984", "week 7"; not what is compared with: "since 1984", "up from January".
    """

    roles: tuple[Role, ...] = ()


Pattern = Phrase | Regex | Figure | NamedPeriod


@dataclass(frozen=True, slots=True)
class Has:
    """The named pattern occurs."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Near:
    """Both occur with at most `words` words between, a sentence end counting for several.

    in_sentence: within one sentence only. goes_on: that, or `b` opens the sentence behind `a` ("Sales? Down again").
    """

    a: Condition
    b: Condition
    words: int
    in_sentence: bool = False
    goes_on: bool = False

    @property
    def where(self) -> str:
        """What follows "within eight words of each other"."""
        return " in one sentence" if self.in_sentence else " in one thought" if self.goes_on else ""


@dataclass(frozen=True, slots=True)
class AllOf:
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The condition holds nowhere in the message."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Count:
    """At least `at_least` separate occurrences."""

    of: Condition
    at_least: int


Condition = Has | Near | AllOf | AnyOf | Not | Count


def names_in(condition: Condition) -> Iterator[str]:
    """The patterns that a condition asks for."""
    match condition:
        case Has(pattern):
            yield pattern
        case Near(a, b):
            yield from names_in(a)
            yield from names_in(b)
        case AllOf(conditions) | AnyOf(conditions):
            for each in conditions:
                yield from names_in(each)
        case Not(inner) | Count(inner, _):
            yield from names_in(inner)


class Reach(StrEnum):
    """How far a context reaches: its sentence, those beside it in its paragraph, a few sentences, or a whole letter.

    None reaches into another part of the message.
    """

    SENTENCE = "sentence"
    AROUND = "around"
    NEARBY = "nearby"
    FAR = "far"

    @property
    def beside(self) -> int:
        """Sentences on either side."""
        return _BESIDE[self]


_BESIDE = {Reach.SENTENCE: 0, Reach.AROUND: 1, Reach.NEARBY: 6, Reach.FAR: 40}


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What makes a match less sure, never nothing: within its reach a match counts only `to`.

    unless: where this holds in the sentence of the match, the context says nothing about it.
    another_time: it tells of the times that it names, so that it lowers only for releases about other times.
    """

    id: str
    title: str
    when: Condition
    to: Confidence
    reach: Reach = Reach.SENTENCE
    unless: Condition | None = None
    another_time: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingSpec:
    """One tier of a rule, in the author's order."""

    id: str
    title: str
    when: Condition
    confidence: Confidence
    counts_for: CountsFor = CountsFor.EVERYBODY
    may_restate: bool = False
    lowered_by: tuple[Context, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionSpec:
    """Lowers what the rule finds in the whole message, until it expires; never removes evidence."""

    id: str
    reason: str
    owner: str
    expires_at: datetime
    when: Condition
    lower_to: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    id: RuleId
    version: int
    title: str
    owner: str
    status: RuleStatus
    scope: Scope
    directions: frozenset[Direction] = frozenset(Direction)
    channels: frozenset[Channel] = frozenset(Channel)
    patterns: Mapping[str, Pattern]
    findings: tuple[FindingSpec, ...]
    exceptions: tuple[ExceptionSpec, ...] = ()

    def names_used(self) -> frozenset[str]:
        """The patterns that some finding, context or exception asks for."""
        contexts = [context for each in self.findings for context in each.lowered_by]
        conditions = [each.when for each in self.findings] + [each.when for each in self.exceptions]
        conditions += [each.when for each in contexts]
        conditions += [each.unless for each in contexts if each.unless is not None]
        return frozenset(name for condition in conditions for name in names_in(condition))
