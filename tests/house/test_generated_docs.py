"""What docs/ takes from the code is what the code says now."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.generated_docs import SCHEMA, generated, held_states
from tests.house.tree import ROOT, name_of


@pytest.mark.parametrize(("path", "text"), list(generated()), ids=[name_of(path) for path, _ in generated()])
def test_a_generated_part_is_current(path: Path, text: str) -> None:
    assert path.exists(), f"{name_of(path)} is not there: run scripts/make-docs"
    assert path.read_text(encoding="utf-8") == text, f"{name_of(path)} is out of date: run scripts/make-docs"


def test_the_published_schema_is_what_the_command_prints() -> None:
    command = (sys.executable, "-m", "leakguard", "rules", "schema")

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout == SCHEMA.read_text(encoding="utf-8")


def test_the_table_of_states_has_a_row_for_each_move() -> None:
    assert "| `held` | `claim` | `sending` |" in held_states()
