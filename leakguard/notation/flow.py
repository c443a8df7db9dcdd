"""Lists and mappings in brackets: on one line if they fit, else filled up to the width, or an entry a line."""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from leakguard.notation.asides import Kind
from leakguard.notation.literals import literal
from leakguard.notation.page import WIDTH, Page

_STEP = 2


@dataclass(frozen=True, slots=True)
class FlowWriter:
    page: Page

    def inline(self, node: yaml.Node) -> str | None:
        """On one line; None when there is a comment in it."""
        if self.page.has_comment(node.start_mark.index, node.end_mark.index):
            return None
        return self._inline(node)

    def _inline(self, node: yaml.Node) -> str:
        if isinstance(node, yaml.MappingNode):
            return "{" + ", ".join(f"{self._key(key)} {self._inline(value)}" for key, value in node.value) + "}"
        if isinstance(node, yaml.SequenceNode):
            return "[" + ", ".join(map(self._inline, node.value)) + "]"
        return literal(node, self.page.text) or "null"

    def _key(self, key: yaml.Node) -> str:
        return f"{literal(key, self.page.text) or 'null'}:"

    def write(self, node: yaml.Node, indent: int, head: str = "") -> None:
        """On several lines. Words fill their lines; with anything larger each entry has its own."""
        opening, closing = "{}" if isinstance(node, yaml.MappingNode) else "[]"
        self.page.start(indent, head + opening)
        entries = _entries(node)
        fills = all(key is None and isinstance(value, yaml.ScalarNode) for key, value in entries)
        line = ""
        for number, (key, value) in enumerate(entries):
            start = lead_of_pair(key, value) if key else value.start_mark.index
            line = self._comments(start, line, indent + _STEP)
            line = self._entry(key, value, line, indent + _STEP, fills)
            after = _start_of(entries, number + 1, node)
            line = self._tail(value, after, line, indent + _STEP)
        self._comments(node.end_mark.index, line, indent + _STEP, always=True)
        self.page.start(indent, closing)

    def _entry(self, key: yaml.Node | None, value: yaml.Node, line: str, indent: int, fills: bool) -> str:
        """Writes an entry, or adds it to the line that is being filled. Returns the line as it stands then."""
        head = f"{self._key(key)} " if key else ""
        written = self.inline(value)
        is_long = written is None or indent + len(head) + len(written) + 1 > WIDTH
        if is_long and isinstance(value, yaml.CollectionNode) and value.value:
            self._put(line, indent)
            self.write(value, indent, head)
            self.page.lines[-1] += ","
            return ""
        entry = f"{head}{written}," if written is not None else ""
        if not entry:  # brackets with nothing but a comment in them
            self._put(line, indent)
            self.write(value, indent, head)
            self.page.lines[-1] += ","
            return ""
        if line and (not fills or indent + len(line) + 1 + len(entry) > WIDTH):
            self._put(line, indent)
            return entry
        return f"{line} {entry}" if line else entry

    def _put(self, line: str, indent: int) -> None:
        if line:
            self.page.start(indent, line)

    def _comments(self, before: int, line: str, indent: int, *, always: bool = False) -> str:
        """Comments on their own lines, after the line that is being filled. always: that one ends in any case."""
        asides = [each for each in self.page.take_until(before) if each.kind is not Kind.BLANK]
        if asides or always:
            self._put(line, indent)
            line = ""
        for each in asides:
            self.page.start(indent, each.text.rstrip())
        return line

    def _tail(self, value: yaml.Node, before: int, line: str, indent: int) -> str:
        """The comment after an entry ends the line."""
        end = value.end_mark.index
        if not self.page.has_comment(end, self._line_end(end, before)):
            return line
        self._put(line, indent)
        self.page.add_tail(end, before)
        return ""

    def _line_end(self, start: int, before: int) -> int:
        found = self.page.text.find("\n", start, before)
        return before if found < 0 else found


def _entries(node: yaml.Node) -> list[tuple[yaml.Node | None, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        return list(node.value)
    return [(None, each) for each in node.value]


def _start_of(entries: list[tuple[yaml.Node | None, yaml.Node]], number: int, node: yaml.Node) -> int:
    if number >= len(entries):
        return int(node.end_mark.index)
    key, value = entries[number]
    return int((key or value).start_mark.index)


def lead_of_pair(key: yaml.Node, value: yaml.Node) -> int:
    """Up to where the comments are that go in front of a key; those between it and its value go there too."""
    in_lines = isinstance(value, yaml.CollectionNode) and not value.flow_style
    is_empty = value.start_mark.index == value.end_mark.index
    return int((key if in_lines or is_empty else value).start_mark.index)
