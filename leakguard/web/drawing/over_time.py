"""Bars over time, one panel below the other with one time axis, and moments marked across all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from leakguard.web.drawing.scale import grouped, ticks
from leakguard.web.drawing.shapes import LETTER, LINE, TEXT, WIDTH, Bar, Drawing, Fill, Line, Shape, Text

_RIGHT = 12.0
_PANEL, _GAP = 66.0, 46.0
_TOP = LINE * 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """counts: one for each slot."""

    name: str
    counts: tuple[int, ...]
    fill: Fill = Fill.FULL


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    at: datetime
    label: str
    is_dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axis:
    since: datetime
    until: datetime
    left: float

    def x(self, at: datetime) -> float:
        return self.left + (WIDTH - self.left - _RIGHT) * ((at - self.since) / (self.until - self.since))

    def has(self, at: datetime) -> bool:
        return self.since <= at <= self.until


def over_time(
    title: str,
    summary: str,
    edges: Sequence[datetime],
    panels: Sequence[Panel],
    marks: Sequence[Mark],
    labels: Sequence[tuple[datetime, str]],
) -> Drawing:
    """edges: of the slots, one more than there are slots. labels: of the time axis. Each panel has its own scale."""
    assert all(len(each.counts) == len(edges) - 1 for each in panels), "a count for every slot"
    widest = max(len(grouped(_steps(each)[-1])) for each in panels)
    axis = _Axis(since=edges[0], until=edges[-1], left=widest * LETTER + 20)
    shapes: list[Shape] = []
    for n, panel in enumerate(panels):
        base = _TOP + (n + 1) * (_PANEL + _GAP) - LINE / 2
        shapes += _panel(panel, base, edges, axis)
    bottom = _TOP + len(panels) * (_PANEL + _GAP) - LINE / 2
    shapes += _marks([each for each in marks if axis.has(each.at)], bottom, axis)
    shapes += _time_axis([each for each in labels if axis.has(each[0])], bottom, axis)
    return Drawing(title=title, summary=summary, height=bottom + LINE * 1.5, shapes=tuple(shapes))


def _panel(panel: Panel, base: float, edges: Sequence[datetime], axis: _Axis) -> list[Shape]:
    steps = _steps(panel)
    scale = _PANEL / steps[-1]
    shapes: list[Shape] = [Text(x=0, y=base - _PANEL - TEXT, text=panel.name, is_strong=True)]
    for step in steps:
        y = base - step * scale
        shapes.append(Line(x1=axis.left, y1=y, x2=WIDTH - _RIGHT, y2=y))
        shapes.append(Text(x=axis.left - 6, y=y + TEXT / 3, text=grouped(step), anchor="end"))
    for count, (since, until) in zip(panel.counts, pairwise(edges), strict=True):
        if count:
            left, width = axis.x(since), axis.x(until) - axis.x(since)
            height = max(count * scale, 1.0)
            shapes.append(Bar(x=left + width * 0.1, y=base - height, width=width * 0.8, height=height, fill=panel.fill))
    return shapes


def _steps(panel: Panel) -> tuple[int, ...]:
    return ticks(max(panel.counts, default=0), about=2)


def _marks(marks: Sequence[Mark], bottom: float, axis: _Axis) -> list[Shape]:
    """Labels stand in two rows above the panels, by turns, and are pushed back from the edges."""
    shapes: list[Shape] = []
    for n, mark in enumerate(sorted(marks, key=lambda each: each.at)):
        x, y = axis.x(mark.at), TEXT + (n % 2) * LINE
        shapes.append(Line(x1=x, y1=_TOP, x2=x, y2=bottom, is_dashed=mark.is_dashed, is_strong=True))
        half = len(mark.label) * LETTER / 2
        middle = min(max(x, half), WIDTH - half)
        shapes.append(Text(x=middle, y=y, text=mark.label, anchor="middle", is_strong=True))
    return shapes


def _time_axis(labels: Sequence[tuple[datetime, str]], bottom: float, axis: _Axis) -> list[Shape]:
    """Labels that would touch the one before them are left out."""
    shapes: list[Shape] = []
    free = 0.0
    for at, label in labels:
        half = len(label) * LETTER / 2
        middle = min(max(axis.x(at), half), WIDTH - half)
        shapes.append(Line(x1=axis.x(at), y1=bottom, x2=axis.x(at), y2=bottom + 5))
        if middle - half >= free:
            shapes.append(Text(x=middle, y=bottom + LINE, text=label, anchor="middle"))
            free = middle + half + LETTER
    return shapes
