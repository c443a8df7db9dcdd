"""Logs that name what happened and never what was in a message: only keys of a closed list are written.

A key that is not on the list is dropped and counted, so that a careless line cannot become the leak.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

KEYS = frozenset(
    """event level timestamp logger alarm message held problem error cause code kind host port client hostname
    recipients through copies findings gaps connections sessions deliveries deliveries_left messages seconds waited_s ms
    size rulebook releases rules errors warnings place worker pid attempts notice release listeners protocol accepted
    refused upstream found gate_ms policy landlock seccomp missing""".split()
)


def set_up(*, as_json: bool, level: str) -> None:
    """Route structlog and the standard library's warnings to standard error, one line each."""
    renderer: Any = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_known_keys,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_NamesOnly("%(levelname)s %(name)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("mail.log").setLevel(logging.WARNING)


class _NamesOnly(logging.Formatter):
    """Other people's log lines: level and logger. Neither their words nor a traceback, which may quote a message."""

    def formatException(self, _error: Any) -> str:  # noqa: N802 - the standard library's name
        return ""

    def formatStack(self, _stack: str) -> str:  # noqa: N802 - likewise
        return ""


def only_known_keys(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every key that is not on the list, tracebacks included: their text may quote a message."""
    unknown = [key for key in event if key not in KEYS]
    for key in unknown:
        del event[key]
    if unknown:
        event["errors"] = f"{len(unknown)} keys dropped"
    return event
