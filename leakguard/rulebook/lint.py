"""What is doubtful about a rule that is otherwise well formed: slow, doubled, useless or untried pieces of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import regex

from leakguard.detect import compile_rules, detect
from leakguard.detect.normalise import fold_phrase, normalise
from leakguard.model.content import Confidence, Role, Span
from leakguard.model.rule import AllOf, AnyOf, FindingSpec, Has, Pattern, Regex, Rule, RuleStatus
from leakguard.notation.diagnostics import Path, Source
from leakguard.rulebook.pump import Slowness, slowness
from leakguard.rulebook.schema import (
    GrammarDocument,
    LexiconDocument,
    PhrasePattern,
    RegexPattern,
    RuleDocument,
    WordsEntry,
)

_REACHABLE = frozenset({Role.SUBJECT, Role.BODY})  # examples have no other parts
_UNRELATED = ("q", "7", " ", "\n", "?", "é")  # a pattern that finds all of these finds whatever it is shown
_ORDINARY = (  # what people write about on any day; a pattern that is in all of it is in nearly every message
    "Could you book the small meeting room for Thursday after lunch?",
    "The lift is out of order again, please use the stairs.",
    "Thanks for your help with the choir rehearsal; see you all soon!",
    "Parking behind the building will be closed while they paint it.",
    "I am on leave until Monday and will read this when I am back.",
    "Has anybody seen a green umbrella near the reception desk?",
)
_SECONDS = 0.05
_ANY = "*"  # the first word of an expression that is only the beginning of one
Example = Sequence[Span]


def lint_patterns(document: RuleDocument | GrammarDocument, source: Source) -> None:
    """What can be said of the patterns by themselves. They are known to compile."""
    known: dict[str, str] = {}
    for name, entry in document.patterns.items():
        path: Path = ("patterns", name)
        same = known.setdefault(entry.model_dump_json(), name)
        if same != name:
            source.warning("duplicate-pattern", path, f"`{name}` looks for the same as `{same}`")
        if isinstance(entry, PhrasePattern):
            _lint_words(entry, path, source)
            _lint_cancelled(entry, path, source)
        elif isinstance(entry, RegexPattern):
            _lint_regex(entry, path, source)


def _lint_words(entry: PhrasePattern | WordsEntry, path: Path, source: Source) -> None:
    for key, words in (("any", entry.any), ("except", entry.except_)):
        known: dict[tuple[str, bool], str] = {}
        for number, word in enumerate(words):
            first = known.setdefault((fold_phrase(word.removesuffix("*")), word.endswith("*")), word)
            if words.index(first) != number:
                source.warning("duplicate-word", (*path, key, number), f"this says the same as `{first}` above")


def _lint_cancelled(entry: PhrasePattern | WordsEntry, path: Path, source: Source) -> None:
    """Words that have a harmless expression inside, so that no hit of them ever counts."""
    harmless: dict[str, list[tuple[str, list[str]]]] = {}
    for written in entry.except_:
        inside = _folded(written)
        harmless.setdefault(_ANY if inside[:1] == [] or inside[0].endswith("*") else inside[0], []).append(
            (written, inside)
        )
    for number, word in enumerate(entry.any):
        words = _folded(word)
        possible = [each for first in (_ANY, *words) for each in harmless.get(first, ())]
        found = next((written for written, inside in possible if _is_in(inside, words)), None)
        if found is not None:
            sentence = f"`{found}` under `except` is part of `{word}`, so that it never counts"
            source.warning("cancelled-word", (*path, "any", number), sentence)


def _folded(phrase: str) -> list[str]:
    """Its words as they are compared; the star of the last one stays."""
    words = fold_phrase(phrase.removesuffix("*")).split()
    return [*words[:-1], words[-1] + "*"] if words and phrase.endswith("*") else words


def _is_in(inside: Sequence[str], words: Sequence[str]) -> bool:
    """Whether the one is a part of the other, wherever and with whatever ending that is found."""
    starts = range(len(words) - len(inside) + 1) if inside else ()
    return any(all(map(_covers, inside, words[start:])) for start in starts)


def _covers(one: str, other: str) -> bool:
    return other.removesuffix("*").startswith(one[:-1]) if one.endswith("*") else one == other


def _lint_regex(entry: RegexPattern, path: Path, source: Source) -> None:
    pattern, at = compiled(entry.pattern), (*path, "pattern")
    if all(finds(pattern, text) for text in _UNRELATED):
        source.error("matches-everything", at, "this pattern finds something in any text at all")
        return
    if all(finds(pattern, text) for text in _ORDINARY):
        source.warning("matches-ordinary", at, "this pattern finds something in every ordinary sentence")
    slow = slowness(entry.pattern, tuple(entry.prefilter))
    if slow is Slowness.CATASTROPHIC:
        sentence = "32 KB of unlucky text keep this pattern busy for far too long; anybody could send it"
        source.error("catastrophic-regex", at, sentence)
    elif slow is Slowness.SLOW:
        sentence = "32 KB of unlucky text take this pattern longer than it is given; such a message becomes a gap"
        source.warning("slow-regex", at, sentence)


def compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern, regex.IGNORECASE | regex.VERSION0)


def finds(pattern: regex.Pattern[str], text: str) -> bool:
    """Whether it finds one character or more, as the engine asks."""
    try:
        return any(match.end() > match.start() for match in pattern.finditer(text, timeout=_SECONDS))
    except TimeoutError:
        return False


def lint_examples(rule: Rule, document: RuleDocument, examples: Iterable[Example], source: Source) -> None:
    """What the examples of a rule do not try, and what they prove wrong. rule: with the figures of its examples."""
    shown = list(examples)
    if not shown:
        return
    _lint_unmatched(rule, document, shown, source)
    _lint_exceptions(rule, shown, source)
    for name, pattern in rule.patterns.items():
        if isinstance(pattern, Regex) and pattern.prefilter:
            _lint_prefilter(pattern, ("patterns", name, "prefilter"), shown, source)


def _lint_unmatched(rule: Rule, document: RuleDocument, examples: Sequence[Example], source: Source) -> None:
    asked = {name: each for name, each in rule.patterns.items() if name in document.patterns and _is_reachable(each)}
    probe = _probe(rule, tuple(_spec(name, Has(name)) for name in asked))
    found = _found(probe, [span for example in examples for span in example])
    for name in asked:
        if name not in found:
            source.warning("unmatched-pattern", ("patterns", name), f"nothing in any example is found by `{name}`")


def _is_reachable(pattern: Pattern) -> bool:
    return not pattern.roles or not _REACHABLE.isdisjoint(pattern.roles)


def _lint_exceptions(rule: Rule, examples: Sequence[Example], source: Source) -> None:
    """An exception is tried by an example in which it holds and in which there is something to lower."""
    if not rule.exceptions:
        return
    anything = AnyOf(tuple(each.when for each in rule.findings))
    probe = _probe(rule, tuple(_spec(each.id, AllOf((anything, each.when))) for each in rule.exceptions))
    found = {name for example in examples for name in _found(probe, example)}
    for number, each in enumerate(rule.exceptions):
        if each.id not in found:
            source.warning("untested-exception", ("exceptions", number), f"no example is lowered by `{each.id}`")


def _spec(name: str, when: Has | AllOf) -> FindingSpec:
    return FindingSpec(id=name, title=name, when=when, confidence=Confidence.LOW)


def _probe(rule: Rule, findings: tuple[FindingSpec, ...]) -> Rule:
    return replace(rule, findings=findings, exceptions=(), status=RuleStatus.ENFORCE)


def _found(probe: Rule, spans: Example) -> set[str]:
    findings, _ = detect(compile_rules([probe]), spans, min(probe.directions), min(probe.channels))
    return {each.id for each in findings}


def _lint_prefilter(pattern: Regex, path: Path, examples: Sequence[Example], source: Source) -> None:
    """A match without any of the words would be lost wherever the words are not in the message by chance."""
    literals, expression = [fold_phrase(each) for each in pattern.prefilter], compiled(pattern.pattern)
    for text in (span.text for example in examples for span in example):
        try:
            matches = [match.group() for match in expression.finditer(text, timeout=_SECONDS) if match.group()]
        except TimeoutError:
            continue
        folded = (normalise(match).text for match in matches)
        if any(not any(literal in each for literal in literals) for each in folded):
            source.error("wrong-prefilter", path, "an example has a match that contains none of these words")
            return


def lint_lexicons(
    lexicons: Iterable[tuple[LexiconDocument, Source]], documents: Sequence[RuleDocument | GrammarDocument]
) -> None:
    """Shared lists: doubled words, and lists that no rule uses. Files without any rule say nothing about that."""
    patterns = [each for document in documents for each in document.patterns.values()]
    phrases = [each for each in patterns if isinstance(each, PhrasePattern)]
    used = {name for each in phrases for name in (*each.use, *each.not_before.use, *each.not_behind.use)}
    for document, source in lexicons:
        for name, words in document.lexicons.items():
            _lint_words(words, ("lexicons", name), source)
            _lint_cancelled(words, ("lexicons", name), source)
            if documents and name not in used:
                source.warning("unused-lexicon", ("lexicons", name), f"no rule uses the lexicon `{name}`")
