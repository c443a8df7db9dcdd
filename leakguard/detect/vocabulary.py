"""The words of the rules in every way they are misspelt, masked or cut: tables made once, when rules are compiled.

Only words that make a finding sure are in them: each further word makes more ordinary words look like a disguise.
Ways that a text is asked for (signs for letters, words joined to one) are in `pieces`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, groupby, pairwise
from string import ascii_lowercase

from leakguard.detect.matcher import MakeMatcher, Matcher, PlainMatcher
from leakguard.detect.normalise import fold_phrase
from leakguard.model.content import Confidence
from leakguard.model.rule import AllOf, AnyOf, Condition, Count, Has, Near, Not, Pattern, Phrase, Rule

SPACED, WITHIN = "spaced-out letters", "signs within words"
SIGNS, JOINED = "digits or signs for letters", "words joined to one"
SLIP, MASKED, REPEATED, REVERSED = "a misspelt word", "letters left out", "letters repeated", "words written backwards"

Meant = tuple[str, str]  # what a piece of text reads as; the name of what was done to it

_ENDINGS = ("", "s", "e", "es", "ed", "ing")  # of a stem
_VOWELS = "aeiou"
_NO_VOWELS = str.maketrans("", "", _VOWELS)
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {
    char: row[max(place - 1, 0) : place + 2].replace(char, "") for row in _KEYS for place, char in enumerate(row)
}
_SIGNS_FOR = dict(zip("034578@$+€¥¢£₳฿₵₣₲₭₥₦₱₴₮₩69(", "oeastbasteyclabcfgkmnpstwggc", strict=True))
_EMOJI_FOR = dict(zip("⭕❗📧💲✝❌✖⛎", "oiestxxu", strict=True))
_ALIKE = str.maketrans(_SIGNS_FOR | _EMOJI_FOR | dict.fromkeys("i1!|❗", "l") | {"z": "s", "2": "s"})

STANDS_FOR = frozenset(map(chr, _ALIKE)) - frozenset("iz")
SHORT = frozenset(
    "a i am an as at be by do go he hi if in is it me my no of oh ok on or so to up us we re cc eu uk mr ms dr".split()
)
SMALL = frozenset("a an as at by have has had in is it its of on the to up are was were".split())
GLUE = SMALL | frozenset("net hit pay low all new job reached".split())  # may stand between words that were joined
LONGEST_JOINED = 6  # fewest letters of the longest of words that were joined

# Fewest letters of a word: of shorter ones too many other words look alike.
_CUT, _SWAPPED, _MISSPELT, _UNVOWELLED, _BACKWARDS, _TWO_WORDS = 5, 7, 8, 6, 6, 9
_SHORTEST = 5  # of a misspelt word in a phrase


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """words: as they are spelt. forms: how one is misspelt, and what it means; short_forms: likewise, of words so short
    that others look like them. partners: words that stand beside each in a phrase. once: without repeated letters.
    alike: with what looks alike as one letter. bones: without vowels. cuts: the longer half of a word that
    was cut in two, and what both halves may be. odd: every form, short form and longer half. heads: the first five
    letters of longer words. within: finds words so long that others may be joined to them, and letters three times.
    """

    words: frozenset[str] = field(default=frozenset(), repr=False)
    forms: Mapping[str, Meant] = field(default_factory=dict, repr=False)
    short_forms: Mapping[str, Meant] = field(default_factory=dict, repr=False)
    partners: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)
    once: Mapping[str, str] = field(default_factory=dict, repr=False)
    alike: Mapping[str, str] = field(default_factory=dict, repr=False)
    bones: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    cuts: Mapping[str, tuple[tuple[str, str, Meant], ...]] = field(default_factory=dict, repr=False)
    odd: frozenset[str] = field(default=frozenset(), repr=False)
    heads: frozenset[str] = field(default=frozenset(), repr=False)
    within: Matcher = field(default_factory=lambda: PlainMatcher(()), repr=False)


def vocabulary_of(rules: Iterable[Rule], make: MakeMatcher) -> Vocabulary:
    """The words that rules need for what they are sure of. What any rule has as a word of its own is no misspelling."""
    every = tuple(rules)
    phrases = dict.fromkeys(
        phrase for rule in every for name in _sure(rule) for phrase in _phrases(rule.patterns[name])
    )
    spelt = {
        word
        for rule in every
        for pattern in rule.patterns.values()
        for phrase in _phrases(pattern)
        for word in fold_phrase(phrase.removesuffix("*")).split()
    }
    return _tables(tuple(phrases), spelt, make)


def _phrases(pattern: Pattern) -> tuple[str, ...]:
    return pattern.any_of if isinstance(pattern, Phrase) else ()


def _sure(rule: Rule) -> Iterator[str]:
    """The rule's own patterns in its surest findings, and the shared ones that stand directly beside them."""
    order = (Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH)
    surest = max((order.index(each.confidence) for each in rule.findings), default=0)
    for spec in rule.findings:
        if order.index(spec.confidence) == surest:
            yield from _named(spec.when, rule.patterns, beside=True)


