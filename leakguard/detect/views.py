"""A second reading of a text whose writer seems to hide words: what was done to them is undone, with the way back.

Made only where a cheap look over the text sees a sign of disguise. Every sign that was undone is evidence.
ref: Unicode Standard Annex 9 (bidirectional overrides)
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from leakguard.detect import disguises as marks
from leakguard.detect.margins import Margin, Place, left_out
from leakguard.detect.normalise import PART_BREAK, View, normalise
from leakguard.detect.pieces import MOST_CHANGES, Change, words_meant
from leakguard.detect.vocabulary import JOINED, REVERSED, SIGNS, WITHIN, Vocabulary, alike, letters_for

_MARKUP, _SYMBOLS, _TURNED, _WRAPPED = (
    "markup within words",
    "letters as symbols",
    "text shown backwards",
    "a word broken across lines",
)
_GAP = re.compile(r"\x1e|(?! )\W{1,4} \W{0,4}|\W{0,4} \W{1,4}(?<! )")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Through(View):
    """A view of a view. turned: the inner one holds words written backwards, so that its pieces are in no order."""

    outer: View
    inner: View
    turned: bool = False

    def original(self, offset: int) -> int:
        return self.inner.original(self.outer.original(offset))

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        start, end = self.outer.original_span(start, end)
        if not self.turned:
            return self.inner.original_span(start, end)
        places = [self.inner.original(offset) for offset in range(start, end)]
        return min(places), max(places) + 1

    def canonical(self, origin: int) -> int:
        return self.outer.canonical(self.inner.canonical(origin))


@dataclass(frozen=True, slots=True)
class Backwards(View):
    """A text from its end."""

    def original(self, offset: int) -> int:
        return len(self.text) - 1 - offset

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        return len(self.text) - end, len(self.text) - start

    def canonical(self, origin: int) -> int:
        return max(len(self.text) - 1 - origin, 0)


_WIDE = Margin()


def beginning(view: View, margin: Margin) -> Reading:
    """A text in which nothing is disguised, as far as what stands before it may look into it."""
    if len(view.text) <= margin.short:
        return Reading(view, ())
    shown = _spliced(view.text, _left_out(view.text, (), margin))
    return Reading(Through(shown.text, outer=shown, inner=view), ())


def other_readings(text: str, canonical: View, vocabulary: Vocabulary, margin: Margin = _WIDE) -> list[Reading]:
    """None for nearly every text. canonical: its canonical view. margin: what is read again beside disguised words."""
    plain = _without_marks(text, canonical, vocabulary)
    view = plain.view
    found, is_cut = words_meant(view.text, vocabulary)
    if not (found or plain.changes):
        return []
    is_whole = len(view.text) <= margin.short or (isinstance(view, Through) and view.turned)
    if is_whole and not found:
        return [plain]
    changes = _neighbours(view.text, _separate(found))
    shown = [*plain.changes]
    for each in changes:
        start, end = view.original_span(each.start, each.end)
        shown.append(Change(start, end, each.reads, _named(each.name, text[max(start - 1, 0) : end])))
    shown = _in_order(shown)
    spliced = _spliced(view.text, changes if is_whole else _in_order([*changes, *_unread(plain, changes, margin)]))
    readings = [Reading(Through(spliced.text, outer=spliced, inner=view), tuple(shown), plain.is_cut or is_cut)]
    if any(each.name == REVERSED for each in changes):
        turned = Backwards(view.text[::-1])
        whole = Change(0, len(text), "", REVERSED)
        readings.append(Reading(Through(turned.text, outer=turned, inner=view), (whole,)))
    return readings


def _neighbours(text: str, changes: list[Change]) -> list[Change]:
    """The same; signs that belonged to the letters of two words no longer stand between the words."""
    kept = changes[:1]
    for before, change in pairwise(changes):
        between = text[before.end : change.start]
        if _GAP.fullmatch(between):
            kept.append(Change(before.end, change.start, " ", change.name))
        kept.append(change)
    return kept


def _named(name: str, shown: str) -> str:
    if name == JOINED and "#" in shown[:2]:
        return "words joined in a hashtag"
    return _WRAPPED if "\n" in shown and name == WITHIN else name


def _without_marks(text: str, canonical: View, vocabulary: Vocabulary) -> Reading:
    """What has to be undone in the text as it was written, because the canonical one does not show it."""
    changes = [change for finder in _finders(text) for change in finder(text, vocabulary)]
    if not changes:
        return Reading(canonical, ())
    every = _separate(changes)
    kept = every[:MOST_CHANGES]
    spliced = _spliced(text, kept)
    outer = normalise(spliced.text)
    turned = any(each.name == _TURNED for each in kept)
    view = Through(outer.text, outer=outer, inner=spliced, turned=turned)
    return Reading(view, tuple(kept), len(every) > len(kept))


_Finder = Callable[[str, Vocabulary], Iterator[Change]]


def _finders(text: str) -> list[_Finder]:
    """What is worth a closer look."""
    signs = text.encode("ascii", "ignore").translate(None, marks.NO_SIGNS)
    finders: list[_Finder] = []
    if any(sign in signs for sign in b"[<\\&") or (b"|" in signs and "||" in text):
        finders.append(_markup)
    if b":" in signs and any(sign in text for sign in marks.EMOJI_SIGNS):
        finders.append(_emoji_names)
    if b"|" in signs and marks.BAR.search(text):
        finders.append(_bars)
    if b"I" in signs and marks.LOW_CAPITAL.search(text):
        finders.append(_low_capitals)
    if b"#" in signs:
        finders.append(_hashes)
    if not text.isascii():
        finders += [_backwards, _symbols, _turned_words]
    return finders


def _markup(text: str, _vocabulary: Vocabulary) -> Iterator[Change]:
    """Marks of formatting inside words, or where a word begins."""
    tags = "</" in text or "<!--" in text
    for match in marks.MARKUP.finditer(text):
        start, end = match.span()
        if text[start] == "<" and not tags:
            continue
        opens = text[end : end + 1].isalnum() and not marks.CLOSING.match(match.group())
        if opens or text[start - 1 : start].isalnum():
            yield Change(start, end, "", _MARKUP)
    if "](" in text:
        for match in marks.LINK.finditer(text):
            yield Change(match.start(), match.start(1), "", _MARKUP)
            yield Change(match.end(1), match.end(), "", _MARKUP)


def _emoji_names(text: str, _vocabulary: Vocabulary) -> Iterator[Change]:
    for match in marks.EMOJI_NAMES.finditer(text):
        yield Change(*match.span(), match[1], _SYMBOLS)


def _bars(text: str, vocabulary: Vocabulary) -> Iterator[Change]:
    """A bar for a letter, where the canonical text has a blank."""
    for match in marks.BAR.finditer(text):
        word = vocabulary.alike.get(alike(letters_for(match.group().casefold().rstrip("!"))))
        if word is not None:
            yield Change(*match.span(), word, SIGNS)


def _hashes(text: str, vocabulary: Vocabulary) -> Iterator[Change]:
    for match in marks.HASHES.finditer(text):
        if vocabulary.words.issuperset((match[1].casefold(), match[2].casefold())):
            yield Change(match.end(1), match.end(), " ", "words joined in a hashtag")
    for match in marks.HASHTAG.finditer(text):
        for hump in marks.HUMP.finditer(match.group()):
            place = match.start() + hump.start()
            yield Change(place, place, " ", "words joined in a hashtag")


def _low_capitals(text: str, _vocabulary: Vocabulary) -> Iterator[Change]:
    for match in marks.LOW_CAPITAL.finditer(text):
        yield Change(*match.span(), "l", SIGNS)


def _backwards(text: str, _vocabulary: Vocabulary) -> Iterator[Change]:
    for match in marks.OVERRIDE.finditer(text):
        places = tuple(reversed(range(match.start(1), match.end(1))))
        yield Change(*match.span(), "".join(text[place] for place in places), _TURNED, places)


def _symbols(text: str, _vocabulary: Vocabulary) -> Iterator[Change]:
    for match in marks.FLAGS.finditer(text):
        found = [(place, marks.FLAG_LETTERS.get(text[place], "")) for place in range(*match.span())]
        places = tuple(place for place, letter in found if letter)
        yield Change(*match.span(), "".join(letter for _, letter in found), _SYMBOLS, places)


def _turned_words(text: str, vocabulary: Vocabulary) -> Iterator[Change]:
    """Words seen upside down or in a mirror; once there is one, short ones and those of plain letters too."""
    for sign, table in marks.TURNS:
        if not sign.search(text):
            continue
        turned = [(match, match.group().casefold().translate(table)) for match in marks.WORD.finditer(text)]
        for way in (1, -1):
            found = [(match, read[::way]) for match, read in turned if read[::way] in vocabulary.words]
            if any(len(read) > 4 and sign.search(match.group()) for match, read in found):
                yield from (Change(*match.span(), read, "words turned round") for match, read in found)


def _separate(changes: list[Change]) -> list[Change]:
    """Those that do not overlap; of two, the one that begins first and is longer."""
    kept: list[Change] = []
    for change in sorted(changes, key=lambda each: (each.start, -each.end)):
        if not kept or change.start >= kept[-1].end:
            kept.append(change)
    return kept


def _in_order(changes: Iterable[Change]) -> list[Change]:
    return sorted(changes, key=lambda each: (each.start, each.end))


def _unread(plain: Reading, changes: Sequence[Change], margin: Margin) -> list[Change]:
    """What of the plain reading stands far from all that was undone."""
    view = plain.view
    places = [(view.canonical(each.start), view.canonical(each.end)) for each in plain.changes]
    return _left_out(view.text, [*places, *((each.start, each.end) for each in changes)], margin)


def _left_out(text: str, places: Sequence[Place], margin: Margin) -> list[Change]:
    return [Change(start, end, PART_BREAK, "") for start, end in left_out(text, places, margin)]


def _spliced(text: str, changes: Sequence[Change]) -> View:
    """The text with the changes made. A word for another stands from the first to the last character of it."""
    pieces: list[str] = []
    starts, origins = [0], [0]
    done = length = 0
    for change in changes:
        shown = change.origins or _spread(change)
        pieces += (text[done : change.start], change.reads)
        length += change.start - done
        starts += range(length, length + len(shown))
        origins += shown
        length += len(change.reads)
        done = change.end
        starts.append(length)
        origins.append(done)
    pieces.append(text[done:])
    last = dict(zip(starts, origins, strict=True))
    return View("".join(pieces), tuple(last), tuple(last.values()))


def _spread(change: Change) -> Sequence[int]:
    """Where each character of what is read stands: its share of the place."""
    start, size, width = change.start, len(change.reads), change.end - change.start
    if size == width:
        return (start,)
    if size < 2:
        return (start,) * size
    most = size - 1
    width -= 1
    return [start + offset * width // most for offset in range(size)]
