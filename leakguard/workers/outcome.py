"""What became of a child: its verdict, or the gap that it is, with a line in the log."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from typing import TypeVar

import structlog

from leakguard.model.content import Gap, GapKind, Verdict
from leakguard.model.preview import Frame, Preview
from leakguard.notation.codec import loads
from leakguard.preview import is_harmless, without_message
from leakguard.workers.protocol import OUT_OF_MEMORY, End, Ready

log = structlog.get_logger("leakguard.workers")

T = TypeVar("T")
_DETAIL = "inspection did not finish; only plain text was read"


def verdict(answer: bytes, rulebook: str) -> Verdict | Gap:
    """The child's answer, if it is one. The child is not trusted: any other shape is a gap."""
    found = _read(Verdict, answer)
    if found is None or found.rulebook != rulebook:
        log.error("worker.failed", kind=GapKind.CRASHED.value, cause="answer", alarm=True)
        return gap(GapKind.CRASHED)
    return found


def preview(answer: bytes, verdict: Verdict) -> Preview | None:
    """The child's answer, if it is one. It may not say anything else of evidence and gaps than the verdict does."""
    found = _read(Preview, answer)
    if found is not None and _is_about(found, verdict):
        return found
    log.error("worker.failed", kind=GapKind.CRASHED.value, cause="answer", alarm=True)
    return None


def frame(answer: bytes) -> Frame | None:
    """The child's answer, if every tag in it is one that may be there: here it is checked, and not parsed."""
    found = _read(Frame, answer)
    if found is not None and is_harmless(found.html):
        return found
    log.error("worker.failed", kind=GapKind.CRASHED.value, cause="answer", alarm=True)
    return None


def _read(kind: type[T], answer: bytes) -> T | None:
    try:
        return loads(kind, answer.decode("utf-8", "surrogatepass"))
    except Exception:  # noqa: BLE001 - whatever a hostile child can write
        return None


def _is_about(found: Preview, verdict: Verdict) -> bool:
    told = without_message(verdict, "")
    evidence = tuple(replace(each, is_marked=False, is_here=False) for each in found.evidence)
    unread = tuple(replace(each, heading="") for each in found.unread)
    return (evidence, unread, found.left_out) == (told.evidence, told.unread, told.left_out)


def failed(ended: End) -> Gap:
    """The gap of a child that ended without an answer."""
    kind, cause = _why(ended)
    log.error("worker.failed", kind=kind.value, cause=cause, alarm=True)
    return gap(kind)


def gap(kind: GapKind) -> Gap:
    return Gap(part="message", kind=kind, detail=_DETAIL)


def was_plain_only(verdict: Verdict) -> bool:
    """Whether the verdict is that of a second try, after something in the message had ended a child."""
    return any(each.part == "message" and each.detail == _DETAIL for each in verdict.gaps)


def tell(ready: Ready) -> None:
    """One line about the fence; an alarm where it is weaker than it can be."""
    fence = ready.fence
    missing = ",".join(ready.missing)
    if fence.is_whole:
        log.info("worker.fence", landlock=fence.landlock, seccomp=fence.seccomp, missing=missing)
    else:
        log.warning("worker.fence_weak", landlock=fence.landlock, seccomp=fence.seccomp, missing=missing, alarm=True)


def _why(ended: End) -> tuple[GapKind, str]:
    if ended.late:
        return GapKind.TIMED_OUT, "late"
    if os.WIFSIGNALED(ended.status):
        number = os.WTERMSIG(ended.status)
        kind = GapKind.TIMED_OUT if number == signal.SIGXCPU else GapKind.CRASHED
        return kind, signal.Signals(number).name if number in signal.valid_signals() else str(number)
    status = os.WEXITSTATUS(ended.status)
    return (GapKind.TOO_LARGE, "memory") if status == OUT_OF_MEMORY else (GapKind.CRASHED, f"status {status}")
