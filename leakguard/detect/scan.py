"""Runs a detector over what was extracted: spans in, findings out, and a gap for every rule that ran out of time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property

import regex

from leakguard.detect.compile import Atom, CompiledPhrase, CompiledRule, Detector, Edge, Literals
from leakguard.detect.conditions import Evaluator, Match
from leakguard.detect.figures import find_figures, same_figure
from leakguard.detect.normalise import fold_phrase
from leakguard.detect.page import Hit, Page, lay_out
from leakguard.detect.ruler import Ruler
from leakguard.model.content import Confidence, Finding, Gap, GapKind, Role, Span, lower
from leakguard.model.message import Channel, Direction
from leakguard.model.rule import Condition, ExceptionSpec, Figure, FindingSpec, Phrase, Regex, RuleStatus

REGEX_SECONDS = 0.05  # per pattern and span; a pattern that needs longer is a gap, never "no match"
_LONGEST_EXCERPT = 300

Detected = tuple[tuple[Finding, ...], tuple[Gap, ...]]


def detect(detector: Detector, spans: Sequence[Span], direction: Direction, channel: Channel) -> Detected:
    """Every finding of every rule that applies to this direction and channel, and what could not be evaluated."""
    page = lay_out(spans)
    awake = set(detector.always).union(*(detector.wakes[atom] for atom in hits_by_atom(detector.wakers, page.text)))
    if not awake:
        return (), ()
    scan = Scan(page, hits_by_atom(detector.atoms, page.text), detector)
    findings: list[Finding] = []
    gaps: list[Gap] = []
    for number in sorted(awake):
        compiled = detector.rules[number]
        if direction not in compiled.rule.directions or channel not in compiled.rule.channels:
            continue
        found, complete = _find(compiled, scan)
        findings += found
        if not complete:
            detail = "a pattern of this rule took too long"
            gaps.append(Gap(part=compiled.rule.id, kind=GapKind.TIMED_OUT, detail=detail))
    return tuple(findings), tuple(gaps)


class Scan:
    """One message being looked at. What several rules ask is worked out once, and only when one does."""

    def __init__(self, page: Page, hits: dict[Atom, list[Hit]], detector: Detector) -> None:
        self.page = page
        self.hits_by_atom = hits
        self.present = frozenset(phrase for atom in hits for phrase in detector.phrases[atom])
        self._phrases: dict[CompiledPhrase, list[Hit]] = {}
        self._regexes: dict[str, list[Hit] | None] = {}

    @cached_property
    def figures(self) -> list[Hit]:
        return find_figures(self.page.text)

    @cached_property
    def ruler(self) -> Ruler:
        return Ruler(self.page.text)

    def phrase(self, phrase: CompiledPhrase) -> list[Hit]:
        if phrase not in self._phrases:
            self._phrases[phrase] = _phrase_hits(phrase, self.hits_by_atom)
        return self._phrases[phrase]

    def regex(self, compiled: CompiledRule, name: str, prefilter: tuple[str, ...]) -> list[Hit]:
        """Raises TimeoutError, for every rule that has the pattern."""
        pattern = compiled.regexes[name]
        if pattern.pattern not in self._regexes:
            self._regexes[pattern.pattern] = None
            self._regexes[pattern.pattern] = _regex_hits(pattern, prefilter, self.page)
        hits = self._regexes[pattern.pattern]
        if hits is None:
            raise TimeoutError(name)
        return hits


def hits_by_atom(literals: Literals, text: str) -> dict[Atom, list[Hit]]:
    """Where each literal stands as it must."""
    hits: dict[Atom, list[Hit]] = {}
    if literals.automaton is None:
        return hits
    edges = literals.edges
    for atom, start, end in literals.automaton.find_matches_as_indexes(text, overlapping=True):
        hit = _standing(text, start, end, edges[atom])
        if hit is not None:
            hits.setdefault(atom, []).append(hit)
    return hits


def _standing(text: str, start: int, end: int, edge: Edge) -> Hit | None:
    """The hit, widened to its word for a stem, if it stands as its edge demands."""
    if edge is Edge.ANYWHERE:
        return start, end
    if start and text[start - 1].isalnum() and text[start].isalnum():
        return None
    if end == len(text) or not (text[end].isalnum() and text[end - 1].isalnum()):
        return start, end
    if edge is Edge.WORD:
        return None
    while end < len(text) and text[end].isalnum():
        end += 1
    return start, end


def _find(compiled: CompiledRule, scan: Scan) -> tuple[list[Finding], bool]:
    """What a rule finds, and whether all of it could be evaluated: one slow pattern must not hide what others find."""
    possible = [
        spec
        for spec, needs in zip(compiled.rule.findings, compiled.needs, strict=True)
        if not any(map(scan.present.isdisjoint, needs))
    ]
    if not possible:
        return [], True
    reader = _Reader(compiled, scan)
    matched = [(spec, reader.evaluate(spec.when)) for spec in possible]
    found: list[Finding] = []
    if any(matches for _, matches in matched):
        lowering = _lowering(compiled, reader)
        found = [
            _finding(compiled, spec, match, reader, lowering)
            for spec, matches in matched
            for match in matches or ()
            if match
        ]
    return found, not reader.slow


class _Reader:
    """One rule's conditions on one message. slow: patterns that ran out of time."""

    def __init__(self, compiled: CompiledRule, scan: Scan) -> None:
        self.compiled = compiled
        self.scan = scan
        self.slow: set[str] = set()
        self._known: dict[str, Sequence[Hit]] = {}
        self._evaluator = Evaluator(self.hits_of, lambda: scan.ruler)

    def evaluate(self, condition: Condition) -> tuple[Match, ...] | None:
        """A condition that needs a slow pattern does not hold, and the caller makes a gap of it."""
        try:
            return self._evaluator.evaluate(condition)
        except TimeoutError:
            return None

    def hits_of(self, name: str) -> Sequence[Hit]:
        if name not in self._known:
            try:
                self._known[name] = _pattern_hits(self.compiled, name, self.scan)
            except TimeoutError:
                self.slow.add(name)
                raise
        return self._known[name]

    def is_beside(self, match: Match, name: str, words: int) -> bool:
        try:
            contexts = self.hits_of(name)
        except TimeoutError:
            return False
        return any(_beside(self.scan.ruler, hit, context, words) for context in contexts for hit in match)


