"""Words of a message that may be the password of a file in it: people send both in one mail."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from leakguard.model.content import Span

_NEAR = 80  # characters after the cue in which the password stands
_CUE = re.compile(
    r"pass ?(?:word|code|phrase)s?|\bpwd?\b|\bpin\b|cyfrinair|mot de passe|passwort|contraseña|wachtwoord",
    re.IGNORECASE,
)
_WORD = re.compile(r"\S{3,64}")
_AROUND = "\"'`“”‘’«»<>()[]{}.,;:!?*"
_SMALL_WORDS = frozenset(
    "is the for this that file files and are was will has have its your with from sent send protected attached"
    " attachment document spreadsheet workbook open case sensitive separate separately email please use enter".split()
)


def candidates(spans: Iterable[Span], most: int) -> tuple[str, ...]:
    """Up to `most` words, likeliest first: those that look least like a word of a sentence."""
    found = dict.fromkeys(word for span in spans for word in _after_cues(span.text, most))
    return tuple(sorted(found, key=_plainness)[:most])


def _after_cues(text: str, most: int) -> Iterator[str]:
    for count, cue in enumerate(_CUE.finditer(text)):
        if count >= most:
            return
        for match in _WORD.finditer(text, cue.end(), cue.end() + _NEAR):
            word = match[0]
            bare = word.strip(_AROUND)
            if len(bare) < 3 or bare.lower() in _SMALL_WORDS:
                continue
            yield bare
            if word.rstrip(".,;\"'”’") != bare:
                yield word  # punctuation may belong to it


def _plainness(word: str) -> int:
    """0 for what is hardly a word: digits and capitals in the middle; more for ordinary words."""
    return int(word.isalpha()) + int(word.islower() or word.istitle())
