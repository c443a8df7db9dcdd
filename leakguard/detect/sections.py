"""Divides what a reader sees into new text, thread, signature and standing text, and says what a match in it counts.

Divided only where something was found. A section is a label: it takes nothing out of any search.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from leakguard.detect.normalise import View
from leakguard.detect.page import Hit, Page
from leakguard.detect.standing import standing_runs
from leakguard.detect.threads import Labelled, threads
from leakguard.model.content import Confidence, Finding, Role, Section, Span, lower

_UNDIVIDED = frozenset({Role.SUBJECT, Role.NAME})
_STANDING = frozenset({Section.DISCLAIMER, Section.CAVEAT})
_FORWARDS = re.compile(r"\s*(?:fwd?|ymlaen)\s*:", re.IGNORECASE)
_BY_WEIGHT = tuple(Section)  # what counts most comes first


@dataclass(frozen=True, slots=True)
class Division:
    """starts, labels: the sections of a text, one after the other, from 0 to its end.

    examples: where standing guidance quotes directions against each other; in order, without overlaps.
    """

    starts: tuple[int, ...]
    labels: tuple[Section, ...]
    examples: tuple[tuple[int, int], ...] = field(default=())

    def sections(self, start: int, end: int) -> set[Section]:
        first = max(bisect_right(self.starts, start) - 1, 0)
        return set(self.labels[first : max(bisect_left(self.starts, end), first + 1)])

    def quotes_example(self, start: int, end: int) -> bool:
        index = bisect_right(self.examples, start, key=lambda each: each[1])
        return index < len(self.examples) and self.examples[index][0] < end


def divide(span: Span, view: View, forwards: bool = False, start: int = 0, end: int | None = None) -> Division:
    """view: the canonical text of the span. forwards: the subject says that the mail was sent on.

    start, end: where standing text is looked for, if not everywhere.
    """
    return _with_standing(_threads_of(span, forwards), span, view, start, len(span.text) if end is None else end)


def was_forwarded(spans: Iterable[Span]) -> bool:
    """Whether a subject says so."""
    return any(_FORWARDS.match(each.text) for each in spans if each.role is Role.SUBJECT)


def _threads_of(span: Span, forwards: bool) -> list[Labelled]:
    labelled: list[Labelled] = [(0, len(span.text), Section.NEW)]
    if span.role not in _UNDIVIDED:
        for layer in threads(span.text, span.quoted, forwards):
            labelled = _over(labelled, layer)
    return labelled


def _with_standing(labelled: list[Labelled], span: Span, view: View, start: int, end: int) -> Division:
    """The division as it is around a place; standing text elsewhere is not looked for."""
    if span.role in _UNDIVIDED:
        return _division(labelled)
    examples: list[tuple[int, int]] = []
    standing: list[Labelled] = []
    for run in standing_runs(view.text, view.canonical(start), max(view.canonical(end), view.canonical(start) + 1)):
        last = view.original(run.end) if run.end < len(view.text) else len(span.text)
        standing.append((view.original(run.start), last, run.section))
        examples += (view.original_span(*example) for example in run.examples)
    return _division(_over(labelled, standing), examples)


def _division(labelled: list[Labelled], examples: Sequence[tuple[int, int]] = ()) -> Division:
    joined = list(_joined(labelled)) or [(0, Section.NEW)]
    return Division(tuple(start for start, _ in joined), tuple(label for _, label in joined), tuple(examples))


def _over(below: list[Labelled], above: Sequence[Labelled]) -> list[Labelled]:
    """The labels of `above`, and those of `below` wherever `above` has none."""
    if not above:
        return below
    result: list[Labelled] = []
    index = 0
    for start, end, label in below:
        at = start
        while index < len(above) and above[index][0] < end:
            upper = above[index]
            if upper[0] > at:
                result.append((at, upper[0], label))
            if upper[1] > upper[0]:
                result.append((max(upper[0], at), min(upper[1], end), upper[2]))
            at = max(at, min(upper[1], end))
            if upper[1] > end:
                break
            index += 1
        if at < end:
            result.append((at, end, label))
    return result


def _joined(labelled: Iterable[Labelled]) -> Iterator[tuple[int, Section]]:
    last: Section | None = None
    for start, end, label in labelled:
        if label is not last and end > start:
            yield start, label
            last = label


class Sections:
    """The sections of one page, each span divided when something in it is asked for, around what is asked for.

    has_standing: whether any word of standing text is on the page.
    """

    def __init__(self, page: Page, has_standing: bool) -> None:
        self._page = page
        self._has_standing = has_standing
        # A message of single lines is new text as a whole: most chat is.
        self._is_new = not has_standing and not any("\n" in each.text or each.quoted for each in page.spans)
        self._threads: dict[int, list[Labelled]] = {}
        self._divisions: dict[tuple[int, int, int], Division] = {}

    def _division(self, span: Span, start: int, end: int) -> Division:
        """The same span stands on the page once for each of its readings; the first is the canonical one."""
        if not self._has_standing:
            start, end = 0, 0
        key = (id(span), start, end)
        if key not in self._divisions:
            labelled = self._thread(span)
            around = (span, self._view(span), start, end)
            self._divisions[key] = _with_standing(labelled, *around) if self._has_standing else _division(labelled)
        return self._divisions[key]

    def _view(self, span: Span) -> View:
        return next(view for each, view in zip(self._page.spans, self._page.views, strict=True) if each is span)

    def _thread(self, span: Span) -> list[Labelled]:
        if id(span) not in self._threads:
            self._threads[id(span)] = _threads_of(span, was_forwarded(self._page.spans))
        return self._threads[id(span)]

    def place_of(self, span: Span, start: int, end: int) -> str:
        """Where a person would look, with the section: "body, quoted text"."""
        if self._is_new:
            return span.place_at(start)
        words = _heaviest(self._division(span, start, end).sections(start, end)).words
        place = span.place_at(start)
        return f"{place}, {words}" if words else place

    def is_standing(self, match: Iterable[Hit]) -> bool:
        """Whether a match lies in standing text as a whole."""
        return self._has_standing and self._sections(match) <= _STANDING

    def outside(self, hits: Sequence[Hit]) -> list[Hit]:
        """The hits that are more than standing text: no direction quoted by a caveat, and no words of a footer."""
        return [hit for hit in hits if not self._is_said_always(hit)]

    def _is_said_always(self, hit: Hit) -> bool:
        pieces = self._pieces(hit)
        quoted = any(division.quotes_example(start, end) for division, start, end in pieces)
        return (quoted and self.is_standing((hit,))) or self._sections((hit,)) == {Section.DISCLAIMER}

    def weighed(self, finding: Finding, match: Iterable[Hit], only_standing: bool) -> Finding:
        """The finding with its section. One that only standing text makes counts at most `low`."""
        section = Section.NEW if self._is_new else _heaviest(self._sections(match))
        if not only_standing:
            return finding if section is Section.NEW else replace(finding, section=section)
        because = f"{finding.because}; it only stands in a {section.words}, so it counts at most low"
        least = lower(finding.confidence, Confidence.LOW)
        return replace(finding, section=section, confidence=least, because=because)

    def _sections(self, match: Iterable[Hit]) -> set[Section]:
        pieces = (piece for hit in match for piece in self._pieces(hit))
        return {each for division, start, end in pieces for each in division.sections(start, end)} or {Section.NEW}

    def _pieces(self, hit: Hit) -> list[tuple[Division, int, int]]:
        return [(self._division(span, start, end), start, end) for span, start, end in self._page.original(hit)]


def _heaviest(sections: set[Section]) -> Section:
    return min(sections, key=_BY_WEIGHT.index, default=Section.NEW)
