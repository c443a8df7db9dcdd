"""What a reviewer is shown of a message: its text in pieces, with the evidence in exact places. Never HTML.

Rule of this file: `text` is always safe to show once it is escaped; characters that do not show stand in it by name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from leakguard.model.content import Confidence, GapKind, Role, Section
from leakguard.model.ids import RuleId


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """part: one part, from this offset of its text. None: all parts, from part number `start` on, as an overview."""

    part: int | None = None
    start: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A run of text that is the same evidence throughout, or none.

    written: what really stands there, where `text` names characters that do not show. marks: numbers of the evidence
    that it belongs to. begins: those of them whose first mark on the page it is; each number begins once.
    """

    text: str = field(repr=False)
    written: str | None = field(default=None, repr=False)
    marks: tuple[int, ...] = ()
    begins: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """label: number of the row. cells: as many as its block has columns."""

    label: str
    cells: tuple[tuple[Segment, ...], ...]


class PartKind(StrEnum):
    TEXT = "text"
    GRID = "grid"
    PAGE = "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A stretch of a part: segments, or the rows of a grid.

    section: what it is to its reader. skipped: characters between the block before and this one that are not shown.
    """

    start: int
    end: int
    section: Section = Section.NEW
    skipped: int = 0
    segments: tuple[Segment, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One text that a reader reads in one go.

    heading: the place as people know it ("tables.xlsx, sheet Table 1"). length: characters it has; shown: how many of
    them are here. rows: of a grid. previous, next: offsets where other pages of this part begin.
    frame: number of the HTML page that this is the text of.
    """

    number: int
    heading: str = field(repr=False)
    kind: PartKind
    role: Role
    length: int
    shown: int
    rows: int = 0
    blocks: tuple[Block, ...] = ()
    previous: int | None = None
    next: int | None = None
    frame: int | None = None

    @property
    def is_whole(self) -> bool:
        return self.shown >= self.length

    @property
    def is_hidden(self) -> bool:
        """In the bytes, and not on the screen of who reads it."""
        return self.role is Role.HIDDEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A finding as a reviewer reads it. Numbered in the order of places.

    is_marked: its words are marked exactly where they stand; if not, nobody may guess where that is.
    part, start: where it begins, if it has a spot. is_here: its first mark is on this page.
    """

    number: int
    rule: RuleId
    finding: str
    title: str
    because: str
    confidence: Confidence
    place: str = field(repr=False)
    section: Section = Section.NEW
    disguises: tuple[str, ...] = ()
    shadow: bool = False
    part: int | None = None
    start: int = 0
    is_marked: bool = False
    is_here: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A gap as a reviewer reads it. heading: the file or text as people know it; part: its path, always there."""

    part: str
    kind: GapKind
    detail: str
    heading: str = field(default="", repr=False)
    meaning: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderLine:
    """A line of the header that mail programs show. left_out: characters of it that are not here."""

    name: str
    text: str = field(repr=False)
    left_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """problem: one loud sentence when the message, or some of it, could not be shown.

    count: parts of the message in all. next: number of the first part after those that are here.
    left_out: evidence beyond what one page lists; it is marked all the same.
    """

    headers: tuple[HeaderLine, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    unread: tuple[Unread, ...] = ()
    parts: tuple[Part, ...] = ()
    count: int = 0
    next: int | None = None
    left_out: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """An HTML body as its reader would see it, without anything that acts or loads. To be served in a sandbox only.

    problem: why it is not shown, or not all of it.
    """

    html: str = field(default="", repr=False)
    problem: str = ""
