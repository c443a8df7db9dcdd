"""Rule entries -> rules. Every name must lead somewhere, every pattern must compile, nothing may match everything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
    names_in,
)
from leakguard.notation.diagnostics import Path, Source
from leakguard.notation.times import BadTime, instant
from leakguard.rulebook.schema import (
    ConditionObject,
    ContextEntry,
    ExceptionEntry,
    FigurePattern,
    FindingEntry,
    GrammarDocument,
    InlineRelease,
    LexiconDocument,
    Neighbours,
    PatternEntry,
    PeriodPattern,
    PhrasePattern,
    RegexPattern,
    ReleaseTimePattern,
    RuleDocument,
    WordsEntry,
)

Lexicons = Mapping[str, WordsEntry]


def add_lexicons(lexicons: dict[str, WordsEntry], document: LexiconDocument, source: Source) -> None:
    for name, words in document.lexicons.items():
        if name in lexicons:
            source.error("duplicate-id", ("lexicons", name), f"there is already a lexicon `{name}`")
        lexicons[name] = words


@dataclass(frozen=True, slots=True)
class Grammar:
    """What rules inherit, with the places of its own mistakes."""

    document: GrammarDocument
    source: Source


def read_rule(
    document: RuleDocument,
    scope: Scope,
    lexicons: Lexicons,
    source: Source,
    grammar: Grammar | None = None,
    release_times: tuple[str, ...] = (),
) -> Rule:
    """The rule of a document, with what it inherits. What is wrong goes to the report; the rule must not be used then.

    release_times: how people say when the releases of the scope lift.
    """
    reader = _RuleReader(lexicons, source, {}, {}, release_times)
    layers: list[tuple[RuleDocument | GrammarDocument, Source]] = [(document, source)]
    if grammar is not None:
        layers.append((grammar.document, grammar.source))
        _refuse_replaced(document, grammar.document, source)
    for layer, own in layers:
        reader.read_patterns(layer, own)
    reader.refuse_empty(document, source)
    for layer, own in layers:
        reader.read_contexts(layer, own)
    findings = tuple(each for layer, own in layers for each in reader.findings(layer, own))
    reader.source = source
    exceptions = tuple(
        each for number, entry in enumerate(document.exceptions) for each in reader.exception(entry, number)
    )
    reader.refuse_twice("findings", [each.id for each in findings])
    reader.refuse_twice("exceptions", [each.id for each in document.exceptions])
    if not findings:
        source.error("missing-key", (), "a rule has `findings`, its own or those of a `grammar`")
    rule = Rule(
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
    for layer, own in layers:
        reader.warn_unused(layer, own, rule)
    return rule


def _refuse_replaced(document: RuleDocument, grammar: GrammarDocument, source: Source) -> None:
    """A rule adds to its grammar. What it would replace, the findings of the grammar count on."""
    for name, entry in document.patterns.items():
        inherited = grammar.patterns.get(name)
        if inherited is not None and inherited.kind != entry.kind:
            sentence = f"`{name}` is a {inherited.kind} in the grammar; a rule adds to it and cannot replace it"
            source.error("wrong-type", ("patterns", name), sentence)
    for name in document.contexts:
        if name in grammar.contexts:
            sentence = f"the grammar has a context `{name}`; give this one another name"
            source.error("duplicate-id", ("contexts", name), sentence)


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
    """source: of the document that is being read."""

    lexicons: Lexicons
    source: Source
    patterns: dict[str, Pattern]
    contexts: dict[str, Context]
    release_times: tuple[str, ...]

    def read_patterns(self, document: RuleDocument | GrammarDocument, source: Source) -> None:
        """Those of a rule first, then those of its grammar: words under one name are taken together."""
        self.source = source
        harmless = tuple(document.except_) if isinstance(document, RuleDocument) else ()
        for name, entry in document.patterns.items():
            pattern = self._pattern(entry, ("patterns", name), harmless)
            own = self.patterns.get(name)
            self.patterns[name] = pattern if own is None else _together(own, pattern)
        for name in document.expects if isinstance(document, GrammarDocument) else ():
            self.patterns.setdefault(name, Phrase(any_of=()))

    def refuse_empty(self, document: RuleDocument, source: Source) -> None:
        for name, entry in document.patterns.items():
            pattern = self.patterns[name]
            if (
                isinstance(entry, PhrasePattern)
                and isinstance(pattern, Phrase)
                and not pattern.any_of
                and not entry.use
            ):
                source.error("empty", ("patterns", name), "a phrase pattern needs words: `any` or `use`")

    def _pattern(self, entry: PatternEntry, path: Path, harmless: tuple[str, ...]) -> Pattern:
        roles = tuple(map(Role, entry.in_))
        match entry:
            case PhrasePattern():
                return self._phrase(entry, path, harmless)
            case RegexPattern():
                return self._regex(entry, path)
            case PeriodPattern():
                return NamedPeriod(roles=roles)
            case ReleaseTimePattern():
                return Phrase(any_of=self.release_times, common=True, roles=roles)
            case FigurePattern():
                if entry.from_ == "release":
                    sentence = "figures cannot be registered yet; this matches in the rule's own tests only"
                    self.source.warning("no-figures", path, sentence)
                return Figure(registered=entry.from_ == "release", roles=roles)

    def _phrase(self, entry: PhrasePattern, path: Path, harmless: tuple[str, ...]) -> Phrase:
        lexicons = self._lexicons(entry.use, path)
        for number, phrase in enumerate(entry.any):
            if not fold_phrase(phrase.removesuffix("*")):
                self.source.error("empty", (*path, "any", number), "nothing of this phrase is left to look for")
        return Phrase(
            any_of=(*entry.any, *(word for each in lexicons for word in each.any)),
            harmless=(*entry.except_, *harmless, *(word for each in lexicons for word in each.except_)),
            not_before=self._neighbours(entry.not_before, (*path, "not_before")),
            not_behind=self._neighbours(entry.not_behind, (*path, "not_behind")),
            common=bool(entry.use),
            roles=tuple(map(Role, entry.in_)),
        )

    def _lexicons(self, names: Sequence[str], path: Path) -> list[WordsEntry]:
        for number, name in enumerate(names):
            if name not in self.lexicons:
                self.source.error("unknown-lexicon", (*path, "use", number), f"there is no lexicon `{name}`")
        return [self.lexicons[name] for name in names if name in self.lexicons]

    def _neighbours(self, entry: Neighbours, path: Path) -> tuple[str, ...]:
        return (*entry.any, *(word for each in self._lexicons(entry.use, path) for word in each.any))

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

    def read_contexts(self, document: RuleDocument | GrammarDocument, source: Source) -> None:
        """Those of a rule first."""
        self.source = source
        for name, context in document.contexts.items():
            self.contexts.setdefault(name, self._context(name, context))

    def findings(self, document: RuleDocument | GrammarDocument, source: Source) -> Iterator[FindingSpec]:
        self.source = source
        for number, entry in enumerate(document.findings):
            yield self.finding(entry, ("findings", number))

    def _context(self, name: str, entry: ContextEntry) -> Context:
        path: Path = ("contexts", name)
        return Context(
            id=name,
            title=entry.title,
            when=self.condition(entry.when, (*path, "when")),
            to=Confidence(entry.to),
            reach=Reach(entry.reach),
            unless=self.condition(entry.unless, (*path, "unless")) if entry.unless is not None else None,
            another_time=entry.another_time,
        )

    def finding(self, entry: FindingEntry, path: Path) -> FindingSpec:
        when = self.condition(entry.when, (*path, "when"))
        if needed(when, self.patterns) is None:
            sentence = (
                "this condition can hold for a message without any of the rule's words; it would match everything"
            )
            self.source.error("always-true", (*path, "when"), sentence)
        if entry.counts_for != "senders_with_access" and any(map(self._is_registered, names_in(when))):
            sentence = "a registered figure would tell the true value; say `counts_for: senders_with_access`"
            self.source.error("oracle", (*path, "when"), sentence)
        contexts = tuple(self.contexts) if entry.lowered_by is None else tuple(entry.lowered_by)
        for number, name in enumerate(contexts):
            if name not in self.contexts:
                known = ", ".join(self.contexts) or "none"
                sentence = f"there is no context `{name}`; this rule has {known}"
                self.source.error("unknown-context", (*path, "lowered_by", number), sentence)
        return FindingSpec(
            id=entry.id,
            title=entry.title,
            when=when,
            confidence=Confidence(entry.confidence),
            counts_for=CountsFor(entry.counts_for),
            may_restate=entry.may_restate,
            lowered_by=tuple(self.contexts[name] for name in contexts if name in self.contexts),
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
            b = self.condition(entry.near.b, (*path, "near", "b"))
            same = entry.near.same
            return Near(a, b, entry.near.words, in_sentence=same == "sentence", goes_on=same == "thought")
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

    def warn_unused(
        self,
        document: RuleDocument | GrammarDocument,
        source: Source,
        rule: Rule,
    ) -> None:
        used = rule.names_used()
        contexts = {context.id for each in rule.findings for context in each.lowered_by}
        for name in document.patterns:
            if name not in used:
                source.warning("unused-pattern", ("patterns", name), f"nothing uses the pattern `{name}`")
        for name in document.contexts:
            if name not in contexts:
                source.warning("unused-context", ("contexts", name), f"nothing is lowered by the context `{name}`")


def _together(own: Pattern, inherited: Pattern) -> Pattern:
    """The words of both. What is no phrase is refused elsewhere."""
    if not isinstance(own, Phrase) or not isinstance(inherited, Phrase):
        return own
    return Phrase(
        any_of=(*inherited.any_of, *own.any_of),
        harmless=(*inherited.harmless, *own.harmless),
        not_before=(*inherited.not_before, *own.not_before),
        not_behind=(*inherited.not_behind, *own.not_behind),
        common=inherited.common,
        roles=own.roles or inherited.roles,
    )
