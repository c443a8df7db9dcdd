"""Which sentences are standing text: guidance on pre-release access that quotes forbidden words, and mail footers.

A sentence counts by its own words, never by its neighbours or its beginning; one with a figure, or with a direction
that is not quoted against its opposite, is no standing text.
ref: CoP T3.4 (the caveat on papers that go out before release)
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from leakguard.detect.figures import find_figures
from leakguard.detect.normalise import PARAGRAPH
from leakguard.detect.standing_words import CAVEAT_CUES, CAVEAT_WORDS, DISCLAIMER_CUES, DISCLAIMER_WORDS, EXAMPLES
from leakguard.model.content import Section

_LONGEST = 1_200  # characters of a sentence
_KNOWN_SHARE = 0.7  # of its words that belong to standing text
_END = re.compile(
    rf"(?<!e\.g)(?<!i\.e)(?<!etc)(?<!a\.m)(?<!p\.m)(?<! mr)(?<! ms)(?<! dr)(?<! mrs)[.!?]+[\"')\]]*(?= |$)|{PARAGRAPH}"
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


def standing_runs(text: str) -> Iterator[Standing]:
    """The standing words of a canonical text, in order. Costs a few searches where there is no cue."""
    caveats, footers = _places(text, CAVEAT_CUES), _places(text, DISCLAIMER_CUES)
    if not caveats and not footers:
        return
    ends = [match.end() for match in _END.finditer(text)]
    as_caveat = {bisect_right(ends, place) for place in caveats}
    as_footer = {bisect_right(ends, place) for place in footers}
    for number in sorted(as_caveat | as_footer):
        start = ends[number - 1] if number else 0
        end = ends[number] if number < len(ends) else len(text)
        if end - start > _LONGEST or find_figures(text[start:end]):
            continue
        caveat = _caveat(text[start:end], start) if number in as_caveat else None
        if caveat is not None:
            yield caveat
        elif number in as_footer:
            yield from _footer(text[start:end], start)


def _places(text: str, cues: tuple[str, ...]) -> list[int]:
    found: list[int] = []
    for cue in cues:
        at = text.find(cue)
        while at >= 0:
            found.append(at)
            at = text.find(cue, at + _LONGEST // 8)  # the next one of a sentence tells nothing new
    return found


def _caveat(sentence: str, base: int) -> Standing | None:
    runs = (match for match in _RUN.finditer(sentence) if _is_balanced(match.group()))
    examples = [match.span() for match in runs]
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
