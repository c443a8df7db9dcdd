"""Rule entries -> rules. Every name must lead somewhere, every pattern must compile, nothing may match everything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import regex

from leakguard.detect.compile import needed
from leakguard.detect.normalise import fold_phrase
from leakguard.model.content import Confidence, CountsFor, Role, Scope
from leakguard.model.ids import ReleaseId, RuleId
from leakguard.model.message import Channel, Direction
from leakguard.model.rule import (
    AllOf,
    AnyOf,
    Condition,
    Count,
    ExceptionSpec,
    Figure,
    FindingSpec,
    Has,
    Lowering,
    Near,
    Not,
    Pattern,
    Phrase,
    Regex,
    Rule,
    RuleStatus,
)
from leakguard.notation.diagnostics import Path, Source
from leakguard.notation.times import BadTime, instant
from leakguard.rulebook.schema import (
    ConditionObject,
    ExceptionEntry,
    FigurePattern,
    FindingEntry,
    InlineRelease,
    LexiconDocument,
    PhrasePattern,
    RegexPattern,
    RuleDocument,
    WordsEntry,
)

Lexicons = Mapping[str, WordsEntry]


def add_lexicons(lexicons: dict[str, WordsEntry], document: LexiconDocument, source: Source) -> None:
    for name, words in document.lexicons.items():
        if name in lexicons:
            source.error("duplicate-id", ("lexicons", name), f"there is already a lexicon `{name}`")
        lexicons[name] = words


def read_rule(document: RuleDocument, scope: Scope, lexicons: Lexicons, source: Source) -> Rule:
    """The rule of a document. What is wrong with it goes to the report; such a rule must not be used."""
    reader = _RuleReader(document, lexicons, source, {})
    reader.read_patterns()
    findings = tuple(reader.finding(entry, ("findings", number)) for number, entry in enumerate(document.findings))
    exceptions = tuple(
        each for number, entry in enumerate(document.exceptions) for each in reader.exception(entry, number)
    )
    reader.refuse_twice("findings", [each.id for each in document.findings])
    reader.refuse_twice("exceptions", [each.id for each in document.exceptions])
    reader.warn_unused(findings, exceptions)
    return Rule(
        id=RuleId(document.id),
        version=document.version,
        title=document.title,
        owner=document.owner,
        status=RuleStatus(document.status),
        scope=scope,
        directions=frozenset(map(Direction, document.applies_to.directions)),
        channels=frozenset(map(Channel, document.applies_to.channels)),
        patterns=reader.patterns,
        findings=findings,
        exceptions=exceptions,
    )


def scope_of(document: RuleDocument, source: Source) -> Scope | None:
    series, release = document.applies_to.series, document.applies_to.release
    if (series is None) == (release is None):
        source.error("missing-key", ("applies_to",), "a rule applies to a `series` or to one `release`")
        return None
    if series is not None:
        return Scope(series=series)
    return Scope(release=ReleaseId(release.id if isinstance(release, InlineRelease) else str(release)))


@dataclass(slots=True)
class _RuleReader:
    document: RuleDocument
    lexicons: Lexicons
    source: Source
    patterns: dict[str, Pattern]

    def read_patterns(self) -> None:
        for name, entry in self.document.patterns.items():
            path: Path = ("patterns", name)
            match entry:
                case PhrasePattern():
                    self.patterns[name] = self._phrase(entry, path)
                case RegexPattern():
                    self.patterns[name] = self._regex(entry, path)
                case FigurePattern():
                    roles = tuple(map(Role, entry.in_))
                    self.patterns[name] = Figure(registered=entry.from_ == "release", roles=roles)
                    if entry.from_ == "release":
                        sentence = "figures cannot be registered yet; this matches in the rule's own tests only"
                        self.source.warning("no-figures", path, sentence)

    def _phrase(self, entry: PhrasePattern, path: Path) -> Phrase:
        words, harmless = list(entry.any), list(entry.except_)
        for number, name in enumerate(entry.use):
            lexicon = self.lexicons.get(name)
            if lexicon is None:
                self.source.error("unknown-lexicon", (*path, "use", number), f"there is no lexicon `{name}`")
                continue
            words += lexicon.any
            harmless += lexicon.except_
        if not entry.any and not entry.use:
            self.source.error("empty", path, "a phrase pattern needs words: `any` or `use`")
        for number, phrase in enumerate(entry.any):
            if not fold_phrase(phrase.removesuffix("*")):
                self.source.error("empty", (*path, "any", number), "nothing of this phrase is left to look for")
        return Phrase(
            any_of=tuple(words),
            harmless=tuple(harmless),
            common=bool(entry.use),
            roles=tuple(map(Role, entry.in_)),
        )

    def _regex(self, entry: RegexPattern, path: Path) -> Regex:
        at = (*path, "pattern")
        try:
            compiled = regex.compile(entry.pattern, regex.IGNORECASE | regex.VERSION0)
            if compiled.fullmatch("", timeout=1.0):
                self.source.error(
                    "matches-empty", at, "this pattern matches the empty text, so it would match everywhere"
                )
        except regex.error as problem:
            self.source.error("bad-regex", at, f"this pattern does not compile: {problem}")
            return Regex(pattern="(?!)")
        for number, literal in enumerate(entry.prefilter):
            if not fold_phrase(literal):
                sentence = "nothing of this word is left to look for, so that it says nothing about a match"
                self.source.error("empty", (*path, "prefilter", number), sentence)
        if not entry.prefilter:
            sentence = "without `prefilter` words this pattern runs over every message; name words every match contains"
            self.source.warning("no-prefilter", at, sentence)
        return Regex(pattern=entry.pattern, prefilter=tuple(entry.prefilter), roles=tuple(map(Role, entry.in_)))

    def finding(self, entry: FindingEntry, path: Path) -> FindingSpec:
        when = self.condition(entry.when, (*path, "when"))
        if needed(when, self.patterns) is None:
            sentence = (
                "this condition can hold for a message without any of the rule's words; it would match everything"
            )
            self.source.error("always-true", (*path, "when"), sentence)
        if entry.counts_for != "senders_with_access" and any(map(self._is_registered, _names(when))):
            sentence = "a registered figure would tell the true value; say `counts_for: senders_with_access`"
            self.source.error("oracle", (*path, "when"), sentence)
        lowered = []
        for number, each in enumerate(entry.lowered_by):
            self._known(each.near, (*path, "lowered_by", number, "near"))
            if each.near in self.patterns:
                lowered.append(Lowering(near=each.near, words=each.words, to=Confidence(each.to)))
        return FindingSpec(
            id=entry.id,
            title=entry.title,
            when=when,
            confidence=Confidence(entry.confidence),
            counts_for=CountsFor(entry.counts_for),
            may_restate=entry.may_restate,
            lowered_by=tuple(lowered),
        )

    def _is_registered(self, name: str) -> bool:
        pattern = self.patterns.get(name)
        return isinstance(pattern, Figure) and pattern.registered

    def exception(self, entry: ExceptionEntry, number: int) -> Iterator[ExceptionSpec]:
        path: Path = ("exceptions", number)
        when = self.condition(entry.when, (*path, "when"))
        try:
            text = entry.expires if "T" in entry.expires else f"{entry.expires}T00:00"
            expires_at = instant(text, "UTC")
        except BadTime as problem:
            self.source.error(problem.code, (*path, "expires"), str(problem))
            return
        yield ExceptionSpec(
            id=entry.id,
            reason=entry.reason,
            owner=entry.owner,
            expires_at=expires_at,
            when=when,
            lower_to=Confidence(entry.lower_to),
        )

    def condition(self, entry: str | ConditionObject, path: Path) -> Condition:
        if isinstance(entry, str):
            self._known(entry, path)
            return Has(entry)
        given = [key for key in ("near", "all", "any", "not_", "count", "phrase") if getattr(entry, key) is not None]
        if len(given) != 1:
            sentence = "a condition is a pattern's name or exactly one of near, all, any, not, count, phrase"
            self.source.error("bad-condition", path, sentence)
            self.patterns.setdefault("", Phrase(any_of=()))
            return Has("")
        return self._compound(entry, path)

    def _compound(self, entry: ConditionObject, path: Path) -> Condition:
        if entry.near is not None:
            a = self.condition(entry.near.a, (*path, "near", "a"))
            return Near(a, self.condition(entry.near.b, (*path, "near", "b")), entry.near.words)
        if entry.all is not None:
            return AllOf(tuple(self.condition(each, (*path, "all", i)) for i, each in enumerate(entry.all)))
        if entry.any is not None:
            return AnyOf(tuple(self.condition(each, (*path, "any", i)) for i, each in enumerate(entry.any)))
        if entry.not_ is not None:
            return Not(self.condition(entry.not_, (*path, "not")))
        if entry.count is not None:
            return Count(self.condition(entry.count.of, (*path, "count", "of")), entry.count.at_least)
        assert entry.phrase is not None
        if not fold_phrase(entry.phrase.removesuffix("*")):
            self.source.error("empty", (*path, "phrase"), "nothing of this phrase is left to look for")
        name = f"phrase: {entry.phrase}"
        self.patterns[name] = Phrase(any_of=(entry.phrase,))
        return Has(name)

    def _known(self, name: str, path: Path) -> None:
        if name not in self.patterns:
            known = ", ".join(each for each in self.patterns if each and not each.startswith("phrase: "))
            self.source.error("unknown-pattern", path, f"there is no pattern `{name}`; this rule has {known}")
            self.patterns[name] = Phrase(any_of=())

    def refuse_twice(self, what: str, names: list[str]) -> None:
        for number, name in enumerate(names):
            if name in names[:number]:
                self.source.error("duplicate-id", (what, number, "id"), f"`{name}` is already there")

    def warn_unused(self, findings: tuple[FindingSpec, ...], exceptions: tuple[ExceptionSpec, ...]) -> None:
        conditions = [each.when for each in findings] + [each.when for each in exceptions]
        used = {name for condition in conditions for name in _names(condition)}
        used |= {lowering.near for each in findings for lowering in each.lowered_by}
        for name in self.document.patterns:
            if name not in used:
                self.source.warning("unused-pattern", ("patterns", name), f"nothing uses the pattern `{name}`")


def _names(condition: Condition) -> Iterator[str]:
    match condition:
        case Has(pattern):
            yield pattern
        case Near(a, b, _):
            yield from _names(a)
            yield from _names(b)
        case AllOf(conditions) | AnyOf(conditions):
            for each in conditions:
                yield from _names(each)
        case Not(inner) | Count(inner, _):
            yield from _names(inner)
