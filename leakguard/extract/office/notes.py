"""Parts that are lists of small texts, each with a place of its own: comments, footnotes, threads."""

from __future__ import annotations

from leakguard.extract.office.sweep import Sweep

# root of the part -> (elements that begin one, what it is called)
KINDS: dict[str, tuple[frozenset[str], str]] = {
    "comments": (frozenset({"comment"}), "comment"),
    "ThreadedComments": (frozenset({"threadedComment"}), "comment"),
    "cmLst": (frozenset({"cm", "reply"}), "comment"),
    "Comments": (frozenset({"CommentEntry"}), "comment"),
    "footnotes": (frozenset({"footnote"}), "footnote"),
    "endnotes": (frozenset({"endnote"}), "endnote"),
}
_PRESET = frozenset({"separator", "continuationSeparator", "continuationNotice"})


class Notes(Sweep):
    """owner: the sheet or slide that all of them are on, or ""."""

    def __init__(self, root: str, owner: str) -> None:
        super().__init__(known=True)
        self._elements, self._kind = KINDS[root]
        self._owner = owner
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        super().start(name, attributes)
        if name in self._elements and not any(value in _PRESET for value in attributes.values()):
            self._count += 1
            self.shown.mark(self._place(attributes))

    def _place(self, attributes: dict[str, str]) -> str:
        reference = attributes.get("ref", "")[:12]
        if reference and self._owner:
            return f"{self._owner}!{reference}, {self._kind}"
        where = f"{self._kind} {self._count}"
        return f"{self._owner}, {where}" if self._owner else where
