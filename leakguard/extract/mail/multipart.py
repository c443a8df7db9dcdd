"""Where the parts of a multipart begin and end, by every spelling of its boundary that some program may use.

ref: RFC 2046 section 5.1
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from leakguard.extract.mail.headers import Parameters

_WRITTEN = re.compile(rb'boundary[*\d]*\s*=\s*(?:\([^()]*\)\s*)?("(?:[^"\\]|\\.)*+"?|[^;]*)', re.IGNORECASE | re.DOTALL)
_PLAIN = re.compile(rb'[^;]*;\s*(?:[a-z-]+="?[\w/.+-]*"?;\s*)*boundary="[\w+./=-]+"\s*\Z')
_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_GUESS = re.compile(rb"(?m)^--([^\r\n]{1,200}?)[ \t]*\r?\n[A-Za-z][A-Za-z-]{0,60}:", re.IGNORECASE)
_MOST_SPELLINGS = 24
_MOST_GUESSES = 20


@dataclass(frozen=True, slots=True)
class Cut:
    """A delimiter line: where it starts, where the next line starts, and whether it closes the multipart."""

    start: int
    after: int
    closes: bool


@dataclass(frozen=True, slots=True)
class Cuts:
    """Delimiter lines in order. ambiguous: programs will not agree on them. full: there are more than allowed."""

    cuts: list[Cut]
    ambiguous: bool = False
    full: bool = False


def find_cuts(data: bytes, start: int, end: int, kinds: list[Parameters], raw: list[bytes], most: int) -> Cuts:
    """All declared boundaries count, because programs disagree on which of them is the right one."""
    found = _delimiters(data, start, end, _spellings(kinds, raw), most)
    if found.cuts:
        return found
    guessed = dict.fromkeys(
        match[1] for match, _ in zip(_GUESS.finditer(data, start, end), range(_MOST_GUESSES), strict=False)
    )
    found = _delimiters(data, start, end, guessed, most)
    return Cuts(found.cuts, ambiguous=bool(found.cuts), full=found.full)


def _spellings(kinds: list[Parameters], raw: list[bytes]) -> dict[bytes, None]:
    """As written and as tidied: quotes, escapes, comments, and spaces within and around."""
    forms = dict.fromkeys(value.encode("utf-8", "replace") for kind in kinds for value in kind.all("boundary"))
    for value in raw:
        if _PLAIN.match(value):
            continue
        for written in _WRITTEN.findall(_FOLD.sub(b"", value)):
            if written.startswith(b'"'):
                inner = written[1:-1] if written.endswith(b'"') else written[1:]
                forms |= dict.fromkeys((inner, _ESCAPED.sub(rb"\1", inner)))
            else:
                forms |= dict.fromkeys((written, written.split(b" ")[0], written.split(b"(")[0].strip()))
    tidied = dict.fromkeys(form for each in forms for form in (each, each.strip(), each.rstrip()) if form.strip())
    return dict.fromkeys(list(tidied)[:_MOST_SPELLINGS])


def _delimiters(data: bytes, start: int, end: int, boundaries: dict[bytes, None], most: int) -> Cuts:
    if not boundaries:
        return Cuts([])
    choice = b"|".join(re.escape(each) for each in sorted(boundaries, key=len, reverse=True))
    pattern = re.compile(rb"--(" + choice + rb")(--)?[ \t]*(?:\r?\n|\r|\Z)")
    cuts: list[Cut] = []
    used: set[bytes] = set()
    for match in pattern.finditer(data, start, end):
        at = match.start()
        if at > start and data[at - 1] not in b"\r\n":
            continue
        cuts.append(Cut(at, match.end(), match[2] is not None))
        used.add(match[1])
        if len(cuts) >= most:
            break
    return Cuts(cuts, ambiguous=len(used) > 1, full=len(cuts) >= most)
