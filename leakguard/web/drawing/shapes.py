"""What a drawing is made of. `templates/drawing.html` prints it; every text is escaped there.

A drawing is 480 units wide and its text 15 of them high, so that it can still be read on a page of 400 pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

WIDTH = 480.0
TEXT = 15.0  # height of letters
LETTER = 8.0  # width of one, at most, on average
LINE = 20.0  # from one line of text to the next

PAPER, INK, RULE, TINT = "#ffffff", "#0b0c0c", "#6b7378", "#1a5fa0"


class Fill(StrEnum):
    """Told apart without colour: full, striped, or an outline only."""

    FULL = "full"
    STRIPED = "striped"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    fill: Fill = Fill.FULL


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    x1: float
    y1: float
    x2: float
    y2: float
    is_dashed: bool = False
    is_strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """anchor: which end of the text is at x. y: its base line."""

    x: float
    y: float
    text: str
    anchor: str = "start"
    is_strong: bool = False


Shape = Bar | Line | Dot | Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """title, summary: what somebody hears who does not see it."""

    title: str
    summary: str
    height: float
    shapes: tuple[Shape, ...]
    width: float = WIDTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The first column names its row. Everything else is a figure, as text."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        assert all(len(row) == len(self.columns) for row in self.rows), "every row has every column"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """id: unique on its page. notes: what is counted and what is not, under the heading."""

    id: str
    heading: str
    notes: tuple[str, ...]
    drawing: Drawing | None  # None: there is nothing to draw
    table: Table


def kind(shape: Shape) -> str:
    return type(shape).__name__.lower()
