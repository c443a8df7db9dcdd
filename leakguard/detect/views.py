"""A second reading of a text whose writer seems to hide words: what was done to them is undone, with the way back.

Made only where a cheap look over the text sees a sign of disguise. Every sign that was undone is evidence.
ref: Unicode Standard Annex 9 (bidirectional overrides)
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from leakguard.detect import disguises as marks
from leakguard.detect.disguises import LEET_I, LEET_L
from leakguard.detect.normalise import View, normalise

MOST_CHANGES = 5000  # a text with more of them is no disguised sentence; that some were left is said


@dataclass(frozen=True, slots=True)
class Change:
    """text[start:end] reads as `reads`; origins: where each of its characters stands in the original."""

    start: int
    end: int
    reads: str = field(repr=False)
    origins: tuple[int, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A view of a text as if it had not been disguised, and what was undone for it, in text order.

    is_cut: there was more to undo than is looked at.
    """

    view: View
    changes: tuple[Change, ...]
    is_cut: bool = False

    def undone(self, start: int, end: int) -> tuple[str, ...]:
        """What was undone between two places of the original."""
        first = bisect_left(self.changes, start, key=lambda each: each.end)
        names: dict[str, None] = {}
        for change in self.changes[first:]:
            if change.start >= end:
                break
            if change.end > start or change.start > start:
                names[change.name] = None
        return tuple(names)


@dataclass(frozen=True, slots=True)
class TurnedView(View):
    """A view that holds words written backwards: its pieces are not in the order of the original."""

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        places = [self.original(offset) for offset in range(start, end)]
        return min(places), max(places) + 1


def other_readings(text: str) -> list[Reading]:
    """None for nearly every text; two where a 1 may be an i or an l."""
    finders = _finders(text)
    if not finders:
        return []
    every = _separate([change for finder in finders for change in finder(text)])
    if not every:
        return []
    found, is_cut = every[:MOST_CHANGES], len(every) > MOST_CHANGES
    one, other = _translated(found, LEET_I), _translated(found, LEET_L)
    readings = [Reading(_rewritten(text, one), one, is_cut)]
    if other != one:  # what both have was found in the first
        differing = tuple(here for here, there in zip(other, one, strict=True) if here != there)
        readings.append(Reading(_rewritten(text, other), differing))
    return readings


def _finders(text: str) -> list[Callable[[str], Iterator[Change]]]:
    """What is worth a closer look."""
    spaced, instead = _signs(_outline(text))
    finders: list[Callable[[str], Iterator[Change]]] = []
    if spaced:
        finders.append(_spaced)
    if instead:
        finders += [_between, _leet]
    if "-" in text and any(rest.startswith(("\n", "\r", " \n")) for rest in text.split("-")[1:]):
        finders.append(_wrapped)
    if "#" in text:
        finders.append(_hashtags)
    if not text.isascii():
        finders += [_wrapped, _backwards, _flags]
    return list(dict.fromkeys(finders))


def _outline(text: str) -> bytes:
    """One byte for each character: 1 for a letter, 2 for what may stand for one, 0 for all else."""
    if text.isascii():
        return text.encode("ascii").translate(marks.OUTLINE)
    for sign, kind in marks.OUTLINED.items():
        text = text.replace(sign, kind)
    return text.encode("utf-8", "replace").translate(marks.OUTLINE, marks.CONTINUED)


def _signs(outline: bytes) -> tuple[bool, bool]:
    """Whether letters stand alone in a row, and whether something stands for a letter.

    All places are asked at once: the outline as one number, in which a shift by eight bits goes to the next character.
    """
    text = int.from_bytes(outline, "little")
    following = text >> 8
    joined = text & following  # letters that have another behind them
    alone = text ^ (joined | joined << 8)
    pairs = joined ^ (joined & (joined << 8 | joined >> 8))
    spaced = any(_four_in_a_row(*each) for each in ((alone, 16), (alone, 24), (pairs, 24)))
    instead = (text >> 1) & following  # with a letter behind it
    return spaced, bool(instead) and bool(instead & (text << 8) or instead & (text >> 16) & (text >> 24))


