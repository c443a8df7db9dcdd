"""What pieces of a canonical text mean: words of the rules that are misspelt, cut, joined or have signs in them.

Tables tell at once which plain words are one of these, and one scan which have one inside; only they, pieces with
signs inside and rows of single letters are looked at further. Nothing is read that is no word of the rules afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from itertools import chain, filterfalse, islice, product
from string import ascii_lowercase
from urllib.parse import unquote

from leakguard.detect.matcher import best_matcher
from leakguard.detect.normalise import PARAGRAPH
from leakguard.detect.vocabulary import (
    GLUE,
    JOINED,
    LONGEST_JOINED,
    MASKED,
    REPEATED,
    REVERSED,
    SHORT,
    SIGNS,
    SMALL,
    SPACED,
    STANDS_FOR,
    WITHIN,
    Meant,
    Vocabulary,
    alike,
    letters_for,
    once,
    without_vowels,
)

MOST_CHANGES = 5000  # a text with more of them is no disguised sentence; that some were left is said
MOST_WORDS = 24  # different words with signs in them that are undone in a short text; more of them in a longer one
_MORE_FOR = 256  # characters for each further one

_EDGES = "\"'.,;:!?()[]{}<>«»…*`~#-=^"
_LETTERS = frozenset(ascii_lowercase)
_COVERS = frozenset("*#-?")  # signs over a letter, at the end of a word too
_ALONE = _LETTERS - {"a", "i"}
_PAIRS = frozenset(map("".join, product(ascii_lowercase, repeat=2))) - SHORT
_TRIPLE = re.compile(r"([a-z])\1\1")
_NO_LETTER = re.compile(r"[^a-z]+")
_PARTS = re.compile(r"[^\w]+|_+")
_MASKS_NOTHING = frozenset("'0123456789,;:()")
_LONGEST = 90  # of a piece that may be one hidden word or several
_SLICE = 1 << 15  # characters whose words are in memory at once
_LONG_SEARCH = 1 << 16  # characters that are no longer looked through for one piece after the other
_LONG, _LONGEST_WORD = 5, 24  # letters of words in a row
_COMPOUND = 9  # of a word that is no compound with another: newsletter, headquarters, overspending
_JOINED = 9  # fewest letters of words that were joined without a sign
_ROW = re.compile(r"[^a-z]([a-z]{1,2}(?:[^a-z\d\x1d]{1,4}[a-z]{1,2}(?![a-z])){3,400})")  # begins with what is rare

# What makes a phrase with a piece: before it and behind it, each with the blank between.
_Beside = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Change:
    """text[start:end] reads as `reads`. origins: where each of its characters stands; empty where they share it."""

    start: int
    end: int
    reads: str = field(repr=False)
    name: str
    origins: tuple[int, ...] = ()


def words_meant(text: str, vocabulary: Vocabulary) -> tuple[list[Change], bool]:
    """What to read instead, in no order, and whether there was more than is looked at."""
    if not vocabulary.words:
        return [], False
    pieces = _pieces(text)
    strange = pieces - vocabulary.words
    signed = {piece: piece.strip(_EDGES) for piece in filterfalse(str.isalpha, strange)}
    most = MOST_WORDS + len(text) // _MORE_FOR
    if len(signed) > most:  # the first of them
        signed = {piece: signed[piece] for piece in text.split() if piece in signed}
    pieces.update(signed.values())
    odd = pieces & vocabulary.odd
    found = {piece: vocabulary.forms[piece] for piece in odd & vocabulary.forms.keys()}
    short = {piece: vocabulary.short_forms[piece] for piece in odd & vocabulary.short_forms.keys()}
    beside = dict(_partners(found, short, pieces, vocabulary))
    bare = (each for each in signed.values() if each not in vocabulary.words)
    holding = sorted({*_holding(chain(strange, bare), vocabulary)})
    closer = dict(islice(chain(_with_signs(signed, vocabulary), _joined(holding, vocabulary)), most))
    found |= closer
    found |= tuple(_drawn_out(holding, vocabulary))
    found |= tuple(_likewise({name for _, name in found.values()}, pieces, signed, vocabulary))
    halves = dict(_halves(odd & vocabulary.cuts.keys(), pieces, vocabulary))
    finders = [_places(text, found, beside, halves, vocabulary)] if found or beside or halves else []
    if len(pieces & _ALONE) > 1 or len(pieces & _PAIRS) > 2:
        finders.append(_rows(text, vocabulary))
    changes = list(islice(chain.from_iterable(finders), MOST_CHANGES))
    return changes, len(closer) >= most or len(changes) >= MOST_CHANGES


def _pieces(text: str) -> set[str]:
    """The different words of a text, a slice at a time: those of ten megabytes take a hundred."""
    found: set[str] = set()
    done = 0
    while done < len(text):
        blank = text.find(" ", done + _SLICE)
        end = blank if blank >= 0 else len(text)
        found.update(text[done:end].split())
        done = end
    return found


def _partners(
    found: Mapping[str, Meant], short: Mapping[str, Meant], pieces: set[str], vocabulary: Vocabulary
) -> Iterator[tuple[str, _Beside]]:
    """Short words count as misspelt only where they make a phrase with the word beside them: those of the text."""
    written: dict[str, set[str]] = {}
    for piece, (reads, _) in (*found.items(), *short.items()) if short else ():
        written.setdefault(reads, set()).add(piece)
    for piece, (reads, _) in short.items():
        partners = vocabulary.partners.get(reads, frozenset())
        others = (partners & pieces).union(*(written[each] for each in partners & written.keys()))
        if others:
            yield piece, (tuple(f"{each} " for each in others), tuple(f" {each}" for each in others))


def _likewise(
    names: set[str], pieces: set[str], signed: Mapping[str, str], vocabulary: Vocabulary
) -> Iterator[tuple[str, Meant]]:
    """Short words in the way of longer ones in the same text."""
    if REVERSED in names:
        yield from (
            (each, (each[::-1], REVERSED)) for each in pieces if len(each) > 1 and each[::-1] in vocabulary.words
        )
    if SPACED in names:
        bare = {each for each in signed.values() if 2 < len(each) < 10 and not each.isalpha()}
        short = ((each, _NO_LETTER.sub("", each)) for each in bare)
        yield from ((each, (word, SPACED)) for each, word in short if len(word) == 2 and word in vocabulary.words)


def _places(
    text: str,
    found: Mapping[str, Meant],
    beside: Mapping[str, _Beside],
    halves: Mapping[str, Meant],
    vocabulary: Vocabulary,
) -> Iterator[Change]:
    """Where pieces stand by themselves, short ones beside their partners once, and halves of a word side by side."""
    joined = text.replace(PARAGRAPH, " ")
    places = _all_occurrences(joined, tuple({**found, **beside, **halves}))
    if beside:
        places = list(places)
        found = {**{each: vocabulary.short_forms[each] for each in _together(text, places, beside)}, **found}
    for piece, start in places:
        end = start + len(piece)
        if joined[start - 1 : start].isalnum() or joined[end : end + 1].isalnum():
            continue
        if piece in found:
            yield Change(start, end, *found[piece])
        elif piece in halves:
            yield _with_beginning(joined, Change(start, end, *halves[piece]), vocabulary)


def _together(text: str, places: Iterable[tuple[str, int]], beside: Mapping[str, _Beside]) -> set[str]:
    """The pieces that stand beside a partner somewhere."""
    found: set[str] = set()
    for piece, start in places:
        if piece in beside and piece not in found:
            before, behind = beside[piece]
            if text.startswith(behind, start + len(piece)) or text.endswith(before, 0, start):
                found.add(piece)
    return found


def _all_occurrences(text: str, pieces: Sequence[str]) -> Iterable[tuple[str, int]]:
    """In a long text by one scan for all of them."""
    if len(text) < _LONG_SEARCH:
        for piece in pieces:
            start = text.find(piece)
            while start >= 0:
                yield piece, start
                start = text.find(piece, start + len(piece))
        return
    ends = [0] * len(pieces)
    for number, start, end in best_matcher(pieces).find_matches_as_indexes(text, overlapping=True):
        if start >= ends[number]:
            ends[number] = end
            yield pieces[number], start


def _holding(pieces: Iterable[str], vocabulary: Vocabulary) -> Iterator[str]:
    """Those that have a longer word of the rules inside, or a letter three times in a row."""
    text = " ".join((*pieces, ""))
    done = 0
    for _, start, end in vocabulary.within.find_matches_as_indexes(text, overlapping=True):
        if end > done:
            done = text.index(" ", end)
            yield text[text.rfind(" ", 0, start) + 1 : done]


def _joined(holding: Iterable[str], vocabulary: Vocabulary) -> Iterator[tuple[str, Meant]]:
    """Words without a sign between them."""
    for word in holding:
        words = _divided(word, vocabulary) if len(word) >= _JOINED and word.isalpha() else ""
        if words:
            yield word, (words, JOINED)


def _with_signs(signed: Mapping[str, str], vocabulary: Vocabulary) -> Iterator[tuple[str, Meant]]:
    for piece, bare in signed.items():
        if bare.isalpha() or len(piece) > _LONGEST or (bare.isascii() and not bare.islower()):
            continue
        letters = _NO_LETTER.sub("", bare)
        if not letters:
            continue
        meant = (
            _in_signs(bare, letters, vocabulary)
            or _alike(bare, letters, vocabulary)
            or _masked(bare, letters, vocabulary)
            or _decoded(piece, vocabulary)
        )
        if meant is not None:
            yield bare, meant
        elif piece[-1] in _COVERS and (meant := _masked(piece, letters, vocabulary)):
            yield piece, meant


def _in_signs(bare: str, letters: str, vocabulary: Vocabulary) -> Meant | None:
    """Signs between letters, or between words."""
    if letters in vocabulary.words:
        return _in_pieces(bare, letters)
    if len(letters) * 2 < len(bare) + 2:  # words that are set apart like their letters
        words = _divided(letters, vocabulary) if len(letters) >= _JOINED else ""
        return (words, SPACED) if words else None
    name, at, _ = bare.partition("@")
    parts = [part for part in _PARTS.split(name if at and name else bare) if part]
    is_joined = len(parts) > 1 and all(part in vocabulary.words or part in GLUE for part in parts)
    return (" ".join(parts), JOINED) if is_joined else None


def _in_pieces(bare: str, letters: str) -> Meant | None:
    """A word with signs in it; not "e-mail", "Q&A", "quarter's", "3months"."""
    parts = [part for part in _PARTS.split(bare) if part]
    if "'" in bare and len(parts) == 2 and len(parts[1]) < 3:
        return None
    if len(letters) < (5 if len(parts) < 3 else 2) or not (bare[0].isalpha() and bare[-1].isalpha()):
        return None
    return letters, SPACED if max(map(len, parts)) == 1 else WITHIN


def _alike(bare: str, letters: str, vocabulary: Vocabulary) -> Meant | None:
    """Digits, money, emoji and other signs for letters."""
    if STANDS_FOR.isdisjoint(bare):
        return None
    read = letters_for(bare)
    is_measure = len(bare) < 5 and bare[0].isdigit()  # 10p, 3am
    if len(read) < 3 or len(read) == len(letters) or is_measure:
        return None
    found = vocabulary.alike.get(alike(read)) or vocabulary.alike.get(alike(read.replace("ll", "l")))
    return (found, SIGNS) if found else None


def _masked(bare: str, letters: str, vocabulary: Vocabulary) -> Meant | None:
    """A sign over each of some vowels."""
    if len(letters) < 2 or len(bare) < 4 or not bare[0].isalpha() or not _MASKS_NOTHING.isdisjoint(bare):
        return None
    for word in vocabulary.bones.get(without_vowels(letters), ()):
        if len(word) == len(bare) and all(
            one == other or (other in "aeiou" and not one.isalpha()) for one, other in zip(bare, word, strict=True)
        ):
            return word, MASKED
    return None


def _decoded(piece: str, vocabulary: Vocabulary) -> Meant | None:
    """Percent escapes and entities that were left as text."""
    clear = unescape(unquote(piece)) if "%" in piece or ("&" in piece and ";" in piece) else piece
    if clear == piece:
        return None
    words = "".join(char for char in clear if char.isalpha() or char == " ").split()
    return (" ".join(words), SIGNS) if words and vocabulary.words.issuperset(words) else None


def _drawn_out(holding: Iterable[str], vocabulary: Vocabulary) -> Iterator[tuple[str, Meant]]:
    for piece in holding:
        word = vocabulary.once.get(once(piece)) if _TRIPLE.search(piece) else None
        if word is not None:
            yield piece, (word, REPEATED)


def _divided(word: str, vocabulary: Vocabulary) -> str:
    """Words of the rules and small words that fill the piece, as few as may be; nothing where there are none."""
    reached = {0: (0, 0)}  # how few words fill it up to a place, and where the last of them begins
    for start in range(len(word)):
        if start not in reached:
            continue
        count = reached[start][0] + 1
        for end in range(start + 1, min(start + _LONGEST_WORD, len(word)) + 1):
            part, known = word[start:end], reached.get(end)
            is_word = part in GLUE or (end - start > 3 and part in vocabulary.words)
            if is_word and (known is None or count < known[0]):
                reached[end] = (count, start)
    found: list[str] = []
    end = len(word) if len(word) in reached else 0
    while end:
        start = reached[end][1]
        found.append(word[start:end])
        end = start
    found.reverse()
    least = _COMPOUND if len(found) == 2 else LONGEST_JOINED
    is_enough = len(found) > 1 and max(map(len, found)) >= least and not (len(found) == 2 and found[0] in SMALL)
    return " ".join(found) if is_enough else ""


def _halves(odd: Iterable[str], pieces: set[str], vocabulary: Vocabulary) -> Iterator[tuple[str, Meant]]:
    """Words in two that may stand side by side."""
    for half in odd:
        for first, rest, meant in vocabulary.cuts[half]:
            if first in pieces and rest in pieces:
                yield f"{first} {rest}", meant


def _with_beginning(text: str, change: Change, vocabulary: Vocabulary) -> Change:
    """The same with the piece before it, where that makes a longer word."""
    before = text[max(change.start - _LONGEST_WORD, 0) : change.start].split(" ")[-2:]
    if len(before) == 2 and not before[1] and (reads := before[0] + change.reads) in vocabulary.words:
        return Change(change.start - len(before[0]) - 1, change.end, reads, change.name)
    return change


def _rows(text: str, vocabulary: Vocabulary) -> Iterator[Change]:
    """Words whose letters stand apart, alone or in pairs."""
    for row in _ROW.finditer(f" {text}"):
        places = [place for place in range(row.start(1) - 1, row.end(1) - 1) if text[place] in _LETTERS]
        letters = "".join(text[place] for place in places)
        for start, end in _in_row(letters, vocabulary):
            yield Change(places[start], places[end - 1] + 1, letters[start:end], SPACED)


def _in_row(letters: str, vocabulary: Vocabulary) -> Iterator[tuple[int, int]]:
    """Where words stand in a row of letters: long ones, and short ones directly beside these."""
    done = start = 0
    is_beside = False
    while start < len(letters):
        end = _word_at(letters, start, vocabulary, 2 if is_beside else _LONG)
        if not end:
            start, is_beside = start + 1, False
            continue
        if not is_beside:
            yield from _words_before(letters, done, start, vocabulary)
        yield start, end
        done = start = end
        is_beside = True


def _words_before(letters: str, first: int, end: int, vocabulary: Vocabulary) -> Iterator[tuple[int, int]]:
    """Short words that end where a long one begins."""
    while end > first:
        start = next(
            (place for place in range(max(first, end - _LONG), end - 1) if letters[place:end] in vocabulary.words), end
        )
        if start == end:
            return
        yield start, end
        end = start


def _word_at(letters: str, start: int, vocabulary: Vocabulary, least: int) -> int:
    """The end of the longest word that begins here; 0 if none does."""
    if least == _LONG and letters[start : start + _LONG] not in vocabulary.heads:
        return 0
    for end in range(min(start + _LONGEST_WORD, len(letters)), start + least - 1, -1):
        if letters[start:end] in vocabulary.words:
            return end
    return 0
