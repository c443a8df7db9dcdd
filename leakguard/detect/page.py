"""All spans of a message as one canonical text, so that they are scanned once; with the way back to each span."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from leakguard.detect.margins import Margin
from leakguard.detect.normalise import PARAGRAPH, PART_BREAK, View, normalise
from leakguard.detect.views import Reading, beginning, other_readings
from leakguard.detect.vocabulary import Vocabulary
from leakguard.model.content import Role, Span

_LONGEST_EXCERPT = 600
_SENTENCE_JOIN = ". "  # a subject line and the words below it are neighbouring sentences

_NO_WORDS, _WIDE = Vocabulary(), Margin()
_NONE: frozenset[str] = frozenset()

Hit = tuple[int, int]  # half-open, in the canonical text of the page
Stretch = tuple[Span, View, Reading | None]


@dataclass(frozen=True, slots=True)
class Page:
    """text: every span's canonical text, then the other readings of spans that seem disguised.

    offsets: where each stretch begins in it. readings: of each stretch, None where it is the canonical text.
    cuts: where something is left out of what is read again. rim: characters beside it that are not to be relied on.
    """

    text: str = field(repr=False)
    spans: tuple[Span, ...]
    views: tuple[View, ...]
    offsets: tuple[int, ...]
    readings: tuple[Reading | None, ...]
    canonical_end: int
    cuts: tuple[int, ...] = ()
    rim: int = 0

    def index_at(self, offset: int) -> int:
        return max(bisect_right(self.offsets, offset) - 1, 0)

    def original(self, hit: Hit) -> list[tuple[Span, int, int]]:
        """Where a hit is in the own text of each span it touches."""
        last = self.index_at(hit[1] - 1)
        pieces = (self._piece(index, hit) for index in range(self.index_at(hit[0]), last + 1))
        return [piece for piece in pieces if piece is not None]

    def _piece(self, index: int, hit: Hit) -> tuple[Span, int, int] | None:
        base, view, span = self.offsets[index], self.views[index], self.spans[index]
        start, end = max(hit[0] - base, 0), min(hit[1] - base, len(view.text))
        if start >= end:
            return None
        origin, stop = view.original_span(start, end)
        return span, origin, min(stop, len(span.text))

    def runs(self, index: int) -> list[Hit]:
        """What stands together in a stretch, in its own offsets."""
        base, size = self.offsets[index], len(self.views[index].text)
        first = bisect_left(self.cuts, base)
        cuts = [cut - base for cut in self.cuts[first : bisect_left(self.cuts, base + size)]]
        return list(zip([0, *(cut + 1 for cut in cuts)], [*cuts, size], strict=True))

    def reliable(self, hits: Sequence[Hit]) -> Sequence[Hit]:
        """Those about which nothing that was left out decides."""
        if not self.cuts:
            return hits
        first = self.cuts[0] - self.rim
        return [hit for hit in hits if hit[1] < first or not self._is_beside_cut(hit)]

    def _is_beside_cut(self, hit: Hit) -> bool:
        index = bisect_left(self.cuts, hit[0] - self.rim)
        return index < len(self.cuts) and self.cuts[index] < hit[1] + self.rim

    def disguises(self, hits: Iterable[Hit]) -> tuple[str, ...]:
        """What was undone to read the text between the ends of these hits; nothing in the canonical text."""
        return tuple(dict.fromkeys(name for hit in hits for name in self._undone(hit)))

    def is_copy(self, hit: Hit) -> bool:
        """Whether a hit in another reading is only what the canonical text says too."""
        return hit[0] >= self.canonical_end and not self._undone(hit)

    def _undone(self, hit: Hit) -> tuple[str, ...]:
        if hit[0] < self.canonical_end:
            return ()
        names: list[str] = []
        for index in range(self.index_at(hit[0]), self.index_at(hit[1] - 1) + 1):
            reading, piece = self.readings[index], self._piece(index, hit)
            if reading is not None and piece is not None:
                names += reading.undone(piece[1], piece[2])
        return tuple(names)

    def canonical(self, index: int, start: int, end: int) -> Hit:
        """A place in the own text of span `index`, as a hit."""
        view, base = self.views[index], self.offsets[index]
        return base + view.canonical(start), base + max(view.canonical(end), view.canonical(start) + 1)


def excerpt(texts: Iterable[str]) -> str:
    """What a finding quotes of its evidence, given the text at each of its spots."""
    return " … ".join(dict.fromkeys(text[:_LONGEST_EXCERPT] for text in texts))


def lay_out(spans: Iterable[Span], vocabulary: Vocabulary = _NO_WORDS, margin: Margin = _WIDE) -> Page:
    """The page of these spans. The first body follows the subject as its next sentence.

    vocabulary: words to look for where they are misspelt or in pieces. margin: what is read again beside them.
    """
    ordered = _subject_beside_body(tuple(spans))
    views = [normalise(span.text) for span in ordered]
    stretches: list[Stretch] = [(span, view, None) for span, view in zip(ordered, views, strict=True)]
    others = [other_readings(span.text, view, vocabulary, margin) for span, view in zip(ordered, views, strict=True)]
    canonical_end = sum(len(view.text) for view in views) + sum(map(len, _joints(stretches, vocabulary)))
    if any(others):
        stretches = [*stretches, *_again(stretches, others, margin)]
    return _page(stretches, canonical_end, vocabulary, margin)


def _again(stretches: list[Stretch], others: list[list[Reading]], margin: Margin) -> Iterator[Stretch]:
    """What is read again. A subject and the body below it are read again together, whichever is disguised."""
    joined = len(stretches) > 1 and _reads_on(stretches[0][0], stretches[1][0])
    first = max(map(len, others[:2])) if joined else 0
    for turn in range(first):
        for (span, view, _), readings in zip(stretches[:2], others[:2], strict=True):
            reading = readings[turn] if turn < len(readings) else beginning(view, margin)
            yield span, reading.view, reading
    for index in range(2 if joined else 0, len(stretches)):
        for reading in others[index]:
            yield stretches[index][0], reading.view, reading


def _joints(stretches: list[Stretch], vocabulary: Vocabulary) -> list[str]:
    return [_joint(one, other, vocabulary) for one, other in pairwise(stretches)]


def _joint(one: Stretch, other: Stretch, vocabulary: Vocabulary) -> str:
    """A body that goes on in small letters, and with a phrase that the subject began, is no other sentence."""
    if not _reads_on(one[0], other[0]):
        return PART_BREAK
    last, first = one[1].text.split()[-1:], other[1].text.split(maxsplit=1)[:1]
    goes_on = last and other[0].text.lstrip()[:1].islower()
    return " " if goes_on and vocabulary.partners.get(last[0], _NONE).intersection(first) else _SENTENCE_JOIN


def _page(stretches: list[Stretch], canonical_end: int, vocabulary: Vocabulary, margin: Margin) -> Page:
    pieces: list[str] = []
    offsets: list[int] = []
    length = 0
    joints = [*_joints(stretches, vocabulary), ""][: len(stretches)]
    for (_, view, _), joint in zip(stretches, joints, strict=True):
        offsets.append(length)
        pieces += (view.text, joint)
        length += len(view.text) + len(joint)
    spans, views, readings = zip(*stretches, strict=True) if stretches else ((), (), ())
    cuts = [
        base + cut
        for base, view, reading in zip(offsets, views, readings, strict=True)
        if reading is not None and len(view.text) > margin.rim
        for cut in _cuts(view.text)
    ]
    return Page(
        text="".join(pieces),
        spans=tuple(spans),
        views=tuple(views),
        offsets=tuple(offsets),
        readings=tuple(readings),
        canonical_end=canonical_end,
        cuts=tuple(cuts),
        rim=margin.rim,
    )


def _cuts(text: str) -> Iterator[int]:
    """A canonical text has this sign only where something was left out."""
    cut = text.find(PART_BREAK)
    while cut >= 0:
        yield cut
        cut = text.find(PART_BREAK, cut + 1)


def _reads_on(before: Span, after: Span) -> bool:
    return before.role is Role.SUBJECT and after.role is Role.BODY


def _subject_beside_body(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    subject = next((span for span in spans if span.role is Role.SUBJECT), None)
    body = next((span for span in spans if span.role is Role.BODY), None)
    if subject is None or body is None:
        return spans
    rest = tuple(span for span in spans if span is not subject and span is not body)
    return (subject, body, *rest)


__all__ = ["PARAGRAPH", "PART_BREAK", "Hit", "Page", "excerpt", "lay_out"]
