"""Rules -> one immutable detector: a single overlapping scan for every literal, all other logic on hits only.

A rule is looked at only when one of its rare words occurs, so that adding rules costs next to nothing.
Why: docs/decisions/0014-one-scan.md
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache

import regex

from leakguard.detect.margins import Margin, margin_of
from leakguard.detect.matcher import MakeMatcher, Matcher, best_matcher
from leakguard.detect.normalise import fold_phrase
from leakguard.detect.required import prefilter, shape
from leakguard.detect.standing import STANDING_CUES
from leakguard.detect.vocabulary import Vocabulary, vocabulary_of
from leakguard.model.rule import (
    AllOf,
    AnyOf,
    Condition,
    Count,
    Figure,
    Has,
    NamedPeriod,
    Near,
    Not,
    Pattern,
    Phrase,
    Regex,
    Rule,
)

Atom = int
Key = str  # of a pattern in the whole detector; equal patterns of several rules have one


@dataclass(frozen=True, slots=True, eq=False)
class CompiledPhrase:
    """Equal patterns of several rules are one object, so that their hits are sought once."""

    atoms: frozenset[Atom]
    harmless: frozenset[Atom]
    not_before: frozenset[Atom]
    not_behind: frozenset[Atom]


@dataclass(frozen=True, slots=True, eq=False)
class CompiledRegex:
    """atoms: one of them is in each match; none when none is known. longest: characters that a match can have and looks
    at behind it, when that is bounded and all atoms are read off the pattern.
    """

    pattern: regex.Pattern[str]
    atoms: frozenset[Atom]
    longest: int | None
    ahead: int


@dataclass(frozen=True, slots=True)
class CompiledPattern:
    """A pattern with what it compiled to. Equal ones of several rules are one, so that their hits are sought once."""

    pattern: Pattern
    compiled: CompiledPhrase | CompiledRegex | None


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """conditions, exceptions, contexts (with what they do not count beside): with the detector's keys for names.

    needs: for each finding, groups of which each has a pattern that occurs whenever the finding holds.
    """

    rule: Rule
    keys: Mapping[str, Key]
    conditions: tuple[Condition, ...]
    exceptions: tuple[Condition, ...]
    contexts: Mapping[str, tuple[Condition, Condition | None]]
    needs: tuple[tuple[frozenset[CompiledPhrase], ...], ...]


class Edge(Enum):
    """Where a literal must stand: as a word, as the beginning of a word, or anywhere."""

    WORD = "word"
    STEM = "stem"
    ANYWHERE = "anywhere"


class Atoms:
    """Literals in folded form, each once for each way it may stand."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str], Atom] = {}  # the literal and how it must stand

    def add_phrases(self, phrases: tuple[str, ...]) -> frozenset[Atom]:
        """The atoms of phrases as an author wrote them; a final star makes a stem."""
        return frozenset(map(self._add, _literals(phrases)))

    def add_literals(self, literals: Iterable[str]) -> frozenset[Atom]:
        """Atoms of letters that may stand anywhere, inside a word too."""
        return frozenset(self._add((fold_phrase(each), Edge.ANYWHERE.value)) for each in literals if fold_phrase(each))

    def _add(self, literal: tuple[str, str]) -> Atom:
        return self._numbers.setdefault(literal, len(self._numbers))

    def __len__(self) -> int:
        return len(self._numbers)

    def compiled(self, make: MakeMatcher) -> Literals:
        literals = [literal for literal, _ in self._numbers]
        edges = tuple(Edge(edge) for _, edge in self._numbers)
        return Literals(make(literals), edges) if literals else Literals(None, ())


