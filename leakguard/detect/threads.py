"""Where a mail stops being new: quoted lines, earlier messages below, forwarded ones, signatures.

Goes from cue to cue, so that a text without one costs a few searches, and bounds what it looks at beside a cue, so
that a text of nothing but cues costs no more. What it does not know stays new text: a label never hides anything.
ref: RFC 3676 section 4.3 (the line that begins a signature)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from leakguard.model.content import Section

Interval = tuple[int, int]  # half-open
Labelled = tuple[int, int, Section]

_MOST_CUES = 500  # of one kind that are looked at in one text
_LINE = 300  # characters of a line that matter
_BLOCK = 1_000  # characters in which the fields of an earlier message stand
_SIGNATURE_LINES = 12

_QUOTING = r"[>|* \t]{0,8}"
_FIELD = re.compile(
    rf"^{_QUOTING}(?:Sent|Date|To|Cc|Subject|Anfonwyd|Dyddiad|At|Pwnc)[ \t]?:(?=\*?[ \t]|\*?$)", re.MULTILINE
)
_BLANK_LINE = re.compile(r"\n[>|* \t]*\n[>|* \t]*\n")
_FROM = re.compile(rf"{_QUOTING}(?:From|Oddi wrth)[ \t]?:")
_WROTE_ON = re.compile(
    r"(?:On|Ar)\b(?=[^\d]{0,40}\d).{4,280}\b(?:wrote|ysgrifennodd)\b.{0,80}:[ \t]*$"
    r"|\d{4}-\d\d-\d\d.{4,200}\bwrote:[ \t]*$",
    re.DOTALL,
)
_WROTE = re.compile(
    rf"{_QUOTING}(?:-{{3,}} ?)?.{{0,200}}(?:<[^<>\s]+@[^<>\s]+>|/[\w/]+@?\w*).{{0,40}}\bwrote: ?-*[ \t]*$"
)
_ORIGINAL = re.compile(rf"{_QUOTING}-{{2,}} ?original (?:message|appointment) ?-{{2,}}\s*$", re.IGNORECASE)
_FORWARDED = re.compile(
    rf"{_QUOTING}(?:-{{3,}} ?forwarded (?:message|by)\b.*|begin forwarded message:?)\s*$", re.IGNORECASE
)
_MOBILE = re.compile(r"(?:sent (?:from|via) (?:my |outlook|mail|yahoo|gmail|proton)|get outlook for|anfonwyd o )", re.I)
_FAREWELL = re.compile(
    r"(?:(?:kind|best|warm|many)(?:est)? (?:regards|wishes|thanks)|regards|thanks|thank you|best|cheers|all the best"
    r"|yours (?:sincerely|faithfully|truly)|cofion(?: gorau| cynnes)?|diolch(?: yn fawr)?)[,.! ]*$",
    re.IGNORECASE,
)
_PHONES = ("Sent from ", "Sent via ", "sent from ", "Get Outlook for", "Anfonwyd o ")
_FAREWELLS = (
    *("\nKind", "\nBest", "\nWarm", "\nMany thanks", "\nRegards", "\nregards", "\nThank", "\nthanks", "\nCheers"),
    *("\nAll the best", "\nYours ", "\nCofion", "\nDiolch"),
)


def threads(text: str, quoted: tuple[Interval, ...], forwards: bool) -> Iterator[list[Labelled]]:
    """Layers of labels, each in order and without overlaps; a later layer is written over an earlier one.

    quoted: what markup shows as quoted. forwards: the subject says that what follows below was forwarded.
    """
    if "\n" not in text:
        yield [(start, end, Section.QUOTED) for start, end in quoted]
        return
    yield [(start, end, Section.SIGNATURE) for start, end in _signatures(text)]
    blocks = [*quoted, *_quoted_lines(text)]
    introduced, below = _introductions(text, blocks)
    yield [(start, end, Section.QUOTED) for start, end in _merged([*blocks, *introduced])]
    earlier = min([*below, *_earlier_messages(text)], default=len(text))
    forwarded = min(_lines_like(text, "orwarded ", _FORWARDED), default=len(text))
    if forwards or not text[:earlier].strip():  # nothing new above it: sent on as it came
        forwarded = min(forwarded, earlier)
    yield [(earlier, max(forwarded, earlier), Section.QUOTED)] if earlier < forwarded else []
    yield [(forwarded, len(text), Section.FORWARDED)]


def _cues(text: str, cue: str) -> Iterator[int]:
    at = text.find(cue)
    for _ in range(_MOST_CUES):
        if at < 0:
            return
        yield at
        at = text.find(cue, at + len(cue))


def _line_start(text: str, at: int) -> int:
    """Where the line of `at` begins; a place far into a line counts as no beginning of it."""
    return text.rfind("\n", max(at - _LINE, 0), at) + 1 or max(at - _LINE, 0)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at, at + _LINE)
    return end if end >= 0 else min(at + _LINE, len(text))


def _lines_like(text: str, cue: str, pattern: re.Pattern[str]) -> Iterator[int]:
    """Where lines begin that have the cue and are like the pattern as a whole."""
    for at in _cues(text, cue):
        start = _line_start(text, at)
        if pattern.match(text[start : _line_end(text, at)]):
            yield start


def _earlier_messages(text: str) -> Iterator[int]:
    """The first of each kind: a line that says so, or the fields of a message in lines of their own."""
    for cue in ("riginal ", "RIGINAL "):
        yield from _first(_lines_like(text, cue, _ORIGINAL))
    for cue in ("From:", "From :", "Oddi wrth"):
        yield from _first(_header_blocks(text, cue))


def _first(found: Iterator[int]) -> list[int]:
    return [start for start in [next(found, None)] if start is not None]


def _header_blocks(text: str, cue: str) -> Iterator[int]:
    for at in _cues(text, cue):
        start = _line_start(text, at)
        block = text[start : at + _BLOCK]
        if not _FROM.match(block):
            continue
        gap = _BLANK_LINE.search(block)
        fields = {field[0].strip(">|* \t:") for field in _FIELD.finditer(block, 0, gap.start() if gap else len(block))}
        if len(fields) > 1:
            yield start


def _introductions(text: str, blocks: list[Interval]) -> tuple[list[Interval], list[int]]:
    """Lines such as "On 3 May Jane wrote:", apart by what follows: a quotation, or a whole message to the end."""
    starts = {start for start, _ in blocks}
    introduced: list[Interval] = []
    below: list[int] = []
    for cue in ("wrote", "ysgrifennodd"):
        for at in _cues(text, cue):
            end = _line_end(text, at)
            begin = _introduction(text, at, end)
            if begin is None:
                continue
            following = end + len(text[end : end + 8]) - len(text[end : end + 8].lstrip())
            quotation = next((place for place in range(end, following + 1) if place in starts), None)
            if quotation is not None:
                introduced.append((begin, quotation))
            else:
                below.append(begin)
    return introduced, below


def _introduction(text: str, at: int, end: int) -> int | None:
    """Where the introduction begins whose verb is at `at`: in its line, or one or two lines above."""
    start = _line_start(text, at)
    if _WROTE.match(text[start:end]):
        return start
    for _ in range(3):
        if _WROTE_ON.match(text[start:end].lstrip(">|* \t")):
            return start
        if not start:
            return None
        start = _line_start(text, start - 1)
    return None


def _quoted_lines(text: str) -> Iterator[Interval]:
    at = 0 if text.startswith(">") else _after(text, "\n>", 0)
    while at < len(text):
        end = at
        while text.startswith(">", end):
            end = text.find("\n", end) + 1 or len(text)
        yield at, end
        at = _after(text, "\n>", end - 1)


def _after(text: str, cue: str, start: int) -> int:
    """Where the line begins that the cue opens, or the end of the text."""
    found = text.find(cue, start)
    return found + 1 if found >= 0 else len(text)


def _signatures(text: str) -> list[Interval]:
    found = [(start, _line_end(text, start)) for cue in _PHONES for start in _mobile(text, cue)]
    for cue in ("\n-- \n", "\n--\n"):
        found += [(at + 1, len(text)) for at in _cues(text, cue)]
    if text.startswith(("-- \n", "--\n")):
        found.append((0, len(text)))
    for cue in _FAREWELLS:
        starts = (at + 1 for at in _cues(text, cue))
        found += [(at, _signed(text, at)) for at in starts if _FAREWELL.match(text[at : _line_end(text, at)])]
    return _merged(found)


def _mobile(text: str, cue: str) -> Iterator[int]:
    for at in _cues(text, cue):
        if (not at or text[at - 1] == "\n") and _MOBILE.match(text, at) and _line_end(text, at) - at < 80:
            yield at


def _signed(text: str, start: int) -> int:
    """The end of the short lines below a farewell that are no sentences."""
    end = _line_end(text, start)
    for _ in range(_SIGNATURE_LINES):
        following = _line_end(text, end + 1)
        line = text[end + 1 : following].rstrip()
        if end >= len(text) or len(line) > 80 or line.endswith((".", "!", "?")):
            break
        end = following
    return end


def _merged(intervals: list[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
