"""Where the code says by what right it does something: `ref:` lines, and the list in docs/references.md.

python -m tests.house.references        prints the traceability page
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.house.tree import ROOT, name_of, parsed, python_files

ENTRY = re.compile(r"^- \*\*(?P<name>[^*]+)\*\*", re.MULTILINE)
MARK = re.compile(r"(?:^|(?<=[\s#(]))ref: +(?P<text>\S.*)$")
BETWEEN = re.compile(r"[,;](?![^()]*\))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """text: one reference, with what the author wrote after it."""

    path: Path
    line: int
    text: str

    def entry(self, entries: list[str]) -> str | None:
        """The longest entry this begins with: "RFC 5321 section 4.5.3" is RFC 5321, and "RFC 53210" is nothing."""
        fitting = [name for name in entries if re.match(rf"{re.escape(name)}(?![\w]|\.\d)", self.text)]
        return max(fitting, key=len, default=None)


def entries() -> list[str]:
    return [match["name"] for match in ENTRY.finditer((ROOT / "docs/references.md").read_text(encoding="utf-8"))]


def uses() -> list[Use]:
    families = {name.split()[0] for name in entries()}
    python = [
        Use(path=path, line=line, text=item)
        for path in python_files("leakguard", "tests")
        for line, text in _prose(path)
        for item in references_in(text, families)
    ]
    rules = [
        Use(path=path, line=line, text=item)
        for path in sorted((ROOT / "rules").rglob("*.y*ml"))
        for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        for item in references_in(text.replace('"', "").replace("'", ""), families)
    ]
    return python + rules


def references_in(line: str, families: set[str]) -> list[str]:
    """`ref: A 1 (why), A 2; and so on` gives `A 1 (why)` and `A 2`: the first, and what looks like one of ours."""
    found = MARK.search(line)
    if found is None:
        return []
    first, *others = (item.strip() for item in BETWEEN.split(found["text"]))
    return [first, *(item for item in others if item.split(maxsplit=1)[:1] and item.split()[0] in families)]


def _prose(path: Path) -> Iterator[tuple[int, str]]:
    """Comment lines and docstring lines; other strings are data."""
    source = path.read_text(encoding="utf-8")
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(parsed(path)):
        if isinstance(node, documented) and ast.get_docstring(node) is not None:
            text = node.body[0]
            assert isinstance(text, ast.Expr)
            assert isinstance(text.value, ast.Constant)
            for offset, line in enumerate(str(text.value.value).splitlines()):
                yield text.lineno + offset, line


def traceability() -> str:
    """For each reference, the places that rest on it."""
    names = entries()
    places: dict[str, list[str]] = {name: [] for name in names}
    for use in uses():
        entry = use.entry(names)
        if entry is not None:
            places[entry].append(f"- `{name_of(use.path)}:{use.line}` {use.text}")
    chapters = [f"## {name}\n\n" + ("\n".join(lines) or "Not cited.") for name, lines in places.items()]
    return "# Where each reference is kept\n\n" + "\n\n".join(chapters) + "\n"


if __name__ == "__main__":
    print(traceability(), end="")
