"""What the engine has read -> words with their boxes, each with how sure it is.

The engine calls a word unsure when it is not sure where the word ends, which is common in narrow print: so its letters
count too. Those of real words are nearly all over 97, those of rubbish mostly under 96.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from leakguard.extract.pictures.layout import Word

_RUBBISH = 90.0  # a letter of this confidence counts as 0, one of 100 as 100


@dataclass(slots=True)
class _Reading:
    """One word while its letters come in."""

    text: str
    box: tuple[int, int, int, int]
    sure: float
    place: tuple[int, int, int]
    letters: list[float] = field(default_factory=list)

    def word(self) -> Word:
        average = sum(self.letters) / max(len(self.letters), 1)
        left, top, right, bottom = self.box
        block, paragraph, line = self.place
        return Word(
            text=self.text,
            left=left,
            top=top,
            right=right,
            bottom=bottom,
            sure=max(self.sure, (average - _RUBBISH) * 100 / (100 - _RUBBISH)),
            block=block,
            paragraph=paragraph,
            line=line,
        )


def words_of(engine: Any) -> list[Word]:
    """In the order in which the engine reads."""
    return [each.word() for each in _readings(engine) if each.text]


def _readings(engine: Any) -> Iterator[_Reading]:
    from tesserocr import RIL, iterate_level

    letters = engine.GetIterator()
    reading: _Reading | None = None
    block = paragraph = line = 0
    for letter in iterate_level(letters, RIL.SYMBOL) if letters is not None else ():
        if letter.Empty(RIL.WORD):  # a picture or a rule
            continue
        if letter.IsAtBeginningOf(RIL.WORD):
            if reading is not None:
                yield reading
            block += letter.IsAtBeginningOf(RIL.BLOCK)
            paragraph += letter.IsAtBeginningOf(RIL.PARA)
            line += letter.IsAtBeginningOf(RIL.TEXTLINE)
            reading = _started(letter, RIL, (block, paragraph, line))
        if reading is not None:
            reading.letters.append(letter.Confidence(RIL.SYMBOL))
    if reading is not None:
        yield reading


def _started(letter: Any, levels: Any, place: tuple[int, int, int]) -> _Reading | None:
    box = letter.BoundingBox(levels.WORD)
    try:
        text = letter.GetUTF8Text(levels.WORD).strip()
    except RuntimeError:  # there is none
        return None
    return _Reading(text, box, letter.Confidence(levels.WORD), place) if box else None
