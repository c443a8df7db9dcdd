"""Bytes and verdict -> Preview: header lines, evidence, gaps, and the parts that are wanted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

from leakguard.detect.sections import was_forwarded
from leakguard.extract import Limits
from leakguard.extract.mail.headers import read_header
from leakguard.inspection import read
from leakguard.model.content import Extraction, Gap, Verdict
from leakguard.model.preview import Evidence, HeaderLine, Part, Preview, Wanted
from leakguard.preview.characters import visible
from leakguard.preview.evidence import MOST_LISTED, evidence_of, marks_of, unread_of
from leakguard.preview.frame import numbers_of_frames
from leakguard.preview.parts import Parts, Room
from leakguard.preview.places import Places

_SHOWN_HEADERS = (b"From", b"Sender", b"Reply-To", b"To", b"Cc", b"Date", b"Subject")
_LONGEST_HEADER = 1_000
_MOST_HEADERS = 12
_MOST_PARTS = 100

READ_LESS = (
    "Not all that was searched could be read again for this page. What is missing here is not missing in the message."
)


def preview(
    content: bytes,
    verdict: Verdict,
    wanted: Wanted,
    *,
    limits: Limits,
    passwords: tuple[str, ...] = (),
    plain_only: bool = False,
    reading: AbstractContextManager[object] | None = None,
) -> Preview:
    """What a reviewer sees. limits, passwords, plain_only: as when it was inspected, so that the texts are the same.

    reading: in force while the message is read, as for `inspect`.
    """
    extraction = read(content, limits, passwords, plain_only, reading)
    marks, exact = marks_of(verdict, extraction.spans)
    places = Places(extraction.spans)
    parts = Parts(
        spans=extraction.spans,
        places=places,
        marks=marks,
        frames=numbers_of_frames(content, limits),
        forwarded=was_forwarded(extraction.spans),
    )
    shown, after = _chosen(parts, wanted)
    evidence = tuple(_placed(each, exact, parts.begun) for each in evidence_of(verdict))
    return Preview(
        headers=tuple(_headers(content, limits)),
        evidence=evidence[:MOST_LISTED],
        left_out=max(len(evidence) - MOST_LISTED, 0),
        unread=tuple(replace(each, heading=places.of_part(each.part)) for each in unread_of(verdict.gaps)),
        parts=_told_apart(shown),
        count=len(extraction.spans),
        next=after,
        problem=READ_LESS if _reads_less(extraction, verdict.gaps) else "",
    )


def _chosen(parts: Parts, wanted: Wanted) -> tuple[tuple[Part, ...], int | None]:
    """Parts, and the number of the first one after them."""
    if wanted.part is not None:
        if not 0 < wanted.part <= len(parts.spans):
            return (), None
        return (parts.page(wanted.part - 1, wanted.start),), None
    first = max(wanted.start - 1, 0)
    last = min(first + _MOST_PARTS, len(parts.spans))
    room = Room()
    further = (index for index in sorted(parts.marks) if index >= last)  # evidence is never on another page
    indices = [*range(first, last), *(further if first == 0 else ())]
    return tuple(parts.shortened(index, room) for index in indices), last + 1 if last < len(parts.spans) else None


def _placed(evidence: Evidence, exact: frozenset[int], begun: set[int]) -> Evidence:
    return replace(evidence, is_marked=evidence.number in exact, is_here=evidence.number in begun)


def _told_apart(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The same heading twice says that it is read in another way."""
    seen: dict[str, int] = {}
    told: list[Part] = []
    for part in parts:
        seen[part.heading] = seen.get(part.heading, 0) + 1
        count = seen[part.heading]
        told.append(replace(part, heading=f"{part.heading} ({count})") if count > 1 else part)
    return tuple(told)


def _headers(content: bytes, limits: Limits) -> Iterator[HeaderLine]:
    header = read_header(content, 0, min(len(content), limits.message_bytes), limits)
    for name in _SHOWN_HEADERS:
        for text in header.texts(name.lower())[:_MOST_HEADERS]:
            cut = max(len(text) - _LONGEST_HEADER, 0)
            yield HeaderLine(name=name.decode(), text=visible(text[:_LONGEST_HEADER]), left_out=cut)


def _reads_less(extraction: Extraction, gaps: Sequence[Gap]) -> bool:
    return any(gap not in gaps for gap in extraction.gaps)
