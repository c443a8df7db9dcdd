"""Names with bars that lie: the largest first, at most twelve, the rest together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leakguard.web.drawing.scale import cut
from leakguard.web.drawing.shapes import LETTER, LINE, WIDTH, Bar, Drawing, Fill, Line, Shape, Text

MOST_ROWS = 12
_BAR = 16.0
_BAND = LINE + _BAR + 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    name: str
    fill: Fill


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """parts: one for each series, laid end to end. tells: the figures in words, behind the bar."""

    name: str
    parts: tuple[float, ...]
    tells: str


def ranked(title: str, summary: str, series: Sequence[Series], rows: Sequence[Row], most: float = 0) -> Drawing:
    """most: what a full bar means; by default the longest row. Rows that are too many are the caller's to join."""
    assert len(rows) <= MOST_ROWS + 1, "twelve and the others"
    longest = most or max((sum(row.parts) for row in rows), default=0) or 1
    shapes: list[Shape] = _key(series) if len(series) > 1 else []
    top = LINE * 1.5 if shapes else 0.0
    words = max((len(row.tells) for row in rows), default=0) * LETTER  # behind the bar
    scale = (WIDTH - words - LINE) / longest
    for n, row in enumerate(rows):
        shapes += _row(row, top + n * _BAND, series, scale)
    bottom = top + len(rows) * _BAND
    shapes.append(Line(x1=0.5, y1=top, x2=0.5, y2=bottom, is_strong=True))
    return Drawing(title=title, summary=summary, height=bottom + 4, shapes=tuple(shapes))


def _key(series: Sequence[Series]) -> list[Shape]:
    shapes: list[Shape] = []
    for n, each in enumerate(series):
        x = n * WIDTH / len(series)
        shapes.append(Bar(x=x + 1, y=2, width=_BAR, height=_BAR - 2, fill=each.fill))
        shapes.append(Text(x=x + _BAR + 8, y=LINE - 5, text=each.name))
    return shapes


def _row(row: Row, top: float, series: Sequence[Series], scale: float) -> list[Shape]:
    shapes: list[Shape] = [Text(x=6, y=top + LINE - 4, text=cut(row.name, WIDTH - 6))]
    x = 1.0
    for part, each in zip(row.parts, series, strict=True):
        if part:
            width = max(part * scale, 1.5)
            shapes.append(Bar(x=x, y=top + LINE + 1, width=width, height=_BAR, fill=each.fill))
            x += width
    shapes.append(Text(x=x + 8, y=top + LINE + _BAR - 2, text=row.tells))
    return shapes
