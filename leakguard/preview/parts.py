"""One span as a part of the page: its heading, and as much of it as is wanted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from leakguard.detect.normalise import normalise
from leakguard.model.content import Role, Span
from leakguard.model.preview import Block, Part, PartKind
from leakguard.preview import stretches
from leakguard.preview.grids import Grid, grid_of
from leakguard.preview.places import Places
from leakguard.preview.segments import Mark

_PAGE = re.compile(r"(?:page|slide) \d+\b[^,]*\Z")
_MOST_WINDOWS = 20
_SMALL = 6_000


@dataclass(slots=True)
class Room:
    """How much one page still takes, over all its parts. For evidence there is more than for what is around it."""

    plain: int = 60_000
    marked: int = 400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Makes parts of spans. begun: numbers whose first mark is on the page already."""

    spans: Sequence[Span]
    places: Places
    marks: Mapping[int, Sequence[Mark]]
    frames: Mapping[str, int]
    forwarded: bool
    begun: set[int] = field(default_factory=set)

    def shortened(self, index: int, room: Room) -> Part:
        """A part of an overview."""
        span, marks = self.spans[index], self.marks.get(index, ())
        grid = grid_of(span)
        if grid is not None:
            return self._short_grid(index, grid, room)
        left = room.marked if marks else room.plain
        wanted = stretches.overview(span.text, marks, left) if left > 0 else []
        blocks = self._blocks(span, wanted, marks)
        shown = sum(each.end - each.start for each in blocks)
        room.marked -= shown if marks else 0
        room.plain -= 0 if marks else shown
        return self._part(index, None, blocks, shown)

    def page(self, index: int, start: int) -> Part:
        """A page of one part, from an offset on."""
        span, marks = self.spans[index], self.marks.get(index, ())
        start = min(max(start, 0), max(len(span.text) - 1, 0))
        grid = grid_of(span)
        first, stop = stretches.page(span.text, start)
        if grid is not None:
            block, stop = grid.page(first, stop, marks, self.begun)
            blocks: tuple[Block, ...] = (block,)
        else:
            blocks = self._blocks(span, [(first, stop)], marks)
        before = max(first - stretches.PAGE, 0) if first else None
        after = stop if span.text[stop:].strip() else None
        whole = first == 0 and after is None
        return self._part(index, grid, blocks, len(span.text) if whole else stop - first, before, after)

    def _short_grid(self, index: int, grid: Grid, room: Room) -> Part:
        span, marks = self.spans[index], self.marks.get(index, ())
        if grid.is_small() and len(span.text) <= min(_SMALL, room.plain):
            block, _ = grid.page(0, len(span.text), marks, self.begun)
            room.plain -= len(span.text)
            return self._part(index, grid, (block,), len(span.text))
        if room.plain <= 0 and not marks:
            return self._part(index, grid, (), 0)
        windows = min(_MOST_WINDOWS, max(room.marked // 8_000, 0))
        blocks = tuple(grid.overview(marks, self.begun, windows)) if windows else ()
        shown = sum(len(each.text) for block in blocks for row in block.rows for cell in row.cells for each in cell)
        room.marked -= shown
        return self._part(index, grid, blocks, min(shown, len(span.text) - 1))

    def _blocks(self, span: Span, wanted: Sequence[stretches.Stretch], marks: Sequence[Mark]) -> tuple[Block, ...]:
        if not wanted:
            return ()
        if span.role in (Role.SUBJECT, Role.NAME):
            return tuple(stretches.undivided(span.text, wanted, marks, self.begun))
        view = normalise(span.text)
        return tuple(stretches.blocks(span, view, self.forwarded, wanted, marks, self.begun))

    def _part(
        self,
        index: int,
        grid: Grid | None,
        blocks: tuple[Block, ...],
        shown: int,
        before: int | None = None,
        after: int | None = None,
    ) -> Part:
        span = self.spans[index]
        return Part(
            number=index + 1,
            heading=self._heading(span, grid),
            kind=self._kind(span, grid),
            role=span.role,
            length=len(span.text),
            shown=shown,
            rows=len(grid.rows) if grid is not None else 0,
            blocks=blocks,
            previous=before,
            next=after,
            frame=self.frames.get(span.part) if span.role is not Role.HIDDEN else None,
        )

    def _heading(self, span: Span, grid: Grid | None) -> str:
        if grid is not None:
            title = grid.title.removeprefix(span.within).removeprefix(", ")
            words = (span.within, f"sheet {title}" if title else "table")
            return self.places.heading(", ".join(word for word in words if word))
        alone = len(span.marks) < 2
        place = span.place_at(0) if alone or not span.within else span.within
        heading = self.places.heading(place)
        return f"{heading} (HTML)" if span.part in self.frames and span.role is not Role.HIDDEN else heading

    @staticmethod
    def _kind(span: Span, grid: Grid | None) -> PartKind:
        if grid is not None:
            return PartKind.GRID
        return PartKind.PAGE if _PAGE.search(span.place_at(0)) else PartKind.TEXT


__all__ = ["Parts", "Room"]
