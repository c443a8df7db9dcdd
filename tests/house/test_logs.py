"""What the log can say: every alarm is explained to whoever it wakes, and no key is one that would be dropped."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from leakguard.observe import KEYS
from tests.house.tree import ROOT, name_of, parsed, python_files

LEVELS = {"debug", "info", "warning", "error", "critical", "exception"}
EXPLAINED_IN = ("docs/operating.md", "docs/slack.md")


def log_lines() -> Iterator[tuple[str, ast.Call]]:
    """(place, call) of every `log.level(event, key=...)`."""
    for path in python_files("leakguard"):
        for node in ast.walk(parsed(path)):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="log"), attr=level)) if level in LEVELS:
                    yield f"{name_of(path)}:{node.lineno}", node


def event_of(line: ast.Call) -> str:
    return str(ast.literal_eval(line.args[0]))


def can_alarm(line: ast.Call) -> bool:
    return any(
        each.arg == "alarm" and not (isinstance(each.value, ast.Constant) and each.value.value is False)
        for each in line.keywords
    )


def rows_of(name: str) -> set[str]:
    """The events of its table of alarms."""
    _, _, section = (ROOT / name).read_text(encoding="utf-8").partition("\n## Alarms\n")
    first_cells = re.findall(r"^\|([^|]+)\|", section.partition("\n## ")[0], re.MULTILINE)
    return {event for cell in first_cells for event in re.findall(r"`(\w+\.\w+)`", cell)}


def test_every_alarm_has_its_row() -> None:
    told = set().union(*(rows_of(name) for name in EXPLAINED_IN))
    raised = {event_of(line) for _, line in log_lines() if can_alarm(line)}

    assert len(raised) > 20
    assert sorted(raised - told) == []


def test_every_row_is_of_a_line_that_is_written() -> None:
    told = set().union(*(rows_of(name) for name in EXPLAINED_IN))

    written = {event_of(line) for _, line in log_lines() if isinstance(line.args[0], ast.Constant)}

    assert sorted(told - written) == []


def test_no_line_has_a_key_that_would_be_dropped() -> None:
    dropped = [f"{place}: {each.arg}" for place, line in log_lines() for each in line.keywords if each.arg not in KEYS]

    assert dropped == []
