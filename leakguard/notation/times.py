"""Local text and a zone -> an instant. Times that do not exist, or that exist twice, are refused and not guessed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_LOCAL = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?")
_WITH_OFFSET = re.compile(_LOCAL.pattern + r"(Z|[+-]\d{2}:\d{2})")


class BadTime(ValueError):
    """code: a diagnostic code. The text is a sentence for the author."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def zone_named(name: str) -> ZoneInfo:
    """Raises BadTime."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as problem:
        raise BadTime("bad-zone", f"`{name}` is no time zone; write one like Europe/London") from problem


def instant(text: str, zone: str | None) -> datetime:
    """The instant in UTC. Raises BadTime."""
    try:
        return _instant(text, zone)
    except OverflowError as problem:
        raise BadTime("bad-time", f"`{text}` is no time: it is beyond the years that can be counted") from problem


def _instant(text: str, zone: str | None) -> datetime:
    if _WITH_OFFSET.fullmatch(text):
        return _parse(text).astimezone(UTC)
    if not _LOCAL.fullmatch(text):
        raise BadTime("bad-time", f"`{text}` is no time; write it like 2031-03-18T09:30")
    if zone is None:
        raise BadTime("naive-time", f"`{text}` says no zone; give `zone: Europe/London` beside it or for the file")
    local = _parse(text).replace(tzinfo=zone_named(zone))
    if local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise BadTime("nonexistent-time", f"`{text}` does not exist in {zone}: the clocks go forward over it")
    if local.replace(fold=1).utcoffset() != local.utcoffset():
        first, second = (_offset(local.replace(fold=fold)) for fold in (0, 1))
        raise BadTime(
            "ambiguous-time",
            f"`{text}` happens twice in {zone}, when the clocks go back; write {text}{first} or {text}{second}",
        )
    return local.astimezone(UTC)


def _parse(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as problem:
        raise BadTime("bad-time", f"`{text}` is no time: {problem}") from problem


def _offset(local: datetime) -> str:
    raw = local.strftime("%z")
    return f"{raw[:3]}:{raw[3:]}"
