"""YAML text -> its nodes, and what stands between them and is no value: comments and blank lines, with their places."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import yaml

from leakguard.notation.strict_yaml import Loader

_PIECE = re.compile(r"#[^\n\x85\u2028\u2029]*|\n")
_BLOCK_SCALARS = ("|", ">")
_PLAIN_ONLY: tuple[tuple[type, str], ...] = (
    (yaml.AnchorToken, "an anchor"),
    (yaml.TagToken, "a tag"),
    (yaml.DirectiveToken, "a directive"),
)


class Kind(Enum):
    OWN = "a comment on a line of its own"
    TAIL = "a comment after something"
    BLANK = "a blank line"


@dataclass(frozen=True, slots=True)
class Aside:
    """start: offset in the text. text: of a comment, from its #."""

    kind: Kind
    start: int
    column: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Unplain:
    """Something of YAML that no rulebook needs and no layout is kept for; offset: where it stands."""

    what: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Layout:
    """separators: offsets of the `---` lines. unplain: why the text should be left as it is, if it should."""

    text: str = field(repr=False)
    documents: tuple[yaml.Node, ...] = field(repr=False)
    separators: tuple[int, ...]
    asides: tuple[Aside, ...] = field(repr=False)
    unplain: Unplain | None

    @property
    def comments(self) -> list[str]:
        """The words of all comments, sorted: to see that none is lost."""
        return sorted(each.text.rstrip() for each in self.asides if each.kind is not Kind.BLANK)


class _Recording(Loader):
    """Keeps the tokens while the nodes are composed from them."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.recorded: list[Any] = []

    def get_token(self) -> Any:
        token = super().get_token()  # type: ignore[no-untyped-call]
        self.recorded.append(token)
        return token


def read_layout(text: str) -> Layout:
    """The text is known to be YAML that the strict reader takes; its line ends are line feeds."""
    loader = _Recording(text)
    nodes: list[Any] = []
    while loader.check_node():
        nodes.append(loader.get_node())
    return Layout(
        text=text,
        documents=tuple(nodes),
        separators=tuple(
            each.start_mark.index for each in loader.recorded if isinstance(each, yaml.DocumentStartToken)
        ),
        asides=tuple(_asides(text, loader.recorded)),
        unplain=_unplain(text, loader.recorded, nodes),
    )


def _unplain(text: str, tokens: Iterable[Any], nodes: Iterable[yaml.Node]) -> Unplain | None:
    for token in tokens:
        mark = token.start_mark
        for kind, what in _PLAIN_ONLY:
            if isinstance(token, kind):
                return Unplain(what, mark.line + 1, mark.column + 1)
        if isinstance(token, yaml.KeyToken) and token.end_mark.index > mark.index and text[mark.index] == "?":
            return Unplain("a key of several lines", mark.line + 1, mark.column + 1)
    for node in nodes:
        if not isinstance(node, yaml.CollectionNode):
            return Unplain("a document without keys", node.start_mark.line + 1, node.start_mark.column + 1)
    return None


def _asides(text: str, tokens: Iterable[Any]) -> Iterable[Aside]:
    at = 0
    for token in tokens:
        start, end = token.start_mark.index, token.end_mark.index
        if start > at:
            yield from _between(text, at, start)
        at = max(at, end)
        if isinstance(token, yaml.ScalarToken) and token.style in _BLOCK_SCALARS and _ends_blank(text[start:end]):
            yield Aside(Kind.BLANK, end)
    yield from _between(text, at, len(text))


def _ends_blank(scalar: str) -> bool:
    """Whether a block scalar took the blank line after it, which is not part of its value."""
    lines = scalar.split("\n")
    return "+" not in lines[0].split("#")[0] and len(lines) > 2 and not lines[-1].strip() and not lines[-2].strip()


def _between(text: str, start: int, end: int) -> Iterable[Aside]:
    for piece in _PIECE.finditer(text, start, end):
        line = text.rfind("\n", 0, piece.start()) + 1
        alone = not text[line : piece.start()].strip()
        if piece.group() != "\n":
            yield Aside(Kind.OWN if alone else Kind.TAIL, piece.start(), piece.start() - line, piece.group())
        elif alone:
            yield Aside(Kind.BLANK, piece.start())
