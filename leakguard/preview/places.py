"""Places as people know them: files by their names, sheets by their titles."""

from __future__ import annotations

import re
from collections.abc import Iterable

from leakguard.model.content import Role, Span
from leakguard.preview.characters import visible

_NAMED = re.compile(r"(attachment|file) name( \d+)?\Z")
_LONGEST_NAME = 160


class Places:
    """The names that files have in one message, by the place that each has in it, and by its part."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._names: dict[str, str] = {}
        self._parts: dict[str, str] = {}
        for span in spans:
            place = span.place_at(0)
            if span.role is Role.NAME and _NAMED.search(place):
                key = _NAMED.sub(r"\1\2", place)
                self._names.setdefault(key, short(span.text))
                self._parts.setdefault(span.part, key)
            elif span.role is not Role.NAME:
                self._parts.setdefault(span.part, span.within or place)

    def heading(self, place: str) -> str:
        """ "report.zip, tables.xlsx, page 3" for "attachment 1, file 2, page 3"."""
        words = place.split(", ")
        found: list[str] = []
        for index, word in enumerate(words):
            found.append(self._names.get(", ".join(words[: index + 1]), short(word)))
        return _capital(", ".join(found))

    def of_part(self, part: str) -> str:
        """What people call the part with this path, or the nearest one around it that they have a name for."""
        while part:
            if part in self._parts:
                return self.heading(self._parts[part])
            part = part[: max(part.rfind("!"), part.rfind("."), 0)]
        return ""


def short(text: str) -> str:
    shown = visible(" ".join(text.split()))
    return shown if len(shown) <= _LONGEST_NAME else f"{shown[:_LONGEST_NAME]}…"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:] if text.startswith(("body", "subject", "display", "other", "attach")) else text
