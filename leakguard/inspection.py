"""Exact bytes -> verdict: what a recipient could read, held against the rules. Pure; crashes become gaps here."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

from leakguard.detect import Detector, detect
from leakguard.extract import Limits, OutOfTime, extract
from leakguard.model.content import Extraction, Gap, GapKind, Verdict
from leakguard.model.message import Channel, Direction


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
    extraction = _extract(content, limits, passwords, plain_only, reading or nullcontext())
    try:
        findings, gaps = detect(detector, extraction.spans, direction, channel, time.monotonic)
    except Exception as problem:  # noqa: BLE001 - a defect in detection must hold mail back, not let it pass
        findings, gaps = (), (_crash("detection", problem),)
    return Verdict(findings=findings, gaps=(*extraction.gaps, *gaps), authors=extraction.authors, rulebook=digest)


def _extract(
    content: bytes,
    limits: Limits,
    passwords: tuple[str, ...],
    plain_only: bool,
    reading: AbstractContextManager[object],
) -> Extraction:
    found = None
    try:
        with reading:
            found = extract(content, limits, passwords, plain_only=plain_only)
    except OutOfTime:
        late = Gap(part="message", kind=GapKind.TIMED_OUT, detail="reading")
        found = found or Extraction()
        found = found if late in found.gaps else replace(found, gaps=(*found.gaps, late))
    except Exception as problem:  # noqa: BLE001 - likewise
        return Extraction(gaps=(_crash("message", problem),))
    return found or Extraction()


def _crash(part: str, problem: Exception) -> Gap:
    if isinstance(problem, MemoryError):
        return Gap(part=part, kind=GapKind.TOO_LARGE, detail="memory")
    return Gap(part=part, kind=GapKind.CRASHED, detail=type(problem).__name__)
