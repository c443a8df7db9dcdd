"""Runs a detector over what was extracted: spans in, findings out, and a gap for every rule that ran out of time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property

from leakguard.detect.compile import (
    Atom,
    CompiledPattern,
    CompiledPhrase,
    CompiledRegex,
    CompiledRule,
    Detector,
    Edge,
    Key,
    Literals,
)
from leakguard.detect.conditions import Evaluator, HitsOf, Match
from leakguard.detect.contexts import Setting, Surroundings
from leakguard.detect.figures import find_figures, same_figure
from leakguard.detect.page import Hit, Page, excerpt, lay_out
from leakguard.detect.periods import Named, named_periods
from leakguard.detect.regexes import Budget, Clock, regex_hits, stopped
from leakguard.detect.ruler import Ruler
from leakguard.detect.sections import Sections
from leakguard.model.content import Confidence, Finding, Gap, GapKind, Role, Span, Spot
from leakguard.model.message import Channel, Direction
from leakguard.model.rule import (
    Condition,
    Context,
    ExceptionSpec,
    Figure,
    FindingSpec,
    NamedPeriod,
    RuleStatus,
)

_MOST_SHOWN = 20  # matches of one finding

Detected = tuple[tuple[Finding, ...], tuple[Gap, ...]]


def detect(
    detector: Detector, spans: Sequence[Span], direction: Direction, channel: Channel, clock: Clock = stopped
) -> Detected:
    """Every finding of every rule that applies to this direction and channel, and what could not be evaluated.

    clock: seconds, for durations only; without one, a pattern counts as slow only when it runs out of its time.
    """
    page = lay_out(spans, detector.vocabulary, detector.margin)
    gaps = [
        Gap(part=span.part, kind=GapKind.TOO_MANY, detail="disguised words")
        for span, reading in zip(page.spans, page.readings, strict=True)
        if reading is not None and reading.is_cut
    ]
    hits = hits_by_atom(detector.atoms, page.text)
    awake = detector.always.union(*map(detector.wakes.__getitem__, hits))
    if not awake:
        return (), tuple(gaps)
    scan = Scan(page, hits, detector, clock, spans)
    findings: list[Finding] = []
    for number in sorted(awake):
        compiled = detector.rules[number]
        if direction not in compiled.rule.directions or channel not in compiled.rule.channels:
            continue
        found, complete = _find(compiled, scan)
        findings += found
        if _is_cut(compiled, scan.evaluator, found):
            gaps.append(Gap(part=compiled.rule.id, kind=GapKind.TOO_MANY, detail="matches of a rule"))
        if not complete:
            detail = "a pattern of this rule took too long"
            gaps.append(Gap(part=compiled.rule.id, kind=GapKind.TIMED_OUT, detail=detail))
    return tuple(findings), tuple(gaps)


def _is_cut(compiled: CompiledRule, evaluator: Evaluator, found: Sequence[Finding]) -> bool:
    """Whether what was not looked at could say more than what was found. Of what counts `low` one match is as good as
    all, but none is not: there may be one.
    """
    names = {each.id for each in found}
    return any(
        evaluator.is_cut(condition)
        for spec, condition in zip(compiled.rule.findings, compiled.conditions, strict=True)
        if spec.confidence is not Confidence.LOW or spec.id not in names
    )


class Scan:
    """One message being looked at. What several rules ask is worked out once, and only when one does."""

    def __init__(
        self, page: Page, hits: dict[Atom, list[Hit]], detector: Detector, clock: Clock, spans: Sequence[Span]
    ) -> None:
        self.page = page
        self._numbers = {id(span): number for number, span in enumerate(spans)}
        self.sections = Sections(page, not detector.standing.isdisjoint(hits))
        self.hits_by_atom = hits
        self.atoms = frozenset(hits)
        self.surroundings = Surroundings(page, lambda: self.periods)
        self.evaluator = self._evaluator(self.hits_of)
        self._patterns = detector.patterns
        self._budget = Budget(clock, len(page.text))
        self._known: dict[Key, Sequence[Hit] | None] = {}
        self._present: dict[CompiledPhrase, bool] = {}
        self._phrases: dict[CompiledPhrase, list[Hit]] = {}
        self._regexes: dict[CompiledRegex, list[Hit] | None] = {}
        self._shown: dict[Match, _Shown] = {}

    @cached_property
    def figures(self) -> list[Hit]:
        return find_figures(self.page.text)

    @cached_property
    def periods(self) -> list[Named]:
        named = named_periods(self.page.text)
        reliable = set(self.page.reliable([hit for hit, _ in named]))
        return [each for each in named if each[0] in reliable]

    @cached_property
    def ruler(self) -> Ruler:
        return Ruler(self.page.text)

    @cached_property
    def apart(self) -> Scan:
        """The same message without what standing text says: whatever is found now is found without its help."""
        other = copy(self)
        other.evaluator = self._evaluator(lambda key: self.sections.outside(self.hits_of(key)))
        return other

    def _evaluator(self, hits_of: HitsOf) -> Evaluator:
        return Evaluator(hits_of, lambda: self.ruler, lambda: self.surroundings.sentences, self.page.is_copy)

    def hits_of(self, key: Key) -> Sequence[Hit]:
        """Raises TimeoutError, each time, for a pattern that ran out of it."""
        if key not in self._known:
            self._known[key] = None
            self._known[key] = self._seek(self._patterns[key])
        hits = self._known[key]
        if hits is None:
            raise TimeoutError
        return hits

    def _seek(self, one: CompiledPattern) -> Sequence[Hit]:
        pattern, hits = one.pattern, self.figures if isinstance(one.pattern, Figure) else []
        if isinstance(pattern, NamedPeriod):
            hits = [hit for hit, _ in self.periods]
        if isinstance(one.compiled, CompiledPhrase):
            hits = self._phrase(one.compiled)
        elif isinstance(one.compiled, CompiledRegex):
            hits = self._regex(one.compiled)
        elif isinstance(pattern, Figure) and pattern.registered:
            hits = [hit for hit in hits if same_figure(self.page.text[slice(*hit)], pattern.figures)]
        reliable = self.page.reliable(hits)
        return _in_roles(reliable, pattern.roles, self.page) if pattern.roles else reliable

    def _phrase(self, phrase: CompiledPhrase) -> list[Hit]:
        if phrase not in self._phrases:
            self._phrases[phrase] = _phrase_hits(phrase, self.hits_by_atom, self.atoms)
        return self._phrases[phrase]

    def may_have(self, phrase: CompiledPhrase) -> bool:
        """Whether a word of a phrase occurs, harmless or not."""
        if phrase not in self._present:
            self._present[phrase] = not phrase.atoms.isdisjoint(self.atoms)
        return self._present[phrase]

    def _regex(self, one: CompiledRegex) -> list[Hit]:
        if one not in self._regexes:
            self._regexes[one] = None
            self._regexes[one] = regex_hits(one, self.hits_by_atom, self.page, self._budget)
        hits = self._regexes[one]
        if hits is None:
            raise TimeoutError
        return hits

    def shown(self, match: Match) -> _Shown:
        if match not in self._shown:
            places = [piece for hit in match for piece in self.page.original(hit)]
            self._shown[match] = _Shown(
                part="; ".join(dict.fromkeys(span.part for span, _, _ in places)),
                place="; ".join(dict.fromkeys(self.sections.place_of(*piece) for piece in places)),
                text=excerpt(span.text[start:end] for span, start, end in places),
                spots=tuple(dict.fromkeys(Spot(self._numbers[id(span)], start, end) for span, start, end in places)),
            )
        return self._shown[match]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A match, for a reader."""

    part: str
    place: str
    text: str
    spots: tuple[Spot, ...]


