"""Words with their boxes -> text as the eye reads it, without the rubbish that is seen in shading and patterns.

What counts as rubbish: a line is kept when its letters are sure on average; of another line only its surest words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from statistics import median

_SURE = 70.0  # of 100; most rubbish from textures and from text upside down stays under 60
_CERTAIN = 88.0  # words that stand although their neighbours are unsure
_LINE_SURE = 62.0  # on average over its letters
_WIDE_GAP = 1.4  # of the height of the words: a new cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """block, paragraph, line: where the engine puts it. sure: 0 to 100."""

    text: str = field(repr=False)
    left: int
    top: int
    right: int
    bottom: int
    sure: float
    block: int = 0
    paragraph: int = 0
    line: int = 0

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def is_sure(word: Word) -> bool:
    return word.sure >= _SURE and _letters(word) >= 2


def in_order(words: Iterable[Word]) -> str:
    """As the engine reads: columns one after the other, blocks with a blank line between."""
    lines: list[str] = []
    for _, group in groupby(words, key=lambda each: (each.block, each.paragraph)):
        block = [text for _, line in groupby(group, key=_line_of) if (text := _line(list(line)))]
        if block:
            lines.append("\n".join(block))
    return "\n\n".join(lines)


def in_rows(words: Iterable[Word]) -> str:
    """Straight across the picture: what stands at one height is one row, with tabs where the gaps are wide."""
    lines = [line for _, group in groupby(words, key=_line_of) if (line := [each for each in group if _is_level(each)])]
    rows = [text for row in _rows(lines) if (text := _line(row))]
    return "\n".join(rows)


def merged(words: list[Word], more: list[Word]) -> list[Word]:
    """The words of two looks: of two in one place the surer one."""
    kept = list(words)
    first = 1 + max((each.block for each in words), default=0)
    for word in (replace(each, block=each.block + first) for each in more):
        rivals = [each for each in kept if _overlap(each, word)]
        if not rivals:
            kept.append(word)
        elif len(rivals) == 1 and word.sure > rivals[0].sure and _same_extent(rivals[0], word):
            kept[kept.index(rivals[0])] = replace(rivals[0], text=word.text, sure=word.sure)
    return kept


def only_certain(words: list[Word]) -> list[Word]:
    """Lines that can be nothing but text: for looks from a side that is most likely the wrong one."""
    kept: list[Word] = []
    for _, group in groupby(words, key=_line_of):
        line = list(group)
        if _average(line) >= _CERTAIN - 8 and max(_letters(each) for each in line) >= 3:
            kept.extend(line)
    return kept


def _line(words: list[Word]) -> str:
    """One line, or what is sure of it; tabs where words were left out, so that strangers do not become neighbours."""
    words = [each for each in words if each.sure >= 30 or _letters(each)]
    if not words:
        return ""
    is_good = _average(words) >= _LINE_SURE and any(is_sure(each) or each.sure >= _CERTAIN for each in words)
    kept = [each if is_good or (each.sure >= _CERTAIN and _letters(each) >= 3) else None for each in words]
    text = ""
    for before, word in zip([None, *kept], kept, strict=False):
        if word is None:
            continue
        text += (_between(before, word) if text else "") + word.text
    return text


def _between(before: Word | None, word: Word) -> str:
    if before is None:
        return "\t"
    return "\t" if word.left - before.right > _WIDE_GAP * max(before.height, word.height) else " "


def _rows(lines: list[list[Word]]) -> Iterator[list[Word]]:
    """Lines whose middles are at one height, side by side."""
    placed = sorted(((median(each.middle for each in line), index, line) for index, line in enumerate(lines)))
    row: list[list[Word]] = []
    start = 0.0
    for middle, _, line in placed:
        if row and middle - start > 0.5 * median(each.height for each in line):
            yield _side_by_side(row)
            row = []
        start = start if row else middle
        row.append(line)
    if row:
        yield _side_by_side(row)


def _side_by_side(row: list[list[Word]]) -> list[Word]:
    return sorted((each for line in row for each in line), key=lambda each: each.left)


def _line_of(word: Word) -> tuple[int, int, int]:
    return word.block, word.paragraph, word.line


def _is_level(word: Word) -> bool:
    """Words that run up or down are taller than they are wide."""
    return _letters(word) < 3 or word.height < word.right - word.left


def _letters(word: Word) -> int:
    return sum(each.isalnum() for each in word.text)


def _average(words: list[Word]) -> float:
    weight = sum(max(_letters(each), 1) for each in words)
    return sum(each.sure * max(_letters(each), 1) for each in words) / weight


def _overlap(one: Word, other: Word) -> bool:
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return across > 0 and down > 0.3 * min(one.height, other.height)


def _same_extent(one: Word, other: Word) -> bool:
    width = max(one.right - one.left, 1)
    return abs(one.left - other.left) + abs(one.right - other.right) < 0.3 * width
