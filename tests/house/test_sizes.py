"""Nothing grows past what one can read: files of 400 lines, functions of 60 (docs: small is 250 and 30)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.house.tree import name_of, parsed, python_files

MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 60

FILES = python_files("leakguard", "tests")


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_and_its_functions_are_small_enough_to_read(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    long_functions = [
        f"{name_of(path)}:{node.lineno}: {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > MOST_LINES_OF_A_FUNCTION
    ]

    assert lines <= MOST_LINES_OF_A_FILE, f"{name_of(path)} has {lines} lines: split it by what it knows"
    assert not long_functions, "\n".join(long_functions)
