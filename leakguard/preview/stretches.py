"""Long texts by stretches: around the evidence in an overview, and page by page, so that nothing is out of reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from leakguard.detect.normalise import View
from leakguard.detect.sections import divide
from leakguard.model.content import Section, Span
from leakguard.model.preview import Block
from leakguard.preview.characters import UNSEEN
from leakguard.preview.segments import Mark, segments

PAGE = 20_000  # characters of one page of a part
_WHOLE = 6_000  # a text so long is shown as a whole
_HEAD = 1_000
_AROUND = 400
_LONGEST_MARK = 2_000
_MOST_WINDOWS = 40
_LINE = 200  # how far a stretch is moved to begin or end with a line
_MOST_UNSEEN = 1_000  # runs of what does not show, in one stretch: each is shown by its name

Stretch = tuple[int, int]


def overview(text: str, marks: Sequence[Mark], room: int) -> list[Stretch]:
    """What is shown of a text at first: all of it, or its beginning and what is around the evidence."""
    size = len(text)
    if size <= _WHOLE and size <= room:
        return [(0, size)]
    wanted = [(0, min(_HEAD, size))] if room >= _HEAD else []
    for mark in marks:
        end = min(mark.end, mark.start + _LONGEST_MARK)
        stretch = (_line_start(text, max(mark.start - _AROUND, 0)), _line_end(text, min(end + _AROUND, size)))
        if wanted and stretch[0] <= wanted[-1][1]:
            wanted[-1] = (wanted[-1][0], max(stretch[1], wanted[-1][1]))
        elif len(wanted) < _MOST_WINDOWS:
            wanted.append(stretch)
    return wanted


def page(text: str, start: int) -> Stretch:
    """A page from an offset on; it always goes on."""
    stop = min(start + PAGE, len(text))
    if stop < len(text):
        line = text.rfind("\n", start + PAGE // 2, stop)
        stop = line + 1 if line >= 0 else stop
    return start, _bearable(text, start, stop)


def blocks(
    span: Span, view: View, forwarded: bool, wanted: Sequence[Stretch], marks: Sequence[Mark], begun: set[int]
) -> Iterator[Block]:
    """The stretches, each cut where its section changes."""
    before = 0
    for start, end in wanted:
        stop = _bearable(span.text, start, end)
        for first, last, section in _sections(span, view, forwarded, start, stop):
            yield Block(
                start=first,
                end=last,
                section=section,
                skipped=first - before,
                segments=segments(span.text, first, last, marks, begun),
            )
            before = last


def undivided(text: str, wanted: Sequence[Stretch], marks: Sequence[Mark], begun: set[int]) -> Iterator[Block]:
    """The stretches of a text that has no sections."""
    before = 0
    for start, end in wanted:
        stop = _bearable(text, start, end)
        yield Block(start=start, end=stop, skipped=start - before, segments=segments(text, start, stop, marks, begun))
        before = stop


def _sections(span: Span, view: View, forwarded: bool, start: int, end: int) -> Iterator[tuple[int, int, Section]]:
    division = divide(span, view, forwarded, start, end)
    starts = (*division.starts, len(span.text))
    for first, last, label in zip(starts, starts[1:], division.labels, strict=False):
        if first < end and last > start:
            yield max(first, start), min(last, end), label


def _bearable(text: str, start: int, end: int) -> int:
    """Where a stretch ends that would show more names than text."""
    last = next(islice(UNSEEN.finditer(text, start, end), _MOST_UNSEEN, None), None)
    return max(last.start(), start + 1) if last is not None else end


def _line_start(text: str, at: int) -> int:
    line = text.rfind("\n", max(at - _LINE, 0), at)
    return line + 1 if line >= 0 else at


def _line_end(text: str, at: int) -> int:
    line = text.find("\n", at, at + _LINE)
    return line + 1 if line >= 0 else at


__all__ = ["PAGE", "Stretch", "blocks", "overview", "page", "undivided"]
