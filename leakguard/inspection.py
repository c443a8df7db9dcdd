"""Exact bytes -> verdict: what a recipient could read, held against the rules. Pure; crashes become gaps here."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

from leakguard.detect import Detector, detect
from leakguard.extract import Limits, OutOfTime, extract
from leakguard.model.content import Extraction, Finding, Gap, GapKind, Role, Verdict
from leakguard.model.message import Channel, Direction

_READ = frozenset({Role.SUBJECT, Role.BODY, Role.ATTACHMENT})


def inspect(
    content: bytes,
    *,
    detector: Detector,
    digest: str,
    limits: Limits,
    direction: Direction,
    channel: Channel,
    passwords: tuple[str, ...] = (),
    plain_only: bool = False,
    reading: AbstractContextManager[object] | None = None,
) -> Verdict:
    """Findings and gaps of one message. What cannot be read or evaluated is a gap, whatever the reason.

    passwords: configured ones, for locked files. plain_only: see `extract`.
    reading: in force while the message is read; it may raise OutOfTime, and what was read till then is matched.
    """
    extraction = read(content, limits, passwords, plain_only, reading)
    try:
        # The thread's own time: what a busy machine takes from it is no slow pattern.
        findings, gaps = detect(detector, extraction.spans, direction, channel, time.thread_time)
    except Exception as problem:  # noqa: BLE001 - a defect in detection must hold mail back, not let it pass
        findings, gaps = (), (_crash("detection", problem),)
    return Verdict(
        findings=findings,
        gaps=(*extraction.gaps, *gaps),
        authors=extraction.authors,
        rulebook=digest,
        likeness=_likeness(extraction, findings) if findings or extraction.gaps or gaps else "",
    )


def read(
    content: bytes,
    limits: Limits,
    passwords: tuple[str, ...] = (),
    plain_only: bool = False,
    reading: AbstractContextManager[object] | None = None,
) -> Extraction:
    """What `inspect` searches: the same bytes, limits and passwords give the same spans in the same order."""
    found = None
    try:
        with reading or nullcontext():
            found = extract(content, limits, passwords, plain_only=plain_only)
    except OutOfTime:
        late = Gap(part="message", kind=GapKind.TIMED_OUT, detail="reading")
        found = found or Extraction()
        if late not in found.gaps:
            found = replace(found, gaps=(*found.gaps, late), unread=(*found.unread, _digest(content)))
    except Exception as problem:  # noqa: BLE001 - a defect of a reader is a gap, too
        return Extraction(gaps=(_crash("message", problem),), unread=(_digest(content),))
    return found or Extraction()


def _likeness(extraction: Extraction, findings: Sequence[Finding]) -> str:
    """One digest of what readers read, of the files that could not be read, and of the evidence, wherever it stands.

    Addresses, file names and header lines are in it only as evidence, so that they may differ between copies.
    """
    pieces = [f"{each.role.value} {_tidy(each.text)}" for each in extraction.spans if each.role in _READ]
    pieces += [f"unread {each}" for each in extraction.unread]
    pieces += [f"evidence {each.rule} {each.id} {each.text}" for each in findings]
    whole = hashlib.sha256()
    for piece in pieces:
        octets = piece.encode("utf-8", "surrogatepass")
        whole.update(len(octets).to_bytes(8, "big") + octets)
    return whole.hexdigest()


def _tidy(text: str) -> str:
    """Without what encodings change: the kind of line ends, and blanks at the very end."""
    return text.replace("\r\n", "\n").rstrip()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _crash(part: str, problem: Exception) -> Gap:
    if isinstance(problem, MemoryError):
        return Gap(part=part, kind=GapKind.TOO_LARGE, detail="memory")
    return Gap(part=part, kind=GapKind.CRASHED, detail=type(problem).__name__)
