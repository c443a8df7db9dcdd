"""The commands shown in README.md and docs/cli.md run, end as the page says, and begin by saying what it shows.

A fenced `console` block is read as a reader would: `$ command`, with lines that end in a backslash and here-documents
going on, then what it prints. `$ echo $?` and a number say that the command before it ends with that status.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house.tree import ROOT, name_of

PAGES = (ROOT / "README.md", ROOT / "docs/cli.md")
BLOCK = re.compile(r"^```console\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
HEREDOC = re.compile(r"<<'(?P<end>\w+)'")
RUN = ("leakguard check", "leakguard rules")
STATUS = "echo $?"
CONTENT_HASH = re.compile(r"\b[0-9a-f]{16}\b")  # changes with every word of the sample rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """shown: the lines that the page shows below the command."""

    page: Path
    command: str
    shown: tuple[str, ...]
    status: int = 0


def snippets(page: Path) -> Iterator[Snippet]:
    for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
        found = list(_snippets_in(page, block["body"].splitlines()))
        for each, following in zip(found, [*found[1:], None], strict=True):
            if not each.command.startswith(RUN):
                continue
            is_status = following is not None and following.command == STATUS
            status = int(following.shown[0]) if is_status and following is not None else 0
            yield Snippet(page=page, command=each.command, shown=each.shown, status=status)


def _snippets_in(page: Path, lines: list[str]) -> Iterator[Snippet]:
    at = 0
    while at < len(lines):
        assert lines[at].startswith("$ "), f"{name_of(page)}: a console block begins with a command: {lines[at]!r}"
        end = _end_of_command(lines, at)
        shown_to = next((n for n in range(end, len(lines)) if lines[n].startswith("$ ")), len(lines))
        command = "\n".join(lines[at:end]).removeprefix("$ ")
        yield Snippet(page=page, command=command, shown=tuple(lines[end:shown_to]))
        at = shown_to


def _end_of_command(lines: list[str], at: int) -> int:
    while lines[at].endswith("\\"):
        at += 1
    heredoc = HEREDOC.search(lines[at])
    return (lines.index(heredoc["end"], at) if heredoc else at) + 1


SNIPPETS = [each for page in PAGES for each in snippets(page)]


def test_there_are_snippets_on_every_page() -> None:
    assert {each.page for each in SNIPPETS} == set(PAGES)


@pytest.mark.parametrize(
    "snippet", SNIPPETS, ids=[f"{name_of(each.page)}: {each.command.splitlines()[0]}" for each in SNIPPETS]
)
def test_a_command_does_what_the_page_shows(snippet: Snippet) -> None:
    program = f'leakguard() {{ "{sys.executable}" -m leakguard "$@"; }}'

    done = subprocess.run(
        ("bash", "-c", f"{program}\n{snippet.command}"),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    said = (done.stdout + done.stderr).splitlines()
    assert done.returncode == snippet.status, done.stderr
    assert not snippet.shown or _first(said) == _first(snippet.shown)


def _first(lines: Sequence[str]) -> str:
    return CONTENT_HASH.sub("(hash)", lines[0]) if lines else ""
