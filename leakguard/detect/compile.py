"""Rules -> one immutable detector: a single overlapping scan for every literal, all other logic on hits only.

A rule is looked at only when one of its rare words occurs, so that adding rules costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import ahocorasick_rs
import regex

from leakguard.detect.normalise import fold_phrase
from leakguard.model.rule import AllOf, AnyOf, Condition, Count, Figure, Has, Near, Not, Pattern, Phrase, Regex, Rule

Atom = int
CompiledPhraseKey = tuple[frozenset[Atom], frozenset[Atom]]


@dataclass(frozen=True, slots=True, eq=False)
class CompiledPhrase:
    """Equal patterns of several rules are one object, so that their hits are sought once."""

    atoms: frozenset[Atom]
    harmless: frozenset[Atom]


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """needs: for each finding, groups of which each has a pattern that occurs whenever the finding holds."""

    rule: Rule
    phrases: Mapping[str, CompiledPhrase]
    regexes: Mapping[str, regex.Pattern[str]]
    needs: tuple[tuple[frozenset[CompiledPhrase], ...], ...]


class Edge(Enum):
    """Where a literal must stand: as a word, as the beginning of a word, or anywhere."""

    WORD = "word"
    STEM = "stem"
    ANYWHERE = "anywhere"


class Atoms:
    """Literals in folded form, each once for each way it may stand."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, Edge], Atom] = {}

    def add_phrases(self, phrases: Iterable[str]) -> frozenset[Atom]:
        """The atoms of phrases as an author wrote them; a final star makes a stem."""
        return frozenset(
            self._add(fold_phrase(phrase.removesuffix("*")), Edge.STEM if phrase.endswith("*") else Edge.WORD)
            for phrase in phrases
            if fold_phrase(phrase.removesuffix("*"))
        )

    def add_literals(self, literals: Iterable[str]) -> frozenset[Atom]:
        """Atoms of letters that may stand anywhere, inside a word too."""
        return frozenset(self._add(fold_phrase(each), Edge.ANYWHERE) for each in literals if fold_phrase(each))

    def _add(self, literal: str, edge: Edge) -> Atom:
        return self._numbers.setdefault((literal, edge), len(self._numbers))

    def __len__(self) -> int:
        return len(self._numbers)

    def compiled(self) -> Literals:
        literals, edges = [literal for literal, _ in self._numbers], tuple(edge for _, edge in self._numbers)
        if not literals:
            return Literals(None, ())
        return Literals(ahocorasick_rs.AhoCorasick(literals, matchkind=ahocorasick_rs.MatchKind.Standard), edges)


@dataclass(frozen=True, slots=True)
class Detector:
    """rules: compiled, in rulebook order. wakers: the literals that make a rule worth a look; rules without any are
    in `always`. atoms: all literals, scanned only when some rule is awake. phrases: atom -> patterns it is part of.
    """

    rules: tuple[CompiledRule, ...]
    wakers: Literals
    wakes: tuple[tuple[int, ...], ...]
    always: frozenset[int]
    atoms: Literals
    phrases: tuple[tuple[CompiledPhrase, ...], ...]


@dataclass(frozen=True, slots=True)
class Literals:
    """An automaton with the way each of its literals must stand."""

    automaton: ahocorasick_rs.AhoCorasick | None
    edges: tuple[Edge, ...]


def compile_rules(rules: Sequence[Rule]) -> Detector:
    """The detector of all rules that act or shadow. Raises regex.error for a pattern that does not compile."""
    atoms, wakers = Atoms(), Atoms()
    compiled: list[CompiledRule] = []
    phrases: dict[CompiledPhraseKey, CompiledPhrase] = {}
    wakes: dict[Atom, dict[int, None]] = {}
    always: set[int] = set()
    for rule in rules:
        if not rule.status.is_compiled:
            continue
        number = len(compiled)
        compiled.append(_compile_rule(rule, atoms, phrases))
        found = _wakers(rule, wakers)
        if found is None:
            always.add(number)
            continue
        for atom in found:
            wakes.setdefault(atom, {})[number] = None
    return Detector(
        rules=tuple(compiled),
        wakers=wakers.compiled(),
        wakes=tuple(tuple(wakes.get(atom, ())) for atom in range(len(wakers))),
        always=frozenset(always),
        atoms=atoms.compiled(),
        phrases=_by_atom(phrases.values(), len(atoms)),
    )


def _by_atom(phrases: Iterable[CompiledPhrase], atoms: int) -> tuple[tuple[CompiledPhrase, ...], ...]:
    found: list[list[CompiledPhrase]] = [[] for _ in range(atoms)]
    for phrase in phrases:
        for atom in phrase.atoms:
            found[atom].append(phrase)
    return tuple(map(tuple, found))


def _compile_rule(rule: Rule, atoms: Atoms, known: dict[CompiledPhraseKey, CompiledPhrase]) -> CompiledRule:
    phrases = {}
    for name, pattern in rule.patterns.items():
        if isinstance(pattern, Phrase):
            key = (atoms.add_phrases(pattern.any_of), atoms.add_phrases(pattern.harmless))
            phrases[name] = known.setdefault(key, CompiledPhrase(*key))
    regexes = {
        name: regex.compile(pattern.pattern, regex.IGNORECASE | regex.VERSION0)
        for name, pattern in rule.patterns.items()
        if isinstance(pattern, Regex)
    }
    needs = tuple(tuple(_groups(spec.when, phrases)) for spec in rule.findings)
    return CompiledRule(rule, phrases, regexes, needs)


def _groups(condition: Condition, phrases: Mapping[str, CompiledPhrase]) -> list[frozenset[CompiledPhrase]]:
    """Groups of phrases: whenever the condition holds, each group has one that occurs. Never more than that is said."""
    match condition:
        case Has(pattern):
            return [frozenset({phrases[pattern]})] if pattern in phrases else []
        case Near(a, b, _):
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


def _wakers(rule: Rule, wakers: Atoms) -> frozenset[Atom] | None:
    """Atoms one of which occurs whenever any finding of the rule holds; None when there are no such atoms."""
    found: set[Atom] = set()
    for spec in rule.findings:
        names = needed(spec.when, rule.patterns)
        if names is None:
            return None
        for name in names:
            pattern = rule.patterns[name]
            if isinstance(pattern, Phrase):
                found |= wakers.add_phrases(pattern.any_of)
            elif isinstance(pattern, Regex) and all(map(fold_phrase, pattern.prefilter)) and pattern.prefilter:
                found |= wakers.add_literals(pattern.prefilter)
            else:
                return None
    return frozenset(found)


def needed(condition: Condition, patterns: Mapping[str, Pattern]) -> tuple[str, ...] | None:
    """Patterns one of which must occur for the condition to hold, the rarest choice; None when it can hold without."""
    match condition:
        case Has(pattern):
            return (pattern,)
        case Near(a, b, _):
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
        case Regex(prefilter=prefilter):
            return 1 if prefilter else 4
        case Figure():
            return 3
