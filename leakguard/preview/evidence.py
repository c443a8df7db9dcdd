"""Findings and gaps of a verdict as a reviewer reads them: numbered, placed, and with what each means."""

from __future__ import annotations

from collections.abc import Sequence

from leakguard.detect.page import excerpt
from leakguard.model.content import Finding, Gap, GapKind, Span, Verdict
from leakguard.model.preview import Evidence, Preview, Unread
from leakguard.preview.characters import visible
from leakguard.preview.segments import Mark

MOST_LISTED = 400

_UNREAD = {
    GapKind.ENCRYPTED: (
        "It is locked, and nothing at hand opens it. What it says is not known.",
        "Ask the sender for an unlocked copy, or for the reason; do not send it on trust.",
    ),
    GapKind.UNSUPPORTED: (
        "No reader here can read it, or no word was found in it. Figures may stand in it all the same.",
        "Look at the file itself where you may, or ask the sender what it is.",
    ),
    GapKind.TOO_LARGE: (
        "It is larger than what is read. Only its beginning was searched, or nothing of it.",
        "Ask the sender for a smaller file, or look at the file itself.",
    ),
    GapKind.TOO_DEEP: (
        "Files are packed in files deeper than is read. What is inside was not searched.",
        "Ask the sender to unpack it; people hardly ever need so many layers.",
    ),
    GapKind.TOO_MANY: (
        "There is more of it than is read. The rest was not searched.",
        "Ask the sender to send it in pieces, or look at the rest itself.",
    ),
    GapKind.DAMAGED: (
        "It breaks off or contradicts itself. What came before was searched; what comes after was not.",
        "Ask the sender to save it anew and send it again.",
    ),
    GapKind.TIMED_OUT: (
        "Time was over before all was searched. Evidence may be missing from the list.",
        "Read it yourself before you decide.",
    ),
    GapKind.CRASHED: (
        "A reader broke on it, and only plain text was searched. The file may be damaged or hostile.",
        "Do not open it on your own machine; tell the administrator, who finds the cause in the log.",
    ),
    GapKind.AMBIGUOUS: (
        "Mail programs disagree on what this is. Every reading was searched; readers may see different text.",
        "Compare the readings below, and ask the sender why it is made so.",
    ),
    GapKind.INLINE_PICTURE: (
        "A small picture within the text, most likely a logo, was not read.",
        "Look at it in the page as its reader sees it.",
    ),
}


def numbered(verdict: Verdict) -> list[Finding]:
    """The findings in the order of their places; those that have no spot come last."""

    def where(finding: Finding) -> tuple[bool, int, int]:
        first = finding.spots[0] if finding.spots else None
        return (first is None, first.span if first else 0, first.start if first else 0)

    return sorted(verdict.findings, key=where)


def evidence_of(verdict: Verdict) -> tuple[Evidence, ...]:
    """All evidence, none of it marked yet."""
    return tuple(_evidence(number, each) for number, each in enumerate(numbered(verdict), 1))


def _evidence(number: int, finding: Finding) -> Evidence:
    first = finding.spots[0] if finding.spots else None
    return Evidence(
        number=number,
        rule=finding.rule,
        finding=finding.id,
        title=visible(finding.title),
        because=visible(finding.because or finding.title),
        confidence=finding.confidence,
        place=visible(finding.place),
        section=finding.section,
        disguises=finding.disguises,
        shadow=finding.shadow,
        part=first.span + 1 if first else None,
        start=first.start if first else 0,
    )


def unread_of(gaps: Sequence[Gap]) -> tuple[Unread, ...]:
    return tuple(_unread(each) for each in dict.fromkeys(gaps))


def _unread(gap: Gap) -> Unread:
    meaning, advice = _UNREAD[gap.kind]
    return Unread(part=gap.part, kind=gap.kind, detail=visible(gap.detail), meaning=meaning, advice=advice)


def marks_of(verdict: Verdict, spans: Sequence[Span]) -> tuple[dict[int, list[Mark]], frozenset[int]]:
    """Marks by the index of their span, and the numbers of the evidence that they show.

    Only where the text is the very text that was found: another version may read a file in another way.
    """
    marks: dict[int, list[Mark]] = {}
    exact: set[int] = set()
    for number, finding in enumerate(numbered(verdict), 1):
        if not _is_exact(finding, spans):
            continue
        exact.add(number)
        for spot in finding.spots:
            if spot.start < spot.end:
                marks.setdefault(spot.span, []).append(Mark(spot.start, spot.end, number))
    for each in marks.values():
        each.sort(key=lambda mark: (mark.start, mark.end, mark.number))
    return marks, frozenset(exact)


def _is_exact(finding: Finding, spans: Sequence[Span]) -> bool:
    spots = finding.spots
    if not spots or not all(0 <= spot.span < len(spans) and 0 <= spot.start <= spot.end for spot in spots):
        return False
    return excerpt(spans[spot.span].text[spot.start : spot.end] for spot in spots) == finding.text


def without_message(verdict: Verdict, problem: str) -> Preview:
    """What is known of a message that cannot be shown."""
    evidence = evidence_of(verdict)
    return Preview(
        evidence=evidence[:MOST_LISTED],
        left_out=max(len(evidence) - MOST_LISTED, 0),
        unread=unread_of(verdict.gaps),
        problem=problem,
    )
