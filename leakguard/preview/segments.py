"""Text into segments: cut wherever evidence begins or ends, and around what does not show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from leakguard.model.preview import Segment
from leakguard.preview.characters import pieces


@dataclass(frozen=True, slots=True)
class Mark:
    """Evidence in the text of one part, half-open."""

    start: int
    end: int
    number: int


def segments(text: str, start: int, end: int, marks: Sequence[Mark], begun: set[int]) -> tuple[Segment, ...]:
    """The text between two offsets. marks: by rising start. begun: numbers whose first mark has been shown already."""
    found: list[Segment] = []
    for first, last, numbers in _stretches(start, end, marks):
        begins = tuple(number for number in numbers if number not in begun)
        begun.update(begins)
        for at, stop, name in pieces(text, first, last):
            written = text[at:stop]
            shown = Segment(text=name, written=written, marks=numbers, begins=begins) if name else None
            found.append(shown or Segment(text=written, marks=numbers, begins=begins))
            begins = ()
    return tuple(found)


def _stretches(start: int, end: int, marks: Sequence[Mark]) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Cut where a mark begins or ends, each with the numbers of the marks that cover it."""
    here = [mark for mark in marks if mark.start < end and mark.end > start]
    cuts = sorted({start, end, *(at for mark in here for at in (mark.start, mark.end) if start < at < end)})
    opening = sorted(here, key=lambda mark: mark.start)
    covering: list[Mark] = []
    index = 0
    for first, last in pairwise(cuts):
        while index < len(opening) and opening[index].start <= first:
            covering.append(opening[index])
            index += 1
        covering = [mark for mark in covering if mark.end > first]
        yield first, last, tuple(sorted({mark.number for mark in covering}))
