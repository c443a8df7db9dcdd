"""Exact bytes -> verdict: what a recipient could read, held against the rules. Pure; crashes become gaps here."""

from __future__ import annotations

from leakguard.detect import Detector, detect
from leakguard.extract import Limits, extract
from leakguard.model.content import Extraction, Gap, GapKind, Verdict
from leakguard.model.message import Channel, Direction


def inspect(
    content: bytes, *, detector: Detector, digest: str, limits: Limits, direction: Direction, channel: Channel
) -> Verdict:
    """Findings and gaps of one message. What cannot be read or evaluated is a gap, whatever the reason."""
    extraction = _extract(content, limits)
    try:
        findings, gaps = detect(detector, extraction.spans, direction, channel)
    except Exception as problem:  # noqa: BLE001 - a defect in detection must hold mail back, not let it pass
        findings, gaps = (), (_crash("detection", problem),)
    return Verdict(findings=findings, gaps=(*extraction.gaps, *gaps), authors=extraction.authors, rulebook=digest)


def _extract(content: bytes, limits: Limits) -> Extraction:
    try:
        return extract(content, limits)
    except Exception as problem:  # noqa: BLE001 - likewise
        return Extraction(gaps=(_crash("message", problem),))


def _crash(part: str, problem: Exception) -> Gap:
    return Gap(part=part, kind=GapKind.CRASHED, detail=type(problem).__name__)