def _pattern_hits(compiled: CompiledRule, name: str, scan: Scan) -> Sequence[Hit]:
    pattern = compiled.rule.patterns[name]
    match pattern:
        case Phrase():
            hits = scan.phrase(compiled.phrases[name])
        case Regex(prefilter=prefilter):
            hits = scan.regex(compiled, name, prefilter)
        case Figure(registered=True, figures=figures):
            hits = [hit for hit in scan.figures if same_figure(scan.page.text[slice(*hit)], figures)]
        case Figure():
            hits = scan.figures
    return _in_roles(hits, pattern.roles, scan.page) if pattern.roles else hits


def _in_roles(hits: Sequence[Hit], roles: tuple[Role, ...], page: Page) -> list[Hit]:
    return [hit for hit in hits if page.spans[page.index_at(hit[0])].role in roles]


def _phrase_hits(phrase: CompiledPhrase, found: dict[Atom, list[Hit]]) -> list[Hit]:
    hits = sorted({hit for atom in found if atom in phrase.atoms for hit in found[atom]})
    if not hits:
        return hits
    harmless = _merged(hit for atom in found if atom in phrase.harmless for hit in found[atom])
    if not harmless:
        return hits
    ends = [end for _, end in harmless]
    first_behind = (bisect_right(ends, start) for start, _ in hits)
    return [
        hit
        for hit, index in zip(hits, first_behind, strict=True)
        if index == len(harmless) or harmless[index][0] >= hit[1]
    ]


def _merged(hits: Iterable[Hit]) -> list[Hit]:
    """The same characters as intervals that do not overlap, in text order."""
    merged: list[Hit] = []
    for start, end in sorted(hits):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _regex_hits(pattern: regex.Pattern[str], prefilter: tuple[str, ...], page: Page) -> list[Hit]:
    """Hits in the text of each span as written and in its canonical form: authors write for the one, disguise needs
    the other. A match never leaves its span.
    """
    literals = [fold_phrase(each) for each in prefilter]
    if literals and not any(each in page.text for each in literals):
        return []
    hits: set[Hit] = set()
    for index, span in enumerate(page.spans):
        for match in pattern.finditer(span.text, timeout=REGEX_SECONDS):
            if match.end() > match.start():
                hits.add(page.canonical(index, match.start(), match.end()))
        base = page.offsets[index]
        for match in pattern.finditer(page.views[index].text, timeout=REGEX_SECONDS):
            if match.end() > match.start():
                hits.add((base + match.start(), base + match.end()))
    return sorted(hits)


def _lowering(compiled: CompiledRule, reader: _Reader) -> ExceptionSpec | None:
    """The exception that lowers most, of those whose condition holds; of several such, the one that lasts longest."""
    order = (Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW)
    holding = (each for each in compiled.rule.exceptions if reader.evaluate(each.when) is not None)
    return max(holding, key=lambda each: (order.index(each.lower_to), each.expires_at), default=None)


def _finding(
    compiled: CompiledRule,
    spec: FindingSpec,
    match: Match,
    reader: _Reader,
    exception: ExceptionSpec | None,
) -> Finding:
    rule = compiled.rule
    places = [piece for hit in match for piece in reader.scan.page.original(hit)]
    excerpts = (span.text[start : min(end, start + _LONGEST_EXCERPT)] for span, start, end in places)
    return Finding(
        rule=rule.id,
        id=spec.id,
        title=spec.title,
        scope=rule.scope,
        confidence=_confidence(spec, match, reader),
        counts_for=spec.counts_for,
        may_restate=spec.may_restate,
        lowered_to=exception.lower_to if exception else None,
        lowered_until=exception.expires_at if exception else None,
        shadow=rule.status is RuleStatus.SHADOW,
        part="; ".join(dict.fromkeys(span.part for span, _, _ in places)),
        place="; ".join(dict.fromkeys(span.place_at(start) for span, start, _ in places)),
        text=" … ".join(dict.fromkeys(excerpts)),
        because=spec.title,
    )


def _confidence(spec: FindingSpec, match: Match, reader: _Reader) -> Confidence:
    confidence = spec.confidence
    for lowering in spec.lowered_by:
        if reader.is_beside(match, lowering.near, lowering.words):
            confidence = lower(confidence, lowering.to)
    return confidence


def _beside(ruler: Ruler, hit: Hit, context: Hit, words: int) -> bool:
    if context[0] < hit[1] and hit[0] < context[1]:
        return True
    apart = ruler.distance(hit, context)
    return apart is not None and apart <= words
