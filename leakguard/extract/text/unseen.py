"""The text of a page as a reader may see it, where that is not how it stands in the source: letters within a word that
only a style hides, by colour, size, place or class, and words that a form shows.

Whether a style hides is never sure (white may stand on black), so this is read beside the page and not instead of it.
"""

from __future__ import annotations

import re

_MAY_HIDE = re.compile(
    r"(?<![\w-])(?:color\s*:\s*(?:#fff(?:fff)?\b|white\b|transparent)|font-size\s*:\s*(?:0?\.\d+|1)\s*(?:px|pt)"
    r"|(?:max-)?height\s*:\s*0(?![.\d]*[1-9])|(?:left|right|top|text-indent)\s*:\s*-\d{3}|clip\s*:\s*rect\(\s*0)",
    re.IGNORECASE,
)
_HIDDEN_CLASS = re.compile(
    r"\.([\w-]{1,60})[^{}.]{0,60}\{[^{}]{0,400}?"
    r"(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0)",
    re.IGNORECASE,
)
_CLASS = re.compile(r"""(?<![\w-])class\s*=\s*("[^"]{0,200}"|'[^']{0,200}'|[^\s"'>]{1,200})""", re.IGNORECASE)
_MOST = 5_000  # places of one page

Edit = tuple[int, int, str]  # what stands between two places of the text reads otherwise


class Unseen:
    """Grows while a page is read. Places are those of the shown text. is_cut: there is more than is looked at."""

    def __init__(self) -> None:
        self._edits: list[Edit] = []
        self._classes: set[str] = set()
        self._name = ""  # the element that may hide, and how many of its name are open
        self._depth = self._start = 0
        self.is_cut = False

    def learn(self, sheet: str) -> None:
        """The classes that a style sheet hides."""
        if len(self._classes) < _MOST:
            self._classes.update(name.lower() for name in _HIDDEN_CLASS.findall(sheet))
        else:
            self.is_cut = True

    def open(self, name: str, attributes: str, place: int) -> None:
        if self._name:
            self._depth += name == self._name
        elif attributes and self._may_hide(attributes):
            self._name, self._depth, self._start = name, 1, place

    def close(self, name: str, place: int) -> None:
        if name != self._name:
            return
        self._depth -= 1
        if not self._depth:
            self._name = ""
            self._add((self._start, place, ""))

    def field(self, value: str, place: int) -> None:
        """A form shows this."""
        self._add((place, place, f" {value}"))

    def _add(self, edit: Edit) -> None:
        start, end, reads = edit
        if start == end and not reads:
            return
        if len(self._edits) < _MOST:
            self._edits.append(edit)
        else:
            self.is_cut = True

    def _may_hide(self, attributes: str) -> bool:
        if _MAY_HIDE.search(attributes):
            return True
        named = _CLASS.search(attributes) if self._classes else None
        return named is not None and not self._classes.isdisjoint(named[1].strip("\"'").lower().split())

    def text(self, shown: str) -> str:
        """The lines of the shown text that a reader may see otherwise, as seen."""
        pieces: list[str] = []
        done = behind = 0  # up to where the text and the line of the last edit have been taken
        for start, end, reads in self._edits:
            is_within = shown[start - 1 : start].isalnum() and shown[end : end + 1].isalnum()
            if start < done or not (reads or is_within):
                continue
            if start >= behind:
                pieces.append(shown[done:behind] + "\n")
                done = shown.rfind("\n", 0, start) + 1
            pieces += (shown[done:start], reads)
            done = end
            following = shown.find("\n", end)
            behind = following if following >= 0 else len(shown)
        return "".join((*pieces, shown[done:behind])).strip("\n") if pieces else ""
