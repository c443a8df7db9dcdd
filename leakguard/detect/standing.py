"""Which sentences are standing text: guidance on pre-release access that quotes forbidden words, and mail footers.

A sentence counts by its own words, never by its neighbours or its beginning; one with a figure, or with a direction
that is not quoted against its opposite, is no standing text.
ref: CoP T3.4 (the caveat on papers that go out before release)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise

from leakguard.detect.figures import find_figures
from leakguard.detect.matcher import Matcher, best_matcher
from leakguard.detect.normalise import PARAGRAPH
from leakguard.detect.standing_words import (
    CAVEAT_CUES,
    CAVEAT_WORDS,
    DISCLAIMER_CUES,
    DISCLAIMER_WORDS,
    EXAMPLES,
    PROHIBITIONS,
)
from leakguard.model.content import Section

_LONGEST = 1_200  # characters of a sentence
_MOST = 20_000  # characters of a place; a longer one is more than standing text
_KNOWN_SHARE = 0.7  # of its words that belong to standing text
_END = re.compile(
    r"[.!?](?<!e\.g\.)(?<!i\.e\.)(?<!etc\.)(?<!a\.m\.)(?<!p\.m\.)(?<! mr\.)(?<! ms\.)(?<! dr\.)(?<! mrs\.)"
    rf"[.!?]*[\"')\]]*(?= |$)|{PARAGRAPH}"
)
_WORD = re.compile(r"\w(?:[\w'.@:+&]*\w)?")
_REFERENCE = re.compile(  # dates, times, telephone numbers, addresses: not counted either way
    r"[^\d.@:]*[\d.@:]|(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august"
    r"|(?:septem|octo|novem|decem)ber|am|pm)$"
)
_EXAMPLE = "(?:" + "|".join(sorted(EXAMPLES, key=len, reverse=True)) + r"|otherwise)\b"
_BETWEEN = (
    r"[\"'(),; ]+(?:(?:or|and|nor|etc|a|an|the|to|be|been|going|gone|getting|news|than|is|was|it)\b[\"'(),; ]*){0,4}"
)
_THAN = (
    r"(?: than (?:was |were |had been )?(?:expected|forecast|predicted|anticipated|before"
    r"|(?:in )?(?:the )?(?:last|previous) (?:month|quarter|year|week|time|period|edition|release)s?))?"
)
_RUN = re.compile(rf"\b(?:record )?{_EXAMPLE}(?:{_BETWEEN}(?:record )?{_EXAMPLE})*{_THAN}")
_OF_A_RUN = re.compile(rf"\b{_EXAMPLE}")
_QUOTED_ALONE = re.compile(
    r"\b(?:descriptions?|indications?|words|terms|phrases|adjectives|language|comments)\b[^.]{0,60}"
    r"\b(?:such as|like|e\.g\.?|for example)[ :]*[\"'(]{0,2}(?P<example>(?:un)?favou?rable)\b"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Standing words in the canonical text: a sentence of guidance, or a run of words of a footer.

    examples: the directions that guidance quotes, each against its opposite.
    """

    start: int
    end: int
    section: Section
    examples: tuple[tuple[int, int], ...] = ()


class _Cue(IntEnum):
    GUIDANCE = 0
    FOOTER = 1
    PROHIBITION = 2


_CUES = (
    *((cue, _Cue.GUIDANCE) for cue in CAVEAT_CUES),
    *((cue, _Cue.FOOTER) for cue in DISCLAIMER_CUES),
    *((cue, _Cue.PROHIBITION) for cue in PROHIBITIONS),
)


STANDING_CUES = tuple(cue for cue, _ in _CUES)


@lru_cache(maxsize=1)
def _matcher() -> Matcher:
    return best_matcher(STANDING_CUES)


def standing_runs(text: str, start: int, end: int) -> Iterator[Standing]:
    """The standing words of those sentences of a canonical text that reach into a place of it, in order.

    Costs as much as the place is long: what stands far from it is not looked at.
    """
    if end - start > _MOST:
        return
    for first, last in _sentences(text, start, end):
        cues = {_CUES[number][1] for number, *_ in _matcher().find_matches_as_indexes(text[first:last], True)}
        if cues:
            yield from _standing(text[first:last], first, cues)


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Those that reach into a place, but for the ones too long to be a sentence."""
    from_, to = max(start - _LONGEST, 0), min(end + _LONGEST, len(text))
    ends = [match.end() for match in _END.finditer(text, from_, to) if match.end() < to]
    bounds = [*([0] if from_ == 0 else []), *ends, *([to] if to == len(text) else [])]
    for first, last in pairwise(bounds):
        if first < end and start < last and last - first <= _LONGEST:
            yield first, last


def _standing(sentence: str, base: int, cues: set[_Cue]) -> Iterator[Standing]:
    examples = [match.span() for match in _RUN.finditer(sentence) if _is_balanced(match.group())]
    is_guidance = _Cue.GUIDANCE in cues or bool(examples)
    if not (is_guidance or _Cue.FOOTER in cues) or find_figures(sentence):
        return
    caveat = _caveat(sentence, base, examples) if is_guidance else None
    if caveat is not None:
        yield caveat
    elif _Cue.FOOTER in cues:
        yield from _footer(sentence, base)


def _caveat(sentence: str, base: int, examples: list[tuple[int, int]]) -> Standing | None:
    alone = [] if examples else [match.span("example") for match in _QUOTED_ALONE.finditer(sentence)]
    strange = _strange(sentence, CAVEAT_WORDS, examples or alone)
    if not _is_known(sentence, strange) or any(map(EXAMPLES.get, strange)) or (alone and strange):
        return None
    quoted = tuple((base + start, base + end) for start, end in examples or alone)
    return Standing(base, base + len(sentence), Section.CAVEAT, quoted)


def _is_balanced(run: str) -> bool:
    """Whether a list of directions has one of each kind, so that it tells neither."""
    words = _OF_A_RUN.findall(run)
    signs = {EXAMPLES.get(word) for word in words}
    return {1, -1} <= signs or ("otherwise" in words and len(words) > 1)


def _strange(sentence: str, known: frozenset[str], examples: list[tuple[int, int]]) -> list[str]:
    """The words that standing text does not have. Dates and addresses are neither here nor there."""
    words = (word for word in _WORD.finditer(sentence) if word[0] not in known and not _REFERENCE.match(word[0]))
    return [word[0] for word in words if not any(start <= word.start() < end for start, end in examples)]


def _is_known(sentence: str, strange: list[str]) -> bool:
    words = sum(1 for word in _WORD.finditer(sentence) if not _REFERENCE.match(word[0]))
    return words - len(strange) >= _KNOWN_SHARE * words > 0


def _footer(sentence: str, base: int) -> Iterator[Standing]:
    """The words of a footer. A word that footers do not have is none of it, wherever it stands."""
    if not _is_known(sentence, _strange(sentence, DISCLAIMER_WORDS, [])):
        return
    start = 0
    for word in _WORD.finditer(sentence):
        if word[0] not in DISCLAIMER_WORDS:
            if word.start() > start:
                yield Standing(base + start, base + word.start(), Section.DISCLAIMER)
            start = word.end()
    if start < len(sentence):
        yield Standing(base + start, base + len(sentence), Section.DISCLAIMER)