@lru_cache(maxsize=1024)
def _literals(phrases: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Rules share their lists, and a rulebook is compiled more than once while it is tried."""
    folded = ((fold_phrase(each.removesuffix("*")), Edge.STEM if each.endswith("*") else Edge.WORD) for each in phrases)
    return tuple((literal, edge.value) for literal, edge in folded if literal)


@dataclass(frozen=True, slots=True)
class Detector:
    """rules: compiled, in rulebook order. atoms: the literals of all patterns. wakes: atom -> rules that are worth a
    look when it occurs; rules that may find something without any atom are in `always`. standing: literals one of
    which is in all standing text.
    """

    rules: tuple[CompiledRule, ...]
    atoms: Literals
    wakes: tuple[tuple[int, ...], ...]
    always: frozenset[int]
    standing: frozenset[Atom]
    patterns: Mapping[Key, CompiledPattern]
    vocabulary: Vocabulary
    margin: Margin


@dataclass(frozen=True, slots=True)
class Literals:
    """What finds literals, with the way each of them must stand."""

    matcher: Matcher | None
    edges: tuple[Edge, ...]


def compile_rules(rules: Sequence[Rule], make: MakeMatcher = best_matcher) -> Detector:
    """The detector of all rules that act or shadow. Raises regex.error for a pattern that does not compile."""
    shared = _Shared()
    compiled: list[CompiledRule] = []
    wakes: dict[Atom, dict[int, None]] = {}
    always: set[int] = set()
    for rule in rules:
        if not rule.status.is_compiled:
            continue
        number = len(compiled)
        compiled.append(_compile_rule(rule, shared))
        found = _wakers(compiled[-1], shared.patterns)
        if found is None:
            always.add(number)
            continue
        for atom in found:
            wakes.setdefault(atom, {})[number] = None
    standing = shared.atoms.add_literals(STANDING_CUES)
    return Detector(
        rules=tuple(compiled),
        atoms=shared.atoms.compiled(make),
        wakes=tuple(tuple(wakes.get(atom, ())) for atom in range(len(shared.atoms))),
        always=frozenset(always),
        standing=standing,
        patterns=shared.patterns,
        vocabulary=vocabulary_of((one.rule for one in compiled), make),
        margin=_margin(compiled, shared.patterns.values()),
    )


def _margin(rules: Sequence[CompiledRule], patterns: Iterable[CompiledPattern]) -> Margin:
    every = tuple(patterns)
    phrases = [one.pattern for one in every if isinstance(one.pattern, Phrase)]
    regexes = [one.compiled for one in every if isinstance(one.compiled, CompiledRegex)]
    return margin_of(
        rules=(one.rule for one in rules),
        phrases=(
            text for each in phrases for text in (*each.any_of, *each.harmless, *each.not_before, *each.not_behind)
        ),
        widths=(None if each.longest is None else each.longest + each.ahead for each in regexes),
        conditions=(each for one in rules for each in (*one.conditions, *one.exceptions)),
    )


class _Shared:
    """What rules have in common, each once: literals, patterns and conditions."""

    def __init__(self) -> None:
        self.atoms = Atoms()
        self.phrases: dict[tuple[frozenset[Atom], ...], CompiledPhrase] = {}
        self.patterns: dict[Key, CompiledPattern] = {}
        self._keys: dict[Hashable, Key] = {}
        self._added: dict[Pattern, Key] = {}
        self._regexes: dict[tuple[str, tuple[str, ...]], CompiledRegex] = {}
        self._conditions: dict[Condition, Condition] = {}

    def add(self, pattern: Pattern) -> Key:
        if pattern not in self._added:
            self._added[pattern] = self._add(pattern)
        return self._added[pattern]

    def _add(self, pattern: Pattern) -> Key:
        compiled: CompiledPhrase | CompiledRegex | None = None
        identity: Hashable = pattern
        if isinstance(pattern, Phrase):
            lists = (pattern.any_of, pattern.harmless, pattern.not_before, pattern.not_behind)
            key = tuple(map(self.atoms.add_phrases, lists))
            compiled = self.phrases.setdefault(key, CompiledPhrase(*key))
            identity = (compiled, pattern.roles)
        elif isinstance(pattern, Regex):
            compiled = self._regex(pattern)
        number = self._keys.setdefault(identity, str(len(self._keys)))
        self.patterns.setdefault(number, CompiledPattern(pattern, compiled))
        return number

    def _regex(self, pattern: Regex) -> CompiledRegex:
        key = (pattern.pattern, pattern.prefilter)
        if key not in self._regexes:
            expression = regex.compile(pattern.pattern, regex.IGNORECASE | regex.VERSION0)
            known = shape(pattern.pattern)
            longest, ahead = (int(known.longest), int(known.ahead)) if known.is_local else (None, 0)
            atoms = self.atoms.add_literals(prefilter(pattern))
            self._regexes[key] = CompiledRegex(expression, atoms, longest, ahead)
        return self._regexes[key]

    def named(self, condition: Condition, keys: Mapping[str, Key]) -> Condition:
        """The condition with keys for names; equal ones are one object, so that each is worked out once a message."""
        renamed: Condition
        match condition:
            case Has(pattern):
                renamed = Has(keys[pattern])
            case Near(a, b):
                renamed = replace(condition, a=self.named(a, keys), b=self.named(b, keys))
            case AllOf(conditions):
                renamed = AllOf(tuple(self.named(each, keys) for each in conditions))
            case AnyOf(conditions):
                renamed = AnyOf(tuple(self.named(each, keys) for each in conditions))
            case Not(inner):
                renamed = Not(self.named(inner, keys))
            case Count(of, at_least):
                renamed = Count(self.named(of, keys), at_least)
        return self._conditions.setdefault(renamed, renamed)


def _compile_rule(rule: Rule, shared: _Shared) -> CompiledRule:
    used = rule.names_used()
    keys = {name: shared.add(pattern) for name, pattern in rule.patterns.items() if name in used}
    phrases = {
        name: compiled
        for name, key in keys.items()
        if isinstance(compiled := shared.patterns[key].compiled, CompiledPhrase)
    }
    return CompiledRule(
        rule=rule,
        keys=keys,
        conditions=tuple(shared.named(spec.when, keys) for spec in rule.findings),
        exceptions=tuple(shared.named(each.when, keys) for each in rule.exceptions),
        contexts={
            each.id: (shared.named(each.when, keys), shared.named(each.unless, keys) if each.unless else None)
            for spec in rule.findings
            for each in spec.lowered_by
        },
        needs=tuple(tuple(_groups(spec.when, phrases)) for spec in rule.findings),
    )


def _groups(condition: Condition, phrases: Mapping[str, CompiledPhrase]) -> list[frozenset[CompiledPhrase]]:
    """Groups of phrases: whenever the condition holds, each group has one that occurs. Never more than that is said."""
    match condition:
        case Has(pattern):
            return [frozenset({phrases[pattern]})] if pattern in phrases else []
        case Near(a, b):
            return _groups(a, phrases) + _groups(b, phrases)
        case AllOf(conditions):
            return [group for each in conditions for group in _groups(each, phrases)]
        case AnyOf(conditions):
            choices = [_groups(each, phrases) for each in conditions]
            return [frozenset().union(*groups) for groups in zip(*choices, strict=False)]
        case Not():
            return []
        case Count(of, _):
            return _groups(of, phrases)


def _wakers(one: CompiledRule, patterns: Mapping[Key, CompiledPattern]) -> frozenset[Atom] | None:
    """Atoms one of which occurs whenever any finding of the rule holds; None when there are no such atoms."""
    found: set[Atom] = set()
    for spec in one.rule.findings:
        names = needed(spec.when, one.rule.patterns)
        if names is None:
            return None
        for name in names:
            compiled = patterns[one.keys[name]].compiled
            if compiled is None or (isinstance(compiled, CompiledRegex) and not compiled.atoms):
                return None
            found |= compiled.atoms
    return frozenset(found)


def needed(condition: Condition, patterns: Mapping[str, Pattern]) -> tuple[str, ...] | None:
    """Patterns one of which must occur for the condition to hold, the rarest choice; None when it can hold without."""
    match condition:
        case Has(pattern):
            return (pattern,)
        case Near(a, b):
            return _rarest((needed(a, patterns), needed(b, patterns)), patterns)
        case AllOf(conditions):
            return _rarest([needed(each, patterns) for each in conditions], patterns)
        case AnyOf(conditions):
            choices = [needed(each, patterns) for each in conditions]
            if any(choice is None for choice in choices):
                return None
            return tuple(name for choice in choices if choice is not None for name in choice)
        case Not():
            return None
        case Count(of, _):
            return needed(of, patterns)


def _rarest(choices: Iterable[tuple[str, ...] | None], patterns: Mapping[str, Pattern]) -> tuple[str, ...] | None:
    possible = [choice for choice in choices if choice is not None]
    return min(possible, key=lambda names: max(_commonness(patterns[name]) for name in names), default=None)


def _commonness(pattern: Pattern) -> int:
    match pattern:
        case Phrase(common=common):
            return 2 if common else 0
        case Regex():
            return 1 if prefilter(pattern) else 4
        case Figure() | NamedPeriod():
            return 3
