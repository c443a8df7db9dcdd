"""What became of a child: its verdict, or the gap that it is, with a line in the log."""

from __future__ import annotations

import os
import signal

import structlog

from leakguard.model.content import Gap, GapKind, Verdict
from leakguard.notation.codec import loads
from leakguard.workers.protocol import OUT_OF_MEMORY, End, Ready

log = structlog.get_logger("leakguard.workers")


def verdict(answer: bytes, rulebook: str) -> Verdict | Gap:
    """The child's answer, if it is one. The child is not trusted: any other shape is a gap."""
    try:
        found = loads(Verdict, answer.decode("utf-8", "surrogatepass"))
    except Exception:  # noqa: BLE001 - whatever a hostile child can write
        found = None
    if found is None or found.rulebook != rulebook:
        log.error("worker.failed", kind=GapKind.CRASHED.value, cause="answer", alarm=True)
        return gap(GapKind.CRASHED)
    return found


def failed(ended: End) -> Gap:
    """The gap of a child that ended without an answer."""
    kind, cause = _why(ended)
    log.error("worker.failed", kind=kind.value, cause=cause, alarm=True)
    return gap(kind)


def gap(kind: GapKind) -> Gap:
    return Gap(part="message", kind=kind, detail="inspection did not finish; only plain text was read")


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
