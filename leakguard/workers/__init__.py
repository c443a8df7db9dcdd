"""Processes that can be killed, around everything that reads a stranger's bytes."""

from __future__ import annotations

from leakguard.workers.fence import FenceReport
from leakguard.workers.pool import Workers, WorkerSettings

__all__ = ["FenceReport", "WorkerSettings", "Workers"]
