"""Plain text as a reader sees it, and what stands encoded in it.

ref: RFC 3676 (format=flowed), RFC 4880 section 6.2 (armour)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget
from leakguard.extract.mail.pgp import PACKETS, keys_in, messages_in, opened_message, undashed
from leakguard.extract.text.charset import looks_like_text, readings, without_nuls
from leakguard.extract.text.inline import decoded_lines, files_in
from leakguard.model.content import Role

_QUOTE = re.compile(r"((?:> ?)*)(.*)", re.DOTALL)


def is_text(blob: Blob) -> bool:
    data = without_nuls(blob.data) if blob.declared.startswith("text/") else blob.data
    return looks_like_text(data, blob.charset)


def read_text(blob: Blob, budget: Budget) -> Iterator[Item]:
    """One span for the likeliest reading; other readings of the same bytes are hidden spans."""
    ordinal = 0
    for index, reading in enumerate(readings(without_nuls(blob.data), blob.charset)):
        seen = _as_read(reading, blob)
        if seen and not seen.isspace():
            yield from _spans(blob, reading, seen, Role.HIDDEN if index else None)
        if "-----BEGIN PGP " in seen:
            for content in messages_in(seen):
                ordinal += 1
                yield from opened_message(blob, ordinal, content)
            for content in keys_in(seen):
                ordinal += 1
                yield blob.inner(ordinal, content, place="PGP key", declared=PACKETS)
    for name, content, what in files_in(blob.data, budget):
        ordinal += 1
        if name:
            yield blob.span(name.decode("utf-8", "replace"), role=Role.NAME, place="attachment name")
        yield blob.inner(ordinal, content, place=f"{what} {ordinal}")


def _spans(blob: Blob, reading: str, seen: str, role: Role | None) -> Iterator[Item]:
    yield blob.span(seen, role=role)
    if blob.delsp:  # not every program that joins lines deletes the spaces
        yield blob.span(_unflow(reading.replace("\r\n", "\n"), delsp=False), role=Role.HIDDEN)
    if quoted := _unquoted(seen):
        yield blob.span(quoted, role=Role.HIDDEN, quoted=((0, len(quoted)),))
    if others := decoded_lines(seen):
        yield blob.span(others, role=Role.HIDDEN, place=f"{blob.place}, encoded text")


def _unquoted(seen: str) -> str:
    """What stands quoted over several lines, without the signs; one line needs no second reading."""
    if "\n>" not in seen:
        return ""
    blocks: list[list[str]] = [[]]
    for line in seen.split("\n"):
        if line.startswith(">"):
            blocks[-1].append(line.lstrip("> "))
        elif blocks[-1]:
            blocks.append([])
    return "\n\n".join("\n".join(block) for block in blocks if len(block) > 1)


def _as_read(reading: str, blob: Blob) -> str:
    if "\r" in reading:
        reading = reading.replace("\r\n", "\n").replace("\r", "\n")
    if blob.flowed:
        reading = _unflow(reading, delsp=blob.delsp)
    return undashed(reading) if "-----BEGIN PGP" in reading else reading


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
