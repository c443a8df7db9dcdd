"""A page measured block by block is measured as one that is read from its beginning."""

from __future__ import annotations

import itertools
import random
import re

import pytest

from leakguard.detect.ruler import ANOTHER_PART, Ruler
from tests.cost import assert_linear

PIECES = [
    "word ",
    "a",
    "4.1 ",
    ".",
    "! ",
    '." ',
    ".) ",
    "?)] ",
    "\x1e",
    "\x1d",
    "- ",
    " ",
    "'",
    "é",
    "ñandú ",
    "_",
    "...",
    "· ",
]


def passed(text: str, place: int) -> int:
    """Token by token, as a reader goes."""
    before = 0
    for token in re.finditer("[^ \x1d\x1e]+", text):
        first = next((token.start() + at for at, each in enumerate(token.group()) if re.match(r"\w", each)), None)
        before += first is not None and first < place
        is_last = text[token.end() : token.end() + 1] in ("", " ")
        end = re.search("[.!?]+[\"')\\]]*$", token.group())
        before += 4 * bool(is_last and end and token.start() + end.start() < place)
    return before + 6 * text.count("\x1e", 0, place) + ANOTHER_PART * text.count("\x1d", 0, place)


@pytest.mark.parametrize("seed", range(30))
def test_every_place_is_measured_as_a_reader_goes(seed: int) -> None:
    source = random.Random(seed)
    text = "".join(source.choice(PIECES) * source.choice([1, 1, 1, 1, 40]) for _ in range(400))
    text += source.choice(["", "end", "end.", 'end."', "\x1e"])
    ruler = Ruler(text)

    places = [0, len(text), *(source.randrange(len(text)) for _ in range(15))]

    assert [ruler.passed(place) for place in places] == [passed(text, place) for place in places]


@pytest.mark.parametrize("seed", range(30))
def test_what_lies_between_two_places_is_measured_likewise(seed: int) -> None:
    source = random.Random(seed)
    text = "".join(source.choice(PIECES) * source.choice([1, 1, 1, 1, 40]) for _ in range(400))
    starts = [source.randrange(len(text)) for _ in range(60)]
    pairs = [(start, min(start + source.choice([0, 1, 7, 60, 250, 270, 900]), len(text))) for start in starts]

    used = Ruler(text)
    for (start, end), most in zip(pairs, itertools.cycle([3, 9, 25])):
        between = passed(text, end) - passed(text, start)
        for ruler in (Ruler(text), used):  # one that few have asked, and one that many have
            apart = ruler.apart(start, end, most)
            assert apart == between or most < apart <= between


@pytest.mark.parametrize("text", ["", "a", ".", "x" * 5000, " " * 5000, "é" * 3000 + ". a"])
def test_any_text_can_be_measured(text: str) -> None:
    assert Ruler(text).passed(len(text)) == passed(text, len(text))
    assert Ruler(text).apart(0, len(text), 1 << 50) == passed(text, len(text))


@pytest.mark.parametrize("unit", ["[", "£", "!", "é[", '."', "a!"])
def test_the_cost_is_linear(unit: str) -> None:
    assert_linear(lambda times: Ruler(unit * times).apart(0, len(unit) * times, 1 << 50), 4_000)