def hits_by_atom(literals: Literals, text: str) -> dict[Atom, list[Hit]]:
    """Where each literal stands as it must."""
    hits: dict[Atom, list[Hit]] = {}
    if literals.matcher is None:
        return hits
    edges = literals.edges
    for atom, start, end in literals.matcher.find_matches_as_indexes(text, overlapping=True):
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
        (spec, condition)
        for spec, condition, needs in zip(compiled.rule.findings, compiled.conditions, compiled.needs, strict=True)
        if all(any(map(scan.may_have, group)) for group in needs)
    ]
    if not possible:
        return [], True
    reader = _Reader(compiled, scan)
    found = _matches(possible, reader)
    if not found:
        return [], not reader.slow
    standing = {each for each in found if scan.sections.is_standing(each[1])}
    if standing:  # the nearest words may be those of a caveat, and others stand beside them
        apart = _matches(possible, _Reader(compiled, scan.apart))
        standing = standing.difference(apart)
        found = list(dict.fromkeys((*found, *apart)))
    lowering = _lowering(compiled, reader)
    specs = {spec.id: spec for spec, _ in possible}
    placed = [_Placed(specs[name], match, reader.setting(specs[name], match)) for name, match in found]
    findings = [
        scan.sections.weighed(
            _finding(compiled, each, reader, lowering), each.match, (each.spec.id, each.match) in standing
        )
        for each in _surest(placed, standing)
    ]
    return findings, not reader.slow


@dataclass(frozen=True, slots=True)
class _Placed:
    """A match of a finding, with what it stands in."""

    spec: FindingSpec
    match: Match
    setting: Setting