def _four_in_a_row(places: int, apart: int) -> bool:
    two = places & (places >> apart)
    return bool(two) and bool(two & (two >> 2 * apart))


def _spaced(text: str) -> Iterator[Change]:
    for pattern in (marks.SPACED, marks.PAIRS):
        for match in pattern.finditer(text):
            places = [match.start() + offset for offset, char in enumerate(match.group()) if marks.is_letter(char)]
            word = "".join(text[place] for place in places)
            if marks.is_word(word):
                yield Change(match.start(), match.end(), word, tuple(places), "spaced-out letters")


def _leet(text: str) -> Iterator[Change]:
    for match in marks.LEET.finditer(text):
        end = match.start() + len(match.group().rstrip("!|+"))
        places = tuple(place for place in range(match.start(), end) if text[place] not in marks.NO_LETTERS)
        word = "".join(text[place] for place in places)
        if marks.is_leet(word) and not marks.is_address(text, match.start(), end):
            yield Change(match.start(), end, word, places, "digits or signs for letters")


def _between(text: str) -> Iterator[Change]:
    for match in marks.BETWEEN.finditer(text):
        if not marks.is_address(text, match.start(), match.end()):
            yield Change(match.start(), match.end(), "", (), "signs within words")


def _wrapped(text: str) -> Iterator[Change]:
    for match in marks.WRAPPED.finditer(text):
        yield Change(match.start(), match.end(), "", (), "a word broken across lines")


def _hashtags(text: str) -> Iterator[Change]:
    for match in marks.HASHTAG.finditer(text):
        for hump in marks.HUMP.finditer(match.group()):
            place = match.start() + hump.start()
            yield Change(place, place, " ", (place,), "words joined in a hashtag")


def _backwards(text: str) -> Iterator[Change]:
    for match in marks.OVERRIDE.finditer(text):
        places = tuple(reversed(range(match.start(1), match.end(1))))
        word = "".join(text[place] for place in places)
        yield Change(match.start(), match.end(), word, places, "text shown backwards")


def _flags(text: str) -> Iterator[Change]:
    for match in marks.FLAGS.finditer(text):
        found = [(place, marks.FLAG_LETTERS.get(text[place], "")) for place in range(*match.span())]
        places = tuple(place for place, letter in found if letter)
        yield Change(match.start(), match.end(), "".join(letter for _, letter in found), places, "letters as symbols")


def _separate(changes: list[Change]) -> list[Change]:
    """Those that do not overlap; of two, the one that begins first and is longer."""
    kept: list[Change] = []
    for change in sorted(changes, key=lambda each: (each.start, -each.end)):
        if not kept or change.start >= kept[-1].end:
            kept.append(change)
    return kept


def _translated(changes: list[Change], table: dict[int, str]) -> tuple[Change, ...]:
    return tuple(
        Change(each.start, each.end, each.reads.translate(table), each.origins, each.name)
        if any(map(marks.is_letter, each.reads))
        else each
        for each in changes
    )


def _rewritten(text: str, changes: tuple[Change, ...]) -> View:
    """The canonical view of the text with the changes made, mapped to the text without them."""
    pieces: list[str] = []
    starts, origins = [0], [0]
    done = length = 0
    for change in changes:
        pieces += (text[done : change.start], change.reads)
        length += change.start - done
        for offset, origin in enumerate(change.origins):
            starts.append(length + offset)
            origins.append(origin)
        length += len(change.reads)
        done = change.end
        starts.append(length)
        origins.append(done)
    pieces.append(text[done:])
    last = dict(zip(starts, origins, strict=True))
    turned = any(each.name == "text shown backwards" for each in changes)
    return _through(normalise("".join(pieces)), View("", tuple(last), tuple(last.values())), turned)


def _through(view: View, before: View, turned: bool) -> View:
    """A view of a view: one map from the last text to the first."""
    bounds = sorted({*view.starts, *(view.canonical(start) for start in before.starts)})
    bounds = sorted({*bounds, *(bound + 1 for bound in bounds)})
    origins = tuple(before.original(view.original(bound)) for bound in bounds)
    return (TurnedView if turned else View)(view.text, tuple(bounds), origins)
