"""YAML text -> plain values with their places. What YAML would guess (times, `no`, 9:30, duplicate keys) is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from leakguard.notation.diagnostics import Diagnostic, Path, Place, Report, Source

_DEEP = 50
MAX_CHARACTERS = 5_000_000  # a rulebook file is written by people; more than this is a mistake or an attack
_WHOLE = re.compile(r"-?(0|[1-9]\d{0,17})")
_DECIMAL = re.compile(r"-?\d{1,18}\.\d{1,18}")
_READ_OTHERWISE = re.compile("[\t\ufeff]|[|>]#")  # where libyaml and PyYAML part
_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Document:
    """value: dicts with string keys, lists, strings, whole numbers, decimals, true, false, None."""

    value: Any = field(repr=False)
    source: Source


def read_yaml(file: str, text: str, report: Report) -> list[Document]:
    """The documents of one file; what is wrong goes to the report, and a broken document is left out."""
    if len(text) > MAX_CHARACTERS:
        _syntax(file, report, None, "too-large", f"the file is longer than {MAX_CHARACTERS:,} characters")
        return []
    try:
        nodes = [node for node in yaml.compose_all(text, Loader=_loader(text)) if node is not None]
    except _AliasRefused as refusal:
        _syntax(file, report, refusal.mark, "alias", "aliases (*name) are not allowed; write the value out")
        return []
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        _syntax(file, report, mark, "syntax", f"this is not YAML: {problem.problem or problem.context}")
        return []
    except yaml.reader.ReaderError as problem:
        sentence = f"a character that YAML does not allow: U+{_code(problem):04X}"
        _syntax(file, report, _Mark.at(text, problem.position), "syntax", sentence)
        return []
    except (ValueError, OverflowError) as problem:  # PyYAML lets them through, from "\UFFFFFFFF" for one
        _syntax(file, report, None, "syntax", f"this is not YAML: {problem}")
        return []
    except RecursionError:
        _syntax(file, report, None, "too-deep", "the file nests too deeply")
        return []
    return [_document(file, node, report) for node in nodes]


def _loader(text: str) -> Any:
    """libyaml where it is there and the text is plain to it: ten times faster. Ours tells what is wrong."""
    fast = getattr(yaml, "CSafeLoader", None)
    return fast if fast is not None and not _READ_OTHERWISE.search(text, 1) and _is_plain(text, fast) else Loader


def _is_plain(text: str, loader: Any) -> bool:
    """Whether this parser reads it to its end, without aliases, and no deeper than people write."""
    depth = 0
    try:
        for event in yaml.parse(text, Loader=loader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEP or isinstance(event, yaml.AliasEvent):
                return False
    except (yaml.YAMLError, ValueError, OverflowError):
        return False
    return True


def _code(problem: yaml.reader.ReaderError) -> int:
    return problem.character if isinstance(problem.character, int) else ord(str(problem.character)[:1] or "?")


@dataclass(frozen=True, slots=True)
class _Mark:
    line: int
    column: int

    @classmethod
    def at(cls, text: str, offset: int) -> _Mark:
        return cls(text.count("\n", 0, offset), offset - text.rfind("\n", 0, offset) - 1)


class _AliasRefused(Exception):
    def __init__(self, mark: Any) -> None:
        super().__init__("alias")
        self.mark = mark


class Loader(yaml.SafeLoader):
    """Refuses aliases while it composes: a few of them can stand for a billion nodes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise _AliasRefused(self.peek_event().start_mark)  # type: ignore[no-untyped-call]
        return super().compose_node(parent, index)


def _syntax(file: str, report: Report, mark: Any, code: str, sentence: str) -> None:
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    report.found.append(Diagnostic(file=file, line=line, column=column, code=code, sentence=sentence))


def _document(file: str, node: yaml.Node, report: Report) -> Document:
    places: dict[Path, Place] = {}
    source = Source(file, places, report)
    return Document(_Reader(source).value(node, ()), source)


@dataclass(frozen=True, slots=True)
class _Reader:
    source: Source

    def value(self, node: yaml.Node, path: Path) -> Any:
        self.source.places.setdefault(path, _place(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(each, (*path, index)) for index, each in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if not isinstance(key, str):
                self.source.places.setdefault((*path, "?"), _place(key_node))
                self.source.error("bad-key", (*path, "?"), "a key must be a word")
                continue
            if key in found:
                self._refuse_twice(key_node, path, key)
                continue
            self.source.places[*path, key] = _place(key_node)
            self._scalar(key_node, (*path, key))
            found[key] = self.value(value_node, (*path, key))
        return found

    def _refuse_twice(self, node: yaml.Node, path: Path, key: str) -> None:
        line, column = _place(node)
        first = self.source.place((*path, key))[0]
        self.source.report.found.append(
            Diagnostic(
                file=self.source.file,
                line=line,
                column=column,
                code="duplicate-key",
                sentence=f"`{key}` was already given on line {first}",
            )
        )

    def _scalar(self, node: yaml.Node, path: Path) -> Any:
        guess = misread(node)
        if guess is not None:
            code, meaning = guess
            sentence = f"YAML reads `{node.value}` as {meaning}; put it in quotes if you mean the text"
            self.source.error(code, path, sentence)
            return node.value
        match _tag_of(node):
            case "null":
                return None
            case "bool":
                return node.value == "true"
            case "int":
                return int(node.value)
            case "float":
                return float(node.value)
        return node.value


def _tag_of(node: yaml.Node) -> str:
    """What YAML takes a scalar for; whatever stands in quotes is a text."""
    return "str" if getattr(node, "style", None) else node.tag.removeprefix(_TAG)


def misread(node: yaml.Node) -> tuple[str, str] | None:
    """The code and the words for what YAML would make of a scalar that its author meant otherwise, most likely."""
    text, tag = node.value, _tag_of(node)
    match tag:
        case "str" | "null":
            return None
        case "bool" if text in ("true", "false"):
            return None
        case "int" if _WHOLE.fullmatch(text):
            return None
        case "float" if _DECIMAL.fullmatch(text):
            return None
    code, meaning = _GUESSES.get(tag, ("bad-value", "something else"))
    if tag in ("int", "float") and ":" in text:
        code, meaning = "sexagesimal", "a number in base 60"
    return code, meaning


_GUESSES = {
    "bool": ("yaml-boolean", "true or false"),
    "timestamp": ("yaml-time", "a time of its own"),
    "int": ("yaml-number", "a number"),
    "float": ("yaml-number", "a number"),
    "merge": ("alias", "a merge"),
}


def _place(node: yaml.Node) -> Place:
    return node.start_mark.line + 1, node.start_mark.column + 1
