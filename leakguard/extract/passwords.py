"""Words of a message that may be the password of a file in it: people send both in one mail."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from leakguard.model.content import Role, Span

_NEAR = 120  # characters after the cue in which the password stands
_BEFORE = 80
_CUES = 60  # looked at in one text,
_ALL_CUES = 300  # and in all; people write one or two
_CUE = re.compile(
    r"pass ?-?(?:word|code|phrase|key)s?|\bpass(?= ?[:=])|\bp/?wd?\b|\bpin\b"
    r"|\bunlock\w*|\bencrypt\w*|\bopen(?:s|ed)? with\b"
    r"|cyfrinair|cod mynediad|mot de passe|passwort|kennwort|contraseña|wachtwoord|hasło|senha|lösenord|salasana",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“”„«`]([^\"“”„«»`\n]{3,64})[\"“”»`]|['‘]([^'‘’\n]{3,64})['’](?!\w)")
_ASSIGNED = re.compile(
    r"\s*(?:is|are|was|to open (?:it|them)|:|=|->|-|–|yw|ydy|est|ist|es|für)*\s*[:=]?[ \t]*(\S[^\n\t]{2,63})"
)
_LINE = re.compile(r"[^\S\n]*\n\s*(\S[^\n\t]{2,63})")
_WORD = re.compile(r"\S{3,64}")
_AROUND = "\"'`“”„‘’«»<>()[]{}.,;:!?*_|"
_SMALL_WORDS = frozenset(
    "is the for this that file files and are was will has have its your with from sent send protected attached"
    " attachment document spreadsheet workbook open case sensitive separate separately email please use enter by"
    " follows below above same usual call phone text you can not all it to of in on mae yw ar gyfer protection".split()
)


def candidates(spans: Iterable[Span], most: int) -> tuple[str, ...]:
    """Up to `most` words, likeliest first: quoted or assigned ones, then those that look least like a word."""
    ranked: dict[str, int] = {}
    left = _ALL_CUES
    for span in spans:
        if left <= 0:
            break
        if span.role is Role.HIDDEN and len(span.text) > 100_000:  # no person wrote this
            continue
        for cue in islice(_CUE.finditer(span.text), min(_CUES, left)):
            left -= 1
            for rank, word in _around(span.text, cue):
                ranked[word] = min(rank, ranked.get(word, rank))
    ordered = sorted(ranked.items(), key=lambda pair: pair[1] + _plainness(pair[0]))
    return tuple(word for word, _ in ordered[:most])


def _around(text: str, cue: re.Match[str]) -> Iterator[tuple[int, str]]:
    """(rank, word): the smaller the rank, the likelier."""
    lines = text[cue.end() : cue.end() + _NEAR].split("\n")
    near = "\n".join(" ".join(line.split()) for line in lines if line.strip())
    for match in _QUOTED.finditer(near):
        yield 0, match[1] or match[2]
    if (assigned := _ASSIGNED.match(near)) is not None:
        yield from _line(assigned[1], 0)
    if (line := _LINE.search(near)) is not None:
        yield from _line(line[1], 1)
    yield from ((3, word) for word in _words(near))
    before = text[max(0, cue.start() - _BEFORE) : cue.start()]
    yield from ((4, word) for word in _words(before) if _plainness(word) == 0)


def _line(line: str, rank: int) -> Iterator[tuple[int, str]]:
    """The first word of what is assigned; and the whole of it where it is short enough for words of a passphrase."""
    words = line.split()
    yield from ((rank, word) for word in _words(words[0]))
    whole = line.strip()
    if 1 < len(words) <= 6:
        yield rank + 2, whole
        yield rank + 3, whole.rstrip(".")


def _words(text: str) -> Iterator[str]:
    for match in _WORD.finditer(text):
        word = match[0]
        bare = word.strip(_AROUND)
        if len(bare) < 3 or bare.lower() in _SMALL_WORDS:
            continue
        yield bare
        ended = word.rstrip(".,;:\"'”’)>")
        for each in (ended, ended.lstrip("\"'“‘(<"), word):  # punctuation may belong to it
            if each != bare:
                yield each


def _plainness(word: str) -> int:
    """0 for what is hardly a word: digits and capitals in the middle; more for ordinary words."""
    return int(word.isalpha()) + int(word.islower() or word.istitle())
