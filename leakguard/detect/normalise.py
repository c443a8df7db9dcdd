"""One canonical view of a text, with the way back: every offset of the view has its place in the original.

Folds case, width, accents, look-alikes, quotes and dashes, drops what does not print, joins white space (reply
prefixes and separators included) to one blank. Rules and texts are folded alike, so that spelling is no hiding place.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from leakguard.detect.lookalikes import LOOKALIKES

PARAGRAPH = "\x1e"  # stands where a blank line was; a word window may cross it only at a price
PART_BREAK = "\x1d"  # stands between parts, and where something is left out; no word window crosses it
_SEPARATORS = {ord(each): " " for each in "\t\r\f\v-_/|\u00a0"}
_ASCII = {code: chr(code).lower() for code in range(128)} | _SEPARATORS | {ord("`"): "'", 0x1D: " ", 0x1E: " "}
_SPACE = r"\n[ \n>]+| [ \n]+(?:(?<=\n)>[ \n>]*)?"  # a lone line break stays one character: no piece for it
_RUNS = re.compile(_SPACE)
_BREAKS = re.compile(r"\n[ \n>]+")  # the same for a text without other runs of blanks: nothing to try at each blank
_UNPRINTED = re.compile("[\0-\x08\x0e-\x1c\x1f\x7f]")  # ASCII that a reader does not see, and that is no blank
_PRINTED = bytes(code for code in range(128) if not _UNPRINTED.match(chr(code)))
_NOT_ASCII = re.compile(r"([^\x00-\x7f]+)")
_FEW = 40  # characters worth one pass each
_QUOTES = dict.fromkeys("‘’‚‛′´＇", "'") | dict.fromkeys("“”„‟″«»＂", '"')
_UNSEEN = dict.fromkeys("\u115f\u1160\ufffc", "") | dict.fromkeys("\u2800\u3164\uffa0", " ")  # fillers, blanks
_DASHES = frozenset("‐‑‒–—―−﹘﹣－⁄∕")


@dataclass(frozen=True, slots=True)
class View:
    """text: the canonical text. starts, origins: from starts[i] on, one canonical character is one original one."""

    text: str = field(repr=False)
    starts: tuple[int, ...] = (0,)
    origins: tuple[int, ...] = (0,)

    def original(self, offset: int) -> int:
        """The offset in the original of the canonical character at `offset`."""
        piece = bisect_right(self.starts, offset) - 1
        return self.origins[piece] + offset - self.starts[piece]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Half-open span in the original that shows the canonical span, which must not be empty."""
        return self.original(start), self.original(end - 1) + 1

    def canonical(self, origin: int) -> int:
        """The canonical offset at or before the original offset."""
        piece = max(bisect_left(self.origins, origin) - 1, 0)
        offset = self.starts[piece] + origin - self.origins[piece]
        limit = self.starts[piece + 1] if piece + 1 < len(self.starts) else len(self.text)
        return max(min(offset, limit), 0)


def normalise(text: str) -> View:
    """The canonical view. Cost is linear; a plain ASCII text pays for little more than its line breaks."""
    odd = set(text.encode().translate(None, _PRINTED).decode()) if text.isascii() else _odd(text)
    if not odd:
        plain = text.translate(_ASCII)
        has_breaks = "\n" in plain
        if "  " in plain or (has_breaks and " \n" in plain):
            return _replace_runs(plain, _RUNS, {})
        return _replace_runs(plain, _BREAKS, {}) if has_breaks else View(plain)
    folded = {char: _fold(char) for char in odd}
    single = {char: to for char, to in folded.items() if len(to) == 1 and to != char}
    longer = {char: to for char, to in folded.items() if len(to) > 1}
    dropped = [char for char, to in folded.items() if not to]
    return _replace_runs(_one_to_one(text, single), _runs(longer, dropped), longer)


def _odd(text: str) -> set[str]:
    """The characters that need more than the ASCII table."""
    return set("".join(_NOT_ASCII.findall(text))).union(_UNPRINTED.findall(text))


def _one_to_one(text: str, single: dict[str, str]) -> str:
    """What keeps the length. Python translates ASCII many times faster than anything else, so a text that is ASCII
    but for some dashes and pound signs is taken apart at these.
    """
    if len(single) > _FEW or not all(to.isascii() for to in single.values()):
        return text.translate(_ASCII | str.maketrans(single))
    for char, to in single.items():
        text = text.replace(char, to)
    return "".join(each.translate(_ASCII) if each.isascii() else each for each in _NOT_ASCII.split(text))


def _runs(longer: Iterable[str], dropped: Iterable[str]) -> re.Pattern[str]:
    """What changes length. What is dropped belongs to the run of blanks around it: they are one blank together."""
    drop, more = (re.escape("".join(sorted(chars))) for chars in (dropped, longer))
    space = rf"\n[ \n>{drop}]+|[ {drop}]+\n[ \n>{drop}]*|[ {drop}]{{2,}}|[{drop}]" if drop else _SPACE
    return re.compile(f"{space}|[{more}]" if more else space)


@lru_cache(maxsize=65536)
def fold_phrase(phrase: str) -> str:
    """A rule's words in the canonical form."""
    return normalise(phrase).text.replace(PARAGRAPH, " ").strip()


def _replace_runs(text: str, pattern: re.Pattern[str], other: dict[str, str]) -> View:
    pieces: list[str] = []
    starts, origins = [0], [0]
    done = length = 0
    for match in pattern.finditer(text):
        start, end = match.span()
        found = match.group()
        new = other[found] if found in other else _blank(found)
        pieces += (text[done:start], new)
        length += start - done
        for extra in range(1, len(new)):  # several letters for one character: all point to it
            starts.append(length + extra)
            origins.append(start)
        length += len(new)
        done = end
        if len(new) != end - start or len(new) > 1:
            starts.append(length)
            origins.append(end)
    if not pieces:
        return View(text.replace("\n", " "))
    pieces.append(text[done:])
    return View("".join(pieces).replace("\n", " "), *_drop_overtaken(starts, origins))


def _drop_overtaken(starts: list[int], origins: list[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Where characters were dropped without a trace, several pieces begin at one offset: the last is right."""
    kept = dict(zip(starts, origins, strict=True))
    return tuple(kept), tuple(kept.values())


def _blank(run: str) -> str:
    if run.count("\n") > 1:
        return PARAGRAPH
    return " " if " " in run or "\n" in run else ""


@lru_cache(maxsize=8192)
def _fold(char: str) -> str:
    """What one non-ASCII character reads as: usually one character, nothing for what does not print."""
    if char in _QUOTES:
        return _QUOTES[char]
    if char in _UNSEEN:
        return _UNSEEN[char]
    if char in _DASHES or char.isspace():
        return "\n" if char in "\u2028\u2029\x85" else " "
    out = []
    for each in unicodedata.normalize("NFKD", LOOKALIKES.get(char, char)).casefold():
        if unicodedata.category(each) in ("Mn", "Me", "Cf", "Cc", "Cs"):
            continue
        digit = unicodedata.digit(each, None)
        out.append(str(digit) if digit is not None else LOOKALIKES.get(each, each))
    return "".join(out).translate(_ASCII)