def _named(condition: Condition, patterns: Mapping[str, Pattern], beside: bool) -> Iterator[str]:
    match condition:
        case Has(name):
            pattern = patterns[name]
            if isinstance(pattern, Phrase) and (beside or not pattern.common):
                yield name
        case Near(a, b):
            innermost = not (_has_near(a) or _has_near(b))
            yield from _named(a, patterns, innermost)
            yield from _named(b, patterns, innermost)
        case AllOf(conditions) | AnyOf(conditions):
            for each in conditions:
                yield from _named(each, patterns, beside)
        case Count(of, _):
            yield from _named(of, patterns, beside)
        case Not():
            pass


def _has_near(condition: Condition) -> bool:
    match condition:
        case Near():
            return True
        case AllOf(conditions) | AnyOf(conditions):
            return any(map(_has_near, conditions))
        case _:
            return False


def _words(phrase: str) -> Iterator[str]:
    *others, last = fold_phrase(phrase.removesuffix("*")).split() or [""]
    lasts = [last + ending for ending in _ENDINGS] if phrase.endswith("*") else [last]
    yield from (each for each in (*others, *lasts) if len(each) > 1 and each.isalpha() and each.isascii())


def _tables(phrases: Iterable[str], spelt: set[str], make: MakeMatcher) -> Vocabulary:
    words = sorted({word for phrase in phrases for word in _words(phrase)})
    every = frozenset(words)
    bones: dict[str, tuple[str, ...]] = {}
    for word in words:
        bones[without_vowels(word)] = (*bones.get(without_vowels(word), ()), word)
    cuts = _cuts(words)
    heads = frozenset(word[:5] for word in words if len(word) > 4)
    inside = sorted(word for word in every | GLUE if len(word) >= LONGEST_JOINED)
    longest_first = sorted(words, key=lambda each: (-len(each), each))
    forms, short_forms = _table(misspellings, words, spelt), _table(short_misspellings, words, spelt)
    return Vocabulary(
        words=every,
        forms=forms,
        short_forms=short_forms,
        partners=_partners(phrases),
        once={once(word): word for word in longest_first if len(word) > 3},
        alike={alike(word): word for word in reversed(longest_first) if len(word) > 2},
        bones=bones,
        cuts=cuts,
        odd=frozenset(chain(forms, short_forms, cuts)),
        heads=heads,
        within=make([*(char * 3 for char in ascii_lowercase), *inside]),
    )


def _table(ways: Callable[[str], Iterable[Meant]], words: list[str], spelt: set[str]) -> dict[str, Meant]:
    found = {form: (word, name) for word in reversed(words) for form, name in ways(word)}
    for each in spelt.intersection(found):
        del found[each]
    return found


