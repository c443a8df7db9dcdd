"""YAML text -> the same documents in the one layout of this house, with every comment.

Rule of this file: what is written comes from the text itself, piece by piece; no value is made anew. What is in
braces stays in braces, what is in lines stays in lines. Whoever calls it proves that nothing else has changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from leakguard.notation.asides import Aside, Kind, Layout
from leakguard.notation.flow import FlowWriter, lead_of_pair
from leakguard.notation.literals import literal, wrapped
from leakguard.notation.page import WIDTH, Page

_STEP = 2
_Level = tuple[int, int]  # the column that a block had, and the one that it gets


def laid_out(layout: Layout) -> str:
    """The text of all documents. Nothing of it is unplain."""
    page = Page(layout.text, list(layout.asides))
    writer = _Writer(page, FlowWriter(page))
    separators = iter(layout.separators[-len(layout.documents) + 1 :] if len(layout.documents) > 1 else ())
    for number, node in enumerate(layout.documents):
        if number:
            writer.separate(next(separators, 0))
        writer.document(node)
    writer.end()
    return page.whole()


@dataclass(slots=True)
class _Writer:
    page: Page
    flow: FlowWriter
    deepest: list[_Level] = field(default_factory=list)  # the blocks around what was written last

    def document(self, node: yaml.Node) -> None:
        stack = [(node.start_mark.column, 0)]
        self.deepest = stack
        self._flush(_lead(node), stack, first=True)
        if _is_block(node):
            self._block(node, 0, stack)
        else:
            self._leaf("", node, 0, stack)

    def separate(self, offset: int) -> None:
        self._flush(offset, self.deepest[:1], first=False)
        self.page.lines.append("---")

    def end(self) -> None:
        self._flush(len(self.page.text) + 1, self.deepest[:1] or [(0, 0)], first=False)

    def _block(self, node: yaml.Node, indent: int, stack: list[_Level]) -> None:
        if isinstance(node, yaml.MappingNode):
            self._mapping(node, indent, stack)
        else:
            self._sequence(node, indent, stack)

    def _mapping(self, node: yaml.Node, indent: int, stack: list[_Level]) -> None:
        for number, (key, value) in enumerate(node.value):
            if not self.page.pending:
                self._flush(lead_of_pair(key, value), stack, first=not number)
            head = f"{literal(key, self.page.text)}:"
            if _is_block(value):
                self.page.start(indent, head)
                self.page.add_tail(key.end_mark.index, value.start_mark.index)
                inner = [*stack, (value.start_mark.column, indent + _STEP)]
                self._block(value, indent + _STEP, inner)
            else:
                self._leaf(head, value, indent, stack)

    def _sequence(self, node: yaml.Node, indent: int, stack: list[_Level]) -> None:
        for number, item in enumerate(node.value):
            if not self.page.pending:
                self._flush(_lead(item), stack, first=not number)
            self.page.pending = (self.page.pending or " " * indent) + "- "
            if _is_block(item):
                self._block(item, indent + _STEP, [*stack, (item.start_mark.column, indent + _STEP)])
            else:
                self._leaf("", item, indent + _STEP, stack)

    def _leaf(self, head: str, node: yaml.Node, indent: int, stack: list[_Level]) -> None:
        """A value that begins on the line of its key or dash, and the comment after it."""
        if isinstance(node, yaml.CollectionNode):
            self._collection(head, node, indent)
        elif _in_lines(node):
            self._block_scalar(head, node, indent)
        else:
            self._scalar(head, node, indent)
        self.page.drop_until(node.end_mark.index)
        if not _in_lines(node):  # that ends at the beginning of another line
            self.page.add_tail(node.end_mark.index, len(self.page.text))
        self.deepest = stack

    def _collection(self, head: str, node: yaml.Node, indent: int) -> None:
        prefix = f"{head} " if head else ""
        written = self.flow.inline(node)
        if written is not None and indent + len(prefix) + len(written) <= WIDTH:
            self.page.start(indent, prefix + written)
        elif head:
            self.page.start(indent, head)
            self.flow.write(node, indent + _STEP)
        else:
            self.flow.write(node, indent)

    def _scalar(self, head: str, node: yaml.Node, indent: int) -> None:
        prefix = f"{head} " if head else ""
        written = literal(node, self.page.text)
        had_lines = node.start_mark.line != node.end_mark.line
        if not had_lines or indent + len(prefix) + len(written) <= WIDTH:
            self.page.start(indent, prefix + written)
            return
        lines = wrapped(written, indent + len(prefix), indent + _STEP, WIDTH)
        self.page.start(indent, prefix + lines[0])
        for line in lines[1:]:
            self.page.start(indent + _STEP, line)

    def _block_scalar(self, head: str, node: yaml.Node, indent: int) -> None:
        """Its lines move as a whole; blanks at their beginning belong to the value."""
        raw = self.page.text[node.start_mark.index : node.end_mark.index]
        first, *lines = raw.split("\n")
        shown, _, remark = first.partition("#")
        around = node.value.lstrip("\n")
        own = len(around) - len(around.lstrip(" "))
        had = next((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), 0) - own
        new = (indent if not head and self.page.pending else indent + _STEP) if head or self.page.pending else _STEP
        keeps = "+" in shown
        sign = shown[0] + (str(_STEP) if own else "") + "".join(each for each in shown if each in "+-")
        self.page.start(indent, " ".join(each for each in (head, sign) if each) + (f"  #{remark}" if remark else ""))
        self.page.lines += [" " * new + line[had:] if line.strip() else line[had:] for line in _trimmed(lines, keeps)]
        self.page.kept = len(self.page.lines) if keeps else self.page.kept

    def _flush(self, before: int, stack: list[_Level], *, first: bool) -> None:
        """Comments and blank lines in front of something. first: of a block, so that they belong to it."""
        levels = [stack[-1]] if first else self.deepest[len(stack) - 1 :] or [stack[-1]]
        for each in self.page.take_until(before):
            if each.kind is Kind.BLANK:
                self.page.blank()
            else:
                self.page.start(_column(each, levels), each.text.rstrip())


def _column(comment: Aside, levels: list[_Level]) -> int:
    """Where a comment goes that stands after the blocks of these levels: to the deepest that it is not left of."""
    best = levels[0]
    for level in levels[1:]:
        if best[0] < level[0] <= comment.column and comment.kind is Kind.OWN:
            best = level
    return best[1]


def _trimmed(lines: list[str], keeps: bool) -> Iterator[str]:
    last = (
        len(lines) - (not lines[-1])
        if keeps
        else max((n + 1 for n, line in enumerate(lines) if line.strip()), default=0)
    )
    yield from lines[:last]


def _is_block(node: yaml.Node) -> bool:
    return isinstance(node, yaml.CollectionNode) and not node.flow_style


def _in_lines(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")


def _lead(node: yaml.Node) -> int:
    """Up to where the comments are that go in front of the line on which this begins."""
    if not _is_block(node) or not node.value:
        return int(node.start_mark.index)
    if isinstance(node, yaml.MappingNode):
        return lead_of_pair(*node.value[0])
    return _lead(node.value[0])
