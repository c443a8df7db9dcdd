"""How much of a long text is read again around its disguised words: as far as any rule can look from there.

What is cut off cannot change what is found: beside a cut there is a rim in which nothing counts as found, wide enough
that whatever decides about a place outside it is not cut off.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from leakguard.detect.normalise import PARAGRAPH, PART_BREAK, fold_phrase
from leakguard.model.rule import AllOf, AnyOf, Condition, Count, Has, Near, Not, Rule

Place = tuple[int, int]
Step = tuple[int, int]  # words and sentences on the way from a place

_SHORT = 32_000  # characters of a text that is read again as a whole
_FAR = 16_000  # characters that a pattern without end is followed on either side
_RIM = 200  # characters that decide what a number or a date is, at most
_MOST = 64_000  # characters that are searched for them; where there are fewer, the text is read as a whole
_WORD, _SENTENCE = 16, 160  # characters in which there may be one; only where the search for more begins
_ASCII = [chr(code) for code in range(128)]
_BLANKS = f" {PARAGRAPH}{PART_BREAK}"
_AS_WORDS = bytes(ord("a" if each.isalnum() else " " if each in _BLANKS else ".") for each in _ASCII) + bytes(128)
_AS_ENDS = bytes(ord("." if each in ".!?" else " " if each == " " else "a") for each in _ASCII) + bytes(128)


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """words: that a condition reaches from one of its places. sentences: that a context reaches from a match; words
    beyond: from there. rim: characters beside a cut. far: characters that are read at least. short: see above.
    """

    words: int = 0
    sentences: int = 0
    beyond: int = 0
    rim: int = _RIM
    far: int = 0
    short: int = _SHORT

    @property
    def steps(self) -> tuple[Step, ...]:
        """One after the other."""
        every = (self.words, 0), (0, self.sentences), (self.beyond, 0)
        return tuple(step for step in every if any(step))


def margin_of(
    rules: Iterable[Rule], phrases: Iterable[str], widths: Iterable[int | None], conditions: Iterable[Condition]
) -> Margin:
    """phrases: every one of every pattern. widths: of regular expressions, None for one without end. conditions: those
    of findings and exceptions.
    """
    folded = [fold_phrase(each) for each in phrases]
    longest = max((each.count(" ") + 1 for each in folded), default=1)
    known = [*widths]
    contexts = {id(each): each for rule in rules for spec in rule.findings for each in spec.lowered_by}.values()
    others = [each for context in contexts for each in (context.when, context.unless) if each is not None]
    return Margin(
        words=max((_reach(each, longest) for each in conditions), default=0),
        sentences=max((each.reach.beside + 1 for each in contexts), default=0),
        beyond=max((_reach(each, longest) for each in others), default=0),
        rim=_RIM + 2 * max(chain((each for each in known if each is not None), map(len, folded)), default=0),
        far=_FAR if None in known else 0,
    )


def _reach(condition: Condition, longest: int) -> int:
    """Words between the ends of what together makes a condition true, and those of its phrases."""
    match condition:
        case Has():
            return longest
        case Near(a, b, words):
            return words + _reach(a, longest) + _reach(b, longest)
        case AllOf(conditions) | AnyOf(conditions):
            return max((_reach(each, longest) for each in conditions), default=0)
        case Not(inner) | Count(inner):
            return _reach(inner, longest)


def left_out(text: str, places: Iterable[Place], margin: Margin) -> list[Place]:
    """What of a text need not be read for what stands at these places: intervals in order, each from one blank to
    another. The ends of a text are read, as its neighbours may go on there.
    """
    size, done, found = len(text), 0, list[Place]()
    if size <= margin.short:
        return found
    for start, end in _groups(sorted((*places, (0, 0), (size, size))), margin.far + margin.rim):
        first = _before(text, start, margin) if start > done else done
        if first is None:
            return []
        if first > done:
            found.append((done, first))
        last = _behind(text, end, margin)
        if last is None:
            return []
        done = max(done, last)
    return found


def _groups(places: Sequence[Place], apart: int) -> list[list[int]]:
    """Places that will have one margin anyway."""
    found: list[list[int]] = []
    for start, end in places:
        if found and start - found[-1][1] < apart:
            found[-1][1] = max(end, found[-1][1])
        else:
            found.append([start, end])
    return found


def _before(text: str, place: int, margin: Margin) -> int | None:
    at = place
    for words, sentences in margin.steps:
        step = max(_WORD * words, _SENTENCE * sentences)
        while (start := max(at - step, 0)) and not _has(text[start:at], words, sentences):
            step *= 2
            if step > _MOST:
                return None
        at = start
    return text.rfind(" ", 0, max(min(at, place - margin.far) - margin.rim, 0)) + 1


def _behind(text: str, place: int, margin: Margin) -> int | None:
    at, size = place, len(text)
    for words, sentences in margin.steps:
        step = max(_WORD * words, _SENTENCE * sentences)
        while (end := min(at + step, size)) < size and not _has(text[at:end], words, sentences):
            step *= 2
            if step > _MOST:
                return None
        at = end
    last = text.find(" ", max(at, place + margin.far) + margin.rim)
    return last if last >= 0 else size


def _has(text: str, words: int, sentences: int) -> bool:
    """Whether so many words and ends of sentences are in it for certain."""
    plain = text.encode("ascii", "replace")
    if words and plain.translate(_AS_WORDS).count(b" a") < words:
        return False
    return not sentences or plain.translate(_AS_ENDS).count(b". ") >= sentences
