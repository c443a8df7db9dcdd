"""All spans of a message as one canonical text, so that they are scanned once; with the way back to each span."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

from leakguard.detect.normalise import PARAGRAPH, View, normalise
from leakguard.model.content import Role, Span

PART_BREAK = "\x1d"  # no word window crosses it
_SENTENCE_JOIN = ". "  # a subject line and the words below it are neighbouring sentences

Hit = tuple[int, int]  # half-open, in the canonical text of the page


@dataclass(frozen=True, slots=True)
class Page:
    """text: every span's canonical text. offsets: where each span begins in it."""

    text: str = field(repr=False)
    spans: tuple[Span, ...]
    views: tuple[View, ...]
    offsets: tuple[int, ...]

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

    def canonical(self, index: int, start: int, end: int) -> Hit:
        """A place in the own text of span `index`, as a hit."""
        view, base = self.views[index], self.offsets[index]
        return base + view.canonical(start), base + max(view.canonical(end), view.canonical(start) + 1)


def lay_out(spans: Iterable[Span]) -> Page:
    """The page of these spans. The first body follows the subject as its next sentence."""
    ordered = _subject_beside_body(tuple(spans))
    views = tuple(normalise(span.text) for span in ordered)
    pieces: list[str] = []
    offsets: list[int] = []
    length = 0
    for position, view in enumerate(views):
        if position:
            joint = _SENTENCE_JOIN if _reads_on(ordered[position - 1], ordered[position]) else PART_BREAK
            pieces.append(joint)
            length += len(joint)
        offsets.append(length)
        pieces.append(view.text)
        length += len(view.text)
    return Page("".join(pieces), ordered, views, tuple(offsets))


def _reads_on(before: Span, after: Span) -> bool:
    return before.role is Role.SUBJECT and after.role is Role.BODY


def _subject_beside_body(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    subject = next((span for span in spans if span.role is Role.SUBJECT), None)
    body = next((span for span in spans if span.role is Role.BODY), None)
    if subject is None or body is None:
        return spans
    rest = tuple(span for span in spans if span is not subject and span is not body)
    return (subject, body, *rest)


__all__ = ["PARAGRAPH", "PART_BREAK", "Hit", "Page", "lay_out"]
