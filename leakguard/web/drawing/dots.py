"""Times as dots on a line whose steps grow, from a second to a month; several in one place stand on each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from math import ceil, log10

from leakguard.web.drawing.scale import grouped, length
from leakguard.web.drawing.shapes import LETTER, LINE, WIDTH, Dot, Drawing, Line, Shape, Text

_LEFT, _RIGHT = 14.0, 18.0
_SHORTEST, _LONGEST = 1.0, 2_592_000.0
_COLUMN = 10.0
_HIGHEST = 14  # dots on each other; of more, a dot stands for several
_STEPS = tuple(timedelta(seconds=each) for each in (1, 10, 60, 600, 3_600, 6 * 3_600, 86_400, 7 * 86_400))
_TOP = LINE * 2


def dots(title: str, summary: str, times: Sequence[timedelta], marks: Sequence[tuple[timedelta, str]]) -> Drawing:
    columns = Counter(int((_x(each) - _LEFT) // _COLUMN) for each in times)
    worth = max(1, ceil(max(columns.values(), default=0) / _HIGHEST))
    axis = _TOP + _COLUMN * (1 + max(3, ceil(max(columns.values(), default=0) / worth)))
    shapes: list[Shape] = [Line(x1=_LEFT, y1=axis, x2=WIDTH - _RIGHT, y2=axis, is_strong=True)]
    for column, count in sorted(columns.items()):
        for n in range(ceil(count / worth)):
            x, y = _LEFT + (column + 0.5) * _COLUMN, axis - (n + 0.5) * _COLUMN
            shapes.append(Dot(x=x, y=y, radius=_COLUMN / 2 - 1))
    shapes += _marks(marks, axis)
    for step in _STEPS:
        shapes.append(Line(x1=_x(step), y1=axis, x2=_x(step), y2=axis + 6, is_strong=True))
        shapes.append(Text(x=_x(step), y=axis + LINE + 2, text=length(step), anchor="middle"))
    if worth > 1:
        each = f"Each dot stands for up to {grouped(worth)} messages."
        shapes.append(Text(x=_LEFT, y=axis + LINE * 2 + 4, text=each))
    return Drawing(title=title, summary=summary, height=axis + LINE * (2.5 if worth > 1 else 1.5), shapes=tuple(shapes))


def _marks(marks: Sequence[tuple[timedelta, str]], axis: float) -> list[Shape]:
    shapes: list[Shape] = []
    for n, (time, label) in enumerate(marks):
        y = LINE * (n % 2 + 1) - 5
        half = len(label) * LETTER / 2
        shapes.append(Line(x1=_x(time), y1=_TOP, x2=_x(time), y2=axis, is_dashed=n % 2 == 1, is_strong=True))
        middle = min(max(_x(time), half), WIDTH - half)
        shapes.append(Text(x=middle, y=y, text=label, anchor="middle", is_strong=True))
    return shapes


def _x(time: timedelta) -> float:
    """Shorter than a second is a second; longer than 30 days is 30 days."""
    seconds = min(max(time.total_seconds(), _SHORTEST), _LONGEST)
    return _LEFT + (WIDTH - _LEFT - _RIGHT) * log10(seconds) / log10(_LONGEST)