def _partners(phrases: Iterable[str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for phrase in phrases:
        for one, other in pairwise(fold_phrase(phrase.removesuffix("*")).split()):
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


def _cuts(words: Iterable[str]) -> dict[str, tuple[tuple[str, str, Meant], ...]]:
    halves: dict[tuple[str, str], Meant] = {}
    every = frozenset(words)
    for word in words:
        for first, rest, name in _cut(word, every):
            halves.setdefault((first, rest), (word, name))
    found: dict[str, list[tuple[str, str, Meant]]] = {}
    for (first, rest), meant in halves.items():
        found.setdefault(max(first, rest, key=len), []).append((first, rest, meant))
    return {half: tuple(each) for half, each in found.items()}


def _cut(word: str, every: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    """Two pieces with nothing or a vowel between them; not two words that may stand side by side by chance."""
    if len(word) < _CUT:
        return
    if word[:-1] not in every and len(word) > 6:
        yield word[:-1], word[-1], WITHIN
    for place in range(2, len(word) - 1):
        first, rest, behind = word[:place], word[place:], word[place + 1 :]
        is_word = first in every or first in SHORT
        if not (is_word and rest in every and len(word) < _TWO_WORDS):
            yield first, rest, WITHIN
        if word[place] in _VOWELS and not (is_word or behind in every or behind in SHORT):
            yield first, behind, MASKED


@lru_cache(maxsize=16384)
def misspellings(word: str) -> tuple[tuple[str, str], ...]:
    """Every other way to write a word that is undone, and its name."""
    return tuple(each for each in dict.fromkeys(_misspellings(word)) if each[0] != word)


@lru_cache(maxsize=16384)
def short_misspellings(word: str) -> tuple[tuple[str, str], ...]:
    """Likewise of words that are so short that others look like them: read only where they make a phrase."""
    if not _SHORTEST <= len(word) < _MISSPELT:
        return ()
    return tuple((each, SLIP) for each in dict.fromkeys((*_swapped(word), *_one_letter_wrong(word))) if each != word)


def _misspellings(word: str) -> Iterator[tuple[str, str]]:
    size = len(word)
    if size > 2:
        yield "".join(char * 2 for char in word), REPEATED
    if size > 3:
        yield word.replace("f", "ph").replace("w", "vv"), SIGNS
        yield word.replace("s", "z"), SIGNS
        yield word.replace("m", "rn").replace("w", "vv"), SIGNS
    if size >= _UNVOWELLED:
        yield without_vowels(word), MASKED
    if size >= _BACKWARDS:
        yield word[::-1], REVERSED
    if size >= _SWAPPED:
        yield from ((each, SLIP) for each in _swapped(word))
        yield word.replace("m", "rn").replace("w", "vv").replace("d", "cl"), SIGNS
    if size >= _MISSPELT and not (word.endswith("ing") and size < 10):  # too many of them are alike
        yield from ((each, SLIP) for each in _one_letter_wrong(word))


def _swapped(word: str) -> Iterator[str]:
    for place in range(len(word) - 2):
        yield f"{word[:place]}{word[place + 1]}{word[place]}{word[place + 2 :]}"


def _one_letter_wrong(word: str) -> Iterator[str]:
    """One letter too few, too many or another, away from the ends."""
    for place in range(1, len(word) - 2):
        before, char, behind = word[:place], word[place], word[place + 1 :]
        yield before + behind
        yield before + char + char + behind
        for other in _BESIDE[char]:
            yield before + other + behind
            yield before + other + char + behind
        if char in _VOWELS:
            yield from (before + other + behind for other in _VOWELS)


def without_vowels(word: str) -> str:
    return word[0] + word[1:].translate(_NO_VOWELS)


def once(word: str) -> str:
    return "".join(char for char, _ in groupby(word))


def alike(word: str) -> str:
    """One spelling for all that look alike."""
    return word.translate(_ALIKE).replace("rn", "m").replace("vv", "w").replace("cl", "d").replace("ph", "f")


def letters_for(text: str) -> str:
    """The letters that a piece of text shows, signs for letters included."""
    return "".join(filter(str.isalpha, text.translate(_ALIKE)))