def _surest(placed: Sequence[_Placed], standing: Container[tuple[str, Match]]) -> list[_Placed]:
    """The matches of each finding worth showing, in text order: the surest, however many weaker stand before."""
    if len(placed) <= _MOST_SHOWN:
        return list(placed)
    kept: list[int] = []
    for name in dict.fromkeys(each.spec.id for each in placed):
        numbers = [number for number, each in enumerate(placed) if each.spec.id == name]
        if len(numbers) > _MOST_SHOWN:
            numbers.sort(key=lambda number: _rank(placed[number], standing))
        kept += numbers[:_MOST_SHOWN]
    return [placed[number] for number in sorted(kept)]


def _rank(each: _Placed, standing: Container[tuple[str, Match]]) -> tuple[bool, int, bool]:
    return ((each.spec.id, each.match) in standing, *each.setting.rank(each.spec.confidence))


def _matches(possible: Sequence[tuple[FindingSpec, Condition]], reader: _Reader) -> list[tuple[str, Match]]:
    """The id of each finding with each match that is no mere copy of another."""
    is_copy = reader.scan.page.is_copy
    evaluated = [(spec.id, reader.evaluate(condition)) for spec, condition in possible]
    return [
        (name, match)
        for name, matches in evaluated
        for match in matches or ()
        if match and not all(map(is_copy, match))
    ]


class _Reader:
    """One rule on one message. slow: whether a pattern of it ran out of time."""

    def __init__(self, compiled: CompiledRule, scan: Scan) -> None:
        self.compiled = compiled
        self.scan = scan
        self.slow = False

    def evaluate(self, condition: Condition) -> tuple[Match, ...] | None:
        """A condition that needs a slow pattern does not hold, and the caller makes a gap of it."""
        try:
            return self.scan.evaluator.evaluate(condition)
        except TimeoutError:
            self.slow = True
            return None

    def setting(self, spec: FindingSpec, match: Match) -> Setting:
        return self.scan.surroundings.setting(self.compiled, spec, match, self._places)

    def _places(self, condition: Condition) -> list[Hit] | None:
        evaluator = self.scan.evaluator
        try:
            places = evaluator.places(condition)
            return None if evaluator.are_places_cut(condition) else places
        except TimeoutError:
            self.slow = True
            return None


def _in_roles(hits: Sequence[Hit], roles: tuple[Role, ...], page: Page) -> list[Hit]:
    return [hit for hit in hits if page.spans[page.index_at(hit[0])].role in roles]


def _phrase_hits(phrase: CompiledPhrase, found: dict[Atom, list[Hit]], atoms: frozenset[Atom]) -> list[Hit]:
    hits = sorted({hit for atom in phrase.atoms & atoms for hit in found[atom]})
    if hits and (phrase.not_before or phrase.not_behind):
        next_words = {start - 1 for atom in phrase.not_before & atoms for start, _ in found[atom]}
        last_words = {end + 1 for atom in phrase.not_behind & atoms for _, end in found[atom]}
        hits = [(start, end) for start, end in hits if end not in next_words and start not in last_words]
    if not hits or not phrase.harmless:
        return hits
    harmless = _merged(hit for atom in phrase.harmless & atoms for hit in found[atom])
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


def _lowering(compiled: CompiledRule, reader: _Reader) -> ExceptionSpec | None:
    """The exception that lowers most, of those whose condition holds; of several such, the one that lasts longest."""
    order = (Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW)
    exceptions = zip(compiled.rule.exceptions, compiled.exceptions, strict=True)
    holding = (each for each, condition in exceptions if reader.evaluate(condition) is not None)
    return max(holding, key=lambda each: (order.index(each.lower_to), each.expires_at), default=None)


def _finding(compiled: CompiledRule, placed: _Placed, reader: _Reader, exception: ExceptionSpec | None) -> Finding:
    rule, spec, setting = compiled.rule, placed.spec, placed.setting
    shown, disguises = reader.scan.shown(placed.match), reader.scan.page.disguises(placed.match)
    return Finding(
        rule=rule.id,
        id=spec.id,
        title=spec.title,
        scope=rule.scope,
        confidence=setting.confidence(spec.confidence),
        counts_for=spec.counts_for,
        may_restate=spec.may_restate,
        lowered_to=exception.lower_to if exception else None,
        lowered_until=exception.expires_at if exception else None,
        about=setting.about,
        elsewhere=setting.elsewhere(spec.confidence),
        shadow=rule.status is RuleStatus.SHADOW,
        part=shown.part,
        place=shown.place,
        text=shown.text,
        because=_because(spec, disguises, setting.contexts),
        spots=shown.spots,
        disguises=disguises,
    )


def _because(spec: FindingSpec, disguises: tuple[str, ...], contexts: Sequence[Context]) -> str:
    notes = [f"written in disguise ({', '.join(disguises)})"] if disguises else []
    notes += [f"counts less where {each.title}" for each in contexts]
    return "; ".join((spec.title, *notes))
