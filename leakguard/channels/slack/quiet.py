"""What bolt and the SDK say in logs, without their words: at INFO they print whole messages, at DEBUG everything."""

from __future__ import annotations

import logging

import structlog

log = structlog.get_logger("leakguard.slack")

_LIBRARIES = ("slack_bolt", "slack_sdk")


class _NamesOnly(logging.Handler):
    """One line that says which logger spoke, and how loud."""

    def emit(self, record: logging.LogRecord) -> None:
        log.warning("slack.library", logger=record.name, kind=record.levelname)


def quieten() -> None:
    """From now on neither library writes a word of its own anywhere, whatever the level of the root logger."""
    for name in _LIBRARIES:
        logger = logging.getLogger(name)
        logger.handlers = [_NamesOnly()]
        logger.setLevel(logging.WARNING)
        logger.propagate = False
    known = logging.root.manager.loggerDict
    for name in [each for each in known if each.startswith(tuple(f"{every}." for every in _LIBRARIES))]:
        child = logging.getLogger(name)  # bolt copies the level of the root to each when it makes them
        child.handlers, child.propagate = [], True
        child.setLevel(logging.NOTSET)


def quiet_logger() -> logging.Logger:
    """To be given to bolt and the SDK as their base: what they make of it is as quiet."""
    quieten()
    return logging.getLogger("slack_bolt")
