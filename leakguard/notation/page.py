"""The lines written so far, and the comments of the old text that are still to be put somewhere."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from leakguard.notation.asides import Aside, Kind

WIDTH = 120


class Page:
    """pending: dashes that wait for the first thing of their item. kept: lines that stay even if they are blank."""

    def __init__(self, text: str, asides: list[Aside]) -> None:
        self.text, self._asides, self._next = text, asides, 0
        self._comments = [each.start for each in asides if each.kind is not Kind.BLANK]
        self.lines: list[str] = []
        self.pending, self.kept = "", 0

    def start(self, indent: int, text: str) -> None:
        """A new line, or the rest of one that has its dashes."""
        self.lines.append(((self.pending or " " * indent) + text).rstrip())
        self.pending = ""

    def blank(self) -> None:
        """One at most, and none right after lines that are kept, as it would be one of theirs."""
        if self.lines and self.lines[-1] and len(self.lines) != self.kept:
            self.lines.append("")

    def take_until(self, before: int) -> Iterator[Aside]:
        while self._next < len(self._asides) and self._asides[self._next].start < before:
            self._next += 1
            yield self._asides[self._next - 1]

    def drop_until(self, before: int) -> None:
        """Blank lines inside something that has no room for them. Its comments are written by now."""
        assert all(each.kind is Kind.BLANK for each in self.take_until(before)), "no comment is dropped"

    def add_tail(self, end: int, before: int) -> None:
        """The comment after what ended at `end`, on the same line, if there is one."""
        if self._next < len(self._asides):
            each = self._asides[self._next]
            if each.kind is Kind.TAIL and each.start < before and "\n" not in self.text[end : each.start]:
                self._next += 1
                self.lines[-1] += f"  {each.text.rstrip()}"

    def has_comment(self, start: int, end: int) -> bool:
        at = bisect_left(self._comments, start)
        return at < len(self._comments) and self._comments[at] < end

    def whole(self) -> str:
        while len(self.lines) > self.kept and not self.lines[-1].strip():
            self.lines.pop()
        return "".join(f"{line}\n" for line in self.lines)
