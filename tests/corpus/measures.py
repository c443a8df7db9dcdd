"""What `make evaluate` counts. No printing, and no judging: both are given."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from leakguard.model.decision import Action
from tests.corpus.judging import PRODUCER, STRANGER, Answer, Entry, half_of, unlike_pairs

Z95 = 1.959964
MEASURED_ONLY = "oblique"
HALVES = {0: "held-out half", 1: "development half"}

Judge = Callable[[Entry, str], Answer]
Judged = list[tuple[Entry, Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file of the corpus. leaks: they should be caught; otherwise let through. halved: the odd half is for tuning.

    practice: all of it is.
    """

    file: str
    leaks: bool
    sender: str = STRANGER
    halved: bool = True
    practice: bool = False


SOURCES = (
    Source(file="leaks", leaks=True),
    Source(file="drafts", leaks=True, sender=PRODUCER),
    Source(file="office", leaks=False),
    *(
        Source(file=f"{name}/{kind}", leaks=kind == "leaks", halved=False)
        for name in ("second", "fourth", "fifth", "sixth")
        for kind in ("leaks", "innocent", "threads")
    ),
    *(
        Source(file=f"practice/{kind}-{number}", leaks=kind == "leaks", halved=False, practice=True)
        for number in range(1, 10)
        for kind in ("leaks", "innocent")
    ),
    *(Source(file=f"practice/leaks-{number}", leaks=True, halved=False, practice=True) for number in (10, 11)),
    *(Source(file=f"practice/innocent-{number}", leaks=False, halved=False, practice=True) for number in (12, 13)),
    *(
        Source(file=f"practice/threads-{number}", leaks=False, halved=False, practice=True)
        for number in (7, 8, 9, 12, 13)
    ),
)


def wilson(hits: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share; all that is possible when nothing was counted."""
    if not total:
        return 0.0, 1.0
    share, square = hits / total, Z95 * Z95
    middle = (share + square / (2 * total)) / (1 + square / total)
    reach = Z95 / (1 + square / total) * math.sqrt(share * (1 - share) / total + square / (4 * total * total))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def counted(hits: int, total: int) -> dict[str, Any]:
    low, high = wilson(hits, total)
    return {"count": hits, "of": total, "share": hits / total if total else None, "low": low, "high": high}


def tally(judged: Judged) -> dict[str, Any]:
    held = sum(not answer.action.lets_through for _, answer in judged)
    flagged = sum(answer.action is Action.FLAG for _, answer in judged)
    return {
        "held": counted(held, len(judged)),
        "flagged": counted(flagged, len(judged)),
        "either": counted(held + flagged, len(judged)),
    }


def grouped(judged: Judged, key: str) -> dict[str, Any]:
    names = sorted({entry[key] for entry, _ in judged})
    return {name: tally([each for each in judged if each[0][key] == name]) for name in names}


def section(source: Source, half: int | None, judged: Judged) -> dict[str, Any]:
    """One half of one file, or all of it. Oblique leaks are in no total and no topic, but in a row of their own."""
    direct = [each for each in judged if each[0]["category"] != MEASURED_ONLY]
    return {
        "file": source.file,
        "half": HALVES[half] if half is not None else "practice" if source.practice else "report only",
        "leaks": source.leaks,
        "total": tally(direct),
        "by_category": grouped(judged, "category"),
        "by_topic": grouped(direct, "topic"),
        "forwarded": _ids(direct, Action.FORWARD) if source.leaks else [],
        "forwarded_oblique": _ids([each for each in judged if each not in direct], Action.FORWARD),
        "flagged": _ids(judged, Action.FLAG),
        "held": [] if source.leaks else _ids(judged, Action.HOLD, Action.REJECT),
    }


def _ids(judged: Judged, *actions: Action) -> list[str]:
    return [entry["id"] for entry, answer in judged if answer.action in actions]


def sections(source: Source, judged: Judged) -> list[dict[str, Any]]:
    if not source.halved:
        return [section(source, None, judged)]
    return [section(source, half, [each for each in judged if half_of(each[0]) == half]) for half in HALVES]


def symmetry(source: Source, judged: Judged) -> dict[str, Any]:
    compared, unlike = unlike_pairs((entry, answer.action) for entry, answer in judged)
    return {"file": source.file, "compared": compared, "unlike": unlike}


def sentences(entries: Iterable[Entry]) -> list[Entry]:
    """Each sentence, and each line of a list, as a message without a subject. One word alone is not a sentence."""
    found = []
    for entry in entries:
        pieces = re.split(r"(?<=[.!?])\s+|\n+", entry["text"])
        found += [{**entry, "subject": "", "text": each.strip()} for each in pieces if len(each.split()) > 1]
    return found


def per_pack(judged: Judged, packs: Iterable[str]) -> dict[str, Any]:
    """Sentences held, by the packs that the outcome names; one sentence may count for several."""
    held = [(entry, answer) for entry, answer in judged if not answer.action.lets_through]
    return {
        "total": counted(len(held), len(judged)),
        "by_pack": {
            pack: counted(sum(pack in answer.rules for _, answer in held), len(judged)) for pack in sorted(packs)
        },
        "held_in": sorted({entry["id"] for entry, _ in held}),
    }
