"""Opens payloads within payloads until none is left. Rule of this file: whatever the bytes are, it does not raise."""

from __future__ import annotations

from collections.abc import Iterator

from leakguard.extract.blob import Blob, Item, Reader
from leakguard.extract.formats import formats_of
from leakguard.extract.limits import Budget, CannotRead
from leakguard.model.content import Extraction, Gap, GapKind, Span


def walk(first: Blob, budget: Budget, *, reader: Reader | None = None, authors: tuple[str, ...] = ()) -> Extraction:
    """Everything in `first`. `reader` overrules the detection for it: a mail that arrived is a mail."""
    spans: list[Span] = []
    gaps: dict[Gap, None] = {}
    for item in _items(first, budget, reader):
        if isinstance(item, Gap):
            gaps[item] = None
        elif item.text and not item.text.isspace():
            spans.extend(_within(item, budget, gaps))
    return Extraction(spans=tuple(spans), gaps=tuple(gaps), authors=authors)


def _items(first: Blob, budget: Budget, reader: Reader | None) -> Iterator[Span | Gap]:
    """Depth first, with an own stack: nesting is bounded by the limits and not by Python's."""
    seen: set[tuple[bytes, str, str]] = set()
    stack = [_read(first, budget, reader)]
    while stack:
        item = next(stack[-1], None)
        if item is None:
            stack.pop()
        elif not isinstance(item, Blob):
            yield item
        elif (refusal := _refusal(item, budget, len(stack))) is not None:
            yield refusal
        elif (key := (item.data, item.declared, item.charset)) not in seen:
            seen.add(key)
            stack.append(_read(item, budget))


def _refusal(blob: Blob, budget: Budget, depth: int) -> Gap | None:
    budget.parts -= 1
    if budget.parts < 0:
        return Gap(part="", kind=GapKind.TOO_MANY, detail="parts")
    if depth > budget.limits.depth:
        return blob.gap(GapKind.TOO_DEEP, "files in files")
    return None


def _read(blob: Blob, budget: Budget, reader: Reader | None = None) -> Iterator[Item]:
    if not blob.data:
        return
    readers = [reader] if reader is not None else [each.read for each in formats_of(blob)]
    for each in readers:
        try:
            yield from each(blob, budget)
        except CannotRead as refusal:
            yield blob.gap(refusal.kind, refusal.detail)
        except Exception as error:  # noqa: BLE001 - the one boundary: a reader that breaks leaves a gap, and what it read
            yield blob.gap(GapKind.DAMAGED, type(error).__name__)
    if not readers:
        yield blob.gap(GapKind.UNSUPPORTED, "unknown format")


def _within(span: Span, budget: Budget, gaps: dict[Gap, None]) -> Iterator[Span]:
    """The span, cut to the text that may still be handed over."""
    room = budget.text
    budget.text -= len(span.text)
    if budget.text >= 0:
        yield span
        return
    budget.text = 0
    gaps[Gap(part=span.part, kind=GapKind.TOO_LARGE, detail="text")] = None
    if room:
        marks = tuple(mark for mark in span.marks if mark[0] < room)
        yield Span(text=span.text[:room], part=span.part, role=span.role, marks=marks)
