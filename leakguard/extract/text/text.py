"""Plain text, calendars and contact cards as a reader sees them.

ref: RFC 3676 (format=flowed), RFC 5545 section 3.1 (folded lines), RFC 4880 section 6.2 (armour)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget
from leakguard.extract.mail.transfer import uuencoded
from leakguard.extract.text.charset import looks_like_text, readings
from leakguard.model.content import GapKind, Role

_FOLDED_KIND = re.compile(r"\s*BEGIN:V(?:CALENDAR|CARD)", re.IGNORECASE)
_FOLD = re.compile(r"\n[ \t]")
_ESCAPED = re.compile(r"\\([nN,;\\])")
_QUOTE = re.compile(r"((?:> ?)*)(.*)", re.DOTALL)
_ENCRYPTED = re.compile(r"(?m)^-----BEGIN PGP MESSAGE-----")


def is_text(blob: Blob) -> bool:
    return looks_like_text(blob.data)


def read_text(blob: Blob, _budget: Budget) -> Iterator[Item]:
    """One span for the likeliest reading; other readings of the same bytes are hidden spans."""
    for index, reading in enumerate(readings(blob.data, blob.charset)):
        seen = _as_read(reading, blob)
        if seen and not seen.isspace():
            yield blob.span(seen, role=Role.HIDDEN if index else None)
        if "-----BEGIN PGP MESSAGE" in seen and _ENCRYPTED.search(seen):
            yield blob.gap(GapKind.ENCRYPTED, "PGP message")
    for ordinal, (name, content) in enumerate(uuencoded(blob.data), 1):
        yield blob.span(name.decode("utf-8", "replace"), role=Role.NAME, place="attachment name")
        yield blob.inner(ordinal, content, place=f"uuencoded file {ordinal}")


def _as_read(reading: str, blob: Blob) -> str:
    if "\r" in reading:
        reading = reading.replace("\r\n", "\n").replace("\r", "\n")
    if blob.flowed:
        return _unflow(reading, delsp=blob.delsp)
    if _FOLDED_KIND.match(reading):
        return _ESCAPED.sub(_unescape, _FOLD.sub("", reading.replace("=\n", "")))
    return reading


def _unescape(match: re.Match[str]) -> str:
    return "\n" if match[1] in "nN" else match[1]


def _unflow(reading: str, *, delsp: bool) -> str:
    """Join the lines that end with a space, at equal quoting."""
    out: list[str] = []
    joins_at = -1
    for line in reading.split("\n"):
        quoting, rest, depth = "", line, 0
        if line.startswith(">"):
            match = _QUOTE.match(line)
            assert match is not None, "the pattern matches every line"
            quoting, rest = match[1], match[2]
            depth = quoting.count(">")
        rest = rest.removeprefix(" ")
        if joins_at == depth:
            out.append(rest)
        else:
            out.append(f"\n{quoting}{rest}" if out else f"{quoting}{rest}")
        flows = rest.endswith(" ") and rest != "-- "
        joins_at = depth if flows else -1
        if flows and delsp:
            out[-1] = out[-1][:-1]
    return "".join(out)
